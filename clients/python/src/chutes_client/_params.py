"""Keyword arguments of the invocation calls. Each is sent only when it is given; others pass through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from typing_extensions import TypedDict

from ._config import CALL_OPTIONS, Omit, Seconds
from ._errors import ConfigError
from ._json import is_object

if TYPE_CHECKING:
    from pydantic import BaseModel

    from .tools import Tool

Json = Mapping[str, Any]
Message: TypeAlias = "Mapping[str, Any] | BaseModel"
"""A message of a conversation: a dict, or the message of an answer as it came."""


class Options(TypedDict, total=False):
    """Options every call takes, see `CallOptions`."""

    timeout: Seconds
    """Seconds for the first byte and for silence in the body, per attempt; None is no limit."""
    connect_timeout: Seconds
    """Seconds for the connection, per attempt."""
    first_byte_timeout: Seconds
    """Seconds until the first byte of the answer, per attempt."""
    idle_timeout: Seconds
    """Seconds between two bytes of the answer."""
    deadline: Seconds
    """Seconds for the whole call, attempts and waits included."""
    max_retries: int | Omit
    """Retries after the first attempt."""
    ready: Literal["retry", "wait"] | Omit
    """`"wait"` warms a cold chute up and waits for it instead of retrying."""
    extra_headers: Mapping[str, str] | None
    """Merged last, over the headers of the call."""
    extra_query: Mapping[str, Any] | None
    """Merged last, over the query of the call."""
    extra_body: Mapping[str, Any] | None
    """Merged last, over the fields of the body."""


class ChatParams(Options, total=False):
    """Parameters of a chat completion, as the engines document them."""

    temperature: float | None
    """Sampling temperature, 0 to 2."""
    top_p: float | None
    """Nucleus sampling, above 0 to 1."""
    top_k: int | None
    """Sample from so many tokens only."""
    min_p: float | None
    """Least probability relative to the likeliest token."""
    max_tokens: int | None
    """Tokens to generate at most."""
    max_completion_tokens: int | None
    """Tokens to generate at most, reasoning included."""
    n: int | None
    """Answers to make."""
    stop: str | Sequence[str] | None
    """A text or a list of texts that end the answer."""
    seed: int | None
    """Seed of the sampling."""
    presence_penalty: float | None
    """Penalty by presence, -2 to 2."""
    frequency_penalty: float | None
    """Penalty by frequency, -2 to 2."""
    repetition_penalty: float | None
    """Penalty of the engines; 1 is none."""
    logit_bias: Mapping[str, float] | None
    """Bias by token id."""
    logprobs: bool | None
    """Log probabilities of the tokens; the router removes it for most models."""
    top_logprobs: int | None
    """Likeliest tokens to report at each place, 0 to 20."""
    response_format: Json | None
    """`{"type": "json_object"}` or a JSON schema. A `pattern` inside is refused today."""
    tools: Sequence[Json | Tool] | None
    """Functions the model may call."""
    tool_choice: str | Json | None
    """`none`, `auto`, `required`, or the function to call. With tools the router sets `auto`."""
    parallel_tool_calls: bool | None
    """Whether several calls in one answer are allowed."""
    reasoning_effort: str | None
    """How long to think: `low`, `medium`, `high`, where the model knows it."""
    chat_template_kwargs: Json | None
    """Arguments of the chat template, such as `thinking` and `enable_thinking`."""
    stream_options: Json | None
    """What the stream tells besides; the default asks for the usage."""
    user: str | None
    """Your name for the end user."""


class CompletionParams(Options, total=False):
    """Parameters of a text completion."""

    temperature: float | None
    """Sampling temperature, 0 to 2."""
    top_p: float | None
    """Nucleus sampling, above 0 to 1."""
    top_k: int | None
    """Sample from so many tokens only."""
    max_tokens: int | None
    """Tokens to generate at most."""
    n: int | None
    """Answers to make."""
    stop: str | Sequence[str] | None
    """A text or a list of texts that end the answer."""
    seed: int | None
    """Seed of the sampling."""
    presence_penalty: float | None
    """Penalty by presence, -2 to 2."""
    frequency_penalty: float | None
    """Penalty by frequency, -2 to 2."""
    logprobs: int | None
    """Likeliest tokens to report at each place."""
    echo: bool | None
    """Repeat the prompt."""
    suffix: str | None
    """Text that comes after the continuation."""
    best_of: int | None
    """Answers to choose from."""
    stream_options: Json | None
    """What the stream tells besides; the default asks for the usage."""
    user: str | None
    """Your name for the end user."""


class EmbeddingParams(Options, total=False):
    """Parameters of an embeddings call."""

    dimensions: int | None
    """Length of the vectors, where the model can shorten them."""
    encoding_format: str | None
    """`float` or `base64`, where the engine knows it."""
    user: str | None
    """Your name for the end user."""


class ImageParams(Options, total=False):
    """Parameters of an image; the diffusion template knows these and refuses others."""

    negative_prompt: str | None
    """What not to show."""
    width: int | None
    """Pixels, 128 to 2048."""
    height: int | None
    """Pixels, 128 to 2048."""
    num_inference_steps: int | None
    """Steps, 1 to 50; more are cut silently."""
    guidance_scale: float | None
    """How closely to follow the prompt, 1 to 20."""
    seed: int | None
    """0 to 4294967295."""
    img_guidance_scale: float | None
    """How closely to follow the input images."""
    true_cfg_scale: float | None
    """Guidance of models that take it by this name."""
    image_b64: Sequence[str] | None
    """Input images, base64."""


def split(params: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Body fields and options of a call."""
    body: dict[str, Any] = {}
    options: dict[str, Any] = {}
    for name, value in params.items():
        (options if name in CALL_OPTIONS else body)[name] = value
    return body, options


def refuse_stream(body: dict[str, Any], options: dict[str, Any]) -> None:
    """Refuses `stream`, among the extra fields, too, unless it asks for what happens anyway."""
    extra = options.get("extra_body")
    if body.pop("stream", None) or (is_object(extra) and extra.get("stream")):
        raise ConfigError("create() never streams; call .stream(…) instead")
    if is_object(extra):
        options["extra_body"] = {name: value for name, value in extra.items() if name != "stream"}


def stream_body(body: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a stream. Usage is asked for, unless the caller gives options of the stream."""
    extra = options.get("extra_body")
    if body.get("stream", True) is not True or (is_object(extra) and extra.get("stream", True) is not True):
        raise ConfigError("stream() always streams; leave out the stream option")
    usage = {} if "stream_options" in body else {"stream_options": {"include_usage": True}}
    return {"stream": True, **usage, **body}

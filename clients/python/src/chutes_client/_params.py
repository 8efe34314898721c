"""Keyword arguments of the invocation calls. Each is sent only when it is given; others pass through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from typing_extensions import TypedDict

from ._config import CALL_OPTIONS, Omit, Seconds
from ._errors import ConfigError

Json = Mapping[str, Any]


class Options(TypedDict, total=False):
    """Options every call takes, see `CallOptions`."""

    timeout: Seconds
    connect_timeout: Seconds
    first_byte_timeout: Seconds
    idle_timeout: Seconds
    deadline: Seconds
    max_retries: int | Omit
    ready: Literal["retry", "wait"] | Omit
    extra_headers: Mapping[str, str] | None
    extra_query: Mapping[str, Any] | None
    extra_body: Mapping[str, Any] | None


class ChatParams(Options, total=False):
    """Parameters of a chat completion, as the engines document them."""

    temperature: float | None
    top_p: float | None
    top_k: int | None
    min_p: float | None
    max_tokens: int | None
    max_completion_tokens: int | None
    n: int | None
    stop: str | Sequence[str] | None
    seed: int | None
    presence_penalty: float | None
    frequency_penalty: float | None
    repetition_penalty: float | None
    logit_bias: Mapping[str, float] | None
    logprobs: bool | None
    top_logprobs: int | None
    response_format: Json | None
    tools: Sequence[Json] | None
    tool_choice: str | Json | None
    parallel_tool_calls: bool | None
    reasoning_effort: str | None
    chat_template_kwargs: Json | None
    stream_options: Json | None
    user: str | None


class CompletionParams(Options, total=False):
    """Parameters of a text completion."""

    temperature: float | None
    top_p: float | None
    top_k: int | None
    max_tokens: int | None
    n: int | None
    stop: str | Sequence[str] | None
    seed: int | None
    presence_penalty: float | None
    frequency_penalty: float | None
    logprobs: int | None
    echo: bool | None
    suffix: str | None
    best_of: int | None
    stream_options: Json | None
    user: str | None


class EmbeddingParams(Options, total=False):
    """Parameters of an embeddings call."""

    dimensions: int | None
    encoding_format: str | None
    user: str | None


class ImageParams(Options, total=False):
    """Parameters of an image; the diffusion template knows these and refuses others."""

    negative_prompt: str | None
    width: int | None
    height: int | None
    num_inference_steps: int | None
    guidance_scale: float | None
    seed: int | None
    img_guidance_scale: float | None
    true_cfg_scale: float | None
    image_b64: Sequence[str] | None


def split(params: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Body fields and options of a call."""
    body: dict[str, Any] = {}
    options: dict[str, Any] = {}
    for name, value in params.items():
        (options if name in CALL_OPTIONS else body)[name] = value
    return body, options


def refuse_stream(body: dict[str, Any]) -> None:
    """Refuses `stream`, unless it asks for what happens anyway."""
    if body.pop("stream", None):
        raise ConfigError("create() never streams; call .stream(…) instead")


def stream_body(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a stream. Usage is asked for, unless the caller gives options of the stream."""
    if body.get("stream", True) is not True:
        raise ConfigError("stream() always streams; leave out the stream option")
    usage = {} if "stream_options" in body else {"stream_options": {"include_usage": True}}
    return {"stream": True, **usage, **body}

"""Structured output: the schema that a model is asked to keep to, and how its answer is read."""

from __future__ import annotations

import re
from typing import Any, Generic, TypeVar, cast, get_origin

from pydantic import ValidationError

from ._config import OMIT, CallOptions
from ._errors import ConfigError, InvalidOutputError, OutputReason
from ._json import is_array, is_object
from ._schema import MAX_COMPLAINTS, complaints, strict_json
from ._values import adapter, from_plain
from .types import ChatCompletion

T = TypeVar("T")

MAX_NAME_CHARS = 64
_FENCE = re.compile(r"```[^\s`]*[ \t]*\r?\n(.*)\n[ \t]*```", re.DOTALL)


class ParsedCompletion(ChatCompletion, Generic[T]):
    """A completion whose answer was read.

    Attributes:
        parsed: the value of the first choice.
    """

    @property
    def parsed(self) -> T:
        return cast("T", self.__dict__["__parsed__"])


def response_format(output: Any) -> dict[str, Any]:
    """The `response_format` that asks for an output: a type of pydantic's, or a JSON Schema.

    >>> response_format({"title": "My answer", "type": "object"})["json_schema"]["name"]
    'My_answer'
    """
    schema, name = schema_of(output)
    return {"type": "json_schema", "json_schema": {"name": name, "schema": schema, "strict": True}}


def schema_of(output: Any) -> tuple[dict[str, Any], str]:
    """The JSON Schema of an output and its name, made of letters, digits, `_` and `-`, 64 characters at most.

    Raises:
        ConfigError: for a type that has no JSON Schema.
    """
    if is_object(output):
        schema, title = output, output.get("title")
    else:
        if output is None:
            raise ConfigError("output must be a pydantic model, another type, or a JSON Schema as a dict; not None")
        try:
            schema = adapter(output).json_schema()
        except Exception as error:  # pydantic has no common root for what it raises here
            raise ConfigError(f"no JSON Schema can be made of {output!r}: {error}") from None
        title = getattr(output, "__name__", None) if isinstance(output, type) and not get_origin(output) else schema.get("title")
    return schema, re.sub(r"[^A-Za-z0-9_-]", "_", str(title or ""))[:MAX_NAME_CHARS] or "output"


def refuse_format(body: dict[str, Any], options: CallOptions) -> None:
    """Refuses what `parse` decides itself.

    Raises:
        ConfigError: for `response_format` or `stream`, also within `extra_body`.
    """
    for given in (body, options.extra_body or {}):
        if given.get("response_format", OMIT) is not OMIT:
            raise ConfigError("parse() sends response_format itself; call create() to send one of your own")
        if "stream" in given:
            raise ConfigError("parse() never streams; call .stream(…) and parse_output() on its final()")


def parse_output(completion: ChatCompletion, output: type[T] | Any) -> T:
    """Reads the answer of a completion, such as that of `stream.final()`.

    Args:
        completion: its first choice is read.
        output: a pydantic model, anything `TypeAdapter` takes, or a JSON Schema as a dict.

    Returns:
        A value of that type; of a JSON Schema, the JSON value.

    Raises:
        InvalidOutputError: with the `reason`, the raw `text` and the completion as `partial`. Looked for in this order: `empty`
            (no choice), `length`, `refusal`, `content_filter`, `empty` (white space only), `json`, `schema`.

    Example:
        >>> completion = ChatCompletion(choices=[{"message": {"content": "[1, 2]"}, "finish_reason": "stop"}])
        >>> parse_output(completion, list[int])
        [1, 2]
    """
    text = usable_text(completion)
    fenced = _FENCE.fullmatch(text.strip())
    try:
        value: Any = strict_json(fenced[1] if fenced else text)
    except (ValueError, RecursionError) as error:
        raise _invalid("json", f"the answer is no JSON: {error}", text, completion) from None
    if is_object(output):
        wrong = complaints(output, value)
        if wrong:
            raise _invalid("schema", f"the answer does not fit: {wrong}", text, completion)
        return cast("T", value)
    try:
        return cast("T", adapter(output).validate_json(fenced[1] if fenced else text))
    except ValidationError as error:
        raise _invalid("schema", f"the answer does not fit: {pydantic_places(error)}", text, completion) from None


def usable_text(completion: ChatCompletion) -> str:
    """The text of the first choice, unless there is none to be read."""
    if not is_array(completion.choices) or not completion.choices:
        raise _invalid("empty", "the answer has no choice", "", completion)
    choice = completion.choices[0]
    message = choice.message
    content, refusal = (message.content, message.refusal) if message is not None else (None, None)
    text = content if isinstance(content, str) else ""
    if choice.finish_reason == "length":
        raise _invalid("length", "the answer was cut off at the limit of tokens: give more max_tokens", text, completion)
    if refusal:
        raise _invalid("refusal", f"the model refused: {refusal}", text, completion)
    if choice.finish_reason == "content_filter":
        raise _invalid("content_filter", "the answer was filtered", text, completion)
    if not text.strip():
        raise _invalid("empty", "the answer is empty", text, completion)
    return text


def _invalid(reason: OutputReason, message: str, text: str, completion: ChatCompletion) -> InvalidOutputError:
    from ._partial import PartialChatCompletion

    info = completion.response
    partial = from_plain({**completion.to_dict(), "complete": True}, PartialChatCompletion)
    error = InvalidOutputError(message, reason=reason, partial=partial)
    error.text = text
    if info is not None:
        error.status, error.request_id, error.attempts = info.status, info.request_id, info.attempts
        error.history, error.tried = info.history, info.tried
    return error


def pydantic_places(error: ValidationError) -> str:
    """Pydantic's complaints in the form of `_schema.complaints`."""
    found: list[str] = []
    for item in error.errors(include_url=False)[:MAX_COMPLAINTS]:
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in item["loc"]).lstrip(".")
        found.append(f"{place or 'value'}: {item['msg']}")
    return "; ".join(found)

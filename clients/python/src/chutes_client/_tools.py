"""The loop of tools without its waiting: what is checked, put back and told. See `_async/invoke/tools.py`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import PydanticSerializationError, to_json

from ._errors import MAX_MESSAGE_CHARS, ChutesError, ConfigError, InvalidOutputError
from ._json import is_array, is_object
from ._params import refuse_stream, split
from ._schema import complaints, strict_json
from ._values import from_plain
from .tools import Tool, ToolResult
from .types import ChatCompletion


@dataclass
class Asked:
    """A call that the model asks for. `error` is set where it cannot be made."""

    id: str
    name: str
    tool: Tool | None
    arguments: dict[str, Any] | None = None
    error: str | None = None


def check_run(messages: Any, tools: Any, max_turns: Any, on_step: Any, params: Mapping[str, Any]) -> dict[str, Tool]:
    """The tools by name.

    Raises:
        ConfigError: for two tools of one name, no turn at all, a stream, or what is no list or no function.
    """
    for name, given in (("messages", messages), ("tools", tools)):
        if isinstance(given, (str, bytes, Mapping)) or not isinstance(given, Iterable):
            raise ConfigError(f"{name} must be a list, not {type(given).__name__}")  # pyright: ignore[reportUnknownArgumentType]
    if on_step is not None and not callable(on_step):
        raise ConfigError("on_step must be a function")
    refuse_stream(*split(params))
    if isinstance(max_turns, bool) or not isinstance(max_turns, int) or max_turns < 1:
        raise ConfigError("max_turns must be a whole number from 1 on")
    named: dict[str, Tool] = {}
    for one in tools:
        if not isinstance(one, Tool):
            raise ConfigError("tools must be Tool objects: make them with chutes_client.tools.tool(function)")
        if one.name in named:
            raise ConfigError(f"two tools are named {one.name}")
        named[one.name] = one
    return named


def said(completion: ChatCompletion, tools: Mapping[str, Tool]) -> tuple[dict[str, Any], list[Asked]]:
    """The message of an answer as it is put back, and the calls it asks for."""
    choices = completion.to_dict().get("choices")
    choice = choices[0] if is_array(choices) and choices else None
    found = choice.get("message") if is_object(choice) else None
    message: dict[str, Any] = found if is_object(found) else {"role": "assistant", "content": ""}
    calls = message.get("tool_calls")
    return message, [_asked(call, tools) for call in (calls if is_array(calls) else ()) if is_object(call)]


def _asked(call: dict[str, Any], tools: Mapping[str, Tool]) -> Asked:
    """Reads one call; arguments that are no JSON become `{}` in the message, since the server refuses the history otherwise."""
    found = call.get("function")
    function: dict[str, Any] = found if is_object(found) else {}
    call["function"] = function
    name, given = str(function.get("name") or ""), function.get("arguments")
    asked = Asked(str(call.get("id") or ""), name, tools.get(name))
    text = given if isinstance(given, str) else "" if given is None else json.dumps(given, ensure_ascii=False)
    function["arguments"] = text
    value: Any = {}
    if not text.strip():
        function["arguments"] = "{}"
    else:
        try:
            value = strict_json(text)
        except (ValueError, RecursionError):
            function["arguments"] = "{}"
            asked.error = "invalid arguments: they are no JSON"
    if asked.tool is None:
        asked.error = f"unknown tool: {name}"
    elif asked.error is None and not is_object(value):
        asked.error = "invalid arguments: value: expected object"
    elif asked.error is None and (wrong := complaints(asked.tool.parameters, value)):
        asked.error = f"invalid arguments: {wrong}"
    asked.arguments = value if asked.error is None else None
    return asked


def result_of(asked: Asked, value: Any, error: str | None, seconds: float) -> ToolResult:
    """A call with the text that the model is given: a text as it is, any other value as JSON."""
    content = ""
    if error is None:
        try:
            if isinstance(value, (bytes, bytearray)):
                value = value.decode()
            content = value if isinstance(value, str) else to_json(value, inf_nan_mode="null").decode()
        except (PydanticSerializationError, ValueError) as failure:
            error = f"the result of {asked.name} is no JSON: {failure}"
    if error is not None:
        error = error[:MAX_MESSAGE_CHARS]
        content = json.dumps({"error": error}, ensure_ascii=False, separators=(",", ":"))
    return ToolResult(asked.id, asked.name, asked.arguments, content, error, seconds)


def words_of(error: Exception) -> str:
    """What the model is told of a failure."""
    return (error.message if isinstance(error, ChutesError) else str(error)) or type(error).__name__


def too_many_turns(completion: ChatCompletion, turns: int) -> InvalidOutputError:
    """The error of a run whose last turn still asks for tools."""
    from ._partial import PartialChatCompletion

    partial = from_plain({**completion.to_dict(), "complete": True}, PartialChatCompletion)
    error = InvalidOutputError(f"the model still asks for tools after {turns} turns", reason="max_turns", partial=partial)
    info = completion.response
    if info is not None:
        error.status, error.request_id, error.attempts = info.status, info.request_id, info.attempts
    return error

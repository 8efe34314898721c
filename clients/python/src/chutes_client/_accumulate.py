"""Chunks of a streamed answer put together again, so that the whole equals the answer that was not streamed."""

from __future__ import annotations

import json
from typing import Any

from ._json import is_array, is_object

_TOP = frozenset({"id", "model", "created", "object", "choices", "usage"})
_CHOICE = frozenset({"index", "delta", "message", "finish_reason", "logprobs", "text"})
_DELTA = frozenset({"role", "content", "reasoning_content", "reasoning", "refusal", "tool_calls"})


class _Text:
    """Fragments joined once; None until the first one came."""

    __slots__ = ("_parts",)

    def __init__(self) -> None:
        self._parts: list[str] | None = None

    def add(self, value: Any) -> None:
        if isinstance(value, str):
            if self._parts is None:
                self._parts = []
            self._parts.append(value)

    def text(self) -> str | None:
        if self._parts is None:
            return None
        self._parts = ["".join(self._parts)]
        return self._parts[0]


class _ToolCall:
    def __init__(self, index: int | None) -> None:
        self.index = index
        self.id: str | None = None
        self.type: str | None = None
        self.name: str | None = None
        self.arguments = _Text()
        self.extra: dict[str, Any] = {}

    def add(self, part: dict[str, Any]) -> None:
        self.id = self.id or part.get("id") or None
        self.type = self.type or part.get("type") or None
        function = part.get("function")
        if is_object(function):
            self.name = self.name or function.get("name") or None
            arguments = function.get("arguments")  # some engines send the object itself
            self.arguments.add(
                json.dumps(arguments, ensure_ascii=False, separators=(",", ":")) if is_object(arguments) else arguments
            )
        _merge_extra(self.extra, part, frozenset({"index", "id", "type", "function"}))

    def snapshot(self) -> dict[str, Any]:
        function = {"name": self.name or "", "arguments": self.arguments.text() or ""}
        return {"id": self.id or "", "type": self.type or "function", "function": function, **self.extra}


class _Choice:
    def __init__(self, index: int) -> None:
        self.index = index
        self.role: str | None = None
        self.content, self.reasoning, self.refusal, self.text = _Text(), _Text(), _Text(), _Text()
        self.tools: list[_ToolCall] = []
        self.finish_reason: str | None = None
        self.logprobs: dict[str, Any] | None = None
        self.extra: dict[str, Any] = {}
        self.message_extra: dict[str, Any] = {}
        self.filled = False

    def snapshot(self, chat: bool) -> dict[str, Any]:
        made: dict[str, Any] = {"index": self.index}
        if chat:
            message: dict[str, Any] = {"role": self.role or "assistant", "content": self.content.text()}
            if (reasoning := self.reasoning.text()) is not None:
                message["reasoning_content"] = reasoning
            if (refusal := self.refusal.text()) is not None:
                message["refusal"] = refusal
            if self.tools:
                placed = sorted(enumerate(self.tools), key=lambda pair: pair[0] if pair[1].index is None else pair[1].index)
                message["tool_calls"] = [tool.snapshot() for _, tool in placed]
            made["message"] = {**message, **self.message_extra}
        else:
            made["text"] = self.text.text() or ""
        made["finish_reason"] = self.finish_reason
        if self.logprobs is not None:
            made["logprobs"] = self.logprobs
        return {**made, **self.extra}


class Accumulator:
    """Puts chunks together. `chat` tells chat completions from text completions.

    >>> whole = Accumulator()
    >>> whole.add({"choices": [{"index": 0, "delta": {"content": "Hel"}}]})
    >>> whole.add({"choices": [{"index": 0, "delta": {"content": "lo"}, "finish_reason": "stop"}]})
    >>> whole.snapshot()["choices"][0]["message"]["content"], whole.complete
    ('Hello', True)
    """

    def __init__(self, chat: bool = True) -> None:
        self._chat = chat
        self._choices: dict[int, _Choice] = {}
        self._top: dict[str, Any] = {}
        self._id = self._model = ""
        self._created: Any = None
        self._usage: Any = None
        self.current_id = ""

    def restarts(self, chunk: dict[str, Any]) -> bool:
        """Whether this chunk begins the answer anew: a new id, with a role for a choice that has already said something."""
        identity = chunk.get("id")
        if not identity or not self.current_id or identity == self.current_id:
            return False
        for choice in chunk.get("choices") or ():
            delta = choice.get("delta") if is_object(choice) else None
            if is_object(delta) and delta.get("role"):
                known = self._choices.get(_index(choice))
                if known is not None and known.filled:
                    return True
        return False

    def add(self, chunk: dict[str, Any]) -> None:
        """Takes the next chunk, as plain data."""
        identity = chunk.get("id")
        if identity:
            self.current_id = identity
            self._id = self._id or identity
        self._model = self._model or chunk.get("model") or ""
        if self._created is None:
            self._created = chunk.get("created")
        if chunk.get("usage") is not None:
            self._usage = chunk["usage"]
        for choice in chunk.get("choices") or ():
            if is_object(choice):
                self._add_choice(choice)
        if not _TOP.issuperset(chunk):
            _merge_extra(self._top, chunk, _TOP)

    def add_text(self, identity: str | None, index: Any, text: str) -> bool:
        """Takes a piece of text of a choice that has begun; False, and nothing taken, if there is more to learn of this chunk."""
        choice = self._choices.get(index)
        if choice is None or identity != self.current_id or not self._model or self._created is None:
            return False
        choice.content.add(text)
        choice.filled = True
        return True

    def _add_choice(self, part: dict[str, Any]) -> None:
        index = _index(part)
        choice = self._choices.get(index)
        if choice is None:
            choice = self._choices[index] = _Choice(index)
        delta = part.get("delta")
        if is_object(delta):
            merge_delta(choice, delta)
        if part.get("text"):
            choice.text.add(part["text"])
        if part.get("finish_reason"):
            choice.finish_reason = part["finish_reason"]
        if part.get("logprobs") is not None:
            choice.logprobs = _merge_logprobs(choice.logprobs, part["logprobs"])
        if not _CHOICE.issuperset(part):
            _merge_extra(choice.extra, part, _CHOICE)

    @property
    def complete(self) -> bool:
        """Whether at least one choice was seen and each has its finish_reason."""
        return bool(self._choices) and all(choice.finish_reason for choice in self._choices.values())

    @property
    def usage(self) -> Any:
        """The last usage that was told, or None."""
        return self._usage

    def snapshot(self) -> dict[str, Any]:
        """The completion so far, in the wire shape of one that was not streamed."""
        made: dict[str, Any] = {"id": self._id, "object": "chat.completion" if self._chat else "text_completion"}
        if self._created is not None:
            made["created"] = self._created
        made["model"] = self._model
        made["choices"] = [self._choices[index].snapshot(self._chat) for index in sorted(self._choices)]
        if self._usage is not None:
            made["usage"] = self._usage
        return {**made, **self._top}


def merge_delta(choice: _Choice, delta: dict[str, Any]) -> None:
    """Adds one delta: text is joined, role is the first word, unknown fields are the last word."""
    content = delta.get("content")
    if content is not None:
        choice.content.add(content)
    reasoning = delta.get("reasoning_content")
    if reasoning is None:
        reasoning = delta.get("reasoning")
    if reasoning is not None:
        choice.reasoning.add(reasoning)
    choice.refusal.add(delta.get("refusal"))
    choice.role = choice.role or delta.get("role") or None
    tools = delta.get("tool_calls")
    if tools:
        merge_tool_calls(choice.tools, tools)
    if content or reasoning or tools or delta.get("refusal"):
        choice.filled = True
    if delta.keys() - _DELTA:
        _merge_extra(choice.message_extra, delta, _DELTA)


def merge_tool_calls(calls: list[_ToolCall], parts: Any) -> None:
    """Adds fragments of tool calls: to the call of the same index, else of the same id, else to the last one."""
    for part in parts if is_array(parts) else ():
        if not is_object(part):
            continue
        index, identity = part.get("index"), part.get("id")
        if not isinstance(index, int):
            index = None
        target: _ToolCall | None = None
        if index is not None:
            target = next((call for call in calls if call.index == index), None)
        elif identity:
            target = next((call for call in calls if call.id == identity), None)
        elif calls:
            target = calls[-1]
        if target is None:
            target = _ToolCall(index)
            calls.append(target)
        target.add(part)


def _index(choice: dict[str, Any]) -> int:
    index = choice.get("index")
    return index if isinstance(index, int) else 0


def _merge_extra(known: dict[str, Any], part: dict[str, Any], fields: frozenset[str]) -> None:
    for name, value in part.items():
        if name not in fields and value is not None:
            known[name] = value


def _merge_logprobs(known: dict[str, Any] | None, part: Any) -> dict[str, Any] | None:
    """Lists grow token by token; anything else is the last word."""
    if not is_object(part):
        return known
    merged = known or {}
    for name, value in part.items():
        before = merged.get(name)
        if is_array(value) and is_array(before):
            before.extend(value)
        elif value is not None:
            merged[name] = list(value) if is_array(value) else value
    return merged

"""Joins the chunks of a streamed chat into one completion, by the rules that vLLM, SGLang and gateways force on a client.

id, type, name and role are the first non-empty value and never joined; content, reasoning, refusal and arguments are joined; null
and empty change nothing; choices and tool calls are ordered by index; the last usage that is not null wins.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

_JOINED = ("content", "refusal")
_REASONING = ("reasoning_content", "reasoning")
_FIRST_WINS = ("id", "object", "created", "model", "system_fingerprint", "service_tier")


class Accumulator:
    """Takes chunks in wire form and keeps the completion so far.

    >>> a = Accumulator()
    >>> a.add({"id": "1", "choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}]})
    >>> a.snapshot()["choices"][0]["message"]["content"], a.complete
    ('Hi', True)
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forgets everything: the server began the answer anew."""
        self._top: Json = {}
        self._choices: dict[int, _Choice] = {}

    def add(self, chunk: Json) -> None:
        """Takes the next chunk. Fields of any other type than expected are left out, never raised on."""
        for key, value in chunk.items():
            if key == "choices" or value is None or value == "":
                continue
            if key in _FIRST_WINS:
                self._top.setdefault(key, value)
            else:  # usage, and fields we do not know: the last one that says something
                self._top[key] = value
        for position, choice in enumerate(chunk.get("choices") or ()):
            if isinstance(choice, dict):
                index = choice.get("index")
                key = index if isinstance(index, int) else position
                self._choices.setdefault(key, _Choice()).add(choice)

    def restarts(self, chunk: Json) -> bool:
        """Whether this chunk begins the answer anew on another instance: a new non-empty id together with a role in a
        choice that has already said something. A new id alone is not a restart.
        """
        new, known = chunk.get("id"), self._top.get("id")
        if not new or not known or new == known:
            return False
        for position, choice in enumerate(chunk.get("choices") or ()):
            index = choice.get("index", position)
            said = self._choices.get(index)
            if said is not None and said.spoke and (choice.get("delta") or {}).get("role"):
                return True
        return False

    @property
    def complete(self) -> bool:
        """At least one choice was seen and every one has its finish_reason."""
        return bool(self._choices) and all(c.finish_reason for c in self._choices.values())

    @property
    def empty(self) -> bool:
        return not self._top and not self._choices

    def snapshot(self) -> Json:
        """The completion so far, as a non-streamed answer would have been."""
        top = dict(self._top)
        if top.get("object") == "chat.completion.chunk":
            top["object"] = "chat.completion"
        top["choices"] = [self._choices[index].result(index) for index in sorted(self._choices)]
        return top


class _Choice:
    """One choice being put together. Texts are kept as pieces and joined once."""

    def __init__(self) -> None:
        self.finish_reason: str | None = None
        self.spoke = False
        self._role: str | None = None
        self._texts: dict[str, list[str]] = {}
        self._tools: list[_Tool] = []
        self._logprobs: Json | None = None
        self._extra: Json = {}
        self._delta_extra: Json = {}

    def add(self, choice: Json) -> None:
        if choice.get("finish_reason"):
            self.finish_reason = choice["finish_reason"]
        if isinstance(choice.get("logprobs"), dict):
            self._logprobs = merge_logprobs(self._logprobs, choice["logprobs"])
        for key, value in choice.items():
            if key not in ("index", "delta", "finish_reason", "logprobs") and value is not None:
                self._extra[key] = value
        delta = choice.get("delta")
        if isinstance(delta, dict):
            self._add_delta(delta)

    def _add_delta(self, delta: Json) -> None:
        for key, value in delta.items():
            if value is None or value == "":
                continue
            if key == "role":
                self._role = self._role or value
            elif key in _REASONING:
                if key == "reasoning" and delta.get("reasoning_content"):
                    continue  # some servers send both names with the same text
                self._say("reasoning_content", value)
            elif key in _JOINED:
                self._say(key, value)
            elif key == "tool_calls" and isinstance(value, list):
                self.spoke = True
                merge_tool_calls(self._tools, value)
            else:
                self._delta_extra[key] = value

    def _say(self, key: str, value: Any) -> None:
        if isinstance(value, str):
            self.spoke = True
            self._texts.setdefault(key, []).append(value)

    def result(self, index: int) -> Json:
        message: Json = {"role": self._role or "assistant", "content": None}
        message.update({key: "".join(parts) for key, parts in self._texts.items()})
        if self._tools:
            message["tool_calls"] = [tool.result() for tool in sorted(self._tools, key=lambda t: t.index)]
        message.update(self._delta_extra)
        choice: Json = {"index": index, "message": message, "finish_reason": self.finish_reason, **self._extra}
        if self._logprobs is not None:
            choice["logprobs"] = self._logprobs
        return choice


class _Tool:
    """One tool call being put together."""

    def __init__(self, index: int) -> None:
        self.index = index
        self.named_index = False
        self.id = ""
        self.type = ""
        self.name = ""
        self.arguments: list[str] = []
        self.extra: Json = {}

    def result(self) -> Json:
        function = {"name": self.name, "arguments": "".join(self.arguments)}
        return {"id": self.id, "type": self.type or "function", "function": function, **self.extra}


def merge_tool_calls(tools: list[_Tool], fragments: list[Any]) -> None:
    """Adds the fragments of one delta: each belongs to the call of its index, else of its id, else to the last one."""
    for fragment in fragments:
        if not isinstance(fragment, dict):
            continue
        tool = _find(tools, fragment)
        tool.id = tool.id or fragment.get("id") or ""
        tool.type = tool.type or fragment.get("type") or ""
        function = fragment.get("function")
        if isinstance(function, dict):
            tool.name = tool.name or function.get("name") or ""
            arguments = function.get("arguments")
            if isinstance(arguments, str):
                tool.arguments.append(arguments)
        for key, value in fragment.items():
            if key not in ("index", "id", "type", "function") and value is not None:
                tool.extra[key] = value


def _find(tools: list[_Tool], fragment: Json) -> _Tool:
    index, call_id = fragment.get("index"), fragment.get("id")
    if isinstance(index, int) and not isinstance(index, bool):
        for tool in tools:
            if tool.index == index and tool.named_index:
                return tool
        tools.append(_Tool(index))
        tools[-1].named_index = True
        return tools[-1]
    for tool in tools:
        if call_id and tool.id == call_id:
            return tool
    if not tools or call_id:
        tools.append(_Tool(max((t.index for t in tools), default=-1) + 1))
    return tools[-1]


def merge_logprobs(known: Json | None, new: Json) -> Json:
    """Appends per-token entries; anything else is replaced by its last value."""
    merged = {} if known is None else known
    for key, value in new.items():
        if isinstance(value, list):
            kept = merged.get(key)
            if isinstance(kept, list):
                kept.extend(value)  # ours: made below, by the first chunk
            else:
                merged[key] = list(value)
        elif value is not None:
            merged[key] = value
    return merged

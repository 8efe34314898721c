"""Chat and text streams: what a chunk means, how a stream ends, what has been said so far."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

from faults import Fault, clean, parse_body, without_choices
from sse import Decoder, Event
from wire import Body, Broken, Silent


def loads(text: str) -> Any:
    return json.loads(text, parse_constant=lambda _: None)


def error_text(value: dict[str, Any], *secrets: str | None) -> str | None:
    """The server's words if this object is an error, else None."""
    if value.get("error") is not None or value.get("object") == "error":
        message, _, _ = parse_body(json.dumps(value).encode(), "application/json")
        return clean(message, *secrets) or "the server reported an error"
    return None


def choices_of(chunk: dict[str, Any]) -> list[dict[str, Any]]:
    """The choices of a chunk; what is no list, and no object in it, is none."""
    choices = chunk.get("choices")
    return [c for c in choices if isinstance(c, dict)] if isinstance(choices, list) else []


class Accumulator:
    """The completion as the sum of its chunks."""

    def __init__(self) -> None:
        self.top: dict[str, Any] = {}
        self.choices: dict[int, dict[str, Any]] = {}
        self.seen = False

    def add(self, chunk: dict[str, Any]) -> None:
        for name, value in chunk.items():
            if name == "choices" or value is None or value == "":
                continue
            if name not in ("id", "model", "created", "object") or name not in self.top:
                self.top[name] = value  # the first of what names the answer, the last of everything else
        for choice in choices_of(chunk):
            self._choice(choice)

    def _choice(self, choice: dict[str, Any]) -> None:
        self.seen = True
        index = choice.get("index") or 0
        mine = self.choices.setdefault(index, {"index": index, "message": {"role": ""}, "finish_reason": None, "calls": []})
        for name, value in choice.items():
            if name == "finish_reason" and value:
                mine["finish_reason"] = value
            elif name == "text" and value:
                mine["text"] = mine.get("text", "") + value
            elif name == "logprobs" and isinstance(value, dict):
                for part, tokens in value.items():
                    if isinstance(tokens, list):
                        mine.setdefault("logprobs", {}).setdefault(part, []).extend(tokens)
            elif name not in ("index", "delta", "message", "finish_reason", "text", "logprobs") and value is not None:
                mine[name] = value
        self._delta(mine, choice.get("delta") or {})

    def _delta(self, mine: dict[str, Any], delta: dict[str, Any]) -> None:
        message = mine["message"]
        for name, value in delta.items():
            if name == "reasoning":
                if delta.get("reasoning_content"):
                    continue  # one field under two names: who sends both sends the same text twice
                name = "reasoning_content"
            if name == "tool_calls":
                for call in value or []:
                    self._call(mine["calls"], call)
            elif name == "role":
                message["role"] = message["role"] or value or ""
            elif name in ("content", "reasoning_content", "refusal"):
                if value:
                    message[name] = message.get(name, "") + value
            elif value is not None:
                message[name] = value

    def _call(self, calls: list[dict[str, Any]], part: dict[str, Any]) -> None:
        if not isinstance(part, dict):
            return
        index, ident = part.get("index"), part.get("id")
        found = None
        if index is not None:
            found = next((c for c in calls if c["index"] == index), None)
        elif ident:
            found = next((c for c in calls if c["id"] == ident), None)
        elif calls:
            found = calls[-1]
        if found is None:
            index = index if index is not None else max((c["index"] for c in calls), default=-1) + 1
            found = {"index": index, "id": "", "type": "", "function": {"name": "", "arguments": ""}}
            calls.append(found)
        function = part.get("function") or {}
        found["id"] = found["id"] or ident or ""
        found["type"] = found["type"] or part.get("type") or ""
        found["function"]["name"] = found["function"]["name"] or function.get("name") or ""
        arguments = function.get("arguments") or ""
        found["function"]["arguments"] += arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False, separators=(",", ":"))
        found.update({k: v for k, v in part.items() if v is not None and k not in ("index", "id", "type", "function")})

    @property
    def finished(self) -> bool:
        return self.seen and all(c["finish_reason"] for c in self.choices.values())

    def snapshot(self, complete: bool) -> dict[str, Any]:
        choices = []
        for _, mine in sorted(self.choices.items()):
            out = {k: v for k, v in mine.items() if k != "calls"}
            out["message"] = {**mine["message"], "role": mine["message"]["role"] or "assistant"}
            if mine["calls"]:
                calls = sorted(mine["calls"], key=lambda c: int(c["index"]))
                out["message"]["tool_calls"] = [{k: v for k, v in call.items() if k != "index"} for call in calls]
            choices.append(out)
        top = {**self.top, **({"object": str(self.top["object"]).removesuffix(".chunk")} if "object" in self.top else {})}
        return {**top, "choices": choices, "complete": complete}


class ChatStream:
    """Iterate once over chunks; `final()` drains; `partial` is what came so far; `close()` closes the socket."""

    def __init__(self, body: Body, *, secrets: Sequence[str], on_restart: str = "error", attempts: int = 1,
                 release: Callable[[Body], None] = lambda body: None, max_event: int | None = None,
                 request_id: str | None = None, tell: Callable[[str | None, int, Any], None] = lambda kind, chunks, usage: None) -> None:
        self._tell: Callable[[str | None, int, Any], None] | None = tell
        self._count = 0
        self.body, self.secrets, self.on_restart = body, secrets, on_restart
        self.attempts, self.release, self.request_id = attempts, release, request_id
        self.decoder = Decoder(max_event) if max_event else Decoder()
        self.sum = Accumulator()
        self.done = False
        self.closed = False
        self._used = False
        self._id = ""
        self._spoken: set[int] = set()
        self._kept: list[Event] | None = None

    @property
    def partial(self) -> dict[str, Any]:
        return self.sum.snapshot(self.done)

    def close(self) -> None:
        self._ended("cancelled")
        if not self.closed:
            self.closed = True
            self.body.close()

    def _ended(self, kind: str | None) -> None:
        """Told once: None for a whole answer."""
        tell, self._tell = self._tell, None
        if tell:
            tell(kind, self._count, self.sum.top.get("usage"))

    def final(self) -> dict[str, Any]:
        if not self._used:
            for _ in self:
                pass
        return self.sum.snapshot(True)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (chunk for chunk in self._walk() if chunk is not None)

    def events(self) -> Iterator[Event]:
        """The events as they came, up to the error that one reports; it counts as the one iteration."""
        self._kept = kept = list[Event]()
        steps = self._walk()
        try:
            more = True
            while more:
                try:
                    next(steps)
                except StopIteration:
                    more = False
                finally:
                    yield from kept
                    kept.clear()
        finally:
            steps.close()

    def _walk(self) -> Generator[dict[str, Any] | None]:
        """Chunks, and None for an event that is none."""
        if self._used:
            raise Fault("config", "the stream has already been read")
        self._used = True
        try:
            yield from self._chunks()
        except Fault as exc:
            self._ended(exc.kind)
            raise
        finally:
            self._leave()

    def _leave(self) -> None:
        if self.done:
            self._ended(None)
            self.body.drain()
        if self.done and self.body.reusable and not self.closed:
            self.closed = True
            self.release(self.body)
        else:
            self.close()

    def _chunks(self) -> Iterator[dict[str, Any] | None]:
        content_type = self.body.head.map().get("content-type", "").lower()
        if content_type.partition(";")[0].strip() == "application/json":
            yield from self._from_json()
            return
        if "html" in content_type:
            raise self._fault("unexpected_response", "an HTML page came instead of a stream")
        while True:
            data = self._read()
            if not data:
                break
            try:
                events = self.decoder.feed(data)
            except Fault as exc:
                raise self._fault(exc.kind, exc.message) from None
            for n, event in enumerate(events):
                self._check_ignored(n)  # lines between two events of one read count where they stand
                chunk = self._meaning(event)
                if self.done:
                    return
                yield chunk
            self._check_ignored(len(events))
        yield from self._end()

    def _read(self) -> bytes:
        try:
            return self.body.read()
        except (Silent, Broken) as exc:
            self._bare_error(self.decoder.finish())  # the server's reason beats that of the connection
            broken = isinstance(exc, Broken)
            fault = self._fault("stream_interrupted" if broken else "timeout", str(exc.args[0]), "connection" if broken else "idle_timeout")
            fault.cause = str(exc.args[0])
            raise fault from None

    def _fault(self, kind: str, message: str, reason: str | None = None, code: str | None = None) -> Fault:
        return Fault(kind, clean(message, *self.secrets), reason=reason, partial=self.sum.snapshot(False), code=code and clean(code, *self.secrets),
                     status=self.body.head.status, attempts=self.attempts,
                     request_id=self.request_id and clean(self.request_id, *self.secrets))

    def _check_ignored(self, events: int) -> None:
        """Chutes ends a failed stream with a bare JSON object; the decoder hands such lines up as ignored."""
        while self.decoder.ignored and self.decoder.ignored[0][0] <= events:
            self._bare_error(self.decoder.ignored.pop(0)[1])

    def _bare_error(self, line: str) -> None:
        text = line.strip()
        if not text.startswith("{"):
            return
        try:
            value = loads(text)
        except ValueError:
            return
        if isinstance(value, dict):
            message = error_text(value, *self.secrets)
            if message is None and value.get("detail") is not None:
                message = clean(parse_body(text.encode(), "")[0], *self.secrets)
            if message is not None:
                raise self._fault("stream_error", message)

    def _meaning(self, event: Event) -> dict[str, Any] | None:
        if self._kept is not None:
            self._kept.append(event)
        text = event.data.strip()
        if text == "[DONE]":
            self.done = True
            return None
        if event.event == "error":
            raise self._fault("stream_error", self._words(event.data), code=parse_body(event.data.encode(), "")[1])
        if not text or text.startswith(":"):
            return None
        try:
            value = loads(text)
        except (ValueError, RecursionError):
            raise self._fault("stream_error", f"broken JSON in an event: {text[:200]}") from None
        if not isinstance(value, dict):
            raise self._fault("stream_error", f"an event that is no object: {text[:200]}")
        message = error_text(value, *self.secrets)
        if message is not None:
            raise self._fault("stream_error", message, code=parse_body(text.encode(), "")[1])
        return self._take(value)

    def _words(self, data: str) -> str:
        return parse_body(data.encode(), "")[0] or data or "the server reported an error"

    def _take(self, chunk: dict[str, Any]) -> dict[str, Any]:
        ident = chunk.get("id") or ""
        if ident and self._id and ident != self._id and self._restarted(chunk):
            if self.on_restart != "discard":
                raise self._fault("stream_interrupted", "the server began the answer anew on another instance", "restarted")
            self.sum = Accumulator()
            self._spoken.clear()
        self._id = ident or self._id
        self._count += 1
        self.sum.add(chunk)
        for choice in choices_of(chunk):
            delta = choice.get("delta") or {}
            if choice.get("text") or any(delta.get(n) for n in ("content", "reasoning_content", "reasoning", "refusal", "tool_calls")):
                self._spoken.add(choice.get("index") or 0)
        return chunk

    def _restarted(self, chunk: dict[str, Any]) -> bool:
        return any((c.get("delta") or {}).get("role") and (c.get("index") or 0) in self._spoken for c in choices_of(chunk))

    def _end(self) -> Iterator[dict[str, Any]]:
        """The body ended without [DONE]."""
        tail = self.decoder.finish()
        self._bare_error(tail)
        open_data = self.decoder.open_data
        field = tail.partition(":")
        rest = [open_data] if open_data is not None else []
        if field[0] == "data" and tail:
            rest.append(field[2].removeprefix(" "))
        elif tail.strip() == "[DONE]":
            rest = ["[DONE]"]
        text = "\n".join(rest).strip()
        if text:
            try:
                chunk = self._meaning(Event(self.decoder.open_event or "message", text, ""))
            except Fault as exc:
                if "broken JSON" not in exc.message:
                    raise
                raise self._fault("stream_interrupted", "the stream ended inside an event", "truncated") from None
            if chunk is not None:
                yield chunk
        if not self.done and not self.sum.finished:
            raise self._fault("stream_interrupted", "the stream ended before the answer was finished", "truncated")
        self.done = True

    def _from_json(self) -> Iterator[dict[str, Any]]:
        data = b""
        while piece := self._read():
            data += piece
        try:
            value = loads(data.decode("utf-8-sig", "replace"))
        except ValueError:
            raise self._fault("unexpected_response", "the answer is no valid JSON") from None
        if not isinstance(value, dict) or error_text(value, *self.secrets) or not isinstance(value.get("choices"), list):
            words = error_text(value, *self.secrets) if isinstance(value, dict) else None
            raise self._fault("unexpected_response", words or without_choices(value, *self.secrets))
        top = {k: v for k, v in value.items() if k != "choices"}
        if top.get("object") == "chat.completion":
            top["object"] = "chat.completion.chunk"
        usage = top.pop("usage", None)
        parts = [{**{k: v for k, v in choice.items() if k != "message"}, "delta": choice.get("message") or {}} for choice in value["choices"]]
        for number in range(max(len(parts), 1)):
            chunk = {**top, "choices": parts[number : number + 1]}
            if number >= len(parts) - 1:
                chunk["usage"] = usage
            if self._kept is not None:
                self._kept.append(Event("message", json.dumps(chunk), ""))
            yield self._take(chunk)
        self.done = True

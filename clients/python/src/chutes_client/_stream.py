"""The meaning of a streamed chat answer, as a state machine over bytes; the half that reads them is `_async/_stream.py`.

The machine never raises while it is fed: it returns the chunks that came before a failure and keeps the failure in `failure`, so
that what arrived is handed out before the error, in order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Generic, Literal, TypeVar

from ._accumulate import Accumulator
from ._errors import ChutesError, StreamError, StreamInterruptedError, TooLargeError, parse_body
from ._json import is_array, is_object
from ._results import ResponseInfo, check_success, unexpected
from ._sse import Decoder, Event
from ._values import Model, from_json, lenient, parse_json

C = TypeVar("C", bound=Model)


def stream_error(event: Event) -> StreamError | None:
    """The error an event stands for, or None: `event: error`, a top-level `error`, or `object: error`."""
    if event.event == "error":
        return _server_error(event.data, event.data or "the server reported an error")
    try:
        value = parse_json(event.data)
    except (ValueError, RecursionError):
        return None
    if is_object(value) and (value.get("error") is not None or value.get("object") == "error"):
        return _server_error(event.data, "the server reported an error")
    return None


def bare_error(line: str, *, detail: bool = True) -> StreamError | None:
    """The error of a line that is no event: Chutes ends a broken stream with a bare JSON object, without `data:`."""
    text = line.strip()
    if not text.startswith("{"):
        return None
    try:
        value = parse_json(text)
    except (ValueError, RecursionError):
        return None
    if is_object(value) and (value.get("error") is not None or (detail and value.get("detail") is not None)):
        return _server_error(text, text)
    return None


def _server_error(text: str, fallback: str) -> StreamError:
    body = parse_body(text.encode())
    return StreamError(body.message or fallback, code=body.code, body=text.encode())


def is_ping(data: str) -> bool:
    """Empty data, and the `: keepalive` that some proxies wrap into an event."""
    return data.lstrip()[:1] in ("", ":")


def interrupted(error: ChutesError) -> ChutesError:
    """A connection that breaks inside a stream interrupts the stream; silence stays a time-out, and says so."""
    if error.kind == "connection":
        message = error.message.replace(" broke: ", " broke in the middle of the stream: ", 1)
        made = StreamInterruptedError(message, reason="connection")
        made.__cause__ = error.__cause__
        return made
    if error.kind == "timeout" and "idle_timeout" in error.message:
        error.reason = "idle_timeout"
    return error


class ChatMachine(Generic[C]):
    """Bytes of a chat or text completion stream in, typed chunks out.

    Attributes:
        done: `[DONE]` was seen, or a whole JSON answer was taken.
        events: None, or a list that keeps the events themselves from now on, for a caller who wants those.
        failure: what went wrong, to be raised after the chunks that came before it.
        restarts: how often the server began the answer anew (`on_restart="discard"`).
    """

    def __init__(self, kind: type[C], chat: bool, on_restart: Literal["error", "discard"], max_event_bytes: int) -> None:
        self._kind, self._chat, self._on_restart = kind, chat, on_restart
        self._validate = kind.__pydantic_validator__.validate_json
        self._decoder = Decoder(max_event_bytes)
        self.accumulator = Accumulator(chat)
        self.done = False
        self.events: list[Event] | None = None
        self.failure: ChutesError | None = None

    def feed(self, data: bytes) -> Iterator[C]:
        """Takes the next bytes and hands out the chunks they complete, each read when it is asked for.

        So a chunk that was handed out is gone before the next is made; with hundreds in one read that is a fifth cheaper.
        """
        if not self._chat or self.events is not None:
            yield from self._slowly(data)
            return
        decoder = self._decoder
        texts = decoder._plain(data)
        if texts is not None:
            yield from self._chunks(texts)
            return
        for part in decoder._cut(data):
            if self.done or self.failure:
                return
            texts = decoder._plain(part)
            yield from self._slowly(part) if texts is None else self._chunks(texts)

    def _slowly(self, data: bytes) -> Iterator[C]:
        try:
            events = self._decoder.feed(data)
        except TooLargeError as error:
            self.failure = error
            return
        for record in self._in_order(events):
            if self.done or self.failure:
                return
            chunk: C | None = None
            if isinstance(record, str):
                self._bare(record)
            elif self._chat and record.event == "message" and self.events is None:
                chunk = self._chunk(record.data)
            else:
                chunk = self._event(record)
            if chunk is not None:
                yield chunk

    def finish(self) -> Iterator[C]:
        """Says that the body has ended cleanly; looks at what was left over and decides whether the answer is whole."""
        if self.done or self.failure:
            return
        tail = self._decoder.finish()
        if tail.data is not None and not is_ping(tail.data):
            if tail.event != "error" and tail.data.strip() != "[DONE]" and not _is_json(tail.data):
                self.interrupt("truncated")
                return
            if (chunk := self._event(Event(tail.event, tail.data))) is not None:
                yield chunk
        else:
            self._bare(tail.line)
        if not self.done and not self.failure and not self.accumulator.complete:
            self.interrupt("truncated")

    def broke(self, error: ChutesError) -> None:
        """Says that the body has broken off: a lost connection is an interruption, anything else stays what it is."""
        if self.done or self.failure:
            return
        if self._bare(self._decoder.finish().line):
            return
        self.failure = interrupted(error)

    def interrupt(self, reason: Literal["truncated", "restarted"]) -> None:
        texts = {
            "truncated": "the stream ended before the answer was complete",
            "restarted": "the server restarted the answer on another instance",
        }
        self.failure = StreamInterruptedError(texts[reason], reason=reason)

    def whole_answer(self, body: bytes, info: ResponseInfo) -> list[C]:
        """A JSON answer to a stream request: one chunk per choice, or one without any, then the stream is complete."""
        check_success(body, info)
        try:
            value = parse_json(body)
        except (ValueError, RecursionError):
            value = None
        if not is_object(value) or not is_array(value.get("choices")):
            raise unexpected(f"a JSON answer without choices where a stream was due: {parse_body(body).message}", info, body)
        chunks: list[C] = []
        parts = [dict(choice) if is_object(choice) else {} for choice in value["choices"]]
        for number in range(max(len(parts), 1)):
            piece = {**value, "choices": parts[number : number + 1]}
            for part in piece["choices"]:
                if "message" in part:
                    part["delta"] = part.pop("message")
            if value.get("object") == "chat.completion":
                piece["object"] = "chat.completion.chunk"
            if number < len(parts) - 1:
                piece.pop("usage", None)
            chunk = self._take(piece, lenient(piece, self._kind))
            if chunk is not None:
                chunks.append(chunk)
        self.done = True
        return chunks

    def partial(self) -> dict[str, Any]:
        """What has arrived so far, in wire shape; never raises."""
        return self.accumulator.snapshot()

    def _chunks(self, texts: list[bytes]) -> Iterator[C]:
        for text in texts:
            if self.done or self.failure:
                return
            if (chunk := self._chunk(text)) is not None:
                yield chunk

    def _chunk(self, data: bytes | str) -> C | None:
        """Takes an event without a name. Most are text for a choice that is known: their JSON is read once, into the chunk."""
        chunk: C | None
        try:
            chunk = self._validate(data)
        except ValueError:
            chunk = None
        if chunk is not None and self._only_text(chunk):
            return chunk
        return self._event(Event("message", data if isinstance(data, str) else data.decode("utf-8", "replace")), chunk)

    def _event(self, event: Event, chunk: C | None = None) -> C | None:
        """Takes an event and returns its chunk, if it has one. `chunk` is what its data was read as, if it was read already."""
        data = event.data
        if self.events is not None:
            self.events.append(event)
        if event.event == "error":
            self.failure = stream_error(event)
            return None
        if is_ping(data):
            return None
        if data.strip() == "[DONE]":
            self.done = True
            return None
        value: Any = None
        try:
            value = parse_json(data)
            chunk = (chunk or from_json(data, self._kind)) if is_object(value) else None
        except (ValueError, RecursionError):
            chunk = None
        if chunk is None:
            self.failure = StreamError(f"an event of the stream is no JSON object: {data[:200]}", body=data.encode())
        elif value.get("error") is not None or value.get("object") == "error":
            self.failure = stream_error(event)
        else:
            return self._take(value, chunk)
        return None

    def _only_text(self, chunk: Any) -> bool:
        """Adds a chunk that says nothing but text for a choice that is known; False, and nothing taken, for any other."""
        choices = chunk.choices
        if chunk.usage is not None or not choices or len(choices) != 1 or chunk.object == "error":
            return False
        choice = choices[0]
        delta = choice.delta
        if delta is None or choice.finish_reason is not None or choice.logprobs is not None:
            return False
        for part in (chunk, choice, delta):
            for value in part.__pydantic_extra__.values():
                if value is not None:
                    return False
        text, told = delta.content, delta.__pydantic_fields_set__
        if not text:
            return False
        if len(told) > 1:
            for name in told:
                if name != "content" and getattr(delta, name) is not None:
                    return False
        return self.accumulator.add_text(chunk.id, choice.index, text)

    def _take(self, value: dict[str, Any], chunk: C) -> C | None:
        """Adds a chunk to the answer; None where it begins another one that nobody asked for."""
        if not is_array(value.get("choices")):
            value = {**value, "choices": None}
        if self.accumulator.restarts(value):
            if self._on_restart == "error":
                self.interrupt("restarted")
                return None
            self.accumulator = Accumulator(self._chat)
            vars(chunk)["__restarted__"] = True
        self.accumulator.add(value)
        return chunk

    def _in_order(self, events: list[Event]) -> Sequence[Event | str]:
        """Events and the lines that are none, as they came: a bare error may stand before `[DONE]`."""
        ignored = self._decoder.ignored
        if not ignored:
            return events
        merged: list[Event | str] = []
        taken = 0
        for before, line in ignored:
            merged += (*events[taken:before], line)
            taken = before
        ignored.clear()
        return [*merged, *events[taken:]]

    def _bare(self, line: str) -> bool:
        error = bare_error(line)
        if error is not None:
            self.failure = error
        return error is not None


def _is_json(text: str) -> bool:
    try:
        parse_json(text)
    except (ValueError, RecursionError):
        return False
    return True

# Made from _async/_stream.py by scripts/unasync.py. Do not edit.
"""Streams as the caller sees them: chunks of an answer, or the events of a chute."""

from __future__ import annotations

import builtins
import json
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from typing import Any, Generic, TypeVar, cast

from typing_extensions import Self

from .._errors import APIConnectionError, ChutesError, ConfigError, StreamError, TooLargeError
from .._journey import StreamWatch, info_of, reading
from .._results import MAX_JSON_BYTES, ResponseInfo, check_success, media_type, unexpected
from .._sse import MAX_EVENT_BYTES, Decoder, Event
from .._stream import ChatMachine, bare_error, interrupted, is_ping, stream_error
from .._values import Model, from_json, from_plain
from ._request import Executor
from ._transport import Answer

C = TypeVar("C", bound=Model)
F = TypeVar("F", bound=Model)
E = TypeVar("E")


class AnswerStream:
    """An answer that is read while it arrives, once.

    Leaving early (`break`, `close()`, the end of an `with`, cancelling) closes the connection at once.

    Attributes:
        response: status, headers, request id and attempts of the answer.
    """

    _again = "the stream has already been read; make the call again for a new one"

    def __init__(self, answer: Answer, executor: Executor) -> None:
        self._answer, self._executor = answer, executor
        self._started = self._closed = False
        self._watch = StreamWatch(answer.request.journey)
        self.response: ResponseInfo = info_of(answer)

    def _begin(self) -> None:
        if self._started:
            raise ConfigError(self._again)
        self._started = True

    def _leave(self, kind: str | None) -> None:
        """Tells the end; only the first time counts."""
        self._watch.end(kind)

    def _failed(self, error: ChutesError) -> ChutesError:
        error.request_id = error.request_id or self.response.request_id
        error.attempts = self.response.attempts
        return self._executor.own(error, self._answer.request.journey)

    def close(self) -> None:
        """Leaves the stream and closes its connection, from any task or thread; a loop that reads it just ends."""
        self._started = self._closed = True
        self._leave("cancelled")
        self._answer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def __del__(self) -> None:
        """Tells the end of one that was dropped; its connection is closed by the answer."""
        with suppress(Exception):
            self._leave("cancelled")


class ChatStream(AnswerStream, Generic[C, F]):
    """A streamed answer: iterate it for chunks, or `text_stream` for the text. It can be read once."""

    def __init__(self, answer: Answer, machine: ChatMachine[C], executor: Executor, kinds: tuple[type[F], type[F]]) -> None:
        super().__init__(answer, executor)
        self._machine = machine
        self._kind, self._partial_kind = kinds
        self._left = False
        self._ready: list[C] | None = None

    def __iter__(self) -> Iterator[C]:
        self._begin()
        return self._read()

    def events(self) -> Iterator[Event]:
        """The events themselves, as they came: pings that have data and `[DONE]` too, and one that reports an error before it is
        raised. An answer that is no stream is one event for each of its choices.

        Example:
            >>> messages = [{"role": "user", "content": "Hello"}]
            >>> stream = client.chat.completions.stream(model="mock/open-model", messages=messages)
            >>> [event.data for event in stream.events()][-1]
            '[DONE]'
        """
        self._begin()
        self._machine.events = []
        return self._read()

    def _read(self) -> Generator[Any, None, None]:
        machine, answer, watch = self._machine, self._answer, self._watch
        if self._ready is not None:
            for item in self._asked(self._ready):
                watch.chunk()
                yield item
            self._leave(None)
            return
        try:
            pieces = answer.chunks()
            try:
                for piece in pieces:
                    for item in self._asked(machine.feed(piece)):
                        watch.chunk()
                        yield item
                        if self._closed:
                            return
                    if machine.done or machine.failure is not None:
                        break
                else:
                    for item in () if self._closed else self._asked(machine.finish()):
                        watch.chunk()
                        yield item
                if machine.done:
                    _drain(answer, pieces)
            except ChutesError as error:
                if self._closed:
                    return
                machine.broke(error)
            finally:
                pieces.close()
            if machine.failure is not None:
                self._leave(machine.failure.kind)
                raise self._failed(machine.failure)
            self._leave(None)
        finally:
            self._leave("cancelled")
            answer.close()

    def _asked(self, chunks: Iterable[C]) -> Iterable[Any]:
        """The chunks, or the events behind them where those were asked for."""
        events = self._machine.events
        if events is None:
            return chunks
        for chunk in chunks:
            if self._ready is not None:
                events.append(Event("message", json.dumps(chunk.to_dict(), ensure_ascii=False)))
        self._machine.events = []
        return events

    def _leave(self, kind: str | None) -> None:
        self._left = True
        whole = self._machine.accumulator
        self._watch.end(kind, whole.usage, whole.snapshot().get("model") if self._watch.listened else None)

    def _open(self) -> None:
        """Takes an answer that is no stream at once, so that its error comes from the call and not from the loop."""
        if media_type(self._answer.headers.get("content-type", "")) in ("application/json", "text/html"):
            try:
                body = self._answer.read(MAX_JSON_BYTES)
                self._ready = self._machine.whole_answer(body, info_of(self._answer))
            except ChutesError as error:
                error.attempts = self.response.attempts
                self._watch.end(error.kind)
                raise self._executor.own(error, self._answer.request.journey) from error.__cause__

    def _failed(self, error: ChutesError) -> ChutesError:
        error.partial = self.partial
        error.status = error.status if error.kind == "unexpected_response" else error.status or self.response.status
        return super()._failed(error)

    @property
    def text_stream(self) -> Iterator[str]:
        """The text of the first choice, piece by piece."""
        return self._text()

    def _text(self) -> Generator[str, None, None]:
        chunks = cast("Generator[C, None, None]", self.__iter__())
        try:
            for chunk in chunks:
                for choice in getattr(chunk, "choices", None) or ():
                    if not (choice.index or 0):
                        delta = getattr(choice, "delta", None)
                        text = getattr(delta, "content", None) if delta is not None else getattr(choice, "text", None)
                        if text:
                            yield text
        finally:
            chunks.close()

    def final(self) -> F:
        """Reads to the end and returns the whole answer.

        Raises:
            ChutesError: what went wrong on the way; `error.partial` holds what came before.
        """
        if not self._started:
            for _ in self:
                pass
        if self._machine.failure is not None:
            raise self._machine.failure
        if not self._machine.done and not self._machine.accumulator.complete:
            raise ConfigError("the stream was left before its end; .partial holds what came")
        value = from_plain(self._machine.accumulator.snapshot(), self._kind)
        vars(value)["__response__"] = self.response
        return value

    @property
    def partial(self) -> F:
        """What has arrived so far, with `complete` False. Never raises."""
        machine = self._machine
        complete = self._left and machine.failure is None and (machine.done or machine.accumulator.complete)
        return from_plain({**machine.partial(), "complete": complete}, self._partial_kind)


def _drain(answer: Answer, pieces: Generator[bytes, None, None]) -> None:
    """Takes what has arrived after `[DONE]`, so that the connection can be used again if that was the end of the body."""
    if not answer.exchange.watched:
        return
    answer.exchange.draining = True
    try:
        for _ in range(64):
            pieces.__next__()
    except (StopIteration, ChutesError):
        return


class EventStream(AnswerStream, Generic[E]):
    """The events of a chute, or of a warm-up. It ends where the body ends; it can be read once.

    `bytes` and `lines` give the body undecoded, for chutes that stream something else than events.
    """

    def __init__(
        self,
        answer: Answer,
        executor: Executor,
        read: Callable[[Event], E | None],
        max_event_bytes: int = MAX_EVENT_BYTES,
        last: Callable[[E], bool] | None = None,
    ) -> None:
        super().__init__(answer, executor)
        self._convert, self._max_event_bytes, self._last = read, max_event_bytes, last

    def __iter__(self) -> Iterator[E]:
        return self._start(self._events())

    @property
    def bytes(self) -> Iterator[builtins.bytes]:
        """The body as it arrives."""
        return self._start(self._raw())

    @property
    def lines(self) -> Iterator[str]:
        """The body line by line, without line ends."""
        return self._start(self._lines())

    def _start(self, reader: Generator[Any, None, None]) -> Generator[Any, None, None]:
        self._begin()
        return self._counted(reader)

    def _raw(self) -> Generator[builtins.bytes, None, None]:
        pieces = self._answer.chunks()
        try:
            for piece in pieces:
                yield piece
        except ChutesError as error:
            raise self._failed(error) from error.__cause__
        finally:
            pieces.close()
            self._answer.close()

    def _counted(self, items: Generator[Any, None, None]) -> Generator[Any, None, None]:
        """Hands out what a reader finds, and tells the end."""
        try:
            for item in items:
                if self._closed:
                    return
                self._watch.chunk()
                yield item
            self._watch.end(None)
        except ChutesError as error:
            self._watch.end(error.kind)
            if not self._closed:
                raise
        finally:
            self._watch.end("cancelled")
            items.close()

    def _lines(self) -> Generator[str, None, None]:
        rest: list[builtins.bytes] = []
        size = 0
        pieces = self._raw()
        try:
            for piece in pieces:
                *whole, last = piece.split(b"\n")
                for line in whole:
                    yield b"".join((*rest, line)).rstrip(b"\r").decode("utf-8", "replace")
                    rest.clear()
                    size = 0
                size += len(last)
                if size > self._max_event_bytes:
                    raise self._failed(TooLargeError(f"a line is larger than {self._max_event_bytes:,} bytes"))
                if last:
                    rest.append(last)
            if rest:
                yield b"".join(rest).decode("utf-8", "replace")
        finally:
            pieces.close()

    def _events(self) -> Generator[E, None, None]:
        decoder = Decoder(self._max_event_bytes)
        pieces = self._raw()
        try:
            for piece in pieces:
                for event in decoder.feed(piece):
                    value = self._convert(event)
                    if value is None:
                        continue
                    yield value
                    if self._last is not None and self._last(value):
                        return
                decoder.ignored.clear()
            tail = decoder.finish()
            if (error := bare_error(tail.line, detail=False)) is not None:
                raise error
            if tail.data is not None and (value := self._convert(Event(tail.event, tail.data))) is not None:
                yield value
        except APIConnectionError as error:
            line = decoder.finish().line
            raise self._failed(bare_error(line, detail=False) or error) from error.__cause__
        except (StreamError, TooLargeError) as error:
            raise self._failed(error) from None
        finally:
            pieces.close()

    def _failed(self, error: ChutesError) -> ChutesError:
        return super()._failed(interrupted(error))


def model_event(kind: type[F]) -> Callable[[Event], F | None]:
    """Reads the JSON of an event into `kind`, a ping into nothing; an error of the server and broken JSON are a `StreamError`."""

    def read(event: Event) -> F | None:
        if is_ping(event.data):
            return None
        if (error := stream_error(event)) is not None:
            raise error
        try:
            return from_json(event.data, kind)
        except (ValueError, RecursionError):
            raise StreamError(f"an event of the stream is no JSON: {event.data[:200]}", body=event.data.encode()) from None

    return read


def refuse_page(answer: Answer, executor: Executor) -> None:
    """Refuses HTML where events were due."""
    if media_type(answer.headers.get("content-type", "")) != "text/html":
        return
    with reading(answer) as journey:
        try:
            body = answer.read(MAX_JSON_BYTES)
            check_success(body, info_of(answer))
            raise unexpected("HTML where events were due", info_of(answer), body)
        except ChutesError as error:
            error.attempts = answer.attempts
            raise executor.own(error, journey) from error.__cause__

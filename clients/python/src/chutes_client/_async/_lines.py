"""A build log being followed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, Generic, TypeVar

from .._errors import ChutesError, StreamInterruptedError
from .._lines import LineDecoder, Record
from .._results import media_type
from .._stream import interrupted
from ._request import AsyncExecutor
from ._stream import AsyncAnswerStream
from ._transport import AsyncAnswer

E = TypeVar("E")


class AsyncLogStream(AsyncAnswerStream, Generic[E]):
    """The records of a build log (`log_type`, `log`, `offset`), in both forms that the server has. It can be read once.

    While the image is built, dots and comments are dropped, `DONE` ends the iteration and closes the connection, and an error
    line raises `StreamError` with its text. An end before `DONE` is `StreamInterruptedError`, whose `offset` says where to go on.
    The log of a finished build is plain text and comes line by line, with neither type nor offset.

    Attributes:
        offset: of the last record that was read, or None.
    """

    _again = "the log has already been read; ask for it again, with the offset"

    def __init__(self, answer: AsyncAnswer, executor: AsyncExecutor, kind: Any) -> None:
        super().__init__(answer, executor)
        self._kind = kind
        self._plain = media_type(answer.headers.get("content-type", "")) != "text/event-stream"
        self.offset: str | None = None

    def __aiter__(self) -> AsyncIterator[E]:
        self._begin()
        return self._records()

    async def _records(self) -> AsyncGenerator[E, None]:
        decoder = LineDecoder(self._plain, self._executor.config.max_event_bytes)
        pieces = self._answer.chunks()
        try:
            async for piece in pieces:
                for found in decoder.feed(piece):
                    if found.done:
                        self._leave(None)
                        return
                    yield self._event(found)
                    if self._closed:
                        return
            for found in () if self._closed else decoder.finish():
                if found.done:
                    self._leave(None)
                    return
                yield self._event(found)
            if not self._plain:
                raise StreamInterruptedError("the log ended before the build did", reason="truncated")
            self._leave(None)
        except ChutesError as error:
            if self._closed:
                return
            failed = self._failed(error)
            self._leave(failed.kind)
            raise failed from error.__cause__
        finally:
            self._leave("cancelled")
            await pieces.aclose()
            await self._answer.aclose()

    def _event(self, found: Record) -> E:
        self.offset = found.offset or self.offset
        self._watch.chunk()
        made: E = self._kind(log_type=found.log_type, log=found.log, offset=found.offset)
        return made

    def _failed(self, error: ChutesError) -> ChutesError:
        error = interrupted(error)
        error.offset = self.offset
        return super()._failed(error)

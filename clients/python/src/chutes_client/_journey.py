"""What one call goes through: the requests it sends, the models it asks, and the hooks that are told of it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from ._errors import ChutesError
from ._hooks import AttemptInfo, CallInfo, RetryInfo, StreamInfo, Teller
from ._json import is_object
from ._results import Attempt, ResponseInfo

if TYPE_CHECKING:
    from ._request import Request


_calls = itertools.count(1)


class Journey:
    """One call from its first request to its answer.

    Attributes:
        model: the model that is asked now.
        tried: models that failed before it, with their kinds.
        history: one entry for each request sent so far.
        secrets: the credentials that were sent, which the answers may echo; a provider gives many.
        began: when the call began, by `time.monotonic`.
    """

    def __init__(self, operation: str, teller: Teller) -> None:
        self.operation, self.teller = operation, teller
        self.model: str | None = None
        self.tried: list[tuple[str, str]] = []
        self.history: list[Attempt] = []
        self.secrets: set[str] = set()
        self.began = time.monotonic()
        self._sent_at = 0.0
        self._info: AttemptInfo | None = None
        self._over = False
        self._response_model: str | None = None
        self._usage: Mapping[str, Any] | None = None
        self.call = next(_calls)
        teller.on_call_start(operation, self.call)

    @property
    def number(self) -> int:
        """Requests sent so far."""
        return len(self.history)

    def sends(self, request: Request) -> None:
        """Says that a request is about to go out."""
        self.history.append(Attempt(self.number + 1))
        self._sent_at = time.monotonic()
        if self.teller.listens:
            url = request.url.partition("?")[0].partition("#")[0]
            self._info = AttemptInfo(self.operation, request.method, url, self.number, self.model, call=self.call)
            self.teller.before_attempt(self._info)

    def answered(self, status: int | None, kind: str | None, request_id: str | None) -> None:
        """Says how the last request ended; `kind` is None where it went well."""
        self.history[-1] = replace(self.history[-1], status=status, kind=kind)
        if self._info is not None:
            seconds = time.monotonic() - self._sent_at
            self.teller.after_attempt(replace(self._info, status=status, kind=kind, seconds=seconds, request_id=request_id))

    def waits(self, seconds: float) -> None:
        """Says that the last request is tried again after so many seconds."""
        last = self.history[-1] = replace(self.history[-1], wait=seconds)
        self.teller.on_retry(RetryInfo(self.operation, last.number, last.kind or "", seconds, self.call))

    def fails(self, error: ChutesError) -> None:
        """Says that no answer came; the error is told what was tried."""
        error.attempts = self.number
        error.history, error.tried = tuple(self.history), tuple(self.tried)
        self.ends(error.kind)

    def notes(self, model: Any, usage: Any) -> None:
        """Notes what the answer says of its model and its tokens."""
        self._response_model = model if isinstance(model, str) and model else self._response_model
        self._usage = usage if is_object(usage) else self._usage

    def ends(self, kind: str | None) -> None:
        """Says that the answer was read, or cannot be; only the first time counts."""
        if self._over:
            return
        self._over = True
        seconds, status = time.monotonic() - self.began, self.history[-1].status if self.history else None
        told = (self.model, self._response_model, self._usage, self.call)
        self.teller.on_call_end(CallInfo(self.operation, self.number, seconds, status, kind, *told))


class StreamWatch:
    """Counts what a stream hands out, and tells its end once."""

    def __init__(self, journey: Journey | None) -> None:
        self._journey = journey
        self._chunks = 0
        self._first: float | None = None

    @property
    def listened(self) -> bool:
        """Whether the end is still to be told, to somebody who listens."""
        return self._journey is not None and self._journey.teller.listens

    def chunk(self) -> None:
        """Says that something is handed out."""
        if not self._chunks and self._journey is not None:
            self._first = time.monotonic() - self._journey.began
        self._chunks += 1

    def end(self, kind: str | None, usage: Mapping[str, Any] | None = None, model: str | None = None) -> None:
        """Says that the stream is over; only the first time counts."""
        journey, self._journey = self._journey, None
        if journey is not None:
            seconds = time.monotonic() - journey.began
            told = (usage, kind, journey.model, journey.call)
            journey.teller.on_stream_end(StreamInfo(journey.operation, seconds, self._first, self._chunks, *told))
            journey.notes(model, usage)
            journey.ends(kind)


class Answered(Protocol):
    """An answer of the transport, as far as it is looked at here."""

    request: Request

    @property
    def info(self) -> ResponseInfo: ...


@contextmanager
def reading(answer: Answered) -> Generator[Journey | None]:
    """The time in which an answer is read as a whole: its end is that of the call."""
    journey = answer.request.journey
    kind: str | None = "cancelled"
    try:
        yield journey
        kind = None
    except ChutesError as error:
        kind = error.kind
        raise
    finally:
        if journey is not None:
            journey.ends(kind)


def info_of(answer: Answered) -> ResponseInfo:
    """What is known of an answer, and of the way to it."""
    journey = answer.request.journey
    if journey is None:
        return answer.info
    return replace(answer.info, model=journey.model, tried=tuple(journey.tried), history=tuple(journey.history))

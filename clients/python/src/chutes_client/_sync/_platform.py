"""The few things that differ between the two clients by more than a keyword. Written by hand on both sides."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

import httpcore

from .._deadline import Deadline
from .._errors import APITimeoutError, ConfigError
from .._sockets import SocketBackend
from ..testing import Seam
from ._tasks import Crew

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")


def network_backend() -> httpcore.NetworkBackend:
    return SocketBackend()


def bond() -> object:
    """A socket is bound to nothing: any thread may use it."""
    return None


def broken(bond: object) -> bool:
    return False


def check_loop() -> None:
    """A blocking client needs no event loop."""


def sleep(seam: Seam, seconds: float) -> None:
    seam.sleep(seconds)


def settle(value: object, deadline: Deadline | None = None) -> None:
    """Refuses what only the async client can wait for."""
    if isinstance(value, Awaitable):
        close = getattr(cast("object", value), "close", None)
        if close is not None:
            close()
        raise ConfigError("an async auth provider or callback needs AsyncChutes")


def run_bounded(jobs: Sequence[Callable[[], T]], limit: int) -> list[T]:
    """Runs the jobs in threads, at most `limit` at once, and returns their results in order. The first failure ends the others."""
    crew, results, left = Crew(), dict[int, Any](), iter(enumerate(jobs))
    try:
        while True:
            while crew.size < limit and (following := next(left, None)) is not None:
                crew.start(following[0], None, following[1])
            if not crew.size:
                return [results[index] for index in range(len(jobs))]
            index, _, value, error = crew.next()
            if error is not None:
                raise error
            results[index] = value
    except BaseException:
        crew.leave()
        raise


class SingleFlight:
    """Runs one job for all who ask for it while it runs. It has a thread of its own: a caller who is interrupted leaves it
    running for the others, and a token that comes in afterwards is not lost."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flight: tuple[Future[None], threading.Thread] | None = None

    def run(self, job: Callable[[], None], deadline: Deadline | None) -> None:
        """Waits for the job.

        Raises:
            APITimeoutError: if that would pass the deadline.
        """
        from concurrent.futures import Future, wait
        from contextvars import copy_context

        with self._lock:
            if self._flight is None or self._flight[0].done() or not self._flight[1].is_alive():  # a fork leaves threads behind
                future: Future[None] = Future()
                thread = threading.Thread(target=copy_context().run, args=(_fly, job, future), name="chutes-renewal")
                thread.start()
                self._flight = future, thread
            future, thread = self._flight
        if thread is threading.current_thread():
            raise ConfigError("on_token must not call with a client that waits for it")
        left = None if deadline is None else deadline.remaining()
        if deadline is not None and not wait([future], left).done:
            raise APITimeoutError(f"the deadline of {deadline.total:g} s has passed while the request was signed")
        future.result()


def _fly(job: Callable[[], None], future: Future[None]) -> None:
    try:
        job()
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(None)


def shut_down(stream: Any) -> None:
    """Wakes a reader that waits on this connection in another thread: closing a descriptor alone does not."""
    found = stream.get_extra_info("socket") if stream is not None else None
    if found is not None:
        with contextlib.suppress(OSError):
            socket.socket.shutdown(found, socket.SHUT_RDWR)


def abandon(close: Callable[[], None]) -> None:
    """Closes a stream that was dropped without being closed."""
    with contextlib.suppress(Exception):
        close()

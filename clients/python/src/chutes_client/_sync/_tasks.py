"""Many calls at once. Written by hand on both sides: threads here, tasks there."""

from __future__ import annotations

import inspect
import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from contextvars import ContextVar, copy_context
from queue import SimpleQueue
from typing import Any

import httpcore

from .._errors import CallCancelledError, ConfigError


class Places:
    """Lets at most so many in at a time."""

    def __init__(self, limit: int) -> None:
        self._places = threading.Semaphore(limit)

    def enter(self, timeout: float | None) -> bool:
        """Waits for a place; False if there was none in so many seconds."""
        return self._places.acquire(timeout=timeout)

    def leave(self) -> None:
        """Gives the place to the next who waits."""
        self._places.release()


class LateError(Exception):
    """A call took longer than it may."""


class Running:
    """A function that has been started, in a thread of its own."""

    def __init__(self, call: Callable[[], Any], timeout: float | None) -> None:
        self._call = call
        self._until = None if timeout is None else time.monotonic() + timeout
        self._value: Any = None
        self._error: BaseException | None = None
        self._done = threading.Event()
        threading.Thread(target=copy_context().run, args=(self._work,), name="chutes-tool", daemon=True).start()

    def _work(self) -> None:
        try:
            self._value = self._call()
        except BaseException as error:
            self._error = error
        self._done.set()

    def result(self) -> Any:
        """What it returns, or raises.

        Raises:
            LateError: if it takes longer than its time-out; the thread is left behind.
        """
        left = None if self._until is None else max(0.0, self._until - time.monotonic())
        if not self._done.wait(None if left is None else min(left, threading.TIMEOUT_MAX)):
            raise LateError
        if self._error is not None:
            raise self._error
        return self._value

    def cancel(self) -> None:
        """A thread cannot be ended from outside."""


def refuse_coroutines(functions: Iterable[Any]) -> None:
    """Refuses coroutine functions, which this client cannot wait for.

    Raises:
        ConfigError: if there is one.
    """
    if any(inspect.iscoroutinefunction(function) for function in functions):
        raise ConfigError("a tool that is a coroutine function needs AsyncChutes")


class Crew:
    """Functions that run at once in threads, and are waited for in the order in which they end."""

    def __init__(self) -> None:
        self._ended: SimpleQueue[tuple[int, Any, Any, BaseException | None]] = SimpleQueue()
        self._open: dict[int, httpcore.NetworkStream] = {}
        self._lock = threading.Lock()
        self._left = False
        self.size = 0

    def start(self, index: int, item: Any, call: Callable[[], Any]) -> None:
        """Starts one."""
        self.size += 1
        context = copy_context()
        context.run(_crew.set, self)
        threading.Thread(target=context.run, args=(self._work, index, item, call), name="chutes-map", daemon=True).start()

    def _work(self, index: int, item: Any, call: Callable[[], Any]) -> None:
        value: Any = None
        error: BaseException | None = None
        try:
            value = call()
        except BaseException as failure:
            error = failure
        with self._lock:
            self._open.pop(threading.get_ident(), None)
        self._ended.put((index, item, value, error))

    def next(self) -> tuple[int, Any, Any, Exception | None]:
        """The next that ends: its index, its item, and what it returned or raised."""
        index, item, value, error = self._ended.get()
        self.size -= 1
        if error is not None and not isinstance(error, Exception):
            raise error
        return index, item, value, error

    def sees(self, stream: httpcore.NetworkStream) -> None:
        """Is told of the connection that one of them writes on."""
        with self._lock:
            if self._left:
                stream.close()
                raise CallCancelledError("the map that made this call was left")
            self._open[threading.get_ident()] = stream

    def leave(self) -> None:
        """Shuts down the connections of those that still run; whatever they would do next is refused."""
        with self._lock:
            self._left = True
            found = list(self._open.values())
        for stream in found:
            with suppress(OSError):
                socket.socket.shutdown(stream.get_extra_info("socket"), socket.SHUT_RDWR)


_crew: ContextVar[Crew | None] = ContextVar("chutes_crew", default=None)


def writes_on(stream: httpcore.NetworkStream) -> None:
    """Tells the crew of this thread, if it has one, which connection it uses, so that it can be shut down."""
    crew = _crew.get()
    if crew is not None:
        crew.sees(stream)

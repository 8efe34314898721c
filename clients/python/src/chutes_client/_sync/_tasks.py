"""Many calls at once. Written by hand on both sides: threads here, tasks there."""

from __future__ import annotations

import inspect
import threading
import time
from collections.abc import Callable, Iterable
from contextvars import copy_context
from typing import Any

from .._errors import ConfigError


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
        if not self._done.wait(left):
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

"""Many calls at once. Written by hand on both sides: tasks here, threads there."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from contextvars import copy_context
from typing import Any

import httpcore


class Places:
    """Lets at most so many in at a time, first come first served; those who wait may be in several event loops."""

    def __init__(self, limit: int) -> None:
        self._free = limit
        self._waiting: dict[asyncio.Future[None], asyncio.AbstractEventLoop] = {}
        self._lock = threading.Lock()

    async def enter(self, timeout: float | None) -> bool:
        """Waits for a place; False if there was none in so many seconds."""
        with self._lock:
            if self._free > 0:
                self._free -= 1
                return True
            loop = asyncio.get_running_loop()
            mine: asyncio.Future[None] = loop.create_future()
            self._waiting[mine] = loop
        try:
            done, _ = await asyncio.wait([mine], timeout=timeout)
        except BaseException:
            if not self._forget(mine):
                self.leave()
            raise
        return bool(done) or not self._forget(mine)

    def _forget(self, mine: asyncio.Future[None]) -> bool:
        """Stops waiting; False if the place was given in the meantime."""
        with self._lock:
            return self._waiting.pop(mine, None) is not None

    def leave(self) -> None:
        """Gives the place to the next who waits."""
        while True:
            with self._lock:
                if not self._waiting:
                    self._free += 1
                    return
                mine = next(iter(self._waiting))
                loop = self._waiting.pop(mine)
            with suppress(RuntimeError):  # a loop that was closed waits for nothing
                _give(mine) if loop is _running() else loop.call_soon_threadsafe(_give, mine)
                return


def _running() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _give(mine: asyncio.Future[None]) -> None:
    if not mine.done():
        mine.set_result(None)


class LateError(Exception):
    """A call took longer than it may."""


class Running:
    """A function that has been started. A coroutine function runs as a task, any other in a thread of its own."""

    def __init__(self, call: Callable[[], Any], timeout: float | None) -> None:
        self._task = asyncio.ensure_future(_settled(call))
        self._timeout = timeout

    async def result(self) -> Any:
        """What it returns, or raises.

        Raises:
            LateError: if it takes longer than its time-out. A task is cancelled, a thread is left behind.
        """
        done, _ = await asyncio.wait([self._task], timeout=self._timeout)
        if not done:
            self.cancel()
            raise LateError
        return self._task.result()

    def cancel(self) -> None:
        """Ends it, if it is still running."""
        self._task.cancel()


async def _settled(call: Callable[[], Any]) -> Any:
    value = call() if inspect.iscoroutinefunction(getattr(call, "func", call)) else await _in_thread(call)
    return await value if inspect.isawaitable(value) else value


async def _in_thread(call: Callable[[], Any]) -> Any:
    """Not the loop's own pool of threads: that has few, and a thread that hangs in it would keep the program from ending."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Any] = loop.create_future()

    def finish(value: Any, error: BaseException | None) -> None:
        if isinstance(error, StopIteration):  # which no future takes
            error = RuntimeError(str(error) or "StopIteration")
        if not future.done():
            future.set_result(value) if error is None else future.set_exception(error)

    def work() -> None:
        value: Any = None
        error: BaseException | None = None
        try:
            value = call()
        except BaseException as failure:
            error = failure
        with suppress(RuntimeError):  # the loop may be gone by now
            loop.call_soon_threadsafe(finish, value, error)

    threading.Thread(target=copy_context().run, args=(work,), name="chutes-tool", daemon=True).start()
    return await future


def refuse_coroutines(functions: Iterable[Any]) -> None:
    """Coroutine functions are welcome here."""


class Crew:
    """Functions that run at once, and are waited for in the order in which they end."""

    def __init__(self) -> None:
        self._tasks: dict[asyncio.Task[Any], tuple[int, Any]] = {}
        self._ended: deque[asyncio.Task[Any]] = deque()

    @property
    def size(self) -> int:
        """How many run, or have ended and were not asked about."""
        return len(self._tasks)

    def start(self, index: int, item: Any, call: Callable[[], Awaitable[Any]]) -> None:
        """Starts one."""
        task = asyncio.ensure_future(_awaited(call))
        self._tasks[task] = (index, item)
        task.add_done_callback(self._ended.append)

    async def next(self) -> tuple[int, Any, Any, Exception | None]:
        """The next that ends: its index, its item, and what it returned or raised."""
        if not self._ended:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        while not self._ended:
            await asyncio.sleep(0)
        task = self._ended.popleft()
        index, item = self._tasks.pop(task)
        error = task.exception()
        if error is not None and not isinstance(error, Exception):
            raise error
        return index, item, None if error is not None else task.result(), error

    async def leave(self) -> None:
        """Cancels those that still run."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()


async def _awaited(call: Callable[[], Awaitable[Any]]) -> Any:
    return await call()


def writes_on(stream: httpcore.AsyncNetworkStream) -> None:
    """A task is cancelled; nobody has to know its connection."""

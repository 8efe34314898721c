"""The few things that differ between the two clients by more than a keyword. Written by hand on both sides."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from typing import Any, TypeVar, cast

import httpcore

from .._asyncio import AsyncioBackend
from .._deadline import Deadline
from .._errors import APITimeoutError, ConfigError
from ..testing import Seam

T = TypeVar("T")


def network_backend() -> httpcore.AsyncNetworkBackend:
    return AsyncioBackend(httpcore.AnyIOBackend)  # pyright: ignore[reportArgumentType]


def bond() -> object:
    """What an idle connection can be used under: the event loop it was opened in."""
    return asyncio.get_running_loop()


def broken(bond: object) -> bool:
    return isinstance(bond, asyncio.AbstractEventLoop) and bond.is_closed()


def check_loop() -> None:
    """Refuses another event loop than asyncio's: waits, tools and maps are tasks and timers of asyncio."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        raise ConfigError("AsyncChutes runs under asyncio only; under trio call Chutes in trio.to_thread.run_sync") from None


async def sleep(seam: Seam, seconds: float) -> None:
    await seam.async_sleep(seconds)


async def settle(value: object, deadline: Deadline | None = None) -> None:
    """Waits for what an `Auth` or a callback returned, if it is something to wait for.

    Raises:
        APITimeoutError: if that would pass the deadline.
    """
    if not isinstance(value, Awaitable):
        return
    left = None if deadline is None else deadline.remaining()
    if deadline is None or left is None:
        await value
        return
    signing = cast("Awaitable[None]", value)
    task = asyncio.ensure_future(_awaited(lambda: signing))
    try:
        done, _ = await asyncio.wait([task], timeout=left)
    except BaseException:
        task.cancel()
        raise
    if not done:
        task.cancel()
        raise APITimeoutError(f"the deadline of {deadline.total:g} s has passed while the request was signed")
    task.result()


async def run_bounded(jobs: Sequence[Callable[[], Awaitable[T]]], limit: int) -> list[T]:
    """Runs the jobs, at most `limit` at once, and returns their results in order. The first failure ends the others."""
    gate = asyncio.Semaphore(limit)

    async def one(job: Callable[[], Awaitable[T]]) -> T:
        async with gate:
            return await job()

    tasks = [asyncio.ensure_future(one(job)) for job in jobs]
    try:
        return list(await asyncio.gather(*tasks))
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


class SingleFlight:
    """Runs one job for all who ask for it while it runs. A caller who is cancelled leaves it running for the others."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    async def run(self, job: Callable[[], Awaitable[None]], deadline: Deadline | None) -> None:
        """Waits for the job; `settle` keeps the deadline."""
        task = self._task
        if self in _flying.get():
            raise ConfigError("on_token must not call with a client that waits for it")
        if task is None or task.done() or task.get_loop() is not asyncio.get_running_loop():
            task = self._task = asyncio.ensure_future(self._fly(job))
            task.add_done_callback(_seen)
        await asyncio.shield(task)

    async def _fly(self, job: Callable[[], Awaitable[None]]) -> None:
        _flying.set((*_flying.get(), self))
        await job()


_flying: ContextVar[tuple[SingleFlight, ...]] = ContextVar("chutes_flying", default=())
"""The flights that this task, or the one that began it, is part of."""


async def _awaited(job: Callable[[], Awaitable[None]]) -> None:
    await job()


def _seen(task: asyncio.Task[None]) -> None:
    """Where all callers were cancelled, nobody is left to see how it ended, and asyncio would complain about that."""
    if not task.cancelled():
        task.exception()


def shut_down(stream: Any) -> None:
    """Wakes a reader that waits in another thread; a task is cancelled instead."""


def abandon(close: Callable[[], Awaitable[None]]) -> None:
    """Closes a stream that was dropped without being closed, if a loop is there to do it."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return
    task = loop.create_task(_quietly(close))
    _pending.add(task)
    task.add_done_callback(_pending.discard)


_pending: set[asyncio.Task[None]] = set()


async def _quietly(close: Callable[[], Awaitable[None]]) -> None:
    await close()

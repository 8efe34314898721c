"""Many calls at once, as many as may be; the results as they come."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from functools import partial
from typing import Any, TypeVar

from .._mapping import Bar, MapResult
from ._tasks import Crew

T = TypeVar("T")
V = TypeVar("V")


async def run_map(
    function: Callable[[T], Awaitable[V]], items: Iterable[T], concurrency: int, ordered: bool, progress: bool
) -> AsyncGenerator[MapResult[T, V], None]:
    """See `client.map`."""
    source, bar, crew = iter(items), Bar(progress, items), Crew()
    waiting: dict[int, MapResult[T, V]] = {}
    taken = handed = 0
    more = True
    try:
        while True:
            while more and crew.size + (len(waiting) if ordered else 0) < concurrency:
                try:
                    item = next(source)
                except StopIteration:
                    more = False
                    break
                crew.start(taken, item, partial(function, item))
                taken += 1
            if not crew.size and not waiting:
                return
            if crew.size:
                index, one, value, error = await crew.next()
                result: MapResult[Any, Any] = MapResult(index, one, value, error)
                bar.done(error is not None)
                waiting[index] = result
            for number in [handed] if ordered else list(waiting):
                while number in waiting:
                    handed += 1
                    yield waiting.pop(number)
                    number += 1
    finally:
        bar.close()
        await crew.leave()

"""What `list()` of the async client returns. The sync client returns the page itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from typing import Any, Generic, TypeVar

from ._pagination import AsyncPage

T = TypeVar("T")


class AsyncPager(Generic[T]):
    """A list that was asked for: `await` it for its first page, or iterate it with `async for` for everything."""

    def __init__(self, fetch: Callable[[int], Awaitable[AsyncPage[T]]], start: int) -> None:
        self._fetch, self._start = fetch, start

    def __await__(self) -> Generator[Any, None, AsyncPage[T]]:
        return self._fetch(self._start).__await__()

    async def __aiter__(self) -> AsyncIterator[T]:
        page = await self._fetch(self._start)
        async for item in page:
            yield item


def paged(fetch: Callable[[int], Awaitable[AsyncPage[T]]], start: int) -> AsyncPager[T]:
    return AsyncPager(fetch, start)

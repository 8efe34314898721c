"""What `list()` and `stream()` of the async client return. The sync client returns the page and the stream themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ._pagination import AsyncPage

if TYPE_CHECKING:
    from ._stream import AsyncAnswerStream

T = TypeVar("T")
S = TypeVar("S", bound="AsyncAnswerStream")


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


class AsyncOpening(Coroutine[Any, Any, S], Generic[S, T]):
    """A stream that was asked for: `await` it, or use it as the stream itself in `async with` and `async for`.

    It is a coroutine as well, so that it can be given to `asyncio.create_task`. Nothing is sent before.
    """

    def __init__(self, open: Callable[[], Coroutine[Any, Any, S]]) -> None:
        self._open = open
        self._steps: Coroutine[Any, Any, S] | None = None
        self._stream: S | None = None

    def __await__(self) -> Generator[Any, Any, S]:
        return self._begun().__await__()

    def send(self, value: Any) -> Any:
        return self._begun().send(value)

    def throw(self, *error: Any) -> Any:
        return self._begun().throw(*error)

    def close(self) -> None:
        if self._steps is not None:
            self._steps.close()

    def _begun(self) -> Coroutine[Any, Any, S]:
        if self._steps is None:
            self._steps = self._open()
        return self._steps

    async def __aenter__(self) -> S:
        self._stream = await self
        return await self._stream.__aenter__()

    async def __aexit__(self, *exc_info: object) -> None:
        if self._stream is not None:
            await self._stream.__aexit__(*exc_info)

    async def __aiter__(self) -> AsyncIterator[T]:
        async with self as stream:
            items: Any = stream
            async for item in items:
                yield item


def opening(open: Callable[[], Coroutine[Any, Any, S]]) -> AsyncOpening[S, Any]:
    return AsyncOpening(open)

"""Waits for a token of the rate limit and for a place among the requests that may be open at once."""

from __future__ import annotations

import math
import os
from collections.abc import AsyncIterator, Mapping

from .._deadline import Deadline
from .._errors import APITimeoutError
from .._limiter import PerMinute, TokenBucket, told_limit
from ..testing import Seam
from ._backend import AsyncPieces, AsyncReply
from ._platform import sleep
from ._tasks import Places


class AsyncLimiter:
    """The limits of one client; without any, each of its methods does nothing."""

    def __init__(self, per_minute: PerMinute, concurrency: int | None, seam: Seam) -> None:
        self._seam, self._auto = seam, per_minute == "auto"
        self._bucket = TokenBucket(per_minute, seam.monotonic()) if isinstance(per_minute, (int, float)) else None
        self._concurrency, self._process = concurrency, os.getpid()
        self._places = None if concurrency is None else Places(concurrency)

    async def enter(self, deadline: Deadline) -> None:
        """Waits until a request may be sent.

        Raises:
            APITimeoutError: if that would pass the deadline.
        """
        if self._process != os.getpid():  # a child has none of its parent's requests open
            self._process = os.getpid()
            self._places = None if self._concurrency is None else Places(self._concurrency)
        bucket = self._bucket
        if bucket is not None:
            wait = bucket.take(self._seam.monotonic(), deadline.remaining())
            if wait is None:
                raise APITimeoutError("the rate limit asks for a longer wait than the deadline allows")
            if wait:
                try:
                    await sleep(self._seam, wait)
                except BaseException:
                    bucket.give_back()
                    raise
        if self._places is not None and not await self._places.enter(deadline.remaining()):
            raise APITimeoutError("no place among max_concurrency requests before the deadline")

    def leave(self) -> None:
        """Gives the place back."""
        if self._places is not None:
            self._places.leave()

    def hold(self, reply: AsyncReply) -> None:
        """Keeps the place until the body of an answer is read or left."""
        if self._places is not None:
            reply.body = AsyncHeld(reply.body, self._places)

    def learn(self, headers: Mapping[str, str]) -> None:
        """Takes what an answer says about the account's limit, where the limit is `"auto"`."""
        told = told_limit(headers) if self._auto else None
        if told is None:
            return
        now = self._seam.monotonic()
        if math.isinf(told):
            self._bucket = None
        elif self._bucket is None:
            self._bucket = TokenBucket(told, now)
        else:
            self._bucket.change(told, now)


class AsyncHeld:
    """A body that gives its place back when it is closed, which its end does as well."""

    def __init__(self, inner: AsyncPieces, places: Places) -> None:
        self._inner = inner
        self._places: Places | None = places

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._inner:
            yield piece

    async def aclose(self) -> None:
        places, self._places = self._places, None
        try:
            await self._inner.aclose()
        finally:
            if places is not None:
                places.leave()

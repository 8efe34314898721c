"""Many calls at once. Written by hand on both sides: tasks here, threads there."""

from __future__ import annotations

import asyncio
from collections import deque


class Places:
    """Lets at most so many in at a time, first come first served."""

    def __init__(self, limit: int) -> None:
        self._free = limit
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def enter(self, timeout: float | None) -> bool:
        """Waits for a place; False if there was none in so many seconds."""
        if self._free > 0:
            self._free -= 1
            return True
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        try:
            done, _ = await asyncio.wait([mine], timeout=timeout)
        except BaseException:
            if not self._forget(mine):
                self.leave()
            raise
        return bool(done) or not self._forget(mine)

    def _forget(self, mine: asyncio.Future[None]) -> bool:
        """Stops waiting; False if the place was given in the meantime."""
        if mine.done():
            return False
        self._waiting.remove(mine)
        mine.cancel()
        return True

    def leave(self) -> None:
        """Gives the place to the next who waits."""
        if self._waiting:
            self._waiting.popleft().set_result(None)
        else:
            self._free += 1

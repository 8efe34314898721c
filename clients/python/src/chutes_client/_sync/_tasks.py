"""Many calls at once. Written by hand on both sides: threads here, tasks there."""

from __future__ import annotations

import threading


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

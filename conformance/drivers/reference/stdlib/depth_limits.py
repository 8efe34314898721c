"""A good citizen: a token bucket for the rate, and places for what is open at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from faults import Fault
from policy import Seam


class Limiter:
    """A token bucket that starts full. `"auto"` has no limit until an answer told one."""

    def __init__(self, per_minute: float | str, seam: Seam) -> None:
        if per_minute != "auto" and not (isinstance(per_minute, (int, float)) and per_minute > 0):
            raise Fault("config", "rate_limit_per_minute must be greater than zero, or 'auto'")
        self.auto, self.seam = per_minute == "auto", seam
        self._lock = threading.Lock()
        self._rate: float | None = None
        self._size = self._tokens = 0.0
        self._at = seam.now()
        if not isinstance(per_minute, str):
            self._set(per_minute)

    def _set(self, per_minute: float | None) -> None:
        first = self._rate is None
        self._refill()  # what passed so far counts at the old rate
        self._rate = None if per_minute is None else per_minute / 60
        if per_minute is not None:
            self._size = max(1.0, per_minute)
            self._tokens = self._size if first else min(self._tokens, self._size)

    def _refill(self) -> None:
        now = self.seam.now()
        if self._rate is not None:
            self._tokens = min(self._size, self._tokens + (now - self._at) * self._rate)
        self._at = now

    def told(self, header: str | None) -> None:
        """The limit that an answer speaks of."""
        text = (header or "").strip().lower()
        if not self.auto or not text:
            return
        with self._lock:
            if text == "inf":
                self._set(None)
            elif text.isascii() and text.isdigit() and int(text) and int(text) / 60 != self._rate:
                self._set(int(text))

    def wait(self, deadline: float | None) -> None:
        """Take a token, waiting for it if need be; `timeout` at once if it would come after the deadline."""
        with self._lock:
            if self._rate is None:
                return
            self._refill()
            need = max(0.0, (1 - self._tokens) / self._rate)
            if deadline is not None and need and self.seam.now() + need >= deadline:
                raise Fault("timeout", "the rate limit leaves no time for this call before its deadline")
            self._tokens -= 1
        if need > 0:
            self.seam.sleep(need)


class Places:
    """At most so many requests open at once."""

    def __init__(self, most: float, seam: Seam) -> None:
        if not (isinstance(most, int) and most >= 1):
            raise Fault("config", "max_concurrency must be a whole number, 1 or more")
        self.free, self.seam = most, seam
        self._changed = threading.Condition()

    def take(self, until: float | None) -> Callable[[], None]:
        """Wait for a place; what gives it back. `until` is on the monotonic clock."""
        with self._changed:
            while not self.free:
                self._changed.wait(0.005)
                if self.seam.cancelled.is_set():
                    raise Fault("cancelled", "the call was cancelled while it waited for its turn")
                if until is not None and time.monotonic() >= until:
                    raise Fault("timeout", "the deadline passed while the call waited for its turn")
            self.free -= 1
        gone = threading.Event()

        def give() -> None:
            with self._changed:
                if not gone.is_set():
                    gone.set()
                    self.free += 1
                    self._changed.notify()

        return give

"""A limit of requests a minute: how long the next one waits. The waiting itself is in `_async/_limiter.py`."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from ._deadline import TEN_YEARS
from ._errors import ConfigError

PerMinute: TypeAlias = "float | Literal['auto'] | None"


class TokenBucket:
    """Starts full, so that a burst passes; in the long run so many requests a minute do. Safe to use from many threads.

    >>> bucket = TokenBucket(60, now=0.0)
    >>> [bucket.take(0.0, None) for _ in range(61)][-2:]
    [0.0, 1.0]
    """

    def __init__(self, per_minute: float, now: float) -> None:
        self._rate, self._size = per_minute / 60, max(1.0, per_minute)
        self._tokens, self._at = self._size, now
        self._lock = threading.Lock()

    def take(self, now: float, left: float | None) -> float | None:
        """Takes a token, and gives the seconds to wait before it counts; None, and no token, if that is more than is left."""
        with self._lock:
            self._refill(now)
            wait = min(max(0.0, (1 - self._tokens) / self._rate), TEN_YEARS)
            if left is not None and wait and wait >= left:
                return None
            self._tokens -= 1
            return wait

    def give_back(self) -> None:
        """Undoes a `take` whose request was never sent."""
        with self._lock:
            self._tokens = min(self._size, self._tokens + 1)

    def change(self, per_minute: float, now: float) -> None:
        """Goes on with another limit."""
        with self._lock:
            self._refill(now)
            self._rate, self._size = per_minute / 60, max(1.0, per_minute)
            self._tokens = min(self._tokens, self._size)

    def _refill(self, now: float) -> None:
        self._tokens = min(self._size, self._tokens + max(0.0, now - self._at) * self._rate)
        self._at = now


def told_limit(headers: Mapping[str, str]) -> float | None:
    """Requests a minute of an account, from `X-Chutes-RL-User`: infinite for `inf`, None where it says nothing readable."""
    try:
        told = float(headers.get("x-chutes-rl-user", ""))
    except ValueError:
        return None
    return told if told >= 1 else None


def check_limits(per_minute: Any, concurrency: Any) -> None:
    """Refuses limits that would let nothing pass.

    Raises:
        ConfigError: naming the option.
    """
    if per_minute is not None and per_minute != "auto":
        number = not isinstance(per_minute, bool) and isinstance(per_minute, (int, float))
        if not number or not 0 < per_minute < math.inf:
            raise ConfigError("rate_limit_per_minute must be a positive number, 'auto', or None")
    whole = not isinstance(concurrency, bool) and isinstance(concurrency, int)
    if concurrency is not None and (not whole or concurrency < 1):
        raise ConfigError("max_concurrency must be a whole number from 1 on, or None")

"""For tests of your own code: a clock that does not wait.

    from chutes_client import Chutes
    from chutes_client.testing import VirtualClock

    clock = VirtualClock(random=1.0)
    client = Chutes(api_key="cpk_test", seam=clock.seam())
    # … a call that is retried …
    clock.sleeps  # [0.5, 1.0]: what was asked for, no time passed
"""

from __future__ import annotations

import random as _random
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Seam:
    """Where a client takes its time and its chance from. `sleep` is None for the real one of the runtime (time, asyncio).

    Attributes:
        now: Unix seconds, for Retry-After dates and deadlines.
        random: a number from 0 (inclusive) to 1 (exclusive), for jitter.
        sleep: called instead of really sleeping, with seconds.
    """

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    random: Callable[[], float] = _random.random
    sleep: Callable[[float], None] | None = None


REAL = Seam()


@dataclass
class VirtualClock:
    """A clock that moves only when somebody sleeps on it, at once.

    Args:
        start: Unix seconds it starts at; the real time if not given.
        random: fixes the random source to this value (0 to 1); real chance if not given.
    """

    start: float | None = None
    random: float | None = None
    sleeps: list[float] = field(default_factory=list[float])

    def __post_init__(self) -> None:
        self._now = time.time() if self.start is None else self.start

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self._now += seconds

    def seam(self) -> Seam:
        """The option to give to a client: `Chutes(..., seam=clock.seam())`."""
        fixed = self.random
        chance = _random.random if fixed is None else lambda: fixed
        return Seam(now=self.now, monotonic=self.now, random=chance, sleep=self.sleep)

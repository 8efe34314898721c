"""The seam of a client: where it takes its sleep, its clock and its random numbers from.

With a `VirtualClock` a test of backoff, `Retry-After` and polling neither waits nor guesses.

>>> clock = VirtualClock(now=1_700_000_000)
>>> seam = clock.seam(random=0.0)
>>> seam.sleep(2.5)
>>> clock.sleeps, clock.now()
([2.5], 1700000002.5)
"""

from __future__ import annotations

import random as _random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._scripted import Script, ScriptedTransport

__all__ = ["Seam", "VirtualClock", "scripted"]


async def _async_sleep(seconds: float) -> None:
    import asyncio  # a third of the import time of this package, and the sync client needs none of it

    await asyncio.sleep(seconds)


@dataclass(frozen=True)
class Seam:
    """Sleep, clock and random source of one client.

    Attributes:
        sleep: waits so many seconds (sync client).
        async_sleep: the same for the async client.
        now: Unix time in seconds, for dates in `Retry-After`.
        monotonic: a clock in seconds that never goes back, for deadlines.
        random: a number in [0, 1), for jitter, and where it is given for the boundary of an upload.
    """

    sleep: Callable[[float], None] = time.sleep
    async_sleep: Callable[[float], Awaitable[None]] = _async_sleep
    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    random: Callable[[], float] = _random.random

    @property
    def seeded(self) -> bool:
        """Whether the random source is the caller's own; it then decides the boundary of an upload, too."""
        return self.random is not _random.random


@dataclass
class VirtualClock:
    """A clock that only moves when somebody sleeps. `sleeps` lists every sleep asked for, in seconds."""

    start: float = 0.0
    sleeps: list[float] = field(default_factory=list[float])

    def __init__(self, now: float | None = None) -> None:
        self.start = time.time() if now is None else now
        self.sleeps = []
        self._now = self.start

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self._now += seconds

    async def async_sleep(self, seconds: float) -> None:
        self.sleep(seconds)
        await _async_sleep(0)

    def seam(self, random: float | None = None) -> Seam:
        """A seam on this clock; `random` fixes the jitter, None leaves it random."""
        source = _random.random if random is None else (lambda: random)
        return Seam(self.sleep, self.async_sleep, self.now, self.now, source)


def scripted(answers: Sequence[Script]) -> ScriptedTransport:
    """Answers requests from a list, one after another, without a socket; the last one goes on answering if it is a function.

    Args:
        answers: dicts with `json`, `text`, `bytes` or `events`, and `status`, `headers`, `cut` (`"end"` or `"reset"` behind the
            events) or `fail` (`"connect"`, `"reset"`); or functions that make one of a request.

    Returns:
        What goes into the client as `transport=`; its `requests` has what was sent, without credentials.

    Raises:
        ConfigError: at the request for which no answer is left.

    Example:
        >>> from chutes_client import Chutes
        >>> chunk = {"id": "c", "choices": [{"index": 0, "delta": {"content": "Hello"}, "finish_reason": "stop"}]}
        >>> transport = scripted([{"status": 503, "json": {"detail": "busy"}}, {"events": [chunk]}])
        >>> client = Chutes("cpk_test", transport=transport, seam=VirtualClock().seam())
        >>> stream = client.chat.completions.stream(model="any", messages=[{"role": "user", "content": "Hi"}])
        >>> stream.final().choices[0].message.content, len(transport.requests)
        ('Hello', 2)
    """
    from ._scripted import ScriptedTransport

    return ScriptedTransport(answers)

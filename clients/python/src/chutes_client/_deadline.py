"""Limits in time. `None` is no limit; every number is seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ._config import OMIT, CallOptions, Seconds

CONNECT_TIMEOUT = 10.0
MANAGEMENT_FIRST_BYTE_TIMEOUT = 60.0
INVOCATION_FIRST_BYTE_TIMEOUT = 630.0
"""The server answers 504 by itself after about 600 s in its queue; giving up earlier would pay for nothing."""
MANAGEMENT_IDLE_TIMEOUT = 60.0
INVOCATION_IDLE_TIMEOUT = 120.0
MANAGEMENT_DEADLINE = 120.0
"""For management calls with a JSON answer only."""
TEN_YEARS = 10 * 365 * 86400.0
"""A longer time is none: clocks and sleeps cannot hold it."""

Surface = Literal["management", "invocation"]


@dataclass(frozen=True)
class Limits:
    """The four limits of one call.

    Attributes:
        connect: until the connection (TLS included) stands, per attempt.
        first_byte: silence between the request and the first byte of the answer, per attempt.
        idle: silence between two bytes of the answer.
        total: the whole call, attempts and waits included.
    """

    connect: float | None
    first_byte: float | None
    idle: float | None
    total: float | None


def limits_for(surface: Surface, options: CallOptions, *, body: Literal["json", "stream", "endless", "bytes"] = "json") -> Limits:
    """The limits of a call: its options (already merged over the client's), else the defaults of its surface.

    `endless` is a log without an end, whose silence means nothing.
    """
    managed = surface == "management"
    first_byte = MANAGEMENT_FIRST_BYTE_TIMEOUT if managed else INVOCATION_FIRST_BYTE_TIMEOUT
    idle = None if body == "endless" else MANAGEMENT_IDLE_TIMEOUT if managed else INVOCATION_IDLE_TIMEOUT
    return Limits(
        connect=_pick(options.connect_timeout, OMIT, CONNECT_TIMEOUT),
        first_byte=_pick(options.first_byte_timeout, options.timeout, first_byte),
        idle=_pick(options.idle_timeout, options.timeout, idle),
        total=_pick(options.deadline, OMIT, MANAGEMENT_DEADLINE if managed and body == "json" else None),
    )


def _pick(first: Seconds, second: Seconds, default: float | None) -> float | None:
    return bounded(first if first is not OMIT else second if second is not OMIT else default)


def bounded(limit: Seconds) -> float | None:
    """A limit that clocks can hold: ten years and more are none."""
    return limit if isinstance(limit, (int, float)) and limit < TEN_YEARS else None


class Deadline:
    """The end of a call on a monotonic clock."""

    def __init__(self, total: float | None, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._end = None if total is None else clock() + total
        self.total = total

    def remaining(self) -> float | None:
        """Seconds left, never below 0; None without a limit."""
        return None if self._end is None else max(0.0, self._end - self._clock())

    def expired(self) -> bool:
        return self._end is not None and self._clock() >= self._end

    def clip(self, wait: float | None) -> float | None:
        """The shorter of `wait` and what is left."""
        left = self.remaining()
        if left is None or wait is None:
            return wait if left is None else left
        return min(wait, left)

"""Time: four limits, each for one thing, and one clock they are read on.

`connect` bounds the connection, `first_byte` the wait for the answer's headers, `idle` the silence between two bytes of a body,
`total` a whole call with its attempts and sleeps. None is no limit. A slow but living answer is never cut by any but `total`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

CONNECT_TIMEOUT = 10.0
MANAGEMENT_FIRST_BYTE_TIMEOUT = 60.0
INVOCATION_FIRST_BYTE_TIMEOUT = 630.0  # the platform's own 504 comes at about 600 s, queueing included
MANAGEMENT_IDLE_TIMEOUT = 60.0
INVOCATION_IDLE_TIMEOUT = 120.0
MANAGEMENT_DEADLINE = 120.0

Surface = Literal["management", "invocation"]


class _Unset:
    """Marks an option nobody gave, since None means "no limit"."""

    def __repr__(self) -> str:
        return "<default>"

    def __bool__(self) -> bool:
        return False


UNSET = _Unset()
Seconds = float | None | _Unset
"""Seconds, None for no limit, or nothing for the default."""


@dataclass(frozen=True)
class Limits:
    """The limits of one call, in seconds; None is no limit."""

    connect: float | None
    first_byte: float | None
    idle: float | None
    total: float | None


def limits_for(
    surface: Surface,
    *,
    json_answer: bool,
    timeout: Seconds = UNSET,
    connect: Seconds = UNSET,
    first_byte: Seconds = UNSET,
    idle: Seconds = UNSET,
    deadline: Seconds = UNSET,
) -> Limits:
    """Merges what the caller said over the defaults of a surface. `timeout` sets first byte and idle together."""
    management = surface == "management"

    def pick(*given: Seconds, default: float | None) -> float | None:
        for value in given:
            if not isinstance(value, _Unset):
                return value
        return default

    return Limits(
        connect=pick(connect, default=CONNECT_TIMEOUT),
        first_byte=pick(
            first_byte, timeout, default=MANAGEMENT_FIRST_BYTE_TIMEOUT if management else INVOCATION_FIRST_BYTE_TIMEOUT
        ),
        idle=pick(idle, timeout, default=MANAGEMENT_IDLE_TIMEOUT if management else INVOCATION_IDLE_TIMEOUT),
        total=pick(deadline, default=MANAGEMENT_DEADLINE if management and json_answer else None),
    )


@dataclass
class Deadline:
    """The moment a call must be over, on the clock of the seam."""

    total: float | None
    now: Callable[[], float]

    def __post_init__(self) -> None:
        self._end = None if self.total is None else self.now() + self.total

    def remaining(self) -> float | None:
        """Seconds left, never below 0; None where there is no deadline."""
        return None if self._end is None else max(0.0, self._end - self.now())

    @property
    def expired(self) -> bool:
        return self.remaining() == 0.0

    def allows(self, wait: float) -> bool:
        """Whether a sleep of that many seconds ends before the deadline."""
        left = self.remaining()
        return left is None or wait < left

    def clip(self, limit: float | None) -> float | None:
        """A limit, shortened to what is left."""
        left = self.remaining()
        if left is None:
            return limit
        return left if limit is None else min(limit, left)

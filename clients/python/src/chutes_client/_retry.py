"""When a call is tried again, and how long to wait first. `decide` is the only place where that is answered.

Retried are failures before the first byte of an answer, and answers whose status says so; never anything after a byte was handed
to the caller, and never a write marked as not idempotent. The platform sends no Retry-After today (read in its source), but the
edge in front of it may.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from ._deadline import Deadline, Surface
from ._errors import ChutesError

MAX_RETRIES = 2
BACKOFF_BASE = 0.5
BACKOFF_CAPACITY_BASE = 1.0
BACKOFF_MAX = 8.0
JITTER_MIN, JITTER_MAX = 0.5, 1.0
RETRY_AFTER_MAX = 120.0
RETRY_AFTER_ABSURD = 1e9
INVOCATION_RESET_WINDOW = 2.0
BUDGET_MAX = 10.0
BUDGET_GAIN = 0.1
RETRY_STATUSES = frozenset({408, 429, 500, 502, 503, *range(520, 530)})

_FINAL_KINDS = frozenset({"quota_exhausted", "disabled", "payment_required", "tee_required"})


@dataclass
class RetryBudget:
    """Bounds retries over all calls of a client: starts full at 10, gains 0.1 per call, pays 1 per retry. Off by default."""

    level: float = BUDGET_MAX

    def earn(self) -> None:
        self.level = min(BUDGET_MAX, self.level + BUDGET_GAIN)

    def spend(self) -> bool:
        """Pays for one retry; False when there is not enough left."""
        if self.level < 1:
            return False
        self.level -= 1
        return True


@dataclass
class Failure:
    """One failed attempt, as the transport or the status told it."""

    error: ChutesError
    headers: Mapping[str, str]
    retry_safe: bool = False
    """The request cannot have been worked on: the connection failed, or broke before the first byte in time."""
    certificate: bool = False
    first_byte_timeout: bool = False


@dataclass(frozen=True)
class CallTraits:
    """What a retry depends on besides the failure."""

    method: str
    surface: Surface
    idempotent: bool
    max_retries: int


def parse_retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds the server asks to wait (RFC 9110, section 10.2.3, with fractions and `retry-after-ms`), or None.

    Nonsense (negative, not a number, beyond 1e9 s, unreadable) is None. A date in the past is 0.

    >>> parse_retry_after({"retry-after": "1.5"}, 0.0)
    1.5
    """
    ms = _number(headers.get("retry-after-ms", ""))
    if ms is not None:
        return ms / 1000
    value = headers.get("retry-after", "").strip()
    for candidate in (value, value.partition(",")[0].strip()):  # two header lines are joined with a comma
        seconds = _number(candidate)
        if seconds is None:
            seconds = _date(candidate, now)
        if seconds is not None:
            return seconds
    return None


def _number(text: str) -> float | None:
    text = text.strip()
    if not text or not set(text) <= set("0123456789."):
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value <= RETRY_AFTER_ABSURD else None


def _date(text: str, now: float) -> float | None:
    """The three HTTP dates: IMF-fixdate, RFC 850, asctime."""
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        wait = _utc(when).timestamp() - now
    except (ValueError, OverflowError):
        return None
    return max(0.0, wait) if wait <= RETRY_AFTER_ABSURD else None


def _utc(when: datetime) -> datetime:
    return when.replace(tzinfo=timezone.utc) if when.tzinfo is None else when


def backoff(retry_number: int, kind: str, random: Callable[[], float]) -> float:
    """Seconds before the `retry_number`-th retry (1-based): min(base · 2^(n-1), 8), times a random 0.5 to 1."""
    base = BACKOFF_CAPACITY_BASE if kind == "capacity" else BACKOFF_BASE
    wait = min(base * 2.0 ** min(retry_number - 1, 30), BACKOFF_MAX)
    return wait * (JITTER_MIN + (JITTER_MAX - JITTER_MIN) * random())


def is_retryable(failure: Failure, call: CallTraits) -> bool:
    """Whether this failure of this call may be tried again, limits of number and time aside."""
    if not call.idempotent or failure.certificate:
        return False
    error = failure.error
    if error.status is None:
        if failure.first_byte_timeout:
            return call.method in ("GET", "HEAD")
        return failure.retry_safe
    hint = failure.headers.get("x-should-retry", "").lower()
    if hint in ("true", "false"):
        return hint == "true"
    if error.kind in _FINAL_KINDS or error.kind == "unexpected_response":
        return False
    if error.status == 429 and "html" in failure.headers.get("content-type", "") and error.retry_after is None:
        return False  # the edge bans for longer with each further try
    if error.status == 409:
        return call.surface == "invocation"
    if error.status == 504:
        return call.method in ("GET", "HEAD")
    return error.status in RETRY_STATUSES


def decide(
    failure: Failure,
    call: CallTraits,
    *,
    attempt: int,
    deadline: Deadline,
    budget: RetryBudget | None,
    random: Callable[[], float],
) -> float | None:
    """Seconds to wait before the next attempt, or None to raise the failure's error now.

    Args:
        attempt: number of the attempt that failed, 1-based.
        budget: the client's retry budget, or None where it is off.
    """
    if attempt > call.max_retries or not is_retryable(failure, call):
        return None
    asked = failure.error.retry_after
    wait = backoff(attempt, failure.error.kind, random) if asked is None else asked
    if asked is not None and asked > RETRY_AFTER_MAX:
        return None
    if not deadline.allows(wait):
        return None
    if budget is not None and not budget.spend():
        return None
    return wait

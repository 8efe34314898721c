"""When a call is tried again, and how long it waits before. Nothing else decides a retry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Literal

from ._deadline import Deadline, Surface
from ._errors import ChutesError, Kind
from ._fallback import FALLS_THROUGH

MAX_RETRIES = 2
BACKOFF_BASE = 0.5
BACKOFF_CAPACITY_BASE = 1.0
BACKOFF_MAX = 8.0
JITTER_MIN = 0.5
JITTER_MAX = 1.0
RETRY_AFTER_MAX = 120.0
"""A longer wait is not slept: the error comes out at once with `retry_after` set."""
RETRY_AFTER_ABSURD = 1e9
"""A longer wait is nonsense, and backoff is used."""
INVOCATION_RESET_WINDOW = 2.0
"""An invocation POST that is reset later than this after its last byte was written may be running, and be billed."""
BUDGET_MAX = 10.0
BUDGET_GAIN = 0.1
RETRY_STATUSES = frozenset({408, 429, 500, 502, 503, *range(520, 530)})

Phase = Literal["connect", "send", "first_byte", "status", "body", "final"]
"""How far an attempt came: no connection; no byte of an answer (reset, or silence); a status; a body; `final` is never retried."""


@dataclass(frozen=True)
class Failure:
    """A failed attempt.

    Attributes:
        since_sent: seconds between the last byte written and the failure; 0 when nothing was written.
    """

    error: ChutesError
    phase: Phase
    headers: Mapping[str, str]
    since_sent: float = 0.0


@dataclass(frozen=True)
class Attempted:
    """What `decide` must know of the call. `has_successor`: another model stands ready."""

    method: str
    surface: Surface
    idempotent: bool = True
    has_successor: bool = False


@dataclass
class State:
    """Where a call stands: retries made so far, and its limits."""

    max_retries: int
    deadline: Deadline
    now: Callable[[], float]
    random: Callable[[], float]
    budget: RetryBudget | None = None
    retries: int = 0


@dataclass(frozen=True)
class Retry:
    wait: float


@dataclass(frozen=True)
class Stop:
    why: str


class RetryBudget:
    """Keeps a client from doubling the load of a server that is down: each first attempt earns a tenth, each retry costs one."""

    def __init__(self) -> None:
        self.tokens = BUDGET_MAX

    def first_attempt(self) -> None:
        self.tokens = min(BUDGET_MAX, self.tokens + BUDGET_GAIN)

    def pay(self) -> bool:
        if self.tokens < 1 - 1e-9:  # ten tenths do not add up to one in floating point
            return False
        self.tokens -= 1
        return True


def parse_retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds the server asks to wait, or None if it does not say or says nonsense.

    `retry-after-ms` wins over `Retry-After`: a number of seconds or one of the three dates of RFC 9110 (section 5.6.7);
    failing that, the part before the first comma of a repeated header. A date in the past is 0.
    """
    found = _number(headers.get("retry-after-ms", ""))
    if found is not None and found / 1000 <= RETRY_AFTER_ABSURD:
        return found / 1000
    value = headers.get("retry-after", "")
    for part in (value, value.partition(",")[0]):
        found = _number(part)
        if found is None and (when := _http_date(part, now)) is not None:
            found = max(0.0, when - now)
        if found is not None:
            return found if found <= RETRY_AFTER_ABSURD else None
    return None


def _number(text: str) -> float | None:
    """A plain decimal of zero or more; `1e3`, `inf` and `_` are not what the header allows."""
    text = text.strip()
    if text.strip("0123456789."):
        return None
    try:
        return float(text)
    except ValueError:
        return None


_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}


def _http_date(text: str, now: float) -> float | None:
    """Unix time of an IMF-fixdate, RFC 850 or asctime date. Names of days are not checked; English always, whatever the locale."""
    words = text.replace("-", " ").split()
    try:
        if len(words) == 6 and words[5] == "GMT":
            day, month, year, clock = int(words[1]), words[2], int(words[3]), words[4]
            if len(words[3]) == 2:  # RFC 9110: a two-digit year more than 50 years ahead is in the past
                century = datetime.fromtimestamp(now, timezone.utc).year
                year += century - century % 100
                year -= 100 if year > century + 50 else 0
        elif len(words) == 5:
            month, day, clock, year = words[1], int(words[2]), words[3], int(words[4])
        else:
            return None
        hour, minute, second = (int(part) for part in clock.split(":"))
        return datetime(year, _MONTHS[month.lower()], day, hour, minute, min(second, 59), tzinfo=timezone.utc).timestamp()
    except (ValueError, KeyError, OverflowError):
        return None


def backoff(retry_number: int, kind: Kind, random: float) -> float:
    """Seconds to wait before retry `retry_number` (from 0); `random` is in [0, 1)."""
    base = BACKOFF_CAPACITY_BASE if kind == "capacity" else BACKOFF_BASE
    return float(min(base * 2 ** min(retry_number, 10), BACKOFF_MAX) * (JITTER_MIN + (JITTER_MAX - JITTER_MIN) * random))


def is_retryable(failure: Failure, call: Attempted) -> bool:
    """Whether this failure may be tried again at all; the number of retries and the waits are looked at by `decide`."""
    if not call.idempotent or failure.phase in ("body", "final"):
        return False
    if call.has_successor and failure.error.kind in FALLS_THROUGH:
        return False
    if failure.phase == "status":
        return _status_retryable(failure, call)
    if failure.phase == "connect":
        return True
    if call.method == "GET":
        return True
    if failure.phase == "first_byte":
        return False
    return call.surface == "management" or failure.since_sent <= INVOCATION_RESET_WINDOW


def _status_retryable(failure: Failure, call: Attempted) -> bool:
    error, advice = failure.error, failure.headers.get("x-should-retry", "").strip().lower()
    if advice in ("true", "false"):
        return advice == "true"
    if error.kind in ("quota_exhausted", "disabled"):
        return False
    if error.status == 429 and error.retry_after is None and "html" in failure.headers.get("content-type", "").lower():
        return False
    if error.status == 409:
        return call.surface == "invocation"
    if error.status == 504:
        return call.method == "GET"
    return error.status in RETRY_STATUSES


def decide(failure: Failure, call: Attempted, state: State) -> Retry | Stop:
    """The one place that decides: try again after a wait, or stop."""
    if not is_retryable(failure, call):
        return Stop("not retryable")
    if state.retries >= state.max_retries:
        return Stop("no retries left")
    wait = failure.error.retry_after if failure.phase == "status" else None
    if wait is None:
        wait = backoff(state.retries, failure.error.kind, state.random())
    elif wait > RETRY_AFTER_MAX:
        return Stop("the server asks for a longer wait than we sleep")
    left = state.deadline.remaining()
    if left is not None and wait >= left:
        return Stop("the wait would pass the deadline")
    if state.budget is not None and not state.budget.pay():
        return Stop("the retry budget is used up")
    return Retry(wait)

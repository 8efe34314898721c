"""When to try again and how long to wait: every retry of the reference client is decided here."""

from __future__ import annotations

import math
import random
import re
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from faults import Fault

WAIT_MAX, WAIT_ABSURD = 120.0, 1e9
RESET_WINDOW = 2.0
_STATUSES = {408, 429, 500, 502, 503, *range(520, 530)}
_FINAL = {"quota_exhausted", "disabled"}


@dataclass
class Seam:
    """Sleep, clock and random source. Virtual: sleeping returns at once, is recorded and moves the clock."""

    virtual: bool = False
    start: float | None = None
    fixed: float | None = None
    slept: list[float] = field(default_factory=list)
    cancelled: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._now = time.time() if self.start is None else self.start

    def now(self) -> float:
        return self._now if self.virtual else time.time()

    def sleep(self, seconds: float) -> None:
        if self.virtual:
            self.slept.append(seconds)
            self._now += seconds
        elif self.cancelled.wait(seconds):
            raise Fault("cancelled", "the call was cancelled during a retry wait")

    def random(self) -> float:
        return random.random() if self.fixed is None else self.fixed


def _number(text: str, per_second: float = 1) -> float | None:
    """A wait in seconds, or None for anything that is no sensible number."""
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text):
        return None
    value = float(text) / per_second
    return value if math.isfinite(value) and 0 <= value <= WAIT_ABSURD else None


def _date(text: str, now: float) -> float | None:
    """Seconds until an IMF-fixdate, RFC 850 or asctime date; past dates are 0."""
    for form in ("%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y", "%a, %d %b %Y %H:%M:%S GMT"):
        try:
            moment = datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        if "%y" in form:  # RFC 9110: two digits are within fifty years ahead, else in the past
            this = datetime.fromtimestamp(now, UTC).year
            year = this - this % 100 + moment.year % 100
            moment = moment.replace(year=year - 100 if year > this + 50 else year)
        wait = moment.timestamp() - now
        return max(0.0, wait) if wait <= WAIT_ABSURD else None
    return None


def retry_after(headers: dict[str, str], now: float) -> float | None:
    """The wait the server asks for, in seconds; None if it asks for none or for nonsense."""
    millis = _number(headers.get("retry-after-ms", "").strip(), 1000)
    if millis is not None:
        return millis
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    for reading in (_number(text), _date(text, now), _number(text.split(",")[0].strip())):
        if reading is not None:
            return reading
    return None


def backoff(retry: int, kind: str, seam: Seam) -> float:
    """Wait before retry number `retry` (from 0)."""
    base = 1.0 if kind == "capacity" else 0.5
    return float(min(base * 2.0**retry, 8.0) * (0.5 + 0.5 * seam.random()))


@dataclass
class Attempt:
    """What a failed attempt looked like."""

    fault: Fault
    headers: dict[str, str] = field(default_factory=dict)
    before_first_byte: bool = False
    connect: bool = False
    since_written: float = 0.0
    html: bool = False


def decide(tried: Attempt, *, method: str, invocation: bool, idempotent: bool, retry: int, limit: int,
           deadline: float | None, seam: Seam) -> float | None:
    """Seconds to wait before the next attempt, or None to stop. `deadline` is on the seam's clock."""
    asked = retry_after(tried.headers, seam.now())
    if asked is not None:
        tried.fault.retry_after_ms = asked * 1000
    if retry >= limit or not idempotent or not _worth(tried, method, invocation, asked is not None):
        return None
    if asked is not None and asked > WAIT_MAX:
        return None
    wait = asked if asked is not None else backoff(retry, tried.fault.kind, seam)
    if deadline is not None and seam.now() + wait >= deadline:
        return None
    return wait


def _worth(tried: Attempt, method: str, invocation: bool, asked: bool) -> bool:
    fault = tried.fault
    should = tried.headers.get("x-should-retry", "").strip().lower()
    if fault.status is not None and fault.status >= 400:
        if should in ("true", "false"):
            return should == "true"
        if fault.kind in _FINAL or (fault.status == 429 and tried.html and not asked):
            return False
        if fault.status == 409:
            return invocation
        if fault.status == 504:
            return method == "GET"
        return fault.status in _STATUSES
    if fault.kind == "timeout":
        return tried.connect or (tried.before_first_byte and method == "GET")
    if fault.kind == "connection" and tried.before_first_byte:
        late = invocation and method == "POST" and tried.since_written > RESET_WINDOW
        return tried.connect or not late
    return False

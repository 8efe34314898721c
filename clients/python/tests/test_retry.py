from __future__ import annotations

import pytest

from chutes_client import APIConnectionError, ChutesError
from chutes_client._deadline import Deadline
from chutes_client._errors import classify
from chutes_client._retry import Attempted, Failure, Retry, RetryBudget, State, backoff, decide, parse_retry_after

NOW = 1_700_000_000.0  # Tue, 14 Nov 2023 22:13:20 GMT


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "Tue, 14 Nov 2023 22:13:25 GMT"}, 5.0),
        ({"retry-after": "Tuesday, 14-Nov-23 22:13:25 GMT"}, 5.0),
        ({"retry-after": "Tue Nov 14 22:13:25 2023"}, 5.0),
        ({"retry-after": "Sun, 06 Nov 1994 08:49:37 GMT"}, 0.0),
        ({"retry-after": "Sunday, 06-Nov-94 08:49:37 GMT"}, 0.0),
        ({"retry-after": "2, 7"}, 2.0),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "9" * 35}, None),
        ({"retry-after": "Fri, 31 Dec 99999 23:59:59 GMT"}, None),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after(headers: dict[str, str], expected: float | None) -> None:
    assert parse_retry_after(headers, NOW) == expected


def test_backoff() -> None:
    assert [backoff(n, "server", 1.0) for n in range(6)] == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]
    assert backoff(0, "server", 0.0) == 0.25
    assert backoff(0, "capacity", 1.0) == 1.0


def failure(status: int, detail: str = "", **headers: str) -> Failure:
    body = b'{"detail": "%s"}' % detail.encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    error = classify(status, named, body, attempts=1, retry_after=parse_retry_after(named, NOW))
    return Failure(error, "status", named)


POST, GET, MANAGED = Attempted("POST", "invocation"), Attempted("GET", "management"), Attempted("POST", "management")
ONCE = Attempted("POST", "management", idempotent=False)
LOST = Failure(APIConnectionError("reset"), "send", {}, 0.5)
LATE = Failure(APIConnectionError("reset"), "send", {}, 2.5)


@pytest.mark.parametrize(
    ("what", "call", "again"),
    [
        *[(failure(status), POST, True) for status in (408, 409, 429, 500, 502, 503, 520, 529)],
        *[(failure(status), POST, False) for status in (400, 401, 402, 403, 404, 405, 413, 422, 426, 501, 504, 505)],
        (failure(504), GET, True),
        (failure(409), MANAGED, False),
        (failure(429, "Free models limit reached for today"), POST, False),
        (failure(503, "This chute is currently disabled."), POST, False),
        (failure(429, content_type="text/html"), POST, False),
        (failure(429, content_type="text/html", retry_after="1"), POST, True),
        (failure(400, x_should_retry="true"), POST, True),
        (failure(503, x_should_retry="false"), POST, False),
        (failure(503, x_should_retry="true"), ONCE, False),
        (failure(503, retry_after="121"), POST, False),
        (failure(400, retry_after="1"), POST, False),
        (LOST, POST, True),
        (LATE, POST, False),
        (LATE, MANAGED, True),
        (LOST, ONCE, False),
        (Failure(APIConnectionError("x"), "first_byte", {}), POST, False),
        (Failure(APIConnectionError("x"), "first_byte", {}), GET, True),
        (Failure(APIConnectionError("x"), "body", {}), GET, False),
        (Failure(APIConnectionError("x"), "final", {}), GET, False),
    ],
)
def test_decide(what: Failure, call: Attempted, again: bool) -> None:
    state = State(2, Deadline(None, lambda: 0.0), lambda: NOW, lambda: 0.5)
    assert isinstance(decide(what, call, state), Retry) is again


def test_limits_of_retrying() -> None:
    clock = [0.0]
    state = State(1, Deadline(1.0, lambda: clock[0]), lambda: NOW, lambda: 0.5)
    assert decide(failure(503, retry_after="0.5"), POST, state) == Retry(0.5)
    assert not isinstance(decide(failure(503, retry_after="1"), POST, state), Retry)
    state.retries = 1
    assert not isinstance(decide(failure(503), POST, state), Retry)


def test_budget() -> None:
    budget = RetryBudget()
    assert sum(budget.pay() for _ in range(20)) == 10
    for _ in range(10):
        budget.first_attempt()
    assert [budget.pay(), budget.pay()] == [True, False]


def test_kinds() -> None:
    table = {
        (402, "quota is gone"): "quota_exhausted", (402, "no balance"): "payment_required", (429, "at maximum capacity"): "capacity",
        (503, "No instances available (yet)"): "cold_start", (503, "x"): "unavailable", (418, "x"): "api_status", (599, "x"): "server",
    }  # fmt: skip
    for (status, text), kind in table.items():
        error: ChutesError = failure(status, text).error
        assert error.kind == kind, (status, text)

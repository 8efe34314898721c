"""The numbers that all clients share (clients/README.md, "Constants"): a limit that nobody waits for is only seen here."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from chutes_client import _accumulate, _config, _deadline, _errors, _multipart, _request, _retry, _sse

CONSTANTS = {
    _deadline: {
        "CONNECT_TIMEOUT": 10, "MANAGEMENT_FIRST_BYTE_TIMEOUT": 60, "INVOCATION_FIRST_BYTE_TIMEOUT": 630, "MANAGEMENT_IDLE_TIMEOUT": 60,
        "INVOCATION_IDLE_TIMEOUT": 120, "MANAGEMENT_DEADLINE": 120,
    },
    _retry: {
        "MAX_RETRIES": 2, "BACKOFF_BASE": 0.5, "BACKOFF_CAPACITY_BASE": 1, "BACKOFF_MAX": 8, "JITTER_MIN": 0.5, "JITTER_MAX": 1,
        "RETRY_AFTER_MAX": 120, "RETRY_AFTER_ABSURD": 1e9, "INVOCATION_RESET_WINDOW": 2, "BUDGET_MAX": 10, "BUDGET_GAIN": 0.1,
    },
    _errors: {"MAX_MESSAGE_CHARS": 2000, "MAX_BODY_BYTES": 64 << 10},
    _sse: {"MAX_EVENT_BYTES": 64 << 20},
}  # fmt: skip


def test_constants() -> None:
    for module, constants in CONSTANTS.items():
        assert {name: getattr(module, name) for name in constants} == constants
    assert frozenset({408, 429, 500, 502, 503, *range(520, 530)}) == _retry.RETRY_STATUSES


@pytest.mark.parametrize(
    ("surface", "body", "expected"),
    [
        ("management", "json", (10, 60, 60, 120)),
        ("management", "bytes", (10, 60, 60, None)),
        ("management", "stream", (10, 60, 60, None)),
        ("management", "endless", (10, 60, None, None)),
        ("invocation", "json", (10, 630, 120, None)),
        ("invocation", "stream", (10, 630, 120, None)),
    ],
)
def test_limits_of_a_surface(surface: _deadline.Surface, body: str, expected: tuple[float | None, ...]) -> None:
    limits = _deadline.limits_for(surface, _config.CallOptions(), body=body)  # type: ignore[arg-type]
    assert (limits.connect, limits.first_byte, limits.idle, limits.total) == expected


def test_an_upload_has_no_deadline() -> None:
    upload = _request.Call("x", "POST", ["/x"], content=_multipart.Multipart([("a", "b")], frozenset()))
    kinds = {_request.body_of(call) for call in (upload, replace(upload, content=None, result="text"))}
    assert kinds == {"bytes"} and _request.body_of(replace(upload, content=None)) == "json"


def test_limits_of_options() -> None:
    options = _config.CallOptions(timeout=5, idle_timeout=None, connect_timeout=3, deadline=7)
    limits = _deadline.limits_for("invocation", options)
    assert (limits.connect, limits.first_byte, limits.idle, limits.total) == (3, 5, None, 7)


def test_ten_years_are_no_limit() -> None:
    years = 10 * 365 * 24 * 3600
    assert [_deadline.bounded(limit) for limit in (years - 1, years, None)] == [years - 1, None, None]


def test_deadline() -> None:
    now = [100.0]
    deadline, none = _deadline.Deadline(10, lambda: now[0]), _deadline.Deadline(None, lambda: now[0])
    assert (deadline.total, deadline.remaining(), deadline.expired(), deadline.clip(20), deadline.clip(3), deadline.clip(None)) == (
        10,
        10,
        False,
        10,
        3,
        10,
    )
    now[0] = 109.0
    assert (deadline.remaining(), deadline.expired(), deadline.clip(3)) == (1, False, 1)
    now[0] = 110.0
    assert (deadline.remaining(), deadline.expired(), deadline.clip(3)) == (0, True, 0)
    now[0] = 111.0
    assert (deadline.remaining(), deadline.expired()) == (0, True)
    assert (none.remaining(), none.expired(), none.clip(3), none.clip(None)) == (None, False, 3, None)


def test_what_is_joined_stands_at_one_place() -> None:
    whole = _accumulate.Accumulator()
    for delta in (
        {"role": "assistant", "reasoning": "a"},
        {"reasoning_content": "b", "reasoning": "b"},
        {"content": "c", "refusal": "d"},
    ):
        whole.add(
            {
                "id": "i",
                "model": "m",
                "created": 1,
                "object": "o",
                "usage": {},
                "choices": [{"index": 0, "delta": delta, "finish_reason": "stop"}],
            }
        )
    made = whole.snapshot()
    assert set(made) == {"id", "object", "created", "model", "choices", "usage"}
    assert made["choices"] == [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "c", "reasoning_content": "ab", "refusal": "d"},
            "finish_reason": "stop",
        }
    ]


def descendants(kind: type) -> set[type]:
    return {kind, *(below for child in kind.__subclasses__() for below in descendants(child))}


def test_each_class_of_errors_has_a_kind_of_the_list() -> None:
    known = set(get_args(_errors.Kind))
    assert {error.kind for error in descendants(_errors.ChutesError)} <= known  # type: ignore[attr-defined]


def test_what_a_log_is_told_of_an_error() -> None:
    headers, body = {"x-request-id": "r"}, b'{"detail": "later", "code": "c"}'
    error = _errors.classify(503, headers, body, attempts=2, retry_after=1.5)
    told = {"kind": "unavailable", "message": "later", "retryable": True, "status": 503, "code": "c", "request_id": "r"}
    assert error.to_dict() == {**told, "retry_after": 1.5, "attempts": 2}
    error.reason = "why"
    assert error.to_dict()["reason"] == "why"


def test_a_secret_of_the_client_is_masked_where_it_stands() -> None:
    headers = {"x-request-id": "r-s3cret", "x-echo": "s3cret!"}
    error = _errors.classify(
        402, headers, b'{"detail": "no s3cret", "code": "s3cret-1", "quota_reset_timestamp": "s3cret-2"}', attempts=1
    )
    assert error.scrub(("s3cret",)) is error
    assert error.message == "no [redacted]" and error.args == (error.message,)
    assert (error.code, error.request_id, error.quota_reset_timestamp) == ("[redacted]-1", "r-[redacted]", "[redacted]-2")
    assert error.body == b'{"detail": "no [redacted]", "code": "[redacted]-1", "quota_reset_timestamp": "[redacted]-2"}'
    assert error.headers["x-echo"] == "[redacted]!"


def test_a_body_of_any_depth_is_read_without_climbing_down_to_its_end() -> None:
    deep: dict[str, object] = {"code": "too deep", "message": "too deep"}
    rows: list[object] = [deep]
    beside = deep
    for _ in range(20_000):
        deep, rows, beside = {"error": deep, "detail": deep}, [rows], {"error": "x", "detail": beside}
    found: dict[str, str] = {}
    _errors._facts(deep, found, 0)
    assert found == {} and _errors._message(deep, 0) == _errors._message(rows, 0) == ""
    assert len(_errors._message(beside, 0)) < 30


@pytest.mark.parametrize(("length", "kept"), [(10, 10), (5000, 1993)])
def test_words_that_are_added_end_the_message(length: int, kept: int) -> None:
    error = _errors.UnauthenticatedError("x" * length, status=401)
    error.adds("(told)")
    assert error.message == "x" * kept + " (told)" and error.args == (error.message,)

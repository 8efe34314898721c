"""Matching and judging: for each rule an answer that passes and one that must not."""

from __future__ import annotations

from typing import Any

import pytest

from chutes_conformance import judge, library
from chutes_conformance.judge import flat_completion, judge_client, judge_server
from chutes_conformance.match import match
from chutes_conformance.server import Journal, RequestRecord


@pytest.mark.parametrize(("expected", "good", "bad"), [
    ({"a": 1}, {"a": 1, "b": 2}, {"a": 2}),
    ({"a": None}, {}, {"a": 0}),
    ({"a": ""}, {"a": None}, {"a": "x"}),
    ([1, {"x": 1}], [1, {"x": 1, "y": 2}], [1]),
    (1, 1.0, True),
    ({"$contains": "PoN"}, "xPoN", "xpon"),
    ({"$contains": "pong"}, "PONG", "ping"),
    ({"$contains": {"k": 1}}, [{"k": 1}], [{"k": 2}]),
    ({"$not_contains": "key"}, "none", "a key"),
    ({"$matches": "^a+$"}, "aa", "ab"),
    ({"$any": [1, 2]}, 2, 3),
    ({"$all": [{"$gte": 1}, {"$lte": 3}]}, 2, 4),
    ({"$not": 1}, 2, 1),
    ({"$gte": 1, "$lte": 2}, 1.5, "1"),
    ({"$len": 2}, "ab", "abc"),
    ({"$present": True}, 0, ""),
    ({"$present": False}, None, "x"),
    ({"$exact": {"a": 1}}, {"a": 1, "b": None}, {"a": 1, "b": 2}),
    ({"$sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}, "abc", "abd"),
    ({"$type": "number"}, 1, True),
    ({"$nonsense": 1}, None, 1),
])
def test_match(expected: Any, good: Any, bad: Any) -> None:
    if expected == {"$nonsense": 1}:
        assert match(expected, good, "x") == ["x: unknown matcher $nonsense"]
        return
    assert match(expected, good, "x") == []
    assert match(expected, bad, "x")


def run(**fields: Any) -> dict[str, Any]:
    return {"obs": [], "final": None, "error": None, "elapsed_ms": 5, **fields}


def chunk(text: str, at: float = 1, **more: Any) -> dict[str, Any]:
    return {"t": at, "k": "chunk", "chunk": {"choices": [{"index": 0, "delta": {"content": text}}], **more}}


OPEN = {"t": 0, "k": "open"}
DONE = run(obs=[OPEN, chunk("po"), chunk("ng", 80), {"t": 81, "k": "end"}],
           final={"choices": [{"index": 0, "message": {"role": "assistant", "content": "pong", "reasoning": "r"}, "finish_reason": "stop"}]})
FAILED = run(obs=[OPEN, chunk("po"), {"t": 2, "k": "error"}],
             error={"kind": "stream_interrupted", "message": "cut", "partial": {"choices": [{"message": {"content": "po"}}], "complete": False}})


@pytest.mark.parametrize(("expect", "good", "bad"), [
    ({"end": "complete"}, DONE, FAILED),
    ({"kind": "stream_interrupted"}, FAILED, DONE),
    ({"kind": ["timeout", "stream_interrupted"]}, FAILED, run(error={"kind": "server"})),
    ({"error": {"partial": {"content": "po", "complete": False}}}, FAILED, run(error={"kind": "stream_interrupted"})),
    ({"final": {"content": "pong", "reasoning": "r", "finish_reason": "stop"}}, DONE, run(final={"choices": []})),
    ({"text": "pong"}, DONE, run(obs=[OPEN, chunk("pong!")])),
    ({"chunks": [{"content": "po"}, {"content": "ng"}]}, DONE, run(obs=[OPEN, chunk("pong")])),
    ({"chunks": {"count": 2}}, DONE, FAILED | {"error": None}),
    ({"events": [{"data": "x"}]}, run(final={"events": [{"data": "x"}]}), run(final={"events": []})),
    ({"items": {"count": 1}}, run(obs=[{"t": 1, "k": "item", "item": 3}]), run()),
    ({"sleeps_ms": [500, [1, 9]]}, run(sleeps_ms=[500.4, 5]), run(sleeps_ms=[500])),
    ({"sleeps_ms": []}, run(), run(sleeps_ms=[1])),
    ({"max_ms": 100}, run(), run(elapsed_ms=101)),
    ({"min_ms": 200}, run(elapsed_ms=150), run(elapsed_ms=100)),
    ({"timing": [{"k": "chunk", "n": 2, "between": [50, 100]}]}, DONE, run(obs=[OPEN, chunk("a"), chunk("b", 2)])),
    ({"absent": ["secret"]}, run(), run(final={"x": "a secret"})),
    ({"end": "stopped"}, run(obs=[OPEN, {"t": 1, "k": "stopped"}]), DONE),
])
def test_client_rules(expect: dict[str, Any], good: dict[str, Any], bad: dict[str, Any]) -> None:
    assert judge_client(expect, good, "c") == []
    assert judge_client(expect, bad, "c")


def test_cancel_may_end_as_an_error_of_its_own_kind_only() -> None:
    cancelled = run(error={"kind": "cancelled"})
    assert judge_client({"end": "stopped"}, cancelled, "c", "cancel") == []
    assert judge_client({"end": "stopped"}, cancelled, "c", "break")
    assert judge_client({"end": "stopped"}, run(error={"kind": "timeout"}), "c", "cancel")


def test_flat_completion_orders_nothing_away() -> None:
    flat = flat_completion({"id": "i", "choices": [{"index": 0, "message": {"tool_calls": [{"id": "t", "function": {"name": "f", "arguments": "{}"}}]}}]})
    assert flat["tool_calls"] == [{"index": None, "id": "t", "type": None, "name": "f", "arguments": "{}"}]
    assert flat["id"] == "i"


def record(index: int, *, at: float = 0, body: bytes = b"{}", key: str | None = "k", origin: str = "own", **more: Any) -> RequestRecord:
    headers = [("Authorization", f"Bearer {key}")] if key else []
    made = RequestRecord(index, more.pop("connection", 1), origin, "POST", "/t/x/api/p?q=1", "/api/p", "q=1", "HTTP/1.1", headers, body, at, answer_ended=at + 0.01, last_sent=at + 0.01)
    for name, value in more.items():
        setattr(made, name, value)
    return made


def journal(*records: RequestRecord, max_open: int = 1) -> Journal:
    return Journal("x", requests=list(records), max_open=max_open)


ONE, TWO = record(0), record(1, at=1)


@pytest.mark.parametrize(("expect", "good", "bad"), [
    ({"attempts": 2}, journal(ONE, TWO), journal(ONE)),
    ({"attempts": [1, 2]}, journal(ONE), journal()),
    ({"connections": 1}, journal(ONE, TWO), journal(ONE, record(1, connection=2))),
    ({"connections": {"max": 1}}, journal(ONE), journal(ONE, record(1, connection=2))),
    ({"same_body": True}, journal(ONE, TWO), journal(ONE, record(1, body=b"[]"))),
    ({"auth": "every"}, journal(ONE), journal(record(0, key="other"))),
    ({"auth": "none"}, journal(record(0, key=None)), journal(ONE)),
    ({"auth": "same-origin"}, journal(ONE, record(1, origin="other", key=None)), journal(ONE, record(1, origin="other"))),
    ({"gaps_ms": [[900, 1100]]}, journal(ONE, TWO), journal(ONE, record(1, at=0.5))),
    ({"requests": [{"method": "POST", "path": "/api/p", "query": {"q": "1"}}]}, journal(ONE), journal(ONE, TWO)),
    ({"requests": [{"json": {"a": 1}}]}, journal(record(0, body=b'{"a":1,"b":2}')), journal(record(0, body=b"no"))),
    ({"requests": [{"json_exact": {"a": 1}}]}, journal(record(0, body=b'{"a":1}')), journal(record(0, body=b'{"a":1,"b":null}'))),
    ({"every": {"headers": {"authorization": "Bearer k", "x-api-key": None}}}, journal(ONE, TWO), journal(ONE, record(1, key="z"))),
    ({"client_closed": {"within_ms": 100}}, journal(record(0, client_closed=0.05)), journal(record(0, client_closed=0.5))),
    ({"client_closed": {"within_ms": 100}}, journal(record(0, client_closed=0.05)), journal(ONE)),
    ({"client_closed": {"within_ms": 100}}, journal(record(0, client_closed=0.05)), journal()),
    ({"client_closed": {"within_ms": 100, "when": {"m": 1}}}, journal(record(0, body=b'{"m":1}', client_closed=0.05), record(1, body=b'{"m":2}')),
     journal(record(0, body=b'{"m":1}'), record(1, body=b'{"m":2}', client_closed=0.05))),
    ({"client_closed": {"within_ms": 100, "when": {"m": 1}}}, journal(record(0, body=b'{"m":1}', client_closed=0.05)), journal(record(0, body=b"no", client_closed=0.05))),
    ({"client_closed": False}, journal(ONE), journal(record(0, client_closed=0.05))),
    ({"idle_after": True}, journal(record(0, client_closed=0.05)), journal(record(0, client_closed=0.05), TWO)),
    ({"sent_max": 10}, journal(record(0, body_sent=10)), journal(record(0, body_sent=11))),
    ({"max_open": 2}, journal(ONE, max_open=2), journal(ONE, max_open=3)),
    ({"origins": {"other": 0}}, journal(ONE), journal(record(0, origin="other"))),
])
def test_server_rules(expect: dict[str, Any], good: Journal, bad: Journal) -> None:
    assert judge_server(expect, good, "k") == []
    assert judge_server(expect, bad, "k")


def test_spread_of_waits_over_all_runs() -> None:
    def spread(sleeps: list[list[float]], rule: dict[str, Any]) -> list[str]:
        return judge._spread(rule, [run(sleeps_ms=s) for s in sleeps], "client")

    assert spread([[250], [400], [499]], {"distinct": 3, "reach": [[250, 300], [450, 500]]}) == []
    assert "1 different waits among 3" in spread([[375], [375], [375]], {"distinct": 2})[0]
    assert "no wait between 450 and 500" in spread([[250], [260]], {"distinct": 2, "reach": [[450, 500]]})[0]


def test_what_is_drawn_anew_differs_in_every_run() -> None:
    def distinct(*states: str | None) -> list[str]:
        return judge._distinct("state", [run(final={"state": s}) for s in states], "client")

    assert distinct("a", "b") == []
    assert "not another one in each of 2 runs" in distinct("a", "a")[0]
    assert distinct("a", None)


@pytest.mark.parametrize(("server", "holds"), [({}, False), ({"auth": "every"}, False), ({"attempts": 0}, True), ({"requests": []}, True)])
def test_a_client_that_asks_nothing_fails_unless_nothing_is_due(server: dict[str, Any], holds: bool) -> None:
    raw = {"id": "one", "title": "t", "requirement": "X-1", "source": "s", "call": {"op": "chat.create"},
           "server": [{"json": {}}], "expect": {"client": {"end": "complete"}, "server": server}}
    made = library.build("n", raw, {"X-1": "x"})
    assert (judge.judge(made, [run(final={})], Journal("t"), [0.0], "k") == []) is holds


def test_arrivals_spread_out() -> None:
    journal = Journal("t")
    for at in (0.0, 0.0, 1.0, 1.2):
        journal.requests.append(RequestRecord(0, 1, "own", "GET", "/", "/", "", "HTTP/1.1", [], b"", at))
    assert judge_server({"arrivals_ms": {"after": 2, "min": 100}}, journal, "k") == []
    assert "came within 200 ms" in judge_server({"arrivals_ms": {"after": 2, "min": 300}}, journal, "k")[0]


def test_what_was_handed_out_is_what_was_kept() -> None:
    assert judge._told_and_kept(DONE, "client") == []
    assert judge._told_and_kept(FAILED, "client") == []
    lost = {**DONE, "final": {"choices": [{"index": 0, "message": {"content": "po"}}]}}
    assert judge._told_and_kept(lost, "client") == ['client.final: "po" was kept, "pong" was handed out']
    cut = {**FAILED, "error": {"kind": "timeout", "partial": {"choices": [{"message": {"content": "pong"}}]}}}
    assert "client.error.partial" in judge._told_and_kept(cut, "client")[0]
    assert judge._told_and_kept(run(final=DONE["final"]), "client") == []  # nothing was iterated


TOLD = [{"hook": "before_attempt", "number": 1}, {"hook": "after_attempt", "number": 1, "status": 200}]


@pytest.mark.parametrize(("expect", "holds"), [
    (TOLD, True),
    ({"count": 2}, True),
    ([{"hook": "before_attempt"}, {"hook": "after_attempt", "kind": None}], True),
    (TOLD[:1], False),
    (TOLD[::-1], False),
    ({"count": 3}, False),
    ([], False),
])
def test_hooks_are_judged_in_their_order(expect: Any, holds: bool) -> None:
    assert (judge_client({"hooks": expect}, run(hooks=TOLD), "client") == []) is holds


def test_hooks_that_were_not_told_are_missed() -> None:
    assert judge_client({"hooks": TOLD}, run(), "client")


def test_the_completion_of_a_tool_run_is_flat_like_any_other() -> None:
    made = {"completion": {"choices": [{"index": 0, "message": {"content": "done"}, "finish_reason": "stop"}]}, "steps": []}
    assert judge_client({"final": {"completion": {"content": "done"}, "steps": []}}, run(final=made), "client") == []
    assert judge_client({"final": {"completion": {"content": "other"}}}, run(final=made), "client")


@pytest.mark.parametrize(("stderr", "holds"), [
    (b"2026 chutes call.start operation=x\nchutes DEBUG retry number=1 kind=server\nnoise\nlevel=INFO msg=call.end retry=1\n", True),
    (b"call.start\nretry\n", False),
    (b"call.start\nretry\nretry\ncall.end\n", False),
    (b"call.end\nretry\ncall.start\n", False),
    (b"", False),
])
def test_the_words_of_the_log_are_judged_in_their_order(stderr: bytes, holds: bool) -> None:
    raw = {"id": "one", "title": "t", "requirement": "HOOK-004", "source": "s", "call": {"op": "chat.create"},
           "expect": {"client": {"log": ["call.start", "retry", "call.end"]}}}
    made = library.build("n", raw, {"HOOK-004": "x"})
    assert (judge.judge_log(made, stderr) == []) is holds


def test_a_log_is_judged_only_where_a_case_asks() -> None:
    raw = {"id": "one", "title": "t", "requirement": "HOOK-004", "source": "s", "call": {"op": "chat.create"}, "expect": {"client": {"final": {}}}}
    assert judge.judge_log(library.build("n", raw, {"HOOK-004": "x"}), b"call.start\n") == []

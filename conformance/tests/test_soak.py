"""The soak: what it draws, what its account forgives and what not, and that a leak and a lost token are found."""

from __future__ import annotations

import asyncio
import dataclasses
import sys
from collections import Counter
from typing import Any

import pytest

from chutes_conformance import soak
from chutes_conformance.columns import Column
from chutes_conformance.soak.account import judge
from chutes_conformance.soak.census import MIB, Census, growing, left_behind
from chutes_conformance.soak.plan import ENDINGS, Pace, Plan, draw, token
from chutes_conformance.soak.server import Attempt, Window

from .conftest import ROOT

PACE = Pace(token_ms=20, tokens=8, patience_ms=1000)
LITTLE = soak.Options(streams=16, seconds=2, warm_up=1, restart=1.2, pace=PACE)


def broken(*command: str) -> Column:
    return Column("tried", (sys.executable, *(str(ROOT / "drivers" / part) if part.endswith(".py") else part for part in command)), ROOT, "broken")


def play(*command: str, **options: Any) -> soak.Result:
    return asyncio.run(soak.soak(broken(*command), dataclasses.replace(LITTLE, **options)))


def test_the_reference_leaves_nothing_behind_and_loses_nothing() -> None:
    result = play("reference/stdlib/driver.py")
    assert result.problems == [] and result.account.wrong == 0
    assert result.account.streams > 80 and result.account.received > 300 and result.restarts >= 2
    assert {"whole: end", "leave: stopped", "fin: stream_interrupted", "stall: timeout", "quiet: timeout"} <= set(result.account.outcomes)
    assert result.open_least == LITTLE.streams and "tried: ok" in soak.show(result)


@pytest.mark.parametrize(("flaw", "due"), [("hoard", "sockets are left"), ("lose-token", "token "), ("keep-open", "is open 5 s after its end")])
def test_a_flaw_is_found(flaw: str, due: str) -> None:
    result = play("broken/driver.py", flaw)
    assert any(due in problem for problem in result.problems), result.problems
    assert "tried: FAILED" in soak.show(result)


def test_a_driver_that_dies_fails_its_column() -> None:
    result = asyncio.run(soak.soak(Column("dead", (sys.executable, "-c", "raise SystemExit(3)"), ROOT, "ours"), LITTLE))
    assert result.problems and result.problems[0].startswith("crash")


def test_plans_come_from_their_seed_and_hold_every_ending() -> None:
    plans = [draw(n, 7, PACE, cancels=True) for n in range(600)]
    assert plans == [draw(n, 7, PACE, cancels=True) for n in range(600)] != [draw(n, 8, PACE, cancels=True) for n in range(600)]
    assert Counter(p.ending for p in plans).keys() == ENDINGS.keys()
    assert all(p.ending != "cancel" and p.how != "cancel" for p in (draw(n, 7, PACE, cancels=False) for n in range(600)))


def answered(tokens: int, end: str = "end", kind: str | None = None, extra: str = "") -> dict[str, Any]:
    text = "".join(token(1, 0, i) for i in range(tokens)) + extra
    whole = {"choices": [{"message": {"content": text}}]}
    error = {"kind": kind, "partial": whole} if kind else None
    return {"obs": [{"k": "open"}, {"k": "text", "text": text}, {"k": end}], "final": None if kind or end != "end" else whole, "error": error}


def verdict(plan: Plan, attempt: Attempt | None, answer: dict[str, Any], windows: tuple[Window, ...] = ()) -> list[str]:
    return judge(plan, [attempt] if attempt else [], answer, (100.0, 101.0), windows)[1]


WHOLE, LEAVE, STALL = Plan(1, "whole", 3, "text"), Plan(1, "leave", 99, "text", "break", 2), Plan(1, "stall", 3, "text")


@pytest.mark.parametrize(("plan", "sent", "end", "answer"), [
    (WHOLE, 3, "whole", answered(3)),
    (WHOLE, 2, "restart-fin", answered(2, "error", "stream_interrupted")),
    (WHOLE, 3, "restart-rst", answered(2, "error", "stream_interrupted")),
    (LEAVE, 5, "client", answered(2, "stopped")),
    (STALL, 3, "client", answered(3, "error", "timeout")),
])  # fmt: skip
def test_what_is_due_is_taken(plan: Plan, sent: int, end: str, answer: dict[str, Any]) -> None:
    assert verdict(plan, Attempt(1, 0, 100, sent, end), answer) == []


@pytest.mark.parametrize(("plan", "sent", "end", "answer", "due"), [
    (WHOLE, 3, "whole", answered(2), "got 2 of 3"),
    (WHOLE, 3, "whole", answered(2, extra=token(1, 0, 1)), "token 2 is"),
    (WHOLE, 3, "whole", answered(0, extra=token(2, 0, 0)), "token 0 is"),
    (WHOLE, 2, "restart-fin", answered(2), "a cut ended as None"),
    (WHOLE, 2, "restart-fin", answered(1, "error", "stream_interrupted"), "got 1 of 2"),
    (WHOLE, 2, "rst", answered(3, "error", "stream_interrupted"), "got 3 tokens of 2"),
    (WHOLE, 2, "rst", answered(2, "error", "timeout"), "a reset ended as timeout"),
    (LEAVE, 5, "client", answered(3, "stopped"), "while the server went on"),
    (LEAVE, 5, "client", answered(2), "while the server went on"),
    (STALL, 3, "client", answered(2, "error", "timeout"), "got 2 of 3"),
    (STALL, 3, "client", answered(3, "error", "connection"), "while the server went on"),
    (WHOLE, 3, "whole", answered(3) | {"final": {"choices": [{"message": {"content": "else"}}]}}, "final holds"),
    (WHOLE, 3, "whole", {"driver_error": "boom"}, "driver: boom"),
    (WHOLE, 3, "whole", {"error": {"kind": None, "class": "OSError"}}, "a foreign exception"),
])  # fmt: skip
def test_what_is_wrong_is_told(plan: Plan, sent: int, end: str, answer: dict[str, Any], due: str) -> None:
    assert any(due in text for text in verdict(plan, Attempt(1, 0, 100, sent, end), answer))


def test_a_call_that_met_nobody_needs_a_restart_to_be_excused() -> None:
    refused = {"obs": [], "error": {"kind": "connection"}}
    assert verdict(WHOLE, None, refused, (Window(100.5, 100.7),)) == []
    assert verdict(WHOLE, None, refused) != [] and verdict(WHOLE, None, refused, (Window(80, 81),)) != []


def test_what_is_left_behind_is_counted() -> None:
    before = Census(2, 5, 10, 100 * MIB, 3, 10 * MIB)
    assert left_behind(before, dataclasses.replace(before, threads=14, heap=11 * MIB, resident=120 * MIB)) == []
    for change in ({"sockets": 3}, {"descriptors": 6}, {"tasks": 4}, {"threads": 30}, {"heap": 14 * MIB}, {"resident": 140 * MIB}):
        assert len(left_behind(before, dataclasses.replace(before, **change))) == 1, change


def test_growth_under_load_is_told_from_a_warm_up() -> None:
    def samples(*mib: int) -> list[Census]:
        return [Census(9, 3, 4, m * MIB) for m in mib]

    assert growing(samples(100, 200, 300, 310, 320, 315, 316, 320, 321)) == []
    assert growing(samples(100, 150, 200, 250, 300, 350, 400, 450, 500)) != []

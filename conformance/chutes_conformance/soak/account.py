"""Holds what a caller got against what the server sent, token by token."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .plan import Plan, token
from .server import Attempt, Window

REFUSED_S = 4.0  # a call that began so long before a restart, or was retrying so long after it, may have met nobody


@dataclass
class Account:
    """Sums over all streams of a run."""

    streams: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    received: int = 0  # tokens that callers got
    unread: int = 0  # sent to callers that had left or were leaving
    reset: int = 0  # sent, and destroyed by a reset
    complaints: list[str] = field(default_factory=list)
    wrong: int = 0

    def settle(self, plan: Plan, attempts: Sequence[Attempt], answer: dict[str, Any], span: tuple[float, float], windows: Sequence[Window]) -> None:
        """Enters one stream; `span` is when its call began and was answered."""
        self.streams += 1
        got, found = judge(plan, attempts, answer, span, windows)
        outcome = (answer.get("error") or {}).get("kind") or ("stopped" if _saw(answer, "stopped") else "end")
        self.outcomes[f"{plan.ending}: {outcome}"] += 1
        self.received += got
        if attempts:
            lost = attempts[-1].sent - got
            if (attempts[-1].end or "").endswith("rst"):
                self.reset += lost
            elif plan.ending in ("leave", "cancel"):
                self.unread += lost
        if found:
            self.wrong += 1
            if len(self.complaints) < 50:
                seen = [(a.sent, a.end) for a in attempts]
                self.complaints.append(f"stream {plan.number} ({plan.ending}, {plan.consume} {plan.how}, server {seen}): {'; '.join(found)}")


def judge(plan: Plan, attempts: Sequence[Attempt], answer: dict[str, Any], span: tuple[float, float], windows: Sequence[Window]) -> tuple[int, list[str]]:
    """How many tokens the caller got, and what is wrong about them or about how the call ended."""
    if broken := answer.get("driver_error") or answer.get("skip"):
        return 0, [f"driver: {broken}"]
    error = answer.get("error") or {}
    if answer.get("error") is not None and error.get("kind") is None:
        return 0, [f"a foreign exception: {error.get('class')} {error.get('message')}"]
    text = _text(plan, answer)
    if not attempts:
        return 0, _refused(text, error, answer, plan, span, windows)
    last = attempts[-1]
    count, wrong = _count(text, last)
    wrong += [f"sent again after {a.sent} tokens" for a in attempts[:-1] if a.sent and (a.end or "").endswith("fin")]
    for place, whole in (("partial", error.get("partial") or answer.get("partial")), ("final", answer.get("final"))):
        if whole and _content(whole) != text:
            wrong.append(f"{place} holds {_content(whole)[-60:]!r}, the pieces {text[-60:]!r}")
    return count, wrong + _ending(plan, last, count, error.get("kind"), answer)


def _saw(answer: dict[str, Any], kind: str) -> bool:
    return any(o["k"] == kind for o in answer.get("obs") or ())


def _content(completion: dict[str, Any]) -> str:
    choices = completion.get("choices") or [{}]
    return (choices[0].get("message") or {}).get("content") or ""


def _text(plan: Plan, answer: dict[str, Any]) -> str:
    if plan.consume == "final":
        return _content(answer.get("final") or (answer.get("error") or {}).get("partial") or {})
    out = []
    for seen in answer.get("obs") or ():
        if seen["k"] == "text":
            out.append(seen["text"])
        elif seen["k"] == "chunk":
            out += [(choice.get("delta") or {}).get("content") or "" for choice in seen["chunk"].get("choices") or ()]
    return "".join(out)


def _count(text: str, attempt: Attempt) -> tuple[int, list[str]]:
    """The number of tokens in the text, which must be the first ones of the attempt and no more than were sent."""
    at = count = 0
    while at < len(text):
        due = token(attempt.number, attempt.index, count)
        if not text.startswith(due, at):
            return count, [f"token {count} is {text[at : at + 30]!r}, not {due!r}"]
        at, count = at + len(due), count + 1
    return count, [f"got {count} tokens of {attempt.sent}"] if count > attempt.sent else []


def _refused(text: str, error: dict[str, Any], answer: dict[str, Any], plan: Plan, span: tuple[float, float], windows: Sequence[Window]) -> list[str]:
    """A call that never reached the server: cancelled before it could, or made while nobody listened."""
    if text:
        return ["text without a request"]
    if plan.ending == "cancel" and (error.get("kind") == "cancelled" or _saw(answer, "stopped")):
        return []
    met = any(span[0] < w.ended + REFUSED_S and span[1] > w.began for w in windows)
    return [] if met and error.get("kind") == "connection" else [f"no request came, yet the server listened: {error.get('kind')} {error.get('message')}"]


def _ending(plan: Plan, last: Attempt, count: int, kind: str | None, answer: dict[str, Any]) -> list[str]:
    """Whether the call ended as it had to."""
    exact = [] if count == last.sent else [f"got {count} of {last.sent} tokens"]
    stopped = _saw(answer, "stopped") and kind in (None, "cancelled")
    if plan.ending == "leave" and (stopped or kind == "cancelled") and count == plan.leave:
        return []
    if plan.ending == "cancel" and (stopped or kind == "cancelled"):
        return []
    if last.end == "whole":
        return exact + ([] if kind is None and (_saw(answer, "end") or answer.get("final")) else [f"a whole stream ended as {kind}"])
    if plan.ending in ("stall", "quiet") and kind == "timeout" and last.sent == plan.tokens:
        return exact  # also where a restart came just as the patience was over
    if last.end in ("fin", "chunk", "restart-fin"):
        due = ("stream_interrupted",) if last.sent else ("stream_interrupted", "connection")
        return exact + ([] if kind in due else [f"a cut ended as {kind}, due is {due[0]}"])
    if last.end in ("rst", "restart-rst"):
        due = ("stream_interrupted",) if count else ("stream_interrupted", "connection")
        return [] if kind in due else [f"a reset ended as {kind}, due is {due[0]}"]
    return [f"ended as {kind} after {count} tokens, while the server went on"]

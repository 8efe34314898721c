"""In one word how a cell missed its case, so that columns can be compared at a glance.

The words, from worst to mildest: leaks, hang, crash, silent, raises, raw, typed, wire, late, terse. LEGEND says what each means.
"""

from __future__ import annotations

import re
from typing import Any

from ..result import Cell

LEGEND = {
    "leaks": "the key reached a message, a log or a foreign host",
    "hang": "no end in sight; the driver was ended",
    "crash": "the program ended, or could not be driven on",
    "silent": "wrong, cut or lost data, and no error",
    "raises": "an error where the answer was good",
    "raw": "an error of the HTTP or JSON library below the SDK came out",
    "typed": "an error of the SDK, but one that says something else",
    "wire": "something else was sent, sent again, or left open",
    "late": "right, but not when it was due",
    "terse": "right, but without a detail that our clients promise (attempts, partial answer, request id)",
    "not asked": "the SDK has no such call or option, or its clock cannot be moved",
}
SHORT = 160  # characters of the explanation

_ENDED = re.compile(r"expected the call to end as (\w+), it ended as (\w+)")
_DETAIL = re.compile(r"\.error\.(?!kind)|\.partial|\.response|class_parents")


def manner(cell: Cell) -> tuple[str, str]:
    """The word and a few more, both empty for a cell that passed."""
    if cell.verdict in ("pass", "xpass", "flaky"):
        return "", ""
    first = cell.complaints[0] if cell.complaints else ""
    if cell.verdict in ("skip", "n/a"):
        return "not asked", first[:SHORT]
    if cell.verdict in ("hang", "crash"):
        return cell.verdict, first[:SHORT]
    word, text = _word(cell.complaints, _error(cell))
    return word, " ".join(text.split())[:SHORT]


def _error(cell: Cell) -> dict[str, Any]:
    """The error of the last call, or of the first run that has one."""
    last = cell.answers[-1] if cell.answers else {}
    return next((run["error"] for run in last.get("runs") or [last] if run and run.get("error")), {})


def _word(complaints: list[str], error: dict[str, Any]) -> tuple[str, str]:
    told = f"{error.get('class') or error.get('kind')}: {error.get('message')}" if error else ""
    for text in complaints:
        if text.startswith("canary:") or "carries a credential" in text or "stands in the answer" in text:
            return "leaks", text
    ended = [m.groups() for t in complaints if (m := _ENDED.search(t))]
    if any(wanted == "error" and got == "complete" for wanted, got in ended):
        return "silent", "ended as if all had arrived"
    if error and any(wanted == "complete" for wanted, _ in ended):
        return "raises", told
    if error and error.get("kind") is None:
        return "raw", told
    kind = next((t for t in complaints if ".error.kind:" in t), "")
    if kind:
        return "typed", f"{kind.partition(': ')[2]} ({error.get('class') or 'no class'})"
    return _mild(complaints)


def _mild(complaints: list[str]) -> tuple[str, str]:
    """The kind of end was right: what is left is data, wire, time and details."""
    groups: dict[str, list[str]] = {"silent": [], "wire": [], "late": [], "terse": []}
    for text in complaints:
        if text.startswith("server"):
            groups["wire"].append(text)
        elif "elapsed" in text or " took " in text or ".timing" in text or "sleeps_ms" in text:
            groups["late"].append(text)
        elif _DETAIL.search(text.partition(": ")[0]):
            groups["terse"].append(text)
        else:
            groups["silent"].append(text)
    for word, found in groups.items():
        if found:
            return word, found[0]
    return "terse", ""

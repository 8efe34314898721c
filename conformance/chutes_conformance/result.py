"""What a run produces: one cell per case and column, and the run as a whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

BAD = ("fail", "hang", "crash", "xpass", "harness-error")


@dataclass
class Cell:
    """Verdicts: pass fail warn info skip n/a xfail xpass flaky hang crash harness-error."""

    case: str
    column: str
    verdict: str
    complaints: list[str] = field(default_factory=list)
    ms: float = 0
    answers: list[dict[str, Any]] = field(default_factory=list)
    journal: list[dict[str, Any]] = field(default_factory=list)
    stderr: str = ""
    repro: str = ""


@dataclass
class ColumnInfo:
    name: str
    kind: str
    sdk: str = ""
    version: str = ""
    variant: str = ""
    capabilities: list[str] = field(default_factory=list)
    decides: bool = False
    problem: str = ""
    replayed: int = 0  # plays that were spoilt by a neighbour's hang or a server that stood still, and repeated


@dataclass
class Run:
    """All of one run. `ok` is the exit code's opinion."""

    meta: dict[str, Any]
    columns: list[ColumnInfo]
    cases: list[dict[str, Any]]
    cells: list[Cell]
    problems: list[str] = field(default_factory=list)

    def failures(self) -> list[Cell]:
        """Cells that make the run fail."""
        deciding = {c.name for c in self.columns if c.decides}
        level = {c["name"]: c["level"] for c in self.cases}
        out = []
        for cell in self.cells:
            if cell.verdict == "harness-error":
                out.append(cell)
            elif cell.column in deciding:
                must = level[cell.case] == "must"
                if cell.verdict in BAD or (cell.verdict == "skip" and must):
                    out.append(cell)
        return out

    @property
    def ok(self) -> bool:
        return not self.failures() and not self.problems

    def share(self, column: str, level: str, theme: str | None = None) -> tuple[int, int]:
        """How many cases of a level (and theme) pass in a column, of how many that apply; see `shares`."""
        return total(self.shares(column), level, theme)

    def shares(self, column: str) -> dict[tuple[str, str], tuple[int, int]]:
        """By level and theme: how many cases pass, of how many that apply. Permutations are one case: it passes if all of them do,
        or else one stream in fourteen framings would weigh as much as a whole theme. A guest has no share in what it was never
        asked: a call of ours that it lacks is no failure of its own. One of our columns has.
        """
        group = {c["name"]: (c["level"], c.get("theme", ""), template(c["name"])) for c in self.cases}
        guest = any(c.name == column and c.kind == "reference" for c in self.columns)
        apart = ("n/a", "skip") if guest else ("n/a",)
        folded: dict[tuple[str, str, str], bool] = {}
        for cell in self.cells:
            if cell.column == column and cell.case in group and cell.verdict not in apart:
                key = group[cell.case]
                folded[key] = folded.get(key, True) and cell.verdict in ("pass", "xpass", "flaky")
        out: dict[tuple[str, str], tuple[int, int]] = {}
        for (level, theme, _), passed in folded.items():
            before = out.get((level, theme), (0, 0))
            out[level, theme] = before[0] + passed, before[1] + 1
        return out

    @property
    def themes(self) -> list[str]:
        """Every theme of the run, in alphabetical order."""
        return sorted({c["theme"] for c in self.cases})

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Run:
        """The run that results.json holds; what a newer version wrote beside the known fields is left out."""
        return cls(
            dict(data["meta"]), [_known(ColumnInfo, c) for c in data["columns"]], list(data["cases"]),
            [_known(Cell, c) for c in data["cells"]], list(data.get("problems", [])),
        )


def template(name: str) -> str:
    """The name of a case without its permutation."""
    return re.sub(r"(/(?:slice|framing|coding|eol):[^/]*)+$", "", name)


T = TypeVar("T", Cell, ColumnInfo)


def _known(kind: type[T], data: Mapping[str, Any]) -> T:
    names = {f.name for f in fields(kind)}
    return kind(**{k: v for k, v in data.items() if k in names})


def total(shares: Mapping[tuple[str, str], tuple[int, int]], level: str, theme: str | None = None) -> tuple[int, int]:
    """The sum of a column's shares of one level, of every theme or of one."""
    found = [s for (one, of), s in shares.items() if one == level and theme in (None, of)]
    return sum(p for p, _ in found), sum(n for _, n in found)


def percent(passed: int, total: int) -> str:
    """A share as text, rounded down: 100 % stands for every case. A dash where nothing was asked."""
    return f"{1000 * passed // total / 10:g} %" if total else "–"

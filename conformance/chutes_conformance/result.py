"""What a run produces: one cell per case and column, and the run as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

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

    def share(self, column: str, level: str) -> tuple[int, int]:
        """How many cases of a level pass in a column, of how many that apply. A guest has no share in what it was never asked:
        a call of ours that it lacks is no failure of its own. One of our columns has.
        """
        names = {c["name"] for c in self.cases if c["level"] == level}
        guest = any(c.name == column and c.kind == "reference" for c in self.columns)
        apart = ("n/a", "skip") if guest else ("n/a",)
        cells = [c for c in self.cells if c.column == column and c.case in names and c.verdict not in apart]
        return sum(c.verdict in ("pass", "xpass", "flaky") for c in cells), len(cells)

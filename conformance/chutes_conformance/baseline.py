"""Known failures per column. They still run: one that passes, or that is older than 90 days, fails the run."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .library import pattern_regex

MAX_AGE = datetime.timedelta(days=90)
HEADER = "# Known failures of this column: a list of {pattern, reason, issue, date[, flaky]}. Stale or expired entries fail the run.\n"


class BaselineError(ValueError):
    """An entry that lacks something or cannot be read."""


@dataclass
class Entry:
    pattern: str
    reason: str
    issue: str
    date: datetime.date
    flaky: bool = False
    hits: int = 0
    failed: int = 0

    def covers(self, case: str) -> bool:
        return bool(pattern_regex(self.pattern).fullmatch(case))


@dataclass
class Baseline:
    column: str
    entries: list[Entry] = field(default_factory=list)

    def verdict(self, case: str, verdict: str) -> str:
        """The verdict after the baseline: fail to xfail, pass to xpass (or flaky where the entry says so)."""
        entry = next((e for e in self.entries if e.covers(case)), None)
        if entry is None or verdict in ("skip", "n/a", "harness-error"):
            return verdict
        entry.hits += 1
        if verdict in ("pass", "info"):
            return "flaky" if entry.flaky else "xpass"
        entry.failed += 1
        return "flaky" if entry.flaky else "xfail"

    def problems(self, today: datetime.date, complete: bool) -> list[str]:
        """Expired entries, and, after a run of every case, entries that nothing failed under."""
        out: list[str] = []
        for e in self.entries:
            if today - e.date > MAX_AGE:
                out.append(f"{self.column}: baseline entry {e.pattern} is older than {MAX_AGE.days} days")
            if complete and not e.hits:
                out.append(f"{self.column}: baseline entry {e.pattern} matches no case")
            elif complete and not e.failed and not e.flaky:
                out.append(f"{self.column}: baseline entry {e.pattern} is stale: everything under it passes")
        return out


def load(folder: Path, column: str) -> Baseline:
    path = folder / f"{column}.yaml"
    if not path.exists():
        return Baseline(column)
    data = yaml.safe_load(path.read_text("utf-8")) or []
    if not isinstance(data, list):
        raise BaselineError(f"{path.name}: must be a list")
    return Baseline(column, [_entry(one, path.name) for one in data])


def _entry(raw: Any, name: str) -> Entry:
    missing = [k for k in ("pattern", "reason", "issue", "date") if not (isinstance(raw, dict) and raw.get(k))]
    if missing:
        raise BaselineError(f"{name}: an entry lacks {', '.join(missing)}")
    date = raw["date"]
    if not isinstance(date, datetime.date):
        raise BaselineError(f"{name}: {raw['pattern']}: date must be YYYY-MM-DD")
    return Entry(raw["pattern"], raw["reason"], str(raw["issue"]), date, bool(raw.get("flaky")))

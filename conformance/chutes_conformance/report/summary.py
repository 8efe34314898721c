"""The Markdown summary of a run, and its place between two marks of a README."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path

from ..result import ColumnInfo, Run, percent, template, total

MARKS = re.compile(r"(<!-- matrix:begin( brief)? -->\n).*?(<!-- matrix:end -->)", re.S)


class SummaryError(ValueError):
    """The results cannot be used, or a file has no marks."""


def load(path: Path) -> Run:
    """The run that a results.json holds."""
    try:
        return Run.from_json(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise SummaryError(f"{path}: no results of a run: {exc}") from exc


def render(run: Run, brief: bool = False) -> str:
    """When and what, the share of every column, and (unless brief) its share of every theme."""
    columns = [c for c in run.columns if c.kind in ("ours", "reference")]
    guests = any(c.kind == "reference" for c in columns)
    templates = len({template(c["name"]) for c in run.cases})
    when = datetime.datetime.fromtimestamp(run.meta["started"], datetime.UTC).date().isoformat()
    out = [
        f"Measured on {when} by `make conformance`: {templates} cases, {len(run.cases)} with their permutations, {run.meta['seconds']:.0f} s."
        + (" A guest is measured by what it can be asked: a case that needs a call or an option it lacks is not counted." if guests else ""),
        "", "| column | SDK | must | should |", "|---|---|---:|---:|",
    ]
    for column in columns:
        shares = [_share(run, column, level) for level in ("must", "should")]
        name = f"**{column.name}**" if column.kind == "ours" else column.name
        out.append(f"| {name} | {column.sdk} {column.version} | {shares[0]} | {shares[1]} |")
    return "\n".join(out + ([] if brief else ["", *_themes(run, columns)])) + "\n"


def _share(run: Run, column: ColumnInfo, level: str) -> str:
    passed, asked = run.share(column.name, level)
    return f"{percent(passed, asked)} ({passed} of {asked})" if asked else "–"


def _themes(run: Run, columns: list[ColumnInfo]) -> list[str]:
    """Own columns that agree in every theme, as they should, share one column of this table."""
    counts = {c.name: run.shares(c.name) for c in columns}
    shares = {c.name: [percent(*total(counts[c.name], "must", theme)) for theme in run.themes] for c in columns}
    own = [c.name for c in columns if c.kind == "ours"]
    together = len(own) > 1 and len({tuple(shares[n]) for n in own}) == 1
    shown = (["ours"] if together else own) + [c.name for c in columns if c.kind == "reference"]
    if together:
        shares["ours"] = shares[own[0]]
    out = ["| must, by theme | " + " | ".join(shown) + " |", "|---|" + "---:|" * len(shown)]
    return out + [f"| {theme} | " + " | ".join(shares[n][i] for n in shown) + " |" for i, theme in enumerate(run.themes)]


def write(run: Run, path: Path) -> bool:
    """Put the summary between the marks of a file; whether it changed. The word `brief` in the first mark leaves the themes out."""
    text = path.read_text("utf-8")
    if not MARKS.search(text):
        raise SummaryError(f"{path}: no <!-- matrix:begin --> … <!-- matrix:end -->")
    new = MARKS.sub(lambda m: m[1] + "\n" + render(run, brief=bool(m[2])) + "\n" + m[3], text)
    if new != text:
        path.write_text(new, "utf-8")
    return new != text

"""results.json: the whole run, one row per cell."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from ..result import Cell, ColumnInfo, Run, total
from .manner import manner

TRACE_SHOWN, TRACE_PASSED = 300, 40  # entries of a wire trace that are kept: a green cell is rarely opened
BYTES_SHOWN, OBS_PASSED = 1000, 12
TEXT_SHOWN = 4000  # characters of any single text of an answer


def data(run: Run) -> dict[str, Any]:
    """The run as plain data; also what the HTML page is made of."""
    return {"meta": run.meta, "ok": run.ok, "problems": run.problems, "columns": [column_row(run, c) for c in run.columns],
            "cases": run.cases, "cells": [cell_row(c) for c in run.cells]}


def column_row(run: Run, column: ColumnInfo) -> dict[str, Any]:
    """A column with its shares: of every must and should, and of the must of each theme."""
    shares = run.shares(column.name)
    themes = {theme: total(shares, "must", theme) for theme in run.themes}
    return {**dataclasses.asdict(column), "must": total(shares, "must"), "should": total(shares, "should"), "themes": themes}


def cell_row(cell: Cell) -> dict[str, Any]:
    """A cell with what a reader needs: long traces are cut, and a green cell keeps less."""
    passed = cell.verdict == "pass"
    row = {f.name: getattr(cell, f.name) for f in dataclasses.fields(cell)}
    most = TRACE_PASSED if passed else TRACE_SHOWN
    row["journal"] = [
        {**r, "trace": [[at, kind, text[:BYTES_SHOWN]] for at, kind, text in r["trace"][:most]], "left_out": max(len(r["trace"]) - most, 0)}
        for r in cell.journal
    ]
    row["answers"] = [_brief(a, OBS_PASSED if passed else TRACE_SHOWN) for a in cell.answers]
    row["stderr"] = "" if passed else cell.stderr
    row["manner"], row["told"] = manner(cell)
    return row


def _brief(answer: dict[str, Any], most: int) -> dict[str, Any]:
    out = dict(_cut(answer))
    if len(out.get("obs") or []) > most:
        out["obs"] = [*out["obs"][:most], {"t": 0, "k": f"… {len(answer['obs']) - most} more"}]
    return out


def _cut(value: Any) -> Any:
    if isinstance(value, str) and len(value) > TEXT_SHOWN:
        return f"{value[:TEXT_SHOWN]}… ({len(value)} characters)"
    if isinstance(value, dict):
        return {k: _cut(v) for k, v in value.items()}
    return [_cut(v) for v in value] if isinstance(value, list) else value


def render(run: Run) -> str:
    """The file: one line per case and cell, so that a diff of two runs reads."""
    parts = data(run)
    lists = ("cases", "cells")
    head = [f"{dump(k)}: {dump(v)}" for k, v in parts.items() if k not in lists]
    rows = [f"{dump(k)}: [\n" + ",\n".join(dump(row) for row in parts[k]) + "\n]" for k in lists]
    return "{" + ",\n".join(head + rows) + "}\n"


def dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), default=str)

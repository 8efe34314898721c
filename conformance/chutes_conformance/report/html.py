"""matrix.html: one file with style, script and data inside; nothing is loaded from anywhere.

The index of cases and verdicts is plain JSON. What a single cell shows is compressed per column and unpacked by the browser when
the cell is opened: a run of twelve columns stays a file of a few megabytes.
"""

from __future__ import annotations

import base64
import dataclasses
import gzip
import html
from importlib.resources import files
from typing import Any

from ..result import ColumnInfo, Run, percent, total
from .json import cell_row, dump
from .manner import LEGEND

_FEW = ("name", "title", "level", "theme", "requirements", "source")
_LATER = ("calls", "server", "expect", "listen", "tags")


def render(run: Run) -> str:
    """The page."""
    rows = [cell_row(c) for c in run.cells]
    names = [c["name"] for c in run.cases]
    page = _asset("matrix.html")
    parts = {
        "/*STYLE*/": _asset("matrix.css"),
        "/*SCRIPT*/": _asset("matrix.js"),
        "<!--SUMMARY-->": _summary(run),
        "/*DATA*/": dump(_index(run, rows, names)).replace("<", "\\u003c"),
        "<!--PACKED-->": _packed(run, rows, names),
    }
    for mark, text in parts.items():
        page = page.replace(mark, text)
    return page


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def _index(run: Run, rows: list[dict[str, Any]], names: list[str]) -> dict[str, Any]:
    """What every view needs: per column a verdict and a word for each case, in the order of the cases."""
    at = {name: i for i, name in enumerate(names)}
    columns = []
    for info in run.columns:
        cells: list[list[Any] | None] = [None] * len(names)
        for row in rows:
            if row["column"] == info.name:
                cells[at[row["case"]]] = [row["verdict"], row["manner"], row["told"]] if row["manner"] else [row["verdict"]]
        columns.append({**dataclasses.asdict(info), "cells": cells})
    meta = {k: v for k, v in run.meta.items() if k != "requirements"}
    return {
        "meta": meta, "ok": run.ok, "problems": run.problems, "columns": columns, "legend": LEGEND,
        "requirements": run.meta.get("requirements", {}), "cases": [{k: c[k] for k in _FEW} for c in run.cases],
    }


def _packed(run: Run, rows: list[dict[str, Any]], names: list[str]) -> str:
    """Script elements of compressed data: one for the cases, one for every column."""
    out = [_element("cases", {c["name"]: {k: c[k] for k in _LATER} for c in run.cases})]
    shown = ("ms", "complaints", "answers", "journal", "stderr", "repro")
    for info in run.columns:
        cells = {r["case"]: {k: r[k] for k in shown} for r in rows if r["column"] == info.name}
        out.append(_element(f"column-{info.name}", cells))
    return "\n".join(out)


def _element(name: str, value: Any) -> str:
    packed = base64.b64encode(gzip.compress(dump(value).encode(), 9, mtime=0)).decode()
    return f'<script type="application/octet-stream" id="{html.escape(name, quote=True)}">{packed}</script>'


def _summary(run: Run) -> str:
    """The tables of shares, as HTML: they can be read without a script."""
    return _by_column(run) + _by_theme(run)


def _by_column(run: Run) -> str:
    out = ['<table class="shares"><caption>Share of the cases that pass, of those a column can be asked</caption>',
           '<thead><tr><th scope="col">column</th><th scope="col">SDK</th><th scope="col">must</th><th scope="col">should</th></tr></thead><tbody>']
    for info in run.columns:
        out.append(f'<tr class="{info.kind}"><th scope="row">{_name(info)}</th><td>{html.escape(_what(info))}</td>')
        out += [_bar(*run.share(info.name, level)) for level in ("must", "should")]
        out.append("</tr>")
    return "".join(out) + "</tbody></table>"


def _what(info: ColumnInfo) -> str:
    return f"{info.sdk} {info.version}".strip() or info.problem


def _name(info: ColumnInfo) -> str:
    return f'<a href="#cases?column={html.escape(info.name, quote=True)}">{html.escape(info.name)}</a>'


def _bar(passed: int, asked: int) -> str:
    if not asked:
        return '<td class="none">–</td>'
    width = f"{100 * passed / asked:.1f}"
    return (f'<td class="share"><span class="bar" aria-hidden="true"><i style="width:{width}%"></i></span>'
            f"<b>{percent(passed, asked)}</b> <small>{passed}/{asked}</small></td>")


def _by_theme(run: Run) -> str:
    out = ['<h2>By theme</h2><div class="scroll" tabindex="0" role="region" aria-label="Shares by theme"><table class="themes">',
           '<caption class="hidden">Share of the must cases that pass, by theme and column</caption><thead><tr><th scope="col">theme</th>']
    out += [f'<th scope="col" class="{c.kind}"><span>{html.escape(c.name)}</span></th>' for c in run.columns]
    out.append("</tr></thead><tbody>")
    shares = {c.name: run.shares(c.name) for c in run.columns}
    for theme in run.themes:
        address = f"#cases?theme={html.escape(theme, quote=True)}"
        out.append(f'<tr><th scope="row"><a href="{address}">{html.escape(theme)}</a></th>')
        for info in run.columns:
            passed, asked = total(shares[info.name], "must", theme)
            title = f"{passed} of {asked}" if asked else "not asked"
            link = f"{address}&amp;column={html.escape(info.name, quote=True)}"
            out.append(f'<td class="{_grade(passed, asked)}" title="{title}"><a href="{link}">{percent(passed, asked).removesuffix(" %")}</a></td>')
        out.append("</tr>")
    return "".join(out) + "</tbody></table></div>"


def _grade(passed: int, asked: int) -> str:
    """The shade of a share: full, most (from 70 %), some (from 30 %), few, or none where nothing was asked."""
    if not asked or passed == asked:
        return "full" if asked else "none"
    return "most" if passed * 10 >= asked * 7 else "some" if passed * 10 >= asked * 3 else "few"

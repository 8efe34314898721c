"""results.json: the whole run, one row per cell."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from ..result import Run


def data(run: Run) -> dict[str, Any]:
    """The run as plain data; also what the HTML page is made of."""
    columns = [
        {**dataclasses.asdict(c), "must": run.share(c.name, "must"), "should": run.share(c.name, "should")}
        for c in run.columns
    ]
    return {"meta": run.meta, "ok": run.ok, "problems": run.problems, "columns": columns, "cases": run.cases,
            "cells": [dataclasses.asdict(c) for c in run.cells]}


def render(run: Run) -> str:
    return json.dumps(data(run), ensure_ascii=True, indent=1, default=str) + "\n"

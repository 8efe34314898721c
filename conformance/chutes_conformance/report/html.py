"""matrix.html: one file with style, script and data inside; nothing is loaded from anywhere."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from ..result import Run
from .json import data

TRACE_SHOWN, TRACE_PASSED = 300, 40  # entries of a wire trace in the page: a green cell is rarely opened


def render(run: Run) -> str:
    """The page. Data goes into a JSON script element, `<` escaped so that no case can end it early."""
    template = files(__package__).joinpath("matrix.html").read_text("utf-8")
    content = data(run)
    for cell in content["cells"]:
        most = TRACE_PASSED if cell["verdict"] == "pass" else TRACE_SHOWN
        for request in cell["journal"]:
            request["trace"] = [[at, kind, text[:1000]] for at, kind, text in request["trace"][:most]]
        if cell["verdict"] == "pass":
            cell["answers"] = [_brief(a) for a in cell["answers"]]
    payload = json.dumps(content, ensure_ascii=True, default=str).replace("<", "\\u003c")
    return template.replace("/*DATA*/", payload)


def _brief(answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "obs": answer["obs"][:12]} if len(answer.get("obs") or []) > 12 else answer

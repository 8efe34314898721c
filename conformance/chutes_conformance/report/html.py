"""matrix.html: one file with style, script and data inside; nothing is loaded from anywhere."""

from __future__ import annotations

import json
from importlib.resources import files

from ..result import Run
from .json import data


def render(run: Run) -> str:
    """The page. Data goes into a JSON script element, `<` escaped so that no case can end it early."""
    template = files(__package__).joinpath("matrix.html").read_text("utf-8")
    payload = json.dumps(data(run), ensure_ascii=True, default=str).replace("<", "\\u003c")
    return template.replace("/*DATA*/", payload)

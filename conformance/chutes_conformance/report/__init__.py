"""The three reports of a run."""

from pathlib import Path

from ..result import Run
from . import html, json, junit

__all__ = ["write"]


def write(run: Run, folder: Path) -> None:
    """Write results.json, junit.xml and matrix.html into `folder`, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.render(run), "utf-8")
    (folder / "junit.xml").write_text(junit.render(run), "utf-8")
    (folder / "matrix.html").write_text(html.render(run), "utf-8")

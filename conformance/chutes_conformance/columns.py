"""The columns of the matrix: which program plays which SDK, read from columns.toml."""

from __future__ import annotations

import os
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

KINDS = ("ours", "reference", "broken", "oracle")


@dataclass(frozen=True)
class Column:
    """`kind`: ours (decides), reference (shown only), oracle (the stdlib client), broken (must fail)."""

    name: str
    command: tuple[str, ...]
    directory: Path
    kind: str
    env: dict[str, str] = field(default_factory=dict)
    not_applicable: dict[str, str] = field(default_factory=dict)
    caught_by: tuple[str, ...] = ()

    @property
    def decides(self) -> bool:
        return self.kind == "ours"


class ColumnError(ValueError):
    """columns.toml cannot be used."""


def load(path: Path, root: Path) -> dict[str, Column]:
    """All columns by name. `{here}` (the folder of the file), `{root}`, `{repo}`, `{build}` and `{python}` are replaced in commands,
    folders and env. A driver starts in `{here}` unless its column names a `directory`.
    """
    data = tomllib.loads(path.read_text("utf-8"))
    root = root.resolve()  # a driver starts in another folder
    places = {
        "here": str(path.resolve().parent),
        "root": str(root),
        "repo": str(root.parent),
        "build": os.environ.get("CONFORMANCE_BUILD", str(root.parent / ".build")),
        "python": sys.executable,
    }

    def fill(text: str) -> str:
        for name, value in places.items():
            text = text.replace("{" + name + "}", value)
        return text

    out: dict[str, Column] = {}
    for name, entry in data.get("columns", {}).items():
        if entry.get("kind") not in KINDS:
            raise ColumnError(f"column {name}: kind must be one of {', '.join(KINDS)}")
        if not entry.get("command"):
            raise ColumnError(f"column {name}: no command")
        out[name] = Column(
            name=name,
            command=tuple(fill(part) for part in entry["command"]),
            directory=Path(fill(entry.get("directory", "{here}"))),
            kind=entry["kind"],
            env={k: fill(v) for k, v in entry.get("env", {}).items()},
            not_applicable=dict(entry.get("not_applicable", {})),
            caught_by=tuple(entry.get("caught_by", ())),
        )
    return out

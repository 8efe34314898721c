"""A fault to plant, and the two lists that are written by hand: faults that people make, and changes that change nothing."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent


class MutantError(ValueError):
    """A list that no longer fits the sources, or that cannot be read."""


@dataclass(frozen=True)
class Edit:
    """One replacement in one file. With `start` None the old text is looked for, and must stand there exactly once."""

    file: str
    old: str
    new: str
    start: int | None = None

    def apply(self, text: str) -> str:
        start = self.start
        if start is None:
            count = text.count(self.old)
            if count != 1:
                raise MutantError(f"{self.file}: {count} places hold {self.old.strip()[:80]!r}, one was expected")
            start = text.index(self.old)
        if not text.startswith(self.old, start):
            raise MutantError(f"{self.file}: {self.old!r} is not at {start}")
        return text[:start] + self.new + text[start + len(self.old) :]


@dataclass(frozen=True)
class Mutant:
    """A changed client. Its id stays the same until the line changes that it is made from."""

    id: str
    language: str
    stem: str
    operator: str
    """The operator that made it, or `planted`."""
    edits: tuple[Edit, ...]
    line: int = 0
    before: str = ""
    after: str = ""
    title: str = ""
    under: str = ""
    """The line above."""

    def render(self, read: Callable[[str], str]) -> dict[str, str]:
        """The files as they are with the fault; `read` gives the text of one."""
        made: dict[str, str] = {}
        for edit in self.edits:
            made[edit.file] = edit.apply(made.get(edit.file) or read(edit.file))
        return made

    def diff(self, read: Callable[[str], str]) -> str:
        out: list[str] = []
        for name, text in self.render(read).items():
            old = read(name).splitlines(keepends=True)
            out += difflib.unified_diff(old, text.splitlines(keepends=True), f"a/{name}", f"b/{name}", n=2)
        return "".join(out)


def mutant_id(language: str, stem: str, *parts: object) -> str:
    digest = hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()
    return f"{language}-{stem}-{digest[:8]}"


def planted(language: str, folder: Path = HERE) -> list[Mutant]:
    """The faults of `planted/<language>.yaml`: `{id, stem, title, edits: [{file, find, replace}]}`."""
    path = folder / "planted" / f"{language}.yaml"
    made: list[Mutant] = []
    for entry in yaml.safe_load(path.read_text("utf-8")):
        edits = tuple(Edit(e["file"], e["find"], e["replace"]) for e in entry["edits"])
        if any(e.old == e.new or not e.old for e in edits) or not edits:
            raise MutantError(f"{path.name}: {entry['id']} changes nothing")
        made.append(Mutant(f"{language}-{entry['id']}", language, entry["stem"], "planted", edits, title=entry["title"]))
    if len({m.id for m in made}) != len(made):
        raise MutantError(f"{path.name}: an id stands there twice")
    return made


@dataclass(frozen=True)
class Equivalent:
    """A mechanical change that nobody can tell from outside. An entry that fits no mutant any more is stale."""

    language: str
    file: str
    line: str
    becomes: tuple[str, ...]
    """What the line is after the change; empty: whatever the operators make of it."""
    operators: tuple[str, ...]
    reason: str
    under: str = ""
    """The line above it, for a line that the file holds more than once."""

    def fits(self, mutant: Mutant) -> bool:
        return (
            mutant.language == self.language
            and mutant.edits[0].file == self.file
            and mutant.before.strip() == self.line
            and (not self.becomes or mutant.after.strip() in self.becomes)
            and (not self.under or mutant.under.strip() == self.under)
            and (not self.operators or mutant.operator in self.operators)
        )


def equivalents(folder: Path = HERE) -> list[Equivalent]:
    """The entries of `equivalent.yaml`."""
    made: list[Equivalent] = []
    data: dict[str, Any] = yaml.safe_load((folder / "equivalent.yaml").read_text("utf-8")) or {}
    for language, entries in data.items():
        for entry in entries or ():
            becomes, operators = entry.get("becomes", []), entry.get("operator", [])
            if not becomes and not operators:
                raise MutantError(f"equivalent.yaml: {entry['line']!r} names neither an operator nor what the line becomes")
            made.append(Equivalent(language, entry["file"], entry["line"].strip(), _texts(becomes), _texts(operators), entry["reason"], entry.get("under", "").strip()))
    return made


def _texts(value: str | list[str]) -> tuple[str, ...]:
    return tuple(v.strip() for v in ([value] if isinstance(value, str) else value))


def split(mutants: Iterable[Mutant], known: list[Equivalent]) -> tuple[list[Mutant], list[Mutant], list[Equivalent]]:
    """Those to play, those that are known to be equivalent, and the entries that fit none of them."""
    play: list[Mutant] = []
    skip: list[Mutant] = []
    used: set[int] = set()
    for mutant in mutants:
        fitting = [number for number, entry in enumerate(known) if entry.fits(mutant)]
        used.update(fitting)
        (skip if fitting else play).append(mutant)
    languages = {m.language for m in play + skip}
    return play, skip, [entry for number, entry in enumerate(known) if number not in used and entry.language in languages]

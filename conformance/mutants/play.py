"""Plays one mutant after another: build it, play the cases until one fails, put the files back."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from pathlib import Path

from chutes_conformance import library
from chutes_conformance.columns import Column
from chutes_conformance.library import Case
from chutes_conformance.result import Cell
from chutes_conformance.runner import STOPPING, Options
from chutes_conformance.runner import run as run_matrix

from .languages import BUILD, CONFORMANCE, LANGUAGES, Language
from .mutant import Mutant

MEMORY_LIMIT = 4 << 30
"""A loop that a fault made endless is not to take the machine along."""

MATRIX_LIMIT_S = 900.0
"""Far above what a column needs on a busy machine."""

THEMES = {
    "sse": ["sse", "cords", "chat", "end"], "stream": ["chat", "end", "cords", "smoke", "mgmt"], "accumulate": ["chat", "smoke", "end"],
    "retry": ["retry", "http", "time", "conn"], "deadline": ["time", "retry", "cancel"], "errors": ["errors", "retry", "secrets", "mgmt"],
}  # fmt: skip
"""Which cases are likely to notice a fault of a stem, while nothing is known of earlier runs."""


@dataclass
class Outcome:
    """`verdict`: killed, survived or invalid. `by`: `<column> <case>`, `unit tests`, or what the compiler said."""

    id: str
    verdict: str
    by: str = ""
    complaint: str = ""
    seconds: float = 0.0


@dataclass
class Knowledge:
    """What is known of a language: which cases its unchanged client passes and how long they take, and what killed before.

    `cases` are those that there were when the run began: whoever writes cases meanwhile changes nothing here.
    """

    cases: list[Case] = field(default_factory=list)
    passing: dict[str, dict[str, float]] = field(default_factory=dict)
    kills: dict[str, dict[str, int]] = field(default_factory=dict)

    def order(self, column: str, stem: str) -> list[Case]:
        """The cases to play: those that killed before come first, then those of a likely theme, quick ones before slow ones."""
        known, passing, themes = self.kills.get(stem, {}), self.passing[column], THEMES.get(stem, [])

        def rank(case: Case) -> tuple[float, ...]:
            theme = themes.index(case.theme) if case.theme in themes else len(themes)
            slow = passing[case.name] > 400
            return (-known.get(case.name, 0) if not slow else 0, slow, theme, passing[case.name])

        return sorted((c for c in self.cases if c.name in passing), key=rank)

    def learn(self, stem: str, by: str) -> None:
        case = by.partition(" ")[2]
        counts = self.kills.setdefault(stem, {})
        counts[case] = counts.get(case, 0) + 1


def play_cases(cases: Sequence[Case], column: Column, fail_fast: bool = True) -> list[Cell]:
    """Plays cases in one column, without the reference client. However broken the client is, this comes to an end."""
    playing = run_matrix(cases, [column], Options(CONFORMANCE, jobs=8, fail_fast=fail_fast))
    try:
        result = asyncio.run(asyncio.wait_for(playing, MATRIX_LIMIT_S))
    except TimeoutError:
        return [Cell(cases[0].name, column.name, "hang", [f"the column was not played to its end within {MATRIX_LIMIT_S:.0f} s"])]
    for info in result.columns:
        if info.problem:
            return [Cell(cases[0].name, column.name, "crash", [f"the driver does not start: {info.problem}"])]
    return result.cells


def baseline(language: Language) -> Knowledge:
    """Builds the unchanged client and plays everything once: a case that it does not pass can tell nothing."""
    place = BUILD / language.name / "0"
    language.prepare(place)
    built, said = language.build(place, [])
    if not built:
        raise RuntimeError(f"the unchanged client of {language.name} cannot be built:\n{said[-3000:]}")
    known = Knowledge(library.load(CONFORMANCE), kills=_load_kills(language))
    for column in language.columns_at(place):
        cells = play_cases(known.cases, column, fail_fast=False)
        known.passing[column.name] = {c.case: c.ms for c in cells if c.verdict == "pass"}
    return known


def _kills_file(language: Language) -> Path:
    return BUILD / language.name / "kills.json"


def _load_kills(language: Language) -> dict[str, dict[str, int]]:
    path = _kills_file(language)
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


class Player:
    """One worker: a place of its own, in which it changes, builds and restores."""

    def __init__(self, language: Language, slot: int, known: Knowledge, unit: bool) -> None:
        self.language, self.place, self.known = language, BUILD / language.name / str(slot), known
        self.unit = unit
        self._unit_passes: bool | None = None
        language.prepare(self.place)
        language.build(self.place, [])

    def play(self, mutant: Mutant) -> Outcome:
        began = time.monotonic()
        before = {name: (self.place / "client" / name).read_text("utf-8") for name in {e.file for e in mutant.edits}}
        try:
            for name, text in mutant.render(before.__getitem__).items():
                (self.place / "client" / name).write_text(text, "utf-8")
            built, said = self.language.build(self.place, list(before))
            outcome = self._judge(mutant) if built else Outcome(mutant.id, "invalid", said.strip()[-400:])
        finally:
            for name, text in before.items():
                (self.place / "client" / name).write_text(text, "utf-8")
        if outcome.verdict == "survived" and self.unit:
            outcome = self._units(mutant, before) or outcome
        outcome.seconds = round(time.monotonic() - began, 2)
        return outcome

    def _judge(self, mutant: Mutant) -> Outcome:
        for column in self.language.columns_at(self.place):
            cases = self.known.order(column.name, mutant.stem)
            while cases:
                cells = play_cases(cases, column)
                bad = next((c for c in cells if c.verdict in STOPPING), None)
                if bad is None:
                    break
                if bad.verdict in ("hang", "crash") or self._again(bad, cases, column):
                    return Outcome(mutant.id, "killed", f"{column.name} {bad.case}", f"{bad.verdict}: {(bad.complaints or [''])[0][:300]}")
                played = {c.case for c in cells}
                cases = [c for c in cases if c.name not in played]
        return Outcome(mutant.id, "survived")

    def _again(self, bad: Cell, cases: Sequence[Case], column: Column) -> bool:
        """Whether a failure is no accident of a busy machine: the case, played alone, fails again."""
        cells = play_cases([c for c in cases if c.name == bad.case], column)
        return any(c.verdict in STOPPING for c in cells)

    def _units(self, mutant: Mutant, before: Mapping[str, str]) -> Outcome | None:
        """Gives a mutant that the matrix lets live to the client's own unit tests."""
        if self._unit_passes is None:
            self._unit_passes, said = self.language.unit(self.place)
            if not self._unit_passes:
                print(f"\nthe unit tests of the unchanged client fail, and are left out:\n{said[-1000:]}", flush=True)
        if not self._unit_passes:
            return None
        try:
            for name, text in mutant.render(before.__getitem__).items():
                (self.place / "client" / name).write_text(text, "utf-8")
            passed, said = self.language.unit(self.place)
            if not passed:  # once more: a busy machine kills nothing
                passed, said = self.language.unit(self.place)
        finally:
            for name, text in before.items():
                (self.place / "client" / name).write_text(text, "utf-8")
        return None if passed else Outcome(mutant.id, "killed", "unit tests", said.strip()[-300:])


_player: Player | None = None


def _start(language: str, slots: multiprocessing.Queue[int], known: Knowledge, unit: bool) -> None:
    global _player
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_LIMIT if hard < 0 else min(MEMORY_LIMIT, hard), hard))
    _player = Player(LANGUAGES[language], slots.get(), known, unit)


def _play(mutant: Mutant) -> Outcome:
    assert _player
    outcome = _player.play(mutant)
    if outcome.verdict == "killed" and outcome.by != "unit tests":
        _player.known.learn(mutant.stem, outcome.by)
    return outcome


def play_all(language: Language, mutants: Sequence[Mutant], known: Knowledge, jobs: int, unit: bool, tell: Callable[[Mutant, Outcome], None]) -> Iterator[Outcome]:
    """Plays mutants, `jobs` at a time, and remembers what killed them. The order is that of their ends."""
    context = multiprocessing.get_context("fork")
    slots: multiprocessing.Queue[int] = context.Queue()
    for slot in range(jobs):
        slots.put(slot)
    with ProcessPoolExecutor(jobs, context, _start, (language.name, slots, known, unit)) as pool:
        futures = {pool.submit(_play, mutant): mutant for mutant in mutants}
        for future in as_completed(futures):
            outcome = future.result()
            if outcome.verdict == "killed" and outcome.by != "unit tests":
                known.learn(futures[future].stem, outcome.by)
            tell(futures[future], outcome)
            _remember(language, known, outcome)
            yield outcome


def _remember(language: Language, known: Knowledge, outcome: Outcome) -> None:
    _kills_file(language).write_text(json.dumps(known.kills, indent=1), "utf-8")
    with (BUILD / language.name / "outcomes.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(asdict(outcome)) + "\n")


def last_outcomes(language: Language) -> dict[str, str]:
    """The last verdict of every mutant that was ever played here."""
    path = BUILD / language.name / "outcomes.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
    return {row["id"]: row["verdict"] for row in rows}

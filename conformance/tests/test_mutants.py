"""The mutation tool: what it changes, that its lists fit the clients as they are, and that it tells killed from survived."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from chutes_conformance.columns import Column
from chutes_conformance.runner import Options, run

from .conftest import ROOT
from .test_run import GOOD, cases, toy

sys.path.insert(0, str(ROOT))

from mutants import cli, play  # noqa: E402
from mutants.languages import LANGUAGES  # noqa: E402
from mutants.mutant import Edit, Equivalent, Mutant, MutantError, equivalents, planted, split  # noqa: E402
from mutants.operators import mutants_of  # noqa: E402
from mutants.source import lex  # noqa: E402

PYTHON = '''"""Documentation: True and 1."""
import os  # 1 == 1

LIMIT = 10


def f(x: int, log: object) -> bool:
    """Not `x < 1`."""
    if x < LIMIT and not x in (1, 2):
        log.write("a text for people with spaces, if true")
        return kind == "quota_exhausted"
    return False
'''


def changes(text: str, language: str) -> set[tuple[str, str]]:
    return {(m.operator, m.after.strip()) for m in mutants_of(text, language, "stem", "file")}


def test_operators_change_code_and_nothing_else() -> None:
    made = changes(PYTHON, "python")
    assert {
        ("number", "LIMIT = 11"), ("number", "LIMIT = 9"), ("boundary", "if x <= LIMIT and not x in (1, 2):"), ("comparison", "if x >= LIMIT and not x in (1, 2):"),
        ("word", "if x < LIMIT or not x in (1, 2):"), ("word", "if x < LIMIT and x in (1, 2):"), ("condition", "if not (x < LIMIT and not x in (1, 2)):"),
        ("string", 'return kind == "xquota_exhausted"'), ("comparison", 'return kind != "quota_exhausted"'), ("word", "return True"), ("deletion", "pass"),
    } <= made  # fmt: skip
    touched = {m.line for m in mutants_of(PYTHON, "python", "stem", "file")}
    assert touched == {4, 9, 10, 11, 12}, "documentation, imports, comments and types are left alone"
    assert not any("people" in after and operator == "string" for operator, after in made)


@pytest.mark.parametrize(("language", "text", "expected"), [
    ("ts", "/** true */\nfunction f(): void {\n  if (a && !b) this.x = 1; // < 2\n  stop();\n}\n",
     {("word", "if (a || !b) this.x = 1; // < 2"), ("word", "if (a && b) this.x = 1; // < 2"), ("condition", "if (!(a && !b)) this.x = 1; // < 2"),
      ("deletion", ";"), ("return", "return;\n  if (a && !b) this.x = 1; // < 2"), ("number", "if (a && !b) this.x = 2; // < 2")}),
    ("go", "func f() bool {\n\tif n <= 3 { // true\n\t\tstop()\n\t}\n\treturn text == `raw 1`\n}\n",
     {("boundary", "if n < 3 { // true"), ("comparison", "if n > 3 { // true"), ("return", "return true\n\tif n <= 3 { // true"), ("deletion", "")}),
    ("rust", "fn f<'a>(x: &'a str) -> bool {\n    x.starts_with('y') || x == r#\"1 \"quoted\"\"#\n}\n#[cfg(test)]\nmod tests { const X: u8 = 1; }\n",
     {("word", "x.ends_with('y') || x == r#\"1 \"quoted\"\"#"), ("word", "x.starts_with('y') && x == r#\"1 \"quoted\"\"#"), ("string", "x.starts_with('x') || x == r#\"1 \"quoted\"\"#")}),
])  # fmt: skip
def test_operators_of_each_language(language: str, text: str, expected: set[tuple[str, str]]) -> None:
    made = changes(text, language)
    assert expected <= made, expected - made
    assert all(m.line < 4 or language != "rust" for m in mutants_of(text, language, "stem", "file"))


def test_masks_are_as_long_as_their_texts() -> None:
    for language in LANGUAGES.values():
        for files in language.stems.values():
            for name in files:
                text = (language.source / name).read_text("utf-8")
                source = lex(text, language.name)
                assert len(source.mask) == len(text)
                assert source.mask.count("\n") == text.count("\n")


def test_ids_are_stable_and_single() -> None:
    moved = mutants_of("# one more line\n" + PYTHON, "python", "stem", "file")
    assert [m.id for m in moved] == [m.id for m in mutants_of(PYTHON, "python", "stem", "file")]
    assert len({m.id for m in moved}) == len(moved)


def test_planted_faults_are_the_same_in_all_languages_and_fit() -> None:
    lists = {name: planted(name) for name in LANGUAGES}
    ids = {name: [(m.id.partition("-")[2], m.stem) for m in made] for name, made in lists.items()}
    assert len({tuple(i) for i in ids.values()}) == 1, "the same ids in the same order"
    assert len(ids["python"]) >= 15
    for name, made in lists.items():
        for mutant in made:
            mutant.render(lambda file, language=LANGUAGES[name]: (language.source / file).read_text("utf-8"))


def test_no_entry_of_the_equivalent_ones_is_stale() -> None:
    made = []
    for name, language in LANGUAGES.items():
        for stem, files in language.stems.items():
            for file in files:
                made += mutants_of((language.source / file).read_text("utf-8"), name, stem, file)
    stale = split(made, equivalents())[2]
    assert not stale, [f"{e.language} {e.file}: {e.line}" for e in stale]
    assert all(len(e.reason) > 15 for e in equivalents())


def test_an_entry_that_fits_nothing_is_stale() -> None:
    known = [Equivalent("python", "file", "LIMIT = 10", ("LIMIT = 11",), (), "a reason"), Equivalent("python", "file", "gone = 1", (), ("number",), "a reason")]
    play_, skip, stale = split(mutants_of(PYTHON, "python", "stem", "file"), known)
    assert [m.after for m in skip] == ["LIMIT = 11"]
    assert stale == [known[1]]
    assert "LIMIT = 9" in {m.after for m in play_}


def test_an_edit_must_fit_exactly_once() -> None:
    assert Edit("f", "b", "c").apply("abd") == "acd"
    for text in ("ad", "abbd"):
        with pytest.raises(MutantError, match="one was expected"):
            Edit("f", "b", "c").apply(text)


def test_fail_fast_ends_a_column_with_its_first_failure(tmp_path: Path) -> None:
    slow = f'if m["case"].endswith("c0"): say({{"seq": m["seq"], "obs": [], "final": {{"n": 2}}}}); continue\ntime.sleep(5)\n{GOOD}'
    column = toy(tmp_path, slow)
    result = asyncio.run(run(cases({}, {}, {}), [column], Options(root=ROOT, fail_fast=True)))
    assert [(c.case, c.verdict) for c in result.cells] == [("a/b/c0", "fail")]
    assert result.meta["seconds"] < 4


class Toy:
    """A language of one driver, whose answer is the number in a file."""

    name = "toy"

    def __init__(self, place: Path) -> None:
        self.place = place
        place.joinpath("client").mkdir(parents=True)
        place.joinpath("client/answer.txt").write_text("1\n")

    def prepare(self, place: Path) -> None: ...

    def build(self, place: Path, changed: list[str]) -> tuple[bool, str]:
        text = (self.place / "client/answer.txt").read_text().strip()
        return text.isdigit(), f"{text!r} is no number"

    def columns_at(self, place: Path) -> list[Column]:
        return [toy(self.place, f'say({{"seq": m["seq"], "obs": [], "final": {{"n": int(open({str(self.place / "client/answer.txt")!r}).read())}}}})')]

    def unit(self, place: Path) -> tuple[bool, str]:
        return int((self.place / "client/answer.txt").read_text()) < 5, "five or more"


def test_tells_killed_survived_and_invalid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(play, "BUILD", tmp_path)
    language = Toy(tmp_path / "toy/0")
    some = cases({}, {"expect": {"client": {"final": {"n": {"$lte": 9}}}}})
    known = play.Knowledge([some[1]], {"toy": {some[1].name: 1.0}})

    def verdict(new: str, *, unit: bool = False, strict: bool = False) -> tuple[str, str]:
        if strict:
            known.cases, known.passing = some, {"toy": {c.name: 1.0 for c in some}}
        player = play.Player(language, 0, known, unit)  # type: ignore[arg-type]
        outcome = player.play(Mutant("toy-1", "toy", "sse", "planted", (Edit("answer.txt", "1", new),)))
        assert (language.place / "client/answer.txt").read_text() == "1\n", "the file is put back"
        return outcome.verdict, outcome.by

    assert verdict("many")[0] == "invalid"
    assert verdict("7") == ("survived", "")
    assert verdict("7", unit=True) == ("killed", "unit tests")
    assert verdict("3", unit=True) == ("survived", "")
    assert verdict("12") == ("killed", f"toy {some[1].name}")
    assert verdict("7", strict=True) == ("killed", f"toy {some[0].name}")


def test_the_sample_is_the_same_for_the_same_seed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, language in LANGUAGES.items():
        monkeypatch.setattr(type(language), "snapshot", property(lambda self: self.source))
        monkeypatch.setattr(type(language), "take_snapshot", lambda self: None)
        assert name in LANGUAGES
    said = []
    for seed in ("3", "3", "4"):
        assert cli.main(["list", "go", "--sample", "5", "--seed", seed]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] != said[2]
    assert len(said[0].splitlines()) == 5 + len(planted("go")) + 1

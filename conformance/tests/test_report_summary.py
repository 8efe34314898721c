"""The Markdown summary: its form, its marks, and that the READMEs have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from chutes_conformance import cli, report
from chutes_conformance.report import summary
from chutes_conformance.result import Cell

from .conftest import ROOT
from .test_report import sample

SENTENCE = ("Measured on 2026-11-21 by `make conformance`: 3 cases, 4 with their permutations, 2 s."
            " A guest is measured by what it can be asked: a case that needs a call or an option it lacks is not counted.")
BY_COLUMN = f"""{SENTENCE}

| column | SDK | must | should |
|---|---|---:|---:|
| **go** | chutes-go 1 | 100 % (2 of 2) | 100 % (1 of 1) |
| guest | theirs 2.1 | 0 % (0 of 2) | – |
"""
BY_THEME = """
| must, by theme | go | guest |
|---|---:|---:|
| a | 100 % | 0 % |
| b | – | – |
"""


def test_the_form() -> None:
    assert summary.render(sample(), brief=True) == BY_COLUMN
    assert summary.render(sample()) == BY_COLUMN + BY_THEME


def test_own_columns_that_agree_share_a_column_and_others_do_not() -> None:
    run = sample()
    run.columns.insert(1, type(run.columns[0])("ts", "ours", "chutes-ts", "1"))
    run.cells += [Cell(c["name"], "ts", "pass") for c in run.cases]
    assert "| must, by theme | ours | guest |" in summary.render(run)
    run.cells[-1].verdict = run.cells[-4].verdict = "fail"
    assert "| must, by theme | go | ts | guest |" in summary.render(run)


@pytest.mark.parametrize(("mark", "brief"), [("<!-- matrix:begin -->", False), ("<!-- matrix:begin brief -->", True)])
def test_only_what_is_between_the_marks_changes(tmp_path: Path, mark: str, brief: bool) -> None:
    path = tmp_path / "README.md"
    path.write_text(f"before\n{mark}\nold\n<!-- matrix:end -->\nafter\n")
    assert summary.write(sample(), path) is True
    assert path.read_text() == f"before\n{mark}\n\n{summary.render(sample(), brief)}\n<!-- matrix:end -->\nafter\n"
    assert summary.write(sample(), path) is False


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report.write(sample(), tmp_path)
    results = str(tmp_path / "results.json")
    assert cli.main(["summary", results, "--brief"]) == 0
    assert capsys.readouterr().out == BY_COLUMN
    target = tmp_path / "x.md"
    target.write_text("no marks\n")
    assert cli.main(["summary", results, "--write", str(target)]) == 2
    assert "no <!-- matrix:begin -->" in capsys.readouterr().err
    (tmp_path / "results.json").write_text("{}")
    assert cli.main(["summary", results]) == 2


def test_the_readmes_hold_a_summary_in_this_form() -> None:
    """The figures are those of a run; here only their form is held, and that every column of columns.toml that is shown is there."""
    for path, mark in ((ROOT.parent / "README.md", "<!-- matrix:begin brief -->"), (ROOT / "README.md", "<!-- matrix:begin -->")):
        text = path.read_text("utf-8")
        assert text.count(mark) == 1, path
        inside = text.split(mark)[1].split("<!-- matrix:end -->")[0]
        assert "Measured on 20" in inside and "| column | SDK | must | should |" in inside
        assert ("| must, by theme |" in inside) == ("brief" not in mark)
        for name, column in cli.load_columns(ROOT / "columns.toml", ROOT).items():
            if column.kind in ("ours", "reference"):
                assert f"| **{name}** |" in inside or f"| {name} |" in inside, f"{path.name} lacks {name}: make conformance-summary"

"""The list of ideas, the requirements and the cases agree, and README.md lists what is not done."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Any

import pytest
import yaml

from chutes_conformance import library

from .conftest import ROOT

IDEAS: list[dict[str, Any]] = yaml.safe_load((ROOT / "ideas.yaml").read_text("utf-8"))
THEMES = {"sse": (1, 28), "chat": (29, 61), "end": (62, 81), "time": (82, 92), "retry": (93, 120), "http": (121, 144), "errors": (145, 160),
          "requests": (161, 169), "images": (170, 176), "mgmt": (177, 188), "packaging": (189, 192), "complaint": (1, 40)}


@lru_cache
def cases() -> list[library.Case]:
    return library.load(ROOT)


def test_every_idea_is_there_once() -> None:
    wanted = [f"{theme}-{n}" for theme, (first, last) in THEMES.items() for n in range(first, last + 1)]
    assert [one["id"] for one in IDEAS] == wanted


@pytest.mark.parametrize("idea", IDEAS, ids=lambda one: one["id"])
def test_idea_is_proven_or_explained(idea: dict[str, Any]) -> None:
    assert set(idea) <= {"id", "what", "cases", "not"} and len(idea["what"]) > 10
    assert idea.get("cases") or idea.get("not"), "neither a case nor a reason"
    assert "not" not in idea or len(idea["not"]) > 30
    for pattern in idea.get("cases", []):
        assert library.select(cases(), [pattern]), f"{pattern} matches no case"


def test_a_pattern_that_matches_nothing_is_found() -> None:
    with pytest.raises(AssertionError, match="matches no case"):
        test_idea_is_proven_or_explained({"id": "x-1", "what": "something that nobody proves", "cases": ["sse/no-such-suite"]})


def test_every_requirement_has_a_case() -> None:
    proven = Counter(r for case in cases() for r in case.requirements)
    assert [r for r in library.requirement_ids(ROOT / "requirements.md") if not proven[r]] == []


def test_every_case_says_what_it_proves() -> None:
    for case in cases():
        assert case.level in ("must", "should", "info"), case.name
        assert case.requirements and case.source and case.title, case.name
        assert any(case.client_expect) or case.server_expect, case.name


def test_ids_before_permutation() -> None:
    bare = {re.sub(r"(/(slice|framing|coding|eol):[^/]+)+$", "", case.name) for case in cases()}
    assert len(bare) >= 350


def test_readme_lists_what_is_not_done() -> None:
    """The table between the marks of README.md is made of the `not` entries; `python -m tests.test_ideas` writes it."""
    text = (ROOT / "README.md").read_text("utf-8")
    found = re.search(r"<!-- ideas:begin -->\n(.*?)<!-- ideas:end -->", text, re.S)
    assert found and found.group(1) == table()


def table() -> str:
    """The Markdown table of ideas that are no case, or not wholly."""
    rows = [f"| {one['id']} | {one['what']} | {'in part: ' if 'cases' in one else ''}{one['not']} |\n" for one in IDEAS if "not" in one]
    return "| idea | what | why it is no case |\n|---|---|---|\n" + "".join(rows)


if __name__ == "__main__":
    readme = ROOT / "README.md"
    marks = r"(<!-- ideas:begin -->\n).*?(<!-- ideas:end -->)"
    readme.write_text(re.sub(marks, lambda m: m[1] + table() + m[2], readme.read_text("utf-8"), flags=re.S), "utf-8")

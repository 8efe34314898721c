"""The whole output over the torture document, file by file. After a wanted change: `UPDATE_SNAPSHOTS=1 pytest openapi/codegen/tests`."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from codegen.load import load
from codegen.render import ROOT, load_targets, render

HERE = Path(__file__).parent
SNAPSHOTS = HERE / "snapshots"
LANGUAGES = ("python", "ts", "go", "rust")


@pytest.fixture(scope="module")
def outputs() -> dict[str, str]:
    return render(load(HERE / "torture.yaml"), load_targets(), ROOT)


@pytest.mark.parametrize("language", LANGUAGES)
def test_output_is_as_it_was(language: str, outputs: dict[str, str]) -> None:
    mine = {p.removeprefix(f"clients/{language}/"): t for p, t in outputs.items() if p.startswith(f"clients/{language}/")}
    assert mine, f"nothing is generated for {language}"
    folder = SNAPSHOTS / language
    if os.environ.get("UPDATE_SNAPSHOTS"):
        shutil.rmtree(folder, ignore_errors=True)
        for path, text in mine.items():
            target = folder / (path + ".txt")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
    kept = {str(p.relative_to(folder)).removesuffix(".txt"): p.read_text() for p in folder.rglob("*.txt")}
    assert sorted(mine) == sorted(kept)
    for path, text in mine.items():
        assert text == kept[path], f"{path} has changed"


def test_rendering_twice_changes_nothing(outputs: dict[str, str]) -> None:
    assert render(load(HERE / "torture.yaml"), load_targets(), ROOT) == outputs


def test_every_operation_reaches_every_language(outputs: dict[str, str]) -> None:
    """A method that one template forgets would be missed by its users alone."""
    api = load(HERE / "torture.yaml")
    for language in LANGUAGES:
        text = "\n".join(t for p, t in outputs.items() if p.startswith(f"clients/{language}/"))
        squeezed = text.lower().replace("_", "")
        for resource in api.resources:
            for operation in resource.operations:
                assert operation.method.replace("_", "") in squeezed, f"{language}: {resource.name}.{operation.method}"


def test_templates_stay_small() -> None:
    for path in (HERE.parent / "templates").rglob("*.j2"):
        assert len(path.read_text().splitlines()) < 200, path

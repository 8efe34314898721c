"""The whole output over the torture document, file by file. After a wanted change: `UPDATE_SNAPSHOTS=1 pytest openapi/codegen/tests`."""

from __future__ import annotations

import os
import shutil
from functools import cache
from pathlib import Path

import pytest

from codegen.load import load
from codegen.render import ROOT, load_targets, render

HERE = Path(__file__).parent
SNAPSHOTS = HERE / "snapshots"
LANGUAGES = ("python", "ts", "go", "rust")


@cache
def rendered(language: str) -> dict[str, str]:
    """The outputs of one language; another one's broken template does not spoil them."""
    return render(load(HERE / "torture.yaml"), [t for t in load_targets() if t.language == language], ROOT)


@pytest.mark.parametrize("language", LANGUAGES)
def test_output_is_as_it_was(language: str) -> None:
    mine = {p.removeprefix(f"clients/{language}/"): t for p, t in rendered(language).items()}
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_rendering_twice_changes_nothing(language: str) -> None:
    assert render(load(HERE / "torture.yaml"), [t for t in load_targets() if t.language == language], ROOT) == rendered(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_operation_reaches_every_language(language: str) -> None:
    """A method that one template forgets would be missed by its users alone."""
    squeezed = "\n".join(rendered(language).values()).lower().replace("_", "")
    for resource in load(HERE / "torture.yaml").resources:
        for operation in resource.operations:
            assert operation.method.replace("_", "") in squeezed, f"{language}: {resource.name}.{operation.method}"


def test_templates_stay_small() -> None:
    for path in (HERE.parent / "templates").rglob("*.j2"):
        assert len(path.read_text().splitlines()) < 200, path

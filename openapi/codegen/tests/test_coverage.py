"""The table of operations finds what is missing."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import yaml

from codegen import coverage
from codegen.load import load
from codegen.render import ROOT, load_targets, render


@pytest.fixture(scope="module")
def outputs() -> dict[str, str]:
    return render(load(ROOT / "openapi/chutes.yaml"), load_targets())


def test_no_hole(outputs: dict[str, str]) -> None:
    text, holes = coverage.table(load(ROOT / "openapi/chutes.yaml"), outputs, ROOT)
    assert holes == []
    assert coverage.fill((ROOT / "openapi/README.md").read_text(), text) == (ROOT / "openapi/README.md").read_text()


def test_a_method_missing_from_a_client_is_found(outputs: dict[str, str]) -> None:
    changed = {p: t.replace("Increase", "Gone") if p.startswith("clients/go/") else t for p, t in outputs.items()}
    _, holes = coverage.table(load(ROOT / "openapi/chutes.yaml"), changed, ROOT)
    assert holes == ["bounties.increase: not in every client, only in ['python', 'ts', 'rust']"]


def test_missing_routes_and_cases_are_found(outputs: dict[str, str], tmp_path: Path) -> None:
    document = yaml.safe_load((ROOT / "openapi/chutes.yaml").read_text())
    smaller = copy.deepcopy(document)
    del smaller["paths"]["/bounties/"]
    (tmp_path / "openapi").mkdir()
    (tmp_path / "conformance/cases").mkdir(parents=True)
    (tmp_path / "openapi/chutes.yaml").write_text(yaml.safe_dump(smaller, sort_keys=False))
    (tmp_path / "openapi/platform-routes.yaml").write_text((ROOT / "openapi/platform-routes.yaml").read_text())
    _, holes = coverage.table(load(tmp_path / "openapi/chutes.yaml"), outputs, tmp_path)
    assert "GET /bounties/: the platform has it, the document does not" in holes
    assert "chutes.get: no case calls it" in holes

"""The table of the official CDK's arguments is whole, and what is written from it says what it says."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml

from codegen import cdk
from codegen.render import ROOT

TABLE = cdk.load(ROOT)
DOCUMENT = yaml.safe_load((ROOT / "openapi/chutes.yaml").read_text())


def find(table: dict[str, Any], name: str) -> dict[str, Any]:
    return next(row for constructor, row in cdk.rows(table) if f"{constructor['of']}.{row['argument']}" == name)


def test_every_field_exists_and_every_field_is_reached() -> None:
    assert cdk.problems(TABLE, DOCUMENT) == []


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("Chute.name", {"field": "ChuteArgs.title"}, ["ChuteArgs.title: not in the document", "ChuteArgs.name: neither"]),
        ("Chute.name", {"field": "Money.usd"}, ["Money.usd: not in the document", "ChuteArgs.name: neither"]),
        ("Chute.username", {"none": ""}, ["Chute.username: needs either a field or a reason"]),
        ("Chute.name", {"none": "both"}, ["Chute.name: needs either a field or a reason"]),
        ("job.upload", {"example": True}, ["job.upload: needs an example that is not the default"]),
    ],
)
def test_what_is_missing_is_told(name: str, change: dict[str, Any], words: list[str]) -> None:
    table = copy.deepcopy(TABLE)
    find(table, name).update(change)
    found = cdk.problems(table, DOCUMENT)
    assert len(found) == len(words) and all(any(problem.startswith(word) for problem in found) for word in words), found


def test_a_new_field_of_the_document_is_told() -> None:
    document = copy.deepcopy(DOCUMENT)
    document["components"]["schemas"]["Job"]["properties"]["gpus"] = {"type": "integer"}
    assert cdk.problems(TABLE, document) == ["Job.gpus: neither an argument reaches it, nor is it said where it comes from"]


def test_the_page_has_every_argument() -> None:
    page = cdk.markdown(TABLE)
    for constructor, row in cdk.rows(TABLE):
        [line] = [
            line for line in page.partition(f"## {constructor['of']}\n")[2].partition("\n## ")[0].split("\n") if line.startswith(f"| `{row['argument']}` ")
        ]
        assert (f"`{row['field']}`" in line) if "field" in row else line.endswith(f"| none | {row['none']} |")


def test_a_case_sets_the_field_in_its_place() -> None:
    suite = yaml.safe_load(cdk.cases(TABLE))
    [case] = suite["cases"]
    bodies = {row["id"]: row["body"] for row in case["each"]}
    assert len(bodies) == len(case["each"]) == sum("field" in row for _, row in cdk.rows(TABLE))
    assert bodies["port-proto"]["jobs"] == [{"name": "train", "ports": [{"name": "web", "port": 8080, "proto": "udp"}]}]
    assert bodies["cord-path"]["cords"][0]["path"] == "/inner"
    assert bodies["nodeselector-gpu-count"]["node_selector"] == {"gpu_count": 4}
    assert bodies["chute-readme"]["readme"] == "# Sample\n\nIn Markdown: é.\n"
    assert "cords" not in bodies["chute-tee"] and "jobs" not in bodies["cord-path"]


def test_the_written_files_are_those_of_the_table() -> None:
    for path, text in cdk.outputs(ROOT).items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, f"{path}: run `make gen`"

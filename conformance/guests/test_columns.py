"""The drivers of the guest columns: they start, name the version that is pinned, play what their SDK can, and skip the rest with a reason."""

from __future__ import annotations

import asyncio
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from chutes_conformance import columns, library
from chutes_conformance.result import Cell, Run
from chutes_conformance.runner import Options, run

HERE = Path(__file__).resolve().parents[1]
REFERENCE = HERE / "drivers" / "reference"
GUESTS = [c for c in columns.load(HERE / "columns.toml", HERE).values() if c.kind == "reference"]


def requirement(folder: str) -> str:
    found = re.search(r"^\w+(?:\[\w+\])?==(\S+)$", (REFERENCE / folder / "requirements.txt").read_text(), re.M)
    assert found
    return found[1]


def pinned(name: str) -> str:
    """The version that the lock file of a guest names."""
    if name.startswith("openai-py"):
        return requirement("openai_python")
    if name == "litellm":
        return requirement("litellm")
    if name == "openai-node":
        lock = json.loads((REFERENCE / "openai_node" / "package-lock.json").read_text())
        return str(lock["packages"]["node_modules/openai"]["version"])
    if name == "openai-go":
        found = re.search(r"openai-go/v\d+ v(\S+)", (REFERENCE / "openai_go" / "go.mod").read_text())
        assert found
        return found[1]
    packages = tomllib.loads((REFERENCE / "async_openai" / "Cargo.lock").read_text())["package"]
    return next(p["version"] for p in packages if p["name"] == "async-openai")


def case(op: str, server: list[Any], **call: Any) -> library.Case:
    raw = {"id": "x", "title": "t", "requirement": "SSE-001", "source": "s", "call": {"op": op, **call}, "server": server, "expect": {}}
    return library.build(f"guests/{op}/{len(call)}", raw, {})


WHOLE = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
MODEL = {"id": "test/model", "object": "model", "created": 1, "owned_by": "me"}
CASES = [
    case("chat.create", [{"completion": "pong"}], args={"messages": "hi"}),
    case("chat.stream", [{"sse": [{"delta": {"role": "assistant", "content": "po"}}, {"delta": {"content": "ng"}, "finish": "stop"}, "DONE"]}], args={"messages": "hi"}),
    case("completions.stream", [{"sse": [{"text": "po"}, {"text": "ng", "finish": "stop"}, "DONE"]}], args={"prompt": "hi"}),
    case("embeddings.create", [{"json": {"object": "list", "model": "e", "data": [{"object": "embedding", "index": 0, "embedding": [0.5]}], "usage": WHOLE}}], args={"input": ["a"]}),
    case("models.list", [{"json": {"object": "list", "data": [MODEL]}}]),
    case("chat.create", [{"status": 404, "json": {"error": {"message": "nope", "type": "t", "code": "c", "param": "p"}}}], args={"messages": "hi"}, client={"max_retries": 0}),
    case("error.repr", [{"status": 404, "json": {"error": {"message": "nope", "type": "t", "code": "c", "param": "p"}}}], args={"messages": "hi"}),
    case("chute.call", [], args={"ref": "me-echo", "path": "/x"}),
    case("mgmt", [], args={"resource": "chutes", "method": "list"}),
]


@pytest.fixture(scope="module")
def played() -> Run:
    return asyncio.run(run(CASES, GUESTS, Options(root=HERE)))


def answer(played: Run, column: str, name: str) -> tuple[Cell, dict[str, Any]]:
    cell = next(c for c in played.cells if c.column == column and c.case == name)
    assert cell.answers, cell.complaints
    assert "driver_error" not in cell.answers[0], cell.answers[0]
    return cell, cell.answers[0]


@pytest.mark.parametrize("column", GUESTS, ids=lambda c: c.name)
def test_the_version_is_the_pinned_one(played: Run, column: columns.Column) -> None:
    info = next(c for c in played.columns if c.name == column.name)
    assert (info.version, info.problem, info.decides) == (pinned(column.name), "", False)


@pytest.mark.parametrize("column", GUESTS, ids=lambda c: c.name)
def test_what_it_can_and_what_it_cannot(played: Run, column: columns.Column) -> None:
    _, created = answer(played, column.name, "guests/chat.create/1")
    assert created["final"]["choices"][0]["message"]["content"] == "pong" and not created.get("error")
    _, streamed = answer(played, column.name, "guests/chat.stream/1")
    assert [o["k"] for o in streamed["obs"]][:2] == ["open", "chunk"] and streamed["obs"][-1]["k"] == "end"
    assert streamed["final"]["choices"][0]["message"]["content"] == "pong"
    _, failed = answer(played, column.name, "guests/chat.create/2")
    assert (failed["error"]["kind"], failed["error"]["status"]) == ("not_found", 404) and "nope" in failed["error"]["repr"] + failed["error"]["message"]
    _, shown = answer(played, column.name, "guests/error.repr/1")
    assert len(shown["final"]["strings"]) >= 2 and shown["error"]["kind"] == "not_found"
    for op in ("chute.call", "mgmt"):
        cell, _ = answer(played, column.name, f"guests/{op}/1")
        assert cell.verdict == "skip" and op in cell.complaints[0]


@pytest.mark.parametrize("column", [c for c in GUESTS if c.name != "litellm"], ids=lambda c: c.name)
def test_the_rest_of_openai(played: Run, column: columns.Column) -> None:
    _, text = answer(played, column.name, "guests/completions.stream/1")
    assert text["final"]["choices"][0]["text"] == "pong"
    _, vectors = answer(played, column.name, "guests/embeddings.create/1")
    assert vectors["final"]["data"][0]["embedding"] == [0.5]
    _, models = answer(played, column.name, "guests/models.list/0")
    assert [m["id"] for m in models["final"]["items"]] == ["test/model"]

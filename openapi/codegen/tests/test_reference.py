"""The reference pages show what the clients have, and an example that does not hold is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.ir import Operation, Resource
from codegen.load import load
from codegen.reference import check, examples, pages
from codegen.render import ROOT

API = load(ROOT / "openapi/chutes.yaml")


def test_every_method_has_its_place(tmp_path: Path) -> None:
    assert pages.write(API, tmp_path) == len(API.resources) + 1
    for resource in API.resources:
        text = (tmp_path / f"{resource.name}.html").read_text()
        for operation in resource.operations:
            assert f'id="{operation.method}"' in text
        assert text.count('<pre class="signature">') == 4 * len(resource.operations)
        assert resource.name in (tmp_path / "index.html").read_text()


def test_links_and_texts_are_safe(tmp_path: Path) -> None:
    pages.write(API, tmp_path)
    text = (tmp_path / "users.html").read_text()
    assert 'href="#Account"' in text and 'id="Account"' in text
    assert "<script" not in text and "http" not in text.replace("http-equiv", "").split("<main>")[0]


def test_words_in_backticks_are_code_and_nothing_else_is_markup() -> None:
    assert pages.prose("a `b<c>` & <d>") == "a <code>b&lt;c&gt;</code> &amp; &lt;d&gt;"


def test_a_wrong_example_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong(examples.PythonExample):
        def body(self, resource: Resource, op: Operation) -> list[str]:
            return [*super().body(resource, op), *(["client.users.no_such_method()"] if op.id == "getMe" else [])]

    monkeypatch.setattr(check, "EXAMPLES", {"python": Wrong})
    (problem,) = check.check(API, tmp_path)
    assert "no_such_method" in problem

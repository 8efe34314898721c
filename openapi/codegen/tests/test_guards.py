"""Each thing the dialect does not allow stops the build with a sentence that names it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from codegen.languages import LANGUAGES
from codegen.languages.python import Python
from codegen.load import DialectError, load
from codegen.manifest import MANIFEST, check, stale, write
from codegen.render import BANNER, ROOT, check_names, check_results

TORTURE: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "torture.yaml").read_text())
Change = Callable[[dict[str, Any]], Any]


def inline_object(d: dict[str, Any]) -> None:
    d["components"]["schemas"]["Thing"]["properties"]["free"] = {"type": "object", "properties": {"a": {"type": "string"}}}


def inline_enum(d: dict[str, Any]) -> None:
    d["components"]["schemas"]["Thing"]["properties"]["self"] = {"type": "string", "enum": ["a"]}


def clash(d: dict[str, Any]) -> None:
    d["components"]["schemas"]["ThingUpdate"]["properties"]["name"] = {"type": "string"}


def two_answers(d: dict[str, Any]) -> None:
    d["paths"]["/things/"]["post"]["responses"]["202"] = {"description": "Later."}


def stray_path_parameter(d: dict[str, Any]) -> None:
    d["paths"]["/class/import"]["get"]["parameters"] = [{"name": "zz", "in": "path", "required": True, "schema": {"type": "string"}}]


def header_parameter(d: dict[str, Any]) -> None:
    d["paths"]["/things/"]["get"]["parameters"].append({"name": "X-Api-Key", "in": "header", "schema": {"type": "string"}})


def body(d: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = d["paths"]["/things/"]["post"]["requestBody"]["content"]
    return found


def sdk(d: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = d["paths"]["/class/import"]["get"]["x-sdk"]
    return found


def create(d: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = d["paths"]["/things/"]["post"]["x-sdk"]
    return found


def file_in_json(d: dict[str, Any]) -> None:
    d["components"]["schemas"]["ThingArgs"]["properties"]["free"] = {"type": "string", "format": "binary"}


def union(d: dict[str, Any], *branches: dict[str, Any]) -> None:
    d["components"]["schemas"]["Either"] = {"oneOf": list(branches)}


def variant(d: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = d["paths"]["/things/watch/{name}"]["get"]["x-sdk"]["variants"][0]
    return found


@pytest.mark.parametrize(
    "change, sentence",
    [
        (lambda d: d["paths"]["/things/"]["get"].pop("x-sdk"), "GET /things/ has no x-sdk"),
        (lambda d: d["paths"]["/things/"]["get"].pop("operationId"), "GET /things/ has no operationId"),
        (lambda d: d["paths"]["/things/"]["get"]["x-sdk"].update(colour=1), "x-sdk has unknown ['colour']"),
        (lambda d: d["paths"]["/things/"]["get"]["x-sdk"].pop("method"), "x-sdk needs resource and method"),
        (lambda d: d["paths"]["/things/"]["get"]["x-sdk"].update(resource="other"), "'other' is not in x-sdk-resources"),
        (lambda d: d["paths"]["/things/"]["get"]["x-sdk"].update(method="get"), "things.get exists already"),
        (lambda d: d["paths"]["/things/{name}"]["get"].update(parameters=[]), "path parameter 'name' is not declared"),
        (lambda d: d["components"]["schemas"].pop("Colour"), "no schema 'Colour'"),
        (inline_object, "Thing.free: an object with properties needs a name"),
        (inline_enum, "Thing.self: an enum needs a name"),
        (clash, "'name' is a parameter and a field of the body"),
        (two_answers, "createThing: exactly one 2xx response is needed"),
        (stray_path_parameter, "path parameter ['zz'] is not in the path"),
        (header_parameter, "header parameter 'X-Api-Key': use a security scheme"),
        (lambda d: body(d).update({"text/plain": {}}), "createThing: a body is one of ['application/json'"),
        (lambda d: body(d).update({"application/json": {"schema": {"type": "string"}}}), "createThing: a body is a named object"),
        (lambda d: sdk(d).update(pagination="page"), "importClass: a paged result has `items`"),
        (lambda d: sdk(d).update(pagination="cursor"), "x-sdk pagination is 'cursor'"),
        (lambda d: sdk(d).update(stream="ws"), "x-sdk stream is 'ws'"),
        (lambda d: sdk(d).update(path="keepslash"), "x-sdk path is 'keepslash'"),
        (lambda d: sdk(d).update(host="moon"), "x-sdk host is 'moon'"),
        (lambda d: sdk(d).update(host="image"), "importClass: a generated method lives on the api or llm host"),
        (lambda d: variant(d).update(fixed={"nope": True}), "variant 'watch_once' fixes 'nope', which is no parameter"),
        (lambda d: variant(d).update(sumary="x"), "a variant has unknown ['sumary']"),
        (lambda d: sdk(d).update(purpose="moon"), "x-sdk purpose is 'moon'"),
        (lambda d: sdk(d).update(fixed={"nope": 1}), "the operation fixes 'nope', which is no parameter"),
        (lambda d: sdk(d).update(auth="fingerprint"), "importClass: x-sdk auth and security say different things"),
        (lambda d: create(d).update(purpose="chutes"), "createThing: a POST is signed over its body"),
        (lambda d: create(d).update(guard={"field": "free"}), "createThing: a guard has field, flag and message"),
        (lambda d: create(d).update(guard={"field": "class", "flag": "all", "message": "."}), "the guard's 'class' is no optional field"),
        (lambda d: create(d).update(guard={"field": "free", "flag": "class", "message": "."}), "createThing: 'class' is a parameter and"),
        (file_in_json, "createThing: 'free' is a file, which only multipart bodies carry"),
        (lambda d: union(d, {"type": "string"}), "schema Either: each alternative of a union has a title"),
        (lambda d: union(d, {"title": "a", "type": "integer"}, {"title": "b", "type": "number"}), "'a' and 'b' begin with the same"),
        (lambda d: union(d, {"title": "a", "type": ["string", "null"]}), "'a' is nothing a union can tell apart"),
        (lambda d: d["components"]["schemas"]["Thing"]["required"].append("gone"), "schema Thing: required ['gone'] is no property"),
        (
            lambda d: d["components"]["schemas"]["Thing"]["properties"].update(free={"allOf": [{"$ref": "#/components/schemas/ThingEvent"}]}),
            "Thing.free: allOf is not taken",
        ),
    ],
)
def test_guard(change: Change, sentence: str, tmp_path: Path) -> None:
    document = copy.deepcopy(TORTURE)
    change(document)
    path = tmp_path / "document.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False))
    with pytest.raises(DialectError) as caught:
        load(path)
    assert sentence in str(caught.value)


def test_results_a_client_cannot_hand_out() -> None:
    """A template that does not know a result must not spell it as another one."""

    class Narrow(Python):
        results = Python.results - {"lines"}

    api = load(Path(__file__).parent / "torture.yaml")
    check_results(api, Python())
    with pytest.raises(DialectError, match="logDeep: the python client cannot hand out 'lines'"):
        check_results(api, Narrow())


def test_taken_names(tmp_path: Path) -> None:
    document = copy.deepcopy(TORTURE)
    schemas = document["components"]["schemas"]
    schemas["Error"] = schemas.pop("ThingEvent")
    text = yaml.safe_dump(document, sort_keys=False).replace("schemas/ThingEvent", "schemas/Error")
    path = tmp_path / "document.yaml"
    path.write_text(text)
    for name in ("ts", "go", "rust"):
        with pytest.raises(DialectError, match="'Error' is a name"):
            check_names(load(path), LANGUAGES[name])


def test_drift_is_told(tmp_path: Path) -> None:
    outputs = {"clients/go/a.go": f"// {BANNER}\npackage a\n", "clients/go/b.go": f"// {BANNER}\npackage b\n"}
    assert check(outputs, tmp_path) == [
        "clients/go/a.go: missing",
        "clients/go/b.go: missing",
        f"{MANIFEST}: differs from what would be written",
    ]
    (tmp_path / "openapi").mkdir()
    write(outputs, tmp_path)
    assert check(outputs, tmp_path) == []
    (tmp_path / "clients/go/a.go").write_text(f"// {BANNER}\npackage changed\n")
    assert check(outputs, tmp_path) == ["clients/go/a.go: differs from what would be generated"]


def test_stale_files_are_told_and_removed(tmp_path: Path) -> None:
    (tmp_path / "openapi").mkdir()
    write({"clients/go/a.go": f"// {BANNER}\n", "clients/go/b.go": f"// {BANNER}\n"}, tmp_path)
    stray = tmp_path / "clients/ts/stray.ts"
    stray.parent.mkdir(parents=True)
    stray.write_text(f"// {BANNER}\n")
    remaining = {"clients/go/a.go": f"// {BANNER}\n"}
    assert stale(remaining, tmp_path) == {"clients/go/b.go", "clients/ts/stray.ts"}
    write(remaining, tmp_path)
    assert check(remaining, tmp_path) == [] and not stray.exists()


def test_the_tree_is_not_hand_edited() -> None:
    """The committed manifest names only files that are there."""
    import json

    for path in json.loads((ROOT / MANIFEST).read_text()):
        assert (ROOT / path).exists(), path

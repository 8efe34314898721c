"""What the loader makes of the hard parts of a document."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.ir import Api, Operation, Type
from codegen.languages import LANGUAGES
from codegen.languages.base import camel, pascal, snake, words
from codegen.load import load

TORTURE = Path(__file__).parent / "torture.yaml"


@pytest.fixture(scope="module")
def api() -> Api:
    return load(TORTURE)


def operation(api: Api, resource: str, method: str) -> Operation:
    (found,) = [o for r in api.resources if r.name == resource for o in r.operations if o.method == method]
    return found


def shape(o: Operation) -> str:
    return "".join(p.literal or "{" + p.name + ("+" if p.keep_slash else "") + "}" for p in o.parts)


@pytest.mark.parametrize(
    "resource, method, expected",
    [
        ("things", "list", "/things/"),
        ("things", "file", "/things/{thing_id}.{ext}"),
        ("things", "get", "/things/{name+}"),
        ("things", "delete", "/things/{thing_name}"),
        ("class", "import", "/class/import"),
    ],
)
def test_paths_are_exact(api: Api, resource: str, method: str, expected: str) -> None:
    assert shape(operation(api, resource, method)) == expected


@pytest.mark.parametrize(
    "field, expected",
    [
        ("func", Type("string", nullable=True)),
        ("nested", Type("ref", nullable=True, ref="ThingEvent")),
        ("ratio", Type("float", nullable=True)),
        ("seen_at", Type("datetime", nullable=True)),
        ("big", Type("int64")),
        ("small", Type("int")),
        ("free", Type("json")),
        ("union", Type("json")),
        ("labels", Type("map", item=Type("string"))),
        ("children", Type("array", nullable=True, item=Type("ref", ref="Thing"))),
        ("matrix", Type("array", item=Type("array", item=Type("float")))),
    ],
)
def test_types(api: Api, field: str, expected: Type) -> None:
    (found,) = [f for f in api.schemas["Thing"].fields if f.name == field]
    assert found.type == expected


def test_three_states_only_where_only_written(api: Api) -> None:
    patch = {f.name for f in api.schemas["ThingUpdate"].fields if f.patch}
    assert patch == {"tagline", "count", "nested"}
    assert not any(f.patch for f in api.schemas["Thing"].fields)


def test_results(api: Api) -> None:
    assert [operation(api, "things", m).result for m in ("list", "file", "delete", "watch", "watch_once")] == [
        "json",
        "csv",
        "none",
        "sse",
        "json",
    ]
    assert operation(api, "things", "list").page_item == Type("ref", ref="Thing")
    assert operation(api, "things", "create").idempotent is False
    assert operation(api, "things", "watch_once").fixed == {"quick": "true"}
    assert [p.name for p in operation(api, "things", "watch").query_params] == []


def test_bodies() -> None:
    deep = [o for r in load(TORTURE).resources if r.name == "deep" for o in r.operations]
    assert {o.method: (o.body_kind, o.body.name if o.body else o.body_name) for o in deep if o.body_kind != "none"} == {
        "upload": ("multipart", "UploadArgs"),
        "send": ("bytes", "blob"),
        "form": ("form", "FormArgs"),
        "run": ("free", "args"),
        "transfer": ("json", "TransferArgs"),
    }


def test_the_deep_ones(api: Api) -> None:
    upload, limit, wipe, form, log, tail = (operation(api, "deep", m) for m in ("upload", "limit", "wipe", "form", "log", "tail"))
    assert upload.fixed_headers == {"X-Version": "1.2.3"} and [p.name for p in upload.header_params] == ["trace_level"]
    assert shape(limit) == "/deep/me/limit" and limit.result_type == Type("ref", ref="Limit")
    assert operation(api, "deep", "limit_all").result_type == Type("ref", ref="LimitMap")
    assert (wipe.auth, form.auth, upload.auth) == ("fingerprint", "none", "default")
    assert (log.purpose, log.signable, upload.signable, tail.signable, tail.endless) == ("images", True, True, False, True)
    assert (log.result, operation(api, "deep", "send").result, form.result) == ("lines", "bytes", "html")
    guard = operation(api, "deep", "transfer").guard
    assert guard and (guard.field, guard.flag) == ("amount", "everything")
    assert [(m.name, m.type.kind) for m in api.schemas["Either"].members] == [("rows", "array"), ("defaults", "map"), ("word", "string")]
    assert api.schemas["ThingPage"].page and not api.schemas["Thing"].page
    assert [r.helpers for r in api.resources] == [False, False, True]


def test_words() -> None:
    assert words("minVRAMPerGpu") == ["min", "vram", "per", "gpu"]
    assert (snake("chuteID"), camel("chute_id"), pascal("chute-id")) == ("chute_id", "chuteId", "ChuteId")


@pytest.mark.parametrize(
    "language, name, expected",
    [
        ("python", "from", "from_"),
        ("python", "class", "class_"),
        ("ts", "default", "default_"),
        ("go", "type", "type_"),
        ("go", "chute_id", "chuteID"),
        ("rust", "type", "r#type"),
        ("rust", "self", "self_"),
    ],
)
def test_reserved_words(language: str, name: str, expected: str) -> None:
    assert LANGUAGES[language].ident(name) == expected

"""The client of one chute: what is read from its cords, and the whole output over the hard schemas. `UPDATE_SNAPSHOTS=1` rewrites it."""

from __future__ import annotations

import ast
import io
import json
import os
import random
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from codegen import chute as command
from codegen.cords import Chute, body_schema, read
from codegen.ir import Field, Operation, Type
from codegen.languages import LANGUAGES
from codegen.load import DialectError

from .chute_torture import SIMPLE, TORTURE, cord, kit

SNAPSHOTS = Path(__file__).parent / "snapshots_chute"


@pytest.fixture(scope="module")
def torture() -> Chute:
    return read(TORTURE, "Hard")


def operation(chute: Chute, method: str) -> Operation:
    (found,) = [o for o in chute.operations if o.method == method]
    return found


def fields(chute: Chute, schema: str) -> dict[str, Field]:
    return {f.name: f for f in chute.api.schemas[schema].fields}


def one(**more: Any) -> Chute:
    return read({"name": "x", "cords": [cord("run", **more)]})


# ---- the body ----


@pytest.mark.parametrize(
    "schema, expected",
    [
        (kit("Simple", SIMPLE), {"$ref": "#/definitions/Simple", "definitions": SIMPLE}),
        (kit("Simple", SIMPLE, "params"), {"$ref": "#/definitions/Simple", "definitions": SIMPLE}),
        (
            {"type": "object", "properties": {"self": {}, "data": {"type": "object"}}, "required": ["self", "data"], "definitions": {}},
            {"type": "object", "definitions": {}},
        ),
        (
            {"type": "object", "properties": {"self": {}, "text": {"type": "string"}}, "required": ["self", "text"], "definitions": {}},
            {"type": "object", "properties": {"text": {"type": "string"}}, "required": [], "definitions": {}},
        ),
    ],
)
def test_what_the_kit_wraps_is_unwrapped(schema: dict[str, Any], expected: dict[str, Any]) -> None:
    assert body_schema(schema) == expected


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"input_args": {"type": "object"}}, "required": ["input_args"]},  # no `definitions`: an author wrote it
        {"type": "object", "properties": {"a": {"$ref": "#/definitions/Simple"}}, "required": [], "definitions": SIMPLE},  # the kit requires all
        {"$ref": "#/$defs/A", "$defs": {"A": SIMPLE["Simple"]}},
    ],
)
def test_what_an_author_wrote_is_taken_as_it_is(schema: dict[str, Any]) -> None:
    assert body_schema(schema) == schema


def test_bodies(torture: Chute) -> None:
    assert {o.method: (o.verb, o.body_kind, o.body.name if o.body else None) for o in torture.operations} == {
        "render": ("POST", "json", "RenderArgs"),
        "chat": ("POST", "json", "Simple"),  # the minimal schema, where the whole one is empty
        "chat_stream": ("POST", "json", "Simple"),
        "other": ("POST", "json", "Simple2"),  # another schema of the same name
        "file": ("POST", "json", "Simple"),
        "import": ("POST", "free", None),
        "constructor": ("POST", "none", None),
        "new": ("GET", "none", None),
        "str": ("POST", "free", None),
        "read_byte": ("POST", "free", None),  # no language can name its field
        "list": ("POST", "json", "ListInput"),
        "flag": ("POST", "json", "FlagInput"),
        "times": ("POST", "free", None),
        "maybe": ("POST", "free", None),
    }


def test_results(torture: Chute) -> None:
    assert {o.method: (o.result, o.result_type.kind if o.result_type else None) for o in torture.operations} == {
        "render": ("json", "ref"),
        "chat": ("json", "json"),
        "chat_stream": ("sse", "json"),
        "other": ("json", "string"),
        "file": ("bytes", None),
        "import": ("text", None),
        "constructor": ("auto", "json"),
        "new": ("json", "array"),  # the kit says text/plain of a list
        "str": ("auto", "json"),
        "read_byte": ("json", "int64"),
        "list": ("json", "array"),
        "flag": ("json", "bool"),
        "times": ("json", "map"),
        "maybe": ("json", "float"),
    }
    assert (torture.ref, torture.hidden, torture.name) == ("alice/2-hard chute", ["inner"], "Hard")


# ---- types ----


@pytest.mark.parametrize(
    "field, expected",
    [
        ("prompt", Type("string")),
        ("size", Type("ref", ref="Size")),  # from `$defs` inside of `definitions`
        ("frame", Type("ref", ref="Frame")),
        ("guidance", Type("float", nullable=True)),
        ("mode", Type("ref", ref="RenderArgsMode")),
        ("ratio", Type("string")),  # "1:1" and "11" would have one name
        ("upscale", Type("int64")),
        ("seed", Type("int64", nullable=True)),
        ("images", Type("array", nullable=True, item=Type("string"))),
        ("stop", Type("ref", nullable=True, ref="RenderArgsStop")),
        ("number_or_text", Type("ref", ref="RenderArgsNumberOrText")),
        ("shape", Type("json")),  # two objects: the first character does not tell
        ("point", Type("array", item=Type("float"))),
        ("pair", Type("array", item=Type("json"))),
        ("labels", Type("map", item=Type("string"))),
        ("frames", Type("map", item=Type("ref", ref="Frame"))),
        ("free", Type("json")),
        ("until", Type("datetime")),
        ("fixed", Type("ref", ref="RenderArgsFixed")),
        ("inline", Type("ref", ref="RenderArgsInline")),
        ("old", Type("string", nullable=True)),
        ("options", Type("map", item=Type("json"))),
        ("lost", Type("json")),
        ("self_", Type("ref", ref="Size")),
    ],
)
def test_types(torture: Chute, field: str, expected: Type) -> None:
    assert fields(torture, "RenderArgs")[field].type == expected


def test_limits_and_defaults_are_told(torture: Chute) -> None:
    args = fields(torture, "RenderArgs")
    assert args["steps"].limits == "1 to 50, server's default 25"
    assert args["guidance"].limits == "at most 20, above 0, server's default 7.5"  # from within the anyOf
    assert args["ratio"].doc == 'One of: "1:1", "11", "16:9".'
    assert args["frame"].doc == "The frame around it."
    assert torture.api.schemas["Size"].doc == "How large it gets."
    assert [m.name for m in torture.api.schemas["PictureEither"].members] == ["text", "flag", "fields"]


def test_names_that_cannot_be_spelled_get_others(torture: Chute) -> None:
    assert {f.name: f.alias for s in torture.api.schemas.values() for f in s.fields if f.alias} == {"2x": "field_2x", "max_tokens": "max_tokens_v2"}


def test_what_would_hold_itself_is_known(torture: Chute) -> None:
    schemas = torture.api.schemas
    found = {(s.name, f.name) for s in schemas.values() for f in s.fields if torture.circular(s, f.type)}
    assert found == {("Frame", "inner"), ("Node", "next"), ("Picture", "parent")}  # not through a list


def test_names_of_a_language_are_not_taken() -> None:
    for name in ("Error", "Response", "List", "Value", "Opt", "XChute", "class"):
        schema = {"$ref": f"#/$defs/{name}", "$defs": {name: SIMPLE["Simple"]}}
        (made,) = one(input_schema=schema).api.schemas
        assert made.lower() not in {n.lower() for language in LANGUAGES.values() for n in (*language.taken, *language.reserved)} - {"list"}, name
        assert made == "List" or made.startswith("X"), made


@pytest.mark.parametrize(
    "definition, words",
    [
        ([], "no chute"),
        ({"name": "x"}, "no chute"),
        ({"name": "x", "cords": [{"function": "f"}]}, "none has a public_api_path"),
        ({"name": "x", "cords": [cord("f", public_api_path="/a?b")]}, "no path of a cord"),
        ({"name": "x", "cords": [cord("f", public_api_path='/a"; evil(); "')]}, "no path of a cord"),
        ({"name": "x", "cords": [cord("f", public_api_path="/a/../b")]}, "no path of a cord"),
        ({"name": "x", "cords": [cord("f", public_api_method="PUT")]}, "by GET or POST"),
    ],
)
def test_what_is_no_chute_is_told(definition: Any, words: str) -> None:
    with pytest.raises(DialectError, match=words):
        read(definition)


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, True, {"$ref": 5}, {"type": 7}, {"properties": []}, {"anyOf": {}}, {"enum": []}, {"$ref": "#"}])
def test_a_schema_that_means_nothing_is_free_json(value: Any) -> None:
    chute = one(input_schema=value, output_schema=value, output_content_type="application/json")
    assert chute.operations[0].body_kind == "free"
    for language in LANGUAGES:
        assert "run" in command.generate(chute, language).lower()


@pytest.mark.parametrize(
    "keyword, value",
    [("type", 5), ("required", "a"), ("required", [1, "text"]), ("properties", []), ("description", {}), ("minimum", "1"), ("anyOf", {}), ("$ref", 1), ("enum", "a")],
)
def test_a_keyword_of_a_wrong_type_means_nothing(keyword: str, value: Any) -> None:
    field = {"type": "string"} | ({keyword: value} if keyword not in ("required", "properties") else {})
    schema = {"type": "object", "properties": {"text": field, "n": {"type": "integer"}}} | ({keyword: value} if keyword in ("required", "anyOf") else {})
    (made,) = one(input_schema=schema).api.schemas.values()
    assert [(f.name, f.required) for f in made.fields] == [("text", value == [1, "text"]), ("n", False)]


JUNK: list[Any] = [
    None, True, 1, "x", [], {}, {"type": ["integer", "string", "null"]}, {"$ref": "#"}, {"$ref": "#/definitions/Frame"}, {"enum": ["a", None]}, {"enum": ["1", "+"]},
    {"enum": [1, "a"]}, {"const": None}, {"type": "array"}, {"type": "array", "items": True}, {"type": "integer", "default": 10**30},
    {"type": "object", "properties": {"a": {}, "A": {}, "a_": {}, "constructor": {}}, "required": ["a", "zz"]}, {"oneOf": [{"$ref": "#/definitions/Node"}, {"type": "string"}]},
]  # fmt: skip


def spoiled(node: Any, dice: random.Random, depth: int = 0) -> Any:
    if isinstance(node, list):
        return [spoiled(each, dice, depth + 1) for each in node]
    if not isinstance(node, dict):
        return node
    out: dict[str, Any] = {}
    for key, value in node.items():
        if depth > 2 and dice.random() < 0.02:
            continue
        in_schema = depth > 2 and dice.random() < 0.06
        out[key] = dice.choice(JUNK) if in_schema else spoiled(value, dice, depth + 1)
    return out


@pytest.mark.parametrize("seed", range(6))
def test_spoiled_schemas_still_give_files_that_the_formatters_read(seed: int) -> None:
    cords = spoiled(TORTURE["cords"], random.Random(seed))
    chute = read({"name": "hard", "cords": [{**each, "public_api_path": "/p", "public_api_method": "POST"} for each in cords]})
    for language in LANGUAGES:
        command.generate(chute, language)


# ---- the files ----


@pytest.mark.parametrize("language", LANGUAGES)
def test_output_is_as_it_was(torture: Chute, language: str) -> None:
    made = command.generate(torture, language)
    kept = SNAPSHOTS / f"hard_chute.{LANGUAGES[language].suffix}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(made, "utf-8")
    assert made == kept.read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_a_chute_stay_words(language: str) -> None:
    """Whoever deploys a chute writes these texts; they must not become code of those who generate a client for it."""
    evil = '*/ INJECTED """ \\" \u202e\r\n INJECTED // '
    properties = {"a": {"type": "string", "description": evil, "default": evil, "pattern": evil}, "b": {"enum": [evil, "y"]},
                  "c": {"enum": ['x */ INJECTED """ \\', "y"]}}
    schema = {"type": "object", "description": evil, "properties": properties}
    definition = {"name": "x", "tagline": evil, "chute_id": evil, "cords": [
        cord("run", input_schema=schema, output_schema=schema, output_content_type=f"image/{evil}"),
        cord("show", input_schema=schema, output_schema={**schema, "title": "Shown"}, output_content_type="application/json"),
        {"function": evil, "path": "/x"}]}  # fmt: skip
    text = command.generate(read(definition), language)
    assert "\u202e" not in text
    if language == "python":
        tree = ast.parse(text)
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "INJECTED"]
        compile(tree, "x", "exec")
    for line in text.splitlines():
        if "INJECTED" in line and language != "python":
            assert line.lstrip().startswith(("//", "*", "/*")) or set("'\"") & set(line.split("INJECTED")[0]), line
        if language == "ts" and "INJECTED" in line and line.lstrip().startswith("*"):
            assert "*/" not in line, line


def test_a_file_holds_no_helper_that_it_does_not_use() -> None:
    """A strict checker refuses one."""
    text = command.generate(one(output_content_type="text/plain"), "python")
    assert "def _text(" in text and not [name for name in ("_binary", "_read", "_given", "_adapter") if f"def {name}(" in text]


def test_an_empty_object_is_no_default_of_a_type_that_hides_what_objects_have() -> None:
    for name, default in (("size", " = {}"), ("constructor", "")):
        text = command.generate(one(input_schema={"type": "object", "properties": {name: {"type": "string"}}}), "ts")
        assert f"run(input: RunInput{default}, options" in text


# ---- the command ----


def test_command_reads_a_file_and_writes_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = tmp_path / "hard.json", tmp_path / "deep/hard_chute.go"
    source.write_text(json.dumps(TORTURE))
    assert command.main([str(source), "--lang", "go", "--out", str(out), "--name", "Hard"]) == 0
    assert "func (c *HardChute) Render(" in out.read_text("utf-8")
    assert "HardChute, 14 cords" in capsys.readouterr().err


def test_command_reads_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps({"name": "tiny", "cords": [cord("run")]})))
    assert command.main(["-", "--lang", "ts"]) == 0
    assert "constructor(client: Chutes, ref: string)" in capsys.readouterr().out  # nothing tells where it is


def test_command_tells_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "no.json"
    source.write_text("{}")
    assert command.main([str(source), "--lang", "go"]) == 1
    assert "this is no chute" in capsys.readouterr().err
    assert command.main([str(tmp_path / "absent.json"), "--lang", "go"]) == 1


class Handler(BaseHTTPRequestHandler):
    seen: list[tuple[str, str | None]] = []

    def do_GET(self) -> None:
        self.seen.append((self.path, self.headers.get("authorization")))
        status, body = 200, json.dumps(TORTURE)
        if self.path.startswith("/chutes/?"):
            body = json.dumps({"items": [{"slug": "alice-hard-2", "chute_id": "no"}, {"slug": "alice-hard", "chute_id": "c-1"}]})
        elif self.path.endswith("/moved"):
            status = 302
        elif self.path.endswith("/secret"):
            status, body = 404, f"nothing for {self.headers.get('authorization')}"
        self.send_response(status)
        self.send_header("location", "http://example.invalid/")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str | None]]]:
    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.delenv("CHUTES_API_URL", raising=False)
    monkeypatch.setenv("CHUTES_BASE_URL", f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.setenv("CHUTES_API_KEY", "cpk_test")
    Handler.seen = []
    yield Handler.seen
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "ref, paths",
    [
        ("alice/hard", ["/chutes/alice/hard"]),
        ("7a1c0000-0000-4000-8000-000000000001", ["/chutes/7a1c0000-0000-4000-8000-000000000001"]),
        ("alice-hard", ["/chutes/?slug=alice-hard&include_public=true", "/chutes/c-1"]),
        ("alice/a b?c", ["/chutes/alice/a%20b%3Fc"]),
    ],
)
def test_a_ref_is_read_with_the_key(api: list[tuple[str, str | None]], ref: str, paths: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([ref, "--lang", "python", "--ref", ref]) == 0
    assert api == [(path, "Bearer cpk_test") for path in paths]
    assert f'ref: str = "{ref}"' in capsys.readouterr().out


@pytest.mark.parametrize("ref, words", [("alice/moved", "answered 302"), ("alice/secret", "nothing for Bearer ***")])
def test_what_the_api_refuses_is_told_without_the_key(api: list[Any], ref: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([ref, "--lang", "go"]) == 1
    said = capsys.readouterr().err
    assert words in said and "cpk_test" not in said
    assert len(api) == 1  # a redirect is not followed

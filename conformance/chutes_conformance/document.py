"""Compare a request with the operation of openapi/chutes.yaml that it is meant to be, and with the arguments it was made from."""

from __future__ import annotations

import base64
import json
import re
from email.parser import BytesParser
from email.policy import HTTP
from functools import cache
from typing import Any
from urllib.parse import parse_qs, quote

import jsonschema

from .library import package_root, read_yaml
from .match import Complaints, show
from .server.journal import RequestRecord

_INSTALLED = package_root() / "openapi" / "chutes.yaml"
DOCUMENT = _INSTALLED if _INSTALLED.exists() else package_root().parent / "openapi" / "chutes.yaml"
VERBS = ("get", "post", "put", "patch", "delete")
Json = dict[str, Any]


@cache
def _document() -> Json:
    loaded: Json = read_yaml(DOCUMENT)
    return loaded


@cache
def _operations() -> dict[str, tuple[str, str, Json, list[Json]]]:
    found = {}
    for path, item in _document()["paths"].items():
        for verb in VERBS:
            if verb in item:
                raw = item[verb]
                params = [_resolve(p) for p in [*item.get("parameters", []), *raw.get("parameters", [])]]
                found[raw["operationId"]] = (verb.upper(), path, raw, params)
    return found


def _resolve(node: Json) -> Json:
    if "$ref" not in node:
        return node
    for part in node["$ref"].removeprefix("#/").split("/"):
        node = _document()[part] if part == "components" else node[part]
    return node


def compare(operation: str, record: RequestRecord, args: Json, at: str) -> Complaints:
    """What differs between the request and its operation."""
    verb, template, raw, params = _operations()[operation]
    sdk = raw["x-sdk"]
    fixed = dict(sdk.get("fixed", {}))
    for variant in sdk.get("variants", []):
        if variant["method"] == args.get("method"):
            fixed |= variant["fixed"]
    out: Complaints = []
    if record.method != verb:
        out.append(f"{at}: the document says {verb}, the request {record.method}")
    base = "/llm" if sdk.get("host") == "llm" else "/api"
    wanted = base + _path(template, params, sdk, fixed, args.get("path") or {})
    if record.path.replace("%3A", ":") != wanted:  # a colon may stand in a path as it is
        out.append(f"{at}: the path is {record.path}, not {wanted}")
    out += _query(record, params, fixed, args.get("query") or {}, at)
    out += _headers(record, params, raw, fixed, args, at)
    return out + _body(record, raw.get("requestBody"), args, at)


def _path(template: str, params: list[Json], sdk: Json, fixed: Json, given: Json) -> str:
    names = {p["name"]: sdk.get("rename", {}).get(p["name"], p["name"]) for p in params if p["in"] == "path"}

    def fill(found: re.Match[str]) -> str:
        value = fixed.get(found[1], given.get(names[found[1]]))
        return quote(str(value), safe="/:" if sdk.get("path") == "keep-slash" else ":")

    return re.sub(r"\{([^}]+)\}", fill, template)


def _spell(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _query(record: RequestRecord, params: list[Json], fixed: Json, given: Json, at: str) -> Complaints:
    declared = {p["name"] for p in params if p["in"] == "query"}
    wanted = {k: _spell(v) for k, v in {**given, **{k: v for k, v in fixed.items() if k in declared}}.items()}
    got = record.query_map()
    return [] if got == wanted and set(got) <= declared else [f"{at}: the query is {show(got)}, not {show(wanted)}"]


def _headers(record: RequestRecord, params: list[Json], raw: Json, fixed: Json, args: Json, at: str) -> Complaints:
    out: Complaints = []
    given = {**(args.get("headers") or {}), **fixed}
    for param in params:
        name = param["name"]
        if param["in"] == "header" and name in given and record.header(name.lower()) != _spell(given[name]):
            out.append(f"{at}: header {name} is {record.header(name.lower())!r}, not {_spell(given[name])!r}")
    if raw["x-sdk"].get("auth") == "fingerprint" and record.header("authorization") != args.get("fingerprint"):
        out.append(f"{at}: the fingerprint is not the credential")
    return out


def _body(record: RequestRecord, declared: Json | None, args: Json, at: str) -> Complaints:
    sent_type = (record.header("content-type") or "").partition(";")[0].strip()
    if declared is None:
        return [f"{at}: a body of {len(record.body)} bytes ({sent_type}), the document has none"] if record.body else []
    (media, spec), = declared["content"].items()
    if sent_type != media:
        return [f"{at}: the content type is {sent_type!r}, not {media!r}"]
    if media == "application/octet-stream":
        return [] if record.body == base64.b64decode(args["data"]) else [f"{at}: the bytes are not those that were given"]
    if media == "application/json":
        try:
            body = json.loads(record.body)
        except ValueError:
            return [f"{at}: the body is no JSON"]
        wanted = args.get("args") if "args" in args else args.get("body")
        out = [] if body == wanted else [f"{at}: the body is {show(body, 400)}, not {show(wanted, 400)}"]
        return out + _valid(body, spec["schema"], at)
    if media == "application/x-www-form-urlencoded":
        form = {k: v[0] for k, v in parse_qs(record.body.decode(), keep_blank_values=True, strict_parsing=True).items()}
        wanted_form = {k: _spell(v) for k, v in (args.get("body") or {}).items()}
        return [] if form == wanted_form else [f"{at}: the form is {show(form)}, not {show(wanted_form)}"]
    return _multipart(record, spec["schema"], args, at)


def _valid(body: Any, schema: Json, at: str) -> Complaints:
    root = {**schema, "components": _document()["components"]}
    return [f"{at}: by the document {e.json_path}: {e.message[:200]}" for e in jsonschema.Draft202012Validator(root).iter_errors(body)]


def parts(content_type: str, body: bytes) -> list[Json]:
    """The parts of a multipart body: name, filename, type, data."""
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    found = []
    for part in message.iter_parts():
        disposition = part["content-disposition"]
        data = part.get_payload(decode=True)
        found.append({
            "name": disposition.params.get("name"), "filename": disposition.params.get("filename"),
            "content_type": part["content-type"] and part.get_content_type(), "data": data if isinstance(data, bytes) else b"",
        })
    return found


def _multipart(record: RequestRecord, schema: Json, args: Json, at: str) -> Complaints:
    out: Complaints = []
    fields = _resolve(schema)["properties"]
    seen = parts(record.header("content-type") or "", record.body)
    names = [p["name"] for p in seen]
    files, plain = args.get("files") or {}, args.get("body") or {}
    order = [name for name in fields if name in files or name in plain]
    if names != order:
        out.append(f"{at}: the parts are {names}, not {order}")
    for part in seen:
        name = part["name"]
        if name in files:
            given = files[name]
            if part["filename"] != given.get("filename", part["filename"]) or not part["filename"]:
                out.append(f"{at}: part {name} has the file name {part['filename']!r}")
            if part["data"] != base64.b64decode(given.get("b64", "")):
                out.append(f"{at}: part {name} holds other bytes than were given")
        elif part["data"].decode("utf-8", "replace") != _spell(plain.get(name)):
            out.append(f"{at}: part {name} is {part['data'][:80]!r}, not {_spell(plain.get(name))!r}")
        elif part["filename"] is not None:
            out.append(f"{at}: part {name} is no file, but has a file name")
    return out

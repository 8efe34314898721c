"""Reads the document into the IR. What the dialect does not allow stops the build with a sentence; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast, get_args

import yaml

from .ir import Api, Field, Operation, Param, PathPart, Resource, Result, Schema, Type

Json = dict[str, Any]
VERBS = ("get", "post", "put", "patch", "delete")
SDK_KEYS = {
    "resource", "method", "pagination", "stream", "idempotent", "path", "layer", "host", "module", "rename", "result", "variants",
}  # fmt: skip
SDK_VALUES: dict[str, tuple[str, ...]] = {
    "layer": ("invocation",), "pagination": ("page",), "stream": ("sse", "lines"), "path": ("keep-slash",),
    "host": ("api", "llm", "image", "embed"), "result": get_args(Result),
}  # fmt: skip
VARIANT_KEYS = {"method", "summary", "description", "fixed", "stream", "result"}
TEXT_RESULTS: dict[str, Result] = {"text/plain": "text", "text/html": "html", "text/csv": "csv"}


class DialectError(Exception):
    """The document says something the generator does not take."""


def load(path: Path) -> Api:
    document = cast(Json, yaml.safe_load(path.read_text(encoding="utf-8")))
    return Loader(document).api()


class Loader:
    def __init__(self, document: Json) -> None:
        self.document = document
        self.raw: Json = document.get("components", {}).get("schemas", {})
        self.schemas = {name: self._schema(name, raw) for name, raw in self.raw.items()}

    def api(self) -> Api:
        docs: dict[str, str] = self.document.get("x-sdk-resources", {})
        resources = {name: Resource(name, doc) for name, doc in docs.items()}
        for path, verb, raw, item in self._operations():
            sdk = self._sdk(path, verb, raw)
            if sdk.get("layer") == "invocation":
                self._mark_invocation(raw)
                continue
            if sdk.get("module"):  # a typed read of the invocation layer: its models live there
                self._mark_invocation(raw)
            for operation in self._variants(path, verb, raw, item, sdk):
                if operation.resource not in resources:
                    raise DialectError(f"{operation.id}: resource {operation.resource!r} is not in x-sdk-resources")
                known = resources[operation.resource].operations
                if any(o.method == operation.method for o in known):
                    raise DialectError(f"{operation.id}: {operation.resource}.{operation.method} exists already")
                known.append(operation)
        self._finish()
        info = self.document["info"]
        used = [r for r in resources.values() if r.operations]
        schemas = {n: s for n, s in self.schemas.items() if s.in_request or s.in_response}
        return Api(info["title"], info["version"], schemas, used)

    def _operations(self) -> Iterator[tuple[str, str, Json, Json]]:
        for path, item in self.document.get("paths", {}).items():
            for verb in VERBS:
                if verb in item:
                    yield path, verb, item[verb], item

    def _sdk(self, path: str, verb: str, raw: Json) -> Json:
        sdk = raw.get("x-sdk")
        if not isinstance(sdk, dict):
            raise DialectError(f"{verb.upper()} {path} has no x-sdk")
        if unknown := set(sdk) - SDK_KEYS:
            raise DialectError(f"{verb.upper()} {path}: x-sdk has unknown {sorted(unknown)}")
        for key, allowed in SDK_VALUES.items():
            if key in sdk and sdk[key] not in allowed:
                raise DialectError(f"{verb.upper()} {path}: x-sdk {key} is {sdk[key]!r}, not one of {list(allowed)}")
        for variant in sdk.get("variants", []):
            if unknown := set(variant) - VARIANT_KEYS:
                raise DialectError(f"{verb.upper()} {path}: a variant has unknown {sorted(unknown)}")
        if "operationId" not in raw:
            raise DialectError(f"{verb.upper()} {path} has no operationId")
        if sdk.get("layer") != "invocation" and not (sdk.get("resource") and sdk.get("method")):
            raise DialectError(f"{raw['operationId']}: x-sdk needs resource and method, or layer: invocation")
        return cast(Json, sdk)

    # ---- operations ----

    def _variants(self, path: str, verb: str, raw: Json, item: Json, sdk: Json) -> Iterator[Operation]:
        """An operation, and the methods beside it that fix a parameter and thereby the kind of the result."""
        variants: list[Json] = sdk.get("variants", [])
        base = self._operation(path, verb, raw, item, sdk)
        choosing = {name for v in variants for name in v.get("fixed", {})}
        base.params = [p for p in base.params if p.where == "path" or p.wire not in choosing]
        yield base
        for variant in variants:
            changed = {k: v for k, v in {**sdk, **variant}.items() if k not in ("variants", "fixed", "summary", "description")}
            if changed.get("stream") == "none":
                del changed["stream"]
            words: Json = {k: variant[k] for k in ("summary", "description") if k in variant}
            operation = self._operation(path, verb, {**raw, **words}, item, changed)
            for wire, value in variant.get("fixed", {}).items():
                text = str(value).lower() if isinstance(value, bool) else str(value)
                fixed = next((p for p in operation.params if p.wire == wire), None)
                if fixed is None:
                    raise DialectError(f"{operation.id}: variant {variant['method']!r} fixes {wire!r}, which is no parameter")
                operation.params.remove(fixed)
                if fixed.where == "query":
                    operation.fixed[wire] = text
                operation.parts = [PathPart(literal=text) if p.name == fixed.name else p for p in operation.parts]
            yield operation

    def _operation(self, path: str, verb: str, raw: Json, item: Json, sdk: Json) -> Operation:
        name = raw["operationId"]
        params = [self._param(name, p, sdk) for p in [*item.get("parameters", []), *raw.get("parameters", [])]]
        params = [p for p in params if p is not None]
        found = cast("list[Param]", params)
        keep = sdk.get("path") == "keep-slash"
        parts = self._parts(name, path, found, keep)
        result, result_type, accept = self._result(name, raw, sdk)
        body = self._body(name, raw)
        taken = {p.name for p in found}
        for clash in (f.name for f in body.fields) if body else ():
            if clash in taken:
                raise DialectError(f"{name}: {clash!r} is a parameter and a field of the body")
        page_item = None
        if sdk.get("pagination") == "page":
            page_item = self._page_item(name, result_type)
        host = sdk.get("host", "api")
        if host not in ("api", "llm"):
            raise DialectError(f"{name}: a generated method lives on the api or llm host, not on {host!r}")
        if host == "llm":  # its base URL ends in /v1
            parts[0] = PathPart(literal=parts[0].literal.removeprefix("/v1"))
        return Operation(
            id=name, resource=sdk["resource"], method=sdk["method"], verb=verb.upper(), path=path, parts=parts,
            params=found, body=body, result=result, result_type=result_type, page_item=page_item,
            idempotent=sdk.get("idempotent", True), host=host, accept=accept, summary=raw.get("summary", "").strip(),
            doc=raw.get("description", "").strip(), deprecated=raw.get("deprecated", False),
            anonymous=raw.get("security") == [] or {} in raw.get("security", []),
            errors=sorted(int(s) for s in raw.get("responses", {}) if s.isdigit() and int(s) >= 400),
        )  # fmt: skip

    def _param(self, operation: str, raw: Json, sdk: Json) -> Param | None:
        if "$ref" in raw:
            raw = self._resolve(raw["$ref"])
        if raw["in"] not in ("path", "query"):
            raise DialectError(f"{operation}: {raw['in']} parameter {raw['name']!r}: use a security scheme or the runtime")
        wire = raw["name"]
        self._mark(self._type(raw["schema"], f"{operation}.{wire}"), "in_request")
        return Param(
            name=sdk.get("rename", {}).get(wire, wire),
            wire=wire,
            where=raw["in"],
            type=self._type(raw["schema"], f"{operation}.{wire}"),
            required=raw.get("required", False),
            doc=raw.get("description", "").strip(),
            deprecated=raw.get("deprecated", False),
        )

    def _parts(self, operation: str, path: str, params: list[Param], keep: bool) -> list[PathPart]:
        declared = {p.wire: p.name for p in params if p.where == "path"}
        parts: list[PathPart] = []
        for piece in re.split(r"(\{[^}]+\})", path):
            if piece.startswith("{"):
                wire = piece[1:-1]
                if wire not in declared:
                    raise DialectError(f"{operation}: path parameter {wire!r} is not declared")
                parts.append(PathPart(name=declared.pop(wire), keep_slash=keep))
            elif piece:
                parts.append(PathPart(literal=piece))
        if declared:
            raise DialectError(f"{operation}: path parameter {sorted(declared)} is not in the path")
        return parts

    def _body(self, operation: str, raw: Json) -> Schema | None:
        if "requestBody" not in raw:
            return None
        content = raw["requestBody"]["content"]
        if list(content) != ["application/json"]:
            raise DialectError(f"{operation}: a body is application/json")
        reference = self._type(content["application/json"]["schema"], f"{operation} body")
        if reference.kind != "ref" or self.schemas[cast(str, reference.ref)].kind != "object":
            raise DialectError(f"{operation}: a body is a named object")
        self._mark(reference, "in_request")
        return self.schemas[cast(str, reference.ref)]

    def _result(self, operation: str, raw: Json, sdk: Json) -> tuple[Result, Type | None, str]:
        success = [r for status, r in raw["responses"].items() if status.startswith("2")]
        if len(success) != 1:
            raise DialectError(f"{operation}: exactly one 2xx response is needed")
        content: Json = success[0].get("content", {})
        if not content:
            return "none", None, ""
        accept = ", ".join(content)
        if "application/json" in content:
            result_type = self._type(content["application/json"]["schema"], f"{operation} result")
            if "stream" not in sdk and sdk.get("result", "json") == "json":
                self._mark(result_type, "in_response")
        stream = sdk.get("stream")
        if stream:
            event = content.get("text/event-stream", {}).get("schema")
            kind = self._type(event, f"{operation} event") if event else Type("json")
            self._mark(kind, "in_response")
            return stream, kind, "text/event-stream"
        if sdk.get("result", "json") != "json":
            return sdk["result"], None, accept
        if "application/json" in content:
            return "json", result_type, "application/json"
        kinds = {TEXT_RESULTS.get(media, "bytes") for media in content}
        return (kinds.pop() if len(kinds) == 1 else "text"), None, accept

    def _page_item(self, operation: str, result_type: Type | None) -> Type:
        schema = self.schemas.get(result_type.ref or "") if result_type else None
        items = next((f.type for f in schema.fields if f.name == "items"), None) if schema else None
        if items is None or items.item is None:
            raise DialectError(f"{operation}: a paged result has `items`, an array")
        return items.item

    # ---- schemas ----

    def _schema(self, name: str, raw: Json) -> Schema:
        doc = raw.get("description", "").strip()
        if "enum" in raw:
            return Schema(name, "enum", doc, values=list(raw["enum"]))
        if raw.get("type") != "object" or "allOf" in raw:
            raise DialectError(f"schema {name}: only objects and enums are named")
        required = set(raw.get("required", ()))
        if missing := required - set(raw.get("properties", {})):
            raise DialectError(f"schema {name}: required {sorted(missing)} is no property")
        fields = [
            Field(
                name=key,
                type=self._type(value, f"{name}.{key}"),
                required=key in required,
                doc=value.get("description", "").strip(),
                default=None if "default" not in value else str(value["default"]),
                deprecated=value.get("deprecated", False),
            )
            for key, value in raw.get("properties", {}).items()
        ]
        return Schema(name, "object", doc, fields)

    def _type(self, raw: Json, where: str) -> Type:
        if "$ref" in raw:
            name = raw["$ref"].rpartition("/")[2]
            if name not in self.raw:
                raise DialectError(f"{where}: no schema {name!r}")
            return Type("ref", ref=name)
        for key in ("anyOf", "oneOf"):
            if key in raw:
                real = [b for b in raw[key] if b.get("type") != "null"]
                nullable = len(real) < len(raw[key])
                if len(real) != 1:
                    return Type("json", nullable=nullable)
                inner = self._type(real[0], where)
                return Type(inner.kind, nullable or inner.nullable, inner.item, inner.ref)
        kind, nullable = raw.get("type"), False
        if isinstance(kind, list):
            nullable = "null" in kind
            rest = [k for k in kind if k != "null"]
            kind = rest[0] if len(rest) == 1 else None
        if "enum" in raw:
            raise DialectError(f"{where}: an enum needs a name of its own under components/schemas")
        if "allOf" in raw:
            raise DialectError(f"{where}: allOf is not taken; name the whole object under components/schemas")
        if "properties" in raw:
            raise DialectError(f"{where}: an object with properties needs a name of its own under components/schemas")
        return self._plain(raw, kind, nullable, where)

    def _plain(self, raw: Json, kind: str | None, nullable: bool, where: str) -> Type:
        if kind == "string":
            return Type("datetime" if raw.get("format") == "date-time" else "string", nullable)
        if kind == "integer":
            return Type("int" if raw.get("format") == "int32" else "int64", nullable)
        if kind in ("number", "boolean"):
            return Type("float" if kind == "number" else "bool", nullable)
        if kind == "array":
            return Type("array", nullable, self._type(raw["items"], f"{where}[]"))
        if kind == "object" and isinstance(raw.get("additionalProperties"), dict) and raw["additionalProperties"]:
            return Type("map", nullable, self._type(raw["additionalProperties"], f"{where}{{}}"))
        return Type("json", nullable)

    def _resolve(self, reference: str) -> Json:
        node: Any = self.document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
        return cast(Json, node)

    def _mark(self, of: Type | None, flag: str) -> None:
        """Says of a type and all it holds that it is sent, or received."""
        if of is None:
            return
        self._mark(of.item, flag)
        schema = self.schemas.get(of.ref or "")
        if schema is not None and not getattr(schema, flag):
            setattr(schema, flag, True)
            for each in schema.fields:
                self._mark(each.type, flag)

    def _mark_invocation(self, raw: Json) -> None:
        body = raw.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        media = [c["schema"] for r in raw["responses"].values() for c in r.get("content", {}).values() if "$ref" not in r]
        for schema, flag in [(body, "in_request"), *((m, "in_response") for m in media)]:
            if schema and "$ref" in schema:
                self._mark(self._type(schema, raw["operationId"]), flag)
                self._claim(schema["$ref"].rpartition("/")[2])

    def _claim(self, name: str) -> None:
        schema = self.schemas[name]
        if schema.group == "management" and not name.startswith("_"):
            schema.group = "invocation"
            for each in schema.fields:
                inner = each.type.item or each.type
                if inner.ref:
                    self._claim(inner.ref)

    def _finish(self) -> None:
        for schema in self.schemas.values():
            if schema.in_request and not schema.in_response:
                for each in schema.fields:
                    each.patch = each.type.nullable and not each.required

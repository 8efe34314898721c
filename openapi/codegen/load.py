"""Reads the document into the IR. What the dialect does not allow stops the build with a sentence; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast, get_args

import yaml

from .ir import Api, Auth, Body, Guard, Operation, Param, PathPart, Resource, Result, Schema, Type
from .schemas import DialectError, Json, Schemas, limits

__all__ = ["DialectError", "load", "read_yaml"]
VERBS = ("get", "post", "put", "patch", "delete")
SDK_KEYS = {
    "resource", "method", "pagination", "stream", "idempotent", "path", "layer", "host", "module", "rename", "result", "variants",
    "purpose", "fixed", "auth", "guard", "endless", "body", "schema",
}  # fmt: skip
SDK_VALUES: dict[str, tuple[str, ...]] = {
    "layer": ("invocation",), "pagination": ("page",), "stream": ("sse", "lines"), "path": ("keep-slash",),
    "host": ("api", "llm", "image", "embed"), "result": get_args(Result), "auth": ("fingerprint",),
    "purpose": ("chutes", "images", "api_keys", "secrets", "me", "logs"),
}  # fmt: skip
VARIANT_KEYS = {"method", "summary", "description", "fixed", "stream", "result", "schema", "endless"}
AUTH_HEADERS = {"authorization", "x-api-key", "x-chutes-hotkey", "x-chutes-nonce", "x-chutes-signature", "cookie"}
BODIES: dict[str, Body] = {
    "application/json": "json", "multipart/form-data": "multipart", "application/x-www-form-urlencoded": "form",
    "application/octet-stream": "bytes",
}  # fmt: skip
TEXT_RESULTS: dict[str, Result] = {"text/plain": "text", "text/html": "html", "text/csv": "csv"}


def read_yaml(path: Path) -> Any:
    """What the file holds, by libyaml where PyYAML has it: ten times as fast."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def load(path: Path) -> Api:
    return Loader(cast(Json, read_yaml(path))).api()


class Loader:
    def __init__(self, document: Json) -> None:
        self.document = document
        self.schemas = Schemas(document.get("components", {}).get("schemas", {}))

    def api(self) -> Api:
        resources = {name: self._resource(name, raw) for name, raw in self.document.get("x-sdk-resources", {}).items()}
        for path, verb, raw, item in self._operations():
            sdk = self._sdk(path, verb, raw)
            if sdk.get("layer") == "invocation":
                self.schemas.mark_invocation(raw)
                continue
            if sdk.get("module"):  # a typed read of the invocation layer: its models live there
                self.schemas.mark_invocation(raw)
            for operation in self._variants(path, verb, raw, item, sdk):
                if operation.resource not in resources:
                    raise DialectError(f"{operation.id}: resource {operation.resource!r} is not in x-sdk-resources")
                known = resources[operation.resource].operations
                if any(o.method == operation.method for o in known):
                    raise DialectError(f"{operation.id}: {operation.resource}.{operation.method} exists already")
                known.append(operation)
        self.schemas.finish()
        info = self.document["info"]
        used = [r for r in resources.values() if r.operations]
        schemas = {n: s for n, s in self.schemas.all.items() if s.in_request or s.in_response}
        return Api(info["title"], info["version"], schemas, used)

    @staticmethod
    def _resource(name: str, raw: str | Json) -> Resource:
        return Resource(name, raw) if isinstance(raw, str) else Resource(name, raw["doc"], raw.get("helpers", False))

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
        self._fix(base, sdk.get("fixed", {}), "the operation")
        yield base
        for variant in variants:
            changed = {k: v for k, v in {**sdk, **variant}.items() if k not in ("variants", "fixed", "summary", "description")}
            if changed.get("stream") == "none":
                del changed["stream"]
            words: Json = {k: variant[k] for k in ("summary", "description") if k in variant}
            operation = self._operation(path, verb, {**raw, **words}, item, changed)
            self._fix(operation, variant.get("fixed", {}), f"variant {variant['method']!r}")
            yield operation

    def _fix(self, operation: Operation, values: Json, who: str) -> None:
        """Sends these parameters always, and no longer offers them."""
        for wire, value in values.items():
            text = str(value).lower() if isinstance(value, bool) else str(value)
            fixed = next((p for p in operation.params if p.wire == wire), None)
            if fixed is None:
                raise DialectError(f"{operation.id}: {who} fixes {wire!r}, which is no parameter")
            operation.params.remove(fixed)
            if fixed.where == "query":
                operation.fixed[wire] = text
            if fixed.where == "header":
                operation.fixed_headers[wire] = text
            operation.parts = [PathPart(literal=text) if p.name == fixed.name else p for p in operation.parts]

    def _operation(self, path: str, verb: str, raw: Json, item: Json, sdk: Json) -> Operation:
        name = raw["operationId"]
        declared = [*item.get("parameters", []), *raw.get("parameters", [])]
        params = [self._param(name, p, sdk) for p in declared]
        parts = self._parts(name, path, params, sdk.get("path") == "keep-slash")
        result, result_type, accept = self._result(name, raw, sdk)
        body_kind, body, body_name = self._body(name, raw, sdk)
        guard = self._guard(name, body, sdk)
        auth = self._auth(name, raw, sdk)
        taken = [p.name for p in params] + [f.name for f in (body.fields if body else ())]
        taken += [x for x in (body_name, guard.flag if guard else "") if x]
        for clash in sorted({n for n in taken if taken.count(n) > 1}):
            raise DialectError(f"{name}: {clash!r} is a parameter and a field of the body")
        host = sdk.get("host", "api")
        if host not in ("api", "llm"):
            raise DialectError(f"{name}: a generated method lives on the api or llm host, not on {host!r}")
        if host == "llm":  # its base URL ends in /v1
            parts[0] = PathPart(literal=parts[0].literal.removeprefix("/v1"))
        if "purpose" in sdk and verb not in ("get", "delete"):
            raise DialectError(f"{name}: a {verb.upper()} is signed over its body, not over a purpose")
        return Operation(
            id=name, resource=sdk["resource"], method=sdk["method"], verb=verb.upper(), path=path, parts=parts,
            params=params, body=body, body_kind=body_kind, body_name=body_name, result=result, result_type=result_type,
            page_item=self._page_item(name, result_type) if sdk.get("pagination") == "page" else None,
            idempotent=sdk.get("idempotent", True), host=host, accept=accept, summary=raw.get("summary", "").strip(),
            doc=raw.get("description", "").strip(), deprecated=raw.get("deprecated", False),
            anonymous=raw.get("security") == [] or {} in raw.get("security", []), auth=auth, purpose=sdk.get("purpose"),
            guard=guard, endless=sdk.get("endless", False),
            errors=sorted(int(s) for s in raw.get("responses", {}) if s.isdigit() and int(s) >= 400),
        )  # fmt: skip

    def _param(self, operation: str, raw: Json, sdk: Json) -> Param:
        if "$ref" in raw:
            raw = self._resolve(raw["$ref"])
        wire = raw["name"]
        if raw["in"] not in ("path", "query", "header") or wire.lower() in AUTH_HEADERS:
            raise DialectError(f"{operation}: {raw['in']} parameter {wire!r}: use a security scheme or the runtime")
        of = self.schemas.type(raw["schema"], f"{operation}.{wire}")
        self.schemas.mark(of, "in_request")
        offered = wire.lower().removeprefix("x-").replace("-", "_") if raw["in"] == "header" else wire
        return Param(
            name=sdk.get("rename", {}).get(wire, offered),
            wire=wire,
            where=raw["in"],
            type=of,
            required=raw.get("required", False),
            doc=raw.get("description", "").strip(),
            deprecated=raw.get("deprecated", False),
            limits=limits(raw["schema"]),
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

    def _body(self, operation: str, raw: Json, sdk: Json) -> tuple[Body, Schema | None, str]:
        """Kind, named object, and the name of a body that has no object."""
        if "requestBody" not in raw:
            return "none", None, ""
        content = raw["requestBody"]["content"]
        media = next(iter(content))
        kind = BODIES.get(media)
        if len(content) != 1 or kind is None:
            raise DialectError(f"{operation}: a body is one of {sorted(BODIES)}")
        schema = content[media]["schema"]
        if kind == "bytes":
            return kind, None, sdk.get("body", "data")
        if kind == "json" and schema == {"type": "object", "additionalProperties": True}:
            return "free", None, sdk.get("body", "args")
        reference = self.schemas.type(schema, f"{operation} body")
        if reference.kind != "ref" or self.schemas.all[cast(str, reference.ref)].kind != "object":
            raise DialectError(f"{operation}: a body is a named object")
        named = self.schemas.all[cast(str, reference.ref)]
        files = [f.name for f in named.fields if f.type.kind == "file"]
        if files and kind != "multipart":
            raise DialectError(f"{operation}: {files[0]!r} is a file, which only multipart bodies carry")
        self.schemas.mark(reference, "in_request")
        return kind, named, ""

    def _guard(self, operation: str, body: Schema | None, sdk: Json) -> Guard | None:
        raw = sdk.get("guard")
        if raw is None:
            return None
        if set(raw) != {"field", "flag", "message"}:
            raise DialectError(f"{operation}: a guard has field, flag and message")
        if body is None or not any(f.name == raw["field"] and not f.required for f in body.fields):
            raise DialectError(f"{operation}: the guard's {raw['field']!r} is no optional field of the body")
        return Guard(**raw)

    def _auth(self, operation: str, raw: Json, sdk: Json) -> Auth:
        names = {name for each in raw.get("security", []) for name in each}
        if (sdk.get("auth") == "fingerprint") != (names == {"fingerprint"}):
            raise DialectError(f"{operation}: x-sdk auth and security say different things about the fingerprint")
        if sdk.get("auth"):
            return cast(Auth, sdk["auth"])
        return "none" if raw.get("security") == [] else "default"

    def _result(self, operation: str, raw: Json, sdk: Json) -> tuple[Result, Type | None, str]:
        success = [r for status, r in raw["responses"].items() if status.startswith("2")]
        if len(success) != 1:
            raise DialectError(f"{operation}: exactly one 2xx response is needed")
        content: Json = success[0].get("content", {})
        if not content:
            return "none", None, ""
        accept = ", ".join(content)
        if "application/json" in content:
            schema = sdk.get("schema", content["application/json"]["schema"])
            result_type = self.schemas.type(schema, f"{operation} result")
            if "stream" not in sdk and sdk.get("result", "json") == "json":
                self.schemas.mark(result_type, "in_response")
        stream = sdk.get("stream")
        if stream:
            event = content.get("text/event-stream", {}).get("schema")
            kind = self.schemas.type(event, f"{operation} event") if event else Type("json")
            self.schemas.mark(kind, "in_response")
            return stream, kind, accept if stream == "lines" else "text/event-stream"
        if sdk.get("result", "json") != "json":
            return sdk["result"], None, accept
        if "application/json" in content:
            return "json", result_type, "application/json"
        kinds = {TEXT_RESULTS.get(media, "bytes") for media in content}
        return (kinds.pop() if len(kinds) == 1 else "text"), None, accept

    def _page_item(self, operation: str, result_type: Type | None) -> Type:
        schema = self.schemas.all.get(result_type.ref or "") if result_type else None
        items = next((f.type for f in schema.fields if f.name == "items"), None) if schema else None
        if schema is None or items is None or items.item is None:
            raise DialectError(f"{operation}: a paged result has `items`, an array")
        schema.page = True
        return items.item

    def _resolve(self, reference: str) -> Json:
        node: Any = self.document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
        return cast(Json, node)

"""Reads `components/schemas`: named objects, open enums and unions, and every type that is built of them."""

from __future__ import annotations

import json
from typing import Any, cast

from .ir import Field, Member, Schema, Type

Json = dict[str, Any]
FIRST_CHARACTER = {
    "string": '"', "datetime": '"', "int": "0", "int64": "0", "float": "0", "bool": "t", "array": "[", "map": "{",
}  # fmt: skip


class DialectError(Exception):
    """The document says something the generator does not take."""


def limits(raw: Json) -> str:
    """The limits of a value in words: `1 to 100`, `at most 1024 characters`, `default 25`."""
    said = []
    low, high = raw.get("minimum"), raw.get("maximum")
    if low is not None and high is not None:
        said.append(f"{low} to {high}")
    elif low is not None or high is not None:
        said.append(f"at least {low}" if high is None else f"at most {high}")
    for key, words in (
        ("exclusiveMinimum", "above {}"), ("exclusiveMaximum", "below {}"), ("minLength", "at least {} characters"),
        ("maxLength", "at most {} characters"), ("minItems", "at least {} items"), ("maxItems", "at most {} items"), ("pattern", "like {}"),
    ):  # fmt: skip
        if key in raw:
            said.append(words.format(raw[key]))
    if "default" in raw:
        said.append(f"server's default {json.dumps(raw['default'])}")
    return ", ".join(said)


class Schemas:
    """All named schemas, and who uses them."""

    def __init__(self, raw: Json) -> None:
        self.raw = raw
        self.all = {name: self._schema(name, each) for name, each in raw.items()}

    def _schema(self, name: str, raw: Json) -> Schema:
        doc = raw.get("description", "").strip()
        if "enum" in raw:
            return Schema(name, "enum", doc, values=list(raw["enum"]))
        if "oneOf" in raw:
            return Schema(name, "union", doc, members=self._members(name, raw["oneOf"]))
        if raw.get("type") != "object" or "allOf" in raw:
            raise DialectError(f"schema {name}: only objects, enums and unions are named")
        if not raw.get("properties"):
            raise DialectError(f"schema {name}: a map or a free object has no name; write it where it is used")
        required = set(raw.get("required", ()))
        if missing := required - set(raw.get("properties", {})):
            raise DialectError(f"schema {name}: required {sorted(missing)} is no property")
        fields = [
            Field(
                name=key,
                type=self.type(value, f"{name}.{key}"),
                required=key in required,
                doc=value.get("description", "").strip(),
                default=None if "default" not in value else str(value["default"]),
                deprecated=value.get("deprecated", False),
                limits=limits(value),
            )
            for key, value in raw.get("properties", {}).items()
        ]
        return Schema(name, "object", doc, fields)

    def _members(self, name: str, branches: list[Json]) -> list[Member]:
        members: list[Member] = []
        seen: dict[str, str] = {}
        for branch in branches:
            if "title" not in branch:
                raise DialectError(f"schema {name}: each alternative of a union has a title")
            of = self.type(branch, f"{name}.{branch['title']}")
            first = self._first(of)
            if of.nullable or not first:
                raise DialectError(f"schema {name}: {branch['title']!r} is nothing a union can tell apart")
            if first in seen:
                raise DialectError(f"schema {name}: {seen[first]!r} and {branch['title']!r} begin with the same character")
            seen[first] = branch["title"]
            members.append(Member(branch["title"], of))
        return members

    def _first(self, of: Type) -> str:
        if of.kind != "ref":
            return FIRST_CHARACTER.get(of.kind, "")
        raw = self.raw[of.ref or ""]
        return '"' if "enum" in raw else "" if "oneOf" in raw else "{"

    def type(self, raw: Json, where: str) -> Type:
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
                inner = self.type(real[0], where)
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
            formats = {"date-time": "datetime", "binary": "file"}
            return Type(cast(Any, formats.get(raw.get("format", ""), "string")), nullable)
        if kind == "integer":
            return Type("int" if raw.get("format") == "int32" else "int64", nullable)
        if kind in ("number", "boolean"):
            return Type("float" if kind == "number" else "bool", nullable)
        if kind == "array":
            return Type("array", nullable, self.type(raw["items"], f"{where}[]"))
        if kind == "object" and isinstance(raw.get("additionalProperties"), dict) and raw["additionalProperties"]:
            return Type("map", nullable, self.type(raw["additionalProperties"], f"{where}{{}}"))
        return Type("json", nullable)

    # ---- who uses what ----

    def mark(self, of: Type | None, flag: str) -> None:
        """Says of a type and all it holds that it is sent, or received."""
        if of is None:
            return
        self.mark(of.item, flag)
        schema = self.all.get(of.ref or "")
        if schema is not None and not getattr(schema, flag):
            setattr(schema, flag, True)
            for each in schema.types:
                self.mark(each, flag)

    def mark_invocation(self, raw: Json) -> None:
        body = raw.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        media = [c["schema"] for r in raw["responses"].values() for c in r.get("content", {}).values() if "$ref" not in r]
        for schema, flag in [(body, "in_request"), *((m, "in_response") for m in media)]:
            if schema and "$ref" in schema:
                self.mark(self.type(schema, raw["operationId"]), flag)
                self._claim(schema["$ref"].rpartition("/")[2])

    def _claim(self, name: str) -> None:
        schema = self.all[name]
        if schema.group == "management" and not name.startswith("_"):
            schema.group = "invocation"
            for each in schema.types:
                inner = each.item or each
                if inner.ref:
                    self._claim(inner.ref)

    def finish(self) -> None:
        for schema in self.all.values():
            if schema.in_request and not schema.in_response:
                for each in schema.fields:
                    each.patch = each.type.nullable and not each.required

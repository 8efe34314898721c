"""JSON Schema as far as arguments and answers need it: what is wrong with a value, at which place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

Json = dict[str, Any]
MOST = 3
_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
    "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    "integer": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool) and float(v).is_integer(),
}


def complaints(schema: Any, value: Any) -> str:
    """At most three complaints in one text; empty if the value fits."""
    found = Check(schema).look(schema, value, "")
    return "; ".join(f"{place or 'value'}: expected {what}" for place, what in found[:MOST])


def same(a: Any, b: Any) -> bool:
    """Equality of JSON: true is not 1, and 1 is 1.0."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    return bool(a == b)


def _key(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


Found = list[tuple[str, str]]


class Check:
    """One schema with what it refers to."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self._open: set[tuple[str, int]] = set()

    def look(self, schema: Any, value: Any, at: str) -> Found:
        if schema is False:
            return [(at, "no value at all")]
        if not isinstance(schema, dict):
            return []
        out = self._ref(schema, value, at)
        types = schema.get("type")
        if types is not None:
            names = types if isinstance(types, list) else [types]
            if not any(_TYPES.get(n, lambda v: True)(value) for n in names):
                return [*out, (at, " or ".join(names))]
        out += self._plain(schema, value, at)
        if isinstance(value, dict):
            out += self._object(schema, value, at)
        if isinstance(value, list):
            out += self._array(schema, value, at)
        return out + self._combined(schema, value, at)

    def _ref(self, schema: Json, value: Any, at: str) -> Found:
        ref = schema.get("$ref")
        if not isinstance(ref, str) or not ref.startswith("#"):
            return []
        mark = (ref, id(value))
        if mark in self._open:
            return []  # a schema that refers to itself without going on
        target: Any = self.root
        for part in filter(None, unquote(ref[1:]).split("/")):
            part = part.replace("~1", "/").replace("~0", "~")
            if isinstance(target, list) and part.isdigit() and int(part) < len(target):
                target = target[int(part)]
            elif isinstance(target, dict) and part in target:
                target = target[part]
            else:
                return []
        self._open.add(mark)
        try:
            return self.look(target, value, at)
        finally:
            self._open.discard(mark)

    def _plain(self, schema: Json, value: Any, at: str) -> Found:
        out: Found = []
        if isinstance(schema.get("enum"), list) and not any(same(value, one) for one in schema["enum"]):
            out.append((at, "one of " + ", ".join(json.dumps(one, ensure_ascii=False) for one in schema["enum"])))
        if "const" in schema and not same(value, schema["const"]):
            out.append((at, json.dumps(schema["const"], ensure_ascii=False)))
        if _TYPES["number"](value):
            out += _numbers(schema, value, at)
        if isinstance(value, str):
            out += _texts(schema, value, at)
        return out

    def _object(self, schema: Json, value: Json, at: str) -> Found:
        out: Found = [(_key(at, n), "a value (required)") for n in schema.get("required") or [] if n not in value]
        known = schema.get("properties") or {}
        for name, one in value.items():
            if name in known:
                out += self.look(known[name], one, _key(at, name))
            elif schema.get("additionalProperties") is False:
                out.append((_key(at, name), "no such field"))
            else:
                out += self.look(schema.get("additionalProperties", True), one, _key(at, name))
        return out

    def _array(self, schema: Json, value: list[Any], at: str) -> Found:
        out: Found = []
        if len(value) < schema.get("minItems", 0):
            out.append((at, f"at least {schema['minItems']} items"))
        if "maxItems" in schema and len(value) > schema["maxItems"]:
            out.append((at, f"at most {schema['maxItems']} items"))
        if schema.get("uniqueItems") is True and any(same(a, b) for i, a in enumerate(value) for b in value[:i]):
            out.append((at, "items that differ (unique)"))
        first = schema.get("prefixItems") or []
        for i, one in enumerate(value):
            out += self.look(first[i] if i < len(first) else schema.get("items", True), one, f"{at}[{i}]")
        return out

    def _combined(self, schema: Json, value: Any, at: str) -> Found:
        out: Found = []
        for part in schema.get("allOf") or []:
            out += self.look(part, value, at)
        if schema.get("anyOf") and all(self.look(part, value, at) for part in schema["anyOf"]):
            out.append((at, "one of the allowed shapes (anyOf)"))
        if schema.get("oneOf"):
            fits = sum(not self.look(part, value, at) for part in schema["oneOf"])
            if fits != 1:
                out.append((at, f"exactly one of the allowed shapes (oneOf), it fits {fits}"))
        if "not" in schema and not self.look(schema["not"], value, at):
            out.append((at, "another value (not)"))
        return out


def _numbers(schema: Json, value: float, at: str) -> Found:
    out: Found = []
    for name, bad, words in (
        ("minimum", lambda limit: value < limit, "at least"),
        ("maximum", lambda limit: value > limit, "at most"),
        ("exclusiveMinimum", lambda limit: value <= limit, "more than"),
        ("exclusiveMaximum", lambda limit: value >= limit, "less than"),
    ):
        limit = schema.get(name)
        if _TYPES["number"](limit) and bad(limit):
            out.append((at, f"{words} {limit:g}"))
    step = schema.get("multipleOf")
    if _TYPES["number"](step) and step > 0:
        times = value / step
        if abs(times - round(times)) > 1e-9 * max(1.0, abs(times)):
            out.append((at, f"a multiple of {step:g}"))
    return out


def _texts(schema: Json, value: str, at: str) -> Found:
    out: Found = []
    if len(value) < schema.get("minLength", 0):
        out.append((at, f"at least {schema['minLength']} characters"))
    if "maxLength" in schema and len(value) > schema["maxLength"]:
        out.append((at, f"at most {schema['maxLength']} characters"))
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        try:
            if not re.search(pattern, value):
                out.append((at, f"a text like {pattern}"))
        except re.error:
            pass  # not of this language
    return out

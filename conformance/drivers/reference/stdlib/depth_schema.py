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
    try:
        found = Check(schema).look(schema, value, "")
    except RecursionError:
        return "value: expected fewer levels"
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
        if value is None and schema.get("nullable") is True:
            return []
        out = self._ref(schema, value, at)
        types = schema.get("type")
        names = [n for n in (types if isinstance(types, list) else [types]) if isinstance(n, str)]
        if names and not any(_TYPES.get(n, lambda v: True)(value) for n in names):
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
                target = _within(self.root, unquote(ref).rpartition("/")[2])
                break
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
        out: Found = [(_key(at, n), "a value (required)") for n in _list(schema, "required") if isinstance(n, str) and n not in value]
        known = schema.get("properties")
        known = known if isinstance(known, dict) else {}
        for name, one in value.items():
            if name in known:
                out += self.look(known[name], one, _key(at, name))
            elif "patternProperties" in schema:
                continue  # not looked at, so nothing can be called additional
            elif schema.get("additionalProperties") is False:
                out.append((_key(at, name), "no such field"))
            else:
                out += self.look(schema.get("additionalProperties", True), one, _key(at, name))
        return out

    def _array(self, schema: Json, value: list[Any], at: str) -> Found:
        out: Found = []
        out += _counted(schema, "Items", len(value), at, "items")
        if schema.get("uniqueItems") is True and any(same(a, b) for i, a in enumerate(value) for b in value[:i]):
            out.append((at, "items that differ (unique)"))
        first = _list(schema, "prefixItems") or _list(schema, "items")  # a list of items is what drafts before 2020 call it
        for i, one in enumerate(value):
            out += self.look(first[i] if i < len(first) else schema.get("items", True), one, f"{at}[{i}]")
        return out

    def _combined(self, schema: Json, value: Any, at: str) -> Found:
        out: Found = []
        for part in _list(schema, "allOf"):
            out += self.look(part, value, at)
        if _list(schema, "anyOf") and all(self.look(part, value, at) for part in schema["anyOf"]):
            out.append((at, "one of the allowed shapes (anyOf)"))
        if _list(schema, "oneOf"):
            fits = sum(not self.look(part, value, at) for part in schema["oneOf"])
            if fits != 1:
                out.append((at, f"exactly one of the allowed shapes (oneOf), it fits {fits}"))
        if isinstance(schema.get("not"), (dict, bool)) and not self.look(schema["not"], value, at):
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
            out.append((at, f"{words} {json.dumps(limit)}"))
    step = schema.get("multipleOf")
    if _TYPES["number"](step) and step > 0:
        times = value / step
        if abs(times - round(times)) > 1e-9 * max(1.0, abs(times)):
            out.append((at, f"a multiple of {json.dumps(step)}"))
    return out


def _texts(schema: Json, value: str, at: str) -> Found:
    out = _counted(schema, "Length", len(value), at, "characters")
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        try:
            if not re.search(pattern, value):
                out.append((at, f"a text like {pattern}"))
        except re.error:
            pass  # not of this language
    return out


def _counted(schema: Json, name: str, count: int, at: str, what: str) -> Found:
    least, most = schema.get(f"min{name}"), schema.get(f"max{name}")
    out: Found = []
    if _TYPES["number"](least) and count < least:
        out.append((at, f"at least {least} {what}"))
    if _TYPES["number"](most) and count > most:
        out.append((at, f"at most {most} {what}"))
    return out


def _list(schema: Json, name: str) -> list[Any]:
    """A keyword that holds a list; anything else means nothing."""
    found = schema.get(name)
    return found if isinstance(found, list) else []


def _within(schema: Any, name: str) -> Any:
    """A definition of this name among those of definitions, where the CDK leaves some."""
    for key in ("definitions", "$defs"):
        found = schema.get(key) if isinstance(schema, dict) else None
        for own, one in found.items() if isinstance(found, dict) else ():
            inner = one if own == name else _within(one, name)
            if inner is not None:
                return inner
    return None

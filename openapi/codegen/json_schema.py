"""Turns the JSON Schemas of one chute into named schemas of the dialect, which `schemas.py` reads.

Pydantic and the official CDK write them: `$defs` and `definitions` at any depth, `anyOf` with null, `nullable`, enums in place, objects
in objects. Whatever four languages cannot spell becomes free JSON with a sentence of documentation; nothing is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

from .languages.base import one_line, pascal, words
from .schemas import Json, Schemas

KEPT = (
    "description", "default", "deprecated", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems",
    "maxItems", "pattern",
)  # fmt: skip
FREE: Json = {"type": "object", "additionalProperties": {"x-free": True}}
"""Any object: a map of free JSON."""
SCALARS = ("string", "integer", "number", "boolean")
BY_NAME = ("properties", "$defs", "definitions")
LISTED = ("anyOf", "oneOf", "allOf", "prefixItems")
VALUES: dict[str, Any] = {
    **dict.fromkeys(("$ref", "title", "description", "pattern", "format"), str), **dict.fromkeys(("nullable", "deprecated"), bool), "enum": list,
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems"), (int, float)),
}  # fmt: skip
"""Keywords of plain values. Others say nothing that a type could."""
WIRE_NAME = re.compile(r"[\w!#$%&()*+\-./:;<=>?@\[\]^{|}~ ]+", re.ASCII)
"""What Go's struct tags carry, the narrowest of the four; `-` alone means something else there."""
MEMBERS = {"string": "text", "integer": "number", "number": "number", "boolean": "flag", "array": "items", "object": "fields"}


def cleaned(raw: Any) -> Json:
    """The schema without what means nothing: a keyword of a wrong type, and a schema that is no object (`true` allows everything)."""
    if not isinstance(raw, dict):
        return {}
    out: Json = {}
    for key, value in raw.items():
        if key in BY_NAME and isinstance(value, dict):
            out[key] = {str(name): cleaned(each) for name, each in value.items()}
        elif key in LISTED and isinstance(value, list):
            out[key] = [cleaned(each) for each in value]
        elif key == "items" and isinstance(value, (dict, list)):
            out[key] = [cleaned(each) for each in value] if isinstance(value, list) else cleaned(value)
        elif key == "additionalProperties" and isinstance(value, (dict, bool)):
            out[key] = cleaned(value) if isinstance(value, dict) else value
        elif key == "type" and (isinstance(value, str) or (isinstance(value, list) and value and all(isinstance(v, str) for v in value))):
            out[key] = value
        elif key == "required" and isinstance(value, list):
            out[key] = [each for each in value if isinstance(each, str)]
        elif key in VALUES and isinstance(value, VALUES[key]) and (VALUES[key] is bool or not isinstance(value, bool)):
            out[key] = value
        elif key in ("default", "const"):
            out[key] = value
    return out


class Source:
    """One schema as it came, and where its references lead."""

    def __init__(self, root: Json) -> None:
        self.root = root
        self.named: dict[str, Any] = {}
        for name, each in _definitions(root):
            self.named.setdefault(name, each)

    def resolve(self, reference: Any) -> tuple[str, Json] | None:
        """Name and schema of a reference. The CDK leaves nested models under the `$defs` of the one that holds them, so any depth is looked at."""
        if reference == "#":
            return str(self.root.get("title") or "Root"), self.root
        match = re.fullmatch(r"#/(?:\$defs|definitions|components/schemas)/([^/]+)", str(reference))
        if match is None:
            return None
        name = unquote(match[1]).replace("~1", "/").replace("~0", "~")
        found = self.named.get(name)
        return (name, found) if isinstance(found, dict) else None

    def fingerprint(self, schema: Json) -> str:
        """Two schemas of one fingerprint mean the same, references included."""
        reached: dict[str, Any] = {}
        waiting: list[Any] = [schema]
        while waiting:
            for reference in _references(waiting.pop()):
                found = self.resolve(reference)
                if found is not None and reference not in reached:
                    reached[reference] = found[1]
                    waiting.append(found[1])
        return json.dumps([schema, reached], sort_keys=True, default=str)


def _definitions(node: Any) -> Iterator[tuple[str, Any]]:
    """Every definition, the outer ones first."""
    level = [node]
    while level:
        deeper: list[Any] = []
        for each in level:
            if not isinstance(each, dict):
                deeper += each if isinstance(each, list) else []
                continue
            for key in ("$defs", "definitions"):
                if isinstance(each.get(key), dict):
                    yield from each[key].items()
            deeper += each.values()
        level = deeper


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for key, each in node.items():
            if key not in ("$defs", "definitions", "default", "examples"):
                yield from _references(each)
    elif isinstance(node, list):
        for each in node:
            yield from _references(each)


class Dialect:
    """Collects `components/schemas`. `refused` says which names no schema may have; `prefix` goes before those."""

    def __init__(self, prefix: str, refused: Callable[[str], bool]) -> None:
        self.components: dict[str, Json] = {}
        self._prefix = prefix
        self._refused = refused
        self._kept: dict[str, str] = {}
        self._inside: set[str] = set()

    def read(self, source: Source, raw: Any, place: str) -> Json:
        """The schema in the dialect. `place` names it where it needs a name and has none: `GenerateInput`, `GenerateInputSize`."""
        if not isinstance(raw, dict):
            return {}
        shape = self._shape(source, raw, place)
        kept = {key: raw[key] for key in KEPT if raw.get(key) is not None}
        if "description" in shape and "description" in kept:
            kept["description"] = f"{str(kept['description']).strip()} {shape['description']}"
        out = {**shape, **kept}
        return _nullable(out) if raw.get("nullable") is True else out

    def _shape(self, source: Source, raw: Json, place: str) -> Json:
        if "$ref" in raw:
            return self._reference(source, raw["$ref"], place)
        if isinstance(raw.get("allOf"), list):
            return self._all(source, raw, place)
        for key in ("anyOf", "oneOf"):
            if isinstance(raw.get(key), list):
                return self._any(source, raw[key], place)
        if "const" in raw:
            return self._enum([raw["const"]], place)
        if isinstance(raw.get("enum"), list):
            return self._enum(raw["enum"], place)
        kind = raw.get("type")
        if isinstance(kind, list):
            branches = [{key: each for key, each in raw.items() if key not in ("description", "default")} | {"type": one} for one in kind]
            return self._any(source, branches, place)
        if isinstance(raw.get("properties"), dict) and raw["properties"] and kind in ("object", None):
            return self._object(source, raw, place)
        if kind == "array":
            return self._array(source, raw, place)
        if kind == "object":
            inner = raw.get("additionalProperties")
            item = self.read(source, inner, f"{place}Value") if isinstance(inner, dict) else {}
            return {"type": "object", "additionalProperties": item} if item else dict(FREE)
        if kind in SCALARS:
            return {"type": kind, **({"format": "date-time"} if raw.get("format") == "date-time" and kind == "string" else {})}
        return {}

    def _reference(self, source: Source, reference: Any, place: str) -> Json:
        found = source.resolve(reference)
        if found is None:
            return {}
        name, schema = found
        mark = source.fingerprint(schema)
        if mark in self._kept:
            return _ref(self._kept[mark])
        if mark in self._inside:  # an alias of itself
            return {}
        self._inside.add(mark)
        try:
            out = self.read(source, schema, _type_name(name) or place)
        finally:
            self._inside.discard(mark)
        if "$ref" not in out:
            return {key: value for key, value in out.items() if key != "default"}
        named = self.components[out["$ref"].rpartition("/")[2]]
        if schema.get("description"):
            named.setdefault("description", schema["description"])
        return {"$ref": out["$ref"]}

    def _all(self, source: Source, raw: Json, place: str) -> Json:
        """One part is that part; several objects are one object with the properties of all."""
        parts = [part for part in raw["allOf"] if isinstance(part, dict)]
        if len(parts) == 1:
            return self.read(source, parts[0], place)
        merged: Json = {"type": "object", "properties": dict(raw.get("properties") or {}), "required": list(raw.get("required") or ())}
        for part in parts:
            found = source.resolve(part["$ref"]) if "$ref" in part else ("", part)
            if found is None or not isinstance(found[1].get("properties"), dict):
                return {}
            merged["properties"] |= found[1]["properties"]
            merged["required"] += found[1].get("required") or ()
        return self._object(source, {**merged, "description": raw.get("description", "")}, place)

    def _any(self, source: Source, branches: list[Any], place: str) -> Json:
        real = [b for b in branches if isinstance(b, dict) and b.get("type") != "null"]
        out = self.read(source, real[0], place) if len(real) == 1 else self._union(source, real, place)
        return _nullable(out) if len(real) < len(branches) else out

    def _union(self, source: Source, branches: list[Json], place: str) -> Json:
        """A union where the first character of the JSON tells the branches apart; else free JSON."""
        if all(isinstance(b.get("enum", b.get("const")), (list, str)) for b in branches) and branches:
            return self._enum([v for b in branches for v in (b["enum"] if "enum" in b else [b["const"]])], place)
        members: dict[str, Json] = {}
        described = f"One of: {', '.join(_said(b) for b in branches)}." if branches else ""
        for branch in branches:
            node = self.read(source, branch, f"{place}{pascal(MEMBERS.get(str(branch.get('type')), 'fields'))}")
            target = self.components.get(str(node.get("$ref", "")).rpartition("/")[2], {})
            kind = str(target.get("type", "string") if "$ref" in node and "oneOf" not in target else node.get("type"))
            title = MEMBERS.get(kind)
            if title is None or "anyOf" in node or (title in members and kind not in ("integer", "number")):
                return {"description": described}
            members[title] = {"type": "number", "title": title} if title in members else {**node, "title": title}
        if len(members) < 2:
            return next(({k: v for k, v in m.items() if k != "title"} for m in members.values()), {"description": described})
        return self._name(place, {"oneOf": list(members.values()), "description": described})

    def _enum(self, values: list[Any], place: str) -> Json:
        """Words become an open enum where all languages can name them, numbers a number that says which."""
        real = list(dict.fromkeys(v for v in values if v is not None and not isinstance(v, (dict, list))))
        said = {"description": f"One of: {', '.join(json.dumps(v, ensure_ascii=False) for v in real)}."}
        if real and all(isinstance(v, str) for v in real):
            named = [pascal(v) for v in real]
            clear = all(named) and len(set(named)) == len(named) and len(real) <= 64 and all(v.isprintable() for v in real)
            out = self._name(place, {"type": "string", "enum": real}) if clear else {"type": "string", **said}
        elif real and all(isinstance(v, int) and not isinstance(v, bool) for v in real):
            out = {"type": "integer", **said}
        elif real and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in real):
            out = {"type": "number", **said}
        elif real and all(isinstance(v, bool) for v in real):
            out = {"type": "boolean", **said}
        else:
            out = said
        return _nullable(out) if None in values else out

    def _array(self, source: Source, raw: Json, place: str) -> Json:
        items = raw.get("prefixItems") or raw.get("items")
        if isinstance(items, list):  # a tuple
            read = [self.read(source, each, f"{place}Item") for each in items]
            bare = [{k: v for k, v in each.items() if k in ("type", "format", "$ref", "items", "additionalProperties")} for each in read]
            same = bool(bare) and all(each == bare[0] for each in bare) and not raw.get("minItems") == raw.get("maxItems") == 0
            return {"type": "array", "items": bare[0] if same else {}, "description": f"Its places, in order: {', '.join(map(_said, items))}."}
        return {"type": "array", "items": self.read(source, items, f"{place}Item")}

    def _object(self, source: Source, raw: Json, place: str) -> Json:
        properties: Json = raw["properties"]
        if not all(WIRE_NAME.fullmatch(key) and key != "-" for key in properties):
            return {**FREE, "description": f"An object of {', '.join(map(repr, properties))}."}
        name = self._free(place, mark := source.fingerprint(raw))
        if name in self.components:
            return _ref(name)
        schema: Json = {"type": "object", "description": str(raw.get("description", "")), "properties": {}}
        self.components[name] = schema  # before its fields: they may lead back to it
        self._kept[mark] = name
        schema["properties"] = {key: self.read(source, each, f"{name}{pascal(key)}") for key, each in properties.items()}
        schema["required"] = [key for key in dict.fromkeys(raw.get("required") or ()) if key in properties]
        return _ref(name)

    def _name(self, place: str, schema: Json) -> Json:
        name = self._free(place, mark := json.dumps(schema, sort_keys=True))
        self._kept[mark] = name
        self.components.setdefault(name, schema)
        return _ref(name)

    def _free(self, wanted: str, mark: str) -> str:
        """A name that nothing else has; what is the same keeps its own."""
        if mark in self._kept:
            return self._kept[mark]
        name = wanted if wanted and not self._refused(wanted) else self._prefix + wanted
        taken = {each.lower() for each in self.components}
        number = 1
        candidate = name
        while candidate.lower() in taken or self._refused(candidate):
            number += 1
            candidate = f"{name}{number}"
        return candidate


def _type_name(name: str) -> str:
    """`TTSInput` as it is, `my_model` and `Page[int]` as one word; empty where nothing is left."""
    if re.fullmatch(r"[A-Z][A-Za-z0-9]*", name):
        return name
    made = pascal(name)
    return made if made[:1].isalpha() else ""


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _nullable(out: Json) -> Json:
    kept = {key: value for key, value in out.items() if key in KEPT}
    plain = {key: value for key, value in out.items() if key not in KEPT}
    return out if not plain or "anyOf" in plain else {"anyOf": [plain, {"type": "null"}], **kept}


def _said(branch: Any) -> str:
    if not isinstance(branch, dict):
        return "anything"
    if "$ref" in branch:
        return str(branch["$ref"]).rpartition("/")[2]
    if "const" in branch:
        return json.dumps(branch["const"])
    kind = str(branch.get("title") if branch.get("type") == "object" and branch.get("title") else branch.get("type", "anything"))
    items = branch.get("items")
    return f"{kind} of {_said(items)}" if kind == "array" and isinstance(items, dict) and items else kind


def finish(schemas: Schemas) -> None:
    """Makes every text one line, and gives fields whose wire name no language can spell, or that two fields would share, a name of their own."""
    for schema in schemas.all.values():
        seen: set[str] = set()
        schema.doc = one_line(schema.doc)
        for each in schema.fields:
            each.doc, each.limits = one_line(each.doc), one_line(each.limits)
            each.default = None if each.default is None else one_line(each.default)
            base = "_".join(words(each.name))
            name = base if base[:1].isalpha() else f"field_{base}".rstrip("_")
            candidate, number = name, 1
            while pascal(candidate) in seen:
                number += 1
                candidate = f"{name}_v{number}"
            seen.add(pascal(candidate))
            each.alias = "" if candidate == base else candidate


__all__ = ["FREE", "Dialect", "Source", "cleaned", "finish"]

"""A chute is a function: its cords as a caller sees them, and the check of what they are given."""

from __future__ import annotations

from typing import Any

from depth_schema import complaints
from faults import Fault

Json = dict[str, Any]


def listed(chute: Json) -> list[Json]:
    """The cords that can be called from outside."""
    return [
        {"name": c.get("function"), "path": c["public_api_path"], "method": c.get("public_api_method") or "POST", "stream": bool(c.get("stream")),
         "content_type": c.get("output_content_type"), "schema": body_schema(c.get("input_schema") or c.get("minimal_input_schema"))}
        for c in chute.get("cords") or [] if c.get("public_api_path")
    ]


def body_schema(schema: Any) -> Any:
    """The schema of what travels, of one that the CDK made of a function: it wraps the fields of one model, names `self`, and requires
    also what has a default.
    """
    fields = schema.get("properties") if isinstance(schema, dict) else None
    made = fields is not None and isinstance(schema.get("definitions"), dict) and isinstance(schema.get("required"), list)
    if not made or not isinstance(fields, dict) or not set(fields) <= set(schema["required"]):
        return schema
    named = {name: one for name, one in fields.items() if name != "self"}
    only = next(iter(named.values())) if len(named) == 1 else None
    if isinstance(only, dict):
        target = schema["definitions"].get(str(only.get("$ref", "")).rpartition("/")[2], only)
        if isinstance(target, dict) and (target.get("type") == "object" or "properties" in target):
            return {**target, "definitions": {**schema["definitions"], **target.get("definitions", {})}}
    return {**schema, "properties": named, "required": []}


def find(cords: list[Json], what: str, stream: bool) -> Json | None:
    """The cord of this name, else of this path with or without its slash; of two that share a path, the one that streams or not as asked."""
    path = what if what.startswith("/") else f"/{what}"
    named = [c for c in cords if c["name"] == what] or [c for c in cords if c["path"] == path]
    return next((c for c in named if c["stream"] == stream), named[0] if named else None)


def cord_for(cords: list[Json], what: str, stream: bool) -> Json | None:
    """The cord to be called, or None for a path that is none of them."""
    cord = find(cords, what, stream)
    if cord is None and not what.startswith("/"):
        names = ", ".join(str(c["name"]) for c in cords) or "none"
        raise Fault("config", f"this chute has no cord {what!r}; it has: {names}")
    if cord and cord["stream"] and not stream:
        raise Fault("config", f"the cord {cord['name']!r} answers with a stream: use .stream()")
    return cord


def check(cord: Json, arguments: Json) -> None:
    """Refuse arguments that do not fit the cord's schema."""
    if cord["method"] == "GET":
        return  # takes none
    wrong = complaints(cord["schema"], arguments)
    if wrong:
        raise Fault("config", f"the arguments do not fit the cord {cord['name']!r}: {wrong}")

"""The endpoints of a chute: which one is meant, and whether arguments fit it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ._config import OMIT
from ._errors import ConfigError
from ._json import is_array, is_object
from ._request import plain
from ._schema import complaints


@dataclass(frozen=True)
class Cord:
    """An endpoint of a chute.

    Attributes:
        name: of the function behind it.
        path, method: where it is called on the chute's host.
        stream: whether it streams.
        input_schema: JSON Schema of its arguments, None where the chute tells none.
        content_type: what it says it answers with.
    """

    name: str
    path: str
    method: str
    stream: bool
    input_schema: dict[str, Any] | None = field(default=None, repr=False)
    content_type: str | None = None


def cords_of(chute: Any) -> list[Cord]:
    """The endpoints that can be called from outside."""
    made: list[Cord] = []
    for raw in chute.cords if is_array(chute.cords) else ():
        if getattr(raw, "public_api_path", None):
            schema = raw.input_schema if is_object(raw.input_schema) and raw.input_schema else raw.minimal_input_schema
            method = str(raw.public_api_method or "POST").upper()
            known = body_schema(schema) if is_object(schema) else None
            name, stream = str(getattr(raw, "function", "")), bool(getattr(raw, "stream", False))
            made.append(Cord(name, raw.public_api_path, method, stream, known, raw.output_content_type))
    return made


def body_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of what is sent, of one that the platform's kit made of a function.

    Such a schema has `definitions` and requires every property. It names `self`, and wraps the fields of a function with one
    model as its parameter under that parameter's name, though they travel flat (official CDK of 2026-05).

    >>> made = {"properties": {"self": {}, "p": {"$ref": "#/definitions/P"}}, "required": ["self", "p"]}
    >>> body_schema({**made, "definitions": {"P": {"type": "object", "required": ["text"]}}})["required"]
    ['text']
    """
    definitions, fields, required = schema.get("definitions"), schema.get("properties"), schema.get("required")
    if not is_object(definitions) or not is_object(fields) or not is_array(required):
        return schema
    if not fields.keys() <= {str(name) for name in required}:
        return schema
    named = {name: one for name, one in fields.items() if name != "self"}
    if len(named) == 1:
        only = next(iter(named.values()))
        target = definitions.get(str(only.get("$ref", "")).rpartition("/")[2], only) if is_object(only) else None
        if is_object(target) and (target.get("type") == "object" or is_object(target.get("properties"))):
            inner = target.get("definitions")
            return {**target, "definitions": {**definitions, **(inner if is_object(inner) else {})}}
    return {**schema, "properties": named, "required": []}  # the kit requires parameters with a default as well


def is_path(given: str) -> bool:
    """Whether this is a path, and not the name of a cord."""
    return "/" in given


def find(cords: Sequence[Cord], given: str, method: str | None, stream: bool) -> Cord | None:
    """The cord of a name, or of a path; where two share a path, the one that streams as asked.

    Raises:
        ConfigError: for an unknown name, and for a cord that streams where an answer at once is asked for.
    """
    literal = given if given.startswith("/") else f"/{given}"
    found = [cord for cord in cords if cord.name == given] or [
        cord for cord in cords if cord.path == literal and method in (None, cord.method)
    ]
    if not found:
        if is_path(given):
            return None
        names = ", ".join(cord.name for cord in cords) or "none at all"
        raise ConfigError(f"the chute has no cord {given!r}; it has {names}")
    chosen = next((cord for cord in found if cord.stream == stream), found[0])
    if chosen.stream and not stream:
        raise ConfigError(f"{chosen.name} streams; call .stream({given!r}, …) instead")
    return chosen


def check_arguments(cord: Cord, body: Any) -> None:
    """Refuses arguments that do not fit the cord's schema.

    Raises:
        ConfigError: naming the field and what was expected, three of them at most.
    """
    if cord.input_schema is None or cord.method == "GET":
        return
    wrong = complaints(cord.input_schema, plain({} if body is OMIT else body))
    if wrong:
        raise ConfigError(f"the arguments do not fit {cord.name}: {wrong}")

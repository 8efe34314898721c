"""JSON Schema as far as it is needed to see, before sending, whether arguments fit, and after receiving, whether an answer does.

What a keyword means is the standard's word (2020-12); a keyword that is not known here, or is written wrongly, means nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeGuard
from urllib.parse import unquote

from ._json import is_array, is_object

MAX_COMPLAINTS = 3
"""A message names at most so many places."""
_NOTHING: Any = object()


def complaints(schema: Any, value: Any) -> str:
    """What is wrong with a value: `PLACE: expected WHAT`, three of them at most; an empty text if it fits.

    >>> complaints({"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["to"]}, {"n": "x"})
    'to: expected a value (required); n: expected integer'
    """
    found: list[str] = []
    try:
        for place, what in _Check(schema).look(schema, value, ""):
            found.append(f"{place or 'value'}: expected {what}")
            if len(found) == MAX_COMPLAINTS:
                break
    except RecursionError:
        found.append("value: expected something less deeply nested")
    return "; ".join(found)


def strict_json(text: str) -> Any:
    """JSON and nothing else: `NaN` and `Infinity` are none.

    Raises:
        ValueError, RecursionError: if it is no JSON.
    """

    def refuse(name: str) -> Any:
        raise ValueError(f"{name} is no JSON")

    return json.loads(text, parse_constant=refuse)


def is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _hashed(value: Any) -> Any:
    """What is equal for equal JSON values and no others (1 is 1.0, and neither is true), and can be in a set."""
    if is_array(value):
        return ("array", *map(_hashed, value))
    if is_object(value):
        return ("object", frozenset((name, _hashed(item)) for name, item in value.items()))
    return isinstance(value, bool), value


_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": is_object,
    "array": is_array,
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": is_number,
    "integer": lambda value: is_number(value) and (isinstance(value, int) or value.is_integer()),
}

Complaint = tuple[str, str]


class _Check:
    """One schema, with what it refers to within itself."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._open: set[tuple[str, int]] = set()

    def look(self, schema: Any, value: Any, at: str) -> Iterator[Complaint]:
        """What is wrong with `value`, one place after the other."""
        if schema is False:
            yield at, "no value at all"
        if not is_object(schema) or (value is None and schema.get("nullable") is True):
            return
        yield from self._referred(schema, value, at)
        wanted = schema.get("type")
        names = [wanted] if isinstance(wanted, str) else wanted if is_array(wanted) else []
        if names and not any(_TYPES.get(str(name), _anything)(value) for name in names):
            yield at, " or ".join(map(str, names))
            return
        yield from _constants(schema, value, at)
        if is_object(value):
            yield from self._fields(schema, value, at)
        elif is_array(value):
            yield from self._items(schema, value, at)
        elif isinstance(value, str):
            yield from _texts(schema, value, at)
        elif is_number(value):
            yield from _numbers(schema, value, at)
        yield from self._combined(schema, value, at)

    def _fits(self, schema: Any, value: Any, at: str) -> bool:
        return next(self.look(schema, value, at), None) is None

    def _referred(self, schema: dict[str, Any], value: Any, at: str) -> Iterator[Complaint]:
        ref = schema.get("$ref")
        if not isinstance(ref, str) or not ref.startswith("#"):
            return
        mark = (ref, id(value))
        target = self._target(ref)
        if target is _NOTHING or mark in self._open:  # a schema that goes round without going on says nothing
            return
        self._open.add(mark)
        try:
            yield from self.look(target, value, at)
        finally:
            self._open.discard(mark)

    def _target(self, ref: str) -> Any:
        if ref != "#" and not ref.startswith("#/"):
            return _NOTHING
        target = self._root
        for part in unquote(ref[1:]).split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            if is_object(target) and name in target:
                target = target[name]
            elif is_array(target) and name.isdecimal() and int(name) < len(target):
                target = target[int(name)]
            else:
                return self._nested(ref)
        return target

    def _nested(self, ref: str) -> Any:
        """A definition by its name wherever it is kept: the kit of the platform moves some of them deeper than they say."""
        found = re.fullmatch(r"#/(?:\$defs|definitions)/([^/]+)", ref)
        name = unquote(found[1]).replace("~1", "/").replace("~0", "~") if found else ""
        places: list[Any] = [self._root]
        while found and places:
            place = places.pop(0)
            for key in ("definitions", "$defs"):
                kept = place.get(key) if is_object(place) else None
                if is_object(kept):
                    if name in kept:
                        return kept[name]
                    places += kept.values()
        return _NOTHING

    def _fields(self, schema: dict[str, Any], value: dict[str, Any], at: str) -> Iterator[Complaint]:
        required, known = schema.get("required"), schema.get("properties")
        more = True if "patternProperties" in schema else schema.get("additionalProperties", True)
        for name in required if is_array(required) else ():
            if isinstance(name, str) and name not in value:
                yield _within(at, name), "a value (required)"
        for name, item in value.items():
            if is_object(known) and name in known:
                yield from self.look(known[name], item, _within(at, name))
            elif more is False:
                yield _within(at, name), "no such field"
            else:
                yield from self.look(more, item, _within(at, name))

    def _items(self, schema: dict[str, Any], value: list[Any], at: str) -> Iterator[Complaint]:
        low, high = schema.get("minItems"), schema.get("maxItems")
        if is_number(low) and len(value) < low:
            yield at, f"at least {low} items"
        if is_number(high) and len(value) > high:
            yield at, f"at most {high} items"
        if schema.get("uniqueItems") is True and len({_hashed(item) for item in value}) < len(value):
            yield at, "items that are unique"
        first, rest = schema.get("prefixItems"), schema.get("items", True)
        if is_array(rest):  # a tuple in the words of older drafts
            first, rest = rest, schema.get("additionalItems", True)
        heads: list[Any] = first if is_array(first) else []
        for place, item in enumerate(value):
            yield from self.look(heads[place] if place < len(heads) else rest, item, f"{at}[{place}]")

    def _combined(self, schema: dict[str, Any], value: Any, at: str) -> Iterator[Complaint]:
        every, some, one = (schema.get(name) for name in ("allOf", "anyOf", "oneOf"))
        for part in every if is_array(every) else ():
            yield from self.look(part, value, at)
        if is_array(some) and some and not any(self._fits(part, value, at) for part in some):
            yield at, f"one of the allowed shapes{_shapes(some)}"
        if is_array(one) and one:
            fitting = sum(self._fits(part, value, at) for part in one)
            if fitting != 1:
                yield at, f"exactly one of the allowed shapes{_shapes(one)}, not {fitting}"
        other = schema.get("not")
        if (is_object(other) or isinstance(other, bool)) and self._fits(other, value, at):
            yield at, "another value"


def _anything(value: Any) -> bool:
    return True


def _within(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def _shapes(parts: list[Any]) -> str:
    """The types of a union, where each part says its own."""
    names = [part.get("type") if is_object(part) else None for part in parts]
    return f" ({', '.join(map(str, names))})" if all(isinstance(name, str) for name in names) else ""


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _constants(schema: dict[str, Any], value: Any, at: str) -> Iterator[Complaint]:
    allowed = schema.get("enum")
    if is_array(allowed) and _hashed(value) not in map(_hashed, allowed):
        yield at, f"one of {', '.join(map(_shown, allowed))}"
    if "const" in schema and _hashed(value) != _hashed(schema["const"]):
        yield at, _shown(schema["const"])


def _texts(schema: dict[str, Any], value: str, at: str) -> Iterator[Complaint]:
    low, high, pattern = schema.get("minLength"), schema.get("maxLength"), schema.get("pattern")
    if is_number(low) and len(value) < low:
        yield at, f"at least {low} characters"
    if is_number(high) and len(value) > high:
        yield at, f"at most {high} characters"
    try:
        if isinstance(pattern, str) and not re.search(pattern, value):
            yield at, f"a text like {pattern}"
    except re.error:  # a pattern of another language's regular expressions
        return


def _numbers(schema: dict[str, Any], value: float, at: str) -> Iterator[Complaint]:
    limits: list[tuple[str, str, Callable[[Any], bool]]] = [
        ("minimum", "at least", lambda limit: value >= limit),
        ("maximum", "at most", lambda limit: value <= limit),
        ("exclusiveMinimum", "more than", lambda limit: value > limit),
        ("exclusiveMaximum", "less than", lambda limit: value < limit),
    ]
    for name, words, holds in limits:
        limit = schema.get(name)
        if is_number(limit) and not holds(limit):
            yield at, f"{words} {limit}"
    step = schema.get("multipleOf")
    if is_number(step) and step > 0 and not _is_multiple(value, step):
        yield at, f"a multiple of {step}"


def _is_multiple(value: float, step: float) -> bool:
    """Exact for whole numbers; fractions such as 0.07 of 0.01 are no exact binary numbers."""
    if isinstance(value, int) and isinstance(step, int):
        return value % step == 0
    try:
        times = value / step
        return abs(times - round(times)) <= 1e-9 * max(1.0, abs(times))
    except OverflowError:  # beyond what a float holds: infinite, or an integer of hundreds of digits
        return False

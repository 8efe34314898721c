"""Request checks that answer in FastAPI's 422 shape: `{"detail": [{"type", "loc", "msg", "input", "ctx"?}]}`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .http import HttpError, Request

Json = dict[str, Any]
Loc = list[str | int]
TRUE, FALSE = {"true", "1", "on", "t", "y", "yes"}, {"false", "0", "off", "f", "n", "no"}


@dataclass(frozen=True)
class Field:
    """One field: `kind` is string, boolean, integer, number, object, list; limits as JSON Schema names them."""

    kind: str
    required: bool = False
    nullable: bool = True
    default: Any = None
    ge: float | None = None
    le: float | None = None
    gt: float | None = None
    lt: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str = ""
    enum: tuple[str, ...] = ()
    fields: dict[str, Field] | None = None  # of an object, or of each item of a list
    check: Callable[[Any], str | None] | None = None  # a "Value error" text, or None


def problem(kind: str, loc: Loc, message: str, given: Any, **ctx: Any) -> Json:
    entry: Json = {"type": kind, "loc": loc, "msg": message, "input": given}
    if ctx:
        entry["ctx"] = ctx
    return entry


def parse_bool(value: Any, loc: Loc, errors: list[Json]) -> Any:
    text = str(value).lower()
    if isinstance(value, bool):
        return value
    if isinstance(value, str | int) and text in TRUE | FALSE:
        return text in TRUE
    parsing = isinstance(value, str | int)
    kind, message = ("bool_parsing", "a valid boolean, unable to interpret input") if parsing else ("bool_type", "a valid boolean")
    errors.append(problem(kind, loc, f"Input should be {message}", value))
    return None


def parse_number(value: Any, kind: str, loc: Loc, errors: list[Json]) -> Any:
    integer = kind == "integer"
    word, short = ("integer", "int") if integer else ("number", "float")
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        try:
            return int(value) if integer else float(value)
        except ValueError:
            errors.append(problem(f"{short}_parsing", loc, f"Input should be a valid {word}, unable to parse string as {'an' if integer else 'a'} {word}", value))
            return None
    if integer and isinstance(value, float) and not value.is_integer():
        errors.append(problem("int_from_float", loc, "Input should be a valid integer, got a number with a fractional part", value))
        return None
    if isinstance(value, int | float):
        return int(value) if integer else value
    errors.append(problem(f"{short}_type", loc, f"Input should be a valid {word}", value))
    return None


def check_limits(value: Any, spec: Field, loc: Loc, errors: list[Json], given: Any) -> None:
    bounds: list[tuple[str, float | None, str, str, Callable[[float], bool]]] = [
        ("ge", spec.ge, "greater_than_equal", "greater than or equal to", lambda limit: value >= limit),
        ("gt", spec.gt, "greater_than", "greater than", lambda limit: value > limit),
        ("le", spec.le, "less_than_equal", "less than or equal to", lambda limit: value <= limit),
        ("lt", spec.lt, "less_than", "less than", lambda limit: value < limit),
    ]
    for key, limit, kind, words, holds in bounds:
        if limit is not None and not holds(limit):
            errors.append(problem(kind, loc, f"Input should be {words} {limit:g}", given, **{key: limit}))
            return


def check_string(value: Any, spec: Field, loc: Loc, errors: list[Json]) -> Any:
    if not isinstance(value, str):
        errors.append(problem("string_type", loc, "Input should be a valid string", value))
    elif spec.min_length is not None and len(value) < spec.min_length:
        errors.append(problem("string_too_short", loc, f"String should have at least {spec.min_length} characters", value, min_length=spec.min_length))
    elif spec.max_length is not None and len(value) > spec.max_length:
        errors.append(problem("string_too_long", loc, f"String should have at most {spec.max_length} characters", value, max_length=spec.max_length))
    elif spec.enum and value not in spec.enum:
        names = [f"'{name}'" for name in spec.enum]
        expected = f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]
        errors.append(problem("enum", loc, f"Input should be {expected}", value, expected=expected))
    elif spec.pattern and not re.search(spec.pattern, value):
        errors.append(problem("string_pattern_mismatch", loc, f"String should match pattern '{spec.pattern}'", value, pattern=spec.pattern))
    return value


def check_value(value: Any, spec: Field, loc: Loc, errors: list[Json]) -> Any:
    before = len(errors)
    if value is None and spec.nullable:
        return None
    if spec.kind == "string":
        parsed = check_string(value, spec, loc, errors)
    elif spec.kind == "boolean":
        parsed = parse_bool(value, loc, errors)
    elif spec.kind in ("integer", "number"):
        parsed = parse_number(value, spec.kind, loc, errors)
        if parsed is not None:
            check_limits(parsed, spec, loc, errors, value)
    elif spec.kind == "list":
        if not isinstance(value, list):
            errors.append(problem("list_type", loc, "Input should be a valid list", value))
            return None
        item = Field("object", fields=spec.fields, nullable=False) if spec.fields is not None else Field("string", nullable=False)
        parsed = [check_value(entry, item, [*loc, index], errors) for index, entry in enumerate(value)]
    elif not isinstance(value, dict):
        words = "model_attributes_type" if spec.fields is not None else "dict_type"
        text = "Input should be a valid dictionary or object to extract fields from" if spec.fields is not None else "Input should be a valid dictionary"
        errors.append(problem(words, loc, text, value))
        return None
    else:
        parsed = check_object(value, spec.fields, loc, errors) if spec.fields is not None else value
    wrong = spec.check(parsed) if spec.check and len(errors) == before else None
    if wrong:
        errors.append(problem("value_error", loc, f"Value error, {wrong}", value, error={}))
    return parsed


def check_object(body: Json, fields: dict[str, Field], loc: Loc, errors: list[Json]) -> Json:
    result: Json = {}
    for name, spec in fields.items():
        if name not in body:
            if spec.required:
                errors.append(problem("missing", [*loc, name], "Field required", body))
            result[name] = spec.default
        else:
            result[name] = check_value(body[name], spec, [*loc, name], errors)
    return result


def body_of(request: Request, fields: dict[str, Field]) -> Json:
    """The checked JSON body; `_given` holds the names that the caller sent."""
    if not request.body:
        raise HttpError(422, [problem("missing", ["body"], "Field required", None)])
    try:
        body = request.json()
    except ValueError as error:
        position = error.pos if isinstance(error, json.JSONDecodeError) else 0
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "Expecting value"
        raise HttpError(422, [problem("json_invalid", ["body", position], "JSON decode error", {}, error=reason)]) from None
    errors: list[Json] = []
    checked = check_value(body, Field("object", fields=fields, nullable=False), ["body"], errors)
    if errors:
        raise HttpError(422, errors)
    checked["_given"] = set(body)
    return dict(checked)


def query_of(request: Request, fields: dict[str, Field]) -> Json:
    errors: list[Json] = []
    checked = check_object(dict(request.query), fields, ["query"], errors)
    if errors:
        raise HttpError(422, errors)
    return checked

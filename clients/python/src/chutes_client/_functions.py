"""A chute as an object with one method for each cord, whose signature and docstring come from the cord's schema."""

from __future__ import annotations

import inspect
import keyword
import re
from collections.abc import Callable, Sequence
from typing import Any, Literal, Union

from ._config import OMIT, CallOptions
from ._cords import Cord
from ._json import is_array, is_object

_TYPES: dict[str, Any] = {
    "string": str, "integer": int, "number": float, "boolean": bool, "array": list[Any], "object": dict[str, Any], "null": None,
}  # fmt: skip


class Functions:
    """The cords of one chute as methods. Made by `chute.functions()`."""

    def __init__(self, cords: Sequence[Cord], invoke: Callable[[Cord, dict[str, Any], CallOptions | None], Any], ref: str) -> None:
        self._ref, self._names = ref, [attribute(cord.name) for cord in cords]
        for name, cord in zip(self._names, cords, strict=True):
            setattr(self, name, method_of(cord, invoke))

    def __getattr__(self, name: str) -> Callable[..., Any]:
        raise AttributeError(f"{self!r} has no function {name!r}; it has {', '.join(self._names) or 'none at all'}")

    def __dir__(self) -> list[str]:
        return sorted(self._names)

    def __repr__(self) -> str:
        return f"<functions of {self._ref!r}>"


def attribute(name: str) -> str:
    """A cord's name as an attribute can be named."""
    made = re.sub(r"\W", "_", name, flags=re.ASCII)
    return f"{made}_" if keyword.iskeyword(made) or made.startswith("_") or not made.isidentifier() else made


def method_of(cord: Cord, invoke: Callable[[Cord, dict[str, Any], CallOptions | None], Any]) -> Callable[..., Any]:
    """One cord as a function of keyword arguments; options of the call may stand before them."""

    def function(options: CallOptions | None = None, /, **arguments: Any) -> Any:
        return invoke(cord, {name: value for name, value in arguments.items() if value is not OMIT}, options)

    function.__name__ = function.__qualname__ = attribute(cord.name)
    function.__doc__ = _doc(cord)
    function.__signature__ = _signature(cord)  # type: ignore[attr-defined]  # pyright: ignore[reportFunctionMemberAccess]
    return function


def _properties(cord: Cord) -> dict[str, Any]:
    found = (cord.input_schema or {}).get("properties")
    return found if is_object(found) else {}


def _signature(cord: Cord) -> inspect.Signature:
    required = (cord.input_schema or {}).get("required")
    needed: list[Any] = required if is_array(required) else []
    parameters = [inspect.Parameter("options", inspect.Parameter.POSITIONAL_ONLY, default=None, annotation="CallOptions | None")]
    for name, schema in _properties(cord).items():
        if name.isidentifier() and not keyword.iskeyword(name) and name != "options":
            default = inspect.Parameter.empty if name in needed else schema.get("default", OMIT) if is_object(schema) else OMIT
            made = inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=_annotation(schema))
            parameters.append(made)
    more = "more"
    while more in _properties(cord):
        more += "_"
    parameters.append(inspect.Parameter(more, inspect.Parameter.VAR_KEYWORD, annotation=Any))
    return inspect.Signature(parameters)


def _annotation(schema: Any) -> Any:
    """The annotation that comes nearest to a schema; the schema itself is what is checked."""
    if not is_object(schema):
        return Any
    allowed, some, kind = schema.get("enum"), schema.get("anyOf"), schema.get("type")
    if is_array(allowed) and allowed and all(isinstance(one, (str, int, bool, type(None))) for one in allowed):
        return Literal[tuple(allowed)]
    if is_array(some) and some:
        return Union[tuple(_annotation(part) for part in some)]  # noqa: UP007
    if is_array(kind) and kind:
        return Union[tuple(_TYPES.get(str(one), Any) for one in kind)]  # noqa: UP007
    if kind == "array" and is_object(schema.get("items")):
        return list[_annotation(schema["items"])]  # type: ignore[misc]
    return _TYPES.get(str(kind), Any)


def _doc(cord: Cord) -> str:
    """The docstring: what the schema says of the cord and of each argument."""
    about = (cord.input_schema or {}).get("description")
    lines = [str(about) if about else f"The cord {cord.name} of the chute.", ""]
    lines.append(f"Calls `{cord.method} {cord.path}`{', which streams' if cord.stream else ''}.")
    described = {name: schema for name, schema in _properties(cord).items() if is_object(schema)}
    if described:
        lines += ["", "Args:"]
    for name, schema in described.items():
        words = [str(schema[key]) for key in ("description",) if schema.get(key)]
        limits = [f"{key} {schema[key]}" for key in ("minimum", "maximum", "enum", "default") if schema.get(key) is not None]
        lines.append(f"    {name}: {'; '.join([*words, *limits]) or schema.get('type') or 'anything'}")
    return "\n".join(lines)

"""Tools that a model may call: functions with a name, a description and a schema of their arguments.

from chutes_client.tools import tool

@tool
def weather(city: str, unit: str = "celsius") -> str:
    '''The weather of a city right now.

    Args:
        city: its name, such as Bonn.
    '''
    return f"21 degrees {unit} in {city}"

run = client.chat.completions.run_tools(model="…", messages=[…], tools=[weather])
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_type_hints, overload

from ._config import MAX_TURNS, check_duration
from ._errors import ConfigError

if TYPE_CHECKING:
    from .types import ChatCompletion

__all__ = ["MAX_TURNS", "TOOL_TIMEOUT", "Step", "Tool", "ToolResult", "ToolRun", "tool"]

TOOL_TIMEOUT = 60.0
"""Seconds that one call of a tool may take."""
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Tool:
    """A function that a model may call.

    Attributes:
        name: letters, digits, `_` and `-`, 64 at most.
        description: what it does, for the model.
        parameters: JSON Schema of its arguments, an object.
        run: takes the arguments as one dict and returns a text, or any value that JSON can hold. With the async client it
            may be a coroutine function; a plain function runs in a thread of its own.
        timeout: seconds that one call may take, None for no limit. A thread that is late is left behind, it cannot be stopped.
        function: what it was made of by `tool`, to be called as ever.

    Example:
        >>> add = Tool("add", "Adds two numbers.", {"type": "object"}, lambda given: given["a"] + given["b"])
        >>> add.run({"a": 1, "b": 2})
        3
    """

    name: str
    description: str
    parameters: Mapping[str, Any]
    run: Callable[[dict[str, Any]], Any] = field(repr=False)
    timeout: float | None = TOOL_TIMEOUT
    function: Callable[..., Any] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _NAME.fullmatch(self.name):
            raise ConfigError(f"a tool cannot be named {self.name!r}: letters, digits, _ and -, 64 at most")
        kinds = self.parameters.get("type", "object") if isinstance(self.parameters, Mapping) else None
        if kinds != "object" and not (isinstance(kinds, list) and "object" in kinds):
            raise ConfigError(f"the parameters of the tool {self.name} must be those of an object: models give arguments by name")
        if not callable(self.run):
            raise ConfigError(f"the tool {self.name} has no function to run")
        check_duration(self.timeout, f"the timeout of the tool {self.name}")

    @property
    def definition(self) -> dict[str, Any]:
        """What the model is told of it, as an element of `tools`."""
        about = {"name": self.name, "description": self.description, "parameters": self.parameters}
        return {"type": "function", "function": about}

    def to_dict(self) -> dict[str, Any]:
        """The definition: so a tool can stand in `tools` of `create` as well."""
        return self.definition

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Calls the function that the tool was made of; one made without a function takes its arguments by name."""
        return self.run(kwargs) if self.function is None else self.function(*args, **kwargs)


class InvalidArguments(ValueError):
    """Arguments that do not fit the annotations of a function."""


@dataclass(frozen=True)
class ToolResult:
    """One call of a tool.

    Attributes:
        id, name: as the model gave them.
        arguments: what the tool was called with, None where they could not be used.
        content: the text that the model is given back.
        error: what went wrong, in words, or None.
        seconds: how long the call took.
    """

    id: str
    name: str
    arguments: dict[str, Any] | None
    content: str
    error: str | None
    seconds: float


@dataclass(frozen=True)
class Step:
    """One turn of a run: what the model said, and the calls that were made for it. `turn` counts from 1."""

    turn: int
    completion: ChatCompletion
    calls: Sequence[ToolResult] = ()


@dataclass(frozen=True)
class ToolRun:
    """A conversation with tools that has come to its end.

    Attributes:
        completion: the last answer, which calls no tool.
        messages: the whole conversation, that answer included, to go on with.
        steps: one for each turn.
    """

    completion: ChatCompletion
    messages: list[dict[str, Any]]
    steps: list[Step]


@overload
def tool(function: Callable[..., Any], /) -> Tool: ...


@overload
def tool(
    *, name: str | None = None, description: str | None = None, timeout: float | None = TOOL_TIMEOUT
) -> Callable[[Callable[..., Any]], Tool]: ...


def tool(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    timeout: float | None = TOOL_TIMEOUT,
) -> Tool | Callable[[Callable[..., Any]], Tool]:
    """Makes a tool of a function: its name, its docstring, and a schema of its annotations. Also as a decorator.

    Arguments arrive as what the annotations say: a pydantic model as that model, a datetime as a datetime. Descriptions of
    arguments are taken from a section `Args:` of the docstring.

    Args:
        function: with an annotation for each parameter; one without may be anything.
        name, description: instead of the function's own.
        timeout: seconds that one call may take, None for no limit.

    Raises:
        ConfigError: for a name that no tool can have, `*args`, `**kwargs`, or an annotation without a JSON Schema.

    Example:
        >>> def add(a: int, b: int = 0) -> int:
        ...     "Adds two numbers."
        ...     return a + b
        >>> made = tool(add)
        >>> made.parameters["required"], made(1, b=2), made.run({"a": 1, "b": 2})
        (['a'], 3, 3)
    """

    def make(function: Callable[..., Any]) -> Tool:
        if not callable(function):
            raise ConfigError(f"a tool is made of a function, not of {type(function).__name__}")
        about, arguments = _docstring(function)
        own = str(name or getattr(function, "__name__", ""))
        schema, run = _typed(function, own, arguments)
        return Tool(own, description if description is not None else about, schema, run, timeout, function)

    return make if function is None else make(function)


def _typed(
    function: Callable[..., Any], name: str, about: Mapping[str, str]
) -> tuple[dict[str, Any], Callable[[dict[str, Any]], Any]]:
    """The schema of a function's parameters, and the function behind one dict of plain data."""
    from pydantic import ConfigDict, Field, ValidationError, create_model

    from ._output import pydantic_places

    named: Any = getattr(function, "func", function)  # of a partial
    if not inspect.isroutine(named) and not inspect.isclass(named):
        named = type(named).__call__
    try:
        hints = get_type_hints(named, include_extras=True)
    except (NameError, TypeError) as error:  # a name that only type checkers know
        raise ConfigError(f"the annotations of {name} cannot be read: {error}") from None
    fields: dict[str, Any] = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise ConfigError(f"a tool takes its arguments by name: {name} has *args, **kwargs or positional-only parameters")
        default = ... if parameter.default is parameter.empty else parameter.default
        described: dict[str, Any] = {"description": about[parameter.name]} if parameter.name in about else {}
        made: Any = Field(default, alias=parameter.name, **described)
        fields[f"field_{parameter.name}"] = (hints.get(parameter.name, Any), made)
    try:
        model: Any = create_model(name or "arguments", __config__=ConfigDict(extra="forbid", protected_namespaces=()), **fields)
        schema: dict[str, Any] = model.model_json_schema()
    except Exception as error:  # pydantic has no common root for what it raises here
        raise ConfigError(f"no JSON Schema can be made of the parameters of {name}: {error}") from None
    schema.pop("title", None)

    def bound(arguments: dict[str, Any]) -> dict[str, Any]:
        try:
            found = model.model_validate(arguments)
        except ValidationError as error:
            raise InvalidArguments(pydantic_places(error)) from None
        return {field.removeprefix("field_"): getattr(found, field) for field in fields}

    if inspect.iscoroutinefunction(function):

        async def run_async(arguments: dict[str, Any]) -> Any:
            return await function(**bound(arguments))

        return schema, run_async
    return schema, lambda arguments: function(**bound(arguments))


_SECTION = re.compile(r"^\s*(args|arguments|parameters|returns?|raises|yields?|examples?|notes?):\s*$", re.IGNORECASE)


def _docstring(function: Callable[..., Any]) -> tuple[str, dict[str, str]]:
    """The description of a function, and those of its arguments, from a docstring with sections such as `Args:`."""
    own = not inspect.isclass(function) or vars(function).get("__doc__")  # that of a base class tells nothing of this one
    lines = ((inspect.getdoc(function) if own else None) or "").splitlines()
    about: list[str] = []
    arguments: dict[str, str] = {}
    section, last = "", ""
    for line in lines:
        if found := _SECTION.match(line):
            section = found[1].lower()
        elif not section:
            about.append(line)
        elif section in ("args", "arguments", "parameters"):
            entry = re.match(r"^\s{1,8}\*{0,2}(\w+)\s*(?:\([^)]*\))?:\s*(.*)$", line)
            if entry:
                last = entry[1]
                arguments[last] = entry[2].strip()
            elif last and line.strip():
                arguments[last] = f"{arguments[last]} {line.strip()}"
    return "\n".join(about).strip(), arguments

"""The intermediate form: what a template may know of the document. One IR serves all four languages.

Nothing here spells anything in a language; `languages/` does that. The README beside this file is its reference.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["string", "int", "int64", "float", "bool", "datetime", "json", "ref", "array", "map"]
"""`json` is free-form: passed through undecoded."""
Result = Literal["none", "json", "text", "html", "csv", "bytes", "sse", "lines"]
Where = Literal["path", "query"]


@dataclass(frozen=True)
class Type:
    """A type: `ref` names a schema, `array` and `map` have an `item`."""

    kind: Kind
    nullable: bool = False
    item: Type | None = None
    ref: str | None = None


@dataclass
class Field:
    """A property of a schema. `patch`: absent, null and a value are three things (nullable, optional, only ever sent)."""

    name: str
    type: Type
    required: bool
    doc: str = ""
    default: str | None = None
    deprecated: bool = False
    patch: bool = False


@dataclass
class Schema:
    """A named schema. `enum`: an open enum over strings. `open`: a map of further fields is part of it."""

    name: str
    kind: Literal["object", "enum"]
    doc: str = ""
    fields: list[Field] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    in_request: bool = False
    in_response: bool = False
    group: Literal["management", "invocation"] = "management"


@dataclass
class Param:
    """A path or query parameter. `wire` is its name in the document, `name` the one it is offered by."""

    name: str
    wire: str
    where: Where
    type: Type
    required: bool
    doc: str = ""
    deprecated: bool = False


@dataclass(frozen=True)
class PathPart:
    """A literal piece of the path, or a parameter (`name`), escaped whole unless `keep_slash`."""

    literal: str = ""
    name: str = ""
    keep_slash: bool = False


@dataclass
class Operation:
    """One method of a resource."""

    id: str
    resource: str
    method: str
    verb: str
    path: str
    parts: list[PathPart]
    params: list[Param]
    body: Schema | None
    result: Result
    result_type: Type | None
    page_item: Type | None = None
    idempotent: bool = True
    host: str = "api"
    accept: str = ""
    summary: str = ""
    doc: str = ""
    deprecated: bool = False
    anonymous: bool = False
    errors: list[int] = field(default_factory=list)
    fixed: dict[str, str] = field(default_factory=dict)
    """Query parameters this method always sends."""

    @property
    def path_params(self) -> list[Param]:
        return [p for p in self.params if p.where == "path"]

    @property
    def query_params(self) -> list[Param]:
        return [p for p in self.params if p.where == "query"]


@dataclass
class Resource:
    """A group of methods: `client.<name>`."""

    name: str
    doc: str
    operations: list[Operation] = field(default_factory=list)


@dataclass
class Api:
    """The whole document."""

    title: str
    version: str
    schemas: dict[str, Schema]
    resources: list[Resource]

    def group(self, name: str) -> list[Schema]:
        """Schemas of one group, in the order of the document."""
        return [s for s in self.schemas.values() if s.group == name]

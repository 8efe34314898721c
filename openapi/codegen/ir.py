"""The intermediate form: what a template may know of the document. One IR serves all four languages.

Nothing here spells anything in a language; `languages/` does that. The README beside this file is its reference.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["string", "int", "int64", "float", "bool", "datetime", "json", "ref", "array", "map", "file"]
"""`json` is free-form: passed through undecoded. `file` is a part of a multipart body."""
Result = Literal["none", "json", "text", "html", "csv", "bytes", "sse", "lines", "auto"]
"""`auto`, of chutes only: the content type of the answer tells."""
Where = Literal["path", "query", "header"]
Body = Literal["none", "json", "multipart", "form", "free", "bytes"]
"""`free` is the caller's own JSON object, `bytes` a raw body; both have a `body_name` instead of a schema."""
Auth = Literal["default", "none", "fingerprint"]


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
    limits: str = ""
    """What the server accepts, in words."""
    alias: str = ""
    """What it is called by where its name on the wire cannot be: two fields would be spelled alike, or nothing is left to spell."""

    @property
    def spoken(self) -> str:
        """The name its spelling is made from."""
        return self.alias or self.name


@dataclass(frozen=True)
class Member:
    """One alternative of a union; no two begin with the same character of JSON."""

    name: str
    type: Type


@dataclass
class Schema:
    """A named schema. `enum`: an open enum over strings. `union`: one of several JSON shapes. `page`: the result of a method that pages."""

    name: str
    kind: Literal["object", "enum", "union"]
    doc: str = ""
    fields: list[Field] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    page: bool = False
    in_request: bool = False
    in_response: bool = False
    group: Literal["management", "invocation"] = "management"

    @property
    def types(self) -> list[Type]:
        """Every type it is made of."""
        return [f.type for f in self.fields] + [m.type for m in self.members]


@dataclass
class Param:
    """A path, query or header parameter. `wire` is its name in the document, `name` the one it is offered by."""

    name: str
    wire: str
    where: Where
    type: Type
    required: bool
    doc: str = ""
    deprecated: bool = False
    limits: str = ""


@dataclass(frozen=True)
class PathPart:
    """A literal piece of the path, or a parameter (`name`), escaped whole unless `keep_slash`."""

    literal: str = ""
    name: str = ""
    keep_slash: bool = False


@dataclass(frozen=True)
class Guard:
    """The body may lack `field` only if the caller sets `flag`, which is never sent."""

    field: str
    flag: str
    message: str


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
    """The fields of a JSON, form or multipart body."""
    result: Result
    result_type: Type | None
    body_kind: Body = "none"
    body_name: str = ""
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
    fixed_headers: dict[str, str] = field(default_factory=dict)
    auth: Auth = "default"
    purpose: str | None = None
    """What a hotkey signs where there is no body to sign."""
    guard: Guard | None = None
    endless: bool = False
    """A stream without an idle limit."""

    @property
    def secret_param(self) -> str:
        """The parameter that is the credential of a method with `auth: fingerprint`."""
        names = {p.name for p in self.params} | {f.name for f in (self.body.fields if self.body else ())}
        return "current_fingerprint" if "fingerprint" in names else "fingerprint"

    @property
    def route(self) -> str:
        """The path with the parameters as the clients name them."""
        return "".join(p.literal or "{" + p.name + "}" for p in self.parts)

    @property
    def signable(self) -> bool:
        """Whether a hotkey can sign it at all."""
        return self.purpose is not None or self.verb in ("POST", "PUT", "PATCH")

    @property
    def path_params(self) -> list[Param]:
        return [p for p in self.params if p.where == "path"]

    @property
    def query_params(self) -> list[Param]:
        return [p for p in self.params if p.where == "query"]

    @property
    def header_params(self) -> list[Param]:
        return [p for p in self.params if p.where == "header"]


@dataclass
class Resource:
    """A group of methods: `client.<name>`. `helpers`: a hand-written class adds to the generated one."""

    name: str
    doc: str
    helpers: bool = False
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

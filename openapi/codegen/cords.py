"""Reads the cords of one chute into the IR: the same operations and schemas that the management API has."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from .ir import Api, Body, Operation, PathPart, Resource, Result, Schema, Type
from .json_schema import Dialect, Source, cleaned, finish
from .languages import LANGUAGES
from .languages.base import pascal, snake
from .schemas import DialectError, Json, Schemas

ANY = ("Answer Any AsyncChutes BTreeMap CallOptions CallResult ChuteClient ChuteHandle Chutes ChutesError Context CordOptions Default Deserialize "
       "Error Event EventStream Extra Items Iterator Literal Mapping Model Number Object Omit Opt Option Options Promise Record ResponseInfo "
       "ResultPromise Self Sequence Serialize String Symbol Table Text Time Type TypeAdapter UTCDatetime UnexpectedResponseError Value Vec "
       "WithResponse").split()  # fmt: skip
"""Names that some language's file of a chute uses for itself."""


@dataclass
class Chute:
    """What stands around the methods of one chute."""

    name: str
    """The stem of its class: `Real` gives `RealChute`."""
    ref: str
    """What a client finds it by: `user/name` or an id; empty where the definition does not tell."""
    doc: str
    api: Api
    hidden: list[str] = field(default_factory=list)
    """Cords that cannot be called from outside."""

    @property
    def operations(self) -> list[Operation]:
        return self.api.resources[0].operations

    @property
    def bodies(self) -> set[str]:
        """Schemas that are nothing but the arguments of a cord."""
        used = {t for s in self.api.schemas.values() for each in s.types for t in _names(each)}
        used |= {t for o in self.operations if o.result_type for t in _names(o.result_type)}
        return {o.body.name for o in self.operations if o.body} - used

    def circular(self, schema: Schema, of: Type) -> bool:
        """Whether a value of this field's type would hold its own owner, without a list or map between."""
        seen: set[str] = set()
        waiting = [of.ref] if of.kind == "ref" else []
        while waiting:
            name = cast(str, waiting.pop())
            if name == schema.name:
                return True
            if name not in seen:
                seen.add(name)
                waiting += [t.ref for t in self.api.schemas[name].types if t.kind == "ref"]
        return False


def _names(of: Type | None) -> list[str]:
    return [] if of is None else [*([of.ref] if of.ref else []), *_names(of.item)]


def read(definition: Any, name: str = "") -> Chute:
    """The chute of a definition: the answer of `GET /chutes/{id}`, or the body of a deployment.

    Raises:
        DialectError: if it is neither.
    """
    if not isinstance(definition, dict) or not isinstance(definition.get("cords"), list):
        raise DialectError("this is no chute: an object with a list `cords` is expected, as GET /chutes/{id} or a deployment has it")
    said = name or str(definition.get("name") or "").rpartition("/")[2]
    stem = pascal(said).removesuffix("Chute")
    if not stem[:1].isalpha():
        stem = f"Chute{stem}"
    cords = [cord for cord in definition["cords"] if isinstance(cord, dict)]
    open_, hidden = [c for c in cords if c.get("public_api_path")], [str(c.get("function")) for c in cords if not c.get("public_api_path")]
    if not open_:
        raise DialectError("this chute has no cord that can be called from outside: none has a public_api_path")
    dialect = Dialect(stem, _refuses(f"{stem}Chute"))
    names = _methods(open_)
    shapes = [_Shape(cord, method, dialect) for cord, method in zip(open_, names, strict=True)]
    schemas = Schemas(dialect.components)
    finish(schemas)
    resource = Resource(snake(stem), str(definition.get("tagline") or "").strip())
    resource.operations = [shape.operation(schemas, resource.name) for shape in shapes]
    schemas.finish()
    used = {n: s for n, s in schemas.all.items() if s.in_request or s.in_response}
    return Chute(stem, _ref(definition), resource.doc, Api(said, "", used, [resource]), hidden)


def _ref(definition: Json) -> str:
    user = definition.get("user")
    username = user.get("username") if isinstance(user, dict) else definition.get("username")
    if username and definition.get("name"):
        return f"{username}/{definition['name']}"
    return str(definition.get("chute_id") or definition.get("slug") or "")


def _refuses(own: str) -> Callable[[str], bool]:
    taken = {each.lower() for each in (own, f"Async{own}", f"New{own}", f"{own}Ref", *ANY)}
    taken |= {each.lower() for language in LANGUAGES.values() for each in (*language.taken, *language.reserved)}
    return lambda name: not name or name.lower() in taken


def _methods(cords: list[Json]) -> list[str]:
    """A name for each cord: its function, else its path; of two with one name, the one that streams says so."""
    names: list[str] = []
    for cord in cords:
        name = snake(str(cord.get("function") or "")) or snake(str(cord["public_api_path"]))
        name = name if name[:1].isalpha() else f"cord_{name}".rstrip("_")
        if name in names and cord.get("stream"):
            name += "_stream"
        number, candidate = 1, name
        while pascal(candidate) in map(pascal, names):
            number += 1
            candidate = f"{name}_v{number}"
        names.append(candidate)
    return names


def body_schema(schema: Json) -> Json:
    """The schema of what is sent.

    The official CDK describes a cord by its parameters, `{"input_args": {"$ref": …}}` or `{"self": {}, "params": {"$ref": …}}`, while
    the one object that is sent fills the first of them: a single parameter that takes an object is the body itself. Such a schema is
    told by its `definitions` and by all of its properties being required. What an author wrote by hand is taken as it is.
    """
    properties = schema.get("properties")
    if not isinstance(properties, dict) or "definitions" not in schema or set(schema.get("required") or ()) != set(properties):
        return schema
    left = {key: value for key, value in properties.items() if key != "self"}
    if len(left) == 1:
        (only,) = left.values()
        found = Source(schema).resolve(only.get("$ref")) if isinstance(only, dict) else None
        target = found[1] if found else only
        if isinstance(target, dict) and (target.get("type") == "object" or "properties" in target):
            return {**only, "definitions": schema["definitions"]}
    return {**schema, "properties": left, "required": []}  # the CDK lists parameters with a default, too


class _Shape:
    """One cord on its way: its schemas are read before there are types."""

    def __init__(self, cord: Json, method: str, dialect: Dialect) -> None:
        self.cord, self.method = cord, method
        self.verb = str(cord.get("public_api_method") or "POST").upper()
        self.path = "/" + str(cord["public_api_path"]).strip("/")
        if not re.fullmatch(r"(/[\w.~-]+)+", self.path, re.ASCII) or any(part in (".", "..") for part in self.path.split("/")):
            raise DialectError(f"cord {method!r}: {self.path!r} is no path of a cord")
        if self.verb not in ("GET", "POST"):
            raise DialectError(f"cord {method!r}: a cord is called by GET or POST, not by {self.verb}")
        self.media = str(cord.get("output_content_type") or "").partition(";")[0].strip().lower()
        raw = next(filter(None, map(cleaned, (cord.get("input_schema"), cord.get("minimal_input_schema")))), None)
        self.input = self._input(dialect, raw)
        self.result, self.output = self._result(dialect)

    def _input(self, dialect: Dialect, raw: Json | None) -> Json | None:
        """What is sent, in the dialect; None where nothing is."""
        if self.verb == "GET":
            return None
        body = body_schema(raw or {})
        if "properties" in body and not body["properties"] and body.get("type") == "object" and "definitions" in body:
            return None  # a function without parameters
        return dialect.read(Source(body), body, f"{pascal(self.method)}Input")

    def _result(self, dialect: Dialect) -> tuple[Result, Json]:
        if self.cord.get("stream") is True:
            return "sse", {}
        raw = cleaned(self.cord.get("output_schema"))
        place = pascal(self.method) + "Output"
        title = str(raw.get("title", ""))
        if re.fullmatch(r"[A-Z][A-Za-z0-9]*", title):
            place = title
        schema = dialect.read(Source(raw), raw, place) if raw else {}
        structured = schema.get("type") in ("object", "array") or "$ref" in schema
        if self.media in ("application/json", "") or self.media.endswith("+json") or (structured and self.media.startswith("text/")):
            return ("json", schema) if schema or self.media else ("auto", {})  # the CDK calls a list text/plain and sends it as JSON
        return ("text" if self.media.startswith("text/") else "bytes"), {}

    def operation(self, schemas: Schemas, resource: str) -> Operation:
        where = f"cord {self.method!r}"
        kind: Body = "none"
        body, doc = None, ""
        if self.input is not None:
            of = schemas.type(self.input, where)
            kind = "free"
            if of.kind == "ref" and schemas.all[of.ref or ""].kind == "object":
                body, kind = schemas.all[of.ref or ""], "json"
                doc = body.doc
                schemas.mark(of, "in_request")
        result_type = schemas.type(self.output, where) if self.result in ("json", "sse", "auto") else None
        schemas.mark(result_type, "in_response")
        return Operation(
            id=str(self.cord.get("function") or self.method), resource=resource, method=self.method, verb=self.verb, path=self.path,
            parts=[PathPart(literal=self.path)], params=[], body=body, body_kind=kind, body_name="args" if kind == "free" else "",
            result=self.result, result_type=result_type, accept=self.media, doc=doc.strip(),
        )  # fmt: skip

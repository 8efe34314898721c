"""One example for each method and language, built from the same sample values; every one is compiled or type-checked."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from typing import Any

from .. import samples
from ..ir import Api, Field, Operation, Param, Resource, Type
from ..languages import LANGUAGES
from ..languages.base import snake
from .signatures import spelled

Given = list[tuple[Param | Field, Any]]


def wanted(api: Api, op: Operation) -> tuple[list[Any], Given, Given]:
    """Sample values: path parameters, required fields of the body (or the first), required other parameters."""
    path = [samples.value(api, p.type, p.name, -1) for p in op.path_params]
    fields = op.body.fields if op.body else []
    chosen = [f for f in fields if f.required] or fields[:1]
    if op.guard:
        chosen = [f for f in fields if f.required or f.name == op.guard.field]
    params = [p for p in (*op.query_params, *op.header_params) if p.required]
    return path, [(f, small(api, f.type, f.name)) for f in chosen], [(p, samples.value(api, p.type, p.name, -1)) for p in params]


def small(api: Api, of: Type, name: str) -> Any:
    """A value with no more in it than it needs."""
    schema = api.schemas.get(of.ref or "")
    if schema is None or schema.kind != "object":
        if of.kind == "array" and of.item:
            return [small(api, of.item, name.removesuffix("s"))]
        return samples.value(api, of, name, 4)
    chosen = [f for f in schema.fields if f.required] or schema.fields[:1]
    return {f.name: small(api, f.type, f.name) for f in chosen}


class Example(ABC):
    """Writes the examples of one language."""

    def __init__(self, api: Api) -> None:
        self.api = api

    @abstractmethod
    def body(self, resource: Resource, op: Operation) -> list[str]:
        """The lines of an example; `client` is there."""

    @abstractmethod
    def program(self, blocks: list[tuple[str, list[str]]]) -> str:
        """A source file that holds all of them, one function each."""

    def all(self) -> str:
        blocks = [(f"{snake(r.name)}_{op.method}", self.body(r, op)) for r in self.api.resources for op in r.operations]
        return self.program(blocks)


class PythonExample(Example):
    def body(self, resource: Resource, op: Operation) -> list[str]:
        path, fields, params = wanted(self.api, op)
        ident = LANGUAGES["python"].ident
        given = [json.dumps(v) if isinstance(v, str) else str(v) for v in path]
        if op.body_kind == "free":
            given.append(f'{op.body_name}={{"epochs": 3}}')
        elif op.body_kind == "bytes":
            given.append(f"{op.body_name}=b'...'")
        given += [f"{ident(f.name)}={self.value(f, v)}" for f, v in (*fields, *params)]
        if op.auth == "fingerprint":
            given.append(f"{op.secret_param}=fingerprint")
        call = f"{spelled('python', resource, op)}({', '.join(given)})"
        if op.page_item:
            return [f"for item in {call}:", f"    print({self.shown('item', op.page_item.ref)})"]
        if op.result in ("sse", "lines"):
            return [f"with {call} as events:", "    for event in events:", "        print(event)"]
        if op.result == "none":
            return [call]
        if op.result == "bytes":
            return [f"data = {call}", 'data.save("file")']
        if op.result != "json":
            return [f"text = {call}", "print(text)"]
        of = op.result_type
        if of and of.kind == "array":
            return [f"for row in {call}:", f"    print({self.shown('row', of.item.ref if of.item else None)})"]
        if of and of.kind == "map":
            return [f"for name, value in {call}.items():", "    print(name, value)"]
        return [f"result = {call}", f"print({self.shown('result', of.ref if of else None)})"]

    def value(self, of: Param | Field, value: Any) -> str:
        if of.type.kind == "file":
            return 'File(b"...", filename="file.zip")'
        return _python(value)

    def shown(self, name: str, ref: str | None) -> str:
        schema = self.api.schemas.get(ref or "")
        if schema is None or schema.kind != "object" or not schema.fields:
            return name
        first = next((f for f in schema.fields if f.required), schema.fields[0])
        return f"{name}.{LANGUAGES['python'].ident(first.name)}"

    def program(self, blocks: list[tuple[str, list[str]]]) -> str:
        head = ["from chutes_client import Chutes, File", ""]
        for name, lines in blocks:
            head += ["", f"def {name}(client: Chutes, fingerprint: str) -> None:", *(f"    {line}" for line in lines), ""]
        return "\n".join(head)


def _python(value: Any) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_python(k)}: {_python(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_python, value)) + "]"
    return str(value)


EXAMPLES: dict[str, type[Example]] = {"python": PythonExample}

"""One example for each method and language, built from the same sample values; every one is compiled or type-checked."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from .. import samples
from ..ir import Api, Field, Operation, Param, Resource, Schema, Type
from ..languages import LANGUAGES
from ..languages.base import snake
from ..languages.go import Go
from .signatures import spelled

Given = Sequence[tuple[Param | Field, Any]]


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


class TypeScriptExample(Example):
    def body(self, resource: Resource, op: Operation) -> list[str]:
        path, fields, params = wanted(self.api, op)
        given = ["fingerprint"] if op.auth == "fingerprint" else []
        given += [json.dumps(v) for v in path]
        if op.body_kind == "free":
            given.append("{ epochs: 3 }")
        elif op.body_kind == "bytes":
            given.append("bytes")
        elif op.body:
            given.append(self.object(fields))
        for where in ("query", "header"):
            chosen = [(p, v) for p, v in params if isinstance(p, Param) and p.where == where]
            if chosen:
                given.append(self.object(chosen))
        call = f"{spelled('ts', resource, op)}({', '.join(given)})"
        if op.page_item:
            return [f"for await (const item of {call}) {{", f"  console.log({self.shown('item', op.page_item.ref)});", "}"]
        if op.result in ("sse", "lines"):
            return [f"for await (const event of await {call}) {{", "  console.log(event);", "}"]
        if op.result == "none":
            return [f"await {call};"]
        if op.result == "bytes":
            return [f"const data = await {call};", 'await data.save("file");']
        if op.result != "json":
            return [f"console.log(await {call});"]
        of = op.result_type
        if of and of.kind == "array":
            return [f"for (const row of await {call}) {{", f"  console.log({self.shown('row', of.item.ref if of.item else None)});", "}"]
        if of and of.kind == "map":
            return [f"for (const [name, value] of Object.entries(await {call})) {{", "  console.log(name, value);", "}"]
        return [f"const result = await {call};", f"console.log({self.shown('result', of.ref if of else None)});"]

    def object(self, given: Given) -> str:
        return "{ " + ", ".join(f"{self.key(f)}: {self.value(f, v)}" for f, v in given) + " }"

    def key(self, of: Param | Field) -> str:
        name = of.name
        return name if name.replace("_", "a").isalnum() else json.dumps(name)

    def value(self, of: Param | Field, value: Any) -> str:
        return '{ content: bytes, filename: "file.zip" }' if of.type.kind == "file" else json.dumps(value, ensure_ascii=False)

    def shown(self, name: str, ref: str | None) -> str:
        schema = self.api.schemas.get(ref or "")
        if schema is None or schema.kind != "object" or not schema.fields:
            return name
        return f"{name}.{next((f for f in schema.fields if f.required), schema.fields[0]).name}"

    def program(self, blocks: list[tuple[str, list[str]]]) -> str:
        head = ['import type { Chutes } from "chutes-client";', ""]
        for name, lines in blocks:
            head += [f"export async function {name}(client: Chutes, fingerprint: string, bytes: Uint8Array): Promise<void> {{"]
            head += [*(f"  {line}" for line in lines), "  void fingerprint, bytes;", "}", ""]
        return "\n".join(head)


class GoExample(Example):
    def body(self, resource: Resource, op: Operation) -> list[str]:
        path, fields, params = wanted(self.api, op)
        given = ["ctx"] + (["fingerprint"] if op.auth == "fingerprint" else []) + [json.dumps(v) for v in path]
        given += [json.dumps(v) for _, v in params]
        if op.body_kind == "free":
            given.append('map[string]any{"epochs": 3}')
        elif op.body_kind == "bytes":
            given.append("data")
        elif op.body:
            given.append(self.struct(op.body, dict((f.name, v) for f, v in fields)))
        optional = [p for p in (*op.query_params, *op.header_params) if not p.required]
        if op.page_item:
            call = f"{spelled('go', resource, op)}All({', '.join([*given, *(['nil'] if optional else [])])})"
            shown = self.shown("item", op.page_item.ref)
            return [f"for item, err := range {call} {{", "\tif err != nil {", "\t\treturn err", "\t}", f"\tfmt.Println({shown})", "}", "return nil"]
        call = f"{spelled('go', resource, op)}({', '.join([*given, *(['nil'] if optional else [])])})"
        if op.result == "none":
            return [f"return {call}"]
        failed = ["if err != nil {", "\treturn err", "}"]
        if op.result in ("sse", "lines"):
            items = "Items" if op.result == "sse" else "Events"
            loop = [f"for event, err := range stream.{items}() {{", "\tif err != nil {", "\t\treturn err", "\t}", "\tfmt.Println(event)", "}"]
            return [f"stream, err := {call}", *failed, "defer stream.Close()", *loop, "return nil"]
        if op.result == "bytes":
            return [f"file, err := {call}", *failed, 'return file.Save("file")']
        of = op.result_type
        if op.result == "json" and of and of.kind in ("array", "map"):
            names = ("_, row", "row") if of.kind == "array" else ("name, row", "name, row")
            return [f"rows, err := {call}", *failed, f"for {names[0]} := range rows {{", f"\tfmt.Println({names[1]})", "}", "return nil"]
        ref = of.ref if op.result == "json" and of else None
        return [f"result, err := {call}", *failed, f"fmt.Println({self.shown('result', ref)})", "return nil"]

    def struct(self, schema: Schema, given: dict[str, Any]) -> str:
        fields = [f"{self.name(f.name)}: {self.value(schema, f, given[f.name])}" for f in schema.fields if f.name in given]
        return f"chutes.{schema.name}{{{', '.join(fields)}}}"

    def name(self, name: str) -> str:
        go = LANGUAGES["go"]
        return go.exported(name) if isinstance(go, Go) else name

    def value(self, schema: Schema, of: Field, value: Any) -> str:
        plain = self.plain(of.type, value)
        inner = self.api.schemas.get(of.type.ref or "")
        scalar = of.type.kind in ("string", "int", "int64", "float", "bool", "datetime") or (inner is not None and inner.kind == "enum")
        if of.required or schema.in_response or not (of.patch or scalar) or of.name == "model":
            return plain
        return f"chutes.Set({'int64(' + plain + ')' if of.type.kind == 'int64' else plain})"

    def plain(self, of: Type, value: Any) -> str:
        inner = self.api.schemas.get(of.ref or "")
        if inner is not None and inner.kind == "object":  # fields of what goes both ways are pointers: only the required ones are shown
            shown = {f.name: value[f.name] for f in inner.fields if f.name in value and (f.required or not inner.in_response)}
            return self.struct(inner, shown)
        if of.kind == "file":
            return 'chutes.FileFromPath("file.zip")'
        if of.kind == "array" and of.item:
            return f"[]{self.type(of.item)}{{{', '.join(self.plain(of.item, v) for v in value)}}}"
        return json.dumps(value, ensure_ascii=False)

    def type(self, of: Type) -> str:
        return f"chutes.{of.ref}" if of.kind == "ref" else LANGUAGES["go"].type(of)

    def shown(self, name: str, ref: str | None) -> str:
        schema = self.api.schemas.get(ref or "")
        if schema is None or schema.kind != "object" or not schema.fields:
            return name
        return f"{name}.{self.name(next((f for f in schema.fields if f.required), schema.fields[0]).name)}"

    def program(self, blocks: list[tuple[str, list[str]]]) -> str:
        head = ["package examples", "", "import (", '\t"context"', '\t"fmt"', "", '\tchutes "github.com/chutes-client/chutes-client/clients/go"', ")", ""]
        for name, lines in blocks:
            head += [f"func {self.name(name)}(ctx context.Context, client *chutes.Client, fingerprint string, data []byte) error {{"]
            head += [*(f"\t{line}" for line in lines), "}", ""]
        return "\n".join(head[:-1]) + "\n"


class RustExample(Example):
    def body(self, resource: Resource, op: Operation) -> list[str]:
        path, fields, params = wanted(self.api, op)
        given = [json.dumps(v) for v in path] + [json.dumps(v) for _, v in params]
        if op.body_kind == "free":
            given.append('&json!({"epochs": 3})')
        elif op.body_kind == "bytes":
            given.append("data")
        elif op.body:
            given.append("&" + self.struct(op.body, dict((f.name, v) for f, v in fields)))
        given += ["fingerprint"] if op.auth == "fingerprint" else []
        optional = op.guard or [p for p in (*op.query_params, *op.header_params) if not p.required]
        arguments = ", ".join([*given, *(["Default::default()"] if optional else [])])
        call = f"{spelled('rust', resource, op)}({arguments})"
        of = op.result_type
        if op.page_item:
            ident = spelled("rust", resource, op).rpartition(".")[0]
            shown = self.shown("item", op.page_item.ref)
            return [
                f"let mut items = {ident}.{snake(op.method)}_all({arguments});",
                "while let Some(item) = items.next().await {",
                "    let item = item?;",
                f'    println!("{{:?}}", {shown});',
                "}",
            ]
        if op.result in ("sse", "lines"):
            return [f"let mut events = {call}.await?;", "while let Some(event) = events.next().await {", '    println!("{:?}", event?);', "}"]
        if op.result == "none":
            return [f"{call}.await?;"]
        if op.result == "bytes":
            return [f"let file = {call}.await?;", 'file.save("file").expect("a folder to write to");']
        if op.result == "json" and of and of.kind in ("array", "map"):
            return [f"let rows = {call}.await?;", "for row in rows.iter() {", '    println!("{row:?}");', "}"]
        shown = self.shown("result", of.ref if op.result == "json" and of else None)
        return [f"let result = {call}.await?;", f'println!("{{:?}}", {shown});']

    def struct(self, schema: Schema, given: dict[str, Any]) -> str:
        ident = LANGUAGES["rust"].ident
        fields = [f"{ident(f.name)}: {self.value(schema, f, given[f.name])}" for f in schema.fields if f.name in given]
        return f"{schema.name} {{ {', '.join(fields)}, ..Default::default() }}" if fields else f"{schema.name}::default()"

    def value(self, schema: Schema, of: Field, value: Any) -> str:
        plain = self.plain(of.type, value)
        inner = self.api.schemas.get(of.type.ref or "")
        enum = inner is not None and inner.kind == "enum"
        if of.patch:
            return f"Patch::Set({plain})"
        if of.required and (of.type.kind in ("string", "json", "file", "array") or (of.type.kind == "ref" and not enum and schema.in_request)):
            return plain
        return f"Some({plain})"

    def plain(self, of: Type, value: Any) -> str:
        inner = self.api.schemas.get(of.ref or "")
        if inner is not None and inner.kind == "object":
            return self.struct(inner, value)
        if of.kind == "file":
            return 'Upload::from_path("file.zip")'
        if of.kind == "array" and of.item:
            item = of.item
            return f"vec![{', '.join(self.plain(item, v) for v in value)}]"
        text = json.dumps(value, ensure_ascii=False)
        return f"{text}.into()" if isinstance(value, str) else text

    def shown(self, name: str, ref: str | None) -> str:
        schema = self.api.schemas.get(ref or "")
        if schema is None or schema.kind != "object" or not schema.fields:
            return name
        return f"{name}.{LANGUAGES['rust'].ident(next((f for f in schema.fields if f.required), schema.fields[0]).name)}"

    def program(self, blocks: list[tuple[str, list[str]]]) -> str:
        head = ["//! Examples of the reference pages.", "#![allow(unused_imports, unused_variables)]"]
        head += ["use chutes_client::types::*;", "use chutes_client::{Chutes, Error, Patch, Upload, json};", "use futures_util::StreamExt;", ""]
        for name, lines in blocks:
            head += [f"pub async fn {name}(client: &Chutes, fingerprint: &str, data: Vec<u8>) -> Result<(), Error> {{"]
            head += [*(f"    {line}" for line in lines), "    Ok(())", "}", ""]
        return "\n".join(head)


EXAMPLES: dict[str, type[Example]] = {"python": PythonExample, "ts": TypeScriptExample, "go": GoExample, "rust": RustExample}

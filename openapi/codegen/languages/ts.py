"""TypeScript: camelCase methods, wire names for fields, free JSON as unknown, times as strings."""

from __future__ import annotations

import json
import re

from ..ir import Type
from .base import Language, camel

_TYPES = {
    "string": "string", "int": "number", "int64": "number", "float": "number", "bool": "boolean", "datetime": "string",
    "json": "unknown", "file": "FileInput",
}  # fmt: skip


class TypeScript(Language):
    name = "ts"
    suffix = "ts"
    comment = "//"
    reserved = frozenset(
        "break case catch class const continue debugger default delete do else enum export extends false finally for function if "
        "import in instanceof new null return super switch this throw true try typeof var void while with yield let static "
        "implements interface package private protected public await arguments eval".split()
    )
    taken = frozenset({"Error", "Record", "Promise", "Response", "Request", "File", "Blob", "OpenEnum", "Page", "FileInput", "Binary", "LogStream"})
    results = Language.results | {"lines"}

    def type(self, of: Type) -> str:
        if of.kind == "ref":
            return of.ref or "unknown"
        if of.kind == "array":
            item = self.full(of.item)
            return f"({item})[]" if "|" in item else f"{item}[]"
        if of.kind == "map":
            return f"Record<string, {self.full(of.item)}>"
        return _TYPES[of.kind]

    def full(self, of: Type | None) -> str:
        if of is None:
            return "unknown"
        return self.type(of) + (" | null" if of.nullable and of.kind != "json" else "")

    def ident(self, name: str) -> str:
        """A parameter or method name; methods may be any word, since they are properties."""
        text = camel(name)
        return text + "_" if text in self.reserved else text

    def prop(self, name: str) -> str:
        """A field under its wire name, quoted where it must be."""
        return name if re.fullmatch(r"[A-Za-z_$][\w$]*", name) else json.dumps(name)

    def remark(self, text: str) -> str:
        return super().remark(text).replace("*/", "*\\/")

"""Python: snake_case, `X | None`, free JSON as Any."""

from __future__ import annotations

import keyword

from ..ir import Type
from .base import Language

_TYPES = {
    "string": "str", "int": "int", "int64": "int", "float": "float", "bool": "bool", "datetime": "UTCDatetime", "json": "Any",
    "file": "FileInput",
}  # fmt: skip


class Python(Language):
    name = "python"
    suffix = "py"
    comment = "#"
    reserved = frozenset({*keyword.kwlist, *keyword.softkwlist, "self"})
    results = Language.results | {"lines"}
    taken = frozenset({"Any", "Literal", "Model", "Self", "Omit"})

    def type(self, of: Type) -> str:
        if of.kind == "ref":
            return of.ref or "Any"
        if of.kind == "array":
            return f"builtins.list[{self.full(of.item)}]"  # a method named list shadows the builtin in a class body
        if of.kind == "map":
            return f"dict[str, {self.full(of.item)}]"
        return _TYPES[of.kind]

    def stem(self, resource: str) -> str:
        return self.ident(resource)  # a module named by a reserved word cannot be imported

    def remark(self, text: str) -> str:
        return super().remark(text).replace("\\", "\\\\").replace('"""', "'''").rstrip('"')

    def full(self, of: Type | None) -> str:
        if of is None:
            return "Any"
        return self.type(of) + (" | None" if of.nullable and of.kind != "json" else "")

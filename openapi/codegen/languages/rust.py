"""Rust: raw identifiers, serde_json::Value for free JSON that is sent, Json (its text) for what is received, Timestamp over the wire string."""

from __future__ import annotations

from ..ir import Type
from .base import Language, literal, snake

_TYPES = {
    "string": "String", "int": "i64", "int64": "i64", "float": "f64", "bool": "bool", "datetime": "Timestamp",
    "file": "Upload",
}  # fmt: skip
_NEVER_RAW = frozenset({"self", "super", "crate", "Self"})


class Rust(Language):
    name = "rust"
    suffix = "rs"
    comment = "//"
    reserved = frozenset(
        "as break const continue else enum extern false fn for if impl in let loop match mod move mut pub ref return static struct "
        "trait true type unsafe use where while async await dyn abstract become box do final macro override priv typeof unsized "
        "virtual yield try gen self super crate".split()
    )
    taken = frozenset({"Self", "Error", "Result", "Option", "Box", "Vec", "String", "Page", "Client", "Patch", "Timestamp", "Json", "Value", "Extra", "Upload", "Binary"})
    results = Language.results | {"lines"}

    def type(self, of: Type, received: bool = False) -> str:
        free = "Json" if received else "Value"
        item = self.type(of.item, received) if of.item else free
        if of.kind == "ref":
            return of.ref or free
        if of.kind == "array":
            return f"Vec<{item}>"
        if of.kind == "map":
            return f"BTreeMap<String, {item}>"
        return free if of.kind == "json" else _TYPES[of.kind]

    def ident(self, name: str) -> str:
        text = snake(name)
        if text in _NEVER_RAW:
            return text + "_"
        return f"r#{text}" if text in self.reserved else text

    def quote(self, text: str) -> str:
        return literal(text, "\\u{{{:x}}}")

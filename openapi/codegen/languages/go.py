"""Go: initialisms, json.RawMessage for free JSON, Time for times without a zone."""

from __future__ import annotations

from ..ir import Type
from .base import Language, literal, words

_INITIALISMS = frozenset({"id", "url", "api", "gpu", "http", "json", "html", "csv", "tee", "vram", "usd", "tcp", "udp", "sse", "llm", "tps"})
_TYPES = {
    "string": "string", "int": "int", "int64": "int64", "float": "float64", "bool": "bool", "datetime": "Time",
    "json": "json.RawMessage", "file": "File",
}  # fmt: skip


class Go(Language):
    name = "go"
    suffix = "go"
    comment = "//"
    reserved = frozenset(
        "break case chan const continue default defer else fallthrough for func go goto if import interface map package range return "
        "select struct switch type var ctx opts body params query path len any string error client call".split()
    )
    taken = frozenset(
        "Error Client Time Opt Page Call Option File Binary LogStream Token OAuth AuthRequest Deployment JobState Response Answer RateLimit".split()
    )
    results = Language.results | {"lines"}

    def type(self, of: Type) -> str:
        if of.kind == "ref":
            return of.ref or "json.RawMessage"
        if of.kind == "array":
            return f"[]{self.type(of.item)}" if of.item else "[]json.RawMessage"
        if of.kind == "map":
            return f"map[string]{self.type(of.item)}" if of.item else "map[string]json.RawMessage"
        return _TYPES[of.kind]

    def exported(self, name: str) -> str:
        """A field or method name."""
        return "".join(w.upper() if w in _INITIALISMS else w[:1].upper() + w[1:] for w in words(name))

    def ident(self, name: str) -> str:
        """A parameter name."""
        first, *rest = words(name)
        text = first + "".join(w.upper() if w in _INITIALISMS else w[:1].upper() + w[1:] for w in rest)
        return text + "_" if text in self.reserved else text

    def quote(self, text: str) -> str:
        return literal(text, "\\U{:08x}")

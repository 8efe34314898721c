"""What all four spellings share."""

from __future__ import annotations

import json
import re
import textwrap
import unicodedata
from abc import ABC, abstractmethod

from ..ir import Type


def words(name: str) -> list[str]:
    """`chute_id`, `ChuteID`, `minerMeans` and `tao-usd` in their words, lower case."""
    spaced = re.sub(r"([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])", lambda m: " ".join(filter(None, m.groups())), name)
    return [w.lower() for w in re.split(r"[^A-Za-z0-9]+", spaced) if w]


def pascal(name: str) -> str:
    return "".join(w[:1].upper() + w[1:] for w in words(name))


def camel(name: str) -> str:
    text = pascal(name)
    return text[:1].lower() + text[1:]


def snake(name: str) -> str:
    return "_".join(words(name))


def one_line(text: str) -> str:
    """Text of others without line ends and without what cannot be seen, or would reorder the line."""
    line = " ".join(str(text).split())
    return "".join(c for c in line if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))


def literal(text: str, form: str) -> str:
    """A literal that holds letters and digits of any script as they are and escapes what cannot be seen."""
    escapes = {'"': '\\"', "\\": "\\\\"}
    safe = text.encode("utf-8", "replace").decode()
    return '"' + "".join(escapes.get(c) or (c if c.isprintable() else form.format(ord(c))) for c in safe) + '"'


class Language(ABC):
    """One language. `reserved` are names an identifier may not have; they get a trailing underscore."""

    name: str
    suffix: str
    comment: str
    reserved: frozenset[str]
    taken: frozenset[str] = frozenset()
    """Schema names that would collide with names of the language or of the runtime: the build stops."""
    results: frozenset[str] = frozenset({"none", "json", "text", "html", "csv", "bytes", "sse"})
    """Results its runtime can hand out. None has a reader of `lines` yet: an SSE parser would never dispatch them."""

    @abstractmethod
    def type(self, of: Type) -> str:
        """The type without its nullability, which each language says in its own place."""

    def ident(self, name: str) -> str:
        """A field, parameter or method name."""
        text = snake(name)
        return text + "_" if text in self.reserved else text

    def stem(self, resource: str) -> str:
        """The name of a resource's file, without what comes after it."""
        return snake(resource)

    def member(self, value: str) -> str:
        """The name of an enum member."""
        text = pascal(value) or "Empty"
        return "V" + text if text[0].isdigit() else text

    def quote(self, text: str) -> str:
        """A string literal."""
        return json.dumps(text)

    def remark(self, text: str) -> str:
        """Text of others within a comment: nothing in it ends the comment."""
        return one_line(text)

    def doc(self, text: str, indent: int = 0, prefix: str = "", width: int = 100) -> str:
        """Text wrapped behind a comment prefix; paragraphs and list items are kept."""
        lead = " " * indent + prefix
        lines: list[str] = []
        for paragraph in text.strip().splitlines():
            lines += textwrap.wrap(paragraph, width - len(lead), break_long_words=False) or [""]
        return "\n".join((lead + line).rstrip() for line in lines)

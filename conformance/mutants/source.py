"""Where the code of a source file is: comments, documentation and types blanked, the contents of strings marked.

Four small lexers in one. They need not be right about everything: what they take for code by mistake does not compile once it is
changed, and what they take for a comment is merely not tried.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

IN_STRING = "\x01"  # stands in the mask for each character inside a string


@dataclass(frozen=True)
class Literal:
    """A string of one line: where its content begins and ends, and what opened it (`"`, `b"`, …)."""

    start: int
    end: int
    opener: str


@dataclass(frozen=True)
class Source:
    """`mask` is as long as `text`: code as it is, blanks for comments, documentation and types, `IN_STRING` inside strings."""

    text: str
    mask: str
    literals: tuple[Literal, ...]

    @cached_property
    def line_starts(self) -> list[int]:
        return [0, *(m.end() for m in re.finditer("\n", self.text))]

    def line_of(self, at: int) -> tuple[int, int, int]:
        """Number (from 1), start and end (without its line end) of the line that holds a position."""
        start = self.text.rfind("\n", 0, at) + 1
        end = self.text.find("\n", at)
        return self.text.count("\n", 0, at) + 1, start, len(self.text) if end < 0 else end

    def lines(self) -> list[tuple[int, int]]:
        """Start and end of every line."""
        return [(start, end) for start in self.line_starts for end in [self.line_of(start)[2]]]


class _Lexer:
    def __init__(self, text: str, language: str) -> None:
        self.text, self.language = text, language
        self.mask = list(text)
        self.literals: list[Literal] = []
        self.at = 0

    def run(self) -> Source:
        while self.at < len(self.text):
            if not (self.comment() or self.string()):
                self.at += 1
        mask = "".join(self.mask)
        for start, end in _left_alone(mask, self.language):
            mask = mask[:start] + re.sub(r"[^\n]", " ", mask[start:end]) + mask[end:]
        return Source(self.text, mask, tuple(lit for lit in self.literals if mask[lit.start - 1] != " "))

    def blank(self, end: int, by: str = " ") -> None:
        for i in range(self.at, end):
            if self.mask[i] != "\n":
                self.mask[i] = by
        self.at = end

    def until(self, mark: str, start: int) -> int:
        found = self.text.find(mark, start)
        return len(self.text) if found < 0 else found

    def comment(self) -> bool:
        here = self.text[self.at : self.at + 3]
        if self.language == "python":
            if here[:1] == "#":
                self.blank(self.until("\n", self.at))
                return True
            if here in ('"""', "'''"):  # documentation; no program text stands in these
                self.blank(self.until(here, self.at + 3) + 3)
                return True
            return False
        if here[:2] == "//":
            self.blank(self.until("\n", self.at))
            return True
        if here[:2] == "/*":
            self.blank(self.until("*/", self.at) + 2)
            return True
        return self.language == "ts" and here[:1] == "/" and self.regex()

    def regex(self) -> bool:
        before = self.text[: self.at].rstrip()
        if not (before[-1:] in tuple("(=,:[!&|?{};") or re.search(r"\breturn$", before)):
            return False
        end, inside = self.at + 1, False
        while end < len(self.text) and (inside or self.text[end] != "/"):
            inside = (inside or self.text[end] == "[") and self.text[end] != "]"
            end += 2 if self.text[end] == "\\" else 1
        self.blank(end + 1, IN_STRING)
        return True

    def string(self) -> bool:
        quote = self.text[self.at]
        if quote == "`" and self.language in ("ts", "go"):
            self.at += 1
            end = self.template() if self.language == "ts" else self.until("`", self.at)
            self.blank(end, IN_STRING)
            self.at = end + 1
            return True
        raw = re.compile(r'b?r(#*)"').match(self.text, self.at) if self.language == "rust" else None
        if raw:
            self.at = raw.end()
            end = self.until('"' + raw[1], self.at)
            self.blank(end, IN_STRING)
            self.at = end + 1 + len(raw[1])
            return True
        if quote == "'" and self.language == "rust" and not re.compile(r"'(\\.[^']*|[^'\\])'").match(self.text, self.at):
            return False  # a lifetime
        if quote != '"' and quote != "'":
            return False
        self.quoted(quote)
        return True

    def quoted(self, quote: str) -> None:
        prefix = re.search(r"\b[A-Za-z]{1,2}$", self.text[max(0, self.at - 3) : self.at])
        start = self.at + 1
        end = start
        while end < len(self.text) and self.text[end] != quote and (self.text[end] != "\n" or self.language == "rust"):
            end += 2 if self.text[end] == "\\" else 1
        self.literals.append(Literal(start, end, (prefix[0] if prefix else "") + quote))
        self.at = start
        self.blank(end, IN_STRING)
        self.at = end + 1

    def template(self) -> int:
        end, depth = self.at, 0
        while end < len(self.text):
            if self.text[end] == "\\":
                end += 1
            elif self.text.startswith("${", end):
                depth += 1
            elif self.text[end] == "}" and depth:
                depth -= 1
            elif self.text[end] == "`" and not depth:
                return end
            end += 1
        return end


_ALONE = {
    "python": [r"^(from|import) .*$", r"^from \S+ import \((.|\n)*?\)", r"\bLiteral\[[^\]]*\]", r"^__all__.*$", r"^\w+ = (TypeVar|ParamSpec)\(.*$",
               r"^def [^\n]*$", r"^ +(async )?def [^\n]*$"],
    "ts": [r"^import .*$", r"^(export )?interface (.|\n)*?^}", r"^(export )?type (.|\n)*?;$", r"\bas (const|unknown|[A-Z]\w*(<[^>]*>)?)",
           r"^export (\{|\*).*$"],
    "go": [r"^import (\((.|\n)*?\)|.*)$", r"^package .*$", r"^type \w+ (struct|interface) \{(.|\n)*?^\}", r"\bvar \w+ \[\]\w+$"],
    "rust": [r"^(pub(\(crate\))? )?(use|mod) [^;{]*(\{[^}]*\})?[^;{]*;$", r"^#\[cfg\(test\)\](.|\n)*\Z", r"^\s*#!?\[[^\]]*\]", r"^ *(pub(\(crate\))? )?(struct|enum|trait) [^;{]*\{(.|\n)*?^\}",
             r"\[&?\w+; \d+\]"],
}


def _left_alone(mask: str, language: str) -> list[tuple[int, int]]:
    """Imports, types and the tests that stand in the same file."""
    return [m.span() for pattern in _ALONE[language] for m in re.finditer(pattern, mask, re.M)]


def lex(text: str, language: str) -> Source:
    """Reads a file of `python`, `ts`, `go` or `rust`."""
    return _Lexer(text, language).run()

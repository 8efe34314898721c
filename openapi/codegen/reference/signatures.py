"""Signatures as they stand in the generated files, so that a page never shows what a client does not have."""

from __future__ import annotations

import re

from ..ir import Operation, Resource
from ..languages import LANGUAGES
from ..languages.base import camel, snake

FILES = {
    "python": "clients/python/src/chutes_client/_sync/management/{}.py", "ts": "clients/ts/src/management/{}.ts",
    "go": "clients/go/management_{}_gen.go", "rust": "clients/rust/src/management/{}.rs",
}  # fmt: skip
STARTS = {
    "python": r"^    def {}\(", "ts": r"^  (?:async )?{}\(", "go": r"^func \(s \*\w+\) {}\(", "rust": r"^    pub fn (?:r#)?{}\(",
}  # fmt: skip
ENDS = {"python": r":$", "ts": r"\{$", "go": r"\{$", "rust": r"\{$"}


def signature(language: str, resource: Resource, operation: Operation, text: str) -> str:
    """The declaration of a method, in one paragraph, without its body."""
    names = {"python": LANGUAGES["python"].ident, "ts": camel, "go": _go, "rust": snake}
    start = re.compile(STARTS[language].format(re.escape(names[language](operation.method))), re.M)
    found = start.search(text)
    if found is None:
        raise LookupError(f"{language}: {resource.name}.{operation.method} is not in {FILES[language].format(snake(resource.name))}")
    lines: list[str] = []
    for line in text[found.start() :].splitlines():
        lines.append(line.strip())
        if re.search(ENDS[language], line):
            break
    joined = " ".join(lines).rstrip("{: ").strip()
    joined = re.sub(r"\(\s+", "(", joined)
    joined = re.sub(r",?\s+\)", ")", joined)
    return joined.replace("(self, ", "(").replace("(self)", "()").replace("(&self, ", "(").replace("(&self)", "()")


def _go(name: str) -> str:
    from ..languages.go import Go

    return Go().exported(name)


def spelled(language: str, resource: Resource, operation: Operation) -> str:
    """How the method is reached from a client."""
    if language == "go":
        return f"client.{_go(resource.name)}.{_go(operation.method)}"
    if language == "ts":
        return f"client.{camel(resource.name)}.{camel(operation.method)}"
    method = LANGUAGES[language].ident(operation.method)
    return f"client.{snake(resource.name)}{'()' if language == 'rust' else ''}.{method}"

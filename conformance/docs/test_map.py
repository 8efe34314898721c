"""clients/README.md is binding: every constant that it names has its value in each of the four languages."""

from __future__ import annotations

import ast
import operator
import re
import uuid
from functools import cache
from pathlib import Path

import pytest

CLIENTS = Path(__file__).resolve().parents[2] / "clients"
SOURCES = {"python": ("python/src/chutes_client", "*.py"), "ts": ("ts/src", "*.ts"), "go": ("go", "*.go"), "rust": ("rust/src", "*.rs")}
UNITS = {"s": 1, "KiB": 1 << 10, "MiB": 1 << 20, "": 1}
NUMBER = r"(\d+(?:,\d{3})*(?:\.\d+)?(?:e\d+)?)(?: (s|KiB|MiB)\b)?"
OPERATORS = {ast.Mult: operator.mul, ast.LShift: operator.lshift, ast.Div: operator.truediv}
TIMES = {"time.Millisecond": "(1 / 1000)", "time.Second": "1", "time.Minute": "60", "time.Hour": "3600"}
Value = tuple[str | float, bool]  # and whether it is a time


def told() -> dict[str, Value]:
    """The constants of the page: those of its table, and those of the lines that begin with "Constants:"."""
    page = (CLIENTS / "README.md").read_text()
    found: dict[str, Value] = {}
    for names, values in re.findall(r"^\| \w+ \| ((?:`[A-Z_]+` ?)+)(?:\([^)]*\) )?\| (.*) \|$", page, re.M):
        plain = re.sub(r" \([^)]*\)| for an? .*|, management .*", "", values)
        texts = re.findall(r"`([^`]+)`", plain)
        numbers = re.findall(NUMBER, plain)
        pairs = [(text, False) for text in texts] or [read(*number) for number in numbers]
        found |= dict(zip(re.findall(r"[A-Z_]+", names), pairs, strict=True))
    for line in re.findall(r"^Constants: (.*)$", page, re.M):
        for name, text, number, unit in re.findall(rf"`([A-Z_\d]+)` (?:= `([^`]+)`|{NUMBER})", line):
            found[name] = (text, False) if text else read(number, unit)
    return found


def read(number: str, unit: str) -> Value:
    return float(number.replace(",", "")) * UNITS[unit], unit == "s"


def plain(text: str) -> float:
    """What a constant expression of any of the four comes to."""
    for name, factor in TIMES.items():
        text = text.replace(name, factor)
    text = re.sub(r"Duration::from_secs\((.*)\)", r"\1", text)

    def value(node: ast.expr) -> float:
        if isinstance(node, ast.BinOp):
            return OPERATORS[type(node.op)](value(node.left), value(node.right))
        assert isinstance(node, ast.Constant), text
        return node.value

    return value(ast.parse(text, mode="eval").body)


@cache
def constants(language: str) -> dict[str, list[str]]:
    """Every constant of a client by its name in lower case without underscores, with what stands right of the equals sign."""
    place, pattern = SOURCES[language]
    found: dict[str, list[str]] = {}
    for file in sorted((CLIENTS / place).rglob(pattern)):
        if re.search(r"_tests?\.|/examples/|/_sync/", str(file)):
            continue
        for names, values in re.findall(
            r"^\s*(?:export |pub(?:\(\w+\))? )?(?:const |static )?([A-Z]\w+(?:, [A-Z]\w+)*)(?:: [\w&' ]+| time\.Duration)? += ([^;\n]+?);?(?:\s+(?://|#).*)?$",
            file.read_text(),
            re.M,
        ):
            several = names.split(", ")
            for name, value in zip(several, values.split(", ") if len(several) > 1 else [values]):
                if not re.search(r"\d+n\b", value):  # TypeScript's big integers are arithmetic, no limits
                    found.setdefault(name.replace("_", "").lower(), []).append(value)
    if language == "python":
        found["namespaceoid"] = [repr(str(uuid.NAMESPACE_OID))]  # the standard library's
    return found


def test_the_page_names_them() -> None:
    assert len(told()) > 40


@pytest.mark.parametrize("language", SOURCES)
@pytest.mark.parametrize("name", told())
def test_constant(name: str, language: str) -> None:
    want, is_time = told()[name]
    places = constants(language).get(name.replace("_", "").lower(), [])
    assert places, f"{language} has no {name}"
    for text in places:
        if isinstance(want, str):
            assert text.strip("\"'") == want
        else:
            scale = 1000 if language == "ts" and is_time else 1
            assert plain(text) == want * scale

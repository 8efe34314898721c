"""The mechanical faults: small changes of one line each, made wherever the code allows them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .mutant import Edit, Mutant, mutant_id
from .source import IN_STRING, Source, lex

Change = tuple[str, int, int, str]
"""Operator, start, end, replacement."""

_COMPARISONS = {
    "==": ["!="], "!=": ["=="], "===": ["!=="], "!==": ["==="], "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"],
}  # fmt: skip
_WORDS = {
    "python": {r"\bTrue\b": "False", r"\bFalse\b": "True", r"\band\b": "or", r"\bor\b": "and", r"\bis not\b": "is", r"\bis(?= None)": "is not",
               r"\bnot in\b": "in", r"\bmin\(": "max(", r"\bmax\(": "min(", r"\bany\(": "all(", r"\ball\(": "any(", r"\.startswith\(": ".endswith(",
               r"\.(strip|lower|upper|lstrip|rstrip)\(\)": "", r"(?<!is )\bnot (?!in\b)": "", r"\bbreak$": "pass", r"\bcontinue$": "pass"},
    "ts": {r"\btrue\b": "false", r"\bfalse\b": "true", r" && ": " || ", r" \|\| ": " && ", r"!(?=[\w(#])": "", r"\bMath\.min\(": "Math.max(",
           r"\bMath\.max\(": "Math.min(", r"\.some\(": ".every(", r"\.every\(": ".some(", r"\.startsWith\(": ".endsWith(",
           r"\.(trim|toLowerCase)\(\)": "", r" \?\?= ": " = ", r" \?\? ": " && "},
    "go": {r"\btrue\b": "false", r"\bfalse\b": "true", r" && ": " || ", r" \|\| ": " && ", r"!(?=[\w(])": "", r"\bmin\(": "max(", r"\bmax\(": "min(",
           r"\bHasPrefix\(": "HasSuffix(", r"\bstrings\.(TrimSpace|ToLower)\(": "("},
    "rust": {r"\btrue\b": "false", r"\bfalse\b": "true", r" && ": " || ", r" \|\| ": " && ", r"(?<![\w)])!(?=[\w(])": "", r"\.min\(": ".max(",
             r"\.max\(": ".min(", r"\.any\(": ".all(", r"\.all\(": ".any(", r"\.starts_with\(": ".ends_with(", r"\.is_some\(\)": ".is_none()",
             r"\.is_none\(\)": ".is_some()", r"\.(trim|to_lowercase)\(\)": "", r"\bis_some_and\b": "is_none_or", r"\bis_none_or\b": "is_some_and"},
}  # fmt: skip
_ARITHMETIC = {" + ": " - ", " - ": " + ", " * ": " / ", " / ": " * ", " += ": " = ", " -= ": " = "}
_PHRASES = re.compile(r"maximum capacity|usage cap|limit reached for today|no instances available|currently disabled|deployment fee")
_WORD = re.compile(r"[\w\[\]:/.+,;{}<-]{1,40}")


def mutants_of(text: str, language: str, stem: str, file: str) -> list[Mutant]:
    """Every mechanical mutant of one file, in the order of its lines."""
    source = lex(text, language)
    made: list[Mutant] = []
    seen: dict[str, int] = {}
    for operator, start, end, new in sorted(_changes(source, language), key=lambda c: (c[1], c[2], c[0], c[3])):
        line, line_start, line_end = source.line_of(start)
        before = text[line_start:line_end]
        after = text[line_start:start] + new + text[end : source.line_of(max(start, end - 1))[2]]
        key = mutant_id(language, stem, file, before.strip(), operator, after.strip())
        seen[key] = seen.get(key, 0) + 1
        ident = key if seen[key] == 1 else f"{key}.{seen[key]}"  # the same line stands in the file more than once
        under = text[:line_start].rstrip("\n").rpartition("\n")[2]
        made.append(Mutant(ident, language, stem, operator, (Edit(file, text[start:end], new, start),), line, before, after, under=under))
    return made


def _changes(source: Source, language: str) -> Iterator[Change]:
    yield from _comparisons(source, language)
    yield from _words(source, language)
    yield from _arithmetic(source)
    yield from _numbers(source)
    yield from _strings(source, language)
    yield from _conditions(source, language)
    yield from _deletions(source, language)
    yield from _early_returns(source, language)


def _comparisons(source: Source, language: str) -> Iterator[Change]:
    for m in re.finditer(r"(?<= )(===|!==|==|!=|<=|>=|<|>)(?= )", source.mask):
        for new in _COMPARISONS[m[1]]:
            boundary = {m[1], new} in ({"<", "<="}, {">", ">="})
            yield "boundary" if boundary else "comparison", m.start(), m.end(), new


def _words(source: Source, language: str) -> Iterator[Change]:
    for pattern, new in _WORDS[language].items():
        for m in re.finditer(pattern, source.mask, re.M):
            yield "word", m.start(), m.end(), new
    if language == "python":
        for m in re.finditer(r" in (?=[^\n]*)", source.mask):
            before = source.mask[source.line_of(m.start())[1] : m.start()]
            loop = re.search(r"\bfor\b(?!.* in )", before)
            if not loop and not before.endswith(" not"):
                yield "word", m.start(), m.end(), " not in "


def _arithmetic(source: Source) -> Iterator[Change]:
    for old, new in _ARITHMETIC.items():
        for m in re.finditer(re.escape(old), source.mask):
            yield "arithmetic", m.start(), m.end(), new


def _numbers(source: Source) -> Iterator[Change]:
    for m in re.finditer(r"(?<![\w.])\d[\d_]*(\.\d+)?(?![\w.])", source.mask):
        text = m[0].replace("_", "")
        value = float(text) if "." in text else int(text)
        for new in (value + 1, value - 1):
            if new >= 0:
                yield "number", m.start(), m.end(), str(new)
    for m in re.finditer(r"(?<=[-+=(,\[] )-1\b|(?<=[(\[,])-1\b", source.mask):
        yield "number", m.start(), m.end(), "0"


def _strings(source: Source, language: str) -> Iterator[Change]:
    for literal in source.literals:
        content = source.text[literal.start : literal.end]
        if not content or literal.opener[0] in "fF" and "{" in content:
            continue
        if content in ("\\n", "\\r", "\\r\\n"):
            yield "string", literal.start, literal.end, "\\r" if content == "\\n" else "\\n"
        elif language in ("rust", "go") and literal.opener.endswith("'"):
            if content != "x" and len(content) == 1:
                yield "string", literal.start, literal.end, "x"
        elif re.fullmatch(r"[\d<.\w ]+\.", content):
            continue  # a sentence of the documentation
        elif _PHRASES.fullmatch(content) or (_WORD.fullmatch(content) and "%" not in content and re.search(r"\w", content)):
            yield "string", literal.start, literal.end, "x" + content
        elif re.fullmatch(r"[^\w\\%]{1,3}", content):
            yield "string", literal.start, literal.end, "x"


_CONDITION = {
    "python": (r"^ *(?:if|elif|while) (.+):$", "not (", ")"),
    "go": (r"^\t*(?:\} else )?if ([^;{]+) \{$", "!(", ")"),
    "rust": (r"^ *(?:\} else )?(?:if|while) ((?!let )[^{]+) \{$", "!(", ")"),
    "ts": (r"^ *(?:\} else )?(?:if|while) \((.+)\) (?:\{$|[a-z#].*;$)", "!(", ")"),
}  # fmt: skip


def _conditions(source: Source, language: str) -> Iterator[Change]:
    pattern, before, after = _CONDITION[language]
    for start, end in source.lines():
        m = re.match(pattern, source.mask[start:end].rstrip())
        if m and _balanced(m[1]) and "let " not in m[1]:
            a, b = start + m.start(1), start + m.end(1)
            yield "condition", a, b, before + source.text[a:b] + after


def _balanced(code: str) -> bool:
    depth = 0
    for char in code:
        depth += (char in "([{") - (char in ")]}")
        if depth < 0:
            return False
    return depth == 0


_STATEMENT = {
    "python": r"^( +)(?!pass$|return$|import |from |def |class |@|global |nonlocal |assert |\w+: )(\S.*[^:,({\[\\])$",
    "ts": r"^( +)(?!const |let |import |export |\}|readonly |private |protected |static |case |default|[\w#]+(: [^=]+)? = .*(?<!\))$)(\S.*;)$",
    "go": r"^(\t+)(?!\}|case |default:|var |const |type |for |if |switch |select |func |\w+ +\w+ += )([^:]*[^{,(:&|+]|\w[^{]*[^{,(&|+])$",
    "rust": r"^( +)(?!let |use |\}|const |pub |fn |type )(\S.*;)$",
}  # fmt: skip


def _deletions(source: Source, language: str) -> Iterator[Change]:
    """Leaves a statement out that begins and ends on its line."""
    previous = ""
    for start, end in source.lines():
        line = source.mask[start:end].rstrip()
        m = re.match(_STATEMENT[language], line)
        if m and _balanced(m[0]) and _begins(previous, language) and not re.match(r"\s*(\w+,|\"|" + IN_STRING + ")", line):
            at = start + len(m[1])
            text = source.text[at : start + len(line)]
            if text == "return None" and _last_of_function(source, end):
                continue  # that is what happens anyway
            if not (language == "python" and re.match(r"(if|for|while|else|try|with|async|except|elif|finally)\b", text)) and text not in ("return", "return;", "}"):
                yield "deletion", at, start + len(line), "pass" if language == "python" else ";" if language == "ts" else ""
        if line.strip():
            previous = line


def _last_of_function(source: Source, end: int) -> bool:
    """Whether the next line that is not empty stands further left and is no part of the same function."""
    own = re.search(r"^( *)\S[^\n]*\Z", source.text[:end], re.M)
    following = re.search(r"^( *)(\S*)", source.text[end:].lstrip("\n"))
    if own is None or following is None or not following[2]:
        return True
    return len(following[1]) < len(own[1]) and following[2] in ("def", "async", "class") or following[2].startswith("@") or not following[1]


def _begins(previous: str, language: str) -> bool:
    """Whether a statement may begin after a line."""
    if language == "python":
        return not previous.endswith(("(", "[", "{", ",", "\\")) and not previous.rstrip().endswith((" and", " or"))
    if language == "go":
        return not previous.endswith((",", "(", "&&", "||", "+", "="))
    return previous.rstrip().endswith(("{", "}", ";", "=>", "]")) and not re.search(r"(= |return |\()\{$", previous)


_HEADER = {
    "python": r"^( *)(?:async )?def \w+\(.*\)(?: -> (.+))?:$",
    "ts": r"^ +(?:export |private |protected |static |async |\*)*[#\w]+\([^{]*\)(?:: ([^{]+))? \{$|^(?:export )?(?:async )?function \w+\(.*\)(?:: (.+))? \{$",
    "go": r"^func .*\)(?: ([\w.*\[\]]+))? \{$",
    "rust": r"^ *(?:pub(?:\(crate\))? )?(?:async )?fn \w+.*\)(?: -> (.+))? \{$",
}  # fmt: skip
_RETURNS = {
    "python": {"None": [""], "bool": [" True", " False"], "str": [' ""'], "float | None": [" None"], "StreamError | None": [" None"], "float": [" 0.0"]},
    "ts": {"void": [""], "boolean": [" true", " false"], "string": [' ""'], "undefined": [" undefined"], "number": [" 0"], "null": [" null"]},
    "go": {"": [""], "bool": [" true", " false"], "string": [' ""'], "int": [" 0"], "*Error": [" nil"], "error": [" nil"]},
    "rust": {"": [""], "bool": [" true", " false"], "String": [" String::new()"], "Option": [" None"], "f64": [" 0.0"], "Result<(),": [" Ok(())"]},
}  # fmt: skip


def _early_returns(source: Source, language: str) -> Iterator[Change]:
    """Lets a function do nothing, where a value for it is at hand."""
    lines = source.lines()
    for number, (start, end) in enumerate(lines[:-1]):
        line = source.text[start:end]
        m = re.match(_HEADER[language], line)
        if not m or source.mask[start:end].strip() == "" and language != "python":
            continue
        kind = next((g for g in reversed(m.groups()) if g and g.strip()), "").strip() if m.groups() else ""
        body = lines[number + 1][0]
        if language == "python":
            while body < len(source.text) and not source.mask[body : source.line_of(body)[2]].strip():
                body = source.line_of(body)[2] + 1
        indent = re.match(r"\s*", source.text[body:])[0].split("\n")[-1]  # type: ignore[index]
        for known, values in _RETURNS[language].items():
            if kind == known or (language == "ts" and kind.endswith(f"| {known}")) or (language == "rust" and known and kind.startswith(known) and known not in ("bool", "f64", "String")):
                for value in values:
                    stop = "" if language in ("python", "go") else ";"
                    yield "return", body, body, f"{indent}return{value}{stop}\n"

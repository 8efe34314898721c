"""Compare a value with an expectation, by the rules of AUTHORING.md; complaints instead of a bool."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from . import sr25519_check as signing

Complaints = list[str]


def empty(value: Any) -> bool:
    """null, "" and absent are equal in every answer."""
    return value is None or value == ""


def show(value: Any, limit: int = 160) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace").decode()  # lone surrogates can be shown, too
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"


def match(expected: Any, actual: Any, at: str) -> Complaints:
    """What is wrong with `actual`; an empty list if nothing is."""
    if isinstance(expected, dict):
        if any(k.startswith("$") for k in expected):
            return [c for key, arg in expected.items() for c in _matcher(key, arg, actual, at)]
        if not isinstance(actual, dict):
            if all(empty(v) for v in expected.values()) and empty(actual):
                return []
            return [f"{at}: expected a map {show(expected)}, got {show(actual)}"]
        return [c for key, value in expected.items() for c in match(value, actual.get(key), f"{at}.{key}")]
    if isinstance(expected, list):
        if not isinstance(actual, list):
            return [] if not expected and empty(actual) else [f"{at}: expected a list, got {show(actual)}"]
        if len(expected) != len(actual):
            return [f"{at}: expected {len(expected)} elements, got {len(actual)}: {show(actual)}"]
        return [c for i, (e, a) in enumerate(zip(expected, actual)) for c in match(e, a, f"{at}[{i}]")]
    if empty(expected) and empty(actual):
        return []
    same_type = isinstance(expected, bool) == isinstance(actual, bool)
    if same_type and expected == actual:
        return []
    return [f"{at}: expected {show(expected)}, got {show(actual)}"]


def prune(value: Any) -> Any:
    """Without the keys that count as absent, for exact comparison."""
    if isinstance(value, dict):
        return {k: prune(v) for k, v in value.items() if not empty(v)}
    if isinstance(value, list):
        return [prune(v) for v in value]
    return value


def _contains(arg: Any, actual: Any) -> bool:
    if isinstance(actual, str):
        return str(arg).lower() in actual.lower() if isinstance(arg, str) and arg.islower() else str(arg) in actual
    if isinstance(actual, list):
        return any(not match(arg, one, "") for one in actual)
    return False


def _typed(arg: str, actual: Any) -> bool:
    types: dict[str, Callable[[Any], bool]] = {
        "string": lambda v: isinstance(v, str),
        "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
        "bool": lambda v: isinstance(v, bool),
        "list": lambda v: isinstance(v, list),
        "map": lambda v: isinstance(v, dict),
    }
    return types[arg](actual)


def _number(actual: Any) -> bool:
    return isinstance(actual, (int, float)) and not isinstance(actual, bool)


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "$contains": _contains,
    "$not_contains": lambda arg, v: not _contains(arg, v),
    "$matches": lambda arg, v: isinstance(v, str) and re.search(arg, v) is not None,
    "$any": lambda arg, v: any(not match(one, v, "") for one in arg),
    "$not": lambda arg, v: bool(match(arg, v, "")),
    "$gte": lambda arg, v: _number(v) and v >= arg,
    "$lte": lambda arg, v: _number(v) and v <= arg,
    "$len": lambda arg, v: hasattr(v, "__len__") and not match(arg, len(v), ""),
    "$present": lambda arg, v: empty(v) != arg,
    "$exact": lambda arg, v: not match(_exactly(arg), _exactly(v), "") and prune(arg) == prune(v),
    "$sha256": lambda arg, v: isinstance(v, str) and hashlib.sha256(v.encode()).hexdigest() == arg,
    "$type": _typed,
    "$sr25519": lambda arg, v: isinstance(v, str) and signing.valid(arg, v),
    "$pkce": lambda arg, v: isinstance(v, dict) and _pkce(v),
}


def _pkce(result: dict[str, Any]) -> bool:
    """Whether the challenge in `url` is that of `code_verifier` (RFC 7636)."""
    query = parse_qs(urlsplit(str(result.get("url"))).query)
    digest = hashlib.sha256(str(result.get("code_verifier")).encode()).digest()
    wanted = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return query.get("code_challenge") == [wanted] and query.get("code_challenge_method") == ["S256"]


def _exactly(value: Any) -> Any:
    return prune(value) if isinstance(value, (dict, list)) else value


def _matcher(key: str, arg: Any, actual: Any, at: str) -> Complaints:
    if key == "$all":
        return [c for one in arg for c in match(one, actual, at)]
    if key not in _TESTS:
        return [f"{at}: unknown matcher {key}"]
    if _TESTS[key](arg, actual):
        return []
    return [f"{at}: expected {key} {show(arg)}, got {show(actual)}"]

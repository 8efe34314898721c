"""A fresh key per case, searched for in everything a driver lets out."""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any


def new_key(token: str) -> str:
    return f"cpk_test_{token}_{secrets.token_hex(12)}"


def forms(key: str) -> list[str]:
    """The key as it may appear: plain, and in base64."""
    return [key, base64.b64encode(key.encode()).decode().rstrip("=")]


def leaks(key: str, answers: list[dict[str, Any]], stderr: bytes, allowed: bool = False) -> list[str]:
    """Where the key stands. `allowed`: the case itself hands the key out as data."""
    out: list[str] = []
    log = stderr.decode("utf-8", "replace")
    for form in forms(key):
        if form in log:
            out.append("canary: the API key is in the driver's standard error")
        for i, answer in enumerate(answers):
            if not allowed and form in json.dumps(answer, ensure_ascii=False):
                out.append(f"canary: the API key is in answer {i}: {_where(answer, form)}")
    return out


def _where(value: Any, form: str, at: str = "") -> str:
    if isinstance(value, dict):
        return next((_where(v, form, f"{at}.{k}") for k, v in value.items() if form in json.dumps(v)), at)
    if isinstance(value, list):
        return next((_where(v, form, f"{at}[{i}]") for i, v in enumerate(value) if form in json.dumps(v)), at)
    return at.lstrip(".")

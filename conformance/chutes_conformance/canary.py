"""Planted secrets, searched for in everything a driver lets out and in everything a foreign origin received.

Four kinds are planted: the API key (fresh per case), OAuth tokens and client secrets, hotkey seeds, and fingerprints.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from .server.journal import Journal

SHORTEST = 12  # characters; anything shorter would be found by accident


def new_key(token: str) -> str:
    return f"cpk_test_{token}_{secrets.token_hex(12)}"


def planted(calls: Iterable[dict[str, Any]], key: str) -> dict[str, str]:
    """Every secret of a case, by its text, with what it is."""
    out = {key: "the API key"}
    for call in calls:
        auth, args = call.get("auth") or {}, call.get("args") or {}
        token = auth.get("token") or {}
        inner = (args.get("then") or {}).get("args") or {}
        found = [(auth.get("seed"), "the hotkey's seed"), (_seed(auth.get("config")), "the hotkey's seed"),
                 (token.get("access_token"), "an OAuth token"), (token.get("refresh_token"), "an OAuth token"),
                 (auth.get("client_secret"), "an OAuth client secret"),
                 *((one.get("fingerprint"), "a fingerprint") for one in (args, inner)),
                 *((one.get("client_secret"), "an OAuth client secret") for one in (args, inner))]
        out |= {text.removeprefix("0x"): what for text, what in found if text and len(text) >= SHORTEST}
    return out


def _seed(config: str | None) -> str | None:
    found = re.search(r"hotkey_seed\s*=\s*(\S+)", config or "")
    return found.group(1) if found else None


def forms(secret: str) -> list[str]:
    """The secret as it may appear: plain, in base64, percent-encoded, and, of a seed, as bytes in three languages' prints."""
    out = [secret, base64.b64encode(secret.encode()).decode().rstrip("="), quote(secret, safe="")]
    if re.fullmatch(r"[0-9a-f]{64}", secret):
        raw = bytes.fromhex(secret)
        out += [secret.upper(), base64.b64encode(raw).decode().rstrip("="), ", ".join(map(str, raw)), " ".join(map(str, raw)), repr(raw)[2:-1]]
    return list(dict.fromkeys(out))


def leaks(known: dict[str, str], answers: list[dict[str, Any]], stderr: bytes) -> list[str]:
    """Where a secret stands. The key may stand nowhere; the others not in errors, texts and logs, for a result may be one."""
    out: list[str] = []
    log = stderr.decode("utf-8", "replace")
    told: dict[bool, list[Any]] = {True: list(answers), False: [_texts(a) for a in answers]}
    dumps = {k: [json.dumps(one, ensure_ascii=False) for one in v] for k, v in told.items() if k or len(known) > 1}
    for secret, what in known.items():
        whole = what == "the API key"
        for form in forms(secret):
            if form in log:
                out.append(f"canary: {what} is in the driver's standard error")
            out += [f"canary: {what} is in answer {i}: {_where(told[whole][i], form)}" for i, text in enumerate(dumps[whole]) if form in text]
    return list(dict.fromkeys(out))


def _texts(answer: dict[str, Any]) -> list[Any]:
    """What of an answer is text about it: errors, driver errors, the listed strings of error.repr."""
    runs = answer.get("runs") or [answer]
    listed = [r["final"]["strings"] for r in runs if isinstance(r.get("final"), dict) and "strings" in r["final"]]
    return [answer.get("driver_error"), answer.get("skip"), *(r.get("error") for r in runs), *listed]


def abroad(known: dict[str, str], calls: Iterable[dict[str, Any]], journal: Journal) -> list[str]:
    """Secrets that reached an origin which is not the client's. An origin that the call itself names is no foreign one."""
    if any("${OTHER}" in json.dumps([call.get("endpoints"), call.get("base_url")]) for call in calls):
        return []
    out: list[str] = []
    for request in journal.requests:
        if request.origin == "other":
            seen = f"{request.target}\n{request.headers}\n".encode() + request.body
            out += [f"canary: {what} reached another origin" for secret, what in known.items() if any(f.encode() in seen for f in forms(secret))]
    return list(dict.fromkeys(out))


def _where(value: Any, form: str, at: str = "") -> str:
    if isinstance(value, dict):
        return next((_where(v, form, f"{at}.{k}") for k, v in value.items() if form in json.dumps(v, ensure_ascii=False)), at)
    if isinstance(value, list):
        return next((_where(v, form, f"{at}[{i}]") for i, v in enumerate(value) if form in json.dumps(v, ensure_ascii=False)), at)
    return at.lstrip(".")

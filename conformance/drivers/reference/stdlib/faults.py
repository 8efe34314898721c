"""Errors of the reference client: one class, kinds as data, one table from status and text to kind."""

from __future__ import annotations

import json
import re
from typing import Any

BODY_KEPT = 64 * 1024
MESSAGE_KEPT = 2000
MASK = "[redacted]"
_BY_STATUS = {400: "bad_request", 401: "unauthenticated", 402: "payment_required", 403: "permission_denied", 404: "not_found",
              409: "conflict", 422: "unprocessable", 426: "tee_required", 429: "rate_limited", 502: "unavailable",
              503: "unavailable", 504: "unavailable"}
_PARENTS = {"capacity": "rate_limited", "tee_required": "api_status", "cold_start": "server", "disabled": "server",
            "unavailable": "server"}
_RETRYABLE = {"capacity", "rate_limited", "cold_start", "unavailable", "connection", "timeout"}
_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_KEYS = re.compile(r"\b(?:cpk|cak|crt|csc)_[A-Za-z0-9_.\-]{4,}|(?<=Bearer )[^\s\"'<>,;]{4,}")


class Fault(Exception):
    """Any failure of a call."""

    def __init__(self, kind: str, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.kind, self.message = kind, message
        self.status: int | None = fields.get("status")
        self.code: str | None = fields.get("code")
        self.request_id: str | None = fields.get("request_id")
        self.retry_after_ms: float | None = fields.get("retry_after_ms")
        self.attempts: int = fields.get("attempts", 0)
        self.reason: str | None = fields.get("reason")
        self.partial: dict[str, Any] | None = fields.get("partial")
        self.param: str | None = fields.get("param")
        self.type: str | None = fields.get("type")
        self.offset: str | None = None
        self.fee: float | None = None
        self.text: str | None = fields.get("text")
        self.reset: str | None = fields.get("reset")
        self.tried: list[list[str]] = []
        self.steps: list[dict[str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        self.raw_body: bytes = fields.get("raw_body", b"")[:BODY_KEPT]
        self.cause: str | None = fields.get("cause")

    def __repr__(self) -> str:
        more = "".join(f", {name}={value!r}" for name in ("code", "request_id") if (value := getattr(self, name)))
        return f"Fault(kind={self.kind!r}, status={self.status}, message={self.message[:200]!r}{more})"

    @property
    def parents(self) -> list[str]:
        """Wider kinds under which a caller can catch this one."""
        if self.kind == "quota_exhausted":
            return ["payment_required" if self.status == 402 else "rate_limited"]
        parent = _PARENTS.get(self.kind)
        return [parent] if parent else []

    @property
    def retryable(self) -> bool:
        if self.kind == "server":
            return self.status != 501
        return self.kind in _RETRYABLE or self.status == 408


def redact(text: str, *secrets: str | None) -> str:
    """Mask this client's secrets, then anything that looks like one."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, MASK)
    return _KEYS.sub(MASK, text)


def clean(text: str, *secrets: str | None, most: int = MESSAGE_KEPT) -> str:
    return redact(_CONTROL.sub("", re.sub(r"[\t\n\r]+", " ", text)), *secrets).strip()[:most]


def kind_for(status: int, text: str, body: Any = None) -> str:
    """The status decides, then the text."""
    low = text.lower()
    if status == 402:
        detail = body.get("detail") if isinstance(body, dict) else None
        reset = any(isinstance(part, dict) and part.get("quota_reset_timestamp") for part in (body, detail))
        return "quota_exhausted" if reset or "quota" in low or "usage cap" in low else "payment_required"
    if status == 429:
        if "maximum capacity" in low:
            return "capacity"
        return "quota_exhausted" if "quota" in low or "limit reached for today" in low else "rate_limited"
    if status == 503 and "no instances available" in low:
        return "cold_start"
    if status == 503 and "currently disabled" in low:
        return "disabled"
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 520 <= status <= 529:
        return "unavailable"
    if status >= 500:
        return "server"
    return "api_status" if status >= 400 else "unexpected_response"


def _text_of(value: Any) -> str:
    if isinstance(value, str):
        before, inner = _json_in(value)
        told = _text_of(inner)
        return f"{before} {told}".strip() if told else value
    if isinstance(value, list):
        return "; ".join(filter(None, map(_item_text, value)))
    if isinstance(value, dict):
        for name in ("message", "msg", "detail", "error", "error_description", "title"):
            text = _text_of(value.get(name))
            if text:
                return text
    return json.dumps(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


def _item_text(item: Any) -> str:
    """One 422 entry: field path and reason, never the caller's `input`."""
    if isinstance(item, dict) and "msg" in item:
        path = ".".join(str(p) for p in item.get("loc") or [] if p != "body")
        return f"{path}: {item['msg']}" if path else str(item["msg"])
    return _text_of(item)


def _json_in(text: str) -> tuple[str, Any]:
    """The JSON object or array that ends a text, behind the words that a relay puts before it."""
    start = min((i for i in (text.find("{"), text.find("[")) if i >= 0), default=-1)
    if start < 0:
        return text, None
    try:
        return text[:start].strip(), json.loads(text[start:])
    except ValueError:
        return text, None


def _code_of(body: Any) -> str | None:
    """A body's own code, then that of its error, then that of its detail."""
    if not isinstance(body, dict):
        return None
    if isinstance(body.get("code"), (str, int)) and body["code"] != "":
        return str(body["code"])
    return _code_of(body.get("error")) or _code_of(body.get("detail"))


def parse_body(raw: bytes, content_type: str) -> tuple[str, str | None, Any]:
    """Message, code and decoded body of an error answer."""
    text = raw.decode("utf-8-sig", "replace")
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    if isinstance(body, str):
        return body, None, body
    if isinstance(body, (dict, list)):
        error = body.get("error") if isinstance(body, dict) else None
        if isinstance(error, str) and error and isinstance(body, dict):
            beside = next((_text_of(body[n]) for n in ("detail", "error_description", "message") if _text_of(body.get(n))), "")
            return (f"{error}: {beside}", _code_of({**body, "detail": None}) or error, body) if beside else (error, _code_of(body), body)
        if isinstance(body, list):
            return _text_of(body), None, body
        found = next((_text_of(body[n]) for n in ("detail", "error", "error_description", "message", "title") if _text_of(body.get(n))), "")
        return found or text, _code_of(body), body
    if "html" in content_type.lower() or text.lstrip()[:1] == "<":
        title = re.search(r"<title[^>]*>(.*?)</title>|<h1[^>]*>(.*?)</h1>", text[:65536], re.S | re.I)
        return (" ".join((title.group(1) or title.group(2) or "").split()) if title else "an HTML page"), None, None
    return text, None, None


def without_choices(value: Any, *secrets: str | None) -> str:
    """What an answer says that holds no completion: a model's engine may give its error the status 200."""
    said = next((_text_of(value[n]) for n in ("detail", "error", "message") if _text_of(value.get(n))), "") if isinstance(value, dict) else ""
    return "the answer has no choices" + (f": {clean(said, *secrets)}" if said else "")


def _parts(body: Any, depth: int = 0) -> list[dict[str, Any]]:
    """An error body, and the objects in its `error` and `detail`."""
    if not isinstance(body, dict) or depth > 5:
        return []
    return [body, *(part for name in ("error", "detail") for part in _parts(body.get(name), depth + 1))]


def classify(status: int, headers: dict[str, str], raw: bytes, *secrets: str | None, **fields: Any) -> Fault:
    """The fault for an error status."""
    message, code, body = parse_body(raw, headers.get("content-type", ""))
    # A 402 says what is to be paid, and where: all of it is kept.
    message = clean(message, *secrets, most=len(message) if status == 402 else MESSAGE_KEPT) or f"HTTP {status}"
    request_id = headers.get("x-request-id") or headers.get("x-chutes-invocationid")
    detail = body.get("detail") if isinstance(body, dict) else None
    told = next((part["quota_reset_timestamp"] for part in (body, detail) if isinstance(part, dict) and part.get("quota_reset_timestamp")), None)
    reset = clean(str(told), *secrets) if status == 402 and told else None
    for name in ("param", "type"):
        blamed = next((part[name] for part in _parts(body) if part.get(name)), None)
        fields[name] = clean(str(blamed), *secrets) if blamed else None
    return Fault(kind_for(status, message, body), message, status=status, reset=reset, code=code and clean(code, *secrets),
                 request_id=request_id and clean(request_id, *secrets), raw_body=raw, **fields)

"""From one answer of a case to the exact pieces that go over the wire."""

from __future__ import annotations

import base64
import email.utils
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from ..match import match
from .body import (
    ENDINGS,
    Piece,
    Step,
    bomb,
    coded,
    compact,
    completion,
    cut,
    shortened,
    sliced,
    sse_pieces,
    step_of,
)
from .journal import RequestRecord

_TYPES = {"json": "application/json", "completion": "application/json", "page": "application/json",
          "text": "text/plain; charset=utf-8", "html": "text/html; charset=utf-8",
          "sse": "text/event-stream; charset=utf-8"}
_BODIES = ("json", "text", "html", "b64", "hex", "fill", "sse", "completion", "page", "bomb")
_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
FAULTS: dict[str, list[dict[str, Any]]] = {
    "reset-before-headers": [{"rst": True}],
    "close-before-headers": [{"fin": True}],
    "reset-mid-headers": [{"send": _HEAD}, {"rst": True}],
    "close-mid-headers": [{"send": _HEAD}, {"fin": True}],
    "hang": [{"hang": True}],
    "half-status-line": [{"send": "HTTP/1.1 2"}, {"fin": True}],
    "garbage": [{"send": "\x00\x01 this is not HTTP \r\n\r\n"}, {"fin": True}],
    "bad-chunk-size": [
        {"send": _HEAD + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"}, {"fin": True},
    ],
}


@dataclass
class Script:
    """The answers of one case attempt and which of them were used."""

    answers: list[dict[str, Any]]
    variables: dict[str, str]
    now_ms: float | None = None
    _used: set[int] = field(default_factory=set)

    def choose(self, request: RequestRecord) -> int | None:
        """Index of the first unused matching answer; the last matching one repeats."""
        matching = [i for i, a in enumerate(self.answers) if _matches(a.get("on"), request) and _speaks_of(a.get("when"), request)]
        fresh = [i for i in matching if i not in self._used]
        if not matching:
            return None
        chosen = fresh[0] if fresh else matching[-1]
        self._used.add(chosen)
        return chosen

    def substitute(self, value: Any, request: RequestRecord) -> Any:
        """Replace `${…}` in every string of an answer."""
        if isinstance(value, str) and "${" in value:
            return re.sub(r"\$\{([A-Z0-9_]+(?:\.path)?)([+-]\d+)?\}", lambda m: self._variable(m, request), value)
        if isinstance(value, list):
            return [self.substitute(v, request) for v in value]
        if isinstance(value, dict):
            return {k: self.substitute(v, request) for k, v in value.items()}
        return value

    def _variable(self, match: re.Match[str], request: RequestRecord) -> str:
        name, offset = match.group(1), match.group(2)
        if name == "REQUEST.path":
            return request.path
        if name.startswith("HTTPDATE"):
            base = time.time() if self.now_ms is None else self.now_ms / 1000
            return http_date(base + int(offset or 0), name.removeprefix("HTTPDATE"))
        return self.variables.get(name, match.group(0))


def path_pattern(pattern: str) -> re.Pattern[str]:
    """`*` is one path component or a part of one, `**` any number of them."""
    parts = re.split(r"(\*\*|\*)", pattern)
    return re.compile("".join(".*" if p == "**" else "[^/]*" if p == "*" else re.escape(p) for p in parts))


def _matches(on: str | None, request: RequestRecord) -> bool:
    if on is None:
        return True
    method, _, path = on.partition(" ")
    return method in ("*", request.method) and bool(path_pattern(path).fullmatch(request.path))


def _speaks_of(when: Any, request: RequestRecord) -> bool:
    """Whether the JSON body of the request matches."""
    if when is None:
        return True
    try:
        return not match(when, json.loads(request.body), "")
    except ValueError:
        return False


def http_date(at: float, form: str = "") -> str:
    """An HTTP date as IMF-fixdate, RFC 850 (`850`) or asctime (`ASC`), RFC 9110 section 5.6.7."""
    moment = datetime.fromtimestamp(at, UTC)
    if form == "850":
        return moment.strftime("%A, %d-%b-%y %H:%M:%S GMT")
    if form == "ASC":
        return moment.strftime("%a %b ") + f"{moment.day:2d}" + moment.strftime(" %H:%M:%S %Y")
    return email.utils.format_datetime(moment, usegmt=True)


def render(answer: dict[str, Any], request: RequestRecord) -> list[Piece]:
    """All pieces of an answer, status line to last byte."""
    if "fault" in answer:
        return _wire(FAULTS[answer["fault"]])
    if "wire" in answer:
        return _wire(answer["wire"])
    pieces, kind = _body(answer)
    if kind == "bomb":
        head = _head({**answer, "headers": {"Content-Encoding": "gzip", **answer.get("headers", {})}}, kind, pieces, "close", "identity")
        return _assemble(answer, request, head, pieces, "close")
    default = "event" if kind == "sse" else "whole"
    pieces = sliced(pieces, answer.get("slice", default))
    coding = answer.get("coding", "identity")
    if coding != "identity" and not answer.get("force_coding"):
        if coding not in (request.header("accept-encoding") or "").lower():
            coding = "identity"
    if kind is not None:
        pieces = coded(pieces, coding)
    framing = answer.get("framing", "chunked" if kind == "sse" else "length")
    if answer.get("http") == "1.0" and framing == "chunked":
        framing = "close"
    if kind is None and framing == "chunked":
        framing = "length"
    head = _head(answer, kind, pieces, framing, coding)
    return _assemble(answer, request, head, pieces, framing)


def _assemble(
    answer: dict[str, Any], request: RequestRecord, head: bytes, pieces: list[Piece], framing: str
) -> list[Piece]:
    out: list[Piece] = []
    if answer.get("delay_ms"):
        out.append(Step("sleep_ms", float(answer["delay_ms"])))
    out += [text.encode("latin-1") for text in answer.get("before", [])]
    if request.method == "HEAD":
        return [*out, head]
    ended = any(isinstance(p, Step) and p.kind in ENDINGS for p in pieces)
    if framing == "chunked":
        pieces = [p if isinstance(p, Step) else b"%x\r\n%b\r\n" % (len(p), p) for p in pieces]
        if not ended:
            trailers = "".join(f"{k}: {v}\r\n" for k, v in answer.get("trailers", {}).items())
            pieces.append(f"0\r\n{trailers}\r\n".encode())
    gap = float(answer.get("slice_gap_ms", 0))
    if gap:
        spaced: list[Piece] = []
        for piece in pieces:
            spaced += [piece, Step("sleep_ms", gap)] if isinstance(piece, bytes) else [piece]
        pieces = spaced
    if "cut" in answer:
        pieces = shortened(pieces, int(answer["cut"]["after_bytes"]), answer["cut"]["how"])
    elif not ended and (framing == "close" or answer.get("connection") == "close" or answer.get("http") == "1.0"):
        pieces = [*pieces, Step("fin")]
    return [*out, head, Step("body"), *pieces]


def _body(answer: dict[str, Any]) -> tuple[list[Piece], str | None]:
    kind = next((k for k in _BODIES if k in answer), None)
    if kind is None:
        return [], None
    value = answer[kind]
    if kind == "bomb":
        return list(bomb(int(value))), kind
    if kind == "sse":
        return list(sse_pieces(value, answer.get("eol", "lf"))), kind
    if kind == "completion":
        data = compact(completion(value)).encode()
    elif kind in ("json", "page"):
        data = compact({"page": 0, "limit": 25, **value} if kind == "page" else value).encode()
    elif kind == "b64":
        data = base64.b64decode(value)
    elif kind == "hex":
        data = bytes.fromhex(value)
    elif kind == "fill":
        data = value["byte"].encode() * int(value["count"])
    else:
        data = value.encode("utf-8", "surrogatepass")
    return [data], kind


def _head(
    answer: dict[str, Any], kind: str | None, pieces: list[Piece], framing: str, coding: str
) -> bytes:
    status = int(answer.get("status", 200))
    reason = answer.get("reason", _reason(status))
    lines = [f"HTTP/{answer.get('http', '1.1')} {status} {reason}"]
    given = {k.lower() for k in answer.get("headers", {})}

    def add(name: str, value: str) -> None:
        if name.lower() not in given:
            lines.append(f"{name}: {value}")

    add("Date", http_date(time.time()))
    content_type = answer.get("content_type", _TYPES.get(kind or ""))
    if content_type:
        add("Content-Type", content_type)
    if coding != "identity":
        add("Content-Encoding", coding)
    if framing == "chunked":
        add("Transfer-Encoding", "chunked")
        if "trailers" in answer:
            add("Trailer", ", ".join(answer["trailers"]))
    elif framing == "length" and status not in (204, 304) and status >= 200:
        length = sum(len(p) for p in pieces if isinstance(p, bytes))
        add("Content-Length", str(length + int(answer.get("length_delta", 0))))
    if answer.get("connection") == "close" or framing == "close":
        add("Connection", "close")
    for name, value in (answer.get("headers") or {}).items():
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                lines.append(f"{name}: {one}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape")


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unnamed"


def _wire(steps: list[dict[str, Any]]) -> list[Piece]:
    out: list[Piece] = []
    for step in steps:
        control = step_of(step) if "drip" not in step else None
        if control:
            out.append(control)
            continue
        key = next(k for k in step if k in _WIRE)
        out += _WIRE[key](step[key], step)
    return out


def _wire_head(spec: dict[str, Any], _: dict[str, Any]) -> list[Piece]:
    status = int(spec.get("status", 200))
    lines = [f"HTTP/1.1 {status} {_reason(status)}", *(f"{k}: {v}" for k, v in spec.get("headers", {}).items())]
    return [("\r\n".join(lines) + "\r\n\r\n").encode(), Step("body")]


def _drip(text: str, step: dict[str, Any]) -> list[Piece]:
    out: list[Piece] = []
    for part in cut(text.encode(), int(step.get("slice", 1))):
        out += [part, Step("sleep_ms", float(step["every_ms"]))]
    return out


def _framed(data: bytes, declare: int | None = None) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data) if declare is None else declare, data)


_WIRE: dict[str, Callable[[Any, dict[str, Any]], list[Piece]]] = {
    "send": lambda v, _: [v.encode("utf-8", "surrogatepass")],
    "send_b64": lambda v, _: [base64.b64decode(v)],
    "send_hex": lambda v, _: [bytes.fromhex(v)],
    "head": _wire_head,
    "chunk": lambda v, _: [_framed(v.encode("utf-8", "surrogatepass"))],
    "last_chunk": lambda v, _: [b"0\r\n\r\n"],
    "bad_chunk": lambda v, _: [b"%x\r\n%b" % (int(v["declare"]), v["send"].encode())],
    "drip": _drip,
    "repeat": lambda v, s: [v.encode() * min(int(s["times"]) - i, 1000) for i in range(0, int(s["times"]), 1000)],
}

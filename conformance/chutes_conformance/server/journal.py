"""What the server saw and did for one case, on the server's monotonic clock."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

TRACE_LIMIT = 64 * 1024  # bytes of wire trace kept per request: enough to read, small enough to store


@dataclass
class RequestRecord:
    """One request and the fate of its answer. Times are seconds of `time.monotonic`."""

    index: int
    connection: int
    origin: str
    method: str
    target: str
    path: str
    query: str
    version: str
    headers: list[tuple[str, str]]
    body: bytes
    arrived: float
    answer: int | None = None
    answer_ended: float | None = None
    last_sent: float | None = None
    body_sent: int = 0
    client_closed: float | None = None
    closed_how: str | None = None
    trace: list[tuple[float, str, bytes]] = field(default_factory=list)
    _traced: int = 0

    def header(self, name: str) -> str | None:
        """The value of a header, several joined by a comma; None if it was not sent."""
        values = [v for k, v in self.headers if k.lower() == name.lower()]
        return ", ".join(values) if values else None

    def note(self, kind: str, data: bytes = b"") -> None:
        """Append to the wire trace; `kind` is `<` received, `>` sent, or a word for an event."""
        room = TRACE_LIMIT - self._traced
        if room > 0 or kind not in "<>":
            kept = data[: max(room, 0)]
            self._traced += len(kept)
            self.trace.append((time.monotonic(), kind, kept))

    def query_map(self) -> dict[str, Any]:
        parsed = parse_qs(self.query, keep_blank_values=True)
        return {k: v[0] if len(v) == 1 else v for k, v in parsed.items()}


@dataclass
class Journal:
    """Everything one case attempt caused. `problems` are faults of the harness, never of the client."""

    token: str
    started: float = field(default_factory=time.monotonic)
    requests: list[RequestRecord] = field(default_factory=list)
    open_now: int = 0
    max_open: int = 0
    problems: list[str] = field(default_factory=list)

    def begin(self) -> None:
        self.open_now += 1
        self.max_open = max(self.max_open, self.open_now)

    def end(self) -> None:
        self.open_now -= 1

    @property
    def connections(self) -> int:
        return len({(r.origin, r.connection) for r in self.requests})

    def gaps_ms(self) -> list[float]:
        """From the end of answer i to the arrival of request i+1."""
        pairs = zip(self.requests, self.requests[1:])
        return [(b.arrived - (a.answer_ended or a.arrived)) * 1000 for a, b in pairs]

    def to_json(self) -> list[dict[str, Any]]:
        """The journal for reports: text where it is text, times in ms since the case began."""

        def ms(at: float | None) -> float | None:
            return None if at is None else round((at - self.started) * 1000, 2)

        return [
            {
                "method": r.method,
                "target": r.target,
                "origin": r.origin,
                "connection": r.connection,
                "headers": r.headers,
                "body": r.body[:4096].decode("utf-8", "replace"),
                "body_len": len(r.body),
                "arrived_ms": ms(r.arrived),
                "answer": r.answer,
                "answer_ended_ms": ms(r.answer_ended),
                "body_sent": r.body_sent,
                "client_closed_ms": ms(r.client_closed),
                "closed_how": r.closed_how,
                "trace": [[ms(at), kind, data[:4096].decode("latin-1")] for at, kind, data in r.trace[:400]],
            }
            for r in self.requests
        ]

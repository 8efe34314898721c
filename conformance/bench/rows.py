"""What is measured: one row per kind of work, with the peer it is held against and the ratio to reach."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`ours` and `peer` are the runner's word for the client, `work` its word for the work; `value` is the figure that is compared.

    reach, stretch: ours / peer, at most. `quick`: also part of the short run. `tls`: over TLS.
    """

    language: str
    title: str
    work: str
    ours: str
    peer: str
    reach: float | None = None
    stretch: float | None = None
    value: str = "cpu_us"
    tls: bool = False
    quick: bool = False
    limit: float | None = None  # an absolute bound of our value, in the unit of the value


ROWS = [
    Row("python", "stream, per chunk", "stream", "ours", "peer", 0.15, 0.11, quick=True),
    Row("python", "stream, per chunk, async", "stream", "ours-async", "peer-async", 0.16, 0.11, quick=True),
    Row("python", "stream over TLS, one event per record", "stream", "ours", "peer", 0.27, 0.22, tls=True),
    Row("python", "stream over TLS, async", "stream", "ours-async", "peer-async", 0.28, 0.14, tls=True),
    Row("python", "64 requests at once, async", "at-once-64", "ours-async", "peer-async", 0.40, 0.28, quick=True),
    Row("python", "256 requests at once, async", "at-once-256", "ours-async", "peer-async", 0.35, 0.20),
    Row("python", "1,000 open streams, per token", "thousand", "ours-async", "peer-async", 0.50, 0.32),
    Row("python", "1,000 open streams, memory per stream", "thousand", "ours-async", "peer-async", 0.75, 0.5, value="kb_per_stream"),
    Row("python", "1,000 open streams, p99 of the added delay", "thousand", "ours-async", "peer-async", None, None, value="p99_us", limit=5000),
    Row("python", "paced tokens", "paced", "ours", "peer", 0.55, 0.35, quick=True),
    Row("python", "paced tokens, async", "paced", "ours-async", "peer-async", 0.70, 0.45),
    Row("python", "first token on a warm connection", "first", "ours", "peer", 0.48, 0.37, quick=True),
    Row("python", "first token, async", "first", "ours-async", "peer-async", 0.60, 0.50),
    Row("python", "fresh process to the end of a first answer", "fresh", "ours", "peer", 0.38, 0.30, quick=True),
    Row("python", "import, above the bare interpreter", "import", "chutes_client", "httpx", 0.25, 0.10, quick=True),
    Row("python", "embeddings 1000 x 1024", "embed", "ours", "peer", 0.15, 0.10),
    Row("python", "4 MB image", "image", "ours", "peer", 0.50, 0.35),
    Row("python", "stream, against a bare socket and msgspec", "stream", "ours", "limit", 6.5, 2.5),
    Row("python", "one event of 40 MB, seconds", "event-40", "ours", "ours", None, None, value="wall_us", limit=2e6),
]

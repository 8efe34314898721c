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
    against: str = ""  # the work of `peer` where it is another one


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
    Row("python", "stream over the aiohttp-backed transport, async", "stream", "ours-aiohttp-async", "peer-async", 0.08, 0.05),
    Row("python", "64 requests at once over aiohttp, async", "at-once-64", "ours-aiohttp-async", "peer-async", 0.25, 0.18),
    Row("python", "stream, against a bare socket and msgspec", "stream", "ours", "limit", 6.5, 2.5),
    Row("python", "one event of 40 MB, wall time", "event-40", "ours", "ours", value="wall_us", limit=2e6),
    Row("python", "one event of 32 MB against one of 4 MB", "event-32", "ours", "ours", 12, against="event-4"),
    Row("ts", "stream over fetch, per chunk", "stream", "ours-fetch", "peer", 0.45, 0.36, quick=True),
    Row("ts", "64 requests at once over fetch", "at-once-64", "ours-fetch", "peer", 0.85, 0.70),
    Row("ts", "first token on a warm connection, over fetch", "first", "ours-fetch", "peer", 0.80, 0.70),
    Row("ts", "paced tokens over fetch", "paced", "ours-fetch", "peer", 0.90, 0.80),
    # What is used on Node unless a caller hands in a fetch; held to what undici's own interface reached.
    Row("ts", "stream over node:http, per chunk", "stream", "ours", "peer", 0.45, 0.38, quick=True),
    Row("ts", "64 requests at once over node:http", "at-once-64", "ours", "peer", 0.85, 0.25, quick=True),
    Row("ts", "first token over node:http", "first", "ours", "peer", 0.80, 0.28, quick=True),
    Row("ts", "paced tokens over node:http", "paced", "ours", "peer", 0.90, 0.55),
    Row("ts", "embeddings 1000 x 1024", "embed", "ours", "peer"),
    Row("ts", "4 MB image", "image", "ours", "peer"),
    Row("ts", "bundle with chat only, minified and gzipped, bytes", "bundle", "ours", "peer", value="bytes", limit=10_240, quick=True),
    Row("ts", "stream over fetch, against a bare socket and JSON.parse", "stream", "ours-fetch", "limit", 2.3, 2.0, quick=True),
    Row("ts", "one event of 40 MB, wall time", "event-40", "ours", "ours", value="wall_us", limit=2e6),
    Row("ts", "one event of 32 MB against one of 4 MB", "event-32", "ours", "ours", 12, against="event-4"),
    Row("go", "stream, per chunk", "stream", "ours", "peer", 0.15, 0.07, quick=True),
    Row("go", "64 requests at once", "at-once-64", "ours", "peer", 0.40, 0.28, quick=True),
    Row("go", "first token on a warm connection", "first", "ours", "peer", 0.70, 0.62, quick=True),
    Row("go", "paced tokens", "paced", "ours", "peer"),
    Row("go", "4 MB image", "image", "ours", "peer", 0.10, 0.07),
    Row("go", "embeddings 1000 x 1024", "embed", "ours", "peer", 0.12, 0.03),
    Row("go", "stream, against a bare socket and a decoder by hand", "stream", "ours", "limit", 1.5, 1.2, quick=True),
    Row("go", "one event of 40 MB, wall time", "event-40", "ours", "ours", value="wall_us", limit=2e6),
    Row("go", "one event of 32 MB against one of 4 MB", "event-32", "ours", "ours", 12, against="event-4"),
    Row("go", "management page of 25 chutes, against encoding/json by hand", "page", "ours", "limit", 1.3),
    Row("go", "management page of 25 chutes, allocations", "page", "ours", "limit", 1.3, value="allocations"),
    Row("rust", "stream read by the main task, per chunk", "stream", "ours-main", "peer-main", 0.80, 0.25, quick=True),
    Row("rust", "stream read by a spawned task", "stream", "ours-spawned", "peer-spawned", 1.0, 0.50, quick=True),
    Row("rust", "stream on a runtime of one thread", "stream", "ours-current", "peer-current", 1.0, 0.65),
    Row("rust", "paced tokens", "paced", "ours-main", "peer-main", 1.15, 1.0),
    Row("rust", "64 requests at once", "at-once-64", "ours-main", "peer-main", 0.90, 0.60, quick=True),
    Row("rust", "first token on a warm connection", "first", "ours-main", "peer-main", 1.0, 0.50, quick=True),
    Row("rust", "stream read by the main task, against a blocking socket and serde", "stream", "ours-main", "limit", 7, 2, quick=True),
    Row("rust", "stream read by a spawned task, against the same", "stream", "ours-spawned", "limit", 4, 2),
    Row("rust", "management page of 25 chutes, against serde by hand", "page", "ours-current", "limit", 1.3),
    Row("rust", "one event of 40 MB, wall time", "event-40", "ours-main", "ours-main", value="wall_us", limit=2e6),
    Row("rust", "one event of 32 MB against one of 4 MB", "event-32", "ours-main", "ours-main", 12, against="event-4"),
]

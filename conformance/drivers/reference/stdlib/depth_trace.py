"""The trace of a call: what the platform did with it, step by step."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any

import resources
from faults import Fault

Json = dict[str, Any]


def trace(chute: resources.Chute, args: Json) -> Json:
    """`{entries, result, error, timeline}`; an error in the trace is a value of it."""
    call = chute._call(args, "text/event-stream", True)
    call.headers = {**call.headers, "X-Chutes-Trace": "true"}
    body, attempts = chute.client.perform(call, chute.options)
    stream = resources.EventStream(chute.client, body, attempts)
    entries: list[Json] = []
    result: Any = None
    ended = False
    error: Json | None = None
    for event in stream:
        value = stream.value(event)
        if value is None:
            continue
        if not isinstance(value, dict):
            raise Fault("stream_error", "a trace event that is no object", attempts=attempts)
        if isinstance(value.get("trace"), dict):
            entries.append(value["trace"])
        elif value.get("error") is not None:
            error, ended = value, True
        elif "result" in value:
            ended = True
            result = _joined(result, value["result"])
    if not ended:
        raise Fault("stream_interrupted", "the trace ended before the result of its call", reason="truncated", attempts=attempts)
    return {"entries": entries, "result": result, "error": error, "timeline": timeline(entries)}


def _joined(before: Any, wrapped: Any) -> Any:
    if isinstance(wrapped, str):  # a piece of the inner stream
        return before + wrapped if isinstance(before, str) else wrapped
    if not isinstance(wrapped, dict):
        return wrapped
    if "json" in wrapped:
        return wrapped["json"]
    if "text" in wrapped:
        return wrapped["text"]
    data = base64.b64decode(wrapped.get("bytes") or "")
    return {"content_type": wrapped.get("content_type"), "length": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _moment(entry: Json) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(entry.get("timestamp")))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def timeline(entries: list[Json]) -> list[str]:
    """A line per entry with the seconds since the first."""
    moments = [_moment(e) for e in entries]
    first = next((m for m in moments if m), None)
    return [f"+{(m - first).total_seconds() if m and first else 0:.3f} s  {e.get('message') or ''}" for m, e in zip(moments, entries)]

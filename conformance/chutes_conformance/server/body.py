"""From the body of an answer, as a case writes it, to pieces of bytes and the steps between them."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Step:
    """Something to do between bytes: sleep_ms, rst, fin, half_close, hang, wait_close_ms, drip, last."""

    kind: str
    value: float = 0


Piece = bytes | Step
STEPS = ("sleep_ms", "rst", "fin", "half_close", "hang", "wait_close_ms")
ENDINGS = ("rst", "fin", "hang")
_EOL = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}


def step_of(element: dict[str, Any]) -> Step | None:
    """The control step that a map names, or None if it is something else."""
    for kind in STEPS:
        if kind in element:
            value = element[kind]
            return Step(kind, 0 if value is True else float(value))
    return None


def compact(value: Any) -> str:
    # Lone surrogates come from "\ud83d" in YAML; JSON must escape them, everything else may stay as it is.
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "".join(c if not 0xD800 <= ord(c) <= 0xDFFF else f"\\u{ord(c):04x}" for c in text)


def completion(spec: Any) -> dict[str, Any]:
    """`completion: pong`, or a map of message fields, as a chat completion."""
    fields = dict(spec) if isinstance(spec, dict) else {"content": spec}
    extra = fields.pop("set", {})
    usage = fields.pop("usage", {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3})
    finish = fields.pop("finish_reason", "stop")
    return {
        "id": fields.pop("id", "chatcmpl-1"),
        "object": "chat.completion",
        "created": 1700000000,
        "model": fields.pop("model", "test/model"),
        "choices": [{"index": 0, "message": {"role": "assistant", **fields}, "finish_reason": finish}],
        "usage": usage,
        **extra,
    }


def chunk(element: dict[str, Any]) -> dict[str, Any]:
    """One chat (or text completion) chunk from its shorthand."""
    text_form = "text" in element
    out: dict[str, Any] = {
        "id": element.get("id", "cmpl-1" if text_form else "chatcmpl-1"),
        "object": "text_completion" if text_form else "chat.completion.chunk",
        "created": element.get("created", 1700000000),
        "model": element.get("model", "test/model"),
        "choices": [],
    }
    if text_form or "delta" in element or "finish" in element:
        choice: dict[str, Any] = {"index": element.get("choice", 0)}
        if text_form:
            choice["text"] = element["text"]
        else:
            choice["delta"] = element.get("delta", {})
        if "logprobs" in element:
            choice["logprobs"] = element["logprobs"]
        choice["finish_reason"] = element.get("finish")
        out["choices"] = [choice]
    if "usage" in element:
        out["usage"] = element["usage"]
    out.update(element.get("set", {}))
    return out


def sse_pieces(events: Iterable[Any], eol: str = "lf") -> Iterator[Piece]:
    """The bytes of each element of an `sse` list, one piece per event."""
    nl = _EOL[eol]
    for element in events:
        if element == "DONE":
            yield f"data: [DONE]{nl}{nl}".encode()
            continue
        if not isinstance(element, dict):
            raise ValueError(f"not an sse element: {element!r}")
        if "times" in element:
            yield from sse_pieces(element["of"] * int(element["times"]), eol)
            continue
        step = step_of(element)
        if step:
            yield step
        elif "raw" in element:
            yield element["raw"].encode("utf-8", "surrogatepass")
        elif "raw_b64" in element:
            yield base64.b64decode(element["raw_b64"])
        elif "comment" in element:
            yield f": {element['comment']}{nl}{nl}".encode()
        elif "json" in element:
            yield f"data: {compact(element['json'])}{nl}{nl}".encode()
        elif "data" in element:
            yield _event(element, nl)
        else:
            yield f"data: {compact(chunk(element))}{nl}{nl}".encode()


def _event(element: dict[str, Any], nl: str) -> bytes:
    lines = [f"{name}: {element[name]}" for name in ("event", "id", "retry") if name in element]
    lines += [f"data: {line}" for line in element["data"].split("\n")]
    return (nl.join(lines) + nl + nl).encode("utf-8", "surrogatepass")


def cut(data: bytes, how: Any) -> list[bytes]:
    """Slice bytes: whole, event (as given), line, a number, mid-utf8 or mid-crlf."""
    if not data or how in ("whole", "event"):
        return [data] if data else []
    if isinstance(how, int):
        return [data[i : i + how] for i in range(0, len(data), how)]
    marks: list[int] = []
    for i, byte in enumerate(data[:-1]):
        following = data[i + 1]
        if how == "line" and (byte == 10 or (byte == 13 and following != 10)):
            marks.append(i + 1)
        elif how == "mid-crlf" and byte == 13 and following == 10:
            marks.append(i + 1)
        elif how == "mid-utf8" and byte >= 0xC0 and 0x80 <= following < 0xC0:
            marks.append(i + 1)
    edges = [0, *marks, len(data)]
    return [data[a:b] for a, b in zip(edges, edges[1:])]


def sliced(pieces: Iterable[Piece], how: Any) -> list[Piece]:
    """Cut the pieces again; all but `event` first join what lies between two steps."""
    out: list[Piece] = []
    run: list[bytes] = []

    def flush() -> None:
        out.extend(run if how == "event" else cut(b"".join(run), how))
        run.clear()

    for piece in pieces:
        if isinstance(piece, Step):
            flush()
            out.append(piece)
        else:
            run.append(piece)
    flush()
    return [p for p in out if isinstance(p, Step) or p]


def bomb(mib: int) -> Iterator[bytes]:
    """A gzip body of `mib` MiB of spaces in about a thousandth of that: one flushed block, repeated."""
    space = b" " * (1 << 20)
    first = zlib.compressobj(9, zlib.DEFLATED, 31)
    yield first.compress(space) + first.flush(zlib.Z_FULL_FLUSH)
    again = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = again.compress(space) + again.flush(zlib.Z_FULL_FLUSH)  # a full flush refers to nothing before it
    for _ in range(mib - 1):
        yield block


def coded(pieces: list[Piece], coding: str) -> list[Piece]:
    """Compress piece by piece with a sync flush each, so that every event can be decoded when it arrives."""
    if coding == "identity":
        return pieces
    coder = zlib.compressobj(6, zlib.DEFLATED, 31 if coding == "gzip" else 15)
    out: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Step):
            out.append(piece)
        else:
            out.append(coder.compress(piece) + coder.flush(zlib.Z_SYNC_FLUSH))
    if not any(isinstance(p, Step) and p.kind in ENDINGS for p in pieces):
        out.append(coder.flush())
    return out


def shortened(pieces: list[Piece], after: int, how: str) -> list[Piece]:
    """The first `after` bytes, then the step `how`."""
    out: list[Piece] = []
    left = after
    for piece in pieces:
        if isinstance(piece, bytes):
            piece = piece[:left]
            left -= len(piece)
        if piece:
            out.append(piece)
        if left <= 0:
            break
    return [*out, Step(how)]

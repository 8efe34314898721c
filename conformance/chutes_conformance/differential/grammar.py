"""Seeded random streams: mostly what servers send, sometimes what they should not."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

WORDS = ["Hello", " ", "\n", "wörld", "🙂", "日本", "", "\u2028", "\x00", "\ufeff", '"', "\\", "data: x", "a" * 300, "\r\n", "👩‍👩‍👧", "[DONE]", "\x1b[31m"]
LINES = [
    "data: a", "data:b", "data:  c", "data", "data:", "event: x", "event:", "event: error", "id: 7", "id", "id: a\0b", "retry: 10", "retry: 1_0", "retry: ٣",
    ": comment", ":", "dat: a", "Data: a", " data: a", "data : a", "data: é€🌍", "data: \u2028x\u0085y\x0bz", "\ufeffdata: a", "garbage", "id: 1", "data: {}",
    "retry: 99999999999999999999", "event: a:b", "data: : keepalive", "data:\tx",
]  # fmt: skip
ENDS = ["\n", "\r\n", "\r"]


def lines(seed: int) -> bytes:
    """A stream of lines for the decoder alone: fields good and bad, every line end, sometimes broken UTF-8."""
    rng = random.Random(seed)
    ends = [rng.choice(ENDS)] if rng.random() < 0.6 else ENDS
    out = b"\xef\xbb\xbf" * (rng.random() < 0.2)
    for _ in range(rng.randrange(1, 25)):
        line = rng.choice(LINES) if rng.random() < 0.8 else "data: " + "".join(rng.choices(WORDS, k=3))
        out += ("" if rng.random() < 0.3 else line).encode() + rng.choice(ends).encode()
    if rng.random() < 0.3:
        out = _bend(rng, out)
    return out + b"\n\n" * (rng.random() < 0.5)


def _bend(rng: random.Random, data: bytes) -> bytes:
    """Some bytes replaced, removed or put in."""
    out = bytearray(data)
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(out) + 1)
        out[at : at + rng.randrange(3)] = rng.choice([b"", b"\xff", b"\xe2\x82", b"\r", b"\n", b":", b"\x00", b"\xc0\xaf", b"\xf0\x9f"])
    return bytes(out)


def chat(seed: int) -> bytes:
    """A stream for the chat layer: chunks in the shapes of real engines, then one of the many ways to end."""
    rng = random.Random(seed)
    end = rng.choice(ENDS[:2])
    out = [_event(rng, chunk, end) for chunk in _answer(rng)]
    for _ in range(rng.randrange(3)):
        out.insert(rng.randrange(len(out) + 1), rng.choice(NOISE).replace("\n", end))
    if rng.random() < 0.15:
        out.insert(rng.randrange(len(out) + 1), _event(rng, rng.choice(ODD), end))
    whole = ("".join(out) + rng.choice(LAST).replace("\n", end)).encode()
    return _bend(rng, whole) if rng.random() < 0.15 else whole


NOISE = [": ping\n\n", "event: ping\n\n", "id: 5\n\n", "retry: 3\n\n", "data:\n\n", "data: : keepalive\n\n", "\n\n", "event: ping\ndata: {}\n\n"]
LAST = [
    "data: [DONE]\n\n", "data:[DONE]\n\n", "data: [DONE]", "data: [DONE]\n\ndata: {broken\n\n", "", "", '{"error":"exhausted all available targets"}', '{"error":"late"}\n\n',
    'data: {"error":{"message":"overloaded","type":"server_error"}}\n\n', 'data: {"error":"text"}\n\ndata: [DONE]\n\n', 'event: error\ndata: {"message":"named"}\n\n',
    'data: {"choi', "data: {broken\n\n", 'data: {"object":"error","message":"top","code":400}\n\n', "data:   [DONE]  \n\n",
]  # fmt: skip
ODD: list[Any] = [
    {"choices": None}, {"choices": []}, {}, {"error": None, "choices": []}, {"id": "", "choices": []}, {"choices": [{"delta": None, "index": 0}]},
    {"choices": [{"index": 0, "delta": {"content": None, "role": None}}]}, {"choices": [{"index": 0}]}, {"created": 1.5, "choices": []}, {"new": {"deep": [1]}},
]  # fmt: skip


def _event(rng: random.Random, value: Any, end: str) -> str:
    text = json.dumps(value, ensure_ascii=rng.random() < 0.5)
    if rng.random() < 0.05:
        cut = text.find(",") + 1
        return f"data: {text[:cut]}{end}data: {text[cut:]}{end}{end}"
    return f"data:{rng.choice([' ', ''])}{text}{end}{end}"


def _chunk(delta: dict[str, Any], index: int = 0, finish: str | None = None) -> dict[str, Any]:
    choice = {"index": index, "delta": delta, "finish_reason": finish}
    return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


def _answer(rng: random.Random) -> list[dict[str, Any]]:
    out = [_chunk({"role": "assistant", "content": ""})] * (rng.random() < 0.8)
    count = rng.choice([1, 1, 1, 2])
    for _ in range(rng.randrange(6)):
        out.append(_chunk(rng.choice(DELTAS)(rng), rng.randrange(count)))
    if rng.random() < 0.3:
        out += [_chunk(delta) for delta in _tool_calls(rng)]
    usage = {"prompt_tokens": 3, "completion_tokens": rng.randrange(9), "total_tokens": 9}
    if rng.random() < 0.8:
        out += [_chunk({}, i, rng.choice(["stop", "length", "tool_calls", "abort", ""])) for i in range(count)]
    if rng.random() < 0.5:
        out.append({**_chunk({}), "choices": [], "usage": usage})
    if rng.random() < 0.1:
        out.append({**_chunk({}), "usage": None})
    return out


DELTAS: list[Callable[[random.Random], dict[str, Any]]] = [
    lambda rng: {"content": "".join(rng.choices(WORDS, k=2))},
    lambda rng: {"content": rng.choice(WORDS)},
    lambda rng: {"reasoning_content": rng.choice(WORDS)},
    lambda rng: {"reasoning": rng.choice(WORDS), "content": None},
    lambda rng: {"refusal": "no"},
    lambda rng: {"role": "assistant", "content": rng.choice(WORDS), "extra": 1},
]


def _tool_calls(rng: random.Random) -> list[dict[str, Any]]:
    """Fragments of one or two calls: by index, by id, or with everything repeated."""
    out = []
    indexed, repeated = rng.random() < 0.7, rng.random() < 0.3
    for number in range(rng.randrange(1, 3)):
        head = {"id": f"call_{number}", "type": "function"}
        for part, text in enumerate(rng.choice([["{}"], ['{"a"', ":1}"], ["", '{"b":"', "é", '"}'], ['{"cut']])):
            call: dict[str, Any] = {"function": {"arguments": text}}
            if indexed:
                call["index"] = number
            if part == 0 or repeated or not indexed:
                call |= head
            if part == 0 or repeated:
                call["function"]["name"] = f"tool_{number}"
            out.append({"tool_calls": [call]})
    return out

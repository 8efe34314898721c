"""The line loop that the guest drivers share: JSON lines in, JSON lines out, up to eight calls at once.

A guest is an SDK that is not ours (OpenAI, LiteLLM). Its column is shown beside ours and never decides the exit code, so a guest
driver may map its SDK's exception classes to our kinds: otherwise every error case would read as a difference of names.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Json = dict[str, Any]
CONCURRENCY = 8


class Skip(Exception):
    """The SDK has no such operation or option."""


class Watch:
    """Time-stamped observations of one call."""

    def __init__(self) -> None:
        self.start = time.monotonic()
        self.obs: list[Json] = []

    def ms(self) -> float:
        return round((time.monotonic() - self.start) * 1000, 2)

    def see(self, kind: str, **fields: Any) -> None:
        self.obs.append({"t": self.ms(), "k": kind, **fields})


def error_object(error: BaseException, kinds: dict[str, str], **extra: Any) -> Json:
    """What a caller can read off a foreign exception; `kinds` maps class names to ours."""
    name = type(error).__name__
    status = getattr(error, "status_code", None)
    response = getattr(error, "response", None)
    body = getattr(response, "content", None) if response is not None else None
    return {
        "kind": kinds.get(name),
        "class": name,
        "class_parents": [kinds[c.__name__] for c in type(error).__mro__[1:] if c.__name__ in kinds],
        "status": status if isinstance(status, int) else None,
        "message": str(getattr(error, "message", None) or error),
        "code": str(getattr(error, "code", None) or "") or None,
        "request_id": getattr(error, "request_id", None),
        "raw_body_len": len(body) if isinstance(body, bytes) else None,
        "repr": repr(error),
        **extra,
    }


def serve(hello: Json, play: Callable[[Json, Watch], Json], drop: Callable[[str], None] = lambda session: None) -> None:
    """Reads commands until the input ends. `play` fills an answer for one call or raises Skip; `drop` ends a session."""
    out = threading.Lock()

    def say(answer: Json) -> None:
        with out:
            sys.stdout.write(json.dumps(answer, default=str) + "\n")
            sys.stdout.flush()

    def call(request: Json) -> None:
        watch, answer = Watch(), {"seq": request["seq"]}
        try:
            answer |= play(request, watch)
        except Skip as skip:
            answer["skip"] = str(skip)
        except Exception:
            answer["driver_error"] = traceback.format_exc(limit=6)
        answer.setdefault("obs", watch.obs)
        answer["elapsed_ms"] = watch.ms()
        say(answer)

    with ThreadPoolExecutor(CONCURRENCY) as pool:
        for line in sys.stdin:
            request = json.loads(line)
            if request["cmd"] == "hello":
                say({"seq": request["seq"], "concurrency": CONCURRENCY, "capabilities": [], **hello})
            elif request["cmd"] == "drop":
                drop(request["session"])
                say({"seq": request["seq"]})
            else:
                pool.submit(call, request)


def refuse_unknown(request: Json, ops: set[str], sessions: bool = False) -> None:
    """Skips what no guest can do: our ops, the virtual clock, sessions of our own client, several runs at once."""
    if request["op"] not in ops:
        raise Skip(f"no {request['op']}")
    if request.get("clock") == "virtual":
        raise Skip("no virtual clock")
    if (request.get("session") and not sessions) or request.get("repeat", 1) > 1 or request.get("parallel", 1) > 1:
        raise Skip("one call, one client")
    stop = request.get("stop") or {}
    if "after_ms" in stop or stop.get("how") == "cancel":
        raise Skip("no cancel from outside")
    if request.get("auth", {}).get("mode", "bearer") != "bearer":
        raise Skip("Bearer only")
    if request.get("env"):
        raise Skip("reads other variables")


def seconds(ms: float | None) -> float | None:
    return None if ms is None else ms / 1000


def clear_environment() -> None:
    """An SDK under test must not find a key of the machine it runs on. The runner keeps the machine's proxies away."""
    for name in list(os.environ):
        if name.startswith(("CHUTES_", "OPENAI_")):
            del os.environ[name]

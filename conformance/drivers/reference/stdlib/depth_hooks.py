"""Hooks: who is told of attempts, retries and ends of streams. What is told is plain and holds no secret."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from faults import clean

Json = dict[str, Any]
Hook = Callable[[Json], None]
LEVELS = {"debug": 10, "info": 20, "warn": 30}
WORDS = {"before_attempt": "attempt.start", "after_attempt": "attempt.end", "on_retry": "retry", "on_stream_end": "stream.end"}


class Watch:
    """The hooks of one client, told in the thread of the call."""

    def __init__(self, secrets: Callable[[], list[str]]) -> None:
        self._secrets = secrets
        self._here = threading.local()
        self._level = LEVELS.get(os.environ.get("CHUTES_LOG", "").lower(), 99)

    def log(self, level: str, word: str, **fields: Any) -> None:
        """One line of `key=value` on standard error, where `CHUTES_LOG` asks for it."""
        if LEVELS[level] >= self._level:
            pairs = " ".join(f"{k}={str(v).split('?')[0]!r}" for k, v in fields.items() if v is not None and k != "usage")
            print(f"chutes {word} {pairs}", file=sys.stderr, flush=True)

    def listen(self, hook: Hook | None, fails: bool = False) -> None:
        """From now on this hook is told of the calls of this thread. One that `fails` is told, and then fails."""

        def failing(told: Json) -> None:
            if hook:
                hook(told)
            raise RuntimeError("the hook failed")

        self._here.hook = failing if fails else hook

    def _tell(self, name: str, **fields: Any) -> None:
        self.log("debug", WORDS[name], **fields)
        hook: Hook | None = getattr(self._here, "hook", None)
        if hook is None:
            return
        try:
            hook({"hook": name, **fields})
        except Exception:
            return  # a hook that fails is not the failure of a call

    def before(self, call: Any, course: Any) -> None:
        self._tell("before_attempt", **_attempt(call, course))

    def after(self, call: Any, course: Any, status: int | None, kind: str | None, headers: dict[str, str]) -> None:
        request_id = headers.get("x-request-id") or headers.get("x-chutes-invocationid")
        request_id = request_id and clean(request_id, *self._secrets())
        self._tell("after_attempt", **_attempt(call, course), status=status, kind=kind, request_id=request_id)

    def retry(self, call: Any, course: Any, fault: Any, wait: float) -> None:
        self._tell("on_retry", operation=call.operation or call.name, number=course.number, kind=fault.kind, wait_ms=wait * 1000)

    def stream_end(self, **fields: Any) -> None:
        self._tell("on_stream_end", **fields)
        self.log("warn" if fields["kind"] else "info", "call.end", operation=fields["operation"], kind=fields["kind"])  # a stream's call ends with its stream


def _attempt(call: Any, course: Any) -> Json:
    parts = urlsplit(call.url)
    host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
    return {"operation": call.operation or call.name, "method": call.method, "url": f"{parts.scheme}://{host}{parts.path}",
            "number": course.number, "model": course.model}

"""Hooks: who is told of attempts, retries and ends of streams. What is told is plain and holds no secret."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]
Hook = Callable[[Json], None]


class Watch:
    """The hooks of one client, told in the thread of the call."""

    def __init__(self) -> None:
        self._here = threading.local()

    def listen(self, hook: Hook | None) -> None:
        """From now on this hook is told of the calls of this thread."""
        self._here.hook = hook

    def _tell(self, name: str, **fields: Any) -> None:
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
        self._tell("after_attempt", **_attempt(call, course), status=status, kind=kind, request_id=request_id)

    def retry(self, call: Any, course: Any, fault: Any, wait: float) -> None:
        self._tell("on_retry", operation=call.operation or call.name, number=course.number, kind=fault.kind, wait_ms=wait * 1000)

    def stream_end(self, **fields: Any) -> None:
        self._tell("on_stream_end", **fields)


def _attempt(call: Any, course: Any) -> Json:
    parts = urlsplit(call.url)
    host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
    return {"operation": call.operation or call.name, "method": call.method, "url": f"{parts.scheme}://{host}{parts.path}",
            "number": course.number, "model": course.model}

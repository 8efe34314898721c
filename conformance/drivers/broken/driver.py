"""The reference client with one behaviour broken, by name. The suite must catch every one of them.

Usage: driver.py FLAW. Each flaw replaces one function of the reference client; nothing else differs.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "reference" / "stdlib"))

import chat  # noqa: E402
import client  # noqa: E402
import driver  # noqa: E402
import faults  # noqa: E402
import policy  # noqa: E402
import resources  # noqa: E402
from faults import Fault  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parent))
import depth_flaws  # noqa: E402
import invocation_flaws  # noqa: E402
import management_flaws  # noqa: E402


def truncation() -> None:
    """Takes any end of a stream for success."""
    def end(self: chat.ChatStream) -> Iterator[dict[str, Any]]:
        self.done = True
        return iter(())

    chat.ChatStream._end = end  # type: ignore[method-assign]


def skip_json() -> None:
    """Passes over events that are no valid JSON."""
    strict = chat.ChatStream._meaning

    def lenient(self: chat.ChatStream, event: Any) -> dict[str, Any] | None:
        try:
            return strict(self, event)
        except Fault as exc:
            if "broken JSON" in exc.message:
                return None
            raise

    chat.ChatStream._meaning = lenient  # type: ignore[method-assign]


def late_retry() -> None:
    """Sends the request again after chunks were handed out."""
    begin = resources.chat_stream

    def stream(cl: Any, base: str, args: dict[str, Any], options: dict[str, Any], path: str = "/chat/completions") -> chat.ChatStream:
        first = begin(cl, base, args, options, path)
        plain = first._chunks

        def chunks() -> Iterator[dict[str, Any]]:
            try:
                yield from plain()
            except Fault as exc:
                if exc.reason != "connection":
                    raise
                again = begin(cl, base, args, options, path)
                yield from again
                first.done, first.sum = True, again.sum

        first._chunks = chunks  # type: ignore[method-assign]
        return first

    resources.chat_stream = stream


def leak() -> None:
    """Shows the key: in the client's repr, and in messages that the server echoes it into."""
    client.Client.__repr__ = lambda self: f"Client(api_key={self.key!r})"  # type: ignore[method-assign]
    faults.redact = lambda text, *secrets: text


def retry_after() -> None:
    """Does not read Retry-After."""
    policy.retry_after = lambda headers, now: None


def join_restart() -> None:
    """Joins the text of an answer that began anew."""
    chat.ChatStream._restarted = lambda self, chunk: False  # type: ignore[method-assign]


def new_body() -> None:
    """Changes the body from attempt to attempt."""
    plain = client._request

    def request(method: str, url: Any, headers: dict[str, str], body: bytes | None, absolute: bool = False) -> bytes:
        if body is not None and "X-Chutes-Retry-Count" in headers:
            body = body[:-1] + b',"attempt":%s}' % headers["X-Chutes-Retry-Count"].encode()
        return plain(method, url, headers, body)

    client._request = request


def keep_open() -> None:
    """Leaves the socket open when the caller leaves the stream."""
    chat.ChatStream.close = lambda self: None  # type: ignore[method-assign]


def hoard() -> None:
    """Ends connections in time, but keeps the sockets of those that were left."""
    kept: list[Any] = []
    plain = chat.ChatStream.close

    def close(self: chat.ChatStream) -> None:
        kept.append(self.body.connection.sock.dup())
        plain(self)

    chat.ChatStream.close = close  # type: ignore[method-assign]


def lose_token() -> None:
    """Passes over one chunk in fifty."""
    plain = chat.ChatStream._meaning
    count = itertools.count(1)

    def some(self: chat.ChatStream, event: Any) -> dict[str, Any] | None:
        chunk = plain(self, event)
        return None if next(count) % 50 == 0 else chunk

    chat.ChatStream._meaning = some  # type: ignore[method-assign]


FLAWS: dict[str, Callable[[], None]] = {
    "truncation": truncation, "skip-json": skip_json, "late-retry": late_retry, "leak": leak, "retry-after": retry_after,
    "join-restart": join_restart, "new-body": new_body, "keep-open": keep_open, "hoard": hoard, "lose-token": lose_token,
    **invocation_flaws.FLAWS, **management_flaws.FLAWS, **depth_flaws.FLAWS,
}

if __name__ == "__main__":
    FLAWS[sys.argv[1]]()
    driver.main()

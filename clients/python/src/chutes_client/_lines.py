"""The dialect of build logs: one record a line, heart-beats between them, a word at the end."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ._errors import StreamError, TooLargeError
from ._json import is_object
from ._sse import MAX_EVENT_BYTES

RESUME_ATTEMPTS = 5
"""Breaks in a row, without a new line between them, after which following a build is given up."""


@dataclass
class Record:
    """One line that says something: text of the build, or its end."""

    log_type: str | None
    log: str
    offset: str | None
    done: bool = False


class LineDecoder:
    """Bytes in, records out. `plain` is the log of a finished build, which is text.

    Example:
        >>> decoder = LineDecoder()
        >>> decoder.feed(b'data: {"log": {"log_type": "stdout", "log": "a"}, "offset": "1-1"}\\n.\\nDONE')
        [Record(log_type='stdout', log='a', offset='1-1', done=False)]
        >>> decoder.finish()
        [Record(log_type=None, log='', offset=None, done=True)]
    """

    def __init__(self, plain: bool = False, max_bytes: int = MAX_EVENT_BYTES) -> None:
        self._plain, self._max_bytes = plain, max_bytes
        self._rest: list[bytes] = []
        self._pending = 0
        self._failure: StreamError | TooLargeError | None = None

    def feed(self, data: bytes) -> list[Record]:
        """Records that are complete with this piece.

        Raises:
            StreamError: where the log says that the build failed, or a record is no JSON; if records came before it in the
                same piece, at the next call.
            TooLargeError: for a line beyond `max_bytes`, likewise.
        """
        if self._failure is not None:
            raise self._failure
        *lines, last = data.split(b"\n")
        found: list[Record] = []
        for line in lines:
            whole = b"".join((*self._rest, line)).rstrip(b"\r")
            self._rest.clear()
            self._take(whole, found)
            if self._failure is not None or (found and found[-1].done):
                break
        self._pending = len(last) if lines else self._pending + len(last)
        if last:
            self._rest.append(last)
        if self._failure is None and self._pending > self._max_bytes:
            self._failure = TooLargeError(f"a line of the log is larger than {self._max_bytes:,} bytes")
        if self._failure is not None and not found:
            raise self._failure
        return found

    def finish(self) -> list[Record]:
        """What stands unfinished at the end of the body."""
        if self._failure is not None:
            raise self._failure
        rest, found = b"".join(self._rest), list[Record]()
        if rest:
            self._take(rest, found)
        if self._failure is not None:
            raise self._failure
        return found

    def _take(self, line: bytes, found: list[Record]) -> None:
        text = line.decode("utf-8", "replace")
        if self._plain:
            found.append(Record(None, text, None))
        elif text == "DONE":
            found.append(Record(None, "", None, done=True))
        elif text.startswith("data:"):
            content = text[5:].removeprefix(" ")
            if content.startswith("ERROR:"):
                self._failure = StreamError(content.removeprefix("ERROR:").strip() or "the build failed")
                return
            try:
                found.append(record(json.loads(content)))
            except (ValueError, RecursionError):
                self._failure = StreamError(f"a record of the log is no JSON: {content[:200]}", body=line)


def record(value: Any) -> Record:
    """A record from its JSON: `{"log": {"log_type", "log"}, "offset"}`."""
    if not is_object(value):
        raise ValueError("no object")
    inner: Any = value.get("log")
    fields: Any = inner if is_object(inner) else {"log": inner}
    return Record(fields.get("log_type"), str(fields.get("log") or ""), value.get("offset"))

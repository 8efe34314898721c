"""A strict SSE decoder over bytes (WHATWG HTML 9.2.6), linear in the size of its input."""

from __future__ import annotations

import re
from dataclasses import dataclass

from faults import Fault

MAX_EVENT = 64 * 1024 * 1024
_LINE_END = re.compile(rb"[\r\n]")


@dataclass
class Event:
    event: str
    data: str
    id: str
    retry: int | None = None


class Decoder:
    """`feed` bytes, get events; `ignored` collects lines that are no field, each with the number of events before it in its read."""

    def __init__(self, max_event: int = MAX_EVENT) -> None:
        self._buffer = bytearray()
        self._scanned = 0
        self._start = True
        self._after_cr = False
        self._max = max_event
        self._size = 0
        self._data: list[str] = []
        self._event = ""
        self._id_next: str | None = None
        self.last_id = ""
        self.retry_ms: int | None = None
        self.ignored: list[tuple[int, str]] = []
        self._events = 0

    def feed(self, data: bytes) -> list[Event]:
        """All events that these bytes complete."""
        self._buffer += data
        if self._start:
            if b"\xef\xbb\xbf".startswith(self._buffer[:3]) and len(self._buffer) < 3:
                return []
            if self._buffer.startswith(b"\xef\xbb\xbf"):
                del self._buffer[:3]
            self._start = False
        out: list[Event] = []
        self._events = 0
        at = 0
        while at < len(self._buffer):
            if self._after_cr and self._buffer[at] == 10:
                at += 1
                self._after_cr = False
                continue
            self._after_cr = False
            found = _LINE_END.search(self._buffer, max(at, self._scanned))
            if not found:
                break
            line = bytes(self._buffer[at : found.start()])
            self._after_cr = self._buffer[found.start()] == 13
            at = found.end()
            event = self._line(line)
            if event:
                out.append(event)
                self._events += 1
        del self._buffer[:at]
        if self._size + len(self._buffer) > self._max and self._buffer[:1] == b":":
            del self._buffer[1:]
        self._scanned = len(self._buffer)
        self._check(len(self._buffer))
        return out

    def finish(self) -> str:
        """The unterminated last line; an unfinished block is dropped."""
        tail = bytes(self._buffer).decode("utf-8", "replace")
        self._buffer.clear()
        return tail

    @property
    def open_data(self) -> str | None:
        """Data of a block that no blank line has ended."""
        return "\n".join(self._data) if self._data else None

    @property
    def open_event(self) -> str:
        """The name of that block."""
        return self._event

    def _check(self, more: int) -> None:
        if self._size + more > self._max:
            raise Fault("too_large", f"an event is larger than {self._max} bytes")

    def _line(self, line: bytes) -> Event | None:
        if not line:
            return self._dispatch()
        if line.startswith(b":"):  # no part of an event, however long
            return None
        self._size += len(line) + 1
        self._check(0)
        text = line.decode("utf-8", "replace")
        name, _, value = text.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._event = value
        elif name == "id":
            if "\0" not in value:
                self._id_next = value
        elif name == "retry":
            if value and all("0" <= c <= "9" for c in value):
                self.retry_ms = int(value)
        else:
            self.ignored.append((self._events, text))
        return None

    def _dispatch(self) -> Event | None:
        if self._id_next is not None:
            self.last_id, self._id_next = self._id_next, None
        data, name = self._data, self._event
        self._data, self._event, self._size = [], "", 0
        if not data:
            return None
        return Event(name or "message", "\n".join(data), self.last_id, self.retry_ms)

"""Server-sent events: bytes in, events out, by the WHATWG grammar (HTML Living Standard, section 9.2.6).

The decoder works on bytes and splits lines itself, since a text decoder in front of it would break a character that two reads
share. Fragments of an unfinished line are kept in a list and joined once: appending them to one buffer would be quadratic.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from ._errors import TooLargeError

MAX_EVENT_BYTES = 64 * 1024 * 1024
"""Bytes one event may have before `TooLargeError` is raised."""

_BOM = b"\xef\xbb\xbf"


class Event(NamedTuple):
    """One event.

    Attributes:
        event: its type; `message` when the block named none.
        data: its data lines joined by LF.
        id: the last event id in force when it was dispatched.
        retry: the reconnection time in milliseconds the stream has set so far, or None.
    """

    event: str
    data: str
    id: str = ""
    retry: int | None = None


class Tail(NamedTuple):
    """What was left when the input ended: bytes no event was made of."""

    line: str
    """The last line, if it had no end."""
    data: str | None
    """The data of an unfinished block (the unterminated line included, where it is a data line), or None."""
    event: str
    """The type that block had named, or `message`."""


@dataclass
class Decoder:
    """An incremental decoder. Feed it bytes as they come; it never fails on unknown lines.

    Args:
        max_event_bytes: cap for one event, its line ends included, comments not. Beyond it every call raises `TooLargeError`.

    Attributes:
        ignored: lines that are no field of the grammar, for the layer above (a bare JSON error is one), each with the number of
            events of its feed that came before it. Comments and known fields are not among them.

    >>> Decoder().feed(b"data: hi\\n\\n")
    [Event(event='message', data='hi', id='', retry=None)]
    """

    max_event_bytes: int = MAX_EVENT_BYTES
    ignored: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    _parts: list[bytes] = field(default_factory=list[bytes])
    _data: list[bytes] = field(default_factory=list[bytes])
    _event: bytes = b""
    _id: bytes = b""
    _next_id: bytes | None = None
    _retry: int | None = None
    _size: int = 0
    _pending: int = 0
    _skip_lf: bool = False
    _start: bytes | None = b""

    def feed(self, chunk: bytes) -> list[Event]:
        """Takes the next bytes and returns the events they complete, in order."""
        texts = self._plain(chunk)
        if texts is not None:
            last_id = _text(self._id)
            return [Event("message", _text(text), last_id, self._retry) for text in texts]
        self._check_size()
        if self._start is not None:
            chunk = self._without_bom(chunk)
        if self._skip_lf and chunk:  # the LF of a CRLF whose CR ended the last read
            self._skip_lf = False
            if chunk[:1] == b"\n":
                chunk = chunk[1:]
        if not chunk:
            return []
        self._skip_lf = chunk[-1:] == b"\r"
        events: list[Event] = []
        if b"\r" in chunk:
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        lines = chunk.split(b"\n")
        last = lines.pop()
        if lines:
            lines[0] = b"".join((*self._parts, lines[0]))
            self._parts.clear()
            self._pending = 0
        for line in lines:
            if line[:1] == b":":  # a comment may be of any length: it is no part of an event
                continue
            if line:
                self._size += len(line) + 1
                self._check_size()
                self._line(line, len(events))
            else:
                self._dispatch(events)
        if last:
            self._parts.append(last)
            if self._parts[0][:1] == b":":
                self._parts = [b":"]  # of a comment no more is kept
            else:
                self._pending += len(last)
                self._check_size()
        return events

    def _cut(self, chunk: bytes) -> Iterable[bytes]:
        """Cuts a read where events end, so that `_plain` can take most of it. The parts are for `_plain` or `feed`, one by one."""
        first, first_end, chunk = chunk.partition(b"\n\n") if self._begun() else (b"", b"", chunk)
        whole, end, rest = chunk.rpartition(b"\n\n")
        return filter(None, (first + first_end, whole + end, rest))

    def _begun(self) -> bool:
        """Whether the next read goes on with something."""
        return bool(self._parts or self._size or self._start is not None)

    def _plain(self, chunk: bytes) -> list[bytes] | None:
        """The data of a read that is whole events of one data line each, as nearly every read is.

        None, and nothing taken, for any other, which is for `feed`.
        """
        if chunk[:6] != b"data: " or chunk[-2:] != b"\n\n" or b"\r" in chunk or len(chunk) > self.max_event_bytes:
            return None
        if self._begun():
            return None
        texts = chunk[6:-2].split(b"\n\ndata: ")
        # Every line feed that is left would be a line end within an event, or an event of another kind.
        return texts if chunk.count(b"\n") == 2 * len(texts) else None

    def finish(self) -> Tail:
        """Says that the input has ended. An unfinished block is no event: it comes back as the tail."""
        line = self._start or b"".join(self._parts)
        name, _, value = line.partition(b":")
        data = list(self._data)
        if name == b"data":
            data.append(value[1:] if value[:1] == b" " else value)
        return Tail(_text(line), _text(b"\n".join(data)) if data else None, _text(self._event) or "message")

    def _without_bom(self, chunk: bytes) -> bytes:
        """Holds back the first bytes until there are enough of them for a BOM, which may arrive in three reads."""
        head = (self._start or b"") + chunk
        if len(head) < len(_BOM):
            self._start = head
            return b""
        self._start = None
        return head.removeprefix(_BOM)

    def _line(self, line: bytes, before: int) -> None:
        name, _, value = line.partition(b":")
        if value[:1] == b" ":
            value = value[1:]
        if name == b"data":
            self._data.append(value)
        elif name == b"event":
            self._event = value
        elif name == b"id":
            if b"\0" not in value:
                self._next_id = value
        elif name == b"retry":
            if value.isdigit() and len(value) < 16:
                self._retry = int(value)
        else:
            self.ignored.append((before, _text(line)))

    def _dispatch(self, events: list[Event]) -> None:
        if self._next_id is not None:
            self._id, self._next_id = self._next_id, None
        if self._data:
            data = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
            events.append(Event(_text(self._event) or "message", _text(data), _text(self._id), self._retry))
            self._data = []
        self._event = b""
        self._size = 0

    def _check_size(self) -> None:
        """After the cap has tripped it keeps tripping, so that nobody reads on with a hole in the data."""
        if self._size + self._pending > self.max_event_bytes:
            raise TooLargeError(f"an event of the stream is larger than {self.max_event_bytes:,} bytes")


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")

"""HTTP chunks that arrived together become one, before h11 sees them.

Servers put every event into a chunk of its own, and h11 takes 5 µs for each: more than to decode the event. Where a read has
several whole chunks, they are written anew as one; bounds of chunks mean nothing in HTTP. What is begun, unusual or wrong is left
as it came, so that h11 alone says what is wrong with it.
"""

from __future__ import annotations

import re

_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})\r\n")
_BEGUN = re.compile(rb"[0-9A-Fa-f]{0,8}\r?")


class ChunkMerger:
    """Follows the chunks of one body, read by read.

    >>> merger = ChunkMerger()
    >>> merger.feed(b"2\\r\\nab\\r\\n3\\r\\ncde\\r\\n1\\r\\n")
    b'5\\r\\nabcde\\r\\n1\\r\\n'
    >>> merger.feed(b"f\\r\\n0\\r\\n\\r\\n")
    b'f\\r\\n0\\r\\n\\r\\n'
    """

    def __init__(self) -> None:
        self._left = 0  # bytes of the chunk that was begun, its line end included
        self._line = b""  # a line with a size that was begun
        self._off = False

    def feed(self, data: bytes) -> bytes:
        """What to hand on for this read; never less than one byte for one."""
        if self._off:
            return data
        if self._line and not self._continue_line(data):
            return data
        start = at = self._left
        if at >= len(data):
            self._left -= len(data)
            return data
        self._left = 0
        parts: list[bytes] = []
        while at < len(data):
            found = _SIZE.match(data, at)
            if found is None:
                self._line = data[at:]
                self._off = _BEGUN.fullmatch(self._line) is None
                break
            begin = found.end()
            end = begin + int(found[1], 16)
            if end == begin or (end + 2 <= len(data) and data[end : end + 2] != b"\r\n"):
                self._off = True  # the last chunk, after which trailers may come; or no chunk
                break
            if end + 2 > len(data):
                self._left = end + 2 - len(data)
                break
            parts.append(data[begin:end])
            at = end + 2
        if len(parts) < 2:
            return data
        whole = b"".join(parts)
        return b"%b%x\r\n%b\r\n%b" % (data[:start], len(whole), whole, data[at:])

    def _continue_line(self, data: bytes) -> bool:
        """Reads on in a line that was begun; False if it does not end here, or is the last."""
        line = self._line + data[:10]
        found = _SIZE.match(line)
        if found is None:
            self._off = _BEGUN.fullmatch(line) is None or len(data) > 10
            self._line = line
            return False
        size = int(found[1], 16)
        self._left = found.end() - len(self._line) + size + 2
        self._line = b""
        self._off = not size
        return bool(size)

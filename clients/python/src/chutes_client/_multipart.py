"""Multipart bodies (RFC 7578): planned once, streamed, and read again from the start wherever they must be sent again."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, TypeAlias

import httpx

from ._config import OMIT
from ._errors import ConfigError
from ._request import utf8
from ._results import sniff_content_type

CHUNK_BYTES = 64 * 1024
BOUNDARY_PREFIX = "chutes-client-"
"""Begins every boundary; 32 hexadecimal digits follow."""
_BREAKS = {'"': "%22", "\r": "%0D", "\n": "%0A"}

Source: TypeAlias = "bytes | str | os.PathLike[str] | IO[bytes]"


@dataclass(frozen=True)
class File:
    """A file to upload, with the name and type it goes by.

    Attributes:
        source: bytes, a path, or an open binary file that can be rewound.
        filename: default: the last part of the path, else the name of the field.
        content_type: default: by its first bytes, else `application/octet-stream`.

    Example:
        >>> File(b"PK", filename="chutes.zip", content_type="application/zip").filename
        'chutes.zip'
    """

    source: Source = field(repr=False)
    filename: str | None = None
    content_type: str | None = None


FileInput: TypeAlias = "File | Source"


@dataclass(frozen=True)
class _Part:
    head: bytes
    source: Source
    size: int

    def read(self) -> Iterator[bytes]:
        source = self.source
        if isinstance(source, bytes):
            yield source
        elif isinstance(source, (str, os.PathLike)):
            with open(source, "rb") as file:
                yield from iter(lambda: file.read(CHUNK_BYTES), b"")
        else:
            source.seek(0)
            yield from iter(lambda: source.read(CHUNK_BYTES), b"")


class Multipart(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body whose length is known before it is sent, and whose bytes are the same each time.

    Args:
        fields: names and values in the order they are sent; `OMIT` and None are left out.
        files: names of the fields that are files.

    Raises:
        ConfigError: if a file cannot be read.
    """

    def __init__(self, fields: Sequence[tuple[str, Any]], files: frozenset[str]) -> None:
        self.boundary = BOUNDARY_PREFIX + secrets.token_hex(16)
        given = [(name, value) for name, value in fields if value is not OMIT and value is not None]
        self._parts = [self._file(name, value) if name in files else self._plain(name, value) for name, value in given]
        line = len(self.boundary) + 4
        self.length = sum(line + len(part.head) + part.size + 2 for part in self._parts) + line + 2

    @property
    def content_type(self) -> str:
        return f"multipart/form-data; boundary={self.boundary}"

    def draw(self, random: Callable[[], float]) -> None:
        """Takes the boundary from a source of the caller's own; its length stays."""
        self.boundary = BOUNDARY_PREFIX + "".join(f"{int(random() * 16):x}" for _ in range(32))

    def _plain(self, name: str, value: Any) -> _Part:
        data = utf8(str(value).lower() if isinstance(value, bool) else str(value))
        return _Part(self._head(f'name="{escape(name)}"'), data, len(data))

    def _file(self, name: str, value: Any) -> _Part:
        file = value if isinstance(value, File) else File(value)
        source: Source = file.source
        shown: str | None = file.filename
        if shown is None:
            shown = os.path.basename(str(os.fspath(source))) if isinstance(source, (str, os.PathLike)) else name
        size, first = measure(name, source)
        kind = file.content_type or sniff_content_type(first)
        if re.search(r"[\r\n]", kind):
            raise ConfigError(f"{name}: the content type must not contain line breaks")
        return _Part(self._head(f'name="{escape(name)}"; filename="{escape(shown)}"', kind), source, size)

    def _head(self, disposition: str, kind: str | None = None) -> bytes:
        typed = f"Content-Type: {kind}\r\n" if kind else ""
        return utf8(f"Content-Disposition: form-data; {disposition}\r\n{typed}\r\n")

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            yield f"--{self.boundary}\r\n".encode() + part.head
            yield from _exactly(part)
            yield b"\r\n"
        yield f"--{self.boundary}--\r\n".encode()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece

    def sha256(self) -> str:
        """The hash of all its bytes, hexadecimal."""
        digest = hashlib.sha256()
        for piece in self:
            digest.update(piece)
        return digest.hexdigest()


def _exactly(part: _Part) -> Iterator[bytes]:
    """The content of a part, as long as it was when the length of the body was told."""
    sent = 0
    try:
        for piece in part.read():
            sent += len(piece)
            if sent > part.size:
                break
            yield piece
    except (OSError, ValueError) as error:
        raise ConfigError(f"a file could not be read while it was being sent: {error}") from None
    if sent != part.size:
        raise ConfigError("a file changed its size while it was being sent")


def escape(text: str) -> str:
    """A name or file name as HTML forms write it (WHATWG, multipart/form-data encoding): it cannot end its quotes or its header."""
    return re.sub('["\r\n]', lambda found: _BREAKS[found[0]], text)


def measure(name: str, source: Source) -> tuple[int, bytes]:
    """Size and first bytes of a file.

    Raises:
        ConfigError: if it cannot be read, or not from its start again.
    """
    try:
        if isinstance(source, bytes):
            return len(source), source[:16]
        if isinstance(source, (str, os.PathLike)):
            with open(source, "rb") as file:
                return os.fstat(file.fileno()).st_size, file.read(16)
        source.seek(0)
        first: Any = source.read(16)
        if not isinstance(first, bytes):
            raise ConfigError(f"{name}: the file must be open in binary mode")
        return source.seek(0, os.SEEK_END), first
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise ConfigError(f"{name}: the file cannot be read: {error}") from None

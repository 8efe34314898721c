"""HTTP/1.1 over plain sockets: connections, framing, codings, limits. No retries here."""

from __future__ import annotations

import re
import select
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import SplitResult

from faults import Fault

HEAD_MAX = 1 << 20
PIECE_MAX = 1 << 20  # bytes that one read may unpack to


class Broken(Exception):
    """The connection failed. `connect`: before it stood; `final`: trying again is pointless (certificates)."""

    def __init__(self, text: str, *, connect: bool = False, final: bool = False) -> None:
        super().__init__(text)
        self.connect, self.final = connect, final


class Silent(Exception):
    """A limit passed without a byte."""

    def __init__(self, text: str, *, connect: bool = False) -> None:
        super().__init__(text)
        self.connect = connect


@dataclass
class Limits:
    """Seconds; None is no limit."""

    connect: float | None = 10
    first_byte: float | None = 60
    idle: float | None = 60
    until: float | None = None  # end of the call's deadline on the monotonic clock

    def clip(self, limit: float | None) -> float | None:
        if self.until is None:
            return limit
        left = max(0.001, self.until - time.monotonic())
        return left if limit is None else min(limit, left)


@dataclass
class Head:
    status: int
    headers: list[tuple[str, str]]
    version: str

    def map(self) -> dict[str, str]:
        """Lower-case names; the first of repeated headers counts."""
        out: dict[str, str] = {}
        for name, value in self.headers:
            out.setdefault(name.lower(), value)
        return out


class Connection:
    """One socket and the bytes read ahead on it."""

    def __init__(self, url: SplitResult, limits: Limits, ca_pem: str | None,
                 watch: Callable[[Connection], None] = lambda c: None, proxy: tuple[str, int] | None = None) -> None:
        """`watch` is told of the connection before it stands, so that it can be ended meanwhile."""
        self.origin = (url.scheme, url.hostname or "", url.port or (443 if url.scheme == "https" else 80))
        self.reused = False
        self.absolute = bool(proxy) and url.scheme == "http"  # the whole URL is asked for
        self.ahead = bytearray()
        self.on_leave: Callable[[], None] = lambda: None
        limit = limits.clip(limits.connect)
        try:
            host, port = proxy or self.origin[1:]
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            self.sock = socket.socket(found[0], found[1])
            self.sock.settimeout(limit)
            watch(self)
            self.sock.connect(found[4])
            watch(self)
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if proxy and url.scheme == "https":
                self._tunnel(limits)
            if url.scheme == "https":
                context = ssl.create_default_context(cadata=ca_pem)
                self.sock = context.wrap_socket(self.sock, server_hostname=self.origin[1])
        except TimeoutError:
            raise Silent("no connection within the connect time-out", connect=True) from None
        except ssl.SSLError as exc:
            raise Broken(f"TLS: {exc.reason or 'handshake failed'}", connect=True, final=True) from exc
        except OSError as exc:
            raise Broken(f"cannot connect: {exc.strerror or 'failed'}", connect=True) from exc

    def _tunnel(self, limits: Limits) -> None:
        target = f"{self.origin[1]}:{self.origin[2]}"
        self.write(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode(), limits)
        answer = b""
        while b"\r\n\r\n" not in answer:
            data = self.receive(limits.clip(limits.connect))
            if not data:
                break
            answer += data
        if not re.match(rb"HTTP/1\.[01] 2", answer):
            said = answer.partition(b"\r\n")[0].decode("latin-1")[:100]
            raise Broken(f"the proxy refused the tunnel: {said}", connect=True)

    @property
    def stale(self) -> bool:
        """An idle connection on which something came, the end or stray bytes, must not be used."""
        try:
            return bool(self.ahead or select.select([self.sock], [], [], 0)[0])
        except (OSError, ValueError):
            return True

    def interrupt(self) -> None:
        """Wake whoever reads or writes; the number of the socket stays his, so that nobody else can be given it meanwhile."""
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def leave(self) -> None:
        """The request on it is over."""
        self.on_leave()
        self.on_leave = lambda: None

    def close(self) -> None:
        self.interrupt()
        self.sock.close()
        self.leave()

    def write(self, data: bytes, limits: Limits) -> None:
        try:
            self.sock.settimeout(limits.clip(limits.first_byte))
            self.sock.sendall(data)
        except TimeoutError:
            raise Silent("the request could not be written in time") from None
        except OSError as exc:
            raise Broken(f"the connection broke while writing: {exc.strerror}") from exc

    def receive(self, limit: float | None) -> bytes:
        """Some bytes, or b"" at the end."""
        if self.ahead:
            data = bytes(self.ahead)
            self.ahead.clear()
            return data
        try:
            self.sock.settimeout(limit)
            return self.sock.recv(65536)
        except TimeoutError:
            raise Silent("no byte within the time-out") from None
        except (OSError, ValueError) as exc:
            raise Broken("the connection was reset") from exc

    def head(self, limits: Limits) -> Head:
        """Status line and headers of the real answer; informational ones are passed over."""
        while True:
            wait = limits.first_byte  # an informational answer is not the first byte of the real one
            block = bytearray()
            while b"\r\n\r\n" not in block:
                try:
                    data = self.receive(limits.clip(wait))
                except Broken as exc:
                    exc.args = (exc.args[0], bool(block))
                    raise
                if not data:
                    text = "in the middle of the headers" if block else "before the answer began"
                    error = Broken(f"the server closed the connection {text}")
                    error.args = (*error.args, bool(block))
                    raise error
                wait = limits.idle
                block += data
                if len(block) > HEAD_MAX:
                    raise Broken("the headers are too long", final=True)
                if not b"HTTP/1.".startswith(block[:7]) and not block.startswith(b"HTTP/1."):
                    raise Broken("the answer is not HTTP", final=True)
            raw, _, rest = bytes(block).partition(b"\r\n\r\n")
            self.ahead[:0] = rest
            head = _parse_head(raw)
            if head.status >= 200 or head.status == 101:
                return head


def _parse_head(raw: bytes) -> Head:
    lines = raw.decode("latin-1").split("\r\n")
    version, _, tail = lines[0].partition(" ")
    status = tail.partition(" ")[0]
    if not (status.isascii() and status.isdigit() and len(status) == 3):
        raise Broken("the status line is broken", final=True)
    headers: list[tuple[str, str]] = []
    for line in lines[1:]:
        if line[:1] in (" ", "\t") and headers:  # an obsolete fold continues the value above
            headers[-1] = (headers[-1][0], f"{headers[-1][1]} {line.strip()}")
        elif ":" in line:
            name, _, value = line.partition(":")
            headers.append((name.strip(), value.strip()))
    return Head(int(status), headers, version)


def _closes(headers: dict[str, str]) -> bool:
    return "close" in [word.strip().lower() for word in headers.get("connection", "").split(",")]


@dataclass
class Body:
    """The body of one answer, read piece by piece. `ended` once it is wholly read, `foreign` a coding that nobody asked for."""

    connection: Connection
    head: Head
    limits: Limits
    method: str
    ended: bool = False
    reusable: bool = False
    _left: int = 0
    _buffer: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        headers = self.head.map()
        self._chunked = "chunked" in headers.get("transfer-encoding", "").lower()
        length = headers.get("content-length", "")
        self._length = int(length) if length.isascii() and length.isdigit() and not self._chunked else None
        self._left = self._length or 0
        keep = not _closes(headers) and self.head.version == "HTTP/1.1"
        self._keep = keep and (self._chunked or self._length is not None)
        coding = headers.get("content-encoding", "").strip().lower()
        self._coder = zlib.decompressobj(47) if coding in ("gzip", "x-gzip", "deflate") else None
        self.foreign = coding if self._coder is None and coding not in ("", "identity") else None
        if self.method == "HEAD" or self.head.status in (204, 304):
            self._coder = self.foreign = None  # the headers speak of a body that is not there
            self._keep = not _closes(headers)
            self._finish()
        elif self._length == 0:
            self._finish()
        self._raw = self._pieces()

    def _finish(self) -> None:
        self.ended = True
        self.reusable = self._keep and not self.connection.ahead and not self._buffer

    def read(self) -> bytes:
        """Decoded bytes as they arrive; b"" when the body is at its end."""
        while not self.ended or self._coder and self._coder.unconsumed_tail:
            held = self._coder.unconsumed_tail if self._coder else b""
            data = held or next(self._raw, b"")
            if not data:
                if self._coder and not self._coder.eof:
                    raise Broken("the coded body is cut off")
                return b""
            if self._coder is None:
                return data
            try:
                plain = self._coder.decompress(data, PIECE_MAX)
            except zlib.error as exc:
                raise Broken("the coded body is damaged") from exc
            if self._coder.unused_data:
                raise Broken("the coded body goes on after its end")
            if plain:
                return plain
        if self._coder and not self._coder.eof and self._length != 0:
            raise Broken("the coded body is cut off")
        return b""

    def read_all(self, most: int) -> bytes:
        """The whole body, or the first `most` bytes of it."""
        out = bytearray()
        while len(out) < most and (data := self.read()):
            out += data
        return bytes(out[:most])

    def drain(self) -> None:
        """Take what has already arrived, waiting no longer than it takes to be written, so that the connection may be used again."""
        self.limits = Limits(idle=0.025, first_byte=0.025, until=self.limits.until)
        try:
            for _ in range(64):
                if self.ended or not self.read():
                    break
        except (Silent, Broken, BlockingIOError):
            pass

    def close(self) -> None:
        self.connection.close()

    def _more(self) -> bytes:
        if self.limits.until is not None and time.monotonic() >= self.limits.until:
            raise Silent("the deadline passed while the body was read")  # also where a byte is always there
        limit = self.limits.clip(self.limits.idle) if self.limits.idle != 0.0 else 0.0
        return self.connection.receive(limit)

    def _pieces(self) -> Iterator[bytes]:
        if self._chunked:
            yield from self._chunks()
        elif self._length is not None:
            yield from self._counted()
        else:
            while data := self._more():
                yield data
            self._finish()

    def _counted(self) -> Iterator[bytes]:
        while self._left:
            data = self._more()
            if not data:
                raise Broken("the body is shorter than its Content-Length")
            mine, surplus = data[: self._left], data[self._left :]
            self.connection.ahead[:0] = surplus
            self._left -= len(mine)
            if not self._left:
                self._finish()
            yield mine

    def _line(self) -> bytes:
        while b"\r\n" not in self._buffer:
            data = self._more()
            if not data:
                raise Broken("the connection closed inside a chunked body")
            self._buffer += data
        line, _, rest = bytes(self._buffer).partition(b"\r\n")
        self._buffer = bytearray(rest)
        return line

    def _chunks(self) -> Iterator[bytes]:
        while True:
            text = self._line().split(b";")[0].strip()
            try:
                size = int(text, 16) if text.isalnum() else -1
            except ValueError:
                size = -1
            if size < 0:
                raise Broken("a chunk size is broken")
            if size == 0:
                while self._line():
                    pass
                self.connection.ahead[:0] = self._buffer
                self._buffer = bytearray()
                self._finish()
                return
            while size:
                if not self._buffer:
                    data = self._more()
                    if not data:
                        raise Broken("the connection closed inside a chunk")
                    self._buffer += data
                part = bytes(self._buffer[:size])
                del self._buffer[: len(part)]
                size -= len(part)
                if not size:
                    break
                yield part
            if len(self._buffer) >= 2 and self._buffer[:2] == b"\r\n":
                # The usual case, so that a finished body is known as such without another read.
                del self._buffer[:2]
                if self._buffer[:5] == b"0\r\n\r\n":
                    del self._buffer[:5]
                    self.connection.ahead[:0] = self._buffer
                    self._buffer = bytearray()
                    self._finish()
                    yield part
                    return
                yield part
                continue
            yield part
            if self._line():
                raise Broken("a chunk is longer than it says")


def translate(exc: Exception, at_body: bool = False) -> Fault:
    """The one place where failures of the wire become faults."""
    if isinstance(exc, Silent):
        return Fault("timeout", str(exc), cause=str(exc))
    said = str(exc.args[0]) if exc.args else "the connection failed"
    return Fault("connection", said, cause=said)

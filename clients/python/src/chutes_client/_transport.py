"""What happens on the wire, seen from one attempt; the half that waits is `_async/_transport.py`.

httpcore takes its time-outs as numbers and looks at them once per phase. A `Watch` is such a number that also knows the attempt
it belongs to: our network backend asks it for the limit of this very read, and tells it what was written and read. So first byte,
silence and deadline are kept apart, and a failure knows whether an answer had begun. With a client of the caller's own
(`http_client=`) or behind a proxy the numbers alone hold.
"""

from __future__ import annotations

import os
import re
import ssl
import sys
import time
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from typing_extensions import Self

from ._deadline import Deadline, Limits
from ._errors import APIConnectionError, APITimeoutError, ChutesError, ConfigError, UnexpectedResponseError
from ._framing import ChunkMerger
from ._retry import Failure, Phase

DRAIN_SECONDS = 0.01
"""How long the end of a body is looked for after `[DONE]`, so that the connection can be used again."""
ERROR_BODY_SECONDS = 10.0
"""How long the body of an error is read at most."""
_FOREVER = 10.0**9
_INFORMATIONAL = re.compile(rb"(?:HTTP/\d\.\d 1\d\d.*?\r\n\r\n)+", re.DOTALL)
_PIECE = 1024 * 1024


class Exchange:
    """One request and its answer on one connection, as our network backend sees them."""

    opening = False
    """A connection is being made to a proxy, and by it to the server."""

    def __init__(self, limits: Limits, deadline: Deadline, url: str = "") -> None:
        self.limits, self.deadline, self.url = limits, deadline, url
        self.fresh = False
        self.began = time.monotonic()
        self._timeouts: dict[str, float | None] = {}
        self.watched = False
        self.written_at: float | None = None
        self.received = 0
        self.draining = False
        self.body_until: float | None = None
        self.body = False
        self.stream: Any = None
        self._head = b""
        self._head_size = 0
        self._last = b""
        self._merger: ChunkMerger | None = None
        self._connect_until: float | None = None

    @property
    def host(self) -> str:
        """Host and port of the server, for messages."""
        return urlsplit(self.url).netloc.rpartition("@")[2] or "the server"

    def timeouts(self) -> dict[str, float | None]:
        """The `timeout` extension of httpx. `read` is a `Watch`; so is `connect`, to learn of a fresh connection."""
        connect = self.deadline.clip(self.limits.connect)
        first = self.deadline.clip(self.limits.first_byte)
        watch = Watch(self, first)
        self._timeouts.update(connect=Connecting(self, connect), read=watch, write=watch, pool=first)
        return self._timeouts

    def connect_left(self) -> float | None:
        """Seconds that are left to connect. Addresses that are tried in turn and the TLS handshake share them."""
        limit, now = self.limits.connect, time.monotonic()
        if self._connect_until is None and limit is not None:
            self._connect_until = now + limit
        left = self.deadline.clip(None if self._connect_until is None else self._connect_until - now)
        return left if left is None else max(left, 0.001)

    def open_tunnel(self, opening: bool) -> None:
        """What a proxy has to say before the tunnel stands is part of connecting; httpcore takes it for an answer."""
        self.opening = opening
        self._timeouts["read"] = Watch(self, self.deadline.clip(self.limits.connect if opening else self.limits.first_byte))

    def limit(self) -> float | None:
        """Seconds the next read or write may take."""
        if self.draining:
            return DRAIN_SECONDS
        limit = self.deadline.clip(self.limits.idle if self.begun else self._first_byte())
        if self.body_until is not None:
            left = max(0.001, self.body_until - time.monotonic())
            limit = left if limit is None else min(limit, left)
        return max(limit, 0.001) if limit is not None else None

    def _first_byte(self) -> float | None:
        """Informational answers are no sign that the final one comes, and give it no more time."""
        limit = self.limits.first_byte
        return limit if limit is None or not self.received else max(0.0, limit - self.since_sent())

    @property
    def begun(self) -> bool:
        """Whether something of the answer is there, past informational ones."""
        return self.body or len(self._head) > self._informational()

    def _informational(self) -> int:
        """How many bytes of the head are informational answers."""
        found = _INFORMATIONAL.match(self._head)
        return 0 if found is None else found.end()

    def wrote(self) -> None:
        self.watched = True
        self.written_at = time.monotonic()

    def read(self, data: bytes) -> bytes:
        """Takes note of what was read, and says what to hand on of it."""
        self.watched = True
        self.received += len(data)
        self._last = (self._last + data[-4:])[-4:]
        if not self.body:
            self._head += data
        return data if self._merger is None else self._merger.feed(data)

    def status(self) -> int | None:
        """The status of an answer that has begun, past informational ones; None before its first line."""
        found = re.findall(rb"(?:^|\r\n\r\n)HTTP/\d\.\d (\d{3})", self._head)
        return int(found[-1]) if found else None

    def since_sent(self) -> float:
        """Seconds since the last byte was written; since the attempt began where nobody told us of a write."""
        return time.monotonic() - (self.began if self.written_at is None else self.written_at)

    def headers_in(self, chunked: bool) -> None:
        """Called when the headers of the final answer are in: finds where they end, past informational answers."""
        self.body = True
        self._timeouts["read"] = Watch(self, self.deadline.clip(self.limits.idle))  # httpcore looks here again for the body
        end = self._head.find(b"\r\n\r\n", self._informational())
        self._head_size = end + 4 if end >= 0 else 0
        if chunked and self._head_size:
            self._merger = ChunkMerger()
            self._merger.feed(self._head[self._head_size :])  # these were handed on as they came
        self._head = b""

    def surplus(self, length: str | None, chunked: bool) -> bool:
        """Whether more bytes came than the answer has. They would be taken for the head of the next answer."""
        if not self.watched or not self._head_size:
            return False
        if chunked:
            return self._last != b"\r\n\r\n"
        return length is not None and length.isdigit() and self.received > self._head_size + int(length)


class _Limit(float):
    """A time-out that knows its attempt."""

    __slots__ = ("exchange",)
    exchange: Exchange

    def __new__(cls, exchange: Exchange, limit: float | None) -> Self:
        made = super().__new__(cls, _FOREVER if limit is None else max(limit, 0.001))
        made.exchange = exchange
        return made


class Watch(_Limit):
    """The time-out of reading."""

    __slots__ = ()


class Connecting(_Limit):
    """The connect time-out; asking for it means that the connection is a fresh one."""

    __slots__ = ()


def behind_proxy() -> bool:
    """Whether a proxy is set, by a variable or, where the system has such settings, in those."""
    kinds = ("http", "https", "all")
    if sys.platform in ("win32", "darwin"):
        from urllib.request import getproxies

        return any(kind in kinds for kind in getproxies())
    return any(value and name.lower() in [f"{kind}_proxy" for kind in kinds] for name, value in os.environ.items())


def headers_of(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by lower-case name; repeated ones are joined by a comma, and what is not UTF-8 is taken for Latin-1."""
    headers: dict[str, str] = {}
    for name, value in raw:
        key = name.decode("latin-1").lower()
        try:
            text = value.decode()
        except UnicodeDecodeError:
            text = value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def read_limit(timeout: float | None) -> float | None:
    return timeout.exchange.limit() if isinstance(timeout, Watch) else timeout


def connect_limit(timeout: float | None) -> float | None:
    if isinstance(timeout, Connecting):
        timeout.exchange.fresh = True
        return timeout.exchange.connect_left()
    return timeout


def _names(error: BaseException) -> set[str]:
    return {cls.__name__ for cls in type(error).__mro__}


def translate(error: BaseException, exchange: Exchange) -> Failure:
    """Turns an exception of httpx, httpcore, ssl or the system into ours. The only function that does."""
    if isinstance(error, ChutesError):
        return Failure(error, "final", {})
    names = _names(error)
    phase: Phase = "body" if exchange.body else "send"
    made: ChutesError
    if "TimeoutException" in names or isinstance(error, TimeoutError):
        made, phase = _timed_out(names, exchange)
    elif (names & {"InvalidURL"} or "in location header" in str(error)) and (status := exchange.status()) is not None:
        # httpx reads a Location also where it is not asked to follow it
        text = f"HTTP {status} with a Location that is no http URL"
        return Failure(UnexpectedResponseError(text, status=status), "final", {})
    elif names & {"InvalidURL", "UnsupportedProtocol", "LocalProtocolError"}:
        return Failure(ConfigError(f"the request cannot be sent ({type(error).__name__})"), "final", {})
    elif isinstance(error, (AttributeError, TypeError)):  # of a client or transport of the caller's own
        made, phase = ConfigError(f"the request cannot be sent: {error}"), "final"
    elif certificate := _certificate_error(error):
        made, phase = APIConnectionError(f"the certificate of {exchange.host} is not trusted: {certificate}"), "final"
    elif "ConnectError" in names or "ProxyError" in names:
        made, phase = APIConnectionError(f"cannot connect to {exchange.host}: {_reason(error)}"), "connect"
    else:
        made = APIConnectionError(f"the connection to {exchange.host} broke: {_reason(error)}")
        if exchange.begun and phase == "send":
            phase = "body"  # an answer had begun; nobody knows what the server has done
        elif not exchange.watched and "without sending" not in str(error) and "RemoteProtocolError" in names:
            phase = "body"
    made.__cause__ = error
    return Failure(made, phase, {}, exchange.since_sent())


def _timed_out(names: set[str], exchange: Exchange) -> tuple[ChutesError, Phase]:
    limits = exchange.limits
    if exchange.deadline.expired() or (exchange.deadline.remaining() or 1.0) <= 0.005:
        text, phase = f"the deadline of {exchange.deadline.total:g} s has passed", "final"
    elif "ConnectTimeout" in names or exchange.opening:
        text, phase = f"no connection to {exchange.host} within connect_timeout ({limits.connect} s)", "connect"
    elif "PoolTimeout" in names:
        text, phase = "no free connection in the pool", "connect"
    elif exchange.begun:
        text, phase = f"the answer from {exchange.host} paused for longer than idle_timeout ({limits.idle} s)", "body"
    else:
        text, phase = f"no answer from {exchange.host} within first_byte_timeout ({limits.first_byte} s)", "first_byte"
    return APITimeoutError(text), phase  # type: ignore[return-value]


def _certificate_error(error: BaseException) -> str | None:
    seen: BaseException | None = error
    for _ in range(10):
        if seen is None:
            return None
        if type(seen).__name__ in ("SSLCertVerificationError", "CertificateError"):
            return str(getattr(seen, "verify_message", "") or seen)
        if "CERTIFICATE_VERIFY_FAILED" in str(seen):
            return "certificate verify failed"
        seen = seen.__cause__ or seen.__context__
    return None


def _reason(error: BaseException) -> str:
    return str(error) or type(error).__name__


class Decoding:
    """Undoes `Content-Encoding`, handing out what each piece holds at once, and noticing an end that comes too soon.

    Raises:
        ConnectionError: (from `feed` and `finish`) if the data is broken or cut short.
    """

    def __init__(self, coding: str) -> None:
        names = [name.strip().lower() for name in coding.split(",") if name.strip().lower() not in ("", "identity")]
        if len(names) > 1 or any(name not in ("gzip", "x-gzip", "deflate") for name in names):
            raise APIConnectionError(f"the answer is in a coding nobody asked for: {coding[:40]}")
        self._layer = _Inflate(names[0] != "deflate") if names else None

    @property
    def idle(self) -> bool:
        return self._layer is None

    def feed(self, data: bytes) -> Iterable[bytes]:
        """What the data holds, in pieces of a bounded size: a bomb is given up long before it is unpacked."""
        return (data,) if self._layer is None else self._layer.feed(data)

    def finish(self) -> None:
        if self._layer is not None and not self._layer.complete:
            raise ConnectionError("the coded body was cut short")


class _Inflate:
    def __init__(self, gzip: bool) -> None:
        self._gzip = gzip
        self._decoder: Any = zlib.decompressobj(zlib.MAX_WBITS | 16) if gzip else None
        self._fed = False

    @property
    def complete(self) -> bool:
        return not self._fed or bool(self._decoder.eof)

    def feed(self, data: bytes) -> Iterator[bytes]:
        if not data:
            return
        self._fed = True
        if self._decoder is None:  # "deflate" is zlib by the standard and raw deflate in the field
            self._decoder = zlib.decompressobj(zlib.MAX_WBITS if data[0] & 0x0F == 8 else -zlib.MAX_WBITS)
        try:
            full = True
            while data or full:
                made = self._decoder.decompress(data, _PIECE)
                yield made
                data, full = self._decoder.unconsumed_tail, len(made) == _PIECE and not self._decoder.eof
                if self._gzip and self._decoder.eof and self._decoder.unused_data:  # a gzip file may have several members
                    data = self._decoder.unused_data
                    self._decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
        except zlib.error as error:
            raise ConnectionError(f"the coded body is broken: {error}") from None


def ssl_context(ca_pem: Any) -> ssl.SSLContext:
    """The TLS settings of a client: certificates and host names are always verified.

    Reading the bundle takes 30 ms, so clients without certificates of their own share one context.
    """
    path = os.environ.get("SSL_CERT_FILE") or ""
    if ca_pem is None:
        return _shared_context(path)
    if not isinstance(ca_pem, str):
        raise ConfigError("ca_pem must be the text of the certificates, not the path of a file")
    context = _new_context(path)
    try:
        context.load_verify_locations(cadata=ca_pem)
    except (ssl.SSLError, ValueError):
        raise ConfigError("ca_pem holds no certificate in PEM form") from None
    return context


def _new_context(path: str) -> ssl.SSLContext:
    import certifi

    try:
        return ssl.create_default_context(cafile=path or certifi.where())
    except OSError as error:
        name = f"SSL_CERT_FILE ({path})" if path else "the bundle of certifi"
        raise ConfigError(f"{name} cannot be used: {error.strerror or error}") from None


_shared_context = lru_cache(maxsize=4)(_new_context)

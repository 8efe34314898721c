# Made from _async/_backend.py by scripts/unasync.py. Do not edit.
"""The client's own way to the network: httpcore's connections on a stack, and sockets that tell each attempt what was written
and read, and ask it how long a read may take."""

from __future__ import annotations

import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import httpcore

from .._request import Request
from .._transport import Exchange, Watch, connect_limit, read_limit
from .._url import split_url
from ._platform import bond, broken, network_backend
from ._tasks import Places, writes_on

Origin: TypeAlias = "tuple[bytes, bytes, int | None, object]"
"""Scheme, host, port, and what a connection is bound to."""
_WRITE_SIZE = 256 * 1024
"""Bytes that are written under one limit: an upload may take as long as it takes, as long as it moves."""


class WatchedStream(httpcore.NetworkStream):
    """One connection. `poisoned` makes the pool drop it: bytes came that belong to no answer."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner
        self.poisoned = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._inner.read(max_bytes, timeout=read_limit(timeout))
        if isinstance(timeout, Watch):
            timeout.exchange.stream = self
            return timeout.exchange.read(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        writes_on(self._inner)
        exchange = timeout.exchange if isinstance(timeout, Watch) else None
        if exchange is not None:
            exchange.stream = self
        for start in range(0, len(buffer), _WRITE_SIZE):
            piece = buffer if len(buffer) <= _WRITE_SIZE else buffer[start : start + _WRITE_SIZE]
            self._inner.write(piece, timeout=read_limit(timeout))
            if exchange is not None:
                exchange.wrote()

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, timeout=connect_limit(timeout))
        return WatchedStream(inner)

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable" and self.poisoned:
            return True
        return self._inner.get_extra_info(info)


class WatchedBackend(httpcore.NetworkBackend):
    """Wraps every connection of httpcore's own backend in a watched one."""

    def __init__(self) -> None:
        self._inner = network_backend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        limit = connect_limit(timeout)
        stream = self._inner.connect_tcp(host, port, limit, local_address, socket_options)
        return WatchedStream(stream)

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


class Pieces(Protocol):
    """The body of an answer, piece by piece."""

    def __iter__(self) -> Iterator[bytes]: ...

    def close(self) -> None: ...


@dataclass
class Reply:
    """An answer whose head is in, as it came.

    Attributes:
        network: the connection, if it is known.
    """

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: Pieces
    network: Any


class Pool:
    """httpcore's connections, with our backend under them and a stack of the idle ones.

    httpcore's own pool walks all connections and all waiting requests whenever a request begins or ends (encode/httpx#3215):
    7 ms of CPU each with 64 at once. Here a request takes the connection that was used last, if that one still lives.
    HTTP/2, where one connection serves many requests, goes to httpcore's pool.
    """

    def __init__(self, context: Callable[[], ssl.SSLContext], max_connections: int, keepalive_expiry: float, http2: bool) -> None:
        self._context, self._expiry = context, keepalive_expiry
        self._backend = WatchedBackend()
        self._gate = Places(max_connections)
        self._idle: dict[Origin, deque[tuple[float, httpcore.HTTPConnection]]] = {}
        self._open: set[httpcore.HTTPConnection] = set()
        self._sweep_at = 0.0
        self._closed = False
        self._lock = threading.Lock()  # threads take from the stacks of idle connections at once
        self._pool = (
            httpcore.ConnectionPool(
                ssl_context=context(),
                max_connections=max_connections,
                max_keepalive_connections=max_connections,
                keepalive_expiry=keepalive_expiry,
                http2=True,
                network_backend=self._backend,
            )
            if http2
            else None
        )

    def send(self, request: Request, exchange: Exchange) -> Reply:
        """Sends one request and returns when the head of its answer is in."""
        made = _wire(request, exchange)
        if self._pool is not None:
            answer = self._pool.handle_request(made)
            return _reply(answer, Body(answer.stream))
        origin: Origin = (made.url.scheme, made.url.host, made.url.port, bond())
        connection = self._take(origin, made, exchange)
        try:
            answer = connection.handle_request(made)
        except BaseException:
            self._give_back(origin, connection)
            raise
        return _reply(answer, Body(answer.stream, lambda: self._give_back(origin, connection)))

    def _take(self, origin: Origin, request: httpcore.Request, exchange: Exchange) -> httpcore.HTTPConnection:
        """The connection that was used last, if it still lives; else a new one."""
        if not self._gate.enter(exchange.deadline.clip(exchange.limits.first_byte)):
            raise httpcore.PoolTimeout("no free connection")
        try:
            while (idle := self._newest(origin)) is not None:
                if not idle.has_expired():  # too old, closed by the server, or with bytes that nobody asked for
                    return idle
                self._drop(idle)
            connection = httpcore.HTTPConnection(
                origin=request.url.origin,
                ssl_context=self._context() if request.url.scheme == b"https" else None,
                keepalive_expiry=self._expiry,
                network_backend=self._backend,
            )
        except BaseException:
            self._gate.leave()
            raise
        self._open.add(connection)
        return connection

    def _newest(self, origin: Origin) -> httpcore.HTTPConnection | None:
        with self._lock:
            idle = self._idle.get(origin)
            return idle.pop()[1] if idle else None

    def _give_back(self, origin: Origin, connection: httpcore.HTTPConnection) -> None:
        """Puts it on the stack if it can serve again. Those that lie lowest have waited longest, and may have to go."""
        self._gate.leave()
        if connection not in self._open:
            return
        if self._closed or connection.is_closed() or not connection.is_idle():  # one that never came to be counts as both
            self._drop(connection)
            return
        now = time.monotonic()
        with self._lock:
            first = origin not in self._idle
            self._idle.setdefault(origin, deque()).append((now + self._expiry, connection))
            old = self._aged(now) if first or now >= self._sweep_at else []
        for one in old:
            self._drop(one)

    def _aged(self, now: float) -> list[httpcore.HTTPConnection]:
        """Takes out what is too old or bound to what is gone, of all hosts: to most chutes no second call may ever come."""
        self._sweep_at = now + self._expiry / 4
        old: list[httpcore.HTTPConnection] = []
        for origin, idle in list(self._idle.items()):
            gone = broken(origin[3])
            while idle and (gone or idle[0][0] < now):
                old.append(idle.popleft()[1])
            if not idle:
                del self._idle[origin]
        return old

    def _drop(self, connection: httpcore.HTTPConnection) -> None:
        self._open.discard(connection)
        with suppress(Exception):
            connection.close()

    def close(self) -> None:
        if self._pool is not None:
            self._pool.close()
        self._closed = True  # a call under way goes on; its connection is closed when it is given back
        with self._lock:
            idle = [connection for one in self._idle.values() for _, connection in one]
            self._idle.clear()
        for connection in idle:
            self._drop(connection)


class Body:
    """The body of an answer, piece by piece. Its end, or leaving it early, gives the connection back."""

    def __init__(self, inner: Any, done: Callable[[], None] | None = None) -> None:
        self._inner, self._done = inner, done

    def __iter__(self) -> Iterator[bytes]:
        pieces: Iterator[bytes] = self._inner.__iter__()
        return pieces

    def close(self) -> None:
        done, self._done = self._done, None
        try:
            self._inner.close()
        finally:
            if done is not None:
                done()


def _reply(answer: Any, body: Body) -> Reply:
    return Reply(answer.status, answer.headers, body, answer.extensions.get("network_stream"))


def _wire(request: Request, exchange: Exchange) -> httpcore.Request:
    scheme, host, port, target = split_url(request.url)
    given = {name.lower() for name in request.headers}
    headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in request.headers.items()]
    if "host" not in given:
        name = b"[%b]" % host if b":" in host else host
        headers.insert(0, (b"Host", name if port is None else b"%b:%d" % (name, port)))
    content: Any = request.content
    if "content-length" not in given:
        if content:
            headers.append((b"Content-Length", b"%d" % len(content)))
        elif request.method in ("POST", "PUT", "PATCH"):
            headers.append((b"Content-Length", b"0"))
    return httpcore.Request(
        request.method,
        httpcore.URL(scheme=scheme, host=host, port=port, target=target),
        headers=headers,
        content=content,
        extensions={"timeout": exchange.timeouts()},
    )

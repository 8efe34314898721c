# Made from _async/_backend.py by scripts/unasync.py. Do not edit.
"""A network backend for httpcore that tells each attempt what was written and read, and asks it how long a read may take."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore
import httpx

from .._transport import Watch, connect_limit, read_limit
from ._platform import network_backend


class WatchedStream(httpcore.NetworkStream):
    """One connection. `poisoned` makes the pool drop it: bytes came that belong to no answer."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner
        self.poisoned = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._inner.read(max_bytes, timeout=read_limit(timeout))
        if isinstance(timeout, Watch):
            timeout.exchange.stream = self
            timeout.exchange.read(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if isinstance(timeout, Watch):
            timeout.exchange.stream = self
        self._inner.write(buffer, timeout=read_limit(timeout))
        if isinstance(timeout, Watch):
            timeout.exchange.wrote()

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


class PoolTransport(httpx.BaseTransport):
    """httpx's transport interface over httpcore's connection pool, with our backend under it."""

    def __init__(self, ssl_context: ssl.SSLContext, max_connections: int, keepalive_expiry: float, http2: bool) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context,
            max_connections=max_connections,
            max_keepalive_connections=max_connections,
            keepalive_expiry=keepalive_expiry,
            http2=http2,
            network_backend=WatchedBackend(),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=Body(answer.stream), extensions=extensions(answer))

    def close(self) -> None:
        self._pool.close()


class Body(httpx.SyncByteStream):
    """The body of an answer, piece by piece."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._inner:
            yield piece

    def close(self) -> None:
        self._inner.close()


def extensions(answer: Any) -> dict[str, Any]:
    """The extensions of an answer: `network_stream`, `http_version` and their like."""
    return dict(answer.extensions)

"""A network backend for httpcore that tells each attempt what was written and read, and asks it how long a read may take."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpcore
import httpx

from .._transport import Watch, connect_limit, read_limit
from ._platform import network_backend


class AsyncWatchedStream(httpcore.AsyncNetworkStream):
    """One connection. `poisoned` makes the pool drop it: bytes came that belong to no answer."""

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner
        self.poisoned = False

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = await self._inner.read(max_bytes, timeout=read_limit(timeout))
        if isinstance(timeout, Watch):
            timeout.exchange.stream = self
            timeout.exchange.read(data)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if isinstance(timeout, Watch):
            timeout.exchange.stream = self
        await self._inner.write(buffer, timeout=read_limit(timeout))
        if isinstance(timeout, Watch):
            timeout.exchange.wrote()

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        inner = await self._inner.start_tls(ssl_context, server_hostname, timeout=connect_limit(timeout))
        return AsyncWatchedStream(inner)

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable" and self.poisoned:
            return True
        return self._inner.get_extra_info(info)


class AsyncWatchedBackend(httpcore.AsyncNetworkBackend):
    """Wraps every connection of httpcore's own backend in a watched one."""

    def __init__(self) -> None:
        self._inner = network_backend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        limit = connect_limit(timeout)
        stream = await self._inner.connect_tcp(host, port, limit, local_address, socket_options)
        return AsyncWatchedStream(stream)

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


class AsyncPoolTransport(httpx.AsyncBaseTransport):
    """httpx's transport interface over httpcore's connection pool, with our backend under it."""

    def __init__(self, ssl_context: ssl.SSLContext, max_connections: int, keepalive_expiry: float, http2: bool) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl_context,
            max_connections=max_connections,
            max_keepalive_connections=max_connections,
            keepalive_expiry=keepalive_expiry,
            http2=http2,
            network_backend=AsyncWatchedBackend(),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=AsyncBody(answer.stream), extensions=extensions(answer))

    async def aclose(self) -> None:
        await self._pool.aclose()


class AsyncBody(httpx.AsyncByteStream):
    """The body of an answer, piece by piece."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._inner:
            yield piece

    async def aclose(self) -> None:
        await self._inner.aclose()


def extensions(answer: Any) -> dict[str, Any]:
    """The extensions of an answer: `network_stream`, `http_version` and their like."""
    return dict(answer.extensions)

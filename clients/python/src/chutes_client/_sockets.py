"""Sockets for httpcore that block: its own, but TLS records that have arrived are read together.

httpcore reads one record at a time, and servers that flush each event put each into one. It also makes a map of exceptions and a
context manager for every read.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore


class SocketStream(httpcore.NetworkStream):
    """One connection as httpcore sees it."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner
        self._socket: Any = inner.get_extra_info("socket")
        self._tls = isinstance(self._socket, ssl.SSLSocket)
        self._error: OSError | None = None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        sock = self._socket
        try:
            if self._error is not None:
                raise self._error
            sock.settimeout(timeout)
            data: bytes = sock.recv(max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error
        return self._with_arrived(data, max_bytes) if self._tls and data else data

    def _with_arrived(self, data: bytes, max_bytes: int) -> bytes:
        """`data`, and the records that have arrived after it. What breaks behind them is told by the next read."""
        sock, parts, left = self._socket, [data], max_bytes - len(data)
        sock.settimeout(0)
        try:
            while left > 0 and (data := sock.recv(left)):
                parts.append(data)
                left -= len(data)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError as error:
            self._error = error
        return b"".join(parts)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return SocketStream(self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class SocketBackend(httpcore.SyncBackend):
    """Connects as httpcore does by itself, but so that all addresses of a name share the time: each could take it whole else."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        until = None if timeout is None else time.monotonic() + timeout
        try:
            found = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:  # a label of a name may be too long to be one
            raise httpcore.ConnectError(str(error)) from error
        last: Exception = httpcore.ConnectError(f"{host} has no address")
        for tried, (*_, address) in enumerate(found):
            left = None if until is None else max((until - time.monotonic()) / (len(found) - tried), 0.001)
            try:
                inner = super().connect_tcp(str(address[0]), port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
            else:
                return SocketStream(inner)
        raise last

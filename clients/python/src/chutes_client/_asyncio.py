"""Sockets of asyncio for httpcore, without anyio between them: half the cost of an async read, most of all over TLS.

Bytes are taken as they arrive, up to `HIGH_WATER`; then the socket waits until they are read. Under another event loop than
asyncio's (trio) httpcore's own backend is used.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from math import inf
from typing import Any, cast

import httpcore

HIGH_WATER = 256 * 1024
"""Bytes that may wait unread on one connection."""
READ_SIZE = 64 * 1024
"""Bytes that are read at once, as many as httpcore asks for."""


class _Room(threading.local):
    """Where bytes are received, by thread: between `get_buffer` and `buffer_updated` an event loop does nothing else."""

    def __init__(self) -> None:
        self.view = memoryview(bytearray(READ_SIZE))


_room = _Room()


class _Protocol(asyncio.BufferedProtocol):
    """One connection. At most one task reads and one writes at a time, as httpcore does.

    With a plain protocol asyncio takes 256 KiB from the system for each read, and gives back what it did not need.
    """

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.chunks: list[bytes] = []
        self.size = 0
        self.ended = False
        self.error: Exception | None = None
        self.paused = False
        self.readable: asyncio.Future[None] | None = None
        self.until = 0.0
        self.timer: asyncio.TimerHandle | None = None
        self.writable: asyncio.Future[None] | None = None
        self.full = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def get_buffer(self, sizehint: int) -> memoryview:
        return _room.view

    def buffer_updated(self, nbytes: int) -> None:
        self.chunks.append(bytes(_room.view[:nbytes]))
        self.size += nbytes
        if self.size >= HIGH_WATER and not self.paused and self.transport is not None:
            self.paused = True
            self.transport.pause_reading()
        _wake(self.readable)

    def eof_received(self) -> bool:
        self.ended = True
        _wake(self.readable)
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended = True
        self.error = exc
        self.full = False
        if self.timer is not None:
            self.timer.cancel()
        _wake(self.readable)
        _wake(self.writable)

    def pause_writing(self) -> None:
        self.full = True

    def resume_writing(self) -> None:
        self.full = False
        _wake(self.writable)

    def arrival(self, seconds: float | None) -> asyncio.Future[None]:
        """Bytes or the end, to be waited for no longer than so many seconds.

        Nearly all waits are over long before, so one timer serves many: it is set anew only when it has run out, or would be late.
        """
        loop = asyncio.get_running_loop()
        self.readable = loop.create_future()
        self.until = inf if seconds is None else loop.time() + seconds
        if self.until < inf and (self.timer is None or self.timer.when() > self.until):
            self._set_timer(loop)
        return self.readable

    def _set_timer(self, loop: asyncio.AbstractEventLoop) -> None:
        if self.timer is not None:
            self.timer.cancel()
        self.timer = loop.call_at(self.until, self._ring, loop, self.until)

    def _ring(self, loop: asyncio.AbstractEventLoop, set_for: float) -> None:
        self.timer = None
        if self.readable is None or self.readable.done():
            return
        if self.until == set_for:
            self.readable.set_exception(TimeoutError())
        elif self.until < inf:
            self._set_timer(loop)

    def take(self, limit: int) -> bytes:
        data = self.chunks[0] if len(self.chunks) == 1 else b"".join(self.chunks)
        self.chunks = [data[limit:]] if len(data) > limit else []
        data = data[:limit]
        self.size -= len(data)
        if self.paused and self.size < HIGH_WATER and self.transport is not None and not self.transport.is_closing():
            self.paused = False
            self.transport.resume_reading()
        return data


def _wake(waiter: asyncio.Future[None] | None) -> None:
    if waiter is not None and not waiter.done():
        waiter.set_result(None)


def _expire(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_exception(TimeoutError())


class AsyncioStream(httpcore.AsyncNetworkStream):
    """One connection as httpcore sees it."""

    def __init__(self, protocol: _Protocol, transport: asyncio.Transport) -> None:
        self._protocol, self._transport = protocol, transport
        self._loop = asyncio.get_running_loop()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        protocol = self._protocol
        while not protocol.chunks:
            if protocol.error is not None:
                raise httpcore.ReadError(str(protocol.error)) from protocol.error
            if protocol.ended:
                return b""
            if self._transport.is_closing():
                raise httpcore.ReadError("the connection is closed")
            try:
                await protocol.arrival(timeout)
            except TimeoutError:
                raise httpcore.ReadTimeout("timed out") from None
        return protocol.take(max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:
            return
        protocol = self._protocol
        if protocol.error is not None or self._transport.is_closing():
            raise httpcore.WriteError(str(protocol.error or "the connection is closed")) from protocol.error
        self._transport.write(buffer)
        if protocol.full:
            loop = asyncio.get_running_loop()
            protocol.writable = loop.create_future()
            timer = None if timeout is None else loop.call_later(timeout, _expire, protocol.writable)
            try:
                await protocol.writable
            except TimeoutError:
                raise httpcore.WriteTimeout("timed out") from None
            finally:
                protocol.writable = None
                if timer is not None:
                    timer.cancel()
            if protocol.error is not None:
                raise httpcore.WriteError(str(protocol.error)) from protocol.error

    async def aclose(self) -> None:
        if self._loop is not asyncio.get_running_loop():  # a transport may be touched in its own loop only
            with suppress(RuntimeError):  # that has been closed
                self._loop.call_soon_threadsafe(self._transport.abort)
            return
        # A TLS transport would wait for the goodbye of the server for half a minute, and any for the rest of an upload.
        if self._transport.get_extra_info("ssl_object") is not None or self._transport.get_write_buffer_size():
            self._transport.abort()
        else:
            self._transport.close()
        _wake(self._protocol.readable)
        await asyncio.sleep(0)  # the socket is closed in the next round of the loop

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        loop = asyncio.get_running_loop()
        begun = loop.start_tls(self._transport, self._protocol, ssl_context, server_hostname=server_hostname)
        try:
            transport = await asyncio.wait_for(begun, timeout)
        except (TimeoutError, asyncio.TimeoutError):
            self._transport.abort()
            raise httpcore.ConnectTimeout("timed out") from None
        except (OSError, ssl.SSLError) as error:
            self._transport.abort()
            raise httpcore.ConnectError(str(error)) from error
        except BaseException:
            self._transport.abort()
            raise
        if transport is None:
            raise httpcore.ConnectError("the connection was closed during the TLS handshake")
        self._protocol.transport = transport
        return AsyncioStream(self._protocol, transport)

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            protocol = self._protocol
            if self._loop is not asyncio.get_running_loop():
                return True  # left over from an earlier asyncio.run; it cannot be used again
            return bool(protocol.chunks) or protocol.ended or self._transport.is_closing() or self._arrived()
        names = {"client_addr": "sockname", "server_addr": "peername", "socket": "socket", "ssl_object": "ssl_object"}
        return self._transport.get_extra_info(names[info]) if info in names else None

    def _arrived(self) -> bool:
        """Whether the system has bytes or an end for this socket that the loop has not seen yet."""
        import select

        sock = self._transport.get_extra_info("socket")
        if sock is None or sock.fileno() < 0:
            return sock is not None
        if not hasattr(select, "poll"):
            return bool(select.select([sock.fileno()], [], [], 0)[0])
        poll = select.poll()
        poll.register(sock.fileno(), select.POLLIN)
        return bool(poll.poll(0))


def _give_up(opening: asyncio.Task[tuple[asyncio.Transport, _Protocol]]) -> None:
    """Ends it; a connection that comes to be in this very moment is closed."""
    opening.cancel()
    opening.add_done_callback(_close_late)


def _close_late(opening: asyncio.Task[tuple[asyncio.Transport, _Protocol]]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result()[0].abort()


def _numeric(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


class AsyncioBackend(httpcore.AsyncNetworkBackend):
    """Connects with asyncio where it runs, else as httpcore does by itself."""

    def __init__(self, otherwise: Callable[[], httpcore.AsyncNetworkBackend]) -> None:
        self._otherwise = otherwise

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return await self._otherwise().connect_tcp(host, port, timeout, local_address, socket_options)
        local = None if local_address is None else (local_address, 0)
        # Names may have a dead address of one kind (RFC 8305); a numeric host has no other.
        race = None if _numeric(host) else 0.25
        opening = loop.create_task(loop.create_connection(_Protocol, host, port, local_addr=local, happy_eyeballs_delay=race))
        try:
            await asyncio.wait({opening}, timeout=timeout)
        except BaseException:
            _give_up(opening)
            raise
        if not opening.done():
            _give_up(opening)
            raise httpcore.ConnectTimeout("timed out")
        try:
            transport, protocol = opening.result()
        except (OSError, UnicodeError) as error:  # a label of a name may be too long to be one
            raise httpcore.ConnectError(str(error)) from error
        for option in socket_options or ():
            transport.get_extra_info("socket").setsockopt(*option)
        return AsyncioStream(protocol, transport)

    async def sleep(self, seconds: float) -> None:
        await self._otherwise().sleep(seconds)

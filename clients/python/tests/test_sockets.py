"""Our sockets under httpcore, blocking and under asyncio, against servers of exact bytes."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import struct
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import httpcore
import pytest

from chutes_client._asyncio import READ_SIZE, AsyncioBackend
from chutes_client._sockets import SocketBackend, SocketStream

tls = pytest.importorskip("chutes_conformance.server.tls")


@pytest.fixture(scope="module")
def contexts() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Of the server and of the client."""
    authority = tls.Authority()
    return authority.context(), ssl.create_default_context(cadata=authority.pem)


@contextmanager
def opened(contexts: tuple[ssl.SSLContext, ssl.SSLContext], end: Callable[[ssl.SSLSocket], object]) -> Iterator[SocketStream]:
    """A connection to a server that has sent ten records and what `end` does."""
    listening, sent, leave = socket.create_server(("127.0.0.1", 0)), threading.Event(), threading.Event()

    def serve() -> None:
        accepted, _ = listening.accept()
        with contexts[0].wrap_socket(accepted, server_side=True) as secure:
            for number in range(10):
                secure.sendall(b"record %d\n" % number)
            with suppress(OSError):
                end(secure)
            sent.set()
            leave.wait(5)

    thread = threading.Thread(target=serve)
    thread.start()
    plain = SocketBackend().connect_tcp("127.0.0.1", listening.getsockname()[1], timeout=5)
    stream = plain.start_tls(contexts[1], "127.0.0.1", timeout=5)
    assert isinstance(stream, SocketStream)
    assert sent.wait(5)
    try:
        yield stream
    finally:
        leave.set()
        stream.close()
        thread.join(5)
        listening.close()


TEN = b"".join(b"record %d\n" % number for number in range(10))


def nothing(_: ssl.SSLSocket) -> None: ...


def shut(secure: ssl.SSLSocket) -> None:
    socket.socket.shutdown(secure, socket.SHUT_WR)


def garble(secure: ssl.SSLSocket) -> None:
    socket.socket.send(secure, b"no record at all")


def test_records_that_have_arrived_are_read_together(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    with opened(contexts, nothing) as stream:
        assert stream.read(65536, timeout=5) == TEN
        with pytest.raises(httpcore.ReadTimeout):
            stream.read(65536, timeout=0.01)


def test_no_read_is_longer_than_asked_for(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    with opened(contexts, nothing) as stream:
        assert [stream.read(13, timeout=5), stream.read(1, timeout=5)] == [TEN[:13], TEN[13:14]]
        assert stream.read(65536, timeout=5) == TEN[14:]


def test_writing_after_reading_waits_again(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    with opened(contexts, nothing) as stream:
        stream.read(65536, timeout=5)
        small = 1 << 12
        stream.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, small)
        with pytest.raises(httpcore.WriteTimeout):  # not "would block": nobody reads there
            for _ in range(10_000):
                stream.write(bytes(small), timeout=0.01)


def test_an_end_behind_the_records_is_told_afterwards(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    with opened(contexts, shut) as stream:
        assert [stream.read(65536, timeout=5) for _ in range(3)] == [TEN, b"", b""]


def test_what_breaks_behind_the_records_is_told_afterwards(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    with opened(contexts, garble) as stream:
        assert stream.read(65536, timeout=5) == TEN
        for _ in range(2):
            with pytest.raises(httpcore.ReadError, match="SSL"):
                stream.read(65536, timeout=5)


def test_a_connection_without_tls_is_read_as_it_comes() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        stream = SocketBackend().connect_tcp("127.0.0.1", listening.getsockname()[1], timeout=5)
        accepted, _ = listening.accept()
        accepted.sendall(TEN)
        assert stream.read(20, timeout=5) + stream.read(65536, timeout=5) == TEN
        with pytest.raises(httpcore.ReadTimeout):
            stream.read(1, timeout=0.01)
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        accepted.close()
        with pytest.raises(httpcore.ReadError):
            stream.read(1, timeout=5)
        stream.close()


@asynccontextmanager
async def paired(
    secure: tuple[ssl.SSLContext, ssl.SSLContext] | None = None,
) -> AsyncIterator[tuple[httpcore.AsyncNetworkStream, asyncio.StreamWriter]]:
    """A connection, and the server's side of it."""
    accepted: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()
    server = await asyncio.start_server(lambda _, writer: accepted.put_nowait(writer), "127.0.0.1", 0, ssl=secure and secure[0])
    stream = await AsyncioBackend(httpcore.AnyIOBackend).connect_tcp("127.0.0.1", server.sockets[0].getsockname()[1], timeout=5)
    if secure:
        stream = await stream.start_tls(secure[1], "127.0.0.1", timeout=5)
    writer = await accepted.get()
    try:
        yield stream, writer
    finally:
        await stream.aclose()
        writer.close()
        server.close()


async def timed_out(stream: httpcore.AsyncNetworkStream, limit: float) -> float:
    began = asyncio.get_running_loop().time()
    with pytest.raises(httpcore.ReadTimeout):
        await asyncio.wait_for(stream.read(1, timeout=limit), 10)
    return asyncio.get_running_loop().time() - began


async def test_every_wait_has_its_own_limit() -> None:
    async with paired() as (stream, writer):
        for limit in (5, 0.2, None, 5):  # each of them is answered at once
            writer.write(b"x")
            assert await stream.read(1, timeout=limit) == b"x"
        assert 0.1 <= await timed_out(stream, 0.1) < 2  # though a timer of five seconds is set


async def test_a_timer_of_an_earlier_wait_ends_no_later_one() -> None:
    async with paired() as (stream, writer):
        loop = asyncio.get_running_loop()
        for limit in (None, 5):
            loop.call_later(0.01, writer.write, b"x")
            assert await stream.read(1, timeout=0.1) == b"x"
            loop.call_later(0.3, writer.write, b"y")
            assert await stream.read(1, timeout=limit) == b"y"
        loop.call_later(0.01, writer.write, b"x")
        assert await stream.read(1, timeout=0.1) == b"x"
        assert 0.3 <= await timed_out(stream, 0.3) < 2  # the timer that was set for 0.1 s goes on to 0.3


@pytest.mark.parametrize("secure", [False, True])
async def test_connections_share_where_they_receive(secure: bool, contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    sizes = [READ_SIZE * 3 + 1, READ_SIZE, 7]
    wanted = [os.urandom(size) for size in sizes]

    async def one(content: bytes) -> bytes:
        async with paired(contexts if secure else None) as (stream, writer):
            for at in range(0, len(content), 5000):
                writer.write(content[at : at + 5000])
            got = b""
            while len(got) < len(content):
                got += await stream.read(65536, timeout=5)
            return got

    assert await asyncio.gather(*(one(content) for content in wanted)) == wanted

"""Our blocking sockets beside httpcore's own, against a TLS server that ends in several ways."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import httpcore
import pytest

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

"""What the mock server plays beside plain answers: a proxy, tunnels, IPv6, bombs, and TLS greetings on a plain port."""

from __future__ import annotations

import itertools
import socket
import ssl
import zlib
from collections.abc import Iterator

import pytest

from chutes_conformance.server import Journal, MockServer
from chutes_conformance.server.body import bomb

_tokens = (f"more{i}" for i in itertools.count())


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer() as running:
        yield running


def opened(server: MockServer) -> tuple[str, Journal]:
    token = next(_tokens)
    return token, server.register(token, [{"json": {"ok": 1}, "connection": "close"}], {}, None)


def connect(server: MockServer, name: str) -> socket.socket:
    host, _, port = server.origins[name].partition("//")[2].rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), 5)


def everything(sock: socket.socket | ssl.SSLSocket) -> bytes:
    out = b""
    while data := sock.recv(65536):
        out += data
    return out


def test_a_proxy_is_asked_for_a_whole_url(server: MockServer) -> None:
    token, journal = opened(server)
    with connect(server, "proxy") as sock:
        sock.sendall(f"GET http://proxied.localhost/t/{token}/api/x?a=1 HTTP/1.1\r\nHost: proxied.localhost\r\n\r\n".encode())
        assert b'{"ok":1}' in everything(sock)
    assert [(r.origin, r.path, r.query) for r in journal.requests] == [("proxy", "/api/x", "a=1")]


def test_a_tunnel_leads_to_the_tls_listener_and_is_told_from_a_direct_call(server: MockServer) -> None:
    token, journal = opened(server)
    context = ssl.create_default_context(cadata=server.authority.pem)
    port = server.origins["tls"].rpartition(":")[2]
    with connect(server, "proxy") as sock:
        sock.sendall(f"CONNECT proxied.localhost:{port} HTTP/1.1\r\nHost: proxied.localhost:{port}\r\n\r\n".encode())
        assert sock.recv(200).startswith(b"HTTP/1.1 200")
        with context.wrap_socket(sock, server_hostname="proxied.localhost") as inside:
            inside.sendall(f"GET /t/{token}/api/x HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert b'{"ok":1}' in everything(inside)
    with connect(server, "tls") as plain, context.wrap_socket(plain, server_hostname="localhost") as direct:
        direct.sendall(f"GET /t/{token}/api/x HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert b'{"ok":1}' in everything(direct)
    assert [r.origin for r in journal.requests] == ["proxy", "own"]


def test_ipv6_where_the_machine_has_it(server: MockServer) -> None:
    if "ipv6" not in server.origins:
        pytest.skip("this machine has no IPv6")
    token, journal = opened(server)
    assert server.base(token, "ipv6").startswith("http://[::1]:")
    with connect(server, "ipv6") as sock:
        sock.sendall(f"GET /t/{token}/api/x HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert b'{"ok":1}' in everything(sock)
    assert [r.origin for r in journal.requests] == ["own"]


def test_a_tls_greeting_on_a_plain_port_is_answered_in_plain(server: MockServer) -> None:
    with connect(server, "plain") as sock:
        sock.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        assert everything(sock).startswith(b"HTTP/1.1 400 ")


def test_a_bomb_is_small_and_unpacks_to_what_it_says() -> None:
    pieces = list(bomb(20))
    assert sum(map(len, pieces)) < 20 << 12
    assert zlib.decompressobj(31).decompress(b"".join(pieces)) == b" " * (20 << 20)


def test_a_bomb_over_the_wire_is_labelled(server: MockServer) -> None:
    token = next(_tokens)
    server.register(token, [{"bomb": 2, "status": 400, "content_type": "application/json"}], {}, None)
    with connect(server, "plain") as sock:
        sock.sendall(f"GET /t/{token}/api/x HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        head, _, body = everything(sock).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ") and b"Content-Encoding: gzip" in head
    assert zlib.decompressobj(31).decompress(body) == b" " * (2 << 20)


def test_the_certificate_fits_the_proxied_host_only_by_its_name(server: MockServer) -> None:
    context = ssl.create_default_context(cadata=server.authority.pem)
    with connect(server, "tls") as plain, pytest.raises(ssl.SSLCertVerificationError):
        context.wrap_socket(plain, server_hostname="elsewhere.localhost")

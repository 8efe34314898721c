"""The mock server, asked over plain sockets: exact bytes, faults, and what the journal says about them."""

from __future__ import annotations

import gzip
import itertools
import socket
import ssl
import time
import zlib
from typing import Any

import pytest

from chutes_conformance.server import Journal, MockServer
from chutes_conformance.server.body import cut, sliced, sse_pieces

_tokens = (f"tok{i}" for i in itertools.count())


class Client:
    """A socket that says one request and reads what comes."""

    def __init__(self, server: MockServer, listen: str = "plain", context: ssl.SSLContext | None = None) -> None:
        host, port = server.origins[listen].split("//")[1].split(":")
        self.sock: socket.socket = socket.create_connection((host, int(port)), 5)
        if context:
            self.sock = context.wrap_socket(self.sock, server_hostname="127.0.0.1")

    def ask(self, token: str, method: str = "GET", path: str = "/api/x", body: bytes = b"", headers: str = "") -> None:
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        self.sock.sendall(f"{method} /t/{token}{path} HTTP/1.1\r\nHost: x\r\n{headers}{length}\r\n".encode() + body)

    def rest(self) -> bytes:
        out = b""
        while data := self.sock.recv(65536):
            out += data
        return out

    def until(self, mark: bytes) -> bytes:
        out = b""
        while mark not in out:
            data = self.sock.recv(65536)
            assert data, f"closed before {mark!r}: {out!r}"
            out += data
        return out


def opened(server: MockServer, *answers: dict[str, Any]) -> tuple[str, Journal]:
    token = next(_tokens)
    return token, server.register(token, list(answers), {"BASE": server.base(token)}, None)


def wait_for(condition: Any, seconds: float = 2) -> None:
    ends = time.monotonic() + seconds
    while not condition() and time.monotonic() < ends:
        time.sleep(0.005)
    assert condition()


def test_plain_answer_and_journal(server: MockServer) -> None:
    token, journal = opened(server, {"json": {"a": 1}, "headers": {"X-Two": ["1", "2"]}})
    client = Client(server)
    client.ask(token, "POST", "/api/a%2Fb?q=1", b"body")
    answer = client.until(b'{"a":1}')
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n") and answer.count(b"X-Two: ") == 2
    request = journal.requests[0]
    assert (request.method, request.path, request.body) == ("POST", "/api/a%2Fb", b"body")
    assert request.query_map() == {"q": "1"}


def test_answers_are_chosen_by_order_and_match_and_the_last_repeats(server: MockServer) -> None:
    token, journal = opened(server, {"text": "one"}, {"on": "GET /api/b/*", "text": "bee"}, {"text": "two"})
    client = Client(server)
    got = []
    for path in ("/api/a", "/api/b/c", "/api/a", "/api/a"):
        client.ask(token, path=path)
        got.append(client.until(b"\r\n\r\n"))
    assert [r.answer for r in journal.requests] == [0, 1, 2, 2]
    assert journal.connections == 1


def test_chunked_slices_arrive_as_written(server: MockServer) -> None:
    token, _ = opened(server, {"sse": [{"data": "hé"}], "slice": 3, "connection": "close"})
    client = Client(server)
    client.ask(token)
    body = client.rest().partition(b"\r\n\r\n")[2]
    assert body == b"3\r\ndat\r\n3\r\na: \r\n3\r\nh\xc3\xa9\r\n2\r\n\n\n\r\n0\r\n\r\n"


@pytest.mark.parametrize(("fault", "sent"), [("close-before-headers", b""), ("half-status-line", b"HTTP/1.1 2")])
def test_closing_faults(server: MockServer, fault: str, sent: bytes) -> None:
    token, _ = opened(server, {"fault": fault})
    client = Client(server)
    client.ask(token)
    assert client.rest() == sent


def test_reset_is_a_reset(server: MockServer) -> None:
    token, journal = opened(server, {"sse": [{"data": "x"}, {"rst": True}]})
    client = Client(server)
    client.ask(token)
    client.until(b"data: x")
    with pytest.raises(ConnectionResetError):
        client.rest()
    assert ("reset" in {kind for _, kind, _ in journal.requests[0].trace})


def test_early_close_is_seen_and_timed(server: MockServer) -> None:
    token, journal = opened(server, {"sse": [{"data": "x"}, {"hang": True}]})
    client = Client(server)
    client.ask(token)
    client.until(b"data: x")
    time.sleep(0.1)
    assert journal.requests[0].client_closed is None
    client.sock.close()
    wait_for(lambda: journal.requests[0].client_closed is not None)
    request = journal.requests[0]
    assert 0.08 < (request.client_closed or 0) - (request.last_sent or 0) < 1


def test_gzip_is_flushed_per_event_and_only_sent_when_offered(server: MockServer) -> None:
    answer = {"sse": [{"data": "one"}, {"sleep_ms": 200}, {"data": "two"}], "coding": "gzip", "framing": "close"}
    token, _ = opened(server, answer)
    client = Client(server)
    client.ask(token, headers="Accept-Encoding: gzip\r\n")
    head = client.until(b"\r\n\r\n")
    assert b"Content-Encoding: gzip" in head
    early = head.partition(b"\r\n\r\n")[2] or client.sock.recv(65536)
    assert zlib.decompressobj(31).decompress(early) == b"data: one\n\n"
    assert gzip.decompress(early + client.rest()) == b"data: one\n\ndata: two\n\n"
    other = Client(server)
    other.ask(token)
    assert b"Content-Encoding" not in other.rest()


def test_length_delta_cut_before_and_trailers(server: MockServer) -> None:
    token, _ = opened(server, {"text": "0123456789", "length_delta": 5, "cut": {"after_bytes": 4, "how": "fin"}, "before": ["HTTP/1.1 103 Early Hints\r\n\r\n"]})
    client = Client(server)
    client.ask(token)
    raw = client.rest()
    assert raw.startswith(b"HTTP/1.1 103") and b"Content-Length: 15" in raw and raw.endswith(b"\r\n\r\n0123")
    token, _ = opened(server, {"text": "x", "framing": "chunked", "trailers": {"X-End": "1"}, "connection": "close"})
    client = Client(server)
    client.ask(token)
    assert client.rest().endswith(b"0\r\nX-End: 1\r\n\r\n")


def test_wire_steps(server: MockServer) -> None:
    steps = [{"head": {"status": 200, "headers": {"Transfer-Encoding": "chunked"}}}, {"chunk": "ab"}, {"repeat": "z", "times": 2500},
             {"bad_chunk": {"declare": 10, "send": "abcd"}}, {"fin": True}]
    token, _ = opened(server, {"wire": steps})
    client = Client(server)
    client.ask(token)
    assert client.rest().partition(b"\r\n\r\n")[2] == b"2\r\nab\r\n" + b"z" * 2500 + b"a\r\nabcd"


def test_idle_close_keeps_the_answer_and_then_ends(server: MockServer) -> None:
    token, _ = opened(server, {"text": "x", "idle_close_ms": 100})
    client = Client(server)
    client.ask(token)
    began = time.monotonic()
    client.rest()
    assert 0.05 < time.monotonic() - began < 2


def test_http_date_and_variables_in_headers(server: MockServer) -> None:
    token = next(_tokens)
    server.register(token, [{"status": 307, "headers": {"Location": "${BASE}/n", "X-A": "${HTTPDATE+2}", "X-B": "${HTTPDATE850+0}", "X-C": "${HTTPDATEASC+0}"}, "connection": "close"}],
                    {"BASE": "http://b"}, 784111775000)
    client = Client(server)
    client.ask(token)
    raw = client.rest()
    assert b"Location: http://b/n" in raw and b"X-A: Sun, 06 Nov 1994 08:49:37 GMT" in raw
    assert b"X-B: Sunday, 06-Nov-94 08:49:35 GMT" in raw and b"X-C: Sun Nov  6 08:49:35 1994" in raw


def test_tls_listeners(server: MockServer) -> None:
    trusting = ssl.create_default_context(cadata=server.authority.pem)
    token, journal = opened(server, {"text": "secure", "connection": "close"})
    client = Client(server, "tls", trusting)
    client.ask(token)
    assert client.rest().endswith(b"secure")
    for listen in ("tls-wrong-name", "tls-expired"):
        with pytest.raises(ssl.SSLCertVerificationError):
            Client(server, listen, trusting)
    with pytest.raises(ssl.SSLCertVerificationError):
        Client(server, "tls", ssl.create_default_context())
    assert len(journal.requests) == 1


def test_refused_and_black_hole(server: MockServer) -> None:
    with pytest.raises(ConnectionRefusedError):
        Client(server, "refused")
    host, port = server.origins["blackhole"].split("//")[1].split(":")
    with pytest.raises(TimeoutError):
        socket.create_connection((host, int(port)), 0.3)


def test_a_mistake_in_a_script_is_the_harness_problem(server: MockServer) -> None:
    token, journal = opened(server, {"sse": [17]})
    client = Client(server)
    client.ask(token)
    client.rest()
    assert journal.problems and "not an sse element" in journal.problems[0]


def test_other_origin_and_unknown_token(server: MockServer) -> None:
    token, journal = opened(server, {"text": "x", "connection": "close"})
    client = Client(server, "other")
    client.ask(token)
    client.rest()
    assert journal.requests[0].origin == "other"
    stranger = Client(server)
    stranger.ask("nobody")
    assert stranger.rest().startswith(b"HTTP/1.1 404")


@pytest.mark.parametrize(("how", "expected"), [
    ("whole", ["a\r\nbé\rc\n"]), ("line", ["a\r\n", "bé\r", "c\n"]), ("mid-crlf", ["a\r", "\nbé\rc\n"]), (4, None), ("mid-utf8", None)])
def test_cut(how: Any, expected: list[str] | None) -> None:
    data = "a\r\nbé\rc\n".encode()
    parts = cut(data, how)
    assert b"".join(parts) == data
    if expected:
        assert parts == [p.encode() for p in expected]
    if how == "mid-utf8":
        assert parts == [b"a\r\nb\xc3", b"\xa9\rc\n"]
    if how == 4:
        assert [len(p) for p in parts] == [4, 4, 1]


def test_sse_elements() -> None:
    pieces = list(sse_pieces([{"data": "a\nb", "event": "e", "id": "1"}, {"comment": "c"}, {"raw": "r"}, {"times": 2, "of": ["DONE"]}, {"sleep_ms": 5}], "crlf"))
    assert pieces[0] == b"event: e\r\nid: 1\r\ndata: a\r\ndata: b\r\n\r\n"
    assert pieces[1:5] == [b": c\r\n\r\n", b"r", b"data: [DONE]\r\n\r\n", b"data: [DONE]\r\n\r\n"]
    assert len(sliced(pieces, "whole")) == 2


@pytest.mark.parametrize(("body", "got"), [
    (b'{"model":"a","n":1}', b"first"),
    (b'{"model":"b","seed":7}', b"second"),
    (b'{"model":"b","seed":8}', b"third"),
    (b"no json", b"third"),
    (b"", b"third"),
])
def test_the_body_of_a_request_chooses_its_answer(server: MockServer, body: bytes, got: bytes) -> None:
    token, _ = opened(server, {"when": {"model": "a"}, "text": "first"}, {"when": {"model": "b", "seed": {"$lte": 7}}, "text": "second"}, {"text": "third"})
    client = Client(server)
    client.ask(token, "POST", body=body)
    assert client.until(got).endswith(got)

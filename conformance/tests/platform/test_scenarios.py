"""Every way to fail, and every way to ask for it."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from chutes_conformance.platform import Options, Platform
from chutes_conformance.platform.scenarios import SCENARIOS

from .conftest import Client

STATUSES = [scenario for scenario in SCENARIOS.values() if scenario.status]
HTML = [name for name in SCENARIOS if "html" in name]


@pytest.mark.parametrize("name", [scenario.name for scenario in STATUSES])
def test_status_scenarios_by_header_and_by_model_name(call: Client, name: str) -> None:
    scenario = SCENARIOS[name]
    by_header, by_model = call.chat(headers={"x-mock-scenario": name}), call.chat(model=f"mock/{name}")
    assert by_header.status == by_model.status == scenario.status and by_header.body == by_model.body
    assert name.endswith(str(scenario.status)) or str(scenario.status) in name
    if scenario.detail is not None:
        assert by_header.detail == scenario.detail


@pytest.mark.parametrize("name", HTML)
def test_pages(call: Client, name: str) -> None:
    answer = call.chat(headers={"x-mock-scenario": name})
    assert answer.headers["content-type"] == "text/html" and answer.body.startswith(b"<html>")


def stream_bytes(call: Client, name: str, limit: float = 5.0) -> tuple[bytes, str]:
    """The raw bytes after the head, and how they ended: end, cut, rst, open (nothing more within `limit` seconds)."""
    host = urlsplit(call.platform.base_url)
    body = json.dumps({"model": f"mock/{name}", "stream": True, "messages": [{"role": "user", "content": "Write a poem"}]}).encode()
    head = f"POST /llm/v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer cpk_test\r\ncontent-length: {len(body)}\r\n\r\n"
    with socket.create_connection((host.hostname, host.port), timeout=limit) as raw:
        raw.sendall(head.encode() + body)
        received = b""
        try:
            while piece := raw.recv(65536):
                received += piece
                if received.endswith(b"0\r\n\r\n"):
                    return received.partition(b"\r\n\r\n")[2], "end"
        except TimeoutError:
            return received.partition(b"\r\n\r\n")[2], "open"
        except ConnectionResetError:
            return received.partition(b"\r\n\r\n")[2], "rst"
    return received.partition(b"\r\n\r\n")[2], "cut"


def payload(chunked: bytes) -> bytes:
    """The body inside as many whole chunks as there are."""
    out = b""
    while chunked:
        size, _, rest = chunked.partition(b"\r\n")
        length = int(size, 16)
        if not length:
            break
        out, chunked = out + rest[:length], rest[length + 2 :]
    return out


ENDS = {
    "stream-bare-error": ("end", b"response stream: boom\"}"),
    "stream-exhausted": ("end", b"exhausted all available targets to no avail\"}"),
    "stream-engine-error": ("end", b'"code":500}}\n\n'),
    "stream-object-error": ("end", b'"code":500}\n\n'),
    "stream-cut": ("cut", b"\n\n"),
    "stream-truncated": ("end", b"\n\n"),
    "stream-rst": ("rst", b"\n\n"),
    "stream-restart": ("end", b"data: [DONE]\n\n"),
    "stream-no-done": ("end", b"}\n\n"),
    "stream-stall": ("open", b"\n\n"),
    "stream-hang-after-done": ("open", b"data: [DONE]\n\n"),
    "stream-keepalive": ("end", b"data: [DONE]\n\n"),
    "stream-crlf": ("end", b"data:[DONE]\r\n\r\n"),
    "stream-bytes": ("end", b"data: [DONE]\n\n"),
    "stream-bad-json": ("end", b"data: [DONE]\n\n"),
}


@pytest.mark.parametrize("name", ENDS)
def test_stream_scenarios(call: Client, name: str) -> None:
    how, tail = ENDS[name]
    raw, ended = stream_bytes(call, name, 0.5 if how == "open" else 5)
    body = payload(raw)
    assert ended == how and body.endswith(tail)
    assert b'"role":"assistant"' in body
    if name in ("stream-truncated", "stream-cut", "stream-rst", "stream-stall"):
        assert b"[DONE]" not in body and b'"finish_reason":"stop"' not in body
    if name == "stream-no-done":
        assert b"[DONE]" not in body and b'"finish_reason":"stop"' in body
    if name == "stream-restart":
        assert body.count(b'"role":"assistant"') == 2 and len({json.loads(e[6:])["id"] for e in body.split(b"\n\n") if e.startswith(b"data: {")}) == 2
    if name == "stream-keepalive":
        assert b": ping\n\n" in body and b"data: : keepalive\n\n" in body
    if name == "stream-bad-json":
        assert b'data: {"id": "broken", "choices": [\n\n' in body
    if name == "stream-bytes":
        assert raw.startswith(b"1\r\nd\r\n1\r\na\r\n")


def test_all_stream_scenarios_are_covered() -> None:
    rest = {"stream-json", "stream-slow-tokens"}
    assert {name for name in SCENARIOS if name.startswith("stream-")} == set(ENDS) | rest


def test_stream_json_and_slow_tokens(call: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = call.chat(stream=True, model="mock/stream-json")
    assert answer.headers["content-type"] == "application/json" and answer.json["choices"][0]["message"]["content"]
    monkeypatch.setattr("chutes_conformance.platform.scenarios.SLOW_TOKEN_SECONDS", 0.05)
    begin = time.monotonic()
    assert call.chat(stream=True, model="mock/stream-slow-tokens").events[-1] == "[DONE]"
    assert time.monotonic() - begin > 0.3


def test_before_the_first_byte(call: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chutes_conformance.platform.scenarios.SLOW_SECONDS", 0.3)
    begin = time.monotonic()
    assert call.chat(model="mock/slow-first-byte").status == 200 and time.monotonic() - begin >= 0.3
    with pytest.raises(http.client.RemoteDisconnected):
        call.chat(model="mock/close")
    with pytest.raises(ConnectionResetError):
        call.chat(model="mock/reset")
    assert stream_bytes(call, "no-first-byte", 0.3) == (b"", "open")


def test_count_fails_that_often_and_then_passes(call: Client) -> None:
    statuses = [call.chat(headers={"x-mock-scenario": "capacity-429;count=2"}).status for _ in range(6)]
    assert statuses == [429, 429, 200, 429, 429, 200]
    assert [call.chat(model="mock/html-502;count=1").status for _ in range(2)] == [502, 200]


def test_rules(call: Client) -> None:
    rule = {"match": {"path": "/v1/chat", "model": "open"}, "scenario": "cold-503", "times": 2}
    assert call("POST", "/_mock/scenarios", rule, key=False).status == 200
    assert [call.chat().status for _ in range(3)] == [503, 503, 200]
    assert call("POST", "/_mock/scenarios", {"match": "/users/me", "scenario": "html-502"}).status == 200
    assert call("GET", "/users/me").status == 502
    call("POST", "/_mock/reset", {})
    assert call("GET", "/users/me").status == 200


@pytest.mark.parametrize("rule", [{}, {"scenario": "nope"}, {"scenario": "cold-503", "times": 0}, {"scenario": "cold-503", "match": 5}, []])
def test_bad_rules(call: Client, rule: Any) -> None:
    assert call("POST", "/_mock/scenarios", rule).status == 400


def test_an_unknown_scenario_does_not_pass_silently(call: Client) -> None:
    assert call.chat(headers={"x-mock-scenario": "nope"}).status == 400


def test_listing_and_state(call: Client) -> None:
    listed = call("GET", "/_mock/scenarios", key=False).json["scenarios"]
    assert {entry["name"] for entry in listed} == set(SCENARIOS) and all(entry["text"] for entry in listed)
    call.chat()
    state = call("GET", "/_mock/state", key=False).json
    assert state["requests"][-1]["path"] == "/llm/v1/chat/completions" and len(state["chutes"]) == 13


def test_a_reader_that_leaves_ends_the_stream(call: Client) -> None:
    stream_bytes(call, "stream-stall", 0.2)
    assert call.chat().status == 200


def test_keep_alive_chunked_requests_and_head(call: Client) -> None:
    before = call.platform.connections
    connection = http.client.HTTPConnection(call.host, timeout=5)
    for _ in range(3):
        connection.request("GET", "/ping")
        assert connection.getresponse().read() == b'{"message":"pong"}'
    body = json.dumps({"model": "mock/open-model", "messages": [{"role": "user", "content": "ping"}]}).encode()
    connection.request("POST", "/llm/v1/chat/completions", iter([body[:10], body[10:]]), {"authorization": "cpk_test"}, encode_chunked=True)
    assert json.loads(connection.getresponse().read())["choices"][0]["message"]["content"] == "pong"
    connection.request("HEAD", "/ping")
    assert connection.getresponse().read() == b""
    connection.request("GET", "/ping")
    assert connection.getresponse().status == 200
    connection.close()
    assert call.platform.connections == before + 1


def test_cors_is_off_unless_asked_for(call: Client) -> None:
    assert "access-control-allow-origin" not in call("GET", "/ping").headers
    with Platform(Options(cors=True)) as platform:
        client = Client(platform)
        assert client("OPTIONS", "/llm/v1/chat/completions", key=False).headers["access-control-allow-headers"] == "*"
        assert client("GET", "/ping").headers["access-control-allow-origin"] == "*"


def test_garbage_is_refused(call: Client) -> None:
    host = urlsplit(call.platform.base_url)
    with socket.create_connection((host.hostname, host.port), timeout=5) as raw:
        raw.sendall(b"nonsense\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 400 ")


def start_and_stop(number: signal.Signals) -> float:
    """Seconds until the URL was printed."""
    root = Path(__file__).resolve().parents[2]
    begin = time.monotonic()
    command = [sys.executable, "-m", "chutes_conformance.platform", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=root)
    assert process.stdout and process.stderr
    line = process.stdout.readline()
    took = time.monotonic() - begin
    process.send_signal(number)
    assert process.wait(timeout=5) == 0 and process.stderr.read() == ""
    assert line.startswith("CHUTES_BASE_URL=http://127.0.0.1:")
    return took


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_command_starts_within_a_second_and_ends_cleanly(number: signal.Signals) -> None:
    assert min(start_and_stop(number) for _ in range(3)) < 3.0  # the best of three; 0.3 s on an idle machine

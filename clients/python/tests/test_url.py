"""URLs as httpcore takes them, and what the client's own way to the network leaves out."""

from __future__ import annotations

import random
import subprocess
import sys

import httpx
import pytest
from wire import Connection, answer, chunked, serve

from chutes_client._url import split_url

PLAIN = [
    "http://a", "https://a/", "http://a:80/x", "https://a:443/x", "https://a:80/x", "http://127.0.0.1:65535/a/b/?c=d&e=f%20g",
    "http://a.b-c.example/v1/chat/completions", "http://0.0.0.0/", "http://a//b//", "http://a/a..b/c.d", "http://a?x=1", "http://a/?",
]  # fmt: skip
ODD = [
    "http://A/", "http://[::1]:8080/x", "http://a/b c", "http://a/%zz", "http://a/b/../c", "http://a/./b", "http://a/ü", "http://bücher.example/",
    "http://a/x?q='\"<>", "http://a/x#y", "http://u:p@a/x", "http://u:1@a/x", "http://a/{b}", "http://a:0080/x", "http://a:/x", "HTTP://a/",
]  # fmt: skip
WRONG = [
    "ftp://a/",
    "a/b",
    "",
    "http://",
    "http://a:70000/",
    "http://1.2.3.999/",
    "http://1.2.3/",
    "http://[::x]/",
    "http://a b/",
    "http://a:b/",
]


def by_httpx(url: str) -> object:
    parts = httpx.URL(url)
    return parts.raw_scheme, parts.raw_host, parts.port, parts.raw_path


def test_plain_urls_are_split_as_httpx_splits_them(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = [by_httpx(url) for url in PLAIN]
    monkeypatch.setattr(httpx, "URL", None)  # it is not asked
    assert [split_url(url) for url in PLAIN] == wanted


@pytest.mark.parametrize("url", ODD)
def test_odd_urls_are_split_by_httpx(url: str) -> None:
    assert split_url(url) == by_httpx(url)


@pytest.mark.parametrize("url", WRONG)
def test_what_is_no_url_is_refused_or_is_what_httpx_makes_of_it(url: str) -> None:
    try:
        wanted = by_httpx(url)
        assert url.startswith("http") and wanted[1]  # type: ignore[index]
    except (httpx.InvalidURL, AssertionError):
        with pytest.raises((httpx.InvalidURL, httpx.UnsupportedProtocol)):
            split_url(url)
    else:
        assert split_url(url) == wanted


def test_random_urls_are_split_as_httpx_splits_them() -> None:
    pieces = [
        "http://",
        "https://",
        "a",
        "b.c",
        "1",
        "127.0.0.1",
        ":",
        ":8080",
        "/",
        "//",
        ".",
        "..",
        "%",
        "%2f",
        "%2F",
        "?",
        "&",
        "=",
        "'",
        "é",
        " ",
        "@",
        "#",
        "-",
    ]
    for seed in range(20000):
        generator = random.Random(seed)
        url = generator.choice(["http://a", "https://a.b:81/", "http://"]) + "".join(
            generator.choices(pieces, k=generator.randint(0, 6))
        )
        try:
            wanted = by_httpx(url)
        except httpx.InvalidURL:
            wanted = None
        try:
            found: object = split_url(url)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            found = None
        assert found == wanted or (found is None and not wanted[1]), url  # type: ignore[index]


def _fresh(code: str, url: str) -> list[str]:
    """What a fresh interpreter prints."""
    return subprocess.run([sys.executable, "-c", code, url], capture_output=True, text=True, check=True, timeout=30).stdout.split()


def test_a_call_loads_neither_httpx_nor_what_it_does_not_need() -> None:
    event = b'data: {"id":"1","choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":"stop"}]}\n\n'
    code = """
import sys
from chutes_client import Chutes
client = Chutes("cpk_test", base_url=sys.argv[1])
print("".join(client.chat.completions.stream(model="m", messages=[]).text_stream))
print([name for name in ("httpx", "asyncio", "tenacity", "urllib.request", "http.client", "chutes_client.tools") if name in sys.modules])
"""
    with serve(lambda connection: connection.send(chunked(event, b"data: [DONE]\n\n")) if connection.request() else None) as server:
        assert _fresh(code, server.url) == ["hi", "[]"]


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="needs fork")
def test_a_forked_child_does_not_talk_on_its_parents_connections() -> None:
    code = """
import os, sys
from chutes_client import Chutes
client = Chutes("cpk_test", base_url=sys.argv[1])
def call(): return client.request("GET", "/").json()["connection"]
print(call(), flush=True)
child = os.fork()
if not child:
    print(call(), flush=True)
    client.close()
    os._exit(0)
os.waitpid(child, 0)
print(call())
"""

    def play(connection: Connection) -> None:
        while connection.request():
            connection.send(answer(b'{"connection": %d}' % connection.number))

    with serve(play) as server:
        assert _fresh(code, server.url) == ["1", "2", "1"]

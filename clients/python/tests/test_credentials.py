"""What a credential is, where it goes, and where it is shown."""

from __future__ import annotations

import asyncio
import gzip
import resource
import time
from typing import Any

import pytest
from test_transport import PONG, Either, settle, variant  # noqa: F401
from wire import Connection, answer, answers, serve

import chutes_client
from chutes_client import (
    APIConnectionError,
    AsyncChutes,
    Chutes,
    ConfigError,
    Endpoints,
    PermissionDeniedError,
    TooLargeError,
    auth,
)
from chutes_client._request import owns
from chutes_client._transport import Decoding

HOME = Endpoints.from_base("http://127.0.0.1:9")


def test_stacked_codings_are_refused() -> None:
    for coding in ("gzip, gzip", "deflate, gzip", "gzip,x-gzip"):
        with pytest.raises(APIConnectionError, match="nobody asked for"):
            Decoding(coding)
    assert not Decoding("identity, gzip").idle and Decoding("identity").idle


def test_inflating_hands_out_bounded_pieces() -> None:
    packed = gzip.compress(bytes(300 << 20), 9)
    decoding = Decoding("gzip")
    sizes = [len(piece) for start in range(0, len(packed), 1 << 16) for piece in decoding.feed(packed[start : start + (1 << 16)])]
    decoding.finish()
    assert max(sizes) <= 1 << 20 and sum(sizes) == 300 << 20


def test_pieces_of_every_size_are_whole() -> None:
    for size in (0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20):
        for packed in (gzip.compress(bytes(size)), gzip.compress(b"a") + gzip.compress(bytes(size))):
            decoding = Decoding("gzip")
            assert sum(map(len, decoding.feed(packed))) == size + (packed.count(b"\x1f\x8b\x08") > 1)
            decoding.finish()


async def test_a_bomb_takes_no_memory(variant: str) -> None:  # noqa: F811
    bomb = answer(gzip.compress(bytes(600 << 20), 9), "200 OK", "content-encoding: gzip")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with serve(answers(bomb)) as server:
        client = Either(variant, server.url, max_retries=0)
        with pytest.raises(TooLargeError):
            await client.create()
        await client.close()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 600 << 10  # KiB; one read alone can hold 64 MiB


async def test_the_callers_own_authorization_is_the_only_one(variant: str) -> None:  # noqa: F811
    with serve(answers(answer(PONG))) as server:
        for signed in (auth.bearer("cpk_test"), auth.from_provider(lambda: "cpk_test")):
            for name in ("authorization", "AUTHORIZATION"):
                client = Either(variant, server.url, auth=signed)
                await client.create(extra_headers={name: "Bearer other"})
                await client.close()
    for request in server.requests:
        assert request.lower().count(b"\r\nauthorization:") == 1 and b"Bearer other" in request


async def test_errors_hide_the_token_of_their_own_request(variant: str) -> None:  # noqa: F811
    """A provider that serves many tenants gives another token before the first one's answer is in."""
    tokens = iter(["tenantA-eyJhbGciOi.secret", "tenantB-eyJhbGciOi.secret"])

    def play(connection: Connection) -> None:
        if b"tenantA" in connection.request():
            time.sleep(0.3)
            detail = b'{"detail":"token tenantA-eyJhbGciOi.secret has expired"}'
            connection.send(answer(detail, "403 Forbidden"))
        else:
            connection.send(answer(PONG))

    with serve(play) as server:
        client = Either(variant, server.url, auth=auth.from_provider(lambda: next(tokens)), max_retries=0)

        def first() -> Any:
            return client.client.chat.completions.create(model="m", messages=[])

        late = asyncio.create_task(asyncio.to_thread(first) if client.sync else first())
        await asyncio.sleep(0.1)
        await client.create()
        with pytest.raises(PermissionDeniedError, match="has expired") as caught:
            await late
        assert "secret" not in f"{caught.value!r} {caught.value} {caught.value.body!r}"
        await client.close()


async def test_what_a_provider_must_return(variant: str) -> None:  # noqa: F811
    def five() -> Any:
        return 5

    for provider, words in ((five, "must be a string, not int"), (lambda: "", "is empty"), (lambda: '"cpk_x"', "quotes")):
        client = Either(variant, "http://127.0.0.1:9", auth=auth.from_provider(provider))
        with pytest.raises(ConfigError, match=words):
            await client.create()
        await client.close()


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ('"cpk_sesame"', "quotes"),
        ("'cpk_sesame'", "quotes"),
        ("Bearer cpk_sesame", "Bearer"),
        (b"cpk_sesame", "not bytes"),
        (5, "not int"),
    ],
)
def test_keys_that_cannot_be_keys(key: Any, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUTES_API_KEY", "cpk_operator")
    for make in (lambda: Chutes(key), lambda: Chutes(auth=auth.bearer(key)), lambda: Chutes(auth=auth.x_api_key(key))):
        with pytest.raises(ConfigError, match=words) as caught:
            make()
        assert "sesame" not in str(caught.value)


def test_options_of_a_wrong_type() -> None:
    wrong: list[dict[str, Any]] = [
        {"auth": None},
        {"auth": lambda: "k"},
        {"auth": object()},
        {"base_url": 5},
        {"base_url": b"http://x"},
    ]
    for options in wrong:
        with pytest.raises(ConfigError, match=next(iter(options))):
            Chutes("cpk_test", **options)


def test_a_host_of_the_platform_is_no_base_url(monkeypatch: pytest.MonkeyPatch) -> None:
    for url, option in (("https://llm.chutes.ai/v1", "llm"), ("https://api.chutes.ai", "api"), ("https://LLM.chutes.ai", "llm")):
        with pytest.raises(ConfigError, match=f"Endpoints\\({option}="):
            Chutes("cpk_test", base_url=url)
    monkeypatch.setenv("CHUTES_BASE_URL", "https://llm.chutes.ai/v1")
    with pytest.raises(ConfigError, match="CHUTES_BASE_URL"):
        Chutes("cpk_test")
    assert Chutes("cpk_test", base_url="https://gateway.example/v1").endpoints.llm == "https://gateway.example/v1/llm/v1"


def test_own_hosts() -> None:
    public, odd = Endpoints(), Endpoints(chute="https://gw-{slug}.example.com:8443/x")
    assert owns(public, "https://alice-echo.chutes.ai:443") and owns(public, "https://llm.chutes.ai:443")
    assert owns(odd, "https://gw-alice.example.com:8443") and owns(HOME, "http://127.0.0.1:9")
    for url in (
        "http://alice-echo.chutes.ai:80",
        "https://a.b.chutes.ai:443",
        "https://chutes.ai:443",
        "https://x.chutesxai:443",
        "https://evil.com:443",
    ):
        assert not owns(public, url)


async def test_a_foreign_host_gets_no_key(variant: str) -> None:  # noqa: F811
    refusal = answer(b'{"detail":"who are you?"}', "401 Unauthorized")
    with serve(answers(refusal)) as server:
        client = Either(variant, "http://127.0.0.1:9", max_retries=0, headers={"authorization": "Bearer gateway", "X-Team": "a"})
        chute = client.client.chute(server.url)
        host = server.url.removeprefix("http://")
        for call in (
            lambda: chute.call("/x"),
            lambda: client.client.request("GET", f"{server.url}/x"),
            lambda: chute.chat.completions.create(messages=[]),
        ):
            with pytest.raises(
                chutes_client.UnauthenticatedError,
                match=f"who are you\\? \\(the API key was not sent: {host} is none of this client's hosts\\)",
            ):
                await settle(call())
        options = chutes_client.CallOptions(extra_headers={"Authorization": "Bearer mine-1234"})
        with pytest.raises(chutes_client.UnauthenticatedError, match="who are you") as caught:
            await settle(chute.call("/x", options=options))
        assert "not sent" not in str(caught.value)
        await client.close()
    assert [b"authorization:" in r.lower() for r in server.requests] == [False, False, False, True]
    assert b"mine-1234" in server.requests[-1] and all(b"X-Team: a" in request for request in server.requests)


async def test_a_url_that_is_none(variant: str) -> None:  # noqa: F811
    client = Either(variant, "http://127.0.0.1:9", max_retries=0)
    for url in ("http://h:99999/x", "http://[::1/x", "http:///x", "https://127.0.0.1:9\\@evil.com/x"):
        with pytest.raises(ConfigError):
            await settle(client.client.request("GET", url))
    await client.close()


async def test_an_own_host_by_its_url_gets_the_key(variant: str) -> None:  # noqa: F811
    with serve(answers(answer(b'{"ok":1}'))) as server:
        client = Either(variant, server.url)
        await settle(client.client.chute(f"{server.url}/chute/alice-echo").call("/x"))
        await settle(client.client.request("GET", f"{server.url}/x"))
        await client.close()
    assert all(b"Bearer cpk_test" in request for request in server.requests)


def test_the_openai_client_signs_as_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("openai")
    monkeypatch.setenv("CHUTES_API_KEY", "cpk_operator")
    assert Chutes(auth=auth.bearer("cpk_tenant")).openai().api_key == "cpk_tenant"
    assert AsyncChutes(auth=auth.from_provider(lambda: "cpk_now"), headers={"X-Team": "a"}).openai().api_key == "cpk_now"
    assert Chutes("cpk_a", headers={"X-Team": "a"}).openai().default_headers["X-Team"] == "a"
    assert Chutes(auth="none").openai(api_key="cpk_b").api_key == "cpk_b"
    with pytest.raises(ConfigError, match="needs a key"):
        Chutes(auth="none").openai()

    async def later(seconds: float) -> str:
        if seconds:
            await asyncio.sleep(seconds)
        return "cpk_later"

    assert AsyncChutes(auth=auth.from_provider(lambda: later(0))).openai().api_key == "cpk_later"
    with pytest.raises(ConfigError, match="waited for"):
        AsyncChutes(auth=auth.from_provider(lambda: later(1))).openai()

"""Signing in: the authorize URL, the forms, and a provider that renews once and never loses a token."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import json
import re
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from wire import Connection, Server, answer, answers, serve

from chutes_client import AsyncChutes, BadRequestError, Chutes, ChutesError, ConfigError, UnexpectedResponseError
from chutes_client.oauth import AsyncOAuth, Authorization, OAuth, Token
from chutes_client.testing import VirtualClock

NOW = 1_764_000_000.0
SECRET = "csc-of-the-app"


def issued(number: int, **fields: Any) -> bytes:
    return json.dumps(
        {"access_token": f"access-{number}", "refresh_token": f"refresh-{number}", "expires_in": 3600, **fields}
    ).encode()


def form(request: bytes) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.partition(b"\r\n\r\n")[2].decode()).items()}


def header(request: bytes, name: str) -> str | None:
    found = re.search(rf"(?im)^{name}: (.*?)\r?$", request.partition(b"\r\n\r\n")[0].decode())
    return found[1] if found else None


def platform(token: Callable[[int], bytes], gate: threading.Event | None = None) -> tuple[Callable[[Connection], None], list[str]]:
    """Answers token requests with what `token(n)` gives, once the gate is open, and every other with its Authorization."""
    asked: list[str] = []

    def play(connection: Connection) -> None:
        while request := connection.request():
            if request.startswith(b"POST /idp/token "):
                asked.append(form(request)["refresh_token"])
                number = len(asked)
                if gate is not None:
                    gate.wait(10)
                connection.send(token(number))
            else:
                connection.send(answer(json.dumps({"user_id": "u", "username": header(request, "authorization")}).encode()))

    return play, asked


class Both:
    """A provider and its clients on one clock."""

    def __init__(self, server: Server, left: float = 10.0, **options: Any) -> None:
        self.clock = VirtualClock(now=NOW)
        self.app = OAuth("cid_x", SECRET, base_url=server.url, seam=self.clock.seam())
        self.provider = self.app.provider(Token("access-0", "refresh-0", NOW + left), **options)
        self.client = Chutes(base_url=server.url, auth=self.provider, seam=self.clock.seam(), max_retries=0)

    def who(self) -> str | None:
        return self.client.users.me().username

    def __enter__(self) -> Both:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.client.close()
        self.app.close()


# ---- the URL ----


def test_the_authorize_url_carries_a_challenge_that_fits() -> None:
    app = OAuth("cid_x", redirect_uri="http://localhost/cb?a=1", base_url="http://127.0.0.1:9")
    made = app.authorize_url(["profile", "chutes:invoke"], prompt="login")
    query = {name: values[0] for name, values in parse_qs(urlsplit(made.url).query).items()}
    challenge = base64.urlsafe_b64encode(hashlib.sha256(made.code_verifier.encode()).digest()).decode().rstrip("=")
    assert made.url.startswith("http://127.0.0.1:9/idp/authorize?")
    assert query == {
        "response_type": "code", "client_id": "cid_x", "redirect_uri": "http://localhost/cb?a=1", "scope": "profile chutes:invoke",
        "state": made.state, "code_challenge": challenge, "code_challenge_method": "S256", "prompt": "login",
    }  # fmt: skip
    assert re.fullmatch(r"[A-Za-z0-9_-]{64}", made.code_verifier) and re.fullmatch(r"[A-Za-z0-9_-]{32}", made.state)
    again = app.authorize_url("profile", "mine")
    assert again.code_verifier != made.code_verifier and again.state == "mine"
    assert made.code_verifier not in repr(made) and isinstance(made, Authorization)


def test_what_cannot_work_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(ConfigError, match="redirect_uri"):
        OAuth("cid_x", base_url="http://127.0.0.1:9").authorize_url("profile")
    with pytest.raises(ConfigError, match="code_challenge"):
        OAuth("cid_x", redirect_uri="http://localhost/", base_url="http://127.0.0.1:9").authorize_url(
            "profile", code_challenge="mine"
        )
    with pytest.raises(ConfigError, match="client_id"):
        OAuth("")


# ---- the forms ----


def test_a_code_is_exchanged_by_a_form_without_a_credential(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUTES_API_KEY", "cpk_not_for_this")
    clock = VirtualClock(now=NOW)
    play = answers(answer(issued(1, scope="profile", token_type="Bearer", later=[1])))
    with serve(play) as server, OAuth("cid_x", SECRET, "http://localhost/cb", base_url=server.url, seam=clock.seam()) as app:
        token = app.exchange("c0de", "ver1fier")
    assert token == Token("access-1", "refresh-1", NOW + 3600, "profile", "Bearer")
    sent = server.requests[0]
    assert sent.startswith(b"POST /idp/token HTTP/1.1\r\n") and header(sent, "authorization") is None
    assert header(sent, "content-type") == "application/x-www-form-urlencoded"
    assert form(sent) == {
        "grant_type": "authorization_code", "code": "c0de", "redirect_uri": "http://localhost/cb", "code_verifier": "ver1fier",
        "client_id": "cid_x", "client_secret": SECRET,
    }  # fmt: skip


async def test_the_async_app_does_the_same() -> None:
    with serve(answers(answer(b'{"access_token": "a"}'), answer(b'{"revoked": true}'))) as server:
        async with AsyncOAuth("cid_x", base_url=server.url, seam=VirtualClock(now=NOW).seam()) as app:
            token = await app.refresh("refresh-0")
            assert await app.revoke("refresh-0") is None  # type: ignore[func-returns-value]
    assert token == Token("a", "refresh-0", NOW + 3600), "the old refresh token stays, and a token lives an hour"
    assert [form(request) for request in server.requests] == [
        {"grant_type": "refresh_token", "refresh_token": "refresh-0", "client_id": "cid_x"}, {"token": "refresh-0", "client_id": "cid_x"},
    ]  # fmt: skip


@pytest.mark.parametrize("lifetime", [None, "soon", -1, True, "NaN", 1e400, [1]], ids=str)
def test_an_odd_lifetime_is_an_hour(lifetime: Any) -> None:
    play = answers(answer(json.dumps({"access_token": "a", "expires_in": lifetime}).encode()))
    with serve(play) as server, OAuth("cid_x", base_url=server.url, seam=VirtualClock(now=NOW).seam()) as app:
        assert app.refresh("r").expires_at == NOW + 3600


@pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b'{"access_token": ""}', b'{"access_token": 5}', b"access-1", b""])
def test_an_answer_without_a_token_is_none(body: bytes) -> None:
    with serve(answers(answer(body))) as server, OAuth("cid_x", base_url=server.url) as app, pytest.raises(UnexpectedResponseError):
        app.refresh("refresh-0")
    assert len(server.requests) == 1


def test_a_refusal_is_not_repeated_and_shows_no_secret() -> None:
    text = f"{SECRET} c0de-of-mine ver1fier-of-mine"
    refusal = json.dumps({"error": "invalid_grant", "error_description": text}).encode()
    with serve(answers(answer(refusal, "400 Bad", "x-should-retry: true"))) as server:
        app = OAuth("cid_x", SECRET, base_url=server.url)
        with app, pytest.raises(BadRequestError) as caught:
            app.exchange("c0de-of-mine", "ver1fier-of-mine")
    error = caught.value
    assert (error.code, error.attempts, len(server.requests)) == ("invalid_grant", 1, 1)
    shown = f"{error} {error!r} {vars(error)} {app!r}"
    assert not [word for word in text.split() if word in shown]
    for text in (repr(Token("access-1", "refresh-1")), repr(app.provider(Token("access-1", "refresh-1")))):
        assert "access-1" not in text and "refresh-1" not in text


@pytest.mark.parametrize("status", ["429 Busy", "503 Busy", "500 Oops", "409 Busy"])
def test_a_token_request_is_sent_once_whatever_the_answer(status: str) -> None:
    clock = VirtualClock(now=NOW)
    with serve(answers(answer(b"{}", status, "retry-after: 1"), answer(issued(1)))) as server:
        app = OAuth("cid_x", base_url=server.url, seam=clock.seam())
        with app, pytest.raises(ChutesError):
            app.refresh("refresh-0")
    assert (len(server.requests), clock.sleeps) == (1, [])


# ---- the provider ----


def test_a_token_with_time_left_is_used_as_it_is() -> None:
    play, asked = platform(lambda n: answer(issued(n)))
    with serve(play) as server, Both(server, left=60.0) as both:
        assert both.who() == "Bearer access-0" and asked == []
        both.clock.sleep(0.5)
        assert both.who() == "Bearer access-1" and asked == ["refresh-0"]


@pytest.mark.parametrize(
    "token", [Token("access-0"), Token("access-0", None, 1.0), Token("access-0", "refresh-0")], ids=["bare", "over", "open"]
)
def test_what_cannot_be_renewed_is_sent_as_it_is(token: Token) -> None:
    play, asked = platform(lambda n: answer(issued(n)))
    with serve(play) as server, OAuth("cid_x", base_url=server.url) as app:
        client = Chutes(base_url=server.url, auth=app.provider(token))
        with client:
            assert client.users.me().username == "Bearer access-0" and asked == []


def test_each_renewal_uses_the_token_of_the_one_before_and_stores_its_own() -> None:
    stored: list[Token] = []
    play, asked = platform(lambda n: answer(issued(n, expires_in=30)))
    with serve(play) as server, Both(server, on_token=stored.append) as both:
        assert [both.who(), both.who()] == ["Bearer access-1", "Bearer access-2"]
    assert asked == ["refresh-0", "refresh-1"]
    assert [token.refresh_token for token in stored] == ["refresh-1", "refresh-2"]


def test_many_threads_renew_once() -> None:
    gate = threading.Event()
    stored: list[Token] = []
    play, asked = platform(lambda n: answer(issued(n)), gate)
    seen: list[str | None] = []
    with serve(play) as server, Both(server, on_token=stored.append) as both:
        threads = [threading.Thread(target=lambda: seen.append(both.who())) for _ in range(20)]
        for thread in threads:
            thread.start()
        gate.set()
        for thread in threads:
            thread.join(10)
    assert asked == ["refresh-0"] and seen == ["Bearer access-1"] * 20 and len(stored) == 1


async def test_many_tasks_renew_once_and_a_cancelled_one_stops_nobody() -> None:
    gate = threading.Event()
    play, asked = platform(lambda n: answer(issued(n)), gate)
    clock = VirtualClock(now=NOW)
    stored: list[Token] = []

    async def store(token: Token) -> None:
        await asyncio.sleep(0)
        stored.append(token)

    with serve(play) as server:
        async with AsyncOAuth("cid_x", base_url=server.url, seam=clock.seam()) as app:
            provider = app.provider(Token("access-0", "refresh-0", NOW + 10), on_token=store)
            async with AsyncChutes(base_url=server.url, auth=provider, seam=clock.seam()) as client:
                tasks = [asyncio.ensure_future(client.users.me()) for _ in range(20)]
                while not asked:
                    await asyncio.sleep(0.001)
                tasks[0].cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await tasks[0]
                gate.set()
                seen = [user.username for user in await asyncio.gather(*tasks[1:])]
    assert asked == ["refresh-0"] and seen == ["Bearer access-1"] * 19
    assert tasks[0].cancelled() and [token.access_token for token in stored] == ["access-1"]


async def test_a_renewal_that_nobody_waits_for_any_more_is_kept() -> None:
    gate = threading.Event()
    play, asked = platform(lambda n: answer(issued(n)), gate)
    with serve(play) as server:
        async with AsyncOAuth("cid_x", base_url=server.url, seam=VirtualClock(now=NOW).seam()) as app:
            provider = app.provider(Token("access-0", "refresh-0", NOW + 10))
            async with AsyncChutes(base_url=server.url, auth=provider, seam=VirtualClock(now=NOW).seam()) as client:
                task = asyncio.ensure_future(client.users.me())
                while not asked:
                    await asyncio.sleep(0.001)
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
                gate.set()
                assert (await client.users.me()).username == "Bearer access-1"
    assert asked == ["refresh-0"]


def test_a_refused_renewal_reaches_the_caller_and_is_tried_anew() -> None:
    refusal = answer(b'{"error": "invalid_grant"}', "400 Bad")
    play, asked = platform(lambda n: refusal if n == 1 else answer(issued(n)))
    with serve(play) as server, Both(server) as both:
        with pytest.raises(BadRequestError):
            both.who()
        assert both.who() == "Bearer access-2"
    assert asked == ["refresh-0", "refresh-0"], "what was not replaced is not dropped"


def test_a_token_that_was_not_stored_is_kept_and_stored_at_the_next_call() -> None:
    stored: list[str | None] = []

    def store(token: Token) -> None:
        stored.append(token.refresh_token)
        if len(stored) == 1:
            raise OSError("the disk is full")

    play, asked = platform(lambda n: answer(issued(n)))
    with serve(play) as server, Both(server, on_token=store) as both:
        with pytest.raises(OSError, match="disk is full"):
            both.who()
        assert both.provider.token.refresh_token == "refresh-1"
        assert both.who() == "Bearer access-1" and both.who() == "Bearer access-1"
    assert asked == ["refresh-0"] and stored == ["refresh-1", "refresh-1"]


def test_a_callback_that_waits_for_itself_is_told_instead_of_hanging() -> None:
    play, _ = platform(lambda n: answer(issued(n)))
    with serve(play) as server:
        both = Both(server, on_token=lambda token: both.who())
        with both, pytest.raises(ConfigError, match="on_token"):
            both.who()


async def test_the_same_in_a_task() -> None:
    play, _ = platform(lambda n: answer(issued(n)))
    with serve(play) as server:
        async with AsyncOAuth("cid_x", base_url=server.url, seam=VirtualClock(now=NOW).seam()) as app:

            async def store(token: Token) -> None:
                await client.users.me()

            provider = app.provider(Token("access-0", "refresh-0", NOW), on_token=store)
            async with AsyncChutes(base_url=server.url, auth=provider, seam=VirtualClock(now=NOW).seam()) as client:
                with pytest.raises(ConfigError, match="on_token"):
                    await client.users.me()


def test_the_two_flavours_are_not_mixed_up() -> None:
    async def store(token: Token) -> None: ...

    play, _ = platform(lambda n: answer(issued(n)))
    with serve(play) as server:
        with Both(server, on_token=store) as both, pytest.raises(ConfigError, match="AsyncChutes"):
            both.who()
        app = AsyncOAuth("cid_x", base_url=server.url)
        with Chutes(base_url=server.url, auth=app.provider(Token("a"))) as client, pytest.raises(ConfigError, match="AsyncChutes"):
            client.users.me()


def test_a_credential_of_the_call_and_public_operations_renew_nothing() -> None:
    play, asked = platform(lambda n: answer(issued(n)))
    with serve(play) as server, Both(server) as both:
        assert both.client.users.me(extra_headers={"authorization": "mine"}).username == "mine"
        both.client.pricing.get()
    assert asked == [] and header(server.requests[1], "authorization") is None


def test_tokens_of_now_and_before_stand_in_no_error() -> None:
    def play(connection: Connection) -> None:
        while request := connection.request():
            if request.startswith(b"POST"):
                connection.send(answer(issued(1)))
            else:
                connection.send(answer(b'{"detail": "access-0 refresh-0 access-1 refresh-1 csc-of-the-app"}', "401 No"))

    with serve(play) as server, Both(server) as both, pytest.raises(Exception, match="redacted") as caught:
        both.who()
    assert not re.search(r"(access|refresh)-\d|csc-of", f"{caught.value!r} {vars(caught.value)}")

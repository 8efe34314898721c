"""Both clients against exact bytes on real sockets. What is written for the async client runs for the blocking one too."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import respx
from wire import Connection, answer, answers, chunked, serve

import chutes_client
from chutes_client import AsyncChutes, Chutes, Endpoints
from chutes_client.testing import VirtualClock

MESSAGES = [{"role": "user", "content": "hi"}]
PONG = b'{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"pong"},"finish_reason":"stop"}]}'
FIRST = b'data: {"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":"po"}}]}\n\n'
LAST = b'data: {"id":"c","choices":[{"index":0,"delta":{"content":"ng"},"finish_reason":"stop"}]}\n\n'
DONE = b"data: [DONE]\n\n"


class Either:
    """One client of either kind behind awaitable methods, so that each test is written once."""

    def __init__(self, variant: str, url: str, **options: Any) -> None:
        self.sync = variant == "sync"
        kind = Chutes if self.sync else AsyncChutes
        self.client: Any = kind("cpk_test", base_url=url, **options)

    async def create(self, **options: Any) -> Any:
        return await settle(self.client.chat.completions.create(model="m", messages=MESSAGES, **options))

    async def stream(self, **options: Any) -> Any:
        return await settle(self.client.chat.completions.stream(model="m", messages=MESSAGES, **options))

    async def each(self, source: Any) -> AsyncIterator[Any]:
        if self.sync:
            for item in source:
                yield item
        else:
            async for item in source:
                yield item

    async def close(self) -> None:
        await settle(self.client.close() if self.sync else self.client.aclose())


async def settle(value: Any) -> Any:
    return await value if hasattr(value, "__await__") else value


@pytest.fixture(params=["sync", "async"])
def variant(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_one_connection_for_many_calls(variant: str) -> None:
    with serve(answers(answer(PONG))) as server:
        either = Either(variant, server.url)
        for _ in range(3):
            assert (await either.create()).choices[0].message.content == "pong"
        await either.close()
    assert server.connections == 1 and len(server.requests) == 3
    assert server.requests[0].startswith(b"POST /llm/v1/chat/completions HTTP/1.1\r\n")
    assert server.requests[0].endswith(b'{"model":"m","messages":[{"role":"user","content":"hi"}]}')


async def test_stream_ends_at_done_and_gives_the_connection_back(variant: str) -> None:
    with serve(answers(chunked(FIRST, LAST, DONE), answer(PONG))) as server:
        either = Either(variant, server.url)
        stream = await either.stream()
        assert [c.choices[0].delta.content async for c in either.each(stream)] == ["po", "ng"]
        assert (await settle(stream.final())).choices[0].message.content == "pong"
        await either.create()
        with pytest.raises(chutes_client.ConfigError, match="already been read"):
            [c async for c in either.each(stream)]
        await either.close()
    assert server.connections == 1


async def test_stream_that_stays_open_after_done_is_closed(variant: str) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.send(chunked(FIRST, LAST, DONE, end=False))
        connection.wait_close()

    with serve(play) as server:
        either = Either(variant, server.url)
        start = time.monotonic()
        assert (await settle((await either.stream()).final())).choices[0].message.content == "pong"
        assert time.monotonic() - start < 1
        assert server.closed.wait(1)
        await either.close()


@pytest.mark.parametrize("own", [False, True], ids=["pool", "http_client"])
async def test_first_byte_and_idle_are_two_limits(variant: str, own: bool) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        time.sleep(0.3)  # longer than idle, shorter than first byte
        connection.send(chunked(FIRST, end=False))
        connection.wait_close()

    with serve(play) as server:
        http: Any = (httpx.Client() if variant == "sync" else httpx.AsyncClient()) if own else None
        either = Either(variant, server.url, first_byte_timeout=5, idle_timeout=0.15, http_client=http)
        stream = await either.stream()
        start = time.monotonic()
        with pytest.raises(chutes_client.APITimeoutError, match="idle_timeout") as caught:
            await settle(stream.final())
        assert 0.1 < time.monotonic() - start < 1
        assert caught.value.partial.choices[0].message.content == "po" and caught.value.partial.complete is False
        await either.close()
        if own:
            await settle(http.close() if variant == "sync" else http.aclose())


async def test_deadline_spans_a_dripping_body(variant: str) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n")
        for _ in range(100):
            connection.send(b" ")
            time.sleep(0.05)

    with serve(play) as server:
        either = Either(variant, server.url, deadline=0.4)
        start = time.monotonic()
        with pytest.raises(chutes_client.APITimeoutError, match="deadline"):
            await either.create()
        assert time.monotonic() - start < 1.5
        await either.close()


async def test_silence_before_the_first_byte_is_not_retried_for_a_post(variant: str) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.wait_close()

    with serve(play) as server:
        either = Either(variant, server.url, timeout=0.1)
        with pytest.raises(chutes_client.APITimeoutError, match="first_byte_timeout") as caught:
            await either.create()
        assert caught.value.attempts == 1
        await either.close()
    assert len(server.requests) == 1


async def test_dead_pooled_connection_is_replaced_without_a_retry(variant: str) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.send(answer(PONG))  # and then it closes

    with serve(play) as server:
        either = Either(variant, server.url, max_retries=0)
        await either.create()
        await asyncio.sleep(0.1)
        assert (await either.create()).response.attempts == 1
        await either.close()
    assert server.connections == 2


async def test_bytes_after_the_answer_end_the_connection(variant: str) -> None:
    with serve(answers(answer(PONG) + b"HTTP/1.1 500 stale\r\n\r\n", answer(PONG))) as server:
        either = Either(variant, server.url, max_retries=0)
        await either.create()
        await either.create()
        await either.close()
    assert server.connections == 2 and len(server.requests) == 2


async def test_what_must_not_be_repeated_is_not_repeated_on_a_connection_that_dies_under_it(variant: str) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.send(answer(b'{"user_id": "u", "username": "alice"}'))
        if connection.request():
            connection.reset()

    with serve(play) as server:
        either = Either(variant, server.url)
        await settle(either.client.users.me())
        with pytest.raises(chutes_client.APIConnectionError) as caught:
            await settle(either.client.jobs.submit("c", "train", args={}))
        await either.close()
    assert (len(server.requests), server.connections, caught.value.attempts) == (2, 1, 1)


@pytest.mark.parametrize("location", ["data:,x", "http://[::1", "file:///x", "http://127.0.0.1:99999/x"])
async def test_a_location_that_is_no_address_is_an_answer_nobody_expected(variant: str, location: str) -> None:
    with serve(answers(answer(b"", "302 Found", f"location: {location}"))) as server:
        either = Either(variant, server.url)
        with pytest.raises(chutes_client.UnexpectedResponseError) as caught:
            await settle(either.client.users.me())
        await either.close()
    assert caught.value.status == 302 and len(server.requests) == 1


@pytest.mark.parametrize(
    "proxy", ["http://user:hidden@[::1", "socks9://user:hidden@127.0.0.1:1", "socks5://user:hidden@127.0.0.1:1"]
)
async def test_a_proxy_that_cannot_be_used_is_said_without_its_password(
    variant: str, proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy)
    monkeypatch.setenv("http_proxy", proxy)
    either = Either(variant, "http://127.0.0.1:9")
    with pytest.raises(chutes_client.ConfigError, match="proxy") as caught:
        await settle(either.client.users.me())
    assert "hidden" not in repr(caught.value) and caught.value.__cause__ is None
    await either.close()


async def test_a_reset_within_an_answer_head_is_not_retried(variant: str) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\ncontent-ty")

    with serve(play) as server:
        either = Either(variant, server.url)
        with pytest.raises(chutes_client.APIConnectionError):
            await either.create()
        await either.close()
    assert len(server.requests) == 1


async def test_retries_wait_as_told_and_send_the_same_bytes(variant: str) -> None:
    busy = answer(b'{"detail":"busy"}', "503 Busy", "retry-after: 7")
    with serve(answers(busy, answer(b"{}", "500 Oops"), answer(PONG))) as server:
        clock = VirtualClock(1_700_000_000)
        either = Either(variant, server.url, seam=clock.seam(random=0.0))
        assert (await either.create()).response.attempts == 3
        await either.close()
    assert clock.sleeps == [7.0, 0.5]
    assert len({request.split(b"\r\n\r\n", 1)[1] for request in server.requests}) == 1
    assert b"X-Chutes-Retry-Count: 2" in server.requests[2] and b"Retry-Count" not in server.requests[0]


@pytest.mark.parametrize(
    ("tail", "kind", "reason"),
    [
        (chunked(FIRST), "stream_interrupted", "truncated"),
        (chunked(FIRST, end=False), "stream_interrupted", "connection"),
        (chunked(FIRST, b'{"error":"Unhandled exception"}'), "stream_error", None),
        (chunked(FIRST, b'data: {"error":{"message":"boom"}}\n\n', DONE), "stream_error", None),
        (chunked(FIRST + b'{"error":"Unhandled exception"}\n\n' + LAST + DONE), "stream_error", None),
        (chunked(FIRST, b"data: {broken\n\n", DONE), "stream_error", None),
        (chunked(b": ping\n\n"), "stream_interrupted", "truncated"),
    ],
)
async def test_streams_that_end_badly(variant: str, tail: bytes, kind: str, reason: str | None) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.send(tail)

    with serve(play) as server:
        either = Either(variant, server.url)
        seen = []
        with pytest.raises(chutes_client.ChutesError) as caught:
            stream = await either.stream()
            async for chunk in either.each(stream):
                seen.append(chunk.choices[0].delta.content)
        assert (caught.value.kind, caught.value.reason) == (kind, reason)
        with pytest.raises(chutes_client.ChutesError) as again:
            await settle(stream.final())
        assert again.value is caught.value
        assert seen == (["po"] if FIRST in tail else [])
        assert [c.message.content for c in caught.value.partial.choices] == seen
        await either.close()


@pytest.mark.parametrize("body", [b'{"detail":"model is loading"}', b'{"id":"c","choices":null}', b'{"id":"c","choices":"x"}'])
async def test_an_answer_without_choices_is_no_success(variant: str, body: bytes) -> None:
    with serve(answers(answer(body))) as server:
        either = Either(variant, server.url)
        with pytest.raises(chutes_client.UnexpectedResponseError, match="the answer has no choices: ") as caught:
            await either.create()
        assert caught.value.body == body and caught.value.attempts == 1
        await either.close()


async def test_leaving_early_closes_the_socket(variant: str) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.send(chunked(FIRST, end=False))
        connection.wait_close()

    with serve(play) as server:
        either = Either(variant, server.url)
        if either.sync:
            for _ in await either.stream():
                break
        else:
            async for _ in await either.stream():
                break
            await asyncio.sleep(0.05)
        assert server.closed.wait(1)
        await either.close()


def test_close_from_another_thread_wakes_a_silent_stream() -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.send(chunked(FIRST, end=False))
        connection.wait_close()

    with serve(play) as server, Chutes("cpk_test", base_url=server.url) as client:
        stream = client.chat.completions.stream(model="m", messages=MESSAGES)
        threading.Timer(0.1, stream.close).start()
        start = time.monotonic()
        assert len(list(stream)) == 1  # a close of one's own is no failure
        assert 0.05 < time.monotonic() - start < 2
        assert server.closed.wait(1)


async def test_cancelling_a_task_closes_the_socket() -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.wait_close()

    with serve(play) as server:
        async with AsyncChutes("cpk_test", base_url=server.url) as client:
            task = asyncio.create_task(client.chat.completions.create(model="m", messages=MESSAGES))
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await asyncio.to_thread(server.closed.wait, 1)


async def test_refused_connection(variant: str) -> None:
    with serve(lambda connection: None) as server:
        pass
    clock = VirtualClock()
    either = Either(variant, server.url, seam=clock.seam(random=0.0))
    with pytest.raises(chutes_client.APIConnectionError, match="cannot connect") as caught:
        await either.create()
    assert caught.value.attempts == 3 and clock.sleeps == [0.25, 0.5]
    await either.close()


async def test_pages(variant: str) -> None:
    def page(number: int, *names: str) -> bytes:
        items = ",".join(f'{{"chute_id":"{n}","name":"{n}"}}' for n in names)
        return answer(f'{{"items":[{items}],"total":3,"page":{number},"limit":2}}'.encode())

    with serve(answers(page(0, "a", "b"), page(1, "c"))) as server:
        either = Either(variant, server.url)
        listed = either.client.chutes.list(limit=2, name="x")
        assert [c.chute_id async for c in either.each(listed)] == ["a", "b", "c"]
        await either.close()
    assert [r.split(b" ")[1] for r in server.requests] == [b"/chutes/?name=x&limit=2", b"/chutes/?name=x&page=1&limit=2"]
    with serve(answers(page(0, "a", "b"))) as server:
        either = Either(variant, server.url)
        with pytest.raises(chutes_client.PaginationStuckError):
            [c async for c in either.each(either.client.chutes.list())]
        await either.close()


@respx.mock
async def test_http_client_of_the_caller(variant: str) -> None:
    respx.put("http://api/chutes/me/x").mock(
        side_effect=[httpx.Response(503), httpx.Response(200, json={"chute_id": "1", "name": "x", "new": 2})]
    )
    http: Any = httpx.Client() if variant == "sync" else httpx.AsyncClient()
    kind: Any = Chutes if variant == "sync" else AsyncChutes
    client = kind("cpk_test", endpoints=Endpoints(api="http://api"), http_client=http, seam=VirtualClock().seam(0.0))
    chute = await settle(client.chutes.update("me/x", tagline=None, max_instances=2, extra_headers={"X-A": "b"}))
    assert chute.new == 2 and chute.response.attempts == 2
    sent = respx.calls.last.request
    assert (
        sent.content == b'{"tagline":null,"max_instances":2}'
        and sent.headers["x-a"] == "b"
        and sent.headers["authorization"] == "Bearer cpk_test"
    )
    await settle(client.close() if variant == "sync" else client.aclose())
    assert not http.is_closed
    await settle(http.close() if variant == "sync" else http.aclose())


def test_openai_client() -> None:
    openai = pytest.importorskip("openai")
    made = Chutes("cpk_test", base_url="http://127.0.0.1:9").openai(max_retries=0)
    assert isinstance(made, openai.OpenAI) and str(made.base_url) == "http://127.0.0.1:9/llm/v1/" and made.api_key == "cpk_test"
    assert isinstance(AsyncChutes("cpk_test").openai(), openai.AsyncOpenAI)


async def test_events_that_break_say_of_which_request_they_were(variant: str) -> None:
    head = chunked(b'data: {"status": "cold"}\n\n', end=False).replace(
        b"transfer-encoding", b"x-request-id: r-6\r\ntransfer-encoding"
    )

    def play(connection: Connection) -> None:
        connection.request()
        connection.send(head)
        time.sleep(0.05)
        connection.reset()

    with serve(play) as server:
        either = Either(variant, server.url)
        with pytest.raises(chutes_client.StreamInterruptedError) as caught:
            async for _ in either.each(await settle(either.client.chutes.warmup("a"))):
                pass
        await either.close()
    assert (caught.value.reason, caught.value.request_id, caught.value.attempts) == ("connection", "r-6", 1)

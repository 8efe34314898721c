"""What people do with a client that its makers did not think of."""

from __future__ import annotations

import asyncio
import copy
import io
import json
import pickle
import re
import threading
import time
from datetime import timedelta
from typing import Any, Literal

import httpx
import pytest
from pydantic import BaseModel
from test_transport import DONE, FIRST, LAST, MESSAGES, PONG, Either, settle, variant  # noqa: F401
from wire import Connection, answer, answers, chunked, serve

import chutes_client
from chutes_client import AsyncChutes, Chutes, ConfigError, StreamInterruptedError, UnexpectedResponseError
from chutes_client._async._tasks import Places
from chutes_client._request import encode_body
from chutes_client._values import UTCDatetime
from chutes_client.content import image_part
from chutes_client.management import ApiKeyCreation, Chute
from chutes_client.testing import VirtualClock
from chutes_client.tools import Tool, tool
from chutes_client.types import ChatCompletionChunk


def test_one_async_client_with_places_in_many_loops() -> None:
    with serve(answers(answer(PONG, "200 OK", "connection: close"))) as server:
        client = AsyncChutes("cpk_test", base_url=server.url, max_concurrency=1)
        done: list[int] = []

        async def six() -> None:
            calls = [client.chat.completions.create(model="m", messages=MESSAGES) for _ in range(6)]
            done.append(len(await asyncio.wait_for(asyncio.gather(*calls), 20)))

        threads = [threading.Thread(target=lambda: asyncio.run(six()), daemon=True) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert done == [6] * 6


async def test_places_are_given_in_order_and_never_lost() -> None:
    places, order = Places(1), list[int]()
    assert await places.enter(None)

    async def one(number: int) -> None:
        assert await places.enter(None)
        order.append(number)
        places.leave()

    tasks = [asyncio.create_task(one(number)) for number in range(5)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    assert not await places.enter(0.01)
    places.leave()
    await asyncio.wait(tasks)
    assert order == [0, 2, 3, 4] and await places.enter(0.01) and not await places.enter(0.01)


@pytest.mark.parametrize("beside", [False, True])
async def test_closing_ones_own_stream_ends_its_loop(variant: str, beside: bool) -> None:  # noqa: F811
    def play(connection: Connection) -> None:
        connection.request()
        connection.send(chunked(FIRST + FIRST, end=False))
        connection.wait_close()

    with serve(play) as server:
        client = Either(variant, server.url)
        streams: list[Any] = [await client.stream(), await settle(client.client.chute("echo").stream("/x"))]
        for stream in streams:
            seen = 0
            if beside and client.sync:
                threading.Timer(0.2, stream.close).start()
            elif beside:
                asyncio.get_running_loop().call_later(0.2, lambda stream=stream: asyncio.ensure_future(stream.aclose()))
            items = iter(stream) if client.sync else aiter(stream)

            def loop(items: Any = items, stream: Any = stream) -> int:
                count = 0
                for _ in items:
                    count += 1
                    if not beside:
                        stream.close()
                return count

            if client.sync:
                seen = await asyncio.to_thread(loop)
            else:
                async for _ in items:
                    seen += 1
                    if not beside:
                        await stream.aclose()
            assert seen == (2 if beside else 1)
        await client.close()


async def test_a_break_that_nobody_asked_for_is_still_told(variant: str) -> None:  # noqa: F811
    with serve(lambda connection: (connection.request(), connection.send(chunked(FIRST, end=False)))[0] and None) as server:
        client = Either(variant, server.url)
        stream = await client.stream()
        with pytest.raises(StreamInterruptedError):
            [_ async for _ in client.each(stream)]
        await client.close()


def test_copies_of_values_are_equal_and_keep_their_wire_form() -> None:
    wire = {"chute_id": "c", "name": "n", "created_at": "2026-05-26T12:00:00.123456"}
    chute = Chute.model_validate(wire)
    for made in (copy.copy(chute), copy.deepcopy(chute), pickle.loads(pickle.dumps(chute)), chute.model_copy(deep=True)):
        assert made == chute and made.to_dict() == wire
    moment = UTCDatetime.parse("2026-05-26T12:00:00")
    assert (
        copy.copy(moment).wire == pickle.loads(pickle.dumps(moment)).wire == UTCDatetime.parse(moment).wire == "2026-05-26T12:00:00"
    )
    assert (moment + timedelta(1)).wire == "2026-05-27T12:00:00+00:00" and moment.astimezone().wire


def test_a_new_key_is_shown_by_its_field_only() -> None:
    made = ApiKeyCreation.model_validate(
        {
            "api_key_id": "i",
            "user_id": "u",
            "admin": False,
            "name": "cpk_inname.x",
            "secret_key": "sesame-open",
            "extra_word": "cpk_a.b",
        }
    )
    for text in (repr(made), str(made), f"{[made]}"):
        assert "sesame" not in text and "cpk_a" not in text and "cpk_in" not in text and "secret_key='[redacted]'" in text
    assert made.secret_key == "sesame-open" and made.to_dict()["secret_key"] == "sesame-open"


@pytest.mark.parametrize("number", ["1795274376", "0.5", "100", "1e3"])
def test_whole_numbers_stay_whole(number: str) -> None:
    """A gateway hands on what it read: other clients take `created` for an integer and refuse `1795274376.0`."""
    chunk = ChatCompletionChunk.model_validate_json(f'{{"id":"c","created":{number},"choices":[]}}')
    assert json.dumps(chunk.to_dict()["created"]) == json.dumps(json.loads(number))
    assert json.loads(chunk.model_dump_json(exclude_unset=True)) == chunk.to_dict()


def test_ones_own_models_keep_their_defaults() -> None:
    class UserMessage(BaseModel):
        role: Literal["user"] = "user"
        content: str

    assert encode_body({"messages": [UserMessage(content="hi")]}) == b'{"messages":[{"role":"user","content":"hi"}]}'


def test_a_tool_is_its_function_and_its_definition() -> None:
    @tool
    def add(a: int, b: int = 1) -> int:
        return a + b

    assert add(1) == 2 and add(1, b=2) == 3 and json.loads(encode_body({"tools": [add]}) or b"") == {"tools": [add.definition]}
    assert Tool("t", "d", {}, lambda given: given["a"])(a=1) == 1
    with pytest.raises(ConfigError, match="of a function, not of str"):
        tool("x")  # type: ignore[call-overload]


def test_a_client_of_httpx_of_the_wrong_kind() -> None:
    for make in (
        lambda: Chutes("cpk_test", http_client=httpx.AsyncClient()),
        lambda: AsyncChutes("cpk_test", http_client=httpx.Client()),
    ):  # type: ignore[arg-type]
        with pytest.raises(ConfigError, match="http_client must be an httpx"):
            make()
    with pytest.raises(ConfigError, match="transport must be"):
        Chutes("cpk_test", transport=object())  # type: ignore[arg-type]


async def test_a_faulty_transport_is_not_retried(variant: str) -> None:  # noqa: F811
    class Faulty(httpx.BaseTransport, httpx.AsyncBaseTransport):
        asked = 0

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            Faulty.asked += 1
            return None.stream  # type: ignore[attr-defined]

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return self.handle_request(request)

    client = Either(variant, "http://127.0.0.1:9", transport=Faulty())
    with pytest.raises(ConfigError, match="no attribute 'stream'"):
        await client.create()
    assert Faulty.asked == 1


def test_options_that_are_of_another_type() -> None:
    wrong: list[dict[str, Any]] = [
        {"hooks": {}},
        {"headers": ["a"]},
        {"headers": {5: "a"}},
        {"endpoints": "http://x"},
        {"timeout": httpx.Timeout(5)},
    ]
    for options in wrong:
        with pytest.raises(ConfigError):
            Chutes("cpk_test", **options)
    with pytest.raises(ConfigError, match="connect_timeout, first_byte_timeout and idle_timeout"):
        Chutes("cpk_test", timeout=httpx.Timeout(5))  # type: ignore[arg-type]
    client = Chutes("cpk_test", base_url="http://127.0.0.1:9", ca_pem=5, max_retries=0)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="ca_pem"):
        client.models.list()
    with pytest.raises(ConfigError, match="size"):
        client.images.generate(prompt="p", size=(512, 512))  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="extra_headers"):
        client.models.list(extra_headers=["a"])
    for source in (None, 5, io.BytesIO(b"\x89PNG")):
        with pytest.raises(ConfigError, match="must be bytes, a path or a URL"):
            image_part(source)  # type: ignore[arg-type]


async def test_a_missing_bundle_of_certificates_is_named(variant: str, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setenv("SSL_CERT_FILE", "/nonexistent/ca.pem")
    client = Either(variant, "https://127.0.0.1:9")
    with pytest.raises(ConfigError, match=r"SSL_CERT_FILE \(/nonexistent/ca.pem\) cannot be used: No such file"):
        await client.create()


async def test_absurdly_long_limits_are_none(variant: str) -> None:  # noqa: F811
    with serve(answers(answer(PONG))) as server:
        for seconds in (1e19, float("inf"), 10**30):
            limits = {name: seconds for name in ("timeout", "connect_timeout", "deadline")}
            client = Either(variant, server.url, **limits, max_concurrency=1)
            await client.create()
            await client.close()


async def test_events_where_bytes_were_due(variant: str, tmp_path: Any) -> None:  # noqa: F811
    events = chunked(b'data: {"error":"no voice"}\n\n')
    with serve(answers(events)) as server:
        client = Either(variant, server.url)
        for to in (None, tmp_path / "a.wav"):
            with pytest.raises(UnexpectedResponseError, match="events came"):
                await settle(client.client.audio.speech("echo", "hello", to=to))
        await client.close()
    assert not list(tmp_path.iterdir())


async def test_no_body_for_a_stream_gives_its_place_back(variant: str) -> None:  # noqa: F811
    empty = b"HTTP/1.1 204 No Content\r\n\r\n"
    with serve(answers(empty, empty, empty, answer(PONG))) as server:
        client = Either(variant, server.url, max_concurrency=1, deadline=5)
        for _ in range(3):
            stream = await client.stream()
            with pytest.raises(StreamInterruptedError):
                [_ async for _ in client.each(stream)]
        start = time.monotonic()
        await client.create()
        assert time.monotonic() - start < 2
        await client.close()


async def test_an_async_stream_needs_no_await_of_its_own() -> None:
    with serve(answers(chunked(FIRST, LAST, DONE))) as server:
        async with AsyncChutes("cpk_test", base_url=server.url) as client:

            def ask() -> Any:
                return client.chat.completions.stream(model="m", messages=MESSAGES)

            assert len([chunk async for chunk in ask()]) == 2
            async with ask() as stream:
                assert [text async for text in stream.text_stream] == ["po", "ng"]
            assert (await (await ask()).final()).choices[0].message.content == "pong"
            made = await asyncio.create_task(ask())
            assert (await made.final()).choices
            made = await asyncio.wait_for(ask(), 5)
            await made.aclose()
            assert len([event async for event in client.chute("echo").stream("/x")]) == 3
            ask()  # sends nothing, and nobody complains
            assert len([piece async for piece in client.completions.stream(model="m", prompt="p")]) == 2
    assert len(server.requests) == 7


async def test_leaving_an_async_stream_early_closes_it() -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.send(chunked(FIRST, end=False))
        connection.wait_close()

    with serve(play) as server:
        async with AsyncChutes("cpk_test", base_url=server.url, max_concurrency=1) as client:
            async with client.chat.completions.stream(model="m", messages=MESSAGES) as stream:
                async for _ in stream:
                    break
            assert await asyncio.to_thread(server.closed.wait, 2)
            task = asyncio.create_task(client.chat.completions.stream(model="m", messages=MESSAGES, max_retries=0))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task


def test_what_is_not_json_is_told_by_its_place() -> None:
    client = Chutes("cpk_test", base_url="http://127.0.0.1:9")
    odd: list[tuple[Any, str]] = [
        ({1}, "is of type set"),
        (float("nan"), "is nan"),
        (UserWarning, r"is of type type; .parse\(…\) takes a model"),
    ]
    for value, words in odd:
        with pytest.raises(ConfigError, match=r"messages\[1\]\.content " + words):
            client.chat.completions.create(model="m", messages=[{"role": "user"}, {"content": value}])
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(ConfigError, match="too deep, or holds itself"):
        client.chat.completions.create(model="m", messages=loop)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda client: client.map(None, [1]), "a function and the items"),
        (lambda client: client.map(len, None), "must be iterable, not NoneType"),
        (lambda client: client.chute("x", via="web"), "via must be one of"),
        (lambda client: client.chute("x", ready="now"), "ready must be one of"),
        (lambda client: client.chute("x").call(None), "named by a text"),
        (lambda client: client.chute("x").call("/x", options={"timeout": 1}), r"CallOptions\("),
        (lambda client: client.request(None, None), "a method and a path"),
        (lambda client: client.jobs.create(None, "train"), "must not be empty"),
        (lambda client: client.images.generate(prompt="p", model="m", mode="openai", n=2), "generate_many"),
        (lambda client: type(client)("cpk_test", seam=VirtualClock()), r"seam\(\)"),
        (lambda client: type(client)("cpk_test", max_event_bytes=0), "max_event_bytes"),
        (lambda client: client.chat.completions.parse(None, model="m", messages=MESSAGES), "not None"),
    ],
)
async def test_what_cannot_be_meant_is_refused(variant: str, call: Any, words: str) -> None:  # noqa: F811
    client = Either(variant, "http://127.0.0.1:9", max_retries=0)
    with pytest.raises(ConfigError, match=words):
        await settle(call(client.client))
    await client.close()


async def test_a_model_must_be_named_on_a_shared_host(variant: str) -> None:  # noqa: F811
    client = Either(variant, "http://127.0.0.1:9")
    resources: list[tuple[Any, dict[str, Any]]] = [
        (client.client.chat.completions.create, {"messages": MESSAGES}),
        (client.client.chat.completions.stream, {"messages": MESSAGES}),
        (client.client.completions.create, {"prompt": "p"}),
        (client.client.embeddings.create, {"input": "a"}),
    ]
    for call, arguments in resources:
        for model, words in (("", "model is missing"), (None, "model is missing"), (["a"], "models="), (5, "must be a string")):
            with pytest.raises(ConfigError, match=words):
                await settle(call(model=model, **arguments))
        with pytest.raises(ConfigError, match="model is missing"):
            await settle(call(**arguments))
    await client.close()


async def test_a_stream_option_that_changes_nothing(variant: str) -> None:  # noqa: F811
    with serve(answers(answer(PONG))) as server:
        client = Either(variant, server.url)
        for value in (False, None):
            await client.create(stream=value)
        await client.stream(stream=True)
        with pytest.raises(ConfigError, match=r"call \.stream"):
            await client.create(stream=True)
        await client.create(extra_body={"stream": False})
        with pytest.raises(ConfigError, match="always streams"):
            await client.stream(stream=False)
        with pytest.raises(ConfigError, match="always streams"):
            await client.stream(extra_body={"stream": False})
        assert b'"stream":' not in server.requests[-1]
        await client.close()
    assert [b'"stream"' in request for request in server.requests] == [False, False, True, False]


def test_names_of_the_openai_sdk_are_translated() -> None:
    for name, here in chutes_client._ELSEWHERE.items():
        with pytest.raises(AttributeError, match=re.escape(f"here it is {here}")):
            getattr(chutes_client, name)
        assert "=" in here or hasattr(chutes_client, here)
    with pytest.raises(ImportError):
        from chutes_client import RateLimitError  # type: ignore[attr-defined]  # noqa: F401


async def test_a_client_with_other_options_shares_the_connections(variant: str) -> None:  # noqa: F811
    with serve(answers(answer(b'{"detail":"busy"}', "503 Service Unavailable"), answer(PONG))) as server:
        client = Either(variant, server.url, headers={"X-Team": "a", "X-Other": "b"}, first_byte_timeout=60, max_retries=0)
        client.client.chat  # noqa: B018
        other = client.client.with_options(timeout=5, max_retries=1, headers={"x-team": "c"}, deadline=9)
        assert other.chat is not client.client.chat and other.endpoints is client.client.endpoints
        limits = other._config
        assert (limits.timeout, limits.first_byte_timeout, limits.deadline, limits.max_retries) == (5, chutes_client.OMIT, 9, 1)
        assert client.client._config.max_retries == 0 and client.client._config.first_byte_timeout == 60
        await settle(other.chat.completions.create(model="m", messages=MESSAGES))
        await client.create()
        with pytest.raises(ConfigError, match="max_retries"):
            other.with_options(max_retries=-1)
        await client.close()
        with pytest.raises(ConfigError, match="closed"):
            await settle(other.chat.completions.create(model="m", messages=MESSAGES))
    assert server.connections == 1 and len(server.requests) == 3
    assert [b"x-team: c" in r for r in server.requests] == [True, True, False] and all(b"X-Other: b" in r for r in server.requests)

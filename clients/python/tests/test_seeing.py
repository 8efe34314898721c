"""Hooks, the log, limits, OpenTelemetry and answers by script: what the cases of the suite cannot say."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from typing import Any

import pytest
from test_transport import MESSAGES, PONG, Either, settle, variant  # noqa: F401
from wire import answer, answers, chunked, serve

import chutes_client
from chutes_client import AsyncChutes, CallInfo, Chutes, ConfigError, Hooks
from chutes_client._async._tasks import Places as AsyncPlaces
from chutes_client._deadline import Deadline
from chutes_client._limiter import TokenBucket, told_limit
from chutes_client._sync._tasks import Places
from chutes_client.testing import VirtualClock, scripted

BUSY = {"status": 503, "json": {"detail": "busy"}}
ANSWER = {"json": {"id": "c", "model": "own", "choices": [{"index": 0, "message": {"role": "assistant", "content": "pong"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 3, "completion_tokens": 1}}}  # fmt: skip
CHUNK = {"id": "c", "model": "own", "choices": [{"index": 0, "delta": {"content": "pong"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 3, "completion_tokens": 1}}  # fmt: skip


def either(variant: str, script: list[Any], **options: Any) -> Either:  # noqa: F811
    return Either(variant, "http://127.0.0.1:9", transport=scripted(script), seam=VirtualClock().seam(random=0.0), **options)


async def test_a_call_ends_once_with_its_tokens(variant: str) -> None:  # noqa: F811
    ended: list[CallInfo] = []
    hooks = Hooks(on_call_end=ended.append)
    client = either(
        variant,
        [BUSY, ANSWER, {"events": [CHUNK]}, {"events": [CHUNK], "cut": "reset"}, {"status": 401}],
        hooks=hooks,
        max_retries=1,
    )
    await client.create()
    stream = await client.stream()
    assert len(ended) == 1  # a stream's call ends with the stream
    await settle(stream.final())
    left = await client.stream()
    await settle(left.close() if client.sync else left.aclose())
    with pytest.raises(chutes_client.UnauthenticatedError):
        await client.create()
    shown = [
        (e.operation, e.attempts, e.status, e.kind, e.model, e.response_model, (e.usage or {}).get("prompt_tokens")) for e in ended
    ]
    name = "createChatCompletion"
    assert shown == [(name, 2, 200, None, "m", "own", 3), (name, 1, 200, None, "m", "own", 3), (name, 1, 200, "cancelled", "m", None, None), (name, 1, 401, "unauthenticated", "m", None, None)]  # fmt: skip
    assert len({e.call for e in ended}) == 4
    await client.close()


async def test_a_hook_that_fails_is_told_on_the_log(variant: str, caplog: pytest.LogCaptureFixture) -> None:  # noqa: F811
    def fails(_: Any) -> None:
        raise RuntimeError("cpk_secret.of.mine")

    client = either(variant, [ANSWER], hooks=Hooks(before_attempt=fails))
    with caplog.at_level(logging.WARNING, "chutes_client"):
        assert (await client.create()).choices[0].message.content == "pong"
    assert "hook.failed" in caplog.text and "cpk_" not in caplog.text
    await client.close()


async def test_the_log_has_one_line_for_each_event(variant: str, caplog: pytest.LogCaptureFixture) -> None:  # noqa: F811
    client = either(variant, [BUSY, ANSWER])
    with caplog.at_level(logging.DEBUG, "chutes_client"):
        await client.create(extra_query={"key": "k"})
    events = [record.getMessage().split()[0] for record in caplog.records if record.name == "chutes_client"]
    assert events == ["call.start", "attempt.start", "attempt.end", "retry", "attempt.start", "attempt.end", "call.end"]
    assert "model=m" in caplog.text and "wait=0.250" in caplog.text and "key=" not in caplog.text and "cpk_test" not in caplog.text
    await client.close()


def test_the_log_follows_the_environment(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("chutes_client")
    roots = logging.getLogger().handlers[:]
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setenv("CHUTES_LOG", "INFO")
    Chutes("cpk_test").close()
    assert logger.level == logging.INFO and len(logger.handlers) == 2
    monkeypatch.setenv("CHUTES_LOG", "loud")
    with pytest.warns(RuntimeWarning, match="CHUTES_LOG is none of debug, info, warn"):
        Chutes("cpk_test").close()
    assert logger.level == logging.NOTSET
    monkeypatch.setenv("CHUTES_LOG", "warn")
    Chutes("cpk_test").close()
    monkeypatch.delenv("CHUTES_LOG")
    Chutes("cpk_test").close()
    assert logger.level == logging.NOTSET and len(logger.handlers) == 1
    logging.getLogger().handlers = roots


def test_token_bucket_changes() -> None:
    bucket = TokenBucket(2, now=0.0)
    assert [bucket.take(0.0, None) for _ in range(3)] == [0.0, 0.0, 30.0]
    assert bucket.take(0.0, 10.0) is None  # no token is taken then
    assert bucket.take(0.0, None) == 60.0
    bucket.give_back()
    bucket.change(60, now=60.0)
    assert bucket.take(60.0, None) == 0.0
    assert [told_limit({"x-chutes-rl-user": text}) for text in ("60", "inf", "", "no", "0", "nan")] == [
        60.0,
        float("inf"),
        None,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize("options", [{"rate_limit_per_minute": True}, {"rate_limit_per_minute": float("nan")}, {"rate_limit_per_minute": "slow"}, {"max_concurrency": 1.5}, {"max_concurrency": True}])  # fmt: skip
def test_limits_that_are_none(options: dict[str, Any]) -> None:
    for kind in (Chutes, AsyncChutes):
        with pytest.raises(ConfigError):
            kind("cpk_test", **options)


async def test_places_are_given_in_turn_and_back() -> None:
    places, order = AsyncPlaces(1), []

    async def one(number: int) -> None:
        assert await places.enter(None)
        order.append(number)
        await asyncio.sleep(0.01)
        places.leave()

    assert await places.enter(None)
    assert not await places.enter(0.01)
    tasks = [asyncio.create_task(one(number)) for number in range(4)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    places.leave()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert order == [0, 2, 3] and await places.enter(0)
    blocking = Places(1)
    assert blocking.enter(None) and not blocking.enter(0.01)
    blocking.leave()
    assert blocking.enter(0.01)


async def test_a_stream_keeps_its_place_until_it_ends(variant: str) -> None:  # noqa: F811
    gate = threading.Event()

    def play(connection: Any) -> None:
        while connection.request():
            connection.send(chunked(b'data: {"id":"c","choices":[{"index":0,"delta":{"content":"a"}}]}\n\n', end=False))
            gate.wait(5)
            return

    with serve(play) as server:
        client = Either(variant, server.url, max_concurrency=1)
        stream = await client.stream()
        with pytest.raises(chutes_client.APITimeoutError, match="max_concurrency"):
            await client.create(deadline=0.1)
        await settle(stream.close() if client.sync else stream.aclose())
        gate.set()
        second = await client.stream(deadline=5)
        await settle(second.close() if client.sync else second.aclose())
        await client.close()


async def test_the_rate_is_learned_from_the_answers(variant: str) -> None:  # noqa: F811
    clock = VirtualClock()
    told = {**ANSWER, "headers": {"X-Chutes-RL-User": "2"}}
    client = Either(variant, "http://127.0.0.1:9", transport=scripted([told] * 5), seam=clock.seam(), rate_limit_per_minute="auto")
    for _ in range(4):
        await client.create()
    assert clock.sleeps == [30.0]
    with pytest.raises(chutes_client.APITimeoutError, match="rate limit") as caught:
        await client.create(deadline=10)
    assert caught.value.attempts == 0 and caught.value.history == ()
    await client.close()


async def test_spans_of_opentelemetry(variant: str) -> None:  # noqa: F811
    pytest.importorskip("opentelemetry.sdk")
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from chutes_client.otel import otel

    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("test")
    client = either(variant, [BUSY, ANSWER, {"events": [CHUNK]}, {"status": 404, "json": {"detail": "no"}}], hooks=otel(tracer))
    with tracer.start_as_current_span("outer"):
        await client.create()
        await settle((await client.stream()).final())
        with pytest.raises(chutes_client.NotFoundError):
            await client.create()
    first, second, third, outer = exporter.get_finished_spans()
    assert first.name == "chat m" and first.kind.name == "CLIENT" and first.parent.span_id == outer.context.span_id
    about = dict(first.attributes)
    assert (
        about["gen_ai.usage.input_tokens"] == 3
        and about["gen_ai.response.model"] == "own"
        and about["server.address"] == "127.0.0.1"
    )
    assert about["gen_ai.operation.name"] == "chat" and about["gen_ai.system"] == "chutes" and about["chutes.attempts"] == 2
    assert [event.name for event in first.events] == ["attempt.start", "attempt.end", "retry", "attempt.start", "attempt.end"]
    assert (
        second.attributes["chutes.chunks"] == 1
        and second.attributes["gen_ai.usage.output_tokens"] == 1
        and second.status.is_ok is not False
    )
    assert third.attributes["error.type"] == "not_found" and third.status.status_code.name == "ERROR"
    assert "pong" not in json.dumps([json.loads(span.to_json()) for span in (first, second, third)])
    await client.close()


async def test_a_script_answers_in_every_way(variant: str) -> None:  # noqa: F811
    script: list[Any] = [
        {"fail": "connect"}, {"fail": "reset"}, {"text": "hello", "headers": {"X-Request-Id": "r"}}, {"bytes": b"\x89PNG\r\n\x1a\n"},
        {"events": [CHUNK], "cut": "end"}, {"events": [{**CHUNK, "choices": []}], "cut": "reset"}, lambda request: {"json": {"method": request.method, "path": request.url}},
    ]  # fmt: skip
    client = either(variant, script, max_retries=2)
    raw = await settle(client.client.request("GET", "/a"))
    assert (
        raw.text == "hello"
        and raw.response.request_id == "r"
        and [a.kind for a in raw.response.history] == ["connection", "connection", None]
    )
    assert (await settle(client.client.request("POST", "/b", json={"x": 1}))).content.startswith(b"\x89PNG")
    assert (await settle((await client.stream()).final())).choices[0].message.content == "pong"
    with pytest.raises(chutes_client.StreamInterruptedError):
        await settle((await client.stream()).final())
    for path in ("/c", "/d"):
        assert (await settle(client.client.request("GET", path))).json()["path"].endswith(path)
    requests = client.client._executor.transport._client.requests
    assert requests[3].body == {"x": 1} and all("authorization" not in one.headers for one in requests)
    await client.close()
    short = either(variant, [ANSWER])
    await short.create()
    with pytest.raises(ConfigError, match="no answer for request 2"):
        await short.create()
    await short.close()
    with pytest.raises(ConfigError, match="not both"):
        Chutes("cpk_test", transport=scripted([]), http_client=object())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "answers",
    [{"json": {}}, ["hi"], [{"josn": {}}], [{"fail": "timeout"}], [{"events": [], "cut": "middle"}], [{"status": "200"}], [{"events": "a"}], [lambda _: None]],
)  # fmt: skip
def test_a_script_that_cannot_be_is_refused(answers: Any) -> None:
    with pytest.raises(ConfigError, match="script"):
        Chutes("cpk_test", transport=scripted(answers)).models.list()


async def test_history_is_on_errors_too(variant: str) -> None:  # noqa: F811
    with serve(
        answers(answer(b'{"detail":"busy"}', "503 Unavailable"), answer(b'{"detail":"no"}', "400 Bad"), answer(PONG))
    ) as server:
        client = Either(variant, server.url, seam=VirtualClock().seam(random=0.0))
        with pytest.raises(chutes_client.BadRequestError) as caught:
            await client.create()
        assert [(a.number, a.status, a.kind, a.wait) for a in caught.value.history] == [
            (1, 503, "unavailable", 0.25),
            (2, 400, "bad_request", 0.0),
        ]
        assert caught.value.tried == () and caught.value.attempts == 2
        assert MESSAGES and time.monotonic() and Deadline(None, time.monotonic).remaining() is None
        await client.close()

"""What a client meets that lives for months in a service: hosts that come and go, slow lines, forks, callers who walk away."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Annotated, Any

import pytest
from test_transport import MESSAGES, PONG, Either, settle, variant  # noqa: F401
from wire import Connection, Server, answer, answers, serve

import chutes_client
from chutes_client import AsyncChutes, CallInfo, Chutes, Hooks
from chutes_client._async import _transport as async_transport
from chutes_client._deadline import Deadline
from chutes_client._sync import _transport as sync_transport
from chutes_client._sync._platform import SingleFlight
from chutes_client.auth import from_provider
from chutes_client.management import Chute
from chutes_client.testing import VirtualClock, scripted
from chutes_client.tools import tool

UUID = "11111111-1111-1111-1111-111111111111"


@pytest.fixture
def silent() -> Iterator[Server]:
    def hang(connection: Connection) -> None:
        connection.request()
        connection.wait_close()

    with serve(hang) as server:
        yield server


@pytest.fixture
def dead() -> Iterator[int]:
    """A port whose queue is full, so that nobody gets a connection, and no refusal either."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(0)
    waiting = [socket.socket() for _ in range(4)]
    for one in waiting:
        one.setblocking(False)
        one.connect_ex(listening.getsockname())
    time.sleep(0.1)
    yield listening.getsockname()[1]
    for one in (*waiting, listening):
        one.close()


@pytest.mark.parametrize(("limit", "words"), [("connect_timeout", "no connection to many.test:"), ("deadline", "deadline")])
async def test_all_addresses_of_a_name_share_the_time_to_connect(
    variant: str,  # noqa: F811
    dead: int,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    words: str,
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", dead))] * 4
    plain = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *more, **named: found if "many" in host else plain(host, *more, **named)
    )
    either = Either(variant, f"http://many.test:{dead}", max_retries=0, **{limit: 0.4})
    began = time.monotonic()
    with pytest.raises(chutes_client.APITimeoutError, match=words):
        await either.create()
    assert time.monotonic() - began < 1.2
    await either.close()


async def test_one_dead_address_does_not_take_the_time_of_the_next(
    variant: str,  # noqa: F811
    dead: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = socket.getaddrinfo
    with serve(answers(answer(PONG))) as server:
        port = int(server.url.rpartition(":")[2])
        both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port)) for host in ("127.0.0.2", "127.0.0.1")]
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda host, *more, **named: both if "two" in host else plain(host, *more, **named)
        )
        either = Either(variant, f"http://two.test:{port}", max_retries=0)
        assert (await either.create()).id == "c"
        await either.close()


async def test_a_name_that_no_host_can_have_is_no_raw_error(variant: str) -> None:  # noqa: F811
    either = Either(variant, f"http://{'a' * 70}.test", max_retries=0)
    with pytest.raises(chutes_client.APIConnectionError, match="cannot connect to aaa"):
        await either.create()
    await either.close()


async def test_idle_connections_of_other_hosts_are_closed(variant: str, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(async_transport, "KEEPALIVE_SECONDS", 0.1)
    monkeypatch.setattr(sync_transport, "KEEPALIVE_SECONDS", 0.1)
    with serve(answers(answer(PONG))) as home, serve(answers(answer(PONG))) as other:
        either = Either(variant, home.url)
        await settle(either.client.request("GET", f"{other.url}/x"))
        for _ in range(3):
            await asyncio.sleep(0.06)
            await either.create()
        pool = either.client._executor.transport._client
        assert len(pool._open) == 1 and len(pool._idle) == 1
        await either.close()


def test_threads_take_from_the_stack_without_harm() -> None:
    with serve(answers(answer(PONG))) as server, Chutes("cpk_test", base_url=server.url, max_retries=0) as client:
        failed: list[Exception] = []

        def work() -> None:
            try:
                for _ in range(10):
                    client.chat.completions.create(model="m", messages=MESSAGES)
            except Exception as error:
                failed.append(error)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failed


async def test_an_upload_may_take_longer_than_the_first_byte(variant: str) -> None:  # noqa: F811
    def slow(connection: Connection) -> None:
        got = b""
        while b"\r\n\r\n" not in got:
            got += connection.sock.recv(65536)
        head, _, rest = got.partition(b"\r\n\r\n")
        left = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]) - len(rest)
        while left > 0:
            left -= len(connection.sock.recv(1 << 20))
            time.sleep(0.02)
        connection.send(answer(PONG))

    with serve(slow) as server:
        either = Either(variant, server.url, first_byte_timeout=0.5, max_retries=0)
        long = [{"role": "user", "content": "x" * (24 << 20)}]
        began = time.monotonic()
        assert (await settle(either.client.chat.completions.create(model="m", messages=long))).id == "c"
        assert time.monotonic() - began > 0.6  # else the test shows nothing
        await either.close()


async def test_the_deadline_ends_an_upload_that_moves(variant: str) -> None:  # noqa: F811
    def drip(connection: Connection) -> None:
        while connection.sock.recv(4096):
            time.sleep(0.01)

    with serve(drip) as server:
        either = Either(variant, server.url, deadline=0.5, max_retries=0)
        began = time.monotonic()
        with pytest.raises(chutes_client.APITimeoutError, match="deadline"):
            await settle(either.client.chat.completions.create(model="m", messages=[{"content": "x" * (24 << 20)}]))
        assert time.monotonic() - began < 2
        await either.close()


async def test_an_informational_answer_gives_no_time_and_begins_nothing(variant: str) -> None:  # noqa: F811
    hint = b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"

    def first_only_hints(connection: Connection) -> None:
        while connection.request():
            if connection.number == 1:
                connection.send(hint)
                time.sleep(0.05)
                connection.reset()
                return
            connection.send(hint + hint + answer(PONG))

    with serve(first_only_hints) as server:
        either = Either(variant, server.url, seam=VirtualClock().seam())
        made = await either.create()
        assert made.id == "c" and made.response.attempts == 2  # a reset after a hint is one before the answer
        assert (await either.create()).id == "c"
        await either.close()
    assert server.connections == 2

    def hints(connection: Connection) -> None:
        connection.request()
        for _ in range(40):
            connection.send(hint)
            time.sleep(0.05)

    with serve(hints) as server:
        either = Either(variant, server.url, first_byte_timeout=0.3, idle_timeout=60, max_retries=0)
        began = time.monotonic()
        with pytest.raises(chutes_client.APITimeoutError, match="first_byte_timeout"):
            await either.create()
        assert time.monotonic() - began < 1.5
        await either.close()


async def test_close_lets_a_call_under_way_end(variant: str) -> None:  # noqa: F811
    def slow(connection: Connection) -> None:
        while connection.request():
            time.sleep(0.3)
            connection.send(answer(PONG))
        connection.server.closed.set()

    with serve(slow) as server:
        either = Either(variant, server.url)
        if either.sync:
            timer = threading.Timer(0.1, either.client.close)
            timer.start()
            made = await either.create()
        else:
            going = asyncio.ensure_future(either.create())
            await asyncio.sleep(0.1)
            await either.close()
            made = await going
        assert made.id == "c" and len(server.requests) == 1
        assert server.closed.wait(2)  # its connection goes with it
        with pytest.raises(chutes_client.ConfigError, match="closed"):
            await either.create()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_child_has_all_places_of_its_own(silent: Server) -> None:
    client = Chutes("cpk_test", base_url=silent.url, max_concurrency=1, deadline=1, max_retries=0)

    def hold() -> None:
        with suppress(chutes_client.ChutesError):
            client.models.list()

    threading.Thread(target=hold, daemon=True).start()
    time.sleep(0.2)
    child = os.fork()
    if child == 0:
        try:
            client.models.list(deadline=0.3)
        except chutes_client.APITimeoutError as error:
            os._exit(2 if "max_concurrency" in error.message else 0)
        finally:
            os._exit(3)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_child_does_not_wait_for_a_renewal_of_its_parent() -> None:
    flight, landed = SingleFlight(), threading.Event()
    waiting = threading.Thread(target=flight.run, args=(lambda: landed.wait(10), None), daemon=True)
    waiting.start()
    time.sleep(0.1)
    child = os.fork()
    if child == 0:
        try:
            flight.run(lambda: None, Deadline(2, time.monotonic))
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    landed.set()
    waiting.join()


def watched() -> tuple[list[str | None], Hooks]:
    ends: list[str | None] = []

    def told(info: CallInfo) -> None:
        ends.append(info.kind)

    return ends, Hooks(on_call_end=told)


async def test_a_call_that_is_cancelled_has_an_end(silent: Server) -> None:
    ends, hooks = watched()
    async with AsyncChutes("cpk_test", base_url=silent.url, hooks=hooks) as client:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client.chat.completions.create(model="m", messages=MESSAGES), 0.2)
    assert ends == ["cancelled"]


async def test_a_stream_that_is_dropped_has_an_end(variant: str) -> None:  # noqa: F811
    ends, hooks = watched()
    script = scripted([{"events": [json.loads(PONG)]}] * 2)
    either = Either(variant, "http://127.0.0.1:9", transport=script, hooks=hooks)
    stream = await either.stream()
    del stream
    reader = either.each(await either.stream())
    del reader
    gc.collect()
    await asyncio.sleep(0)
    assert ends == ["cancelled", "cancelled"]
    await either.close()


async def test_a_page_where_events_are_due_is_an_end_and_shows_no_token(variant: str) -> None:  # noqa: F811
    ends, hooks = watched()
    page = "<html><title>token secret-of-a-provider is refused</title></html>"
    script = scripted([{"text": page, "headers": {"content-type": "text/html"}}])
    signs = from_provider(lambda: "secret-of-a-provider")
    kind = Chutes if variant == "sync" else AsyncChutes
    client: Any = kind(auth=signs, transport=script, hooks=hooks)
    with pytest.raises(chutes_client.UnexpectedResponseError, match=r"token \[redacted\]") as caught:
        await settle(client.chutes.warmup("demo/echo"))
    assert ends == ["unexpected_response"] and b"secret-of" not in caught.value.body


async def test_a_provider_that_hangs_meets_the_deadline(silent: Server) -> None:
    async def never() -> str:
        await asyncio.sleep(60)
        return "cpk_test"

    async with AsyncChutes(auth=from_provider(never), base_url=silent.url, deadline=0.2) as client:
        with pytest.raises(chutes_client.APITimeoutError, match="while the request was signed"):
            await client.models.list()


async def test_a_question_ends_with_the_time_of_the_wait(variant: str, silent: Server) -> None:  # noqa: F811
    either = Either(variant, silent.url, first_byte_timeout=5, max_retries=0)
    began = time.monotonic()
    with pytest.raises(chutes_client.APITimeoutError, match="did not get hot in time"):
        await settle(either.client.chutes.wait_ready("demo/echo", timeout=0.3, poll_interval=0.1))
    with pytest.raises(chutes_client.APITimeoutError, match="did not end in time; it goes on"):
        await settle(either.client.jobs.wait(UUID, timeout=0.3))
    assert time.monotonic() - began < 4
    await either.close()


async def test_the_first_failure_of_many_images_starts_no_more(variant: str) -> None:  # noqa: F811
    def play(connection: Connection) -> None:
        while request := connection.request():
            if b'"prompt":"0"' in request:
                connection.wait_close()
                return
            connection.send(answer(b'{"detail":"bad"}', "400 Bad Request"))

    with serve(play) as server:
        either = Either(variant, server.url)
        began = time.monotonic()
        with pytest.raises(chutes_client.BadRequestError):
            await settle(either.client.images.generate_many([str(n) for n in range(40)], model="m"))
        assert time.monotonic() - began < 2 and len(server.requests) <= 16
        assert server.closed.wait(2)  # the one that was waited for is given up
        await either.close()


@pytest.mark.parametrize("number", ["1e20", "1e400", "-1e400", "1" + "0" * 20])
def test_a_time_that_no_clock_shows_stays_as_it_came(number: str) -> None:
    made = chutes_client._values.from_json(f'{{"chute_id": "a", "name": "n", "created_at": {number}}}', Chute)
    assert made.created_at == float(number)


def test_a_tool_that_stops_an_iteration_has_failed_like_any_other() -> None:
    @tool
    def first() -> str:
        "Finds nothing."
        return next(iter(()))

    call = {"id": "c", "type": "function", "function": {"name": "first", "arguments": "{}"}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    asks = {"id": "1", "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]}

    async def run() -> Any:
        client = AsyncChutes("cpk_test", transport=scripted([{"json": asks}, {"json": json.loads(PONG)}]))
        return await asyncio.wait_for(client.chat.completions.run_tools(model="m", messages=MESSAGES, tools=[first]), 5)

    assert asyncio.run(run()).steps[0].calls[0].error == "StopIteration"


CORDS = [{"function": "f", "method": "POST", "path": "/f", "public_api_path": "/f", "public_api_method": "POST", "stream": False}]


def test_a_chute_that_is_found_in_the_list_has_its_cords() -> None:
    item = {"chute_id": UUID, "name": "n", "slug": "s", "user": {"username": "u"}, "cord_ref_id": "r"}
    page = {"total": 1, "page": 0, "limit": 25, "items": [item], "cord_refs": {"r": CORDS}}
    script = scripted([{"status": 404, "json": {"detail": "no"}}, {"json": page}, {"json": {"ok": 1}}])
    assert Chutes("cpk_test", transport=script).chute("u/n").call("f") == {"ok": 1}


def test_an_argument_may_have_any_name() -> None:
    schema = {"type": "object", "properties": {"more": {"type": "string"}, "more_": {}, "options": {}, "self": {}}}
    chute = {"chute_id": UUID, "name": "n", "slug": "s", "cords": [{**CORDS[0], "input_schema": schema}]}
    script = scripted([{"json": chute}, {"json": 1}])
    functions = Chutes("cpk_test", transport=script).chute(UUID).functions()
    assert functions.f(more="x", options="y", self="z") == 1
    assert script.requests[1].body == {"more": "x", "options": "y", "self": "z"}


def test_a_chute_by_its_address_cannot_be_warmed_up() -> None:
    client = Chutes("cpk_test", transport=scripted([{"status": 503, "json": {"detail": "No instances available"}}]))
    for ref in ("https://x.chutes.ai", "x.chutes.ai"):
        with pytest.raises(chutes_client.ConfigError, match="by URL or host"):
            client.chute(ref).wait_ready()
    with pytest.raises(chutes_client.ColdStartError):
        client.chute("x.chutes.ai", ready="wait").call("/x", options=chutes_client.CallOptions(max_retries=0))


def test_types_made_for_each_call_are_not_kept_for_ever() -> None:
    for number in range(600):
        assert chutes_client._values.adapter(Annotated[int, number]) is not None
    assert len(chutes_client._values._adapters) < 600


def test_a_text_is_no_list_of_prompts() -> None:
    images = Chutes("cpk_test", transport=scripted([])).images
    with pytest.raises(chutes_client.ConfigError, match="prompts is a list"):
        images.generate_many("cat", model="m")
    with pytest.raises(chutes_client.ConfigError, match="prompt and n"):
        images.generate_many(prompt="cat", n=True, model="m")


def test_a_hook_is_a_plain_function() -> None:
    async def slow(info: object) -> None: ...

    for hook in (slow, 3):
        with pytest.raises(chutes_client.ConfigError, match="on_retry must be a plain function"):
            Hooks(on_retry=hook)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_a_rate_that_gives_no_second_request_in_a_life_waits_as_long_as_it_can() -> None:
    clock = VirtualClock()
    client = Chutes("cpk_test", transport=scripted([{"json": 1}] * 2), rate_limit_per_minute=1e-12, seam=clock.seam())
    for _ in range(2):
        client.request("GET", "/x", deadline=None)
    assert clock.sleeps == [10 * 365 * 86400.0]

"""The stack of idle connections: what is used again, what is thrown away, and what waits."""

from __future__ import annotations

import asyncio
import gc
import random
import threading
import time
from collections.abc import Iterator

import pytest
from wire import Connection, answer, serve

import chutes_client
from chutes_client import AsyncChutes, Chutes
from chutes_client._async import _transport as async_transport
from chutes_client._async._tasks import Places as AsyncPlaces
from chutes_client._sync import _transport as sync_transport
from chutes_client._sync._tasks import Places

PONG = b'{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"pong"},"finish_reason":"stop"}]}'
MESSAGES = [{"role": "user", "content": "hi"}]


def always(connection: Connection) -> None:
    while connection.request():
        connection.send(answer(PONG))


def slowly(connection: Connection) -> None:
    while connection.request():
        time.sleep(0.02)
        connection.send(answer(PONG))


async def call(client: AsyncChutes) -> None:
    await client.chat.completions.create(model="m", messages=MESSAGES)


async def test_many_at_once_and_then_again_use_as_many_connections_as_were_open() -> None:
    with serve(slowly) as server:
        async with AsyncChutes("cpk_test", base_url=server.url) as client:
            for _ in range(3):
                await asyncio.gather(*(call(client) for _ in range(20)))
        assert server.connections == 20 and len(server.requests) == 60


def test_event_loops_in_turn_keep_their_connections() -> None:
    with serve(always) as server:
        client = AsyncChutes("cpk_test", base_url=server.url)
        loops = [asyncio.new_event_loop() for _ in range(2)]
        for _ in range(3):
            for loop in loops:
                loop.run_until_complete(call(client))
        pool = client._executor.transport._client
        assert server.connections == 2 and len(pool._open) == 2
        loops[1].run_until_complete(client.aclose())
        assert not pool._open
        for loop in loops:
            loop.run_until_complete(asyncio.sleep(0))
            loop.close()


def test_closing_from_another_loop_closes_what_lies_idle() -> None:
    ended = threading.Event()

    def until_the_end(connection: Connection) -> None:
        always(connection)
        ended.set()

    with serve(until_the_end) as server:
        client, loop = AsyncChutes("cpk_test", base_url=server.url), asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        asyncio.run_coroutine_threadsafe(call(client), loop).result(5)
        asyncio.run(client.aclose())
        assert ended.wait(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_threads_share_the_stack() -> None:
    with serve(slowly) as server, Chutes("cpk_test", base_url=server.url) as client:

        def work() -> None:
            for _ in range(5):
                client.chat.completions.create(model="m", messages=MESSAGES)

        threads = [threading.Thread(target=work) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(server.requests) == 50 and server.connections <= 10


async def test_the_last_used_connection_is_taken_and_old_ones_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(async_transport, "KEEPALIVE_SECONDS", 0.2)
    with serve(slowly) as server:
        async with AsyncChutes("cpk_test", base_url=server.url) as client:
            await asyncio.gather(*(call(client) for _ in range(4)))
            pool = client._executor.transport._client
            assert len(pool._open) == 4
            for _ in range(4):  # one goes on being used, the others grow too old
                await asyncio.sleep(0.08)
                await call(client)
            assert server.connections == 4 and len(pool._open) == 1


async def test_a_full_client_lets_calls_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(async_transport, "MAX_CONNECTIONS", 2)
    with serve(slowly) as server:
        async with AsyncChutes("cpk_test", base_url=server.url) as client:
            await asyncio.gather(*(call(client) for _ in range(8)))
        assert server.connections == 2 and len(server.requests) == 8


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_waiting_for_a_connection_has_a_limit(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(async_transport, "MAX_CONNECTIONS", 1)
    monkeypatch.setattr(sync_transport, "MAX_CONNECTIONS", 1)

    def hang(connection: Connection) -> None:
        connection.request()
        connection.wait_close()

    with serve(hang) as server:
        if kind == "sync":
            with Chutes("cpk_test", base_url=server.url, max_retries=0) as client:
                first = threading.Thread(target=give_up, args=(client,))
                first.start()
                time.sleep(0.2)
                with pytest.raises(chutes_client.APITimeoutError, match="no free connection"):
                    client.models.list(timeout=0.2)
                first.join()
        else:
            async with AsyncChutes("cpk_test", base_url=server.url, max_retries=0) as other:
                waiting = asyncio.ensure_future(listing(other, 1))
                await asyncio.sleep(0.2)
                with pytest.raises(chutes_client.APITimeoutError, match="no free connection"):
                    await listing(other, 0.2)
                with pytest.raises(chutes_client.APITimeoutError):
                    await waiting


def give_up(client: Chutes) -> None:
    with pytest.raises(chutes_client.APITimeoutError):
        client.models.list(timeout=1)


async def listing(client: AsyncChutes, timeout: float) -> object:
    return await client.models.list(timeout=timeout)


def test_threads_whose_first_calls_begin_at_once_share_one_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_transport, "behind_proxy", lambda: time.sleep(0.05))  # so that each comes while another makes it
    transport = sync_transport.Transport(None, None, False)
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(transport._http())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    transport.close()
    assert len(found) == 8 and len(set(map(id, found))) == 1


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_client_serves_one_loop_after_another() -> None:
    with serve(always) as server:
        client = AsyncChutes("cpk_test", base_url=server.url)
        for _ in range(4):
            asyncio.run(call(client))
        pool = client._executor.transport._client
        assert len(pool._open) == len(pool._idle) == 1  # those of the loops before are forgotten
    assert server.connections == 4  # what an ended loop left behind cannot be used, and does no harm
    del client, pool
    gc.collect()


async def test_a_connection_that_the_server_closed_is_not_taken() -> None:
    def once(connection: Connection) -> None:
        connection.request()
        connection.send(answer(PONG))

    with serve(once) as server:
        async with AsyncChutes("cpk_test", base_url=server.url, max_retries=0) as client:
            for _ in range(3):
                await call(client)
                time.sleep(0.05)  # the loop does not see the end, so that only a look at the socket does
        assert server.connections == 3


@pytest.mark.filterwarnings("error")
async def test_cancelling_leaves_nothing_behind() -> None:
    with serve(slowly) as server:
        async with AsyncChutes("cpk_test", base_url=server.url) as client:
            rng = random.Random(1)
            for _ in range(5):
                tasks = [asyncio.ensure_future(call(client)) for _ in range(20)]
                for task in tasks:
                    await asyncio.sleep(rng.random() * 0.004)
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            await call(client)
            pool = client._executor.transport._client
            assert pool._gate._free == async_transport.MAX_CONNECTIONS
            assert len(pool._open) == sum(map(len, pool._idle.values()))


@pytest.fixture
def gate() -> Iterator[AsyncPlaces]:
    yield AsyncPlaces(1)


async def test_the_gate_serves_in_order_and_forgets_who_left(gate: AsyncPlaces) -> None:
    assert await gate.enter(None)
    order: list[int] = []

    async def enter(number: int) -> None:
        assert await gate.enter(None)
        order.append(number)

    tasks = [asyncio.ensure_future(enter(n)) for n in range(3)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    await asyncio.sleep(0)
    for _ in range(2):
        gate.leave()
        await asyncio.sleep(0.01)
    assert order == [1, 2]
    assert not await gate.enter(0.01)
    gate.leave()
    assert await gate.enter(0.01)


async def test_a_place_that_comes_with_the_cancellation_goes_to_the_next(gate: AsyncPlaces) -> None:
    assert await gate.enter(None)
    first, second = asyncio.ensure_future(gate.enter(None)), asyncio.ensure_future(gate.enter(None))
    await asyncio.sleep(0)
    gate.leave()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await asyncio.wait_for(second, 1)


def test_the_gate_of_threads() -> None:
    gate = Places(1)
    assert gate.enter(None) and not gate.enter(0.01)
    gate.leave()
    assert gate.enter(0.01)

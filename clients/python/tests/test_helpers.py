"""Deploying, waiting, building and jobs, over both clients: what is sent, in which order, and what is never sent twice."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from wire import Connection, Server, answer, chunked, serve

from chutes_client import AsyncChutes, Chutes, ConfigError, PaymentRequiredError, job_state
from chutes_client._errors import APITimeoutError, ChutesError, StreamError, StreamInterruptedError, UnavailableError
from chutes_client.predict import predict_chute_id, predict_version
from chutes_client.testing import VirtualClock

CHUTE = predict_chute_id("alice", "echo")
BODY: dict[str, Any] = {"name": "echo", "image": "alice/tools:1.0", "code": "x = 1", "public": False}
ME = answer(b'{"user_id": "u", "username": "alice"}')
IMAGE = answer(b'{"image_id": "i", "patch_version": "p"}')
NONE = answer(b'{"detail": "no"}', "404 Not Found")
MADE = answer(json.dumps({"chute_id": CHUTE, "name": "echo"}).encode())
HOT = b'data: {"status": "hot"}\n\n'
COLD = b'data: {"status": "cold"}\n\n'


def there(code: str = "x = 1", public: bool = False) -> bytes:
    return answer(
        json.dumps({"chute_id": CHUTE, "name": "echo", "version": predict_version("i", "p", code), "public": public}).encode()
    )


def run_of(**fields: Any) -> bytes:
    return answer(json.dumps({"job_id": "j", **fields}).encode())


@contextmanager
def platform(pages: Mapping[str, bytes | list[bytes]]) -> Iterator[Server]:
    """Answers by method and path; of several answers each is given once, and the last one stays."""
    left = {route: [page] if isinstance(page, bytes) else list(page) for route, page in pages.items()}

    def play(connection: Connection) -> None:
        while request := connection.request():
            route = b" ".join(request.split(b" ", 2)[:2]).decode().partition("?")[0]
            script = left.get(route, [NONE])
            data = script.pop(0) if len(script) > 1 else script[0]
            connection.send(data)
            if b"transfer-encoding: chunked" in data and not data.endswith(b"0\r\n\r\n"):
                connection.reset()
                return

    with serve(play) as server:
        yield server


def asked(server: Server) -> list[str]:
    return [b" ".join(request.split(b" ", 2)[:2]).decode() for request in server.requests]


class Both:
    """Calls a method by its dotted name on a client of either kind; waits take no time."""

    def __init__(self, variant: str) -> None:
        self.variant = variant
        self.clock = VirtualClock(now=1_764_000_000)

    async def __call__(self, server: Server, name: str, /, *given: Any, **named: Any) -> Any:
        resource, method = name.split(".")
        options: dict[str, Any] = {"base_url": server.url, "seam": self.clock.seam(random=0.0)}
        if self.variant == "sync":
            with Chutes("cpk_test", **options) as client:
                return getattr(getattr(client, resource), method)(*given, **named)
        async with AsyncChutes("cpk_test", **options) as other:
            return await getattr(getattr(other, resource), method)(*given, **named)


@pytest.fixture(params=["sync", "async"])
def call(request: pytest.FixtureRequest) -> Both:
    return Both(request.param)


# ---- deploy ------------------------------------------------------------------------------------------------------------

LOOKUPS = ["GET /users/me", "GET /images/alice/tools%3A1.0", f"GET /chutes/{CHUTE}"]


def world(chute: bytes, posted: bytes | list[bytes] = MADE) -> dict[str, bytes | list[bytes]]:
    return {LOOKUPS[0]: ME, LOOKUPS[1]: IMAGE, LOOKUPS[2]: chute, "POST /chutes/": posted}


@pytest.mark.parametrize(
    ("chute", "change", "status", "sent"),
    [
        (NONE, {}, "created", ["POST /chutes/"]),
        (there(), {}, "unchanged", []),
        (there(), {"force": True}, "updated", ["POST /chutes/"]),
        (there("x = 2"), {}, "updated", ["POST /chutes/"]),
        (there(public=True), {}, "updated", ["POST /chutes/"]),
        (there(), {"code": "x = 3"}, "updated", ["POST /chutes/"]),
        (NONE, {"accept_fee": True}, "created", ["POST /chutes/?accept_fee=true"]),
    ],
)
async def test_a_deployment_is_sent_only_where_something_changed(
    call: Both, chute: bytes, change: dict[str, Any], status: str, sent: list[str]
) -> None:
    with platform(world(chute)) as server:
        made = await call(server, "chutes.deploy", BODY, **change)
    assert (made.status, made.chute.chute_id) == (status, CHUTE)
    assert asked(server) == LOOKUPS + sent
    if sent:
        want = {**BODY, **{name: value for name, value in change.items() if name in BODY}}
        assert json.loads(server.requests[-1].partition(b"\r\n\r\n")[2]) == want


async def test_a_deployment_is_never_sent_twice(call: Both) -> None:
    with platform(world(NONE, answer(b"{}", "503 Busy"))) as server, pytest.raises(UnavailableError) as caught:
        await call(server, "chutes.deploy", BODY)
    assert caught.value.attempts == 1 and asked(server).count("POST /chutes/") == 1 and call.clock.sleeps == []


async def test_what_the_caller_adds_goes_with_the_deployment_alone(call: Both) -> None:
    more: dict[str, Any] = {"extra_headers": {"X-Mine": "1"}, "extra_query": {"q": "1"}, "extra_body": {"later": 1}}
    with platform(world(NONE)) as server:
        await call(server, "chutes.deploy", BODY, options=more)
    assert asked(server) == [*LOOKUPS, "POST /chutes/?q=1"]
    assert [b"X-Mine" in request for request in server.requests] == [False, False, False, True]
    assert json.loads(server.requests[-1].partition(b"\r\n\r\n")[2]) == {**BODY, "later": 1}


async def test_what_is_missing_is_said_before_anything_is_sent(call: Both) -> None:
    with platform({}) as server, pytest.raises(ConfigError, match="deploy needs image, public"):
        await call(server, "chutes.deploy", name="echo", code="")
    assert server.requests == []


async def test_an_image_that_is_not_there_stays_an_error(call: Both) -> None:
    pages = {**world(NONE), LOOKUPS[1]: answer(b'{"detail": "no such image"}', "404 Not Found")}
    with platform(pages) as server, pytest.raises(ChutesError, match="no such image"):
        await call(server, "chutes.deploy", BODY)
    assert len(server.requests) == 2


@pytest.mark.parametrize("name", ["chutes.deploy", "chutes.create"])
async def test_the_fee_and_its_whole_text_are_in_the_error(call: Both, name: str) -> None:
    text = "There is a Deployment FEE of $1,234.50 for this chute, and $2 for the next. " + "Read on. " * 400
    refusal = answer(json.dumps({"detail": text}).encode(), "402 Payment Required")
    needed = {"filename": "f", "ref_str": "f:c", "node_selector": {"gpu_count": 1}}
    with platform(world(NONE, refusal)) as server, pytest.raises(PaymentRequiredError) as caught:
        await call(server, name, **BODY, **needed)
    assert caught.value.fee == 1234.5 and caught.value.message == text.strip()


async def test_other_payments_have_no_fee(call: Both) -> None:
    refusal = answer(b'{"detail": "Account balance is $0.00"}', "402 Payment Required")
    with platform({"GET /users/me": refusal}) as server, pytest.raises(PaymentRequiredError) as caught:
        await call(server, "users.me")
    assert caught.value.fee is None


# ---- waiting until hot -------------------------------------------------------------------------------------------------

WARMUP = "GET /chutes/warmup/alice/echo"


async def test_a_warm_up_that_breaks_is_followed_again(call: Both) -> None:
    seen: list[Any] = []
    broken, whole = chunked(COLD, end=False), chunked(COLD, HOT)
    with platform({WARMUP: [broken, whole]}) as server:
        state = await call(server, "chutes.wait_ready", "alice/echo", on_progress=seen.append)
    assert state.status == "hot" and [event.status for event in seen] == ["cold", "cold", "hot"]
    assert asked(server) == [WARMUP] * 2


async def test_a_chute_that_was_named_by_its_id_is_told_by_it(call: Both) -> None:
    with platform({f"GET /chutes/warmup/{CHUTE}": chunked(HOT)}) as server:
        state = await call(server, "chutes.wait_ready", CHUTE)
    assert state.to_dict() == {"chute_id": CHUTE, "status": "hot"}


async def test_breaks_until_the_time_is_over_are_a_time_out_in_the_same_words(call: Both) -> None:
    with platform({WARMUP: chunked(COLD, end=False)}) as server, pytest.raises(APITimeoutError, match="did not get hot"):
        await call(server, "chutes.wait_ready", "alice/echo", timeout=1.0)
    assert len(server.requests) > 1 and sum(call.clock.sleeps) == pytest.approx(1.0)


async def test_the_end_without_hot_is_a_time_out(call: Both) -> None:
    with platform({WARMUP: chunked(COLD)}) as server, pytest.raises(APITimeoutError, match="did not get hot"):
        await call(server, "chutes.wait_ready", "alice/echo")
    assert len(server.requests) == 1


async def test_asking_stops_at_the_time_out(call: Both) -> None:
    with platform({WARMUP: answer(b'{"status": "cold"}')}) as server, pytest.raises(APITimeoutError):
        await call(server, "chutes.wait_ready", "alice/echo", timeout=5, poll_interval=2)
    assert asked(server) == [f"{WARMUP}?quick=true"] * 3 and call.clock.sleeps == [2, 2, 1]


async def test_a_disabled_chute_is_not_waited_for(call: Both) -> None:
    refusal = answer(b'{"detail": "This chute is currently disabled"}', "503 Service Unavailable")
    with platform({WARMUP: refusal}) as server, pytest.raises(ChutesError) as caught:
        await call(server, "chutes.wait_ready", "alice/echo")
    assert caught.value.kind == "disabled" and len(server.requests) == 1


# ---- builds ------------------------------------------------------------------------------------------------------------

LOGS, GET_IMAGE = "GET /images/i/logs", "GET /images/i"


def line(text: str, offset: str) -> bytes:
    return b"data: " + json.dumps({"log": {"log_type": "stdout", "log": text}, "offset": offset}).encode() + b"\n"


async def test_a_build_is_uploaded_once_and_its_log_resumed(call: Both) -> None:
    pages: dict[str, bytes | list[bytes]] = {
        "GET /users/me": ME,
        "POST /images/": answer(b'{"image_id": "i"}'),
        LOGS: [chunked(line("one", "1-0"), end=False), chunked(b".\n", line("two", "2-0"), b"DONE")],
        GET_IMAGE: [answer(b'{"image_id": "i", "status": "building"}'), answer(b'{"image_id": "i", "status": "built and pushed"}')],
    }
    seen: list[str] = []
    with platform(pages) as server:
        image = await call(
            server,
            "container_images.build",
            name="tools",
            tag="1.0",
            dockerfile="FROM x\n",
            on_log=lambda record: seen.append(record.log),
        )
    assert image.status == "built and pushed" and seen == ["one", "two"]
    assert asked(server) == ["GET /users/me", "POST /images/", LOGS, f"{LOGS}?offset=1-0", GET_IMAGE, GET_IMAGE]
    assert re.findall(rb'name="(\w+)"', server.requests[1]) == [
        b"wait", b"build_context", b"username", b"name", b"readme", b"logo_id", b"tag", b"dockerfile", b"image", b"public",
    ]  # fmt: skip
    assert b"chutes-client-" + b"0" * 32 in server.requests[1], "the boundary is of the random source that was given"


async def test_a_log_that_breaks_on_and_on_is_given_up(call: Both) -> None:
    with platform({LOGS: chunked(b".\n", end=False)}) as server, pytest.raises(StreamInterruptedError):
        await call(server, "container_images.wait_built", "i")
    assert asked(server) == [LOGS] * 6


async def test_a_build_is_not_waited_for_longer_than_asked(call: Both) -> None:
    image = answer(b'{"image_id": "i", "status": "building"}')
    with platform({LOGS: chunked(b"DONE"), GET_IMAGE: image}) as server, pytest.raises(APITimeoutError, match="see wait_built"):
        await call(server, "container_images.wait_built", "i", timeout=7)
    assert asked(server) == [LOGS, GET_IMAGE, GET_IMAGE, GET_IMAGE] and call.clock.sleeps == [5, 2]


async def test_a_failed_build_is_an_error_with_its_words(call: Both) -> None:
    image = answer(b'{"image_id": "i", "status": "error: no space left"}')
    with platform({LOGS: chunked(b"DONE"), GET_IMAGE: image}) as server, pytest.raises(StreamError, match="no space left"):
        await call(server, "container_images.wait_built", "i")
    assert asked(server) == [LOGS, GET_IMAGE]


async def test_a_build_need_not_be_waited_for(call: Both) -> None:
    with platform({"POST /images/": answer(b'{"image_id": "i"}')}) as server:
        made = await call(
            server, "container_images.build", name="t", tag="1", dockerfile="FROM x\n", username="alice", readme="", wait=False
        )
    assert made.image_id == "i" and asked(server) == ["POST /images/"]
    assert b'name="readme"\r\n\r\nt:1\r\n' in server.requests[0]


# ---- jobs --------------------------------------------------------------------------------------------------------------


async def test_a_job_of_a_name_is_looked_up_and_started_once(call: Both) -> None:
    pages = {"GET /chutes/alice/echo": there(), f"POST /jobs/{CHUTE}/train": [answer(b"{}", "503 Busy"), run_of()]}
    with platform(pages) as server, pytest.raises(UnavailableError):
        await call(server, "jobs.create", "alice/echo", "train", {"epochs": 1}, epochs=2, disk_gb=50)
    assert asked(server) == ["GET /chutes/alice/echo", f"POST /jobs/{CHUTE}/train"]
    assert json.loads(server.requests[1].partition(b"\r\n\r\n")[2]) == {"epochs": 2, "_disk_gb": 50}


@pytest.mark.parametrize("disk", [10, 1000, -1, float("nan")])
async def test_a_disk_of_another_size_is_refused_before_anything_is_sent(call: Both, disk: float) -> None:
    with platform({}) as server, pytest.raises(ConfigError, match="disk_gb"):
        await call(server, "jobs.create", CHUTE, "train", disk_gb=disk)
    assert server.requests == []


async def test_a_run_is_waited_for_however_it_ends(call: Both) -> None:
    ended = run_of(active=False, finished_at="2026-05-01T00:00:00", status="error", result={"status": "partial_failure"})
    states: list[str] = []
    with platform({"GET /jobs/j": [run_of(), run_of(active=True), ended]}) as server:
        run = await call(server, "jobs.wait", "j", on_progress=lambda run: states.append(job_state(run)))
    assert states == ["queued", "running", "partial_failure"] and run.status == "error" and call.clock.sleeps == [5, 5]
    assert len(server.requests) == 3


async def test_a_run_is_not_waited_for_longer_than_asked(call: Both) -> None:
    with platform({"GET /jobs/j": run_of()}) as server, pytest.raises(APITimeoutError, match="it goes on"):
        await call(server, "jobs.wait", "j", timeout=7)
    assert call.clock.sleeps == [5, 2] and len(server.requests) == 3


async def test_a_file_of_a_run_is_there_whole_or_not_at_all(call: Both, tmp_path: Path) -> None:
    data = bytes(200_000)
    route = "GET /jobs/j/download/f"
    whole = answer(data, "200 OK", 'content-disposition: attachment; filename="../a/b.bin"', kind="application/octet-stream")
    told: list[tuple[int, int | None]] = []
    with platform({route: whole}) as server:
        path = await call(server, "jobs.download", "j", "f", tmp_path, on_progress=lambda *now: told.append(now))
    assert path == tmp_path / "b.bin" and path.read_bytes() == data
    assert told[-1] == (200_000, 200_000) and len(told) >= 4
    cut = chunked(b"half", kind="application/octet-stream", end=False)
    with platform({route: cut}) as server, pytest.raises(ChutesError):
        await call(server, "jobs.download", "j", "f", tmp_path / "c.bin")
    assert sorted(found.name for found in tmp_path.iterdir()) == ["b.bin"]
    with platform({}) as server, pytest.raises(ConfigError, match="no folder"):
        await call(server, "jobs.download", "j", "f", tmp_path / "none" / "c.bin")
    assert server.requests == []

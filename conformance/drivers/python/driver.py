"""The driver of both Python columns: `driver.py --variant sync` and `--variant async`. See PROTOCOL.md.

Every call of the sync column runs in a thread of its own, every call of the async column in a task. What a call does is written
once, in `ops.py`, as coroutines: the sync column steps through them, since nothing in them ever waits for a loop there.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ctypes
import gc
import json
import os
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from typing import Any

import chutes_client
import ops
from chutes_client.testing import VirtualClock
from credentials import auth_of

CONCURRENCY = 1024
_NAMED = (chutes_client.Chutes, chutes_client.AsyncChutes)  # imported when first named; a call is not to pay for that
HOOKS = ("before_attempt", "after_attempt", "on_retry", "on_stream_end")
_DURATIONS = ("timeout", "connect_timeout", "first_byte_timeout", "idle_timeout", "deadline")
_PLAIN = ("max_retries", "ca_pem", "on_restart", "headers", "via", "ready", "retry_budget", "rate_limit_per_minute", "max_concurrency",
          "max_event_bytes")  # fmt: skip


def client_options(given: dict[str, Any]) -> dict[str, Any]:
    """The `client` and `options` objects of a call in the words of the client."""
    made = {name: given[name] for name in (*_PLAIN, "extra_headers", "extra_query", "extra_body") if name in given}
    for name in _DURATIONS:
        if f"{name}_ms" in given:
            value = given[f"{name}_ms"]
            made[name] = None if value is None else value / 1000
    return made


class Session:
    """A client and the clock it runs on."""

    def __init__(self, call: dict[str, Any], variant: str) -> None:
        self.clock: VirtualClock | None = None
        self.run: Any = None
        self.variant = variant
        self.apps: list[Any] = []
        self.handles: dict[str, Any] = {}
        options = client_options(call.get("client") or {})
        auth = call.get("auth") or {}
        if auth.get("api_key") is not None and auth.get("mode") != "none":
            options["api_key"] = auth["api_key"]
        if auth.get("mode") in ("bearer", "x-api-key"):
            options["auth"] = auth["mode"]
        if call.get("base_url") is not None:
            options["base_url"] = call["base_url"]
        if call.get("endpoints") is not None:
            options["endpoints"] = chutes_client.Endpoints(**call["endpoints"])
        if call.get("clock") == "virtual":
            self.clock = VirtualClock(None if call.get("now_ms") is None else call["now_ms"] / 1000)
            options["seam"] = self.clock.seam(call.get("random"))
        self.shared = {name: options[name] for name in ("endpoints", "base_url", "seam") if name in options}
        made = auth_of(auth, self.oauth, self.clock.now if self.clock else time.time, self.tell)
        if made is not None:
            options["auth"] = made
        if call.get("hooks"):
            options["hooks"] = chutes_client.Hooks(*(self.hook(name) for name in HOOKS))
        kind = chutes_client.Chutes if variant == "sync" else chutes_client.AsyncChutes
        self.client: Any = kind(**options)

    def oauth(self, *given: Any) -> Any:
        """An app on the hosts and the clock of this session; it is closed with it."""
        from chutes_client import oauth

        made: Any = (oauth.OAuth if self.variant == "sync" else oauth.AsyncOAuth)(*given, **self.shared)
        self.apps.append(made)
        return made

    def hook(self, name: str) -> Any:
        """A hook that reports what it is told in the run of the moment."""

        def hook(info: Any) -> None:
            self.run.hooked.append({"hook": name, **ops.hook_fields(name, info)})
            if self.run.call["hooks"] == "fail":
                raise RuntimeError("the hook failed")

        return hook

    def tell(self, token: Any) -> None:
        """Reports a new token in the run of the moment."""
        self.run.see("token", access_token=token.access_token, refresh_token=token.refresh_token)

    def derived(self, given: dict[str, Any]) -> Session:
        """This session on a client that its own one makes with other settings."""
        made = copy(self)
        made.client, made.handles = self.client.with_options(**client_options(given)), {}
        return made

    async def close(self) -> None:
        for one in (self.client, *self.apps):
            await ops.settle(one.close() if self.variant == "sync" else one.aclose())

    def sleeps(self, since: int) -> list[float]:
        return [] if self.clock is None else [round(1000 * seconds, 6) for seconds in self.clock.sleeps[since:]]


class Driver:
    """Reads requests, plays them, writes answers."""

    def __init__(self, variant: str) -> None:
        self.variant = variant
        self.sessions: dict[str, Session] = {}
        self.lock = threading.Lock()

    def write(self, answer: dict[str, Any]) -> None:
        line = json.dumps(answer, ensure_ascii=True, default=str)
        with self.lock:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()

    def hello(self, seq: int) -> dict[str, Any]:
        capabilities = ["virtual-clock"] + (["async-cancel"] if self.variant == "async" else [])
        name, version = "chutes-client-python", chutes_client.__version__
        return {"seq": seq, "sdk": name, "version": version, "variant": self.variant, "concurrency": CONCURRENCY,
                "capabilities": capabilities}  # fmt: skip

    def census(self, seq: int) -> dict[str, Any]:
        """What is alive now: threads or tasks, and blocks of memory, once garbage is gone and given back."""
        gc.collect()
        with contextlib.suppress(AttributeError, OSError, TypeError):  # glibc alone keeps what its many arenas have free
            ctypes.CDLL(None).malloc_trim(0)
        tasks = threading.active_count() if self.variant == "sync" else len(asyncio.all_tasks())
        return {"seq": seq, "obs": [], "final": {"tasks": tasks, "heap": sys.getallocatedblocks(), "unit": "blocks"}}

    def make(self, call: dict[str, Any]) -> Session:
        """The session of a call, made under its environment. Nothing else is open while the environment differs."""
        name = call.get("session")
        with self.lock:
            if name in self.sessions:
                return self.sessions[name]
            before = dict(os.environ)
            for variable in [v for v in os.environ if v.startswith("CHUTES_")]:
                del os.environ[variable]
            os.environ.update(call.get("env") or {})
            try:
                session = Session(call, self.variant)
            finally:
                os.environ.clear()
                os.environ.update(before)
            if name is not None:
                self.sessions[name] = session
            return session

    async def play(self, call: dict[str, Any]) -> None:
        """Plays one call and writes its answer, whatever happens."""
        answer: dict[str, Any] = {"seq": call["seq"]}
        began = time.monotonic()
        try:
            answer.update(await self.answer(call))
        except ops.Skip as skip:
            answer["skip"] = str(skip)
        except Exception:
            answer["driver_error"] = traceback.format_exc()
        if "runs" not in answer:
            answer.setdefault("elapsed_ms", 1000 * (time.monotonic() - began))
        self.write(answer)

    async def answer(self, call: dict[str, Any]) -> dict[str, Any]:
        began = time.monotonic()
        if call["op"] == "sse.decode":
            run = ops.Run(call, None, began, self.variant)
            run.decode()
            return run.answer()
        try:
            session = kept = self.make(call)
            if "with_options" in call:
                session = kept.derived(call["with_options"])
        except chutes_client.ChutesError as error:
            return {"obs": [], "final": None, "error": ops.error_object(error), "elapsed_ms": 1000 * (time.monotonic() - began)}
        try:
            if call.get("repeat", 1) > 1:
                return {"runs": [await self.one(call, session) for _ in range(call["repeat"])]}
            if call.get("parallel", 1) > 1:
                return {"runs": await self.several(call, session, call["parallel"])}
            return await self.one(call, session)
        finally:
            if call.get("session") is None:
                await kept.close()

    async def one(self, call: dict[str, Any], session: Session) -> dict[str, Any]:
        since = len(session.clock.sleeps) if session.clock else 0
        run = session.run = ops.Run(call, session.client, time.monotonic(), self.variant)
        run.session = session
        await run.play(client_options(call.get("options") or {}))
        answer = run.answer()
        if session.clock is not None:
            answer["sleeps_ms"] = session.sleeps(since)
        return answer

    async def several(self, call: dict[str, Any], session: Session, count: int) -> list[dict[str, Any]]:
        if self.variant == "async":
            return list(await asyncio.gather(*(self.one(call, session) for _ in range(count))))
        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(lambda _: ops.step(self.one(call, session)), range(count)))

    async def drop(self, request: dict[str, Any]) -> None:
        session = self.sessions.pop(request.get("session", ""), None)
        if session is not None:
            await session.close()
        self.write({"seq": request["seq"]})


def run_sync(driver: Driver) -> None:
    for line in sys.stdin:
        request = json.loads(line)
        if request["cmd"] == "hello":
            driver.write(driver.hello(request["seq"]))
        elif request["cmd"] == "census":
            driver.write(driver.census(request["seq"]))
        elif request["cmd"] == "drop":
            ops.step(driver.drop(request))
        else:
            threading.Thread(target=ops.step, args=(driver.play(request),)).start()


async def run_async(driver: Driver) -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=1 << 28)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    tasks: set[asyncio.Task[None]] = set()
    while line := await reader.readline():
        request = json.loads(line)
        if request["cmd"] == "hello":
            driver.write(driver.hello(request["seq"]))
        elif request["cmd"] == "census":
            driver.write(driver.census(request["seq"]))
        elif request["cmd"] == "drop":
            await driver.drop(request)
        else:
            task = asyncio.create_task(driver.play(request))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--variant", choices=("sync", "async"), required=True)
    chosen = Driver(parser.parse_args().variant)
    if chosen.variant == "sync":
        run_sync(chosen)
    else:
        asyncio.run(run_async(chosen))

"""One column's soak: a warm-up, the long round, and the counts before, between and after."""

from __future__ import annotations

import asyncio
import itertools
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..columns import Column
from ..driver import Driver, DriverError
from . import census
from .account import Account
from .census import Census
from .plan import Pace, draw
from .server import Server

ASK_S = 180.0  # no stream takes so long; a call without an answer by then hangs
CLOSED_S = 5.0  # by then the server must have seen the end of a connection that its caller left
CHECKPOINTS = 20
KEY = "cpk_test_soak"


@dataclass(frozen=True)
class Options:
    """`streams` open at a time for `seconds`, after a warm-up of `warm_up` seconds; a restart of the server every `restart` seconds."""

    streams: int = 1000
    seconds: float = 600
    warm_up: float = 20
    restart: float = 45
    seed: int = 1
    pace: Pace = field(default_factory=lambda: Pace(token_ms=500, tokens=60, patience_ms=5000))


SHORT = Options(streams=100, seconds=5, warm_up=3, restart=2.5, pace=Pace(token_ms=50, tokens=30, patience_ms=2000))


@dataclass
class Result:
    """What came of one column; it passed if `problems` is empty."""

    column: str
    account: Account = field(default_factory=Account)
    before: Census | None = None
    warm: Census | None = None
    after: Census | None = None
    samples: list[Census] = field(default_factory=list)
    open_least: int = 0  # calls open at the checkpoints
    restarts: int = 0
    closing: list[float] = field(default_factory=list)  # seconds from an early leave's answer to the end of its connection
    sent: int = 0
    requests: int = 0
    seconds: float = 0
    problems: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        a = self.account
        late = sorted(self.closing)
        return {
            "column": self.column, "seconds": round(self.seconds, 1), "streams": a.streams, "requests": self.requests, "restarts": self.restarts,
            "open_least": self.open_least, "outcomes": dict(sorted(a.outcomes.items())), "wrong": a.wrong,
            "tokens": {"sent": self.sent, "received": a.received, "unread_after_leaving": a.unread, "destroyed_by_reset": a.reset},
            "closed_ms": {"p50": _at(late, 0.5), "p99": _at(late, 0.99), "max": _at(late, 1)},
            **{name: c.to_json() for name in ("before", "warm", "after") if (c := getattr(self, name))},
            "under_load": [s.to_json() for s in self.samples], "problems": self.problems,
        }


def _at(values: list[float], share: float) -> float | None:
    return round(1000 * values[min(len(values) - 1, int(share * len(values)))], 1) if values else None


class Rig:
    """One driver, one server, one client that all calls share."""

    def __init__(self, column: Column, options: Options) -> None:
        self.options = options
        self.driver = Driver(column, checked=False)
        self.server = Server(options.pace)
        self.result = Result(column.name)
        self.cancels = False
        self.open = 0
        self.leaving: set[asyncio.Task[None]] = set()
        self._numbers = itertools.count(1)

    async def run(self) -> Result:
        began = time.monotonic()
        result = self.result
        await self.server.open()
        try:
            await self.driver.start()
            # The reference client cancels all calls of a client at once, so it is only left from inside.
            self.cancels = self.driver.column.kind == "ours" and "async-cancel" in self.driver.hello.get("capabilities", [])
            result.before = await self.count()
            await self.round("warm-up", self.options.warm_up)
            result.warm = await self.count()
            result.account.complaints += [f"after the warm-up {text}" for text in census.left_behind(result.before, result.warm) if "sockets" in text]
            watch = asyncio.create_task(self.watch(time.monotonic() + self.options.seconds))
            await self.round("main", self.options.seconds)
            await watch
            result.after = await self.count()
            result.problems += [*census.left_behind(result.warm, result.after), *census.growing(result.samples)]
        except DriverError as exc:
            result.problems.append(f"{exc.verdict}: {exc}")
        finally:
            await self.driver.stop()
            await self.server.close()
        ledger = self.server.ledger
        result.problems += [*result.account.complaints[:10], *ledger.problems[:5]]
        result.sent, result.requests, result.restarts = ledger.sent, ledger.requests, len(ledger.windows)
        result.seconds = time.monotonic() - began
        return result

    async def round(self, session: str, seconds: float) -> None:
        """Keeps that many streams open for so long, lets them all end, and drops the client."""
        until = time.monotonic() + seconds
        restarts = asyncio.create_task(self.restarts(until))
        await asyncio.gather(*(self.caller(session, until) for _ in range(self.options.streams)))
        await restarts
        await asyncio.gather(*self.leaving)  # first: the end of the client closes what its streams have not
        await self.driver.ask({"cmd": "drop", "session": session}, ASK_S)

    async def restarts(self, until: float) -> None:
        """One in the middle of a short round, else regularly."""
        pause = min(self.options.restart, (until - time.monotonic()) / 2)
        while time.monotonic() + pause < until:
            await asyncio.sleep(pause)
            await self.server.restart()

    async def caller(self, session: str, until: float) -> None:
        while time.monotonic() < until:
            await self.call(session)

    async def call(self, session: str) -> None:
        server, pace = self.server, self.options.pace
        plan = draw(next(self._numbers), self.options.seed, pace, self.cancels)
        server.plans[plan.number] = plan
        call = plan.call(session, pace)
        base = f"http://127.0.0.1:{server.port}"
        call |= {"endpoints": {"api": base, "llm": f"{base}/v1", "image": base, "embed": base, "chute": base + "/{slug}"},
                 "auth": {"api_key": KEY, "mode": "bearer"}}
        began = time.monotonic()
        self.open += 1
        try:
            answer = await self.driver.ask(call, ASK_S)
        finally:
            self.open -= 1
        ended = time.monotonic()
        attempts = server.ledger.attempts.get(plan.number, [])
        self.result.account.settle(plan, attempts, answer, (began, ended), server.ledger.windows)
        task = asyncio.create_task(self.leave(plan.number, ended))
        self.leaving.add(task)
        task.add_done_callback(self.leaving.discard)

    async def leave(self, number: int, ended: float) -> None:
        """Waits until the server has seen the end of every attempt of a call that is over, then forgets it."""
        attempts = self.server.ledger.attempts.get(number, [])
        while any(a.end is None for a in attempts) and time.monotonic() < ended + CLOSED_S:
            await asyncio.sleep(0.02)
        for attempt in attempts:
            if attempt.end is None:
                attempt.end = "never"
                self.result.account.wrong += 1
                if len(self.result.account.complaints) < 50:
                    ending = self.server.plans[number].ending
                    self.result.account.complaints.append(f"stream {number} ({ending}): its connection is open {CLOSED_S:.0f} s after its end")
            elif attempt.end == "client":
                self.result.closing.append(max(0.0, attempt.ended - ended))
        self.server.ledger.attempts.pop(number, None)
        self.server.plans.pop(number, None)

    async def watch(self, until: float) -> None:
        """Samples of the process under load."""
        pause = self.options.seconds / (CHECKPOINTS + 1)
        while time.monotonic() + pause < until:
            await asyncio.sleep(pause)
            self.result.samples.append(census.outside(self.driver.pid))
            self.result.open_least = min(self.open, self.result.open_least or self.open)

    async def count(self) -> Census:
        """A count with nothing open. What ends by itself gets a moment to do so; memory is counted last."""
        for _ in range(20):
            answer = await self.driver.ask({"cmd": "census"}, ASK_S)
            made = census.whole(self.driver.pid, answer)
            level = self.result.warm or self.result.before
            if level is None or made.sockets <= level.sockets and (level is self.result.before or not census.left_behind(level, made)):
                break
            await asyncio.sleep(0.25)
        return made


async def soak(column: Column, options: Options) -> Result:
    """The soak of one column."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    need = 2 * options.streams + 200
    if soft < need:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(need, hard), hard))
    return await Rig(column, options).run()


async def several(columns: Sequence[Column], options: Options, at_once: int, done: Callable[[Result], None]) -> list[Result]:
    """The soak of some columns, so many at a time."""
    gate = asyncio.Semaphore(at_once)

    async def one(column: Column) -> Result:
        async with gate:
            result = await soak(column, options)
            done(result)
            return result

    return list(await asyncio.gather(*(one(c) for c in columns)))


def show(result: Result) -> str:
    """A few lines for a person."""
    a, figures = result.account, result.to_json()
    closed = figures["closed_ms"]
    lines = [f"{result.column}: {'FAILED' if result.problems else 'ok'}, {a.streams} streams in {result.seconds:.0f} s, {result.restarts} restarts, at least {result.open_least} open",
             f"  tokens    {result.sent} sent, {a.received} received, {a.unread} unread after leaving, {a.reset} destroyed by resets, {a.wrong} streams wrong",
             f"  closed    p50 {closed['p50']} ms, p99 {closed['p99']} ms, at most {closed['max']} ms after an early end"]
    lines += [f"  {name:9} {c}" for name in ("before", "warm", "after") if (c := getattr(result, name))]
    if result.samples:
        lines.append(f"  load      {result.samples[-1]}")
    return "\n".join(lines + [f"  PROBLEM   {text}" for text in result.problems])

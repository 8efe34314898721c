"""Play cases against columns: tokens, drivers, deadlines, settling, verdicts."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime
import gc
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import baseline as baselines
from . import canary
from .columns import Column
from .driver import Driver, DriverError, repro
from .judge import judge, judge_log, to_be_closed
from .library import Case
from .result import Cell, ColumnInfo, Run
from .server import Journal, MockServer

LATE_S = 0.05  # a script that the server plays later than this proves nothing against a client
PLAYS = 4  # of one case in one column, where somebody else spoils them
GRACE_S = 0.5  # added to a case's deadline before its driver is ended
KEPT_ANSWER = 256 * 1024  # characters of an answer kept for reports
STOPPING = ("fail", "hang", "crash", "warn", "harness-error")  # verdicts that end a column early with `fail_fast`


class Lane:
    """Drivers of one column: restarted after a hang, shared up to their concurrency."""

    def __init__(self, column: Column, jobs: int) -> None:
        self.column, self.jobs = column, jobs
        self.info = ColumnInfo(column.name, column.kind, decides=column.decides)
        self._driver: Driver | None = None
        self._lock = asyncio.Lock()
        self._slots = asyncio.Semaphore(1)
        self._width = 1
        self._exclusive = asyncio.Lock()

    async def driver(self) -> Driver:
        async with self._lock:
            if self._driver is None or not self._driver.alive:
                if self._driver is not None:
                    await self._driver.stop()
                self._driver = Driver(self.column)
                await self._driver.start()
            return self._driver

    async def open(self) -> None:
        """Start the first driver and read what it says about itself."""
        driver = await self.driver()
        hello = driver.hello
        self._width = max(1, min(self.jobs, int(hello.get("concurrency", 1))))
        self._slots = asyncio.Semaphore(self._width)
        self.info.sdk, self.info.version = hello.get("sdk", ""), hello.get("version", "")
        self.info.variant = hello.get("variant") or ""
        self.info.capabilities = list(hello.get("capabilities", []))

    async def hold(self, everything: bool) -> Callable[[], None]:
        """Take one slot, or all of them for a call that changes the environment. Returns the release."""
        count = self._width if everything else 1
        async with self._exclusive:
            for _ in range(count):
                await self._slots.acquire()

        def release() -> None:
            for _ in range(count):
                self._slots.release()

        return release

    async def close(self) -> None:
        if self._driver is not None:
            await self._driver.stop()

    async def abandon(self) -> None:
        """End the driver in the middle of whatever it does."""
        if self._driver is not None:
            self._driver.kill(DriverError("crash", "abandoned after a failure"))


@dataclass
class Options:
    root: Path
    baseline: Path | None = None  # folder of the known failures; baseline/ of the root if None
    jobs: int = 8
    oracle: Column | None = None
    complete: bool = False  # every case of the library is played, so stale baseline entries can be told
    fail_fast: bool = False  # a column ends with its first must or should that does not pass; what is not played has no cell
    progress: Callable[[Cell], None] = lambda cell: None
    meta: dict[str, Any] = field(default_factory=dict)


async def run(cases: Sequence[Case], columns: Sequence[Column], options: Options) -> Run:
    """Play every case in every column. The oracle goes first; where it fails, a failure is the harness's."""
    started = time.time()
    order = ([options.oracle] if options.oracle else []) + [c for c in columns if c != options.oracle]
    lanes = [Lane(c, options.jobs) for c in order]
    cells: list[Cell] = []
    problems: list[str] = []
    suspect: set[str] = set()
    guests = [lane for lane in lanes if lane.column.kind == "reference"]
    with MockServer() as server, _no_collector():
        shown: dict[str, list[Cell]] = {}
        for lane in lanes:
            base = baselines.load(options.baseline or options.root / "baseline", lane.column.name)
            gc.collect()
            gc.freeze()  # what is kept for the reports is not looked through again
            if lane in guests and not shown:
                shown = await _play_guests(server, guests, cases, options, suspect)
            played = shown[lane.column.name] if lane in guests else await _play_lane(server, lane, cases, options, suspect)
            if lane.column.kind == "oracle":
                suspect |= {c.case for c in played if c.verdict in ("harness-error", "skip")}
            for cell in played:
                cell.verdict = base.verdict(cell.case, cell.verdict)
                cells.append(cell)
                options.progress(cell)
            problems += base.problems(datetime.date.today(), options.complete)
            if lane.info.problem and (lane.column.decides or lane.column.kind == "oracle"):
                problems.append(f"{lane.column.name}: {lane.info.problem}")
    meta = {**options.meta, "started": started, "seconds": round(time.time() - started, 2), "jobs": options.jobs}
    return Run(meta, [lane.info for lane in lanes], [_case_row(c) for c in cases], cells, problems)


@contextlib.contextmanager
def _no_collector() -> Iterator[None]:
    """No cycles are looked for while a case is played: that holds every thread of this process, the server's too, and longer with each
    result that is kept (0.35 s at a time in the fifth of five columns).
    """
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.enable()


async def _play_guests(
    server: MockServer, guests: Sequence[Lane], cases: Sequence[Case], options: Options, suspect: set[str]
) -> dict[str, list[Cell]]:
    """The cells of the columns that decide nothing. Their timed cases run beside each other: most of that time is spent waiting for
    a guest that hangs, and a guest that is a little late by it is judged with the tolerance that all have.
    """
    quick, timed = [c for c in cases if not c.timing], [c for c in cases if c.timing]
    out = {lane.column.name: await _play_lane(server, lane, quick, options, suspect) for lane in guests}
    for lane, cells in zip(guests, await asyncio.gather(*(_play_lane(server, lane, timed, options, suspect) for lane in guests))):
        out[lane.column.name] += cells
    return out


def _case_row(case: Case) -> dict[str, Any]:
    return {"name": case.name, "title": case.title, "level": case.level, "theme": case.theme,
            "requirements": list(case.requirements), "source": case.source, "tags": list(case.tags),
            "calls": list(case.calls), "server": list(case.server), "expect": case.raw.get("expect", {}),
            "listen": case.listen}


async def _play_lane(
    server: MockServer, lane: Lane, cases: Sequence[Case], options: Options, suspect: set[str]
) -> list[Cell]:
    try:
        await lane.open()
    except DriverError as exc:
        lane.info.problem = str(exc)
        verdict = "harness-error" if lane.column.kind == "oracle" else "crash"
        return [Cell(c.name, lane.column.name, verdict, [str(exc)]) for c in cases]

    async def one(case: Case) -> Cell:
        cell = await play(server, lane, case, options.root)
        if case.name in suspect and cell.verdict in ("fail", "hang", "crash"):
            cell.verdict = "harness-error"
        return cell

    gate = asyncio.Semaphore(options.jobs)

    async def gated(case: Case) -> Cell:
        async with gate:
            return await one(case)

    try:
        tasks = [asyncio.create_task(gated(c)) for c in cases if not c.timing]
        done = await (_until_bad(tasks, lane) if options.fail_fast else asyncio.gather(*tasks))
        for case in (c for c in cases if c.timing):
            if options.fail_fast and any(c.verdict in STOPPING for c in done):
                break
            done.append(await one(case))
        return done
    finally:
        await lane.close()


async def _until_bad(tasks: Sequence[asyncio.Task[Cell]], lane: Lane) -> list[Cell]:
    """The cells up to the first bad one, in the order in which they were due; the rest is given up, and the driver with it."""
    waiting = set(tasks)
    while waiting:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if any(task.result().verdict in STOPPING for task in done):
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            await lane.abandon()
            break
    return [task.result() for task in tasks if not task.cancelled()]


async def play(server: MockServer, lane: Lane, case: Case, root: Path) -> Cell:
    """Play one case in one column and judge it. What proves nothing is played again: a call that lost its driver to a neighbour,
    a failure while the server itself stood still.
    """
    cell = Cell(case.name, lane.column.name, "pass", repro=repro(root, case.name, lane.column.name))
    missing = [r for r in case.requires if r not in lane.info.capabilities]
    if missing:
        reason = lane.column.not_applicable.get(missing[0])
        cell.verdict = "n/a" if reason else "skip"
        cell.complaints = [reason or f"the driver lacks the capability {missing[0]}"]
        return cell
    if case.listen == "ipv6" and "ipv6" not in server.origins:
        cell.verdict, cell.complaints = "n/a", ["this machine has no IPv6"]
        return cell
    release = await lane.hold(any("env" in c for c in case.calls))
    began = time.monotonic()
    try:
        for left in reversed(range(PLAYS)):
            cell.verdict, cell.answers, cell.complaints = "pass", [], []
            since = time.monotonic()
            if not await _attempt(server, lane, case, cell):
                cell.verdict, cell.complaints = "crash", [f"the driver was lost {PLAYS} times to neighbouring calls"]
            elif cell.verdict != "fail" or not left or server.late_since(since) < LATE_S:
                break
            lane.info.replayed += 1
    finally:
        release()
        cell.ms = round((time.monotonic() - began) * 1000, 1)
    if lane.column.kind == "oracle" and cell.verdict in ("fail", "hang", "crash"):
        cell.verdict = "harness-error"
    elif cell.verdict == "fail" and case.level != "must":
        cell.verdict = "warn" if case.level == "should" else "info"
    cell.answers = [_shorten(a) for a in cell.answers]
    return cell


async def _attempt(server: MockServer, lane: Lane, case: Case, cell: Cell) -> bool:
    """One attempt under a fresh token; False if it must be repeated because of somebody else's hang."""
    token = secrets.token_hex(5)
    key = canary.new_key(token)
    variables = variables_of(server, token, key, case.listen)
    now = next((c["now_ms"] for c in case.calls if c.get("now_ms") is not None), None)
    journal = server.register(token, list(case.server), variables, now)
    started: list[float] = []
    driver: Driver | None = None
    own: Driver | None = None  # a process of its own, where the case is about the environment that it starts in
    try:
        if case.process_env:
            column = lane.column
            own = Driver(dataclasses.replace(column, env={**column.env, **substitute(case.process_env, variables)}))
            await own.start()
        driver = own or await lane.driver()
        for call in case.calls:
            message = request_of(call, case, server, variables, key)
            if call.get("sleep_before_ms"):
                await asyncio.sleep(float(call["sleep_before_ms"]) / 1000)
            started.append(time.monotonic())
            answer = await driver.ask(message, case.deadline_ms / 1000 + GRACE_S)
            cell.answers.append(answer)
            if answer.get("skip") or answer.get("driver_error"):
                break
        await _settle(case, journal)
        if own is not None:
            await asyncio.sleep(0.05)  # its standard error comes by another pipe than its answers
        _verdict(case, cell, journal, started, key, driver)  # before the sessions end: that closes what a client left open
        await _drop_sessions(driver, case, token)
    except DriverError as exc:
        if exc.verdict == "collateral":
            return False
        cell.verdict = "hang" if exc.verdict == "hang" else "crash"
        cell.complaints = [str(exc)]
    finally:
        cell.journal = journal.to_json()
        if own is not None:
            await own.stop()
        if driver is not None:
            cell.stderr = driver.stderr[-4000:].decode("utf-8", "replace").replace(key, "[key]")
        server.forget(token)
    return True


def _verdict(case: Case, cell: Cell, journal: Journal, started: list[float], key: str, driver: Driver) -> None:
    last = cell.answers[-1]
    if last.get("skip"):
        cell.verdict, cell.complaints = "skip", [str(last["skip"])]
        return
    given = case.calls[-1].get("auth", {}).get("api_key")
    if last.get("driver_error"):
        cell.complaints = [f"driver: {last['driver_error']}"]
    else:
        try:
            cell.complaints = judge(case, cell.answers, journal, started, given or key) + judge_log(case, bytes(driver.stderr))
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as exc:  # one odd answer ends no run
            cell.complaints = [f"the client's answer cannot be judged: {type(exc).__name__}: {exc}"]
    planted = canary.planted(case.calls, key)
    cell.complaints += canary.leaks(planted, cell.answers, bytes(driver.stderr))
    cell.complaints += canary.abroad(planted, case.calls, journal)
    if journal.problems:
        cell.verdict, cell.complaints = "harness-error", list(journal.problems)
    elif cell.complaints:
        cell.verdict = "fail"


def variables_of(server: MockServer, token: str, key: str, listen: str) -> dict[str, str]:
    """What `${…}` stands for in this attempt."""
    return {"BASE": server.base(token, listen), "OTHER": server.base(token, "other"), "TLS": server.base(token, "tls"),
            "PLAIN": server.base(token), "PROXY": server.origins["proxy"], "TLSPORT": server.origins["tls"].rpartition(":")[2],
            "PLAINPORT": server.origins["plain"].rpartition(":")[2],
            "REFUSED": server.origins["refused"], "BLACKHOLE": server.origins["blackhole"],
            "KEY": key, "TOKEN": token}


def request_of(
    call: dict[str, Any], case: Case, server: MockServer, variables: dict[str, str], key: str
) -> dict[str, Any]:
    """The protocol message of a call: endpoints, key and CA filled in."""
    message = {k: v for k, v in substitute(call, variables).items() if k != "sleep_before_ms"}
    if message.get("session"):
        message["session"] = f"{variables['TOKEN']}-{message['session']}"
    else:
        message.pop("session", None)
    if message["op"] != "sse.decode":
        base = variables["BASE"]
        if message.get("endpoints", ...) is None:
            del message["endpoints"]
        elif "endpoints" not in message and "base_url" not in message:
            message["endpoints"] = {"api": f"{base}/api", "llm": f"{base}/llm/v1", "image": f"{base}/image",
                                    "embed": f"{base}/embed", "chute": base + "/chute/{slug}"}
        auth = {"mode": "bearer", **message.get("auth", {})}
        if auth["mode"] != "none":
            auth.setdefault("api_key", key)
        message["auth"] = auth
        if case.listen in ("tls", "tls-wrong-name", "tls-expired"):
            message["client"] = {"ca_pem": server.authority.pem, **message.get("client", {})}
    return {"cmd": "call", "case": case.name, **message}


def substitute(value: Any, variables: dict[str, str]) -> Any:
    if isinstance(value, str) and "${" in value:
        for name, text in variables.items():
            value = value.replace("${" + name + "}", text)
        return value
    if isinstance(value, dict):
        return {k: substitute(v, variables) for k, v in value.items()}
    if isinstance(value, list):
        return [substitute(v, variables) for v in value]
    return value


async def _settle(case: Case, journal: Journal) -> None:
    """Wait for what the server is still to see: a close that is due, or requests that must not come."""
    expect = case.server_expect
    closing = expect.get("client_closed")
    limit = 0.0
    if isinstance(closing, dict):
        limit = float(closing["within_ms"]) / 1000 + 0.2
    ends = time.monotonic() + limit
    while time.monotonic() < ends:
        chosen = to_be_closed(closing, journal.requests)
        if chosen and all(r.client_closed for r in chosen):
            break
        await asyncio.sleep(0.005)
    # A request already on its way must still be counted.
    await asyncio.sleep(0.3 if expect.get("idle_after") or closing is False else 0.01)


async def _drop_sessions(driver: Driver, case: Case, token: str) -> None:
    for name in {c["session"] for c in case.calls if c.get("session")}:
        await driver.ask({"cmd": "drop", "session": f"{token}-{name}"}, 10)


def _shorten(answer: dict[str, Any]) -> dict[str, Any]:
    """Reports keep the first observations of a long answer only."""
    out = dict(answer)
    if len(out.get("obs") or []) > 60:
        out["obs"] = [*out["obs"][:50], {"t": 0, "k": f"… {len(answer['obs']) - 50} more"}]
    if len(str(out)) > KEPT_ANSWER:
        out = {k: v for k, v in out.items() if k in ("seq", "elapsed_ms", "sleeps_ms")} | {"shortened": str(answer)[:2000]}
    return out

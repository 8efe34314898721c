"""Plays one stream through every column and compares what came out."""

from __future__ import annotations

import asyncio
import base64
import random
import re
import secrets
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import canary
from ..columns import Column
from ..driver import Driver, DriverError
from ..library import Case
from ..runner import request_of, variables_of
from ..server import MockServer
from . import corpus, grammar

AT_ONCE = 16
DEADLINE_S = 20.0
SHOWN = 20  # disagreements kept; the first says enough


@dataclass
class Disagreement:
    """One stream, cut so, that a column reads in another way than the reference."""

    kind: str
    name: str
    column: str
    data: bytes
    cuts: tuple[int, ...]
    expected: Any
    got: Any
    saved: Path | None = None

    def __str__(self) -> str:
        where = f"\n  kept as {self.saved.name}" if self.saved else ""
        return f"{self.kind} {self.name} {self.column}: cut at {list(self.cuts)}{where}\n  bytes     {self.data!r}\n  reference {self.expected}\n  {self.column:9} {self.got}"


@dataclass
class Report:
    streams: int = 0
    plays: int = 0
    seconds: float = 0
    disagreements: list[Disagreement] = field(default_factory=list)


class Bench:
    """The drivers of all columns and the mock server that they call."""

    def __init__(self, server: MockServer, drivers: dict[str, Driver], oracle: str) -> None:
        self.server, self.drivers, self.oracle = server, drivers, oracle
        self.report = Report()
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def results(self, kind: str, data: bytes, cuts: tuple[int, ...]) -> dict[str, Any]:
        """What each column makes of the bytes."""
        play = self._decode if kind == "lines" else self._stream
        async with self._slots:
            names = list(self.drivers)
            found = await asyncio.gather(*(play(name, corpus.parts(data, cuts)) for name in names))
        self.report.plays += len(names)
        return dict(zip(names, found))

    async def compare(self, kind: str, name: str, data: bytes, cuts: tuple[int, ...], expected: Any = None) -> list[Disagreement]:
        """The columns that differ from `expected` (else from the reference under this cut)."""
        results = await self.results(kind, data, cuts)
        truth = results[self.oracle] if expected is None else expected
        return [Disagreement(kind, name, c, data, cuts, truth, got) for c, got in results.items() if got != truth]

    async def _decode(self, name: str, pieces: list[bytes]) -> Any:
        args = {"slices": [base64.b64encode(p).decode() for p in pieces]}
        answer = await self.drivers[name].ask({"cmd": "call", "case": "fuzz", "op": "sse.decode", "args": args}, DEADLINE_S)
        if answer.get("error") or answer.get("driver_error"):
            return {"error": answer.get("driver_error") or answer["error"].get("kind")}
        return [[e["event"], _replaced(e["data"]), _replaced(e.get("id") or "")] for e in answer["final"]["events"]]

    async def _stream(self, name: str, pieces: list[bytes]) -> Any:
        token = secrets.token_hex(5)
        key = canary.new_key(token)
        variables = variables_of(self.server, token, key, "plain")
        self.server.register(token, [{"sse": [{"raw_b64": base64.b64encode(p).decode()} for p in pieces]}], variables, None)
        call = {"op": "chat.stream", "args": {"model": "m", "messages": [{"role": "user", "content": "hi"}]}, "client": {"max_retries": 0}}
        case = Case("fuzz", "", "must", (), "", (), (), (), {})
        try:
            answer = await self.drivers[name].ask(request_of(call, case, self.server, variables, key), DEADLINE_S)
        finally:
            self.server.forget(token)
        return outcome(answer)


def _replaced(text: str) -> str:
    """How many U+FFFD stand for broken bytes differs between decoders, and may; where text cannot hold half of a pair, it stands for that, too."""
    return re.sub("[\ufffd\ud800-\udfff]+", "\ufffd", text)


def outcome(answer: dict[str, Any]) -> dict[str, Any]:
    """What a caller learns of a stream: how it ended, and what had come."""
    error = answer.get("error") or {}
    got = answer.get("final") or error.get("partial") or {}
    choices = {}
    for choice in got.get("choices") or []:
        message = choice.get("message") or {}
        calls = [[c.get("id") or "", (c.get("function") or {}).get("name") or "", (c.get("function") or {}).get("arguments") or ""] for c in message.get("tool_calls") or []]
        said = {k: _replaced(message.get(k) or "") for k in ("role", "content", "reasoning_content", "refusal")}
        choices[choice.get("index") or 0] = {**said, "finish": choice.get("finish_reason") or "", "tools": calls}
    text = "".join(((o["chunk"].get("choices") or [{}])[0].get("delta") or {}).get("content") or "" for o in answer.get("obs") or [] if o.get("k") == "chunk" and not _other(o))
    return {"kind": error.get("kind"), "choices": choices, "usage": (got.get("usage") or {}).get("completion_tokens"), "text": _replaced(text),
            **({"driver": answer["driver_error"]} if answer.get("driver_error") else {})}


def _other(observation: dict[str, Any]) -> bool:
    choices = observation["chunk"].get("choices") or [{}]
    return bool(choices[0].get("index"))


@asynccontextmanager
async def bench(columns: Sequence[Column], oracle: Column) -> AsyncIterator[Bench]:
    """Every driver started; all are ended at the end."""
    drivers = {c.name: Driver(c, checked=False) for c in [oracle, *[c for c in columns if c.name != oracle.name]]}
    with MockServer() as server:
        try:
            await asyncio.gather(*(d.start() for d in drivers.values()))
            yield Bench(server, drivers, oracle.name)
        finally:
            await asyncio.gather(*(d.stop() for d in drivers.values()))


def plans(kind: str, data: bytes, rng: random.Random, every: bool) -> Iterable[tuple[int, ...]]:
    """How a stream is cut: at every byte in turn (else at some), into single bytes, and at random."""
    places = range(1, len(data))
    yield from ((at,) for at in (places if every else sorted(rng.sample(places, min(4, len(places))))))
    if kind == "lines" or every:
        yield tuple(places)
    yield tuple(sorted(rng.sample(places, min(5, len(places)))))


async def fuzz(
    columns: Sequence[Column], oracle: Column, folder: Path, cases: list[Case], seeds: Iterable[int], seconds: float | None = None, every: bool = True, keep: bool = True
) -> Report:
    """The corpus cut at every byte (else at some), then a random stream of each kind per seed until the time is over. What differs is made small and kept."""
    began = time.monotonic()
    async with bench(columns, oracle) as rig:
        for kind, found in (("lines", [*corpus.files(folder, "lines"), *corpus.from_cases(cases)]), ("chat", list(corpus.files(folder, "chat")))):
            for name, data in found:
                await _one(rig, kind, name, data, every, folder if keep else None)
        for seed in seeds:
            if seconds is not None and time.monotonic() - began > seconds:
                break
            for kind, made in (("lines", grammar.lines(seed)), ("chat", grammar.chat(seed))):
                await _one(rig, kind, f"seed-{seed}", made, False, folder if keep else None)
        rig.report.seconds = time.monotonic() - began
        return rig.report


async def _one(rig: Bench, kind: str, name: str, data: bytes, every: bool, folder: Path | None) -> None:
    """All cuts of one stream. The truth is what the reference makes of it whole."""
    if len(rig.report.disagreements) >= SHOWN:
        return
    rig.report.streams += 1
    rng = random.Random(len(data))
    try:
        truth = (await rig.results(kind, data, ()))[rig.oracle]
        cuts = [(), *plans(kind, data, rng, every)]
        found = [d for some in await asyncio.gather(*(rig.compare(kind, name, data, cut, truth) for cut in cuts)) for d in some]
    except DriverError as exc:
        found = [Disagreement(kind, name, "driver", data, (), None, f"{exc.verdict}: {exc}")]
    if not found:
        return
    worst = found[0]
    if folder is not None and worst.column != "driver":
        worst = await _smaller(rig, worst)
        worst.saved = corpus.save(folder, kind, worst.data)
    rig.report.disagreements.append(worst)


async def _smaller(rig: Bench, of: Disagreement) -> Disagreement:
    """The same column's disagreement by fewer bytes, whole or in single bytes: parts are left out while it lasts."""
    data, size = of.data, len(of.data) // 2
    while size:
        at = 0
        while at < len(data):
            shorter = data[:at] + data[at + size :]
            again = await _disagrees(rig, of, shorter) if shorter else None
            if again:
                data, of = shorter, again
            else:
                at += size
        size //= 2
    return of


async def _disagrees(rig: Bench, of: Disagreement, data: bytes) -> Disagreement | None:
    truth = (await rig.results(of.kind, data, ()))[rig.oracle]
    for cuts in ((), tuple(range(1, len(data)))):
        for d in await rig.compare(of.kind, of.name, data, cuts, truth):
            if d.column == of.column:
                return d
    return None

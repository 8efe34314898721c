"""What every Python runner measures: the CPU of this process over the work, after a warm-up, and the wall time.

asyncio is imported only where it is used: a fresh process that blocks needs it for nothing, unless its client does.
"""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Awaitable, Callable
from typing import Any


def cpu_us() -> float:
    """User and system time of this process, microseconds."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return (used.ru_utime + used.ru_stime) * 1e6


def resident_kb() -> float:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1024


def report(units: int, cpu: float, wall: float, **more: Any) -> None:
    """One line on standard output: what one unit of the work cost."""
    print(json.dumps({"cpu_us": cpu / units, "wall_us": wall * 1e6 / units, "units": units, **more}))


def measure(work: Callable[[], int], rounds: int) -> None:
    """Runs the work once to warm up, then so many times; the work returns how many units it did."""
    work()
    cpu, wall, units = cpu_us(), time.perf_counter(), 0
    for _ in range(rounds):
        units += work()
    report(units, cpu_us() - cpu, time.perf_counter() - wall)


async def measure_async(work: Callable[[], Awaitable[int]], rounds: int) -> None:
    """The same for work on the running loop."""
    await work()
    cpu, wall, units = cpu_us(), time.perf_counter(), 0
    for _ in range(rounds):
        units += await work()
    report(units, cpu_us() - cpu, time.perf_counter() - wall)


class Delays:
    """How long after the server's writing each token was there."""

    def __init__(self) -> None:
        self.found: list[float] = []

    def add(self, text: str) -> None:
        self.found.append(time.time() * 1e6 - float(text))

    def quantiles(self) -> dict[str, float]:
        ordered = sorted(self.found)
        return {"p50_us": ordered[len(ordered) // 2], "p99_us": ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]}


async def many(at_once: int, total: int, one: Callable[[], Awaitable[None]]) -> int:
    """`total` calls, `at_once` of them open at any time."""
    import asyncio

    left = iter(range(total))

    async def worker() -> None:
        for _ in left:
            await one()

    await asyncio.gather(*(worker() for _ in range(at_once)))
    return total

"""One work of one client: `run.py WHO WORK URL [CA_FILE]`; prints one JSON line (meter.py). WHO is ours, peer (the OpenAI SDK) or limit, with -async where it matters.

Every runner takes typed results: a chunk is an object of the SDK's class and its text is read, an embedding is taken as the SDK gives it.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import meter

MODEL = "m"
MESSAGES = [{"role": "user", "content": "Tell me something."}]
PER_STREAM = 10_000
PACED = 400
STREAMS, TOKENS = 1000, 20
OPENING = 2.0  # seconds over which the thousand streams are opened


def client(who: str, url: str, ca: str | None) -> Any:
    return importlib.import_module(who.split("-")[0]).make(who, url, ca)


def stream(c: Any, work: str) -> int:
    return sum(1 for _ in c.texts(work))


async def stream_async(c: Any, work: str) -> int:
    count = 0
    async for _ in c.texts(work):
        count += 1
    return count


def paced(c: Any, work: str) -> None:
    """CPU per token, and how late tokens are."""
    for _ in c.texts("paced-50-2"):
        pass
    delays, cpu, wall = meter.Delays(), meter.cpu_us(), meter.time.perf_counter()
    for text in c.texts(work):
        delays.add(text)
    cpu, wall = meter.cpu_us() - cpu, meter.time.perf_counter() - wall
    units = len(delays.found)
    del delays.found[:2]  # the opening is not a delay of tokens
    meter.report(units, cpu, wall, **delays.quantiles())


async def paced_async(c: Any, work: str) -> None:
    async for _ in c.texts("paced-50-2"):
        pass
    delays, cpu, wall = meter.Delays(), meter.cpu_us(), meter.time.perf_counter()
    async for text in c.texts(work):
        delays.add(text)
    cpu, wall = meter.cpu_us() - cpu, meter.time.perf_counter() - wall
    units = len(delays.found)
    del delays.found[:2]  # likewise
    meter.report(units, cpu, wall, **delays.quantiles())


async def thousand(c: Any) -> None:
    """A thousand streams at once, a token every 500 ms each."""
    import asyncio

    await stream_async(c, "one")
    delays, before = meter.Delays(), meter.resident_kb()
    cpu, wall, most = meter.cpu_us(), meter.time.perf_counter(), [before]

    async def one(number: int) -> None:
        await asyncio.sleep(OPENING * number / STREAMS)  # opened one after another, so that tokens do not come in bursts
        own = meter.Delays()
        async for text in c.texts(f"slow-{TOKENS}-500"):
            own.add(text)
        delays.found += own.found[2:]  # the opening is not a delay of tokens

    async def watch() -> None:
        while True:
            await asyncio.sleep(0.5)
            most.append(meter.resident_kb())

    watching = asyncio.ensure_future(watch())
    await asyncio.gather(*(one(i) for i in range(STREAMS)))
    watching.cancel()
    meter.report(STREAMS * TOKENS, meter.cpu_us() - cpu, meter.time.perf_counter() - wall, kb_per_stream=(max(most) - before) / STREAMS, **delays.quantiles())


def sync(c: Any, work: str) -> None:
    if work == "stream":
        meter.measure(lambda: stream(c, f"stream-{PER_STREAM}"), 3)
    elif work == "packed":
        meter.measure(lambda: stream(c, f"packed-{PER_STREAM}"), 3)
    elif work == "paced":
        paced(c, f"paced-{PACED}-2")
    elif work == "first":
        meter.measure(lambda: [stream(c, "one") for _ in range(50)].count(1), 6)
    elif work == "json":
        meter.measure(lambda: [c.answer("json") for _ in range(50)] and 50, 6)
    elif work == "embed":
        meter.measure(lambda: bool(c.embed("embed-1000-1024")), 10)
    elif work == "image":
        meter.measure(lambda: bool(c.image("image-4194304")), 10)
    elif work in ("event-40", "event-32", "event-4"):
        size = int(work.partition("-")[2]) << 20
        meter.measure(lambda: stream(c, f"event-{size}"), 2)
    elif work == "fresh":
        stream(c, "stream-300")
    else:
        raise SystemExit(f"no work {work!r}")


async def asynchronous(c: Any, work: str) -> None:
    if work == "stream":
        await meter.measure_async(lambda: stream_async(c, f"stream-{PER_STREAM}"), 3)
    elif work == "paced":
        await paced_async(c, f"paced-{PACED}-2")
    elif work == "first":

        async def some() -> int:
            return sum([await stream_async(c, "one") for _ in range(50)])

        await meter.measure_async(some, 6)
    elif work.startswith("at-once-"):
        count = int(work.rpartition("-")[2])
        await meter.measure_async(lambda: meter.many(count, 4 * count + 200, lambda: c.answer("json")), 3)
    elif work == "thousand":
        await thousand(c)
    else:
        raise SystemExit(f"no work {work!r}")


def main() -> None:
    who, work, url, *ca = sys.argv[1:]
    made = client(who, url, ca[0] if ca else None)
    if "async" in who:
        import asyncio

        asyncio.run(asynchronous(made, work))
    else:
        sync(made, work)


if __name__ == "__main__":
    main()

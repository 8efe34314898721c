"""Calls every cord through the generated classes: `python call.py REF` prints one line of JSON for each call of expect.json."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from chutes_client import AsyncChutes, Binary, Chutes, ChutesError
from chutes_client.sse import Event
from lie_chute import LieChute
from real_chute import AsyncRealChute, Output, RealChute


@dataclass
class Events:
    all: list[Event]


def listed(events: Iterable[Event]) -> Events:
    return Events(list(events))


CALLS: dict[str, Callable[[RealChute], object]] = {
    "json": lambda real: real.generate(prompt="one two", max_tokens=2, tags=["a"]),
    "json, minimal schema": lambda real: real.minimal(prompt="héllo 🌍"),
    "json, any object": lambda real: real.echo({"a": [1, 2.5, None, True], "b": {"c": "x/y"}}),
    "json, sync function": lambda real: real.sync({"b": 1, "a": 2}),
    "primitive parameters": lambda real: real.simple(text="hi", number=3),
    "dependency not resolved": lambda real: real.protected(token="wrong"),
    "get": lambda real: real.health(),
    "get, array": lambda real: real.listing(),
    "text": lambda real: real.text(prompt="plain"),
    "png": lambda real: real.picture(prompt="x"),
    "wav": lambda real: real.speak(prompt="x"),
    "pdf": lambda real: real.download(),
    "passthrough": lambda real: real.completions({"prompt": "x", "n": 2}),
    "stream": lambda real: listed(real.stream(prompt="one twö")),
    "stream, named events": lambda real: listed(real.sync_stream(prompt="one two")),
    "stream, passthrough": lambda real: listed(real.tokens({"prompt": "one two"})),
    "refused input": lambda real: real.refuse(prompt=" "),
    "stream refused before it begins": lambda real: listed(real.failing_stream(prompt="x")),
    "crash": lambda real: real.crash({"a": 1}),
    "documented stream form that the runtime refuses": lambda real: listed(real.returned_stream(prompt="x")),
}

LIES: dict[str, Callable[[LieChute], object]] = {
    "lie: health": lambda lie: lie.health(),
    "lie: text": lambda lie: lie.text(prompt="x"),
    "lie: generate": lambda lie: lie.generate(prompt="x"),
    "lie: echo": lambda lie: lie.echo({"a": 1}),
}


async def _events(real: AsyncRealChute) -> object:
    async with await real.stream(prompt="one twö") as stream:
        return listed([event async for event in stream])


ASYNC: dict[str, Callable[[AsyncRealChute], Awaitable[object]]] = {
    "json": lambda real: real.generate(prompt="one two", max_tokens=2, tags=["a"]),
    "get": lambda real: real.health(),
    "text": lambda real: real.text(prompt="plain"),
    "png": lambda real: real.picture(prompt="x"),
    "stream": _events,
    "crash": lambda real: real.crash({"a": 1}),
}


def plain(value: object) -> dict[str, Any]:
    if isinstance(value, Output):
        assert value.response is not None and value.response.status == 200
        return {"json": value.to_dict()}
    if isinstance(value, Binary):
        return {"bytes": {"content_type": value.content_type, "length": len(value), "sha256": hashlib.sha256(value.bytes).hexdigest()}}
    if isinstance(value, str):
        return {"text": value}
    if isinstance(value, Events):
        return {"events": [{"event": event.event, "data": event.data} for event in value.all]}
    return {"json": value}


def told(error: ChutesError) -> dict[str, Any]:
    return {"error": {"kind": error.kind, "status": error.status, "message": str(error)}}


def tell(name: str, answer: dict[str, Any]) -> None:
    print(json.dumps({"name": name, **answer}), flush=True)


def call(ref: str) -> None:
    with Chutes(max_retries=0) as client:
        real = RealChute(client, ref)
        for name, one in CALLS.items():
            try:
                answer = plain(one(real))
            except ChutesError as error:
                answer = told(error)
            tell(name, answer)
        lie = LieChute(client, ref)
        for name, false in LIES.items():
            try:
                answer = plain(false(lie))
            except ChutesError as error:
                answer = told(error)
            tell(name, answer)


async def call_async(ref: str) -> None:
    async with AsyncChutes(max_retries=0) as client:
        real = AsyncRealChute(client, ref)
        for name, one in ASYNC.items():
            try:
                answer = plain(await one(real))
            except ChutesError as error:
                answer = told(error)
            tell(name, answer)


if __name__ == "__main__":
    call(sys.argv[1])
    asyncio.run(call_async(sys.argv[1]))

"""One run of one call: what was seen, how it ended, and how a stream is left."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import time
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import chutes_client


class Skip(Exception):
    """The op or argument is not offered."""


async def settle(value: Any) -> Any:
    """The result of a call of either client."""
    return await value if inspect.isawaitable(value) else value


def step(work: Coroutine[Any, Any, Any]) -> Any:
    """Runs a coroutine that never waits: the sync client has done its waiting by the time it returns."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    raise RuntimeError("a call of the sync client waited for a loop")


def error_object(error: BaseException) -> dict[str, Any]:
    if not isinstance(error, chutes_client.ChutesError):
        return {"kind": None, "class": type(error).__name__, "message": str(error), "repr": repr(error)}
    made: dict[str, Any] = {"class": type(error).__name__, "class_parents": chutes_client.parents(error), "repr": repr(error)}
    for name in ("kind", "status", "message", "code", "param", "type", "request_id", "retryable", "attempts", "reason", "fee", "offset", "quota_reset_timestamp"):
        made[name] = getattr(error, name)
    if error.retry_after is not None:
        made["retry_after_ms"] = error.retry_after * 1000
    made["raw_body_len"] = len(error.body)
    made["tried"] = list(error.tried)
    if isinstance(error, chutes_client.InvalidOutputError):
        made["text"] = error.text
    if error.messages:
        made |= {"messages": list(error.messages), "steps": [step_object(one) for one in error.steps]}
    if error.partial is not None:
        made["partial"] = error.partial.to_dict()
    if error.__cause__ is not None:
        made["cause"] = str(error.__cause__)
    return made


def response_object(info: Any) -> dict[str, Any] | None:
    """What a result says of its answer."""
    if info is None:
        return None
    made = {name: getattr(info, name) for name in ("status", "request_id", "attempts", "invoice_billing", "model", "tried")}
    made["history"] = [{"number": one.number, "status": one.status, "kind": one.kind, "wait_ms": 1000 * one.wait} for one in info.history]
    return {**made, **{name: None if value is None else vars(value) for name, value in (("quota", info.quota), ("rate_limit", info.rate_limit))}}


def step_object(one: Any) -> dict[str, Any]:
    return {"turn": one.turn, "calls": [{name: getattr(call, name) for name in ("id", "name", "content", "error")} for call in one.calls]}


def hook_fields(name: str, info: Any) -> dict[str, Any]:
    """What a hook is told, without the seconds, which differ each time."""
    told = {field: value for field, value in vars(info).items() if not field.endswith("seconds")}
    if name == "before_attempt":
        return {field: told[field] for field in ("operation", "method", "url", "number", "model")}
    if name == "on_retry":
        told["wait_ms"] = 1000 * told.pop("wait")
    return told


def wire(value: Any) -> Any:
    """A result as JSON in wire shape."""
    if isinstance(value, str):
        return {"text": str(value)}
    if hasattr(value, "to_dict"):
        plain = value.to_dict()
        return {"items": plain} if isinstance(plain, list) else plain
    return {"items": [wire(item) for item in value]} if isinstance(value, list) else value


def image(value: Any) -> dict[str, Any]:
    digest = hashlib.sha256(value.bytes).hexdigest()
    made = {"content_type": value.content_type, "length": len(value.bytes), "sha256": digest}
    return {**made, "data_url_prefix": value.data_url()[:22], "revised_prompt": getattr(value, "revised_prompt", None)}


class BaseRun:
    """One run of one call."""

    def __init__(self, call: dict[str, Any], client: Any, began: float, variant: str) -> None:
        self.call, self.client, self.began, self.variant = call, client, began, variant
        self.args: dict[str, Any] = dict(call.get("args") or {})
        self.stop: dict[str, Any] = call.get("stop") or {}
        self.obs: list[dict[str, Any]] = []
        self.final: Any = None
        self.partial: Any = None
        self.error: dict[str, Any] | None = None
        self.options: dict[str, Any] = {}
        self.open: Any = None
        self.told: Any = None
        self.session: Any = None
        self.hooked: list[dict[str, Any]] = []

    def see(self, kind: str, **fields: Any) -> None:
        self.obs.append({"t": round(1000 * (time.monotonic() - self.began), 3), "k": kind, **fields})

    def answer(self) -> dict[str, Any]:
        elapsed = 1000 * (time.monotonic() - self.began)
        made = {"obs": self.obs, "final": self.final, "error": self.error, "partial": self.partial, "elapsed_ms": elapsed}
        if self.call.get("hooks"):
            made["hooks"] = self.hooked
        return {**made, "response": response_object(self.told)} if self.call.get("report") else made

    def shown(self, value: Any) -> Any:
        self.told = getattr(value, "response", None)
        if isinstance(value, chutes_client.Binary):
            digest = hashlib.sha256(value.bytes).hexdigest()
            return {"content_type": value.content_type, "length": len(value.bytes), "sha256": digest, "filename": value.filename}
        return wire(value)

    async def play(self, options: dict[str, Any]) -> None:
        self.options = options
        method = getattr(self, "op_" + self.call["op"].replace(".", "_"), None)
        if method is None:
            raise Skip(f"unknown op {self.call['op']}")
        if self.stop.get("after_ms") is not None:
            return await self.play_cancelled(method)
        try:
            self.final = await method()
        except Skip:
            raise
        except Exception as error:
            self.fail(error)

    async def play_cancelled(self, method: Any) -> None:
        if self.variant == "sync":
            raise Skip("a blocking call is not ended from outside")
        task = asyncio.ensure_future(method())
        done, _ = await asyncio.wait([task], timeout=self.stop["after_ms"] / 1000)
        try:
            if done:
                self.final = await task
                return
            if self.stop["how"] == "close" and self.open is not None:
                await self.open.aclose()
                self.see("stopped")
                self.partial = partial_of(self.open)
            task.cancel()
            await asyncio.wait([task])
            if not task.cancelled() and task.exception() is not None and self.stop["how"] == "cancel":
                raise task.exception() or RuntimeError
            if not any(o["k"] == "stopped" for o in self.obs):
                self.see("stopped")
                self.partial = partial_of(self.open)
        except Exception as error:
            self.fail(error)

    def fail(self, error: BaseException) -> None:
        if any(o["k"] == "open" for o in self.obs) and not any(o["k"] in ("error", "end") for o in self.obs):
            self.see("error")
        self.error = error_object(error)

    # ---- streams ----

    async def each(self, stream: Any) -> AsyncIterator[Any]:
        if self.variant == "sync":
            for item in stream:
                yield item
        else:
            async for item in stream:
                yield item

    async def close(self, stream: Any) -> None:
        await settle(stream.close() if self.variant == "sync" else stream.aclose())

    async def leave(self, stream: Any) -> None:
        """Ends a stream early in the way the case asks for; a `with` block is the idiom of `break`."""
        await self.close(stream)
        self.see("stopped")
        self.partial = partial_of(stream)

    async def read(self, stream: Any, kind: str, show: Any, items: Any = None) -> bool:
        """Iterates a stream, or another view of its items; returns whether it came to its end by itself."""
        seen = 0
        source = stream if items is None else items
        if self.variant == "sync":
            for item in source:
                self.see(kind, **show(item))
                seen += 1
                if seen == self.stop.get("after_chunks"):
                    break
            else:
                self.see("end")
                return True
        else:
            async for item in source:
                self.see(kind, **show(item))
                seen += 1
                if seen == self.stop.get("after_chunks"):
                    break
            else:
                self.see("end")
                return True
        if hasattr(stream, "close" if self.variant == "sync" else "aclose"):
            await self.leave(stream)
        else:
            self.see("stopped")
        return False


def partial_of(stream: Any) -> Any:
    found = getattr(stream, "partial", None)
    return None if found is None else found.to_dict()

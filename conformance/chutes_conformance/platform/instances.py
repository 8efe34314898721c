"""Instances: the log of one, which never ends, and its attestation. No operation lists them; they come inside chutes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from .http import Break, HttpError, Response, dumps
from .routes import Context, control, route
from .state import Chute, Json, State, naive
from .tee import NONCE_QUERY, PER_MINUTE, Limits, check_nonce, check_tee, evidence_of
from .validate import Field

LINES = 40  # of the past, as far back as a log goes
HEARTBEAT = 1.0  # seconds between two lines
OWN_ONLY = "You may only view logs for your own (private) chutes."
FAULTS: dict[str, Field] = {"drop_after": Field("integer", ge=0), "times": Field("integer", ge=1, default=1)}


@dataclass
class LogFaults:
    """What `POST /_mock/instance_logs` sets: lines after which coming streams break off, and how many of them do."""

    drop_after: int | None = None
    times: int = 0

    def take(self) -> int | None:
        if self.times < 1:
            return None
        self.times -= 1
        return self.drop_after


def find(ctx: Context, instance_id: str, detail: str) -> Chute:
    for chute in ctx.state.chutes.values():
        if any(entry["instance_id"] == instance_id for entry in ctx.state.instances(chute)):
            return chute
    raise HttpError(404, detail)


@route("GET /instances/{instance_id}/evidence", purpose="chutes")
def evidence(ctx: Context, instance_id: str) -> Json:
    nonce = ctx.query(NONCE_QUERY)["nonce"]
    ctx.of(Limits).hit("tee_evidence", ctx.now(), PER_MINUTE)
    chute = find(ctx, instance_id, f"Instance {instance_id} not found")
    if not ctx.state.visible(chute, ctx.user):
        raise HttpError(403, "You do not have access to this instance")
    check_nonce(nonce)
    check_tee(chute)
    return evidence_of(instance_id, nonce)


@route("GET /instances/{instance_id}/logs", purpose="logs")
def logs(ctx: Context, instance_id: str) -> Response:
    """The raw log of the machine, passed through: comments beside events, no numbers, no end."""
    backfill = ctx.query({"backfill": Field("integer", default=100)})["backfill"]
    chute = find(ctx, instance_id, "Instance not found.")
    if chute.public or not ctx.state.visible(chute, ctx.user):
        raise HttpError(403, OWN_ONLY)
    if backfill is None or not 0 <= backfill <= 10000:
        raise HttpError(400, "`backfill` must be between 0 and 10000 (lines of logs)")
    headers = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache", "x-accel-buffering": "no"}
    return Response(200, headers=headers, stream=follow(ctx.state, chute, backfill, ctx.of(LogFaults).take()))


async def follow(state: State, chute: Chute, backfill: int, drop_after: int | None) -> AsyncIterator[bytes]:
    sent = 0
    now = state.now()
    yield b": connected\n\n"
    past = min(backfill, LINES)
    while True:
        if drop_after is not None and sent >= drop_after:
            raise Break("fin")
        moment = now - (past - sent) * HEARTBEAT if sent < past else state.now()
        yield b"data: " + dumps({"log": f"{naive(moment)} {chute.name}: handled request {int(moment)}"}) + b"\n\n"
        sent += 1
        if sent >= past:
            await asyncio.sleep(HEARTBEAT / 2)
            yield b": keep-alive\n\n"
            await asyncio.sleep(HEARTBEAT / 2)


@control("POST /_mock/instance_logs")
def set_faults(ctx: Context) -> Json:
    """`{"drop_after": lines, "times"?: streams}`; `{}` is back to normal."""
    args, faults = ctx.body(FAULTS), ctx.of(LogFaults)
    faults.drop_after, faults.times = args["drop_after"], args["times"] if args["drop_after"] is not None else 0
    return {"status": "set"}

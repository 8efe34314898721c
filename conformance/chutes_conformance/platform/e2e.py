"""End-to-end encrypted calls, without the encryption: instances with nonces, and every answer of the relay.

The relay cannot read what it passes on, and neither can this: a call with a good nonce gets opaque bytes of the right layout.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from .encrypted_logs import opaque
from .http import HttpError, Request, Response, dumps
from .routes import Context, route
from .state import Chute, Json
from .tee import Limits, public_key
from .validate import problem

PER_MINUTE = 10  # for all users together
MOST_INSTANCES, NONCES = 5, 10
SERVER_SECONDS, CLIENT_SECONDS = 75, 60
CIPHERTEXT, NONCE, TAG = 1088, 12, 16
USED = "Invalid, expired, or already-used nonce"
NO_CHUTE = "Chute not found"
HEADERS = ("X-Chute-Id", "X-Instance-Id", "X-E2E-Nonce")


@dataclass
class Nonces:
    """Of one user and one chute: nonce → instance. Handing out more renews the time of all."""

    tokens: dict[str, str] = field(default_factory=dict)
    ends: float = 0.0


@dataclass
class E2e:
    nonces: dict[tuple[str, str], Nonces] = field(default_factory=dict)


def accessible(ctx: Context, chute_id: str) -> Chute:
    chute = ctx.state.chutes.get(chute_id)
    if chute is None or not ctx.state.visible(chute, ctx.user):
        raise HttpError(404, NO_CHUTE)
    return chute


@route("GET /e2e/instances/{chute_id}")
def instances(ctx: Context, chute_id: str) -> Json:
    ctx.of(Limits).hit("e2e_instances", ctx.now(), PER_MINUTE)
    chute = accessible(ctx, chute_id)
    running = ctx.state.instances(chute)
    if not running:
        raise HttpError(404, "No active instances found for this chute")
    if not chute.tee:
        raise HttpError(404, "No E2E-capable instances available")
    store = ctx.of(E2e).nonces.setdefault((ctx.caller.user_id, chute_id), Nonces())
    if store.ends < ctx.now():
        store.tokens.clear()
    store.ends = ctx.now() + SERVER_SECONDS
    found = []
    for entry in running[:MOST_INSTANCES]:
        tokens = [secrets.token_urlsafe(24) for _ in range(NONCES)]
        store.tokens.update({token: entry["instance_id"] for token in tokens})
        key = base64.b64encode(public_key(entry["instance_id"])).decode()
        found.append({"instance_id": entry["instance_id"], "e2e_pubkey": key, "nonces": tokens})
    return {"instances": found, "nonce_expires_in": CLIENT_SECONDS, "nonce_expires_at": int(ctx.now()) + CLIENT_SECONDS}


def needed(request: Request) -> list[str]:
    """The headers that a call must have."""
    values = [request.headers.get(name.lower()) for name in HEADERS]
    missing = [problem("missing", ["header", name], "Field required", None) for name, value in zip(HEADERS, values) if value is None]
    if missing:
        raise HttpError(422, missing)
    return [value or "" for value in values]


def spend(ctx: Context, chute_id: str, instance_id: str, nonce: str) -> None:
    """A nonce is good once, for one user, chute and instance, and spent by any attempt that names its instance."""
    store = ctx.of(E2e).nonces.get((ctx.caller.user_id, chute_id))
    if store is None or store.ends < ctx.now() or store.tokens.get(nonce) != instance_id:
        raise HttpError(403, USED)
    del store.tokens[nonce]


def charge(ctx: Context, chute: Chute) -> dict[str, str]:
    """The quota's headers, without the id of the invocation, which these calls do not have. Without quota and balance it is a 402."""
    user = ctx.caller
    if chute.public and user.balance <= 0 and ctx.state.quota_used.get(user.user_id, 0) >= user.quota:
        message = f"Quota exceeded and account balance is ${user.balance}, please pay with fiat or send tao to {user.payment_address}"
        raise HttpError(402, {"message": message, "quota_reset_timestamp": ctx.state.midnight()})
    headers = ctx.state.quota_headers(user, chute)
    del headers["x-chutes-invocationid"]
    return headers


@route("POST /e2e/invoke")
def invoke(ctx: Context) -> Response:
    chute_id, instance_id, nonce = needed(ctx.request)
    spend(ctx, chute_id, instance_id, nonce)
    chute = ctx.state.chutes.get(chute_id)
    if chute is None or not any(entry["instance_id"] == instance_id for entry in ctx.state.instances(chute)):
        raise HttpError(404, "Instance not found")
    accessible(ctx, chute_id)
    if chute.disabled:
        raise HttpError(503, "This chute is currently disabled.")
    headers = charge(ctx, chute)
    blob = ctx.request.body
    if not blob:
        raise HttpError(400, "Empty request body")
    path = ctx.request.headers.get("x-e2e-path") or "/"
    if len(blob) < CIPHERTEXT + NONCE + TAG:  # what the instance says of it is encrypted for the relay
        raise HttpError(400, base64.b64encode(opaque("unreadable", 96)).decode())
    if not any(cord["public_api_path"] == path for cord in chute.cords):
        raise HttpError(403, "Instance returned status 403")
    if ctx.request.headers.get("x-e2e-stream", "").lower() == "true":
        return Response(200, headers={"content-type": "text/event-stream; charset=utf-8", **headers}, stream=events(nonce))
    answer = opaque(nonce, CIPHERTEXT + NONCE + 240 + TAG)
    return Response(200, answer, {"content-type": "application/octet-stream", **headers})


async def events(nonce: str) -> AsyncIterator[bytes]:
    """A key, then chunks; their end is inside the last of them."""
    yield b"data: " + dumps({"e2e_init": base64.b64encode(opaque(f"{nonce} init", CIPHERTEXT)).decode()}) + b"\n\n"
    for index in range(3):
        yield b"data: " + dumps({"e2e": base64.b64encode(opaque(f"{nonce} {index}", NONCE + 80 + TAG)).decode()}) + b"\n\n"

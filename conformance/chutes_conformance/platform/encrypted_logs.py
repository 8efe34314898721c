"""Encrypted logs of the start of instances: sessions and chunks, for the owner only. The chunks are opaque here."""

from __future__ import annotations

import base64
import hashlib

from .http import HttpError
from .routes import Context, route
from .state import Chute, Json

NOT_FOUND = "Chute not found, or does not belong to you"
NO_LOGS = "No encrypted logs found for this instance"
CHUNKS = 3


def opaque(seed: str, size: int) -> bytes:
    return hashlib.shake_256(seed.encode()).digest(size)


def owned(ctx: Context, chute_id: str) -> Chute:
    chute = ctx.state.chutes.get(chute_id)
    if chute is None or chute.user is not ctx.caller:
        raise HttpError(404, NOT_FOUND)
    return chute


def sessions_of(ctx: Context, chute: Chute) -> list[Json]:
    """One for each instance that runs."""
    return [
        {
            "instance_id": entry["instance_id"],
            "config_id": hashlib.sha256(entry["instance_id"].encode()).hexdigest()[:32],
            "chute_id": chute.chute_id,
            "ephemeral_pubkey": base64.b64encode(opaque(f"{entry['instance_id']} key", 32)).decode(),
            "stream_key": f"encrypted_logs:{entry['instance_id']}",
            "started_at": chute.updated_at + 1.5,
            "chunk_count": CHUNKS,
        }
        for entry in ctx.state.instances(chute)
    ]


@route("GET /encrypted_logs/{chute_id}/sessions", purpose="chutes")
def sessions(ctx: Context, chute_id: str) -> list[Json]:
    return sessions_of(ctx, owned(ctx, chute_id))


@route("GET /encrypted_logs/{chute_id}/sessions/{instance_id}/chunks", purpose="chutes")
def chunks(ctx: Context, chute_id: str, instance_id: str) -> Json:
    """Each chunk stands for base64 of a nonce of 12 bytes, the ciphertext and its tag."""
    chute = owned(ctx, chute_id)
    if not any(entry["instance_id"] == instance_id for entry in sessions_of(ctx, chute)):
        raise HttpError(404, NO_LOGS)
    texts = [base64.b64encode(opaque(f"{instance_id} {index}", 12 + 120 + 16)).decode() for index in range(CHUNKS)]
    return {"instance_id": instance_id, "chute_id": chute_id, "chunks": texts}

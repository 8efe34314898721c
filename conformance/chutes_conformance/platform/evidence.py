"""Evidence of the trusted execution of a chute: a quote, the GPUs' own evidence and a certificate for each running instance."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

from .http import HttpError
from .routes import Context, route
from .state import Chute, Json
from .validate import Field

LIMIT = 60  # a minute, of all callers together
QUERY: dict[str, Field] = {"nonce": Field("string", required=True, nullable=False)}


@dataclass
class Rate:
    minute: int = 0
    count: int = 0

    def take(self, now: float) -> None:
        minute = int(now // 60)
        self.count = self.count + 1 if minute == self.minute else 1
        self.minute = minute
        if self.count > LIMIT:
            raise HttpError(429, "Rate limit exceeded. Try again later.")


def checked_nonce(nonce: str) -> str:
    if len(nonce) != 64:
        raise HttpError(400, f"Nonce must be exactly 64 hex characters (32 bytes), got {len(nonce)}")
    if not re.fullmatch(r"[0-9a-fA-F]{64}", nonce):
        raise HttpError(400, "Nonce must be a valid hexadecimal string")
    return nonce


def instance_key(instance_id: str) -> str:
    """The text of an instance's public key that the quote binds to the nonce."""
    return base64.b64encode(hashlib.sha256(f"{instance_id} key".encode()).digest()).decode()


def of_instance(chute: Chute, instance_id: str, nonce: str) -> Json:
    """TeeInstanceEvidence. The last 64 bytes of the quote start with sha256(nonce + public key), as in a TDX report."""
    report = hashlib.sha256((nonce + instance_key(instance_id)).encode()).digest() + bytes(32)
    body = hashlib.shake_256(f"tdx {instance_id}".encode()).digest(568)
    gpus = int(chute.node_selector.get("gpu_count") or 1)
    made = [{"certificate": _invent(f"{instance_id} gpu {index} certificate", 96), "evidence": _invent(f"{nonce} {index}", 128), "arch": "HOPPER"} for index in range(gpus)]
    quote = base64.b64encode(body + report).decode()
    return {"quote": quote, "gpu_evidence": made, "instance_id": instance_id, "certificate": _invent(f"{instance_id} certificate", 256)}


def _invent(what: str, length: int) -> str:
    return base64.b64encode(hashlib.shake_256(what.encode()).digest(length)).decode()


@route("GET /chutes/{ref:path}/evidence", auth="optional", purpose="chutes")
def chute_evidence(ctx: Context, ref: str) -> Json:
    nonce = ctx.query(QUERY)["nonce"]
    ctx.of(Rate).take(ctx.now())
    chute = ctx.state.find_chute(ref, None) or ctx.state.find_chute(ref, ctx.user)
    if chute is None:
        known = ref in ctx.state.chutes
        raise HttpError(404, "Chute not found, or does not belong to you" if known else "Chute not found")
    checked_nonce(nonce)
    if not chute.tee:
        raise HttpError(400, f"Chute {chute.chute_id} is not TEE-enabled")
    found = [of_instance(chute, entry["instance_id"], nonce) for entry in ctx.state.instances(chute)]
    return {"evidence": found, "failed_instance_ids": []}

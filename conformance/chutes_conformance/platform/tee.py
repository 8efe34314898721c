"""Attestation: evidence of chutes and instances, and the measurements that a trusted machine must show."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field

from .encrypted_logs import opaque
from .http import HttpError
from .routes import Context, route
from .state import Chute, Json
from .validate import Field

HEX = re.compile(r"[0-9a-fA-F]+")
PER_MINUTE = 60  # for all users together
NONCE_QUERY: dict[str, Field] = {"nonce": Field("string", required=True, nullable=False)}
RTMRS = ("rtmr0", "rtmr1", "rtmr2")


@dataclass
class Limits:
    """Calls by name and minute. The server counts all users together."""

    windows: dict[tuple[str, int], int] = field(default_factory=dict)

    def hit(self, name: str, now: float, most: int) -> None:
        key = (name, int(now // 60))
        self.windows[key] = self.windows.get(key, 0) + 1
        if self.windows[key] > most:
            raise HttpError(429, "Rate limit exceeded. Try again later.")


def public_key(instance_id: str) -> bytes:
    """1184 bytes in the form of an ML-KEM-768 key: 768 coefficients below 3329 in 12 bits each, and a seed. Nobody has its other half."""
    stream = opaque(f"{instance_id} e2e", 4 * 768)
    numbers = [int.from_bytes(stream[4 * index : 4 * index + 4], "big") % 3329 for index in range(768)]
    packed = bytearray()
    for low, high in zip(numbers[::2], numbers[1::2], strict=True):
        packed += bytes((low & 255, low >> 8 | (high & 15) << 4, high >> 4))
    return bytes(packed) + opaque(f"{instance_id} rho", 32)


def check_nonce(nonce: str) -> None:
    if len(nonce) != 64:
        raise HttpError(400, f"Nonce must be exactly 64 hex characters (32 bytes), got {len(nonce)}")
    if not HEX.fullmatch(nonce):
        raise HttpError(400, "Nonce must be a valid hexadecimal string")


def evidence_of(instance_id: str, nonce: str) -> Json:
    """The quote is made up, but holds the true report data: SHA-256 over the nonce and the public key, as text."""
    key = base64.b64encode(public_key(instance_id)).decode()
    report = hashlib.sha256((nonce + key).encode()).digest()
    quote = b"\x04\x00\x02\x00\x81\x00\x00\x00" + opaque(f"{instance_id} quote", 560) + report + bytes(32) + opaque("signature", 512)
    gpu = {"arch": "HOPPER", "certificate": base64.b64encode(opaque(f"{instance_id} gpu certificate", 256)).decode()}
    return {
        "quote": base64.b64encode(quote).decode(),
        "gpu_evidence": [{**gpu, "evidence": base64.b64encode(opaque(f"{instance_id} gpu {nonce}", 192)).decode(), "nonce": nonce}],
        "instance_id": None,
        "certificate": base64.b64encode(opaque(f"{instance_id} certificate", 420)).decode(),
    }


def check_tee(chute: Chute) -> None:
    if not chute.tee:
        raise HttpError(400, f"Chute {chute.chute_id} is not TEE-enabled")


@route("GET /chutes/{ref:path}/evidence", auth="optional", purpose="chutes")
def chute_evidence(ctx: Context, ref: str) -> Json:
    nonce = ctx.query(NONCE_QUERY)["nonce"]
    ctx.of(Limits).hit("tee_evidence", ctx.now(), PER_MINUTE)
    chute = ctx.state.find_chute(ref, ctx.user)
    if chute is None:
        hidden = ref in ctx.state.chutes  # the server says something else of what there is, but not for the caller
        raise HttpError(404, "Chute not found, or does not belong to you" if hidden else "Chute not found")
    check_nonce(nonce)
    check_tee(chute)
    evidence = [{**evidence_of(entry["instance_id"], nonce), "instance_id": entry["instance_id"]} for entry in ctx.state.instances(chute)]
    return {"evidence": evidence, "failed_instance_ids": []}


@route("GET /servers/tee/measurements", auth="public")
def measurements(ctx: Context) -> list[Json]:
    def registers(name: str, phase: str) -> dict[str, str]:
        return {rtmr.upper(): opaque(f"{name} {phase} {rtmr}", 48).hex().upper() for rtmr in RTMRS}

    machines = (("1.2.0", "h200-8", ["h200"], 8), ("1.3.0", "pro6000-8", ["pro_6000"], 8))
    return [
        {
            "version": version,
            "name": name,
            "mrtd": opaque(f"{name} mrtd", 48).hex().upper(),
            "boot_rtmrs": registers(name, "boot"),
            "runtime_rtmrs": registers(name, "runtime"),
            "expected_gpus": gpus,
            "gpu_count": count,
        }
        for version, name, gpus, count in machines
    ]

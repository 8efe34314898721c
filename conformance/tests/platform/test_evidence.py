"""Evidence of chutes: bound to the caller's nonce, limited for everybody together."""

from __future__ import annotations

import base64
import hashlib
import time

import pytest

from chutes_conformance.platform.tee import public_key

from .conftest import Client

NONCE = "ab" * 32


def test_evidence_binds_the_nonce(call: Client) -> None:
    found = call("GET", f"/chutes/Qwen/Qwen3-32B-TEE/evidence?nonce={NONCE}", key=False).json
    assert len(found["evidence"]) == 2 and found["failed_instance_ids"] == []
    for part in found["evidence"]:
        key = base64.b64encode(public_key(part["instance_id"])).decode()
        assert hashlib.sha256((NONCE + key).encode()).digest() in base64.b64decode(part["quote"])
        assert part["certificate"] and len(part["gpu_evidence"]) == 1


@pytest.mark.parametrize(
    "path, status, text",
    [
        (f"/chutes/mock/open-model/evidence?nonce={NONCE}", 400, "is not TEE-enabled"),
        ("/chutes/Qwen/Qwen3-32B-TEE/evidence?nonce=abc", 400, "Nonce must be exactly 64 hex characters (32 bytes), got 3"),
        (f"/chutes/Qwen/Qwen3-32B-TEE/evidence?nonce={'x' * 64}", 400, "Nonce must be a valid hexadecimal string"),
        (f"/chutes/nope/evidence?nonce={NONCE}", 404, "Chute not found"),
        (f"/chutes/bob/secret/evidence?nonce={NONCE}", 404, "Chute not found"),
    ],
)
def test_evidence_refused(call: Client, path: str, status: int, text: str) -> None:
    answer = call("GET", path)
    assert answer.status == status and text in answer.detail


def test_evidence_is_limited_for_everybody_together(call: Client) -> None:
    path = f"/chutes/Qwen/Qwen3-32B-TEE/evidence?nonce={NONCE}"
    call("POST", "/_mock/advance", {"seconds": 60 - time.time() % 60})  # so that all of it falls into one minute
    assert [call("GET", path, key=bool(number % 2)).status for number in range(60)] == [200] * 60
    late = call("GET", path, key=False)
    assert (late.status, late.detail) == (429, "Rate limit exceeded. Try again later.")
    call("POST", "/_mock/advance", {"seconds": 60})
    assert call("GET", path).status == 200


def test_evidence_by_id(call: Client) -> None:
    chute_id = call("GET", "/chutes/echo").json["chute_id"]
    assert call("GET", f"/chutes/{chute_id}/evidence?nonce={NONCE}").status == 200
    assert call("GET", f"/chutes/{chute_id}/evidence", key=False).detail[0]["loc"] == ["query", "nonce"]
    assert call("GET", f"/chutes/{chute_id}/evidence?nonce={NONCE}", key=False).detail == "Chute not found, or does not belong to you"

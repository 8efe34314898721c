"""Signing in without a signature, names, fingerprints; and evidence of chutes."""

from __future__ import annotations

import base64
import hashlib
import time

import pytest

from .conftest import Client


def test_login_by_fingerprint(call: Client) -> None:
    token = call("POST", "/users/login", {"fingerprint": "bob-fingerprint"}, key=False).json["token"]
    assert token.count(".") == 2 and call("GET", "/users/me", headers={"authorization": f"Bearer {token}"}).json["username"] == "bob"
    # without `Bearer` the server takes it for a key
    assert call("GET", "/users/me", headers={"authorization": token}).detail == "Missing or invalid authorization header(s)"
    assert call("POST", "/users/login", {"fingerprint": "wrong"}, key=False).detail == "Invalid fingerprint."
    for body in ({}, {"hotkey": "x"}, {"fingerprint": " "}, {"fingerprint": 5}):
        assert call("POST", "/users/login", body, key=False).status == 400


def test_a_token_ends(call: Client) -> None:
    headers = {"authorization": "Bearer " + call("POST", "/users/login", {"fingerprint": "demo-fingerprint"}, key=False).json["token"]}
    call("POST", "/_mock/advance", {"seconds": 7 * 86400 - 5})
    assert call("GET", "/users/me", headers=headers).status == 200
    call("POST", "/_mock/advance", {"seconds": 10})
    assert call("GET", "/users/me", headers=headers).detail == "Token expired."


def test_a_new_fingerprint_ends_the_tokens_of_the_old(call: Client) -> None:
    headers = {"authorization": "Bearer " + call("POST", "/users/login", {"fingerprint": "bob-fingerprint"}, key=False).json["token"]}
    change = {"fingerprint": "fresh"}
    wrong = call("POST", "/users/change_fingerprint", change, {"authorization": "Bearer bob-fingerprint"})
    assert (wrong.status, wrong.detail) == (401, "Missing or invalid fingerprint provided.")  # it must be bare
    assert call("POST", "/users/change_fingerprint", change, {"authorization": "bob-fingerprint"}).json == {"status": "Fingerprint updated"}
    assert call("GET", "/users/me", headers=headers).detail == "Invalid token."
    assert call("POST", "/users/login", {"fingerprint": "fresh"}, key=False).status == 200
    assert call("POST", "/users/change_fingerprint", change, key=False).detail == "Missing or invalid BT signature."
    assert call("POST", "/users/change_fingerprint", {}, key=False).status == 422


@pytest.mark.parametrize("token", ["a.b.c", "a.b", "e30.e30.e30", "."])
def test_tokens_of_others(call: Client, token: str) -> None:
    assert call("GET", "/users/me", headers={"authorization": f"Bearer {token}"}).detail == "Invalid token."


@pytest.mark.parametrize(
    "name, valid, available",
    [("free_name-1", True, True), ("DEMO", True, False), ("ab", False, False), ("a" * 16, False, False), ("with%20space", False, False)],
)
def test_names(call: Client, name: str, valid: bool, available: bool) -> None:
    assert call("GET", f"/users/name_check?username={name}&readonly=true", key=False).json == {"valid": valid, "available": available}


def test_registration_needs_the_hotkey_header(call: Client) -> None:
    answer = call("POST", "/users/register", {"username": "abc", "coldkey": "x"}, key=False)
    assert (answer.status, answer.detail[0]["loc"]) == (422, ["header", "X-Chutes-Hotkey"])


NONCE = "ab" * 32


def test_evidence_binds_the_nonce(call: Client) -> None:
    from chutes_conformance.platform.evidence import instance_key

    found = call("GET", f"/chutes/Qwen/Qwen3-32B-TEE/evidence?nonce={NONCE}", key=False).json
    assert len(found["evidence"]) == 2 and found["failed_instance_ids"] == []
    for part in found["evidence"]:
        report = base64.b64decode(part["quote"])[568:]
        assert report[:32] == hashlib.sha256((NONCE + instance_key(part["instance_id"])).encode()).digest() and len(report) == 64
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

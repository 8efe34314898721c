"""Signing in without a signature, names, fingerprints."""

from __future__ import annotations

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

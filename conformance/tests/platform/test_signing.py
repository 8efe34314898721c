"""Hotkey signatures: what is signed, who it stands for, and the words of each refusal. And sign-in by them."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from typing import Any

import pytest

from chutes_conformance.platform import signing

from .conftest import Answer, Client

sr25519 = pytest.importorskip("sr25519")
PAIR = sr25519.pair_from_seed(b"\x42" * 32)
OTHER = sr25519.pair_from_seed(b"\x43" * 32)
HOTKEY = "5FnoWRL4FYzd29q8zXoY3JWio9PtBPgrAFu2RcgQazRQsiCs"


def sign(message: str, pair: Any = PAIR) -> str:
    return bytes(sr25519.sign(pair, message.encode())).hex()


def signed(about: str, *, hotkey: str = HOTKEY, nonce: str = "", pair: Any = PAIR) -> dict[str, str]:
    nonce = nonce or str(int(time.time()))
    return {"x-chutes-hotkey": hotkey, "x-chutes-nonce": nonce, "x-chutes-signature": sign(f"{hotkey}:{nonce}:{about}", pair)}


def send(call: Client, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> Answer:
    return call(method, path, body, headers, key=False)


def test_addresses() -> None:
    public = bytes.fromhex("a4d007a95b28ce117e4051904503612abdcbd22b60475121f92a8b5dedac375a")
    assert signing.address_of(public) == HOTKEY and signing.public_key(HOTKEY) == public
    assert signing.public_key(HOTKEY[:-1] + "t") is None and signing.public_key("0") is None and signing.public_key("") is None


@pytest.mark.parametrize(
    "path, purpose",
    [("/users/me", "me"), ("/chutes/", "chutes"), ("/chutes/echo", "chutes"), ("/images/", "images"), ("/api_keys/", "api_keys"), ("/secrets/", "secrets")],
)
def test_reading_is_signed_by_purpose(call: Client, path: str, purpose: str) -> None:
    plain, answer = call("GET", path).json, send(call, "GET", path, signed(purpose))
    assert answer.status == 200 and (answer.json.get("total"), answer.json.get("name"), list(answer.json)) == (plain.get("total"), plain.get("name"), list(plain))
    nonce = str(int(time.time()))
    wrong = send(call, "GET", path, signed("other", nonce=nonce))
    assert (wrong.status, wrong.detail) == (401, f"Invalid request signature for hotkey {HOTKEY}. Message: {HOTKEY}:{nonce}:{purpose}")


def test_writing_is_signed_by_the_hash_of_the_bytes(call: Client) -> None:
    body = json.dumps({"name": "k", "admin": True}, indent=3).encode()
    headers = signed(hashlib.sha256(body).hexdigest())
    assert send(call, "POST", "/api_keys/", headers, body).json["name"] == "k"
    assert send(call, "POST", "/api_keys/", headers, body + b" ").status == 401


@pytest.mark.parametrize("method, path", [("GET", "/users/me/quotas"), ("GET", "/users/me/usage"), ("GET", "/idp/apps"), ("DELETE", "/idp/authorizations/x")])
def test_some_calls_cannot_be_signed(call: Client, method: str, path: str) -> None:
    answer = send(call, method, path, signed("me"))
    assert (answer.status, answer.detail) == (401, "Either payload_str or purpose must be provided")


def test_nonces(call: Client) -> None:
    now = int(time.time())
    for nonce, status in ((now - 590, 200), (now + 590, 200), (now - 601, 401), (now + 605, 401)):
        answer = send(call, "GET", "/users/me", signed("me", nonce=str(nonce)))
        assert answer.status == status and (status == 200 or answer.detail == "Invalid nonce!")
    assert send(call, "GET", "/users/me", signed("me", nonce="1e9")).detail == "Invalid nonce!"
    again = signed("me")
    assert [send(call, "GET", "/users/me", again).status for _ in range(2)] == [200, 200]  # a nonce may be used twice


def test_signatures_are_bare_hexadecimal(call: Client) -> None:
    good = signed("me")
    answer = send(call, "GET", "/users/me", {**good, "x-chutes-signature": "0x" + good["x-chutes-signature"]})
    assert answer.status == 401 and answer.detail.startswith("Invalid signature: 0x")
    short = send(call, "GET", "/users/me", {**good, "x-chutes-signature": good["x-chutes-signature"][:-2]})
    assert short.detail.startswith("Invalid request signature for hotkey")


def test_an_incomplete_set_is_ignored_and_a_complete_one_wins(call: Client) -> None:
    good = signed("me")
    part = {name: value for name, value in good.items() if name != "x-chutes-nonce"}
    assert send(call, "GET", "/users/me", part).detail == "Can't find a user with that api key in our db :("
    assert call("GET", "/users/me", headers={**part, "authorization": "Bearer cpk_bob"}).json["username"] == "bob"
    assert call("GET", "/users/me", headers={**good, "authorization": "Bearer cpk_bob"}).json["username"] == "demo"


def test_a_hotkey_of_nobody(call: Client) -> None:
    stranger = signing.address_of(OTHER[0])
    answer = send(call, "GET", "/users/me", signed("me", hotkey=stranger, pair=OTHER))
    assert (answer.status, answer.detail) == (401, f"Could not find user with hotkey: {stranger}")
    assert send(call, "GET", "/chutes/", signed("chutes", hotkey=stranger, pair=OTHER)).json["total"] == 9  # anonymous where that is allowed
    assert send(call, "GET", "/users/me", signed("me", pair=OTHER)).status == 401


def test_without_the_library_a_signed_call_is_refused_in_plain_words(call: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sr25519", None)
    answer = send(call, "GET", "/users/me", signed("me"))
    assert (answer.status, answer.detail) == (401, "Hotkey signatures cannot be checked here: install py-sr25519-bindings")
    assert call("GET", "/users/me").status == 200


def test_a_user_may_take_another_hotkey(call: Client) -> None:
    stranger = signing.address_of(OTHER[0])
    given = call("POST", "/users/change_bt_auth", {"hotkey": stranger}, {"authorization": "bob-fingerprint"})
    assert given.json["hotkey"] == stranger
    assert send(call, "GET", "/users/me", signed("me", hotkey=stranger, pair=OTHER)).json["username"] == "bob"
    taken = call("POST", "/users/change_bt_auth", {"hotkey": HOTKEY}, {"authorization": "bob-fingerprint"})
    assert (taken.status, taken.detail) == (409, f"Hotkey already associated with another user: {HOTKEY}")
    assert call("POST", "/users/change_bt_auth", {"hotkey": "5x"}, {"authorization": "bob-fingerprint"}).detail == "Invalid hotkey: 5x"
    assert call("POST", "/users/change_bt_auth", {}, {"authorization": "bob-fingerprint"}).status == 400
    assert call("POST", "/users/change_bt_auth", {"hotkey": "5x"}).detail == "Missing or invalid fingerprint provided."


def test_login_by_signature(call: Client) -> None:
    nonce = call("GET", "/users/login/nonce", key=False).json
    assert nonce["expires_in"] == 300
    body = {"hotkey": HOTKEY, "signature": sign(nonce["nonce"]), "nonce": nonce["nonce"]}
    token = call("POST", "/users/login", body, key=False).json["token"]
    assert call("GET", "/users/me/quotas", headers={"authorization": f"Bearer {token}"}).status == 200
    assert call("POST", "/users/login", body, key=False).detail == "Invalid or expired nonce. Please request a new one."
    nonce = call("GET", "/users/login/nonce", key=False).json["nonce"]
    assert call("POST", "/users/login", {**body, "nonce": nonce}, key=False).detail == "Invalid signature."
    nonce = call("GET", "/users/login/nonce", key=False).json["nonce"]
    call("POST", "/_mock/advance", {"seconds": 301})
    assert call("POST", "/users/login", {**body, "nonce": nonce, "signature": sign(nonce)}, key=False).status == 401


def test_a_transfer_may_be_signed(call: Client) -> None:
    body = b'{"user_id": "bob", "amount": 1}'
    assert send(call, "POST", "/users/balance_transfer", signed(hashlib.sha256(body).hexdigest()), body).json["transferred"] == 1
    stranger = signed(hashlib.sha256(body).hexdigest(), hotkey=signing.address_of(OTHER[0]), pair=OTHER)
    assert send(call, "POST", "/users/balance_transfer", stranger, body).detail == "No user found with that hotkey."


def test_a_new_fingerprint_by_signature(call: Client) -> None:
    nonce = str(int(time.time()))
    headers = {"x-chutes-hotkey": HOTKEY, "x-chutes-nonce": nonce, "x-chutes-signature": sign(f"{HOTKEY}:new one:{nonce}")}
    body = json.dumps({"fingerprint": "new one"}).encode()
    assert send(call, "POST", "/users/change_fingerprint", headers, body).json == {"status": "Fingerprint updated"}
    assert call("POST", "/users/login", {"fingerprint": "new one"}, key=False).status == 200
    late = {**headers, "x-chutes-nonce": str(int(nonce) - 301)}
    assert send(call, "POST", "/users/change_fingerprint", late, body).detail.startswith("Invalid nonce: ")


def register(call: Client, username: str, *, query: str = "?token=11111111-2222-3333-4444-555555555555", **change: str) -> Answer:
    body = json.dumps({"username": username, "coldkey": signing.invented("cold"), **change}).encode()
    return send(call, "POST", f"/users/register{query}", signed(hashlib.sha256(body).hexdigest(), hotkey=signing.address_of(OTHER[0]), pair=OTHER), body)


def test_registration(call: Client) -> None:
    from chutes_conformance.platform.accounts import POOR_COLDKEY

    assert register(call, "newbie", query="").status == 400 and register(call, "newbie", query="?token=x").status == 403
    assert register(call, "demo").status == 409 and register(call, "no").status == 400 and register(call, "newbie", coldkey=POOR_COLDKEY).status == 402
    account = register(call, "newbie").json
    assert account["hotkey"] == signing.address_of(OTHER[0]) and len(account["fingerprint"]) == 32 and account["api_key"] is None
    assert call("POST", "/users/login", {"fingerprint": account["fingerprint"]}, key=False).status == 200
    assert register(call, "another").detail == "This hotkey is already registered to a user!"


def test_registration_of_a_program(call: Client) -> None:
    hotkey, coldkey = signing.address_of(OTHER[0]), signing.invented("cold")
    body = {"hotkey": hotkey, "coldkey": coldkey, "signature": "0x" + sign(f"chutes_signup:{hotkey}:{coldkey}", OTHER), "username": "robot"}
    assert call("POST", "/users/agent_registration", {**body, "signature": sign("x", OTHER)}, key=False).status == 400
    made = call("POST", "/users/agent_registration", body, key=False).json
    assert made["required_amount"] == 0.125 and made["message"].startswith("Send at least 0.1250 TAO")
    assert call("POST", "/users/agent_registration", body, key=False).detail == "This hotkey already has a pending agent registration."
    path, setup = f"/users/agent_registration/{hotkey}", f"/users/{made['user_id']}/agent_setup"
    proof = {"hotkey": hotkey, "signature": sign(f"chutes_setup:{made['user_id']}", OTHER)}
    assert call("GET", path, key=False).json["status"] == "pending_payment" and call("POST", setup, proof, key=False).status == 404
    call("POST", f"/_mock/agent_registrations/{hotkey}/pay", {"usd": 20})
    waiting = call("GET", path, key=False).json
    assert (waiting["status"], waiting["received_amount"]) == ("pending_payment", 20.0)
    call("POST", f"/_mock/agent_registrations/{hotkey}/pay", {"usd": 25})
    assert call("GET", path, key=False).json["status"] == "completed"
    assert call("POST", setup, {**proof, "signature": sign("x", OTHER)}, key=False).status == 403
    done = call("POST", setup, proof, key=False).json
    assert f"hotkey_ss58address = {hotkey}" in done["config_ini"]
    assert call("GET", "/users/me", headers={"authorization": f"Bearer {done['api_key']}"}).json["username"] == "robot"
    assert call("POST", setup, proof, key=False).status == 409
    assert call("GET", "/users/agent_registration/5none", key=False).status == 404

"""API keys: made, used, limited by scopes, shown once, refused when deleted. And secrets of chutes."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest

from .conftest import Client

BOB = {"authorization": "Bearer cpk_bob_x"}
REFUSED = "Invalid token or user not found"


def made(call: Client, **body: Any) -> Any:
    return call("POST", "/api_keys/", {"admin": True, "name": "made", **body}).json


def using(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def test_a_created_key_signs_in_and_is_shown_once(call: Client) -> None:
    key = made(call)
    secret = key["secret_key"]
    assert re.fullmatch(r"cpk_[a-f0-9]{32}\.[a-f0-9]{32}\.[a-zA-Z0-9]{32}", secret)
    assert uuid.UUID(secret[4:36]) == uuid.UUID(key["api_key_id"]) and uuid.UUID(secret[37:69]) == uuid.UUID(key["user_id"])
    assert call("GET", "/users/me", headers=using(secret)).json["username"] == "demo"
    again = call("GET", f"/api_keys/{key['api_key_id']}").json
    assert "secret_key" not in again and again["last_used_at"] and again["name"] == "made"
    assert "secret_key" not in str(call("GET", "/api_keys/").json)


def test_a_deleted_key_is_refused(call: Client) -> None:
    key = made(call)
    path = f"/api_keys/{key['api_key_id']}"
    assert call("DELETE", path, headers=BOB).detail == "API key not found, or does not belong to you"
    assert call("DELETE", path).json == {"api_key_id": key["api_key_id"], "deleted": True}
    answer = call("GET", "/users/me", headers=using(key["secret_key"]))
    assert (answer.status, answer.detail) == (401, REFUSED)
    assert call("DELETE", path).status == 404 and call("GET", path).detail == f"API key with id {key['api_key_id']} not found or doesn't belong to you"


def test_a_wrong_secret_of_a_known_key_is_refused(call: Client) -> None:
    secret = made(call)["secret_key"]
    wrong = secret[:-1] + ("a" if secret[-1] != "a" else "b")
    assert call("GET", "/users/me", headers=using(wrong)).detail == REFUSED


def test_names_are_unique_for_each_account_and_simple(call: Client) -> None:
    made(call)
    assert call("POST", "/api_keys/", {"admin": True, "name": "made"}).status == 409
    assert call("POST", "/api_keys/", {"admin": True, "name": "made"}, BOB).status == 200
    for name in ("", "a" * 25, "a/b"):
        answer = call("POST", "/api_keys/", {"admin": True, "name": name})
        assert answer.status == 400 and answer.detail.startswith("Invalid request: API key name should start")


def test_what_a_body_must_be(call: Client) -> None:
    missing = call("POST", "/api_keys/", {"name": "x"})
    assert missing.status == 422
    assert missing.detail == [{"type": "missing", "loc": ["body", "admin"], "msg": "Field required", "input": {"name": "x"}}]
    action = call("POST", "/api_keys/", {"admin": False, "name": "x", "scopes": [{"object_type": "chutes", "action": "run"}]})
    assert (action.status, action.detail[0]["type"], action.detail[0]["loc"]) == (422, "enum", ["body", "scopes", 0, "action"])
    assert action.detail[0]["msg"] == "Input should be 'read', 'write', 'delete' or 'invoke'"
    kind = call("POST", "/api_keys/", {"admin": False, "name": "x", "scopes": [{"object_type": "users"}]})
    assert (kind.status, kind.detail) == (400, "Invalid request: Invalid object_type, must be one of images, chutes, invocations")


def test_a_key_without_scopes_can_do_nothing(call: Client) -> None:
    key = using(made(call, admin=False)["secret_key"])
    for method, path in (("GET", "/users/me"), ("GET", "/chutes/"), ("GET", "/api_keys/"), ("POST", "/chute/demo-echo/echo")):
        answer = call(method, path, {"a": 1} if method == "POST" else None, key)
        assert (answer.status, answer.detail) == (401, REFUSED), path
    assert call("GET", "/ping", headers=key).status == 200  # nobody looks at the key of a public route


def test_scopes_work_for_invocation_and_little_else(call: Client) -> None:
    echo = call("GET", "/chutes/echo").json["chute_id"]
    one = using(made(call, admin=False, scopes=[{"object_type": "chutes", "object_id": echo, "action": "invoke"}])["secret_key"])
    chat = {"model": "mock/open-model", "messages": [{"role": "user", "content": "hi"}]}
    assert call("POST", "/chute/demo-echo/echo", {"a": 1}, one).status == 200
    assert call("POST", "/chute/chutes-kokoro/speak", {"text": "a"}, one).status == 401
    assert call("POST", "/llm/v1/chat/completions", chat, one).status == 200  # the shared hosts name no chute, so any scope fits
    assert call("GET", "/chutes/", headers=one).status == 401
    read = using(made(call, admin=False, name="read", scopes=[{"object_type": "chutes", "action": "read"}])["secret_key"])
    assert call("POST", "/llm/v1/chat/completions", chat, read).status == 401 and call("GET", "/chutes/echo", headers=read).status == 401


def test_scopes_come_back_without_their_action(call: Client) -> None:
    key = made(call, admin=False, scopes=[{"object_type": "images", "object_id": "x", "action": "read"}])
    assert {name: key["scopes"][0][name] for name in ("object_type", "object_id", "method")} == {"object_type": "images", "object_id": "x", "method": None}
    assert made(call, name="full", scopes=[{"object_type": "images"}])["scopes"] == []  # a full key keeps none


def test_keys_come_in_pages(call: Client) -> None:
    for number in range(4):
        made(call, name=f"k{number}")
    pages = [call("GET", f"/api_keys/?page={page}&limit=2").json for page in range(4)]
    assert [len(page["items"]) for page in pages] == [2, 2, 1, 0] and {page["total"] for page in pages} == {5}
    assert call("GET", "/api_keys/?limit=0").json["limit"] == 0 and len(call("GET", "/api_keys/?limit=0").json["items"]) == 5
    assert call("GET", "/api_keys/?page=x").detail[0]["type"] == "int_parsing"


SECRET = {"purpose": "echo", "key": "HF_TOKEN", "value": "a value to hide"}


def test_a_secret_never_shows_its_value(call: Client) -> None:
    chute_id = call("GET", "/chutes/echo").json["chute_id"]
    row = call("POST", "/secrets/", SECRET).json
    assert row["purpose"] == chute_id and row["value"] != SECRET["value"] and re.fullmatch("[0-9a-f]+", row["value"])
    assert row["secret_id"] == str(uuid.uuid5(uuid.NAMESPACE_OID, f"{row['user_id']}:{chute_id}:HF_TOKEN"))
    one = call("GET", f"/secrets/{row['secret_id']}").json
    assert set(one) == {"secret_id", "key", "purpose", "created_at"} and call("GET", "/secrets/").json["items"] == [one]
    assert call("GET", f"/secrets/{row['secret_id']}", headers=BOB).detail == "Secret not found, or does not belong to you"
    assert call("POST", "/secrets/", {**SECRET, "purpose": chute_id}).detail == "A secret already exists for this purpose with this key."
    gone = call("DELETE", f"/secrets/{row['secret_id']}").json
    assert gone == {"status": f"Successfully deleted secret {row['secret_id']}", "secret_id": row["secret_id"]}
    assert call("DELETE", f"/secrets/{row['secret_id']}").status == 404 and call("GET", "/secrets/").json["total"] == 0


@pytest.mark.parametrize(
    "change, status, text",
    [
        ({"purpose": "nope"}, 404, "Did not find target chute nope, or it does not belong to you"),
        ({"purpose": "secret"}, 404, "Did not find target chute secret, or it does not belong to you"),
        ({"key": "PYTHONPATH"}, 403, "Banned secret key: PYTHONPATH"),
        ({"key": "ld_preload"}, 403, "Banned secret key: ld_preload"),
        ({"key": "https_proxy"}, 403, "Banned secret key: https_proxy"),
        ({"key": "PYTHONUNBUFFERED"}, 200, ""),
    ],
)
def test_which_secrets_are_taken(call: Client, change: dict[str, str], status: int, text: str) -> None:
    answer = call("POST", "/secrets/", {**SECRET, **change})
    assert answer.status == status and (not text or answer.detail == text)

"""From sign-up to a shared chute: what somebody does who has only a wallet."""

from __future__ import annotations

from typing import Any

import pytest

from .client import Client, Json, key_of

SEED, COLDKEY = "44" * 32, "5FnoWRL4FYzd29q8zXoY3JWio9PtBPgrAFu2RcgQazRQsiCs"
MESSAGES = [{"role": "user", "content": "Say hello."}]


def cord(path: str, function: str, stream: bool = False) -> Json:
    inner = {"method": "POST", "path": f"/{function}", "function": function, "stream": stream, "passthrough": True}
    return {**inner, "public_api_path": path, "public_api_method": "POST"}


LLM: Json = {
    "name": "talk", "image": "chutes/vllm:0.11.1", "public": False, "code": "x = 1\n", "filename": "chute.py", "ref_str": "chute:chute",
    "standard_template": "vllm", "revision": "0" * 40, "tee": True, "node_selector": {"gpu_count": 1, "include": ["pro_6000"]},
    "cords": [cord("/v1/chat/completions", "chat_stream", True), cord("/v1/chat/completions", "chat")],
}  # fmt: skip


def sign(client: Client, message: str) -> Json:
    return dict(client.call("hotkey.sign", {"seed": SEED, "message": message}).final)


def signed_up(client: Client) -> tuple[Client, str]:
    """A fresh account with 60 dollars, signed in by the key of its set-up; and its key."""
    address = sign(client, "")["address"]
    body = {"hotkey": address, "coldkey": COLDKEY, "username": "newbie", "signature": sign(client, f"chutes_signup:{address}:{COLDKEY}")["signature"]}
    nobody = client.stranger()
    made = nobody.manage("users", "agent_register", body=body)
    assert nobody.manage("users", "agent_registration", path={"hotkey": address})["status"] == "pending_payment"
    client.control(f"agent_registrations/{address}/pay", {"usd": 60})
    assert nobody.manage("users", "agent_registration", path={"hotkey": address})["status"] == "completed"
    setup = {"hotkey": address, "signature": sign(client, f"chutes_setup:{made['user_id']}")["signature"]}
    given = nobody.manage("users", "agent_setup", path={"user_id": made["user_id"]}, body=setup)
    nobody.no_manage("conflict", 409, "users", "agent_setup", path={"user_id": made["user_id"]}, body=setup)
    return client.as_user(given["api_key"]), given["api_key"]


def text_of(completion: Any) -> str:
    return str(completion["choices"][0]["message"]["content"])


def deployed(client: Client, body: Json = LLM) -> Json:
    """A chute of the caller: its fee is named, then accepted."""
    fee = client.refused("payment_required", 402, "chutes.deploy", {"body": body})["fee"]
    before = client.manage("users", "me")["balance"]
    made = client.call("chutes.deploy", {"body": body, "accept_fee": True}).final
    assert made["status"] == "created" and client.manage("users", "me")["balance"] == pytest.approx(before - fee) and fee > 0
    return dict(made["chute"])


def test_from_sign_up_to_chat(client: Client) -> None:
    owner, _ = signed_up(client)
    me = owner.manage("users", "me")
    assert (me["username"], me["balance"]) == ("newbie", 60.0)
    key = owner.manage("api_keys", "create", body={"name": "chat only", "admin": False, "scopes": [{"object_type": "chutes", "action": "invoke"}]})
    chute = deployed(owner)
    assert chute["hot"] is False and chute["slug"] == "newbie-talk"
    hot = owner.call("chutes.wait_ready", {"ref": "newbie/talk"})
    assert hot.final["status"] == "hot" and [item["status"] for item in hot.items] == ["cold", "hot"]
    assert owner.manage("chutes", "get", path={"chute_id_or_name": "talk"})["hot"] is True
    by_id = text_of(owner.call("chute.chat", {"ref": chute["chute_id"], "model": "talk", "messages": MESSAGES}).final)
    caller = client.as_user(key["secret_key"])  # may call, but not look anything up
    said = caller.call("chute.chat", {"ref": "newbie-talk", "model": "talk", "messages": MESSAGES}, consume="chunks")
    assert text_of(said.final) == by_id != "" and sum(entry["k"] == "chunk" for entry in said.obs) > 1
    caller.no_manage("unauthenticated", 401, "users", "me")


def test_a_chute_is_shared_and_deleted(client: Client) -> None:
    chute, bob = deployed(client), client.as_user(key_of("bob"))
    client.call("chutes.wait_ready", {"ref": "demo/talk"})
    bob.no_manage("not_found", 404, "chutes", "get", path={"chute_id_or_name": chute["chute_id"]})
    client.manage("chutes", "share", body={"chute_id_or_name": "talk", "user_id_or_name": "bob"})
    assert bob.manage("chutes", "get", path={"chute_id_or_name": "demo/talk"})["chute_id"] == chute["chute_id"]
    assert [row["chute_id"] for row in client.manage("users", "shares")["items"]] == [chute["chute_id"]]
    client.manage("chutes", "unshare", body={"chute_id_or_name": "talk", "user_id_or_name": "bob"})
    bob.no_manage("not_found", 404, "chutes", "get", path={"chute_id_or_name": chute["chute_id"]})
    assert client.manage("chutes", "delete", path={"chute_id": chute["chute_id"]})["deleted"] is True
    client.no_manage("not_found", 404, "chutes", "get", path={"chute_id_or_name": chute["chute_id"]})


def test_a_deployment_that_changes_nothing_is_not_sent(client: Client) -> None:
    first = deployed(client)
    assert client.call("chutes.deploy", {"body": LLM}).final["status"] == "unchanged"
    second = client.call("chutes.deploy", {"body": {**LLM, "code": "x = 2\n"}}).final  # without a fee, the second time
    assert second["status"] == "updated" and second["chute"]["version"] != first["version"]
    image = {"image_id": first["image"]["image_id"], "patch_version": first["image"]["patch_version"], "code": LLM["code"]}
    predicted = client.call("chutes.predict", {"username": "demo", "name": "talk", **image}).final
    assert (predicted["chute_id"], predicted["version"]) == (first["chute_id"], first["version"])


def test_a_chute_is_followed_and_changed(client: Client) -> None:
    found = client.manage("chutes", "get", path={"chute_id_or_name": "demo/echo"})
    assert client.manage("chutes", "update", path={"chute_id_or_name": found["chute_id"]}, body={"tagline": "Another"})["tagline"] == "Another"
    assert client.call("chute.call", {"ref": "demo/echo", "path": "/echo", "json": {"text": "hi"}}).final["json"]["echo"] == {"text": "hi"}
    code = client.manage("chutes", "code", path={"chute_id": found["chute_id"]})["text"]
    assert "Chute(" in code
    warm = client.call("mgmt.stream", {"resource": "chutes", "method": "warmup", "path": {"chute_id_or_name": "cold-echo"}})
    assert [item["status"] for item in warm.items] == ["cold", "hot"]
    answer = client.call("chat.create", {"model": "mock/open-model", "messages": MESSAGES}, report=True)
    assert answer.response["status"] == 200 and answer.response["quota"]["used"] >= 1

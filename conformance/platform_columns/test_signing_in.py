"""Keys with scopes, sessions, OAuth and hotkeys."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from .client import Client, Json, key_of, location_of

SEED, HOTKEY = "42" * 32, "5FnoWRL4FYzd29q8zXoY3JWio9PtBPgrAFu2RcgQazRQsiCs"  # the public test seed, which is demo's hotkey
BACK = "https://app.example/back"
CHAT: Json = {"model": "mock/open-model", "messages": [{"role": "user", "content": "hi"}]}


def test_a_key_is_shown_once_and_ends_when_deleted(client: Client) -> None:
    made = client.manage("api_keys", "create", body={"name": "full", "admin": True})
    keyed, path = client.as_user(made["secret_key"]), {"api_key_id": made["api_key_id"]}
    assert keyed.manage("users", "me")["username"] == "demo"
    for found in (client.manage("api_keys", "get", path=path), *client.manage("api_keys", "list")["items"]):
        assert made["secret_key"] not in str(found) and not found.get("secret_key")
    client.no_manage("conflict", 409, "api_keys", "create", body={"name": "full", "admin": True})
    client.manage("api_keys", "delete", path=path)
    keyed.no_manage("unauthenticated", 401, "users", "me")


def test_scopes_bind_a_key_to_one_chute(client: Client) -> None:
    echo = client.manage("chutes", "get", path={"chute_id_or_name": "echo"})["chute_id"]
    scopes = [{"object_type": "chutes", "object_id": echo, "action": "invoke"}]
    scoped = client.as_user(client.manage("api_keys", "create", body={"name": "one", "admin": False, "scopes": scopes})["secret_key"])
    call = {"ref": "demo-echo", "path": "/echo", "json": {"text": "a"}}
    assert scoped.call("chute.call", call).final["json"]["echo"] == {"text": "a"}
    scoped.refused("unauthenticated", 401, "chute.call", {**call, "ref": "chutes-kokoro", "path": "/speak"})
    scoped.no_manage("unauthenticated", 401, "api_keys", "list")


def test_a_fingerprint_logs_in_to_a_session(client: Client) -> None:
    nobody = client.stranger()
    token = nobody.manage("users", "login", body={"fingerprint": "demo-fingerprint"})["token"]
    assert client.as_user(token).manage("users", "me")["username"] == "demo"
    nobody.no_manage("unauthenticated", 401, "users", "login", body={"fingerprint": "wrong"})
    nonce = nobody.manage("users", "login_nonce")["nonce"]
    signature = client.call("hotkey.sign", {"seed": SEED, "message": nonce}).final["signature"]
    token = nobody.manage("users", "login", body={"hotkey": HOTKEY, "signature": signature, "nonce": nonce})["token"]
    assert client.as_user(token).manage("users", "me")["username"] == "demo"


def test_hotkeys_sign_reads_writes_uploads_and_chats(client: Client) -> None:
    signing = client.by({"mode": "hotkey", "seed": SEED})
    assert signing.manage("users", "me")["username"] == "demo"
    made = signing.manage("api_keys", "create", body={"name": "schlüssel", "admin": True})
    assert signing.manage("api_keys", "delete", path={"api_key_id": made["api_key_id"]})["deleted"] is True
    assert signing.call("chat.create", CHAT).final["choices"][0]["message"]["content"]
    built = signing.call("container_images.build", {"name": "signed", "tag": "1.0", "dockerfile": "FROM scratch\n", "wait": False}).final
    assert signing.manage("container_images", "get", path={"image_id_or_name": built["image_id"]})["name"] == "signed"
    stranger = client.by({"mode": "hotkey", "seed": "44" * 32})
    assert "hotkey" in stranger.no_manage("unauthenticated", 401, "users", "me")["message"]


def test_a_hotkey_from_the_configuration_file(client: Client) -> None:
    config = (
        f"[api]\nbase_url = {client.platform.base_url}\n\n[auth]\nusername = demo\nuser_id = u\nhotkey_seed = {SEED}\n"
        f"hotkey_name = default\nhotkey_ss58address = {HOTKEY}\n"
    )
    assert client.by({"mode": "hotkey-config", "config": config}).manage("users", "me")["username"] == "demo"


def authorized(client: Client, scopes: list[str]) -> tuple[Json, Json]:
    """An app of demo's, and tokens of the user who has agreed to it."""
    app = client.manage("oauth_apps", "create", body={"name": "My App", "redirect_uris": [BACK]})
    asked = client.call("oauth.authorize_url", {"client_id": app["client_id"], "redirect_uri": BACK, "scopes": scopes}).final
    back = parse_qs(urlsplit(location_of(asked["url"])).query)
    assert back["state"] == [asked["state"]]
    known = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    token = client.call("oauth.exchange", {**known, "redirect_uri": BACK, "code": back["code"][0], "code_verifier": asked["code_verifier"]}).final
    return known, token


def test_an_app_signs_in_renews_and_revokes(client: Client) -> None:
    known, token = authorized(client, ["openid", "profile", "chutes:invoke"])
    signed_in = client.as_user(token["access_token"])
    assert signed_in.manage("oauth", "userinfo")["username"] == "demo"
    assert signed_in.call("chat.create", CHAT).final["choices"]
    assert len(client.manage("oauth_authorizations", "list")["items"]) == 1
    fresh = client.call("oauth.refresh", {**known, "refresh_token": token["refresh_token"]}).final
    assert fresh["access_token"] != token["access_token"]
    replayed = client.play("oauth.refresh", {**known, "refresh_token": token["refresh_token"]}).error
    assert replayed["kind"] == "bad_request" and "invalid_grant" in replayed["message"]
    about = client.manage("oauth", "introspect", body={**known, "token": fresh["access_token"]})
    assert about["active"] is True
    client.call("oauth.revoke", {**known, "token": fresh["access_token"]})
    client.as_user(fresh["access_token"]).no_manage("unauthenticated", 401, "oauth", "userinfo")


def test_a_token_that_ran_out_is_renewed_on_the_way(client: Client) -> None:
    known, token = authorized(client, ["openid", "profile"])
    client.control("advance", {"seconds": 3601})
    client.as_user(token["access_token"]).no_manage("unauthenticated", 401, "oauth", "userinfo")
    old = {"access_token": token["access_token"], "refresh_token": token["refresh_token"], "expires_in_ms": 0}
    answer = client.by({"mode": "oauth", **known, "token": old}).call("mgmt", {"resource": "oauth", "method": "userinfo"})
    assert answer.final["username"] == "demo"
    told = [entry for entry in answer.obs if entry["k"] == "token"]
    assert len(told) == 1 and told[0]["access_token"] != token["access_token"] and told[0]["refresh_token"] != token["refresh_token"]


def test_another_app_cannot_use_the_code(client: Client) -> None:
    known, _ = authorized(client, ["profile"])
    wrong = client.play("oauth.exchange", {**known, "redirect_uri": BACK, "code": "no-such-code", "code_verifier": "v" * 64}).error
    assert (wrong["kind"], wrong["status"]) == ("bad_request", 400)
    other = client.as_user(key_of("bob"))
    other.no_manage("not_found", 404, "oauth_apps", "delete", path={"app_id": known["client_id"]})

"""Signing in through an app: apps, consent, PKCE, tokens, rotation, what tokens permit."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from .conftest import Answer, Client

BOB, CHUTES = {"authorization": "Bearer cpk_bob_x"}, {"authorization": "Bearer cpk_chutes_x"}
BACK = "https://app.example/back"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def app(call: Client, **change: Any) -> Any:
    return call("POST", "/idp/apps", {"name": "My App", "redirect_uris": [BACK], **change}).json


def authorize(call: Client, made: Any, **change: str) -> dict[str, str]:
    """What comes back in the redirect's query."""
    query = {"response_type": "code", "client_id": made["client_id"], "redirect_uri": BACK, "state": "s1", "scope": "profile chutes:invoke"}
    query |= {"code_challenge": CHALLENGE, "code_challenge_method": "S256", **change}
    answer = call("GET", f"/idp/authorize?{urlencode(query)}", key=False)
    assert answer.status == 302 and answer.headers["location"].startswith(BACK + "?"), answer.body
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def form(call: Client, path: str, fields: dict[str, str], headers: dict[str, str] | None = None) -> Answer:
    return call("POST", path, urlencode(fields).encode(), {"content-type": "application/x-www-form-urlencoded", **(headers or {})}, key=False)


def exchange(call: Client, made: Any, code: str, **change: str) -> Answer:
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    return form(call, "/idp/token", {**fields, "client_id": made["client_id"], "client_secret": made["client_secret"], **change})


def refresh(call: Client, made: Any, token: str, **change: str) -> Answer:
    fields = {"grant_type": "refresh_token", "refresh_token": token, "client_id": made["client_id"], "client_secret": made["client_secret"]}
    return form(call, "/idp/token", {**fields, **change})


def tokens(call: Client, made: Any, **change: str) -> Any:
    return exchange(call, made, authorize(call, made, **change)["code"]).json


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def test_an_app_shows_its_secret_once(call: Client) -> None:
    made = app(call, description="for tests")
    assert re.fullmatch(r"cid_[a-z0-9]{24}", made["client_id"]) and re.fullmatch(r"csc_[A-Za-z0-9]{48}", made["client_secret"])
    path = f"/idp/apps/{made['app_id']}"
    assert {**call("GET", path).json, "client_secret": made["client_secret"]} == made
    assert call("GET", f"/idp/apps/{made['client_id']}").json["app_id"] == made["app_id"] and "client_secret" not in str(call("GET", "/idp/apps").json)
    fresh = call("POST", f"{path}/regenerate-secret").json
    code = authorize(call, made)["code"]
    assert fresh["client_secret"] != made["client_secret"] and exchange(call, made, code).json == {"error": "invalid_client"}
    assert "access_token" in exchange(call, fresh, authorize(call, made)["code"]).json


@pytest.mark.parametrize(
    "change, kind",
    [
        ({"name": "ab"}, "Value error, Name must be between 3 and 64 characters"),
        ({"name": "a/b/c"}, "Value error, Name can only contain letters, numbers, spaces, hyphens, and periods"),
        ({"redirect_uris": []}, "Value error, At least one redirect URI is required"),
        ({"redirect_uris": ["https://a"] * 11}, "Value error, Maximum 10 redirect URIs allowed"),
        ({"redirect_uris": ["app://x"]}, "Value error, Invalid redirect URI: app://x"),
        ({"refresh_token_lifetime_days": 31}, "Value error, Refresh token lifetime cannot exceed 30 days"),
        ({"refresh_token_lifetime_days": 0}, "Value error, Refresh token lifetime must be at least 1 day"),
    ],
)
def test_what_an_app_must_be(call: Client, change: dict[str, Any], kind: str) -> None:
    answer = call("POST", "/idp/apps", {"name": "My App", "redirect_uris": [BACK], **change})
    assert (answer.status, answer.detail[0]["msg"], answer.detail[0]["loc"]) == (422, kind, ["body", next(iter(change))])


def test_names_and_privileges_of_apps(call: Client) -> None:
    made = app(call)
    again = call("POST", "/idp/apps", {"name": "MY APP", "redirect_uris": [BACK]}, BOB)
    assert (again.status, again.detail) == (409, "An application with this name already exists")
    privileged = call("POST", "/idp/apps", {"name": "Other", "redirect_uris": [BACK], "allowed_scopes": ["admin", "chutes:read"]})
    assert (privileged.status, privileged.detail) == (403, "Privileged scopes require unlimited_dev permission: ['admin']")
    changed = call("PATCH", f"/idp/apps/{made['app_id']}", {"description": "new", "homepage_url": None, "public": False}).json
    assert changed["description"] == "new" and changed["public"] is False and changed["name"] == "My App"
    assert call("PATCH", f"/idp/apps/{made['app_id']}", {"name": "x"}, BOB).status == 422
    assert call("PATCH", f"/idp/apps/{made['app_id']}", {}, BOB).detail == "Application not found"


def test_sharing_an_app(call: Client) -> None:
    made = app(call, public=False)
    path, body = f"/idp/apps/{made['app_id']}", {"app_id_or_name": "My App", "user_id_or_name": "bob"}
    assert call("GET", path, headers=BOB).status == 404 and call("GET", "/idp/apps", headers=BOB).json["total"] == 0
    shared = call("POST", f"{path}/share", body).json
    assert shared["shared_to_username"] == "bob" and call("POST", f"{path}/share", body).status == 409
    assert call("POST", f"{path}/share", {**body, "user_id_or_name": "demo"}).detail == "Cannot share app with yourself"
    assert call("GET", path, headers=BOB).status == 200 and call("GET", "/idp/apps?include_shared=false", headers=BOB).json["total"] == 0
    assert call("GET", f"{path}/shares").json["shares"][0]["username"] == "bob"
    assert call("DELETE", f"{path}/share/{shared['shared_to']}").json["unshared_from"] == shared["shared_to"]
    assert call("DELETE", f"{path}/share/{shared['shared_to']}").detail == "Share not found"
    assert call("DELETE", path).json == {"app_id": made["app_id"], "deleted": True} and call("DELETE", path).status == 404


def test_lists_of_apps(call: Client) -> None:
    app(call, description="a weather thing")
    assert call("GET", "/idp/apps?search=WEATHER", headers=BOB).json["total"] == 1 and call("GET", "/idp/apps?search=none").json["total"] == 0
    assert call("GET", "/idp/apps?include_public=false&include_shared=false", headers=BOB).json["total"] == 0
    assert call("GET", "/idp/apps?user_id=me").json["total"] == 1 and call("GET", "/idp/apps?user_id=other").status == 403


def test_scopes_and_discovery(call: Client) -> None:
    scopes = call("GET", "/idp/scopes", key=False).json["scopes"]
    found = call("GET", "/.well-known/openid-configuration", key=False).json
    assert scopes["chutes:invoke"] == "Invoke/run chutes" and found["scopes_supported"] == list(scopes)
    assert found["token_endpoint"] == f"{call.platform.base_url}/idp/token" and "jwks_uri" not in found


def test_the_whole_way(call: Client) -> None:
    made = app(call)
    back = authorize(call, made)
    assert back["state"] == "s1" and len(back["code"]) == 64
    answer = exchange(call, made, back["code"])
    pair = answer.json
    assert re.fullmatch(r"cak_[0-9a-f-]{36}\.[A-Za-z0-9]{48}", pair["access_token"]) and re.fullmatch(r"crt_[0-9a-f-]{36}\.\w{48}", pair["refresh_token"])
    assert (pair["token_type"], pair["expires_in"], pair["scope"]) == ("Bearer", 3600, "profile chutes:invoke")
    info = call("GET", "/idp/userinfo", headers=bearer(pair["access_token"])).json
    assert info["username"] == "demo" and set(info) == {"sub", "username", "created_at"}
    assert exchange(call, made, back["code"]).json == {"error": "invalid_grant"}  # a code works once


def test_http_basic_instead_of_the_form(call: Client) -> None:
    made = app(call)
    basic = base64.b64encode(f"{made['client_id']}:{made['client_secret']}".encode()).decode()
    fields = {"grant_type": "authorization_code", "code": authorize(call, made)["code"], "redirect_uri": BACK, "code_verifier": VERIFIER}
    assert "access_token" in form(call, "/idp/token", fields, {"authorization": f"Basic {basic}"}).json


@pytest.mark.parametrize(
    "change, error",
    [
        ({"code_verifier": "another"}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"redirect_uri": "https://other"}, "invalid_grant"),
        ({"code": "never"}, "invalid_grant"),
        ({"client_secret": "csc_wrong"}, "invalid_client"),
        ({"client_secret": ""}, "invalid_client"),
        ({"client_id": "cid_wrong"}, "invalid_client"),
        ({"redirect_uri": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_refused_exchanges(call: Client, change: dict[str, str], error: str) -> None:
    made = app(call)
    answer = exchange(call, made, authorize(call, made)["code"], **change) if "code" not in change else exchange(call, made, change["code"])
    assert (answer.status, answer.json["error"]) == (400, error) and "detail" not in answer.json


def test_a_form_without_its_grant_type_is_a_422(call: Client) -> None:
    assert form(call, "/idp/token", {"code": "x"}).detail == [{"type": "missing", "loc": ["body", "grant_type"], "msg": "Field required", "input": None}]


def test_refresh_tokens_work_once(call: Client) -> None:
    made = app(call)
    first = tokens(call, made)
    second = refresh(call, made, first["refresh_token"]).json
    assert second["refresh_token"] != first["refresh_token"] and second["scope"] == first["scope"]
    assert refresh(call, made, first["refresh_token"]).json == {"error": "invalid_grant"}
    assert "access_token" in refresh(call, made, second["refresh_token"]).json
    third = tokens(call, made)
    assert refresh(call, made, third["refresh_token"], client_secret="csc_no").json == {"error": "invalid_client"}
    assert "access_token" in refresh(call, made, third["refresh_token"]).json  # the refusal did not use it up
    assert refresh(call, made, "crt_never.x").json == {"error": "invalid_grant"}


def test_times(call: Client) -> None:
    made = app(call, refresh_token_lifetime_days=2)
    code = authorize(call, made)["code"]
    call("POST", "/_mock/advance", {"seconds": 601})
    assert exchange(call, made, code).json == {"error": "invalid_grant"}
    pair = tokens(call, made)
    call("POST", "/_mock/advance", {"seconds": 3601})
    assert call("GET", "/idp/userinfo", headers=bearer(pair["access_token"])).detail == "Invalid or expired token"
    assert call("GET", "/users/me", headers=bearer(pair["access_token"])).detail == "Can't find a user with that api key in our db :("
    pair = refresh(call, made, pair["refresh_token"]).json
    call("POST", "/_mock/advance", {"seconds": 2 * 86400 + 1})
    assert refresh(call, made, pair["refresh_token"]).json == {"error": "invalid_grant"}


def test_what_a_token_can_do(call: Client) -> None:
    made = app(call)
    chat = {"model": "mock/open-model", "messages": [{"role": "user", "content": "hi"}]}
    both = bearer(tokens(call, made)["access_token"])
    assert call("POST", "/llm/v1/chat/completions", chat, both).status == 200 and call("POST", "/chute/demo-echo/echo", {}, both).status == 200
    assert call("GET", "/users/me", headers=both).json["username"] == "demo" and call("GET", "/users/me/quotas", headers=both).status == 200
    for path in ("/chutes/", "/images/", "/api_keys/"):
        answer = call("GET", path, headers=both)
        assert (answer.status, answer.detail) == (403, "Token does not have permission for this resource"), path
    reading = bearer(tokens(call, made, scope="chutes:read usage balance")["access_token"])
    assert call("GET", "/chutes/", headers=reading).status == call("GET", "/users/me", headers=reading).status == 403
    assert call("POST", "/llm/v1/chat/completions", chat, reading).status == 403
    assert call("GET", "/idp/userinfo", headers=reading).detail == "Token does not have required scope (openid, profile, or account:read)"


def test_scopes_that_cannot_be_asked_for(call: Client) -> None:
    made = app(call)
    for scope, text in (("admin", "Scope 'admin' requires explicit app registration"), ("chutes:1:invoke", "Unknown scope: chutes:1:invoke")):
        assert authorize(call, made, scope=scope) == {"error": "invalid_scope", "error_description": text, "state": "s1"}
    assert authorize(call, made, mock_user="nobody")["error"] == "access_denied"
    assert tokens(call, made, scope="")["scope"] == "profile"


@pytest.mark.parametrize(
    "change", [{"response_type": "token"}, {"client_id": "cid_no"}, {"redirect_uri": "https://other"}, {"code_challenge_method": "plain"}]
)
def test_what_cannot_be_sent_back_is_a_page(call: Client, change: dict[str, str]) -> None:
    made = app(call)
    query = {"response_type": "code", "client_id": made["client_id"], "redirect_uri": BACK, "code_challenge": "x", "code_challenge_method": "S256", **change}
    answer = call("GET", f"/idp/authorize?{urlencode(query)}", key=False)
    assert answer.status == 400 and answer.headers["content-type"].startswith("text/html")


def test_revocation_and_introspection(call: Client) -> None:
    made = app(call)
    pair = tokens(call, made)
    about = form(call, "/idp/token/introspect", {"token": pair["access_token"]}).json
    assert (about["active"], about["token_type"], about["client_id"], about["username"]) == (True, "access_token", made["client_id"], "demo")
    assert about["exp"] - about["iat"] == 3600 and about["scope"] == "profile chutes:invoke"
    assert form(call, "/idp/token/introspect", {"token": pair["refresh_token"]}).json["token_type"] == "refresh_token"
    wrong = form(call, "/idp/token/introspect", {"token": "x", "client_id": made["client_id"], "client_secret": "no"})
    assert (wrong.status, wrong.json) == (401, {"error": "invalid_client"})
    for token in (pair["access_token"], pair["refresh_token"], "cak_never"):
        assert form(call, "/idp/token/revoke", {"token": token}).json == {"revoked": True}
        assert form(call, "/idp/token/introspect", {"token": token}).json == {"active": False}
    assert refresh(call, made, pair["refresh_token"]).json == {"error": "invalid_grant"}


def test_authorizations_of_a_user(call: Client) -> None:
    made = app(call)
    pair = tokens(call, made)
    tokens(call, made, scope="profile")
    rows = call("GET", "/idp/authorizations").json
    assert rows["total"] == 1 and rows["items"][0]["app_name"] == "My App" and rows["items"][0]["scopes"] == ["profile"]
    assert call("DELETE", f"/idp/authorizations/{made['app_id']}").json == {"app_id": made["app_id"], "revoked": True}
    assert call("GET", "/idp/authorizations").json["total"] == 0 and call("DELETE", "/idp/authorizations/none").detail == "Authorization not found"
    assert call("GET", "/idp/userinfo", headers=bearer(pair["access_token"])).status == 401
    assert refresh(call, made, pair["refresh_token"]).json == {"error": "invalid_grant"}
    assert "access_token" in tokens(call, made)  # consenting again takes the revocation back

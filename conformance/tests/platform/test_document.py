"""The platform against the API document: every operation has a route, in the same words about credentials, and answers in its shape."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from chutes_conformance.platform import routes
from chutes_conformance.platform.http import Request

from .conftest import Answer, Client

DOCUMENT: dict[str, Any] = yaml.safe_load((Path(__file__).parents[3] / "openapi" / "chutes.yaml").read_text())
VERBS = ("get", "post", "put", "patch", "delete")
SAMPLES = {"extension": "webp", "ext": "json"}
BY_HAND = ("/users/balance_transfer", "/idp/userinfo")  # their handlers look at the credential themselves
LEFT_OUT = {"response_modes_supported", "inspecto", "package_hashes"}  # the server sends them; nobody needs them
OPERATIONS = [
    (verb, path, operation)
    for path, item in DOCUMENT["paths"].items()
    for verb, operation in item.items()
    if verb in VERBS and "servers" not in operation and "servers" not in item
]
NAMES = [f"{verb.upper()} {path}" for verb, path, _ in OPERATIONS]


def route_of(verb: str, path: str) -> routes.Match | None:
    concrete = re.sub(r"\{(\w+)\}", lambda place: SAMPLES.get(place[1], "x1"), path)
    return routes.find(Request(verb.upper(), concrete, concrete, {}, {}))


def test_the_document_is_the_whole_management_api() -> None:
    assert len(OPERATIONS) > 90


@pytest.mark.parametrize("verb, path, operation", OPERATIONS, ids=NAMES)
def test_every_operation_has_a_route_with_its_credentials(verb: str, path: str, operation: Any) -> None:
    match = route_of(verb, path)
    assert match, "no route"
    assert match.route.purpose == operation["x-sdk"].get("purpose")
    if path in BY_HAND:
        return
    security = operation.get("security")
    if security is None:
        assert match.route.auth == "user"
    elif {} in security:
        assert match.route.auth == "optional"
    else:  # none at all, or one that only the handler knows: the fingerprint, the hotkey of somebody new
        assert match.route.auth == "public" and not any("bearer" in way for way in security)


def schema_of(operation: Any, answer: Answer) -> Any:
    response = operation["responses"][str(answer.status)]
    if "$ref" in response:
        response = DOCUMENT["components"]["responses"][response["$ref"].rpartition("/")[2]]
    return response["content"]["application/json"]["schema"]


def check(verb: str, path: str, answer: Answer) -> None:
    operation = DOCUMENT["paths"][path][verb]
    schema = {"components": DOCUMENT["components"], **schema_of(operation, answer)}
    wrong = [f"{'.'.join(map(str, error.path))}: {error.message[:200]}" for error in Draft202012Validator(schema).iter_errors(answer.json)]
    assert not wrong, f"{verb} {path}: {wrong}"
    shape = DOCUMENT["components"]["schemas"].get(str(schema.get("$ref", "")).rpartition("/")[2], {})
    known = set(shape.get("properties", {}))
    if known and isinstance(answer.json, dict) and "additionalProperties" not in shape:
        extra = set(answer.json) - known - LEFT_OUT
        assert not extra, f"{verb} {path}: {extra} is not in the document"


READS = [
    ("/chutes/", "?include_public=true&include_schemas=true"), ("/images/", "?include_public=true"), ("/users/me", ""), ("/users/me/subscription_usage", ""),
    ("/users/me/quotas", ""), ("/users/me/discounts", ""), ("/users/me/price_overrides", ""), ("/users/growth", ""), ("/users/login/nonce", ""),
    ("/users/name_check", "?username=somebody"), ("/api_keys/", ""), ("/secrets/", ""), ("/idp/apps", ""), ("/idp/authorizations", ""), ("/idp/scopes", ""),
    ("/.well-known/openid-configuration", ""), ("/chutes/boosted", ""), ("/chutes/affine_available", ""), ("/chutes/rolling_updates", ""),
    ("/chutes/gpu_count_history", ""), ("/chutes/utilization", ""), ("/bounties/", ""), ("/pricing", ""), ("/ping", ""), ("/model_aliases/", ""),
    ("/nodes/", ""), ("/nodes/supported", ""), ("/payments", ""), ("/servers/tee/measurements", ""), ("/invocations/usage", ""), ("/audit/", ""),
]  # fmt: skip


@pytest.mark.parametrize("path, query", READS, ids=[path for path, _ in READS])
@pytest.mark.parametrize("who", ["demo", "bob", "carol", "chutes"])
def test_what_is_read_has_its_shape(call: Client, path: str, query: str, who: str) -> None:
    answer = call("GET", path + query, headers={"authorization": f"Bearer cpk_{who}_x"})
    assert answer.status == 200
    check("get", path, answer)


@pytest.mark.parametrize("query", ["", "?per_chute=true"])
def test_usage_and_quota_usage_have_their_shape(call: Client, query: str) -> None:
    check("get", "/users/{user_id}/usage", call("GET", "/users/me/usage" + query))
    for who in ("demo", "chutes"):
        answer = call("GET", "/users/me/quota_usage/*", headers={"authorization": f"Bearer cpk_{who}_x"})
        check("get", "/users/me/quota_usage/{chute_id}", answer)


def test_what_is_made_has_its_shape(call: Client) -> None:
    from .test_images import upload

    check("post", "/images/", upload(call))
    check("get", "/images/{image_id_or_name}", call("GET", "/images/demo/tool-box:1.0"))
    check("delete", "/images/{image_id_or_name}", call("DELETE", "/images/demo/tool-box:1.0"))
    key = call("POST", "/api_keys/", {"admin": False, "name": "k", "scopes": [{"object_type": "chutes", "action": "invoke"}]})
    check("post", "/api_keys/", key)
    check("get", "/api_keys/{api_key_id}", call("GET", f"/api_keys/{key.json['api_key_id']}"))
    check("delete", "/api_keys/{api_key_id}", call("DELETE", f"/api_keys/{key.json['api_key_id']}"))
    secret = call("POST", "/secrets/", {"purpose": "echo", "key": "HF_TOKEN", "value": "v"})
    check("post", "/secrets/", secret)
    check("get", "/secrets/{secret_id}", call("GET", f"/secrets/{secret.json['secret_id']}"))
    check("delete", "/secrets/{secret_id}", call("DELETE", f"/secrets/{secret.json['secret_id']}"))
    check("post", "/users/balance_transfer", call("POST", "/users/balance_transfer", {"user_id": "bob", "amount": 1}))
    check("post", "/chutes/share", call("POST", "/chutes/share", {"chute_id_or_name": "echo", "user_id_or_name": "bob"}))
    check("get", "/users/{user_id}/shares", call("GET", "/users/me/shares"))
    check("post", "/users/login", call("POST", "/users/login", {"fingerprint": "demo-fingerprint"}))
    check("get", "/chutes/warmup/{chute_id_or_name}", call("GET", "/chutes/warmup/cold-echo?quick=true"))
    check("get", "/chutes/{chute_id_or_name}/evidence", call("GET", f"/chutes/echo/evidence?nonce={'ab' * 32}"))


def test_apps_and_tokens_have_their_shape(call: Client) -> None:
    from .test_oauth import app, form, tokens

    made = call("POST", "/idp/apps", {"name": "Shape", "redirect_uris": ["https://app.example/back"]})
    check("post", "/idp/apps", made)
    path = f"/idp/apps/{made.json['app_id']}"
    check("get", "/idp/apps/{app_id}", call("GET", path))
    check("patch", "/idp/apps/{app_id}", call("PATCH", path, {"description": "d"}))
    check("post", "/idp/apps/{app_id}/share", call("POST", f"{path}/share", {"app_id_or_name": "Shape", "user_id_or_name": "bob"}))
    check("get", "/idp/apps/{app_id}/shares", call("GET", f"{path}/shares"))
    check("post", "/idp/apps/{app_id}/regenerate-secret", call("POST", f"{path}/regenerate-secret"))
    check("delete", "/idp/apps/{app_id}", call("DELETE", path))
    pair = tokens(call, app(call))
    check("get", "/idp/userinfo", call("GET", "/idp/userinfo", headers={"authorization": f"Bearer {pair['access_token']}"}))
    check("get", "/idp/authorizations", call("GET", "/idp/authorizations"))
    for token in (pair["access_token"], "cak_no"):
        check("post", "/idp/token/introspect", form(call, "/idp/token/introspect", {"token": token}))
    check("post", "/idp/token/revoke", form(call, "/idp/token/revoke", {"token": "x"}))
    wrong = form(call, "/idp/token", {"grant_type": "password"})
    assert wrong.status == 400
    check("post", "/idp/token", wrong)

"""Pages, and the refusals of the platform as every client tells them."""

from __future__ import annotations

import pytest

from .client import Client, Json, key_of

CHAT: Json = {"model": "mock/open-model", "messages": [{"role": "user", "content": "hi"}]}


def list_all(client: Client, resource: str, query: Json, **more: object) -> list[Json]:
    return client.call("mgmt.list_all", {"resource": resource, "method": "list", "query": query, **more}).items


def test_chutes_over_several_pages(client: Client) -> None:
    whole = client.manage("chutes", "list", query={"include_public": True, "limit": 100})
    before = client.platform.connections
    found = list_all(client, "chutes", {"include_public": True, "limit": 2})
    assert [chute["chute_id"] for chute in found] == [chute["chute_id"] for chute in whole["items"]]
    assert len(found) == whole["total"] > 6 and client.platform.connections > before
    first = client.manage("chutes", "list", query={"include_public": True, "limit": 2, "page": 1})
    assert (first["page"], first["limit"], first["total"]) == (1, 2, len(found))
    assert [chute["chute_id"] for chute in first["items"]] == [chute["chute_id"] for chute in found[2:4]]
    assert len(list_all(client, "chutes", {"include_public": True, "limit": 2}, max_items=3)) == 3
    pages = [entry for entry in client.platform.app.log if entry["path"] == "/chutes/"]
    assert len(pages) == 1 + -(-len(found) // 2) + 1 + 2


@pytest.mark.parametrize("resource", ["api_keys", "secrets"])
def test_what_one_made_over_several_pages(client: Client, resource: str) -> None:
    for number in range(5):
        body = {"name": f"k{number}", "admin": True} if resource == "api_keys" else {"purpose": "echo", "key": f"K{number}", "value": "v"}
        client.manage(resource, "create", body=body)
    name = {"api_keys": "name", "secrets": "key"}[resource]
    prefix = name[0].upper() if resource == "secrets" else "k"
    assert sorted(row[name] for row in list_all(client, resource, {"limit": 2}) if row[name][0] == prefix) == [f"{prefix}{number}" for number in range(5)]


def test_a_name_that_is_taken(client: Client) -> None:
    secret = {"purpose": "echo", "key": "TOKEN", "value": "v"}
    client.manage("secrets", "create", body=secret)
    assert "already exists" in client.no_manage("conflict", 409, "secrets", "create", body=secret)["message"]
    app = {"name": "My App", "redirect_uris": ["https://app.example/back"]}
    client.manage("oauth_apps", "create", body=app)
    client.no_manage("conflict", 409, "oauth_apps", "create", body=app)
    nobody = client.stranger()
    assert nobody.manage("users", "name_check", query={"username": "demo"}) == {"valid": True, "available": False}


def test_a_body_that_does_not_fit(client: Client) -> None:
    error = client.no_manage("unprocessable", 422, "api_keys", "create", body={"name": "x", "admin": False, "scopes": [{"object_type": "chutes", "action": "run"}]})
    assert "Input should be 'read', 'write', 'delete' or 'invoke'" in error["message"] and "action" in error["message"]
    error = client.no_manage("unprocessable", 422, "chutes", "list", query={"limit": 5001})
    assert "limit" in error["message"]


def test_money_and_quota(client: Client) -> None:
    rich = client.manage("users", "me")["balance"]
    client.manage("users", "balance_transfer", body={"user_id": "bob", "amount": 1.5})
    assert client.manage("users", "me")["balance"] == pytest.approx(rich - 1.5)
    error = client.play("mgmt", {"resource": "users", "method": "balance_transfer", "body": {"user_id": "bob", "amount": 1e6}}).error
    assert error["status"] in (400, 402) and error["kind"] in ("bad_request", "payment_required")
    client.refused("quota_exhausted", 402, "chat.create", {**CHAT, "extra_headers": {}}, client={"headers": {"x-mock-scenario": "quota-402"}})


@pytest.mark.parametrize("path", ["/nope", "/chutes", "/api_keys", "/users/me/"])
def test_a_path_that_is_not_there(client: Client, path: str) -> None:
    answer = client.play("request", {"method": "GET", "path": path})
    assert (answer.error["kind"], answer.error["status"]) == ("not_found", 404) and "No matching chute found!" in answer.error["message"]


def test_a_method_that_is_not_there(client: Client) -> None:
    answer = client.play("request", {"method": "DELETE", "path": "/pricing"})
    assert (answer.error["kind"], answer.error["status"]) == ("not_found", 404) and "No matching chute found!" in answer.error["message"]


def test_with_a_key_that_is_nobodys(client: Client) -> None:
    nobody = client.stranger()
    nobody.no_manage("unauthenticated", 401, "users", "me")
    assert nobody.manage("platform", "ping") == {"message": "pong"}


def test_what_is_somebody_elses(client: Client) -> None:
    chute_id, bob = client.manage("chutes", "get", path={"chute_id_or_name": "echo"})["chute_id"], client.as_user(key_of("bob"))
    bob.no_manage("not_found", 404, "chutes", "delete", path={"chute_id": chute_id})
    bob.no_manage("not_found", 404, "container_images", "get", path={"image_id_or_name": "demo/tools:1.0"})
    bob.no_manage("bad_request", 400, "chutes", "delete", path={"chute_id": "secret"})  # one's own, but by name

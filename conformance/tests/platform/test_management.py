"""The management API: lists, paging, sharing, warm-up, deletion, and who may see what."""

from __future__ import annotations

import re
import time
import uuid

import pytest

from .conftest import Client

NAIVE = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$")
BOB = {"authorization": "Bearer cpk_bob_x"}


def test_anonymous_sees_public_and_the_caller_own(call: Client) -> None:
    anonymous, own = call("GET", "/chutes/", key=False).json, call("GET", "/chutes/").json
    assert anonymous["total"] == len(anonymous["items"]) == 9 and all(item["public"] for item in anonymous["items"])
    assert {item["name"] for item in own["items"]} == {"echo", "cold-echo", "worker"}
    both = call("GET", "/chutes/?include_public=true&limit=100").json
    assert both["total"] == 12


def test_pages_cover_the_list_once(call: Client) -> None:
    names = []
    for page in range(4):
        answer = call("GET", f"/chutes/?limit=3&page={page}", key=False).json
        assert (answer["page"], answer["limit"], answer["total"]) == (page, 3, 9)
        names += [item["name"] for item in answer["items"]]
    assert len(names) == len(set(names)) == 9
    offset = call("GET", "/chutes/?limit=3&offset=3", key=False).json
    assert [item["name"] for item in offset["items"]] == names[3:6] and offset["page"] == 0


@pytest.mark.parametrize(
    "query, status, kind",
    [
        ("page=101", 422, "less_than_equal"),
        ("page=-1", 422, "greater_than_equal"),
        ("limit=0", 422, "greater_than_equal"),
        ("limit=5001", 422, "less_than_equal"),
        ("limit=x", 422, "int_parsing"),
        ("include_public=maybe", 422, "bool_parsing"),
    ],
)
def test_query_limits(call: Client, query: str, status: int, kind: str) -> None:
    answer = call("GET", f"/chutes/?{query}", key=False)
    assert (answer.status, answer.detail[0]["type"], answer.detail[0]["loc"][0]) == (status, kind, "query") and "input" in answer.detail[0]


def test_page_and_offset_together(call: Client) -> None:
    answer = call("GET", "/chutes/?page=1&offset=1", key=False)
    assert (answer.status, answer.detail) == (400, "Cannot specify both page and offset, select <= 1 of these.")


@pytest.mark.parametrize(
    "query, count",
    [("template=vllm", 6), ("template=diffusion", 1), ("template=other", 1), ("name=QWEN", 2), ("exclude=mock", 6), ("slug=CHUTES-flux-1-schnell", 1), ("slug=flux", 0), ("image=vllm", 0)],
)
def test_filters(call: Client, query: str, count: int) -> None:
    assert call("GET", f"/chutes/?{query}", key=False).json["total"] == count


def test_cords_live_in_cord_refs(call: Client) -> None:
    plain, full = call("GET", "/chutes/", key=False).json, call("GET", "/chutes/?include_schemas=true", key=False).json
    for item in plain["items"]:
        assert item["cords"] is None and plain["cord_refs"][item["cord_ref_id"]]
    assert not any("minimal_input_schema" in cord for cords in plain["cord_refs"].values() for cord in cords)
    assert any(cord["minimal_input_schema"] for cords in full["cord_refs"].values() for cord in cords)


def test_get_by_id_name_and_escaped_name(call: Client) -> None:
    one = call("GET", "/chutes/Qwen/Qwen3-32B-TEE", key=False).json
    assert one["chute_id"] == str(uuid.uuid5(uuid.NAMESPACE_OID, "chutes::chute::Qwen/Qwen3-32B-TEE"))
    for path in (one["chute_id"], "Qwen%2FQwen3-32B-TEE", "chutes/Qwen/Qwen3-32B-TEE"):
        assert call("GET", f"/chutes/{path}", key=False).json["chute_id"] == one["chute_id"]
    assert NAIVE.match(one["created_at"]) and one["hot"] is True and len(one["cords"]) == 7


def test_private_chutes_of_others_do_not_exist(call: Client) -> None:
    for path in ("/chutes/bob/secret", "/chutes/secret"):
        assert (call("GET", path).status, call("GET", path, headers=BOB).status) == (404, 200)


def test_share_and_unshare(call: Client) -> None:
    body = {"chute_id_or_name": "secret", "user_id_or_name": "demo"}
    assert call("POST", "/chutes/share", body).status == 404
    assert call("POST", "/chutes/share", body, BOB).json == {"status": "Successfully shared chute.name='secret' with user.username='demo'"}
    assert call("GET", "/chutes/bob/secret").status == 200
    assert call("POST", "/chute/bob-secret/echo", {"a": 1}).status == 200
    assert call("POST", "/chutes/unshare", body, BOB).status == call("POST", "/chutes/unshare", body, BOB).status == 200
    assert call("POST", "/chute/bob-secret/echo", {"a": 1}).status == 404
    assert call("POST", "/chutes/share", {**body, "user_id_or_name": "bob"}, BOB).status == 400
    assert call("POST", "/chutes/share", {**body, "user_id_or_name": "nobody"}, BOB).status == 404


def test_update_ignores_empty_strings_and_the_shutdown_time(call: Client) -> None:
    body = {"tagline": "new", "readme": "", "shutdown_after_seconds": 999, "max_instances": 3}
    answer = call("PUT", "/chutes/echo", body).json
    assert (answer["tagline"], answer["max_instances"], answer["shutdown_after_seconds"]) == ("new", 3, 300)
    assert call("PUT", "/chutes/echo", {"tagline": ""}).json["tagline"] == "new"
    assert call("PUT", "/chutes/bob/secret", body).status == 404
    assert call("PUT", "/chutes/echo", {"max_instances": 101}).status == 422
    call("PUT", "/chutes/echo", {"disabled": True})
    assert call("POST", "/chute/demo-echo/echo", {}).detail == "This chute is currently disabled."


def test_words_of_sharing(call: Client) -> None:
    body = {"chute_id_or_name": "echo", "user_id_or_name": "bob"}
    public = {"chute_id_or_name": "kokoro", "user_id_or_name": "bob"}
    unshared = "Successfully unshared chute.name='echo' with user.username='bob' (if share exists)"
    assert call("POST", "/chutes/unshare", body).json == {"status": unshared}
    assert call("POST", "/chutes/share", public).detail == "Did not find target chute kokoro, or it does not belong to you"
    assert call("POST", "/chutes/share", public, {"authorization": "Bearer cpk_chutes_x"}).detail == "Chute is public, no need to share."
    assert call("POST", "/chutes/share", {**body, "user_id_or_name": "x"}).detail == "Could not find target user to share with"


def test_an_update_changes_what_is_given_and_no_more(call: Client) -> None:
    before = call("GET", "/chutes/echo").json
    after = call("PUT", "/chutes/demo/echo", {"scaling_threshold": 0, "readme": "  ", "tool_description": None}).json
    changed = {name for name in after if after[name] != before[name]} - {"instances"}
    assert changed == {"scaling_threshold", "updated_at"} and after["scaling_threshold"] == 0


def test_an_immutable_chute(call: Client) -> None:
    answer = call("PUT", "/chutes/affine-seven", {"tagline": "x"}, {"authorization": "Bearer cpk_chutes_x"})
    assert (answer.status, answer.detail) == (403, "This chute is immutable and cannot be modified. Only deletion is allowed.")


def test_warm_up_without_money(call: Client) -> None:
    bob = call.platform.app.state.user_by_name("bob")
    assert bob
    bob.balance = 0.0
    answer = call("GET", "/chutes/warmup/mock/cold-model", headers=BOB)
    assert (answer.status, answer.detail) == (402, f"Account balance is $0.0, please top-up with fiat or send tao to {bob.payment_address}")


def test_delete_takes_the_id_only(call: Client) -> None:
    chute_id = call("GET", "/chutes/echo").json["chute_id"]
    assert call("DELETE", "/chutes/echo").detail == "Must use chute UUID to delete."
    assert call("DELETE", f"/chutes/{chute_id}", headers=BOB).status == 404
    assert call("DELETE", f"/chutes/{chute_id}").json == {"chute_id": chute_id, "deleted": True}
    assert call("DELETE", f"/chutes/{chute_id}").status == 404


def test_code_is_text(call: Client) -> None:
    chute_id = call("GET", "/chutes/echo").json["chute_id"]
    answer = call("GET", f"/chutes/code/{chute_id}")
    assert answer.headers["content-type"].startswith("text/plain") and b"chute = Chute(" in answer.body


def test_cold_becomes_hot(call: Client) -> None:
    assert call("POST", "/chute/demo-cold-echo/echo", {}).status == 503
    assert call("GET", "/chutes/cold-echo").json["bounty"] >= 100
    quick = call("GET", "/chutes/warmup/cold-echo?quick=true").json
    assert (quick["status"], quick["instance_count"], quick["instances"]) == ("cold", 0, [])
    time.sleep(0.35)
    assert call("GET", "/chutes/warmup/cold-echo?quick=true").json["status"] == "hot"
    assert call("POST", "/chute/demo-cold-echo/echo", {"a": 1}).json["echo"] == {"a": 1}
    assert call("GET", "/bounties/").json == []


def test_warmup_stream(call: Client) -> None:
    answer = call("GET", "/chutes/warmup/mock/cold-model")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert [event["status"] for event in answer.events] == ["cold", "hot"]
    assert [event["status"] for event in call("GET", "/chutes/warmup/mock/cold-model").events] == ["hot"]
    assert call("GET", "/chutes/warmup/mock/disabled-model").status == 503
    assert call("GET", "/chutes/warmup/nope").status == 404
    assert call("GET", "/chutes/warmup/nope", key=False).status == 401


@pytest.mark.parametrize("path", ["boosted", "affine_available", "rolling_updates", "gpu_count_history", "utilization"])
def test_bare_arrays(call: Client, path: str) -> None:
    assert isinstance(call("GET", f"/chutes/{path}", key=False).json, list)


def test_utilization_hides_private_names(call: Client) -> None:
    rows = call("GET", "/chutes/utilization", key=False).json
    assert sum(row["name"] == "[private chute]" for row in rows) == 4 and {"utilization_5m", "completed_requests_1h"} <= set(rows[0])


def test_miner_means(call: Client) -> None:
    chute_id = call("GET", "/chutes/FLUX.1-schnell").json["chute_id"]
    assert call("GET", "/chutes/miner_means", key=False).headers["content-type"].startswith("text/html")
    assert call("GET", f"/chutes/miner_means/{chute_id}", key=False).headers["content-type"].startswith("text/html")
    assert call("GET", f"/chutes/miner_means/{chute_id}.json", key=False).json[0]["avg_tps"] == 61.25
    assert call("GET", f"/chutes/miner_means/{chute_id}?ext=json", key=False).json[0]["avg_tps"] == 61.25
    csv = call("GET", f"/chutes/miner_means/{chute_id}.csv", key=False)
    assert csv.headers["content-type"].startswith("text/csv") and csv.body.startswith(b"miner_hotkey,")


def test_me_prices_ping_and_refusals(call: Client) -> None:
    assert call("GET", "/users/me").json["username"] == "demo" and call("GET", "/users/me", headers=BOB).json["balance"] == 12.5
    assert call("GET", "/users/me", key=False).detail == "Can't find a user with that api key in our db :("
    assert call("GET", "/users/bob").status == 403 and call("GET", "/users/nobody").status == 404
    assert call("GET", "/ping", key=False).json == {"message": "pong"}
    assert call("GET", "/pricing", key=False).json["tao_usd"] == 400
    assert call("POST", "/chutes/vllm", {"model": "x"}).detail == "Easy deployment is currently disabled!"
    assert call("POST", "/chutes/diffusion", {"model": "x"}).status == 422
    assert call("GET", "/bounties/x/increase?boost=9").detail == "Only billing admins may perform this action"


@pytest.mark.parametrize("path", ["/bounties", "/chutes/warmup", "/users/me/", "/pricing/", "/ping/"])
def test_slashes_matter(call: Client, path: str) -> None:
    assert call("GET", path).status == 404 and call("GET", path, key=False).status in (401, 404)


@pytest.mark.parametrize(
    "value, text",
    [
        ("Bearer", "Missing or invalid authorization header(s)"),
        ("Bearer nonsense", "Invalid token."),
        ("Basic nonsense", "Missing or invalid authorization header(s)"),
        ("Bearer cpk_", "Missing or invalid authorization header(s)"),
        ("Bearer cpk_invalid", "Invalid token or user not found"),
    ],
)
def test_bad_credentials_fail_even_where_none_is_needed(call: Client, value: str, text: str) -> None:
    answer = call("GET", "/chutes/", headers={"authorization": value})
    assert (answer.status, answer.detail) == (401, text)

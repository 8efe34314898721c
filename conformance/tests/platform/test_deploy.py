"""The table of deployment rules, in the server's order and words."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from .conftest import Client

SELECTOR = {"gpu_count": 1, "min_vram_gb_per_gpu": 24, "include": ["pro_6000"]}
CORD = {"method": "POST", "path": "/hello", "function": "hello", "stream": False, "public_api_path": "/hello", "public_api_method": "POST"}
GOOD: dict[str, Any] = {
    "name": "my-chute",
    "image": "chutes/python:3.12",
    "public": False,
    "code": "x = 1\n",
    "filename": "chute.py",
    "ref_str": "chute:chute",
    "node_selector": SELECTOR,
    "cords": [CORD],
    "tee": True,
}


def deploy(call: Client, query: str = "?accept_fee=true", **changes: Any) -> Any:
    return call("POST", f"/chutes/{query}", {**GOOD, **changes})


def test_deploy_call_redeploy_and_conflict(call: Client) -> None:
    before = call("GET", "/users/me").json["balance"]
    answer = deploy(call)
    assert answer.status == 200
    view = answer.json
    assert view["chute_id"] == str(uuid.uuid5(uuid.NAMESPACE_OID, "demo::chute::my-chute"))
    image = view["image"]
    assert view["version"] == str(uuid.uuid5(uuid.NAMESPACE_OID, f"{image['image_id']}:{image['patch_version']}:x = 1\n"))
    assert view["slug"] == "demo-my-chute" and view["hot"] is False and view["tee"] is True
    assert call("GET", "/users/me").json["balance"] == pytest.approx(before - 3 * 1.10)
    assert [event["status"] for event in call("GET", "/chutes/warmup/my-chute").events] == ["cold", "hot"]
    assert call("POST", "/chute/demo-my-chute/hello", {"a": 1}).json["echo"] == {"a": 1}
    assert deploy(call).detail == f"Chute with name=my-chute, version='{view['version']}' and public=False already exists"
    again = deploy(call, "", code="x = 2\n")  # no fee the second time
    assert again.status == 200 and again.json["version"] != view["version"] and again.json["slug"] == view["slug"]
    rolling = call("GET", "/chutes/rolling_updates").json
    assert [(row["chute_id"], row["old_version"], row["new_version"]) for row in rolling] == [(view["chute_id"], view["version"], again.json["version"])]


RULES: list[tuple[str, dict[str, Any], int, str]] = [
    ("TEE in the name", {"name": "my-TEE", "tee": False}, 400, "Avoid using 'TEE' in the chute name"),
    ("TEE hardware", {"node_selector": {**SELECTOR, "include": ["h100"]}}, 400, "TEE private deployments are limited"),
    ("TEE count", {"node_selector": {**SELECTOR, "gpu_count": 2}}, 400, "TEE private deployments are limited"),
    ("public", {"public": True}, 400, "Chutes no longer supports public chutes."),
    ("image", {"image": "nobody/nothing:1"}, 400, "Chute image not found, or does not belong to you"),
    ("image of another", {"image": "bob/private:1.0"}, 400, "Chute image not found, or does not belong to you"),
    ("no TEE", {"tee": False}, 400, "Only TEE chutes are supported as of 2026-05-12, please set tee=True"),
    ("excludes", {"node_selector": {**SELECTOR, "exclude": ["l4", "l40", "l40s", "a100", "h100", "h200"]}}, 400, "Maximum of 5 GPUs"),
    ("nothing left", {"node_selector": {**SELECTOR, "min_vram_gb_per_gpu": 140}}, 400, "No supported GPUs"),
    ("vllm revision", {"standard_template": "vllm"}, 400, "Missing required revision parameter for vllm template."),
    ("subnet", {"name": "affine-x"}, 403, "You must be a registered miner on subnet='affine' netuid=120 to deploy models with affine"),
    ("name", {"name": "my chute"}, 400, "Validation failure: Invalid chute name: my chute"),
    ("file", {"filename": "Chute.py"}, 400, "Validation failure: Invalid entrypoint filename: 'Chute.py'"),
    ("reference", {"ref_str": "chute"}, 400, "Validation failure: Invalid reference string: 'chute'"),
    ("code", {"code": "def"}, 400, "Validation failure: Invalid code submited"),
    ("template", {"standard_template": "magic"}, 400, "Validation failure: Invalid standard template: magic"),
    ("PUT cord", {"cords": [{**CORD, "public_api_method": "PUT"}]}, 400, "Validation failure: Unsupported public API method: PUT"),
    ("DELETE cord", {"cords": [{**CORD, "public_api_method": "DELETE"}]}, 400, "Validation failure: Unsupported public API method: DELETE"),
    ("PATCH cord", {"cords": [{**CORD, "public_api_method": "PATCH"}]}, 400, "Validation failure: Unsupported public API method: PATCH"),
    ("parameter in a path", {"cords": [{**CORD, "public_api_path": "/users/{user_id}"}]}, 400, "Validation failure: Invalid cord public path: /users/{user_id}"),
    ("digit in a path", {"cords": [{**CORD, "public_api_path": "/3d"}]}, 400, "Validation failure: Invalid cord public path: /3d"),
    ("inner path", {"cords": [{**CORD, "path": "/a-b"}]}, 400, "Validation failure: Invalid cord path: /a-b"),
    ("reserved hardware", {"tee": None, "node_selector": {"include": ["b200", "mi300x"]}}, 400, "No supported GPUs based on node selector!"),
    ("more reserved", {"tee": None, "node_selector": {"include": ["b200"], "exclude": ["l4"]}}, 403, "You are not allowed to limit deployments to b200"),
    ("template without cords", {"standard_template": "diffusion", "cords": []}, 400, "A chute must define at least one cord() or job() function!"),
    ("nothing to call", {"cords": []}, 400, "A chute must define at least one cord() or job() function!"),
    ("both", {"jobs": [{"name": "train"}]}, 400, "A chute can have jobs or cords not both."),
]


@pytest.mark.parametrize("changes, status, text", [row[1:] for row in RULES], ids=[row[0] for row in RULES])
def test_rule(call: Client, changes: dict[str, Any], status: int, text: str) -> None:
    answer = deploy(call, **changes)
    assert (answer.status, answer.detail[: len(text)]) == (status, text)
    assert call("GET", "/chutes/my-chute").status == 404


def test_earlier_rules_win(call: Client) -> None:
    wrong = {"public": True, "image": "nobody/nothing:1", "tee": False, "cords": []}
    assert deploy(call, "", **wrong).detail.startswith("Chutes no longer supports public chutes.")
    del wrong["public"]
    assert deploy(call, "", **wrong).detail.startswith("Chute image not found")
    del wrong["image"]
    assert deploy(call, "", **wrong).detail.startswith("Only TEE chutes")
    del wrong["tee"]
    assert deploy(call, "", **wrong).status == 402


def test_fee(call: Client) -> None:
    answer = deploy(call, "")
    assert answer.status == 402 and answer.detail.startswith("DEPLOYMENT FEE NOTICE:\n===\n") and "is: $3.3\n" in answer.detail


def test_tee_is_false_by_default_but_null_is_true(call: Client) -> None:
    body = {name: value for name, value in GOOD.items() if name != "tee"}
    assert call("POST", "/chutes/?accept_fee=true", body).detail.startswith("Only TEE chutes are supported")
    assert call("POST", "/chutes/?accept_fee=true", {**body, "tee": None}).json["tee"] is True


def test_fee_names_the_hourly_rate(call: Client) -> None:
    one = deploy(call, "").detail
    assert "Your hourly rate per instance will be ~$1.1/hr (1 GPU(s)), subject to change" in one and one.endswith("with `--accept-fee`")
    many = deploy(call, "", tee=None, node_selector={"gpu_count": 2, "include": ["h100", "h200"]}).detail
    assert "is: $9.0\n" in many and "will range from ~$3.0/hr to ~$4.6/hr (2 GPU(s))" in many


def test_the_platforms_own_account_deploys_free(call: Client) -> None:
    chutes = {"authorization": "Bearer cpk_chutes_x"}
    answer = call("POST", "/chutes/", GOOD, chutes)
    assert answer.status == 200 and call("GET", "/users/me", headers=chutes).json["balance"] == 1000


def test_hardware_stays_when_a_chute_is_deployed_again(call: Client) -> None:
    deploy(call, tee=None, node_selector={"include": ["h100"]})
    answer = deploy(call, tee=None, node_selector={"include": ["h200"]}, code="x = 2\n")
    assert (answer.status, answer.detail) == (400, "Cannot change node selector placement constraints on a TEE chute")
    assert deploy(call, tee=None, node_selector={"include": ["h100"]}, code="x = 2\n").status == 200


def test_a_chute_of_jobs_has_no_cords(call: Client) -> None:
    view = deploy(call, cords=[], jobs=[{"name": "train", "ports": [{"name": "web", "port": 8080, "proto": "tcp"}]}]).json
    assert view["cords"] == [] and view["jobs"][0]["name"] == "train"
    assert call("POST", "/chute/demo-my-chute/echo", {}).status == 404


def test_fee_above_the_balance(call: Client) -> None:
    demo = call.platform.app.state.user_by_name("demo")
    assert demo
    demo.balance = 1.0
    assert deploy(call).detail.startswith("The deployment fee, based on your node selector, is $3.3")


def test_twenty_four_a_day(call: Client) -> None:
    for number in range(24):
        assert deploy(call, code=f"x = {number}\n").status == 200
    answer = deploy(call, code="y = 1\n")
    assert (answer.status, answer.detail) == (429, "You many only update/create 24 chutehistorys per 24 hours.")


def test_422(call: Client) -> None:
    answer = call("POST", "/chutes/", {})
    assert answer.status == 422
    assert [entry["loc"][1] for entry in answer.detail] == ["name", "image", "public", "code", "filename", "ref_str", "node_selector"]
    assert all(entry["type"] == "missing" and entry["input"] == {} for entry in answer.detail)
    bad = deploy(call, name="ab", node_selector={"gpu_count": 9, "include": ["abacus"]}, cords=[{"path": 5}], revision="x").detail
    assert {(entry["type"], ".".join(map(str, entry["loc"]))) for entry in bad} >= {
        ("string_too_short", "body.name"),
        ("less_than_equal", "body.node_selector.gpu_count"),
        ("value_error", "body.node_selector.include"),
        ("string_type", "body.cords.0.path"),
        ("missing", "body.cords.0.method"),
        ("string_pattern_mismatch", "body.revision"),
    }
    broken = call("POST", "/chutes/", b"{")
    assert broken.status == 422 and broken.detail[0]["type"] == "json_invalid"
    assert call("POST", "/chutes/", {}, key=False).status == 401


def test_names_are_one_per_user_whatever_their_case(call: Client) -> None:
    first = deploy(call, name="Tools").json
    second = deploy(call, name="tools", code="x = 3\n").json
    assert first["chute_id"] == second["chute_id"]

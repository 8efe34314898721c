"""Accounts: quotas in their three shapes, usage, subscription, shares, transfers, deletion."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .conftest import Client

BOB, CHUTES, CAROL = ({"authorization": f"Bearer cpk_{name}_x"} for name in ("bob", "chutes", "carol"))
ADMINS = "This action can only be performed by billing admin accounts."


def test_who_one_is(call: Client) -> None:
    me = call("GET", "/users/me").json
    assert call("GET", f"/users/{me['user_id']}").json == call("GET", "/users/demo").json == me
    assert me["hotkey"].startswith("5") and me["permissions"] == [] and me["quotas"] is None
    assert call("GET", "/users/me", headers=CHUTES).json["permissions"] == ["Free invocation -- run anything, for free."]
    assert call("GET", "/users/bob").detail == ADMINS and call("GET", "/users/nobody").detail == "User not found"


def test_quotas_have_three_shapes(call: Client) -> None:
    rows = call("GET", "/users/me/quotas").json
    assert [(row["chute_id"], row["quota"]) for row in rows] == [("*", 5000)] and set(rows[0]) == {
        "user_id", "chute_id", "is_default", "payment_refresh_date", "effective_date", "updated_at", "quota",
    }  # fmt: skip
    assert call("GET", "/users/me/quotas", headers=BOB).json == {"*": 0} and call("GET", "/users/me/quotas", headers=CHUTES).json == {}
    assert call("GET", "/users/demo/quotas").detail == ADMINS


def test_quota_usage_counts_calls(call: Client) -> None:
    assert call("GET", "/users/me/quota_usage/*").json == {"quota": 5000, "used": 0.0}
    call.chat()
    assert call("GET", "/users/me/quota_usage/%2A").json["used"] == 1.0
    assert call("GET", "/users/me/quota_usage/*", headers=CHUTES).json == {"quota": "unlimited", "used": 0}


def test_subscriptions(call: Client) -> None:
    full = call("GET", "/users/me/subscription_usage").json
    assert (full["subscription"], full["custom"], full["monthly_price"], full["monthly"]["cap"]) == (True, False, 20.0, 100.0)
    assert full["four_hour"]["cap"] == pytest.approx(20 / 180 * 75) and full["monthly"]["usage"] >= full["four_hour"]["usage"] >= 0
    assert full["monthly"]["remaining"] == pytest.approx(100 - full["monthly"]["usage"])
    assert call("GET", "/users/me/subscription_usage", headers=CAROL).json["monthly"] == {"uncapped": True}
    assert call("GET", "/users/me/subscription_usage", headers=BOB).json == {"subscription": False}
    assert call("GET", "/users/bob/subscription_usage").detail == ADMINS


def test_discounts_and_prices_of_ones_own(call: Client) -> None:
    assert call("GET", "/users/me/discounts").json[0]["discount"] == 0.1 and call("GET", "/users/me/discounts", headers=BOB).json == []
    price = call("GET", "/users/me/price_overrides").json[0]
    assert price["per_million_in"] == 0.05 and price["per_request"] is None
    assert call("GET", "/users/me/balance").detail == ADMINS  # the balance is in /users/me


def test_usage_is_by_the_hour_the_latest_first(call: Client) -> None:
    page = call("GET", "/users/me/usage").json
    assert (page["total"], page["limit"], len(page["items"])) == (72, 24, 24)
    buckets = [item["bucket"] for item in page["items"]]
    assert buckets == sorted(buckets, reverse=True) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:00:00", buckets[0]) and "chute_id" not in page["items"][0]
    every = [item["bucket"] for number in range(4) for item in call("GET", f"/users/me/usage?page={number}").json["items"]]
    assert len(set(every)) == 72 and len(every) == 72
    assert call("GET", "/users/me/usage?limit=0").json["items"] == [] and call("GET", "/users/me/usage?limit=9999").json["limit"] == 9999


def test_usage_by_chute_adds_up(call: Client) -> None:
    rows = call("GET", "/users/me/usage?per_chute=true&limit=1000").json["items"]
    sums: dict[str, int] = {}
    for row in rows:
        sums[row["bucket"]] = sums.get(row["bucket"], 0) + row["input_tokens"]
    totals = {item["bucket"]: item["input_tokens"] for item in call("GET", "/users/me/usage?limit=1000").json["items"]}
    assert sums == totals and len({row["chute_id"] for row in rows}) > 1
    one = call("GET", f"/users/me/usage?chute_id={rows[0]['chute_id']}&limit=1000&per_chute=true").json["items"]
    assert {row["chute_id"] for row in one} == {rows[0]["chute_id"]} and len(one) < len(rows)


def test_usage_between_two_moments(call: Client) -> None:
    buckets = [item["bucket"] for item in call("GET", "/users/me/usage").json["items"]]
    within = call("GET", f"/users/me/usage?start_date={buckets[5]}&end_date={buckets[2]}Z").json
    assert [item["bucket"] for item in within["items"]] == buckets[2:6] and within["total"] == 4
    assert call("GET", "/users/me/usage?start_date=soon").detail[0]["loc"] == ["query", "start_date"]
    assert call("GET", "/users/bob/usage").detail == ADMINS and call("GET", "/users/me/usage", headers=CAROL).json["total"] == 0


def test_growth_is_public(call: Client) -> None:
    rows = call("GET", "/users/growth", key=False).json
    assert rows[0]["cumulative_count"] == 4 == sum(row["daily_count"] for row in rows)


def test_shares(call: Client) -> None:
    assert call("GET", "/users/me/shares").json == []
    call("POST", "/chutes/share", {"chute_id_or_name": "echo", "user_id_or_name": "bob"})
    share = call("GET", "/users/me/shares").json[0]
    assert share["shared_to"] == call("GET", "/users/me", headers=BOB).json["user_id"] and share["shared_at"]
    assert call("GET", "/users/bob/shares").detail == ADMINS


def test_a_logo_must_be_there(call: Client) -> None:
    assert call("GET", "/users/set_logo?logo_id=none").detail == "Logo not found: none"
    assert call("GET", "/users/set_logo").detail[0]["loc"] == ["query", "logo_id"]
    call.platform.app.state.logo_ids.add("there")
    assert call("GET", "/users/set_logo?logo_id=there").json["logo_id"] == "there" == call("GET", "/users/me").json["logo_id"]


def transfer(call: Client, body: Any, authorization: str = "Bearer cpk_test") -> Any:
    return call("POST", "/users/balance_transfer", body, {"authorization": authorization})


def test_a_transfer_moves_money(call: Client) -> None:
    done = transfer(call, {"user_id": "bob", "amount": 25.5}).json
    assert (done["transferred"], done["from_balance"], done["to_balance"]) == (25.5, 74.5, 38.0) and done["debit_event_id"] != done["credit_event_id"]
    assert transfer(call, {"user_id": "bob"}, "demo-fingerprint").json["transferred"] == 74.5  # no amount: everything
    assert transfer(call, {"user_id": "bob"}).detail == "No balance to transfer."
    assert call("GET", "/users/me", headers=BOB).json["balance"] == 112.5


@pytest.mark.parametrize(
    "body, authorization, status, text",
    [
        ({"user_id": "demo", "amount": 1}, "cpk_test", 400, "Cannot transfer balance to yourself."),
        ({"user_id": "bob", "amount": 0}, "cpk_test", 400, "Transfer amount must be positive."),
        ({"user_id": "bob", "amount": 101}, "cpk_test", 400, "Insufficient balance. Current balance: 100.000000"),
        ({"user_id": "nobody"}, "cpk_test", 404, "Target user not found: nobody"),
        ({"user_id": "bob"}, "wrong", 401, "Invalid fingerprint."),
        ({"user_id": "bob"}, "", 401, "Authentication required. Provide hotkey auth, admin API key, or fingerprint."),
    ],
)
def test_refused_transfers(call: Client, body: Any, authorization: str, status: int, text: str) -> None:
    answer = transfer(call, body, authorization)
    assert (answer.status, answer.detail) == (status, text)
    assert call("GET", "/users/me").json["balance"] == 100


def test_a_scoped_key_moves_no_money(call: Client) -> None:
    scopes = [{"object_type": "chutes"}]
    key = call("POST", "/api_keys/", {"admin": False, "name": "scoped", "scopes": scopes}).json["secret_key"]
    assert transfer(call, {"user_id": "bob", "amount": 1}, f"Bearer {key}").status == 401


def test_only_the_fingerprint_deletes_an_account(call: Client) -> None:
    assert call("DELETE", "/users/me").detail == "Not authorized"
    assert call("DELETE", "/users/me", key=False).detail[0]["loc"] == ["header", "Authorization"]
    assert call("DELETE", "/users/me", headers={"authorization": "bob-fingerprint"}).json == {"deleted": True}
    assert call("GET", "/users/bob").status == 404 and call("GET", "/chutes/bob/secret").status == 404

"""Replies seen from the real server code, repeated by the platform byte for byte."""

from __future__ import annotations

import json

import pytest

from .conftest import Client

CHAT = "/llm/v1/chat/completions"
MESSAGES = [{"role": "user", "content": "hi"}]
LLM = {"model": "mock/open-model", "messages": MESSAGES}
NO_CORD, NO_CHUTE = b'{"detail":"No matching cord found!"}', b'{"detail":"No matching chute found!"}'
NO_AUTH = b'{"detail":"Authentication required."}'
CAPACITY = b'{"detail":"Infrastructure is at maximum capacity, try again later"}'
TEE = b'{"detail":"This chute does not have TEE enabled. Please remove the X-TEE-Only header, or use a TEE-enabled chute."}'
BAD_JSON = b'{"detail":"Invalid request JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"}'
SHARE_422 = (
    b'{"detail":[{"type":"string_type","loc":["body","chute_id_or_name"],"msg":"Input should be a valid string","input":5},'
    b'{"type":"missing","loc":["body","user_id_or_name"],"msg":"Field required","input":{"chute_id_or_name":5}}]}'
)
DOUBLED = b'{"detail":"Invalid request: Invalid request: {\\"object\\":\\"error\\",\\"message\\":\\"max_tokens too big\\"}"}'

# name, method, path, body, headers, with key, status, body of the answer
OBSERVED = [
    ("stream null", "POST", CHAT, {**LLM, "stream": None}, {}, True, 404, NO_CORD),
    ("api host chat", "POST", "/v1/chat/completions", LLM, {}, True, 404, NO_CHUTE),
    ("api host models", "GET", "/v1/models", None, {}, True, 404, NO_CHUTE),
    ("no auth", "POST", CHAT, LLM, {}, False, 401, NO_AUTH),
    ("x-api-key only", "POST", CHAT, LLM, {"x-api-key": "cpk_test"}, False, 401, NO_AUTH),
    ("unknown model", "POST", CHAT, {"model": "nope", "messages": MESSAGES}, {}, True, 404, b'{"detail":"model not found: nope"}'),
    ("no model", "POST", CHAT, {"messages": MESSAGES}, {}, True, 404, NO_CHUTE),
    ("bad json", "POST", CHAT, b"{nope", {}, True, 400, BAD_JSON),
    ("unknown path on a slug host", "POST", "/chute/chutes-mock-open-model/v1/nope", {}, {}, True, 404, NO_CORD),
    ("chutes without slash", "GET", "/chutes", None, {}, True, 404, NO_CHUTE),
    ("api_keys without slash", "GET", "/api_keys", None, {}, True, 404, NO_CHUTE),
    ("api_keys without slash, no auth", "GET", "/api_keys", None, {}, False, 401, NO_AUTH),
    ("unknown path", "GET", "/nope/x", None, {}, True, 404, NO_CHUTE),
    ("PATCH", "PATCH", "/chutes/2ff25e81-4586-5ec8-b892-3a6f342693d7", {}, {}, True, 404, NO_CHUTE),
    ("422", "POST", "/chutes/share", {"chute_id_or_name": 5}, {}, True, 422, SHARE_422),
    ("overload", "POST", CHAT, LLM, {"x-mock-scenario": "capacity-429"}, True, 429, CAPACITY),
    ("overload of a stream", "POST", CHAT, {**LLM, "stream": True}, {"x-mock-scenario": "capacity-429"}, True, 429, CAPACITY),
    ("upstream 400", "POST", CHAT, LLM, {"x-mock-scenario": "engine-400"}, True, 400, DOUBLED),
    ("exhausted", "POST", CHAT, LLM, {"x-mock-scenario": "exhausted-500"}, True, 500, b'{"detail":"exhausted all available targets to no avail"}'),
    ("no chunk", "POST", CHAT, LLM, {"x-mock-scenario": "unhandled-500"}, True, 500, b'{"detail":"Unhandled error generating response: "}'),
    ("naughty", "POST", "/image/generate", {"model": "FLUX.1-schnell", "prompt": "x", "n": 1}, {}, True, 400, b'{"detail":"bad request, naughty naughty"}'),
    ("disabled", "POST", CHAT, {**LLM, "model": "mock/disabled-model"}, {}, True, 503, b'{"detail":"This chute is currently disabled."}'),
    ("tee only", "POST", CHAT, LLM, {"x-tee-only": "true"}, True, 426, TEE),
]  # fmt: skip


@pytest.mark.parametrize("method, path, body, headers, key, status, expected", [row[1:] for row in OBSERVED], ids=[row[0] for row in OBSERVED])
def test_reply(call: Client, method: str, path: str, body: object, headers: dict[str, str], key: bool, status: int, expected: bytes) -> None:
    answer = call(method, path, body, headers, key=key)
    assert (answer.status, answer.headers["content-type"], answer.body) == (status, "application/json", expected)


def test_headers_of_a_success(call: Client) -> None:
    first, second = call.chat(), call.chat()
    assert first.headers["content-type"] == "application/json"
    assert first.headers["x-chutes-quota-total"] == "5000" and first.headers["x-chutes-rl-user"] == "60"
    used = int(first.headers["x-chutes-quota-used"])
    assert int(first.headers["x-chutes-quota-remaining"]) == 5000 - used and int(second.headers["x-chutes-quota-used"]) == used + 1
    assert first.headers["x-chutes-invocationid"] != second.headers["x-chutes-invocationid"]


def test_headers_of_a_stream(call: Client) -> None:
    answer = call.chat(stream=True)
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache, no-transform" and answer.headers["x-accel-buffering"] == "no"
    assert "x-chutes-invocationid" in answer.headers


def test_errors_carry_no_platform_header(call: Client) -> None:
    answer = call.chat(headers={"x-mock-scenario": "capacity-429"})
    assert not [name for name in answer.headers if name.startswith("x-") or name == "retry-after"]


def test_cold_names_the_chute_and_creates_a_bounty(call: Client) -> None:
    answer = call.chat(model="mock/cold-model")
    chute_id = call("GET", "/chutes/mock/cold-model").json["chute_id"]
    assert (answer.status, answer.body) == (503, json.dumps({"detail": f"No instances available (yet) for chute_id='{chute_id}'"}, separators=(",", ":")).encode())
    assert [entry["chute_id"] for entry in call("GET", "/bounties/", key=False).json] == [chute_id]


def test_quota_is_a_dict_with_the_time_of_reset(call: Client) -> None:
    detail = call.chat(headers={"x-mock-scenario": "quota-402"}).detail
    assert detail["message"].startswith("Quota exceeded and account balance is $0.0") and detail["quota_reset_timestamp"].endswith("T00:00:00+00:00")


@pytest.mark.parametrize("scheme", ["Bearer cpk_test", "Basic cpk_test", "cpk_test"])
def test_the_last_word_of_authorization_counts(call: Client, scheme: str) -> None:
    assert call.chat(headers={"authorization": scheme}).status == 200


def test_trace_of_a_stream(call: Client) -> None:
    events = call.chat(stream=True, headers={"x-chutes-trace": "true"}).events
    assert events[0]["trace"]["message"] == "identified 1 available targets" and events[1]["result"].startswith('data: {"id":')
    assert events[-1] == {"result": "data: [DONE]\n\n"}


def test_bare_error_ends_the_body(call: Client) -> None:
    answer = call.chat(stream=True, headers={"x-mock-scenario": "stream-bare-error"})
    assert answer.status == 200 and answer.body.endswith(b'\n\n{"error":"Unhandled exception during response stream: boom"}')

"""What holds for every operation of the document: slashes and methods matter, missing fields are a 422, names are taken once, pages have limits."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .conftest import Client
from .test_document import DOCUMENT, NAMES, OPERATIONS, SAMPLES, VERBS

NO_CHUTE = "No matching chute found!"
BOB = {"authorization": "Bearer cpk_bob_x"}


def pattern(path: str) -> re.Pattern[str]:
    """What a documented path stands for: a name may hold slashes."""
    parts = re.split(r"(\{\w+\})", path)
    return re.compile("".join((".*" if "_or_name" in part else "[^/]+") if part.startswith("{") else re.escape(part) for part in parts))


# What the server has besides the document: the views of other users, which are for administrators, and the page of the sign-in.
BESIDES = ["/users/{user_id}", *(f"/users/{{user_id}}/{part}" for part in ("quotas", "discounts", "subscription_usage", "balance")), "/idp/authorize"]
KNOWN = [(verb, pattern(path)) for verb, path, _ in OPERATIONS] + [("get", pattern(path)) for path in BESIDES]


def concrete(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda place: SAMPLES.get(place[1], "x1"), path)


def documented(verb: str, path: str) -> bool:
    return any(method == verb and known.fullmatch(path) for method, known in KNOWN)


def toggled(path: str) -> str:
    return path.removesuffix("/") if path.endswith("/") else path + "/"


OTHER_SLASH = [(verb, toggled(concrete(path))) for verb, path, _ in OPERATIONS if not documented(verb, toggled(concrete(path)))]
OTHER_METHOD = [
    (verb, path) for path in dict.fromkeys(concrete(path) for _, path, _ in OPERATIONS) for verb in VERBS if not documented(verb, path)
]


def test_there_is_something_to_test() -> None:
    assert len(OTHER_SLASH) > 80 and len(OTHER_METHOD) > 250


def test_slashes_and_methods_matter(call: Client) -> None:
    for verb, path in OTHER_SLASH + OTHER_METHOD:
        body = {} if verb in ("post", "put", "patch") else None
        answer = call(verb.upper(), path, body)
        assert (answer.status, answer.body) == (404, b'{"detail":"%s"}' % NO_CHUTE.encode()), (verb, path)
        answer = call(verb.upper(), path, body, key=False)
        assert (answer.status, answer.body) == (401, b'{"detail":"Authentication required."}'), (verb, path)


def required_of(operation: Any) -> list[str]:
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    return list(DOCUMENT["components"]["schemas"].get(name, {}).get("required", []))


# Read without a model on the server, or of a header that is looked at first.
OWN_WORDS = {"POST /users/login", "POST /users/change_bt_auth", "POST /e2e/invoke"}
BODIES = [(verb, path, required_of(operation)) for verb, path, operation in OPERATIONS if required_of(operation) and f"{verb.upper()} {path}" not in OWN_WORDS]


@pytest.mark.parametrize("verb, path, required", BODIES, ids=[f"{verb} {path}" for verb, path, _ in BODIES])
def test_missing_fields_are_all_named(call: Client, verb: str, path: str, required: list[str]) -> None:
    answer = call(verb.upper(), concrete(path), {}, {"authorization": "demo-fingerprint"} if "fingerprint" in path else None)
    assert answer.status == 422
    missing = [{"type": "missing", "loc": ["body", name], "msg": "Field required", "input": {}} for name in required]
    assert sorted(answer.detail, key=lambda entry: str(entry["loc"])) == sorted(missing, key=lambda entry: str(entry["loc"]))


LIMITS = {
    path.replace("{user_id}", "me"): next(parameter["schema"]["default"] for parameter in operation["parameters"] if parameter["name"] == "limit")
    for _, path, operation in OPERATIONS
    if operation["x-sdk"].get("pagination")
}


def ids(page: Any) -> list[Any]:
    return [next(iter(item.values())) for item in page["items"]]


@pytest.mark.parametrize("path", LIMITS)
def test_pages_tell_their_place_and_have_limits(call: Client, path: str) -> None:
    whole = call("GET", path).json
    assert (whole["page"], whole["limit"]) == (0, LIMITS[path]) and len(whole["items"]) == min(whole["total"], LIMITS[path])
    second = call("GET", f"{path}?page=1&limit=2").json
    assert (second["page"], second["limit"], second["total"], ids(second)) == (1, 2, whole["total"], ids(whole)[2:4])
    for query, kind in (("limit=x", "int_parsing"), ("page=-1", "greater_than_equal"), ("limit=-1", "greater_than_equal")):
        answer = call("GET", f"{path}?{query}")
        assert (answer.status, answer.detail[0]["type"], answer.detail[0]["loc"]) == (422, kind, ["query", query.partition("=")[0]]), query


def test_only_chutes_have_an_upper_limit(call: Client) -> None:
    high = [path for path in LIMITS if call("GET", f"{path}?limit=5001").status == 422]
    assert high == ["/chutes/"]
    assert call("GET", "/chutes/?limit=0").detail[0]["msg"] == "Input should be greater than or equal to 1"
    assert call("GET", "/chutes/?page=101").detail[0]["msg"] == "Input should be less than or equal to 100"


TAKEN: list[tuple[str, dict[str, Any], int, str]] = [
    ("/api_keys/", {"name": "one", "admin": True}, 409, "An API key already exists with this name"),
    ("/secrets/", {"purpose": "echo", "key": "TOKEN", "value": "v"}, 409, "A secret already exists for this purpose with this key."),
    ("/idp/apps", {"name": "My App", "redirect_uris": ["https://app.example/back"]}, 409, "An application with this name already exists"),
]


@pytest.mark.parametrize("path, body, status, text", TAKEN, ids=[path for path, *_ in TAKEN])
def test_a_name_is_taken_once(call: Client, path: str, body: Any, status: int, text: str) -> None:
    made = call("POST", path, body)
    assert made.status == 200
    again = call("POST", path, body)
    assert (again.status, again.detail) == (status, text)
    secret = {key: value for key, value in made.json.items() if key in ("secret_key", "client_secret")}
    listed = call("GET", path)
    assert listed.status == 200 and not any(value.encode() in listed.body for value in secret.values())
    assert path == "/secrets/" or len(secret) == 1
    other = call("POST", path, body, BOB)
    assert other.status == {"/api_keys/": 200, "/secrets/": 404, "/idp/apps": 409}[path]  # keys are one's own, apps are everybody's


def test_the_names_of_operations_are_unique() -> None:
    assert len(NAMES) == len(set(NAMES))

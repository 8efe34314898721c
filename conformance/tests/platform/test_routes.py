"""The table of routes itself, and what happens to a request that fits none of it."""

from __future__ import annotations

import pytest

from chutes_conformance.platform import routes
from chutes_conformance.platform.http import Request
from chutes_conformance.platform.state import State

from .conftest import Client

COLLECTIONS = ("chutes", "images", "api_keys", "secrets", "bounties")


@pytest.mark.parametrize("name", COLLECTIONS)
def test_collections_need_their_slash(call: Client, name: str) -> None:
    assert call("GET", f"/{name}/").status == 200
    without = call("GET", f"/{name}")
    assert (without.status, without.detail) == (404, "No matching chute found!")
    assert call("GET", f"/{name}", key=False).detail == "Authentication required."


@pytest.mark.parametrize("method, path", [("PUT", "/api_keys/"), ("PATCH", "/secrets/x"), ("POST", "/users/me"), ("DELETE", "/pricing"), ("POST", "/idp/scopes")])
def test_a_wrong_method_is_no_405(call: Client, method: str, path: str) -> None:
    answer = call(method, path)
    assert (answer.status, answer.detail) == (404, "No matching chute found!")


def test_a_route_is_registered_once_and_in_known_words() -> None:
    for spec, auth in (("GET /ping", "public"), ("GET x", "public"), ("GET /new", "nobody")):
        with pytest.raises(ValueError):
            routes.route(spec, auth=auth)


def test_one_segment_or_many() -> None:
    single, many = routes.compile_path("/a/{x}"), routes.compile_path("/a/{x:path}/b.c")
    assert single.fullmatch("/a/b") and not single.fullmatch("/a/b/c") and not single.fullmatch("/a/b/")
    found = many.fullmatch("/a/b/c/d/b.c")
    assert found and found["x"] == "b/c/d" and not many.fullmatch("/a/b/bxc")


def test_every_reading_route_with_a_purpose_is_reading() -> None:
    assert all(route.method in ("GET", "DELETE") for route in routes.ROUTES if route.purpose)
    assert routes.find(Request("GET", "/users/me", "", {}, {}))


class Counter:
    value = 0


def test_the_state_of_a_resource_is_made_once() -> None:
    state = State()
    state.of(Counter).value = 5
    assert state.of(Counter).value == 5 and State().of(Counter).value == 0

"""Finds out who is calling, in the order and with the words of the server."""

from __future__ import annotations

import re

from .credential import Credential, Need
from .http import HttpError, Request
from .routes import Match
from .state import State

NO_USER = "Can't find a user with that api key in our db :("
NO_AUTH = "Authentication required."
MALFORMED = "Missing or invalid authorization header(s)"
REFUSED = "Invalid token or user not found"
REFUSED_KEYS = ("cpk_invalid", "cpk_unknown", "cpk_revoked")
INVOKE = re.compile(r"/chutes/([^/]+)/(.+)", re.IGNORECASE)
WRITING = ("POST", "PUT", "PATCH")


def need_of(request: Request) -> Need:
    """What a management request needs. The type is the path's last segment, so few scopes ever fit one."""
    path, method = request.path, request.method
    invoke = INVOKE.fullmatch(path) if method == "POST" else None
    if invoke:
        return Need("chutes", invoke[1], "invoke")
    if path.startswith("/e2e/instances/"):
        return Need("chutes", path.split("/")[3], "invoke")
    if path == "/e2e/invoke" and method == "POST":
        return Need("chutes", request.headers.get("x-chute-id") or "__list_or_invalid__", "invoke")
    action = "write" if method in WRITING else "delete" if method == "DELETE" else "read"
    if path.startswith("/users/me"):
        return Need("billing" if "/balance" in path else "account", "__self__", action)
    one = re.fullmatch(r"/[^/]+/([^/]+)", path)
    return Need(path.split("/")[-1], one[1] if one else "__list_or_invalid__", action)


def authorization(request: Request, state: State) -> str:
    given = request.headers.get("authorization", "").strip()
    return given or (request.headers.get("x-api-key", "").strip() if state.options.accept_x_api_key else "")


def of_key(state: State, token: str) -> Credential:
    """Any `cpk_…` key is good, `cpk_bob…` is bob's."""
    if not token.startswith(("cpk_", "cak_")) or len(token) == 4 or token.startswith(REFUSED_KEYS):
        raise HttpError(401, REFUSED)
    for user in state.users.values():
        if token == f"cpk_{user.username}" or token.startswith((f"cpk_{user.username}_", f"cpk_{user.username}.")):
            return Credential(user)
    demo = state.user_by_name("demo")
    assert demo
    return Credential(demo)


def of_request(request: Request, state: State, need: Need) -> Credential | None:
    """The credential of a request; None when it carries none. A bad one is a 401."""
    given = authorization(request, state)
    if not given:
        return None
    token = given.split(" ")[-1]
    if token.lower() in ("bearer", "basic") or "\t" in token:
        raise HttpError(401, MALFORMED)
    return of_key(state, token)


def of_route(match: Match, request: Request, state: State) -> Credential | None:
    """The credential that a route asks for, or a 401."""
    if match.route.auth == "public":
        return None
    found = of_request(request, state, need_of(request))
    if found is None and match.route.auth != "optional":
        raise HttpError(401, NO_USER)
    return found

"""Finds out who is calling, in the order and with the words of the server."""

from __future__ import annotations

import hashlib
import re

from . import keys, oauth_tokens, signing, tokens
from .credential import Credential, Need
from .http import HttpError, Request
from .routes import Match
from .state import State

NO_USER = "Can't find a user with that api key in our db :("
NO_AUTH = "Authentication required."
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


def of_token(state: State, given: str, need: Need) -> Credential | None:
    """What an `Authorization` header stands for. The last word is the token; a sign-in token needs `Bearer` before it."""
    token = given.split(" ")[-1]
    if "\t" in token:
        raise HttpError(401, keys.MALFORMED)
    if given.lower().startswith("bearer ") and not token.startswith(("cpk_", "cak_")):
        return Credential(tokens.user_of(state, token), "jwt")
    if token.startswith("cak_"):
        found = oauth_tokens.credential(state, token)
        if found and not found.allows(need):
            raise HttpError(403, "Token does not have permission for this resource")
        return found
    key = keys.any_credential(state, token)
    if not key.allows(need):
        raise HttpError(401, keys.REFUSED)
    return key


def of_request(request: Request, state: State, need: Need, purpose: str | None = None, *, required: bool = False) -> Credential | None:
    """The credential of a request; None when it carries none. A bad one is a 401. A complete hotkey signature wins over `Authorization`."""
    if signing.headers_of(request):
        return signing.of_request(request, state, purpose, required)
    given = authorization(request, state)
    return of_token(state, given, need) if given else None


def of_route(match: Match, request: Request, state: State) -> Credential | None:
    """The credential that a route asks for, or a 401."""
    route = match.route
    if route.auth == "public":
        return None
    if route.auth == "fingerprint":
        return of_fingerprint(state, authorization(request, state))
    required = route.auth == "user"
    found = of_request(request, state, need_of(request), route.purpose, required=required)
    if found is None and required:
        raise HttpError(401, NO_USER)
    return found


def of_fingerprint(state: State, given: str) -> Credential | None:
    """The account whose fingerprint stands bare in `Authorization`; each route has its own words for None."""
    digest = hashlib.blake2b(given.strip().split(" ")[-1].encode()).hexdigest()
    user = next((user for user in state.users.values() if user.fingerprint_hash == digest), None)
    return Credential(user, "fingerprint") if user else None

"""The table of management routes. A resource is a module that fills it when it is imported.

    @route("GET /secrets/{secret_id}", purpose="secrets")
    def get_secret(ctx: Context, secret_id: str) -> Json: ...

`{name}` takes one segment and `{name:path}` takes slashes too. Routes are tried in the order of `resources.MODULES`, those of one module
in the order in which they stand there; slashes matter, so a request that fits none falls to the catch-all: 404 `No matching chute found!`, or 401 without a credential.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from .credential import Credential
from .http import HttpError, Request, Response, json_response
from .options import Options
from .state import Json, State, User
from .validate import Field, body_of, query_of

__all__ = ["Context", "Field", "HttpError", "Json", "Match", "Response", "Route", "control", "find", "json_response", "load", "route", "run"]

Store = TypeVar("Store")
Result = Response | Json | list[Any] | None
Handler = Callable[..., Result | Awaitable[Result]]
AUTHS = ("user", "optional", "public", "fingerprint")
PLACE = re.compile(r"\{(\w+)(:path)?\}")


@dataclass
class Context:
    """One request with what a handler needs. `user` is never None under auth="user"."""

    request: Request
    state: State
    options: Options
    credential: Credential | None = None

    @property
    def user(self) -> User | None:
        return self.credential.user if self.credential else None

    @property
    def caller(self) -> User:
        """The user of a route with auth="user" or "fingerprint"."""
        if self.credential is None:
            raise HttpError(401, "Can't find a user with that api key in our db :(")
        return self.credential.user

    def now(self) -> float:
        """Unix seconds on the platform's clock, which tests can advance."""
        return self.state.now()

    def of(self, store: type[Store]) -> Store:
        """The state of a resource: `ctx.of(MyStore)`."""
        return self.state.of(store)

    def body(self, fields: dict[str, Field]) -> Json:
        """The checked JSON body; `_given` holds the names that were sent. 422 when it does not fit."""
        return body_of(self.request, fields)

    def query(self, fields: dict[str, Field]) -> Json:
        """The checked query with its defaults. 422 when it does not fit."""
        return query_of(self.request, fields)

    def page(self, items: Sequence[Any], default: int = 25) -> Json:
        """The paginated wrapper of `items` for the `page` and `limit` of the query.

        As on the server there is no upper limit, and 0 means the default (`limit` is echoed as it was sent). A negative number is a
        422 here, where the server's database answers 500.
        """
        query = self.query({"page": Field("integer", default=0, ge=0), "limit": Field("integer", default=default, ge=0)})
        size = query["limit"] or default
        start = (query["page"] or 0) * size
        return {"total": len(items), "page": query["page"], "limit": query["limit"], "items": list(items[start : start + size])}


@dataclass(frozen=True)
class Route:
    method: str
    spec: str
    pattern: re.Pattern[str]
    auth: str
    purpose: str | None
    handler: Handler


@dataclass(frozen=True)
class Match:
    route: Route
    params: dict[str, str]


ROUTES: list[Route] = []
CONTROLS: list[Route] = []


def compile_path(path: str) -> re.Pattern[str]:
    pattern, at = "", 0
    for place in PLACE.finditer(path):
        pattern += re.escape(path[at : place.start()]) + f"(?P<{place[1]}>{'.*' if place[2] else '[^/]+'})"
        at = place.end()
    return re.compile(pattern + re.escape(path[at:]), re.DOTALL)


def _register(table: list[Route], spec: str, auth: str, purpose: str | None) -> Callable[[Handler], Handler]:
    method, _, path = spec.partition(" ")
    if auth not in AUTHS or not path.startswith("/") or any(entry.spec == spec for entry in table):
        raise ValueError(f"a bad route: {spec} ({auth})")

    def register(handler: Handler) -> Handler:
        table.append(Route(method, spec, compile_path(path), auth, purpose, handler))
        return handler

    return register


def route(spec: str, auth: str = "user", purpose: str | None = None) -> Callable[[Handler], Handler]:
    """Registers a handler for `METHOD /path`.

    `auth`: "user" needs a credential (401 else), "optional" takes one (a bad one still fails), "public" does not look at it,
    "fingerprint" wants the account's fingerprint, bare. `purpose` is what a hotkey signs for GET and DELETE; None means such a call
    cannot be signed. POST, PUT and PATCH sign the hash of their body. Path parameters arrive as keyword arguments, decoded.
    """
    return _register(ROUTES, spec, auth, purpose)


def control(spec: str) -> Callable[[Handler], Handler]:
    """Registers a switch of the platform itself, below `/_mock/`; nobody needs to sign in for one."""
    return _register(CONTROLS, spec, "public", None)


def find(request: Request, table: list[Route] = ROUTES) -> Match | None:
    method = "GET" if request.method == "HEAD" else request.method
    for entry in table:
        found = entry.pattern.fullmatch(request.path) if entry.method == method else None
        if found:
            return Match(entry, found.groupdict())
    return None


async def run(match: Match, ctx: Context) -> Response:
    """The handler's answer; anything but a Response is sent as JSON with 200."""
    result = match.route.handler(ctx, **match.params)
    if inspect.isawaitable(result):
        result = await result
    return result if isinstance(result, Response) else json_response(result)


def load() -> None:
    """Imports every resource and puts the routes into the order of `resources.MODULES`: modules import one another in any order."""
    from . import resources

    rank = {module.__name__: index for index, module in enumerate(resources.MODULES)}
    for table in (ROUTES, CONTROLS):
        table.sort(key=lambda entry: rank.get(entry.handler.__module__, len(rank)))

"""Routes one port into the five hosts of the platform, and knows who is calling."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import Any

from . import auth, data, invoke, routes, scenarios
from .credential import ANY_MODEL, Need
from .http import HttpError, Request, Response, json_response
from .options import Options
from .state import State, User

Json = dict[str, Any]
CHUTE_HOST = re.compile(r"/chute/([^/]+)(/.*)?")
BY_ID = re.compile(r"/chutes/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(/(?!evidence$).+)")
NO_CHUTE = "No matching chute found!"
SHARED_HOSTS = (("llm", ANY_MODEL[0]), ("image", ANY_MODEL[1]), ("embed", ANY_MODEL[2]))


routes.load()


class App:
    """The request handler of one platform."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.reset()

    def reset(self) -> None:
        self.state = State(self.options)
        data.seed(self.state)
        self.invoker = invoke.Invoker(self.state, self.options.token_delay, self.options.strict)
        self.log: list[Json] = []

    async def __call__(self, request: Request) -> Response:
        if request.path.startswith("/_mock"):
            return await self.control(request)
        if request.method == "OPTIONS" and self.options.cors:
            allow = {"access-control-allow-methods": "*", "access-control-allow-headers": "*", "access-control-max-age": "600"}
            return self.shared(Response(204, headers=allow))
        try:
            response = await self.route(request)
        except HttpError as error:
            response = error.response()
        entry = {"at": time.time(), "method": request.method, "path": request.path, "status": response.status}
        self.log = [*self.log[-199:], entry]
        return self.shared(response)

    def shared(self, response: Response) -> Response:
        if self.options.cors:
            response.headers.setdefault("access-control-allow-origin", "*")
        return response

    def invoker_of(self, request: Request, chute_id: str) -> User | None:
        found = auth.of_request(request, self.state, Need("chutes", chute_id, "invoke"))
        return found.user if found else None

    async def route(self, request: Request) -> Response:
        path = request.path
        for host, any_model in SHARED_HOSTS:
            if path.startswith(f"/{host}/"):
                inner = path.removeprefix(f"/{host}")
                managed = replace(request, path=inner)
                if routes.find(managed):  # management routes win on every host
                    return await self.manage(managed)
                user = self.invoker_of(request, any_model)
                if host == "llm" and inner == "/v1/models" and request.method in ("GET", "HEAD"):
                    return await self.with_scenario(request) or invoke.models(self.state)
                return await self.invoker.call(request, user, host, inner, None)
        by_slug = CHUTE_HOST.fullmatch(path)
        if by_slug:
            managed = replace(request, path=by_slug[2] or "/")
            if routes.find(managed):  # so that a cord at /ping is out of reach, as on the server
                return await self.manage(managed)
            chute = self.state.by_slug(by_slug[1])
            user = self.invoker_of(request, chute.chute_id if chute else "")
            return await self.invoker.call(request, user, "chute", managed.path, chute)
        by_id = BY_ID.fullmatch(path)
        if by_id and by_id[1] in self.state.chutes:
            user = self.invoker_of(request, by_id[1])
            if self.options.strict:  # the public server compares the whole path with the cord's, which never fits
                raise HttpError(401, "Authentication required.") if user is None else HttpError(404, invoke.NO_CORD)
            return await self.invoker.call(request, user, "chute", by_id[2], self.state.chutes[by_id[1]])
        return await self.manage(request)

    async def manage(self, request: Request) -> Response:
        """A management call: the credential first, then scenarios, then the handler."""
        match = routes.find(request)
        if match is None:
            known = auth.of_request(request, self.state, auth.need_of(request))
            early = await self.with_scenario(request)
            if early:
                return early
            raise HttpError(404, NO_CHUTE) if known else HttpError(401, auth.NO_AUTH)
        credential = auth.of_route(match, request, self.state)
        early = await self.with_scenario(request)
        return early or await routes.run(match, routes.Context(request, self.state, self.options, credential))

    async def with_scenario(self, request: Request) -> Response | None:
        """Management calls can be made to fail as well, with the same switches."""
        return await scenarios.before(self.invoker.chooser.choose(request, ""), request, self.state.midnight())

    async def control(self, request: Request) -> Response:
        """The switches of the platform itself; never part of the real one."""
        path, method = request.path, request.method
        if path == "/_mock/scenarios" and method == "GET":
            return scenarios.listing()
        if path == "/_mock/state" and method == "GET":
            return json_response(self.snapshot())
        if path == "/_mock/reset" and method == "POST":
            self.reset()
            return json_response({"status": "reset"})
        try:
            body = request.json() if request.body else {}
        except ValueError:
            return json_response({"error": "the body is not JSON"}, 400)
        if path == "/_mock/scenarios" and method == "POST":
            return self.add_rule(body)
        if path == "/_mock/chutes" and method == "POST":
            return self.add_chute(body)
        match = routes.find(request, routes.CONTROLS)
        if match is None:
            return json_response({"error": f"no such control: {method} {path}"}, 404)
        try:
            return await routes.run(match, routes.Context(request, self.state, self.options))
        except HttpError as error:
            return error.response()

    def snapshot(self) -> Json:
        state = self.state
        return {
            "chutes": [{"chute_id": c.chute_id, "name": c.name, "slug": c.slug, "hot": c.is_hot(state.now())} for c in state.chutes.values()],
            "bounties": state.live_bounties(),
            "users": [user.username for user in state.users.values()],
            "rules": [vars(rule) for rule in self.invoker.chooser.rules],
            "requests": self.log,
        }

    def add_rule(self, body: Any) -> Response:
        """`{"match": {"path"?, "model"?, "method"?} | "text in the path", "scenario": name, "times"?: n}`."""
        name, match, times = (body.get("scenario"), body.get("match") or {}, body.get("times")) if isinstance(body, dict) else (None, {}, None)
        match = {"path": match} if isinstance(match, str) else match
        if not isinstance(name, str) or scenarios.unknown_names(name) or not name:
            return json_response({"error": f"unknown scenario {name!r}; GET /_mock/scenarios lists them"}, 400)
        if not isinstance(match, dict) or not all(isinstance(value, str) for value in match.values()):
            return json_response({"error": "match must be a text or an object of texts"}, 400)
        if times is not None and (not isinstance(times, int) or times < 1):
            return json_response({"error": "times must be a number above 0"}, 400)
        self.invoker.chooser.rules.append(scenarios.Rule(match, name, times))
        return json_response({"status": "added", "rules": len(self.invoker.chooser.rules)})

    def add_chute(self, body: Any) -> Response:
        """Puts a chute that really runs behind `user/name`: `{"user", "name", "upstream": base URL, "cords"?: […]}`.

        A chute of that name stays as it was deployed; otherwise a public one is made of the given cords. Either is hot at once.
        """
        if not isinstance(body, dict) or not all(isinstance(body.get(key), str) for key in ("user", "name", "upstream")):
            return json_response({"error": "user, name and upstream are needed"}, 400)
        state = self.state
        user = state.user_by_name(body["user"]) or data.add_user(state, body["user"], 100.0)
        complete = [{**data.cord("/", "cord"), **cord} for cord in body.get("cords") or [] if isinstance(cord, dict)]
        chute = state.find_chute(f"{user.username}/{body['name']}", user)
        if chute is None:
            image = next(iter(state.images.values()))
            chute = data.add_chute(state, user, body["name"], image, None, public=True, cords=complete)
        elif complete:
            chute.cords = complete
        chute.upstream, chute.hot_at = body["upstream"], 0.0
        return json_response({"chute_id": chute.chute_id, "slug": chute.slug, "name": f"{user.username}/{chute.name}"})

"""A driver in front of a platform of its own: one public call of an SDK at a time."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from chutes_conformance.driver import Driver
from chutes_conformance.platform import Platform

TIMEOUT = 20.0
Json = dict[str, Any]


def key_of(username: str) -> str:
    """A key of an account that the platform starts with."""
    return f"cpk_{username}_x"


@dataclass
class Answer:
    """What the client reported."""

    final: Any
    error: Json
    obs: list[Json]
    response: Json

    @property
    def items(self) -> list[Any]:
        return [entry["item"] for entry in self.obs if entry["k"] == "item"]


@dataclass
class Client:
    """Calls of one column against one platform, as the user `demo` unless said otherwise."""

    loop: asyncio.AbstractEventLoop
    driver: Driver
    platform: Platform
    auth: Json = field(default_factory=lambda: {"mode": "bearer", "api_key": key_of("demo")})

    def as_user(self, key: str) -> Client:
        """The same column with the API key `key`."""
        return self.by({"mode": "bearer", "api_key": key})

    def stranger(self) -> Client:
        """The same column with a key that the platform refuses, which public calls do not mind."""
        return self.as_user("cpk_unknown")

    def by(self, auth: Json) -> Client:
        return Client(self.loop, self.driver, self.platform, auth)

    def play(self, op: str, args: Json, **call: Any) -> Answer:
        """One call, with an error or without."""
        message = {"cmd": "call", "op": op, "base_url": self.platform.base_url, "auth": self.auth, "args": args, **call}
        given = self.loop.run_until_complete(self.driver.ask(message, TIMEOUT))
        assert not given.get("skip") and not given.get("driver_error"), (op, args, given)
        return Answer(given.get("final"), given.get("error") or {}, given.get("obs") or [], given.get("response") or {})

    def call(self, op: str, args: Json, **call: Any) -> Answer:
        """A call that succeeds."""
        answer = self.play(op, args, **call)
        assert not answer.error, (op, args, answer.error)
        return answer

    def manage(self, resource: str, method: str, *, op: str = "mgmt", **args: Any) -> Any:
        """The result of a management method that succeeds; `args`: path, query, body, files, … by wire names."""
        return self.call(op, {"resource": resource, "method": method, **args}).final

    def refused(self, kind: str, status: int, op: str, args: Json, **call: Any) -> Json:
        """The error of a call that fails with this kind and status."""
        error = self.play(op, args, **call).error
        assert (error.get("kind"), error.get("status")) == (kind, status), (op, args, error)
        return error

    def no_manage(self, kind: str, status: int, resource: str, method: str, **args: Any) -> Json:
        return self.refused(kind, status, "mgmt", {"resource": resource, "method": method, **args})

    def control(self, path: str, body: Json) -> Json:
        """A switch of the platform itself, `/_mock/{path}`; no SDK is part of it."""
        request = urllib.request.Request(f"{self.platform.base_url}/_mock/{path}", json.dumps(body).encode(), {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=5) as response:
            return dict(json.loads(response.read()))


class StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirect."""

    def redirect_request(self, *_: Any) -> None:
        return None


def location_of(url: str) -> str:
    """Where the page at `url` sends a browser."""
    try:
        urllib.request.build_opener(StayHere).open(url, timeout=5).close()
    except urllib.error.HTTPError as error:
        error.close()
        return str(error.headers["location"])
    raise AssertionError(f"no redirect: {url}")

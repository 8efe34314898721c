"""Ways to fail on request: every error of the invocation layer and every way in which its streams break."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from .http import Break, HttpError, Request, Response, dumps, json_response

Json = dict[str, Any]
HTML = "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
ENGINE_ERROR = {"message": "CUDA error: an illegal memory access was encountered", "type": "InternalServerError", "code": 500}
STALL_SECONDS = 3600.0
SLOW_SECONDS = 3.0
SLOW_TOKEN_SECONDS = 0.4


@dataclass(frozen=True)
class Scenario:
    """`status` set: the answer is that error. `stream`: the name of a way to break a stream."""

    name: str
    text: str
    status: int = 0
    detail: Any = None
    body: bytes | None = None
    content_type: str = "application/json"
    headers: Json = field(default_factory=dict)
    stream: str = ""
    special: str = ""

    def response(self) -> Response:
        if self.body is not None:
            return Response(self.status, self.body, {"content-type": self.content_type, **self.headers})
        return json_response({"detail": self.detail}, self.status, {**self.headers})


def _detail(name: str, status: int, detail: Any, text: str, **headers: str) -> Scenario:
    return Scenario(name, text, status, detail, headers={key.replace("_", "-"): value for key, value in headers.items()})


def _html(name: str, status: int, title: str, text: str) -> Scenario:
    return Scenario(name, text, status, body=HTML.format(title=title).encode(), content_type="text/html")


def _stream(name: str, text: str) -> Scenario:
    return Scenario(name, text, stream=name.removeprefix("stream-"))


_ENGINE_400 = '{"object":"error","message":"max_tokens too big"}'
_ALL = [
    _detail("bad-json-400", 400, "Invalid request JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)", "the body was not JSON"),
    _detail("engine-400", 400, f"Invalid request: Invalid request: {_ENGINE_400}", "the engine refused a parameter; the prefix is doubled, as observed"),
    _detail("engine-dict-400", 400, {"object": "error", "message": "max_tokens too big", "type": "BadRequestError", "code": 400}, "the engine's error object as detail"),
    _detail("naughty-400", 400, "bad request, naughty naughty", "a field that the diffusion schema does not know"),
    _detail("file-400", 400, "File content not currently supported", "a file part in a message"),
    _detail("unauthenticated-401", 401, "Authentication required.", "no credential"),
    _detail("invalid-token-401", 401, "Invalid token or user not found", "unknown key, or a key without the scope"),
    _detail("tee-balance-402", 402, "TEE models require an active subscription or positive balance.", "a TEE model without money"),
    _detail("subscription-402", 402, "Subscription usage cap exceeded. Please add balance to continue.", "the cap of the subscription"),
    _detail("creator-402", 402, "Chute unavailable because the creator of this chute {chute.user_id=} has zero balance.", "the owner's balance; the braces are the server's own"),
    _detail("scope-403", 403, "Token does not have permission for this resource", "an OAuth token without the scope"),
    _detail("model-404", 404, "model not found: nope", "unknown model"),
    _detail("chute-404", 404, "No matching chute found!", "unknown chute or path"),
    _detail("cord-404", 404, "No matching cord found!", "a path that is no cord"),
    _detail("conflict-409", 409, "Conflict", "a conflict; retried only for invocation"),
    _detail("tee-426", 426, "This chute does not have TEE enabled. Please remove the X-TEE-Only header, or use a TEE-enabled chute.", "TEE demanded of a chute without it"),
    _detail("capacity-429", 429, "Infrastructure is at maximum capacity, try again later", "every instance is busy; not the caller's rate"),
    _detail("retry-after-429", 429, "Infrastructure is at maximum capacity, try again later", "the same with Retry-After: 1, which the app never sends but an edge might", retry_after="1"),
    _detail("free-429", 429, "Free models limit reached for today, please add balance to continue.", "the daily number of free calls"),
    _html("edge-429-html", 429, "429 Too Many Requests", "the edge's own limit, HTML"),
    _detail("exhausted-500", 500, "exhausted all available targets to no avail", "three instances failed one after another"),
    _detail("unhandled-500", 500, "Unhandled error generating response: ", "the stream ended before its first chunk"),
    _detail("no-result-500", 500, "No result returned from upstream", "an empty answer from the instance"),
    Scenario("plain-500", "an unhandled exception of the server, text/plain", 500, body=b"Internal Server Error", content_type="text/plain; charset=utf-8"),
    _html("html-502", 502, "502 Bad Gateway", "the edge could not reach the server"),
    _html("html-504", 504, "504 Gateway Time-out", "the edge gave up; the real one does after about 600 s"),
    _detail("cold-503", 503, "No instances available (yet) for chute_id='2ff25e81-4586-5ec8-b892-3a6f342693d7'", "cold, whatever the chute's state"),
    _detail("disabled-503", 503, "This chute is currently disabled.", "disabled by its owner or by the platform"),
    _detail("engine-503", 503, "HTTP_500: Internal Server Error", "the engine answered 5xx"),
    _detail("engine-dict-503", 503, {"object": "error", "message": "engine is dead", "type": "EngineDeadError", "code": 503}, "the engine's 5xx as an object"),
    Scenario("error-200", "status 200 with an error object", 200, body=dumps({"error": ENGINE_ERROR})),
    Scenario("html-200", "status 200 with a page instead of an answer", 200, body=HTML.format(title="Welcome").encode(), content_type="text/html"),
    Scenario("quota-402", "quota used up and no balance; names the time of reset", 402, special="quota"),
    Scenario("slow-first-byte", f"{SLOW_SECONDS:g} s before the first byte, then the ordinary answer", special="slow"),
    Scenario("no-first-byte", "never answers; the connection stays open", special="never"),
    Scenario("reset", "the connection is reset before the first byte", special="rst"),
    Scenario("close", "the connection is closed before the first byte", special="fin"),
    _stream("stream-bare-error", "after some chunks a bare JSON error line: no `data:`, no newline, no [DONE]"),
    _stream("stream-exhausted", "the same, with the text of three failed instances"),
    _stream("stream-engine-error", 'after some chunks `data: {"error": {…}}`'),
    _stream("stream-object-error", 'after some chunks `data: {"object": "error", …}`'),
    _stream("stream-cut", "the connection is closed in the middle, the chunked body unfinished"),
    _stream("stream-truncated", "the body ends properly but early: no finish_reason, no [DONE]"),
    _stream("stream-rst", "the connection is reset in the middle"),
    _stream("stream-restart", "the answer starts again on another instance: new id, role again"),
    _stream("stream-no-done", "everything but [DONE]"),
    _stream("stream-stall", "silence after some chunks; the connection stays open"),
    _stream("stream-hang-after-done", "[DONE], and then the connection stays open"),
    _stream("stream-keepalive", "comment lines and empty pings between the chunks"),
    _stream("stream-crlf", "CRLF line ends and `data:` without a space"),
    _stream("stream-bytes", "every byte in a write of its own"),
    _stream("stream-bad-json", "one event whose data is broken JSON"),
    _stream("stream-json", "the whole answer as one JSON document although a stream was asked for"),
    _stream("stream-slow-tokens", f"{SLOW_TOKEN_SECONDS:g} s between two chunks"),
]
SCENARIOS: dict[str, Scenario] = {scenario.name: scenario for scenario in _ALL}
MODEL = re.compile(r"(?:^|/)mock/([a-z0-9,-]+(?:;count=\d+)?)$")


@dataclass
class Rule:
    """Set by `POST /_mock/scenarios`: applies to the next `times` requests that match (None = all)."""

    match: Json
    scenario: str
    times: int | None

    def fits(self, request: Request, model: str) -> bool:
        wanted = self.match
        return (
            wanted.get("path", "") in request.path
            and wanted.get("model", "") in model
            and wanted.get("method", request.method).upper() == request.method
        )


class Chooser:
    """Decides which scenarios a request gets: header, model name, rules, in this order."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self.hits: dict[tuple[str, ...], int] = {}

    def choose(self, request: Request, model: str) -> list[Scenario]:
        unknown = unknown_names(request.headers.get("x-mock-scenario", ""))
        if unknown:  # a test that names nothing must not pass silently
            raise HttpError(400, f"chutes-mock: unknown scenario {', '.join(unknown)}; GET /_mock/scenarios lists them")
        names = self._counted(request.headers.get("x-mock-scenario", ""), request) or self._named_by(model, request)
        if not names:
            for rule in self.rules:
                if rule.times != 0 and rule.fits(request, model):
                    if rule.times is not None:
                        rule.times -= 1
                    names = rule.scenario
                    break
        return [SCENARIOS[name] for name in names.split(",") if name in SCENARIOS] if names else []

    def _named_by(self, model: str, request: Request) -> str:
        spec = named_by(model)
        return self._counted(spec, request) if spec else ""

    def _counted(self, spec: str, request: Request) -> str:
        """`names;count=N`: the first N of identical requests fail and the next passes, over and over."""
        names, _, option = spec.partition(";")
        names = names.replace(" ", "")
        count = int(option.strip().removeprefix("count=")) if re.fullmatch(r"count=\d+", option.strip()) else None
        if not names or count is None:
            return names
        key = (spec, request.method, request.path, request.body.decode("latin-1"))
        seen = self.hits.get(key, 0)
        self.hits[key] = seen + 1
        return names if seen % (count + 1) < count else ""


def named_by(model: str) -> str:
    """The scenarios that a model name asks for (`mock/capacity-429`), or nothing."""
    found = MODEL.search(model)
    return found[1] if found and not unknown_names(found[1]) else ""


def unknown_names(spec: str) -> list[str]:
    names = spec.split(";")[0].replace(" ", "").split(",")
    return [name for name in names if name and name not in SCENARIOS]


async def before(chosen: list[Scenario], request: Request, reset_at: str) -> Response | None:
    """Plays what happens instead of, or ahead of, the answer."""
    for scenario in chosen:
        if scenario.special == "quota":
            message = "Quota exceeded and account balance is $0.0, please pay with fiat or send tao to 5MockPaymentAddress"
            return json_response({"detail": {"message": message, "quota_reset_timestamp": reset_at}}, 402)
        if scenario.special == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        elif scenario.special == "never":
            await wait_open(request)
            return Response(break_how="fin")
        elif scenario.special in ("rst", "fin"):
            return Response(break_how=scenario.special)
        elif scenario.status:
            return scenario.response()
    return None


async def wait_open(request: Request) -> None:
    """Keeps silent until the caller goes away."""
    waited = 0.0
    while not request.disconnected() and waited < STALL_SECONDS:
        await asyncio.sleep(0.05)
        waited += 0.05


def stream_scenario(chosen: list[Scenario]) -> str:
    return next((scenario.stream for scenario in chosen if scenario.stream), "")


CUT_AFTER = 3  # events that still come through before a break


async def broken(events: AsyncIterator[bytes], how: str, request: Request, again: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The events of a stream, broken in one of the ways above. `again` is a second run of the same answer."""
    count = 0
    async for event in events:
        done = event.startswith(b"data: [DONE]")
        if how == "no-done" and done:
            return
        if count == CUT_AFTER and not done:
            end = ENDINGS.get(how)
            if end is not None:
                yield end
                return
            if how == "truncated":
                return
            if how in ("cut", "rst"):
                await asyncio.sleep(0.02)  # let what was written leave before a reset drops it
                raise Break("fin" if how == "cut" else "rst")
            if how == "stall":
                await wait_open(request)
                return
            if how == "restart":
                async for repeated in again:
                    yield repeated
                return
            if how == "bad-json":
                yield b'data: {"id": "broken", "choices": [\n\n'
        async for piece in _dressed(event, how):
            yield piece
        if how == "hang-after-done" and done:
            await wait_open(request)
        count += 1


ENDINGS: dict[str, bytes] = {
    "bare-error": b'{"error":"Unhandled exception during response stream: boom"}',
    "exhausted": b'{"error":"Unhandled exception during response stream: exhausted all available targets to no avail"}',
    "engine-error": b"data: " + dumps({"error": ENGINE_ERROR}) + b"\n\n",
    "object-error": b"data: " + dumps({"object": "error", **ENGINE_ERROR}) + b"\n\n",
}


async def _dressed(event: bytes, how: str) -> AsyncIterator[bytes]:
    if how == "keepalive":
        yield b": ping\n\ndata: : keepalive\n\ndata:\n\n"
    if how == "slow-tokens":
        await asyncio.sleep(SLOW_TOKEN_SECONDS)
    if how == "crlf":
        event = event.replace(b"data: ", b"data:", 1).replace(b"\n", b"\r\n")
    if how == "bytes":
        for byte in event:
            yield bytes([byte])
        return
    yield event


def listing() -> Response:
    return json_response({"scenarios": [{"name": scenario.name, "text": scenario.text} for scenario in _ALL]})

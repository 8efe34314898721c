"""Answers by script, for tests of programs that use this client: its real retries, streams and errors, without a socket."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

import httpx
from typing_extensions import TypedDict

from ._errors import ConfigError
from ._request import plain

_SECRET = ("authorization", "x-api-key")


class ScriptedAnswer(TypedDict, total=False):
    """One answer. `json`, `text` and `bytes` are bodies; `events` is a stream, each one `data: …` and a blank line: texts as they
    are, anything else as JSON. A stream ends with `[DONE]` unless `cut` ends or resets it there. `fail`: no answer at all."""

    status: int
    headers: Mapping[str, str]
    json: Any
    text: str
    bytes: bytes
    events: Sequence[Any]
    cut: Literal["end", "reset"]
    fail: Literal["connect", "reset"]


@dataclass(frozen=True)
class ScriptedRequest:
    """A request as it was sent, without its credential. Header names are in lower case; `body` is JSON as a value, else text."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: Any


Script: TypeAlias = "ScriptedAnswer | Callable[[ScriptedRequest], ScriptedAnswer]"


class ScriptedTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A transport of httpx that answers by a script. `requests` has what was sent."""

    def __init__(self, answers: Sequence[Script]) -> None:
        if not isinstance(answers, (list, tuple)):
            raise ConfigError("scripted takes a list of answers")
        self._answers: list[Script] = [answer if callable(answer) else _checked(answer) for answer in answers]
        self.requests: list[ScriptedRequest] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._respond(request, request.read())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self._respond(request, await request.aread())

    def _respond(self, request: httpx.Request, content: bytes) -> httpx.Response:
        seen = _seen(request, content)
        self.requests.append(seen)
        number = len(self.requests)
        left = self._answers[number - 1 :] or [one for one in self._answers[-1:] if callable(one)]
        if not left:
            raise ConfigError(f"the script has no answer for request {number}: {seen.method} {seen.url}")
        answer = _checked(left[0](seen)) if callable(left[0]) else left[0]
        if answer.get("fail") == "connect":
            raise httpx.ConnectError("so the script says")
        if answer.get("fail") == "reset":
            raise httpx.ReadError("the connection was closed: so the script says")
        kind, pieces = _content(answer)
        headers = {"content-type": kind, **{name.lower(): value for name, value in (answer.get("headers") or {}).items()}}
        return httpx.Response(answer.get("status", 200), headers=headers, stream=_Pieces(pieces, answer.get("cut") == "reset"))


_KINDS: dict[str, tuple[type, ...]] = {
    "status": (int,), "headers": (Mapping,), "text": (str,), "bytes": (bytes,), "events": (list, tuple),
}  # fmt: skip
_WORDS = {"cut": ("end", "reset"), "fail": ("connect", "reset")}


def _checked(answer: Any) -> ScriptedAnswer:
    """Refuses what a script cannot mean: a word that is written wrong would pass for an empty answer."""
    if not isinstance(answer, dict):
        raise ConfigError(f"an answer of a script is a dict, not {type(answer).__name__}")
    given = cast("dict[str, Any]", answer)
    if odd := [repr(name) for name in given if name not in ScriptedAnswer.__annotations__]:
        raise ConfigError(f"an answer of a script has no {', '.join(odd)}: it has {', '.join(ScriptedAnswer.__annotations__)}")
    for name, value in given.items():
        if not isinstance(value, _KINDS.get(name, (object,))) or value not in _WORDS.get(name, (value,)):
            raise ConfigError(f"{name} of an answer of a script cannot be {value!r}")
    return cast("ScriptedAnswer", given)


class _Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __init__(self, pieces: list[bytes], broken: bool) -> None:
        self._pieces, self._broken = pieces, broken

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces
        if self._broken:
            raise httpx.ReadError("the connection was lost: so the script says")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece


def _seen(request: httpx.Request, content: bytes) -> ScriptedRequest:
    headers = {name.lower(): value for name, value in request.headers.items() if name.lower() not in _SECRET}
    text = content.decode("utf-8", "replace")
    try:
        body: Any = json.loads(text) if text else None
    except ValueError:
        body = text
    return ScriptedRequest(request.method, str(request.url), headers, body)


def _content(answer: ScriptedAnswer) -> tuple[str, list[bytes]]:
    if "events" in answer:
        events = [*answer["events"], *(() if "cut" in answer else ("[DONE]",))]
        texts = [event if isinstance(event, str) else json.dumps(plain(event)) for event in events]
        return "text/event-stream", [f"data: {text}\n\n".encode() for text in texts]
    if "bytes" in answer:
        return "application/octet-stream", [answer["bytes"]]
    if "text" in answer:
        return "text/plain; charset=utf-8", [answer["text"].encode()]
    return "application/json", [json.dumps(plain(answer.get("json", {}))).encode()]

"""A platform per module, and a client that shows exactly what came over the wire."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from chutes_conformance.platform import Options, Platform

KEY = {"authorization": "Bearer cpk_test"}


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def detail(self) -> Any:
        return self.json["detail"]

    @property
    def events(self) -> list[Any]:
        """The decoded `data:` events, `[DONE]` as text."""
        found = [block[6:] for block in self.body.decode().split("\n\n") if block.startswith("data: ")]
        return [entry if entry == "[DONE]" else json.loads(entry) for entry in found]


class Client:
    """One request per connection over real sockets."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.host = urlsplit(platform.base_url).netloc

    def __call__(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, *, key: bool = True) -> Answer:
        connection = http.client.HTTPConnection(self.host, timeout=20)
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        given = {**(KEY if key else {}), **({"content-type": "application/json"} if raw is not None else {}), **(headers or {})}
        try:
            connection.request(method, path, raw, given)
            response = connection.getresponse()
            data = response.read()
            return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, data)
        finally:
            connection.close()

    def chat(self, content: str = "hi", headers: dict[str, str] | None = None, **extra: Any) -> Answer:
        body = {"model": "mock/open-model", "messages": [{"role": "user", "content": content}], **extra}
        return self("POST", "/llm/v1/chat/completions", body, headers)


@pytest.fixture(scope="module")
def running() -> Iterator[Platform]:
    with Platform(Options(token_delay=0, cold_seconds=0.3, build_seconds=0.8, job_seconds=0.4)) as platform:
        yield platform


@pytest.fixture
def call(running: Platform) -> Iterator[Client]:
    running.app.reset()
    yield Client(running)

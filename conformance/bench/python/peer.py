"""The peer: OpenAI's SDK with its own defaults."""

from __future__ import annotations

import base64
import ssl
from collections.abc import AsyncIterator, Iterator
from typing import Any

MODEL = "m"
MESSAGES: Any = [{"role": "user", "content": "Tell me something."}]


def make(who: str, url: str, ca: str | None) -> Any:
    return (AsyncPeer if "async" in who else Peer)(who, url, ca)


def options(work: str, url: str) -> dict[str, Any]:
    return {"api_key": "cpk_bench", "base_url": f"{url}/{work}/v1"}


class Peer:
    def __init__(self, who: str, url: str, ca: str | None) -> None:
        self.url, self.ca = url, ca
        self.clients: dict[str, Any] = {}

    def client(self, work: str) -> Any:
        if work not in self.clients:
            import openai

            more = {}
            if self.ca:
                more["http_client"] = openai.DefaultHttpxClient(verify=ssl.create_default_context(cafile=self.ca))
            self.clients[work] = openai.OpenAI(**options(work, self.url), **more)
        return self.clients[work]

    def texts(self, work: str) -> Iterator[str]:
        for chunk in self.client(work).chat.completions.create(model=MODEL, messages=MESSAGES, stream=True):
            if chunk.choices:
                yield chunk.choices[0].delta.content

    def answer(self, work: str) -> Any:
        return self.client(work).chat.completions.create(model=MODEL, messages=MESSAGES).choices[0].message.content

    def embed(self, work: str) -> Any:
        return self.client(work).embeddings.create(model=MODEL, input=["a"]).data[999].embedding

    def image(self, work: str) -> Any:
        return base64.b64decode(self.client(work).images.generate(model=MODEL, prompt="a").data[0].b64_json)


class AsyncPeer:
    def __init__(self, who: str, url: str, ca: str | None) -> None:
        self.url, self.ca, self.who = url, ca, who
        self.clients: dict[str, Any] = {}

    def client(self, work: str) -> Any:
        if work not in self.clients:
            import openai

            more: dict[str, Any] = {}
            if self.ca:
                more["http_client"] = openai.DefaultAsyncHttpxClient(verify=ssl.create_default_context(cafile=self.ca))
            self.clients[work] = openai.AsyncOpenAI(**options(work, self.url), **more)
        return self.clients[work]

    async def texts(self, work: str) -> AsyncIterator[str]:
        async for chunk in await self.client(work).chat.completions.create(model=MODEL, messages=MESSAGES, stream=True):
            if chunk.choices:
                yield chunk.choices[0].delta.content

    async def answer(self, work: str) -> Any:
        return (await self.client(work).chat.completions.create(model=MODEL, messages=MESSAGES)).choices[0].message.content

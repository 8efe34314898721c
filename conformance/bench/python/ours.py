"""The client of this project, as installed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

MODEL = "m"
MESSAGES: Any = [{"role": "user", "content": "Tell me something."}]


def options(work: str, url: str, ca: str | None) -> dict[str, Any]:
    from chutes_client import Endpoints

    there = f"{url}/{work}/v1"
    return {"api_key": "cpk_bench", "endpoints": Endpoints(api=there, llm=there, image=there, embed=there, chute=there + "/{slug}"), **({"ca_pem": Path(ca).read_text()} if ca else {})}


def make(who: str, url: str, ca: str | None) -> Any:
    return (AsyncOurs if "async" in who else Ours)(who, url, ca)


class Ours:
    def __init__(self, who: str, url: str, ca: str | None) -> None:
        self.place = (url, ca)
        self.clients: dict[str, Any] = {}

    def client(self, work: str) -> Any:
        if work not in self.clients:
            from chutes_client import Chutes

            self.clients[work] = Chutes(**options(work, *self.place))
        return self.clients[work]

    def texts(self, work: str) -> Iterator[str]:
        with self.client(work).chat.completions.stream(model=MODEL, messages=MESSAGES) as stream:
            for chunk in stream:
                if chunk.choices:
                    yield chunk.choices[0].delta.content

    def answer(self, work: str) -> Any:
        return self.client(work).chat.completions.create(model=MODEL, messages=MESSAGES).choices[0].message.content

    def embed(self, work: str) -> Any:
        return self.client(work).embeddings.create(model=MODEL, input=["a"], encoding_format="base64").data[999].embedding

    def image(self, work: str) -> Any:
        return self.client(work).images.generate(model=MODEL, prompt="a").bytes


class AsyncOurs:
    def __init__(self, who: str, url: str, ca: str | None) -> None:
        self.place = (url, ca)
        self.clients: dict[str, Any] = {}
        self.aiohttp = "aiohttp" in who

    def client(self, work: str) -> Any:
        if work not in self.clients:
            from chutes_client import AsyncChutes

            more: dict[str, Any] = {}
            if self.aiohttp:
                from httpx_aiohttp import AiohttpTransport

                more["transport"] = AiohttpTransport()
            self.clients[work] = AsyncChutes(**options(work, *self.place), **more)
        return self.clients[work]

    async def texts(self, work: str) -> AsyncIterator[str]:
        async with await self.client(work).chat.completions.stream(model=MODEL, messages=MESSAGES) as stream:
            async for chunk in stream:
                if chunk.choices:
                    yield chunk.choices[0].delta.content

    async def answer(self, work: str) -> Any:
        return (await self.client(work).chat.completions.create(model=MODEL, messages=MESSAGES)).choices[0].message.content

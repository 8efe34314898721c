"""What a chute's own endpoints answer: the demo cords, cords of a deployed chute, and a real chute behind the platform."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from . import media
from .http import HttpError, Response, dumps, json_response, text_response
from .state import Chute

Json = dict[str, Any]
STREAM_HEADERS = {"cache-control": "no-cache, no-transform", "x-accel-buffering": "no"}
STREAM_TYPE = "text/event-stream; charset=utf-8"
UPSTREAM_TIMEOUT = 60.0
EXHAUSTED = "exhausted all available targets to no avail"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def answer(chute: Chute, cord: Json, body: Json, headers: dict[str, str], delay: float) -> Response:
    """A cord without a real chute behind it: the content type says what comes back."""
    kind = cord.get("output_content_type") or "application/json"
    text = str(body.get("text") or body.get("prompt") or chute.name)
    if cord["stream"]:
        return Response(200, headers={"content-type": STREAM_TYPE, **STREAM_HEADERS, **headers}, stream=words(text, delay))
    if kind.startswith("image/"):
        return Response(200, media.make_png(text) if kind == "image/png" else media.make_jpeg(text, 0, 256, 256), {"content-type": kind, **headers})
    if kind.startswith("audio/"):
        speed = body.get("speed") or 1
        good = isinstance(speed, int | float) and not isinstance(speed, bool) and 0 < speed <= 10
        return Response(200, media.make_wav(text, speed if good else 1.0), {"content-type": "audio/wav", **headers})
    if kind == "application/pdf":
        return Response(200, PDF, {"content-type": kind, **headers})
    if kind == "text/plain":
        return text_response(text, "text/plain; charset=utf-8")
    if cord["function"] == "health":
        return json_response({"status": "healthy", "chute": chute.name}, headers=headers)
    if cord["function"] == "transcribe":
        return json_response([{"start": 0.0, "end": 1.5, "text": "hello world"}], headers=headers)
    return json_response({"echo": body, "cord": cord["function"], "chute": chute.name}, headers=headers)


async def words(text: str, delay: float) -> AsyncIterator[bytes]:
    """A cord stream: events without `[DONE]`; the end of the body is the end."""
    for index, word in enumerate(text.split()):
        yield b"data: " + dumps({"i": index, "token": word}) + b"\n\n"
        await asyncio.sleep(delay)


class _Upstream:
    """One request to a real chute over a connection of its own."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, status: int, headers: dict[str, str]) -> None:
        self.reader, self.writer, self.status, self.headers = reader, writer, status, headers

    async def pieces(self) -> AsyncIterator[bytes]:
        try:
            if "chunked" in self.headers.get("transfer-encoding", ""):
                while size := int((await self.reader.readline()).split(b";")[0], 16):
                    yield await self.reader.readexactly(size)
                    await self.reader.readexactly(2)
            elif "content-length" in self.headers:
                length = int(self.headers["content-length"])
                yield await self.reader.readexactly(length) if length else b""
            else:
                while piece := await self.reader.read(65536):
                    yield piece
        finally:
            self.writer.close()

    async def whole(self) -> bytes:
        return b"".join([piece async for piece in self.pieces()])


async def _open(base: str, method: str, path: str, body: bytes) -> _Upstream:
    parts = urlsplit(base)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = f"{method} {parts.path.rstrip('/')}{path} HTTP/1.1\r\nhost: {parts.netloc}\r\nconnection: close\r\naccept: */*\r\n"
    if body:
        head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
    writer.write(head.encode() + b"\r\n" + body)
    await writer.drain()
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)}
    return _Upstream(reader, writer, int(lines[0].split(" ")[1]), headers)


async def forward(chute: Chute, cord: Json, body: bytes, headers: dict[str, str]) -> Response:
    """Calls the real chute as the platform calls an instance: the answer's own bytes, the platform's own headers and errors."""
    method = cord.get("public_api_method") or "POST"
    try:
        upstream = await asyncio.wait_for(_open(chute.upstream, method, cord["public_api_path"], body if method == "POST" else b""), UPSTREAM_TIMEOUT)
    except (OSError, asyncio.IncompleteReadError, TimeoutError):
        raise HttpError(500, EXHAUSTED) from None
    if upstream.status >= 400:
        raise refused(upstream.status, (await upstream.whole()).decode("utf-8", "replace"))
    if cord["stream"]:
        pieces = upstream.pieces()
        first = await anext(pieces, None)
        if first is None:
            raise HttpError(500, "Unhandled error generating response: ")
        return Response(200, headers={"content-type": STREAM_TYPE, **STREAM_HEADERS, **headers}, stream=relayed(first, pieces))
    content = {"content-type": upstream.headers["content-type"]} if "content-type" in upstream.headers else {}
    return Response(200, await upstream.whole(), {**content, **headers})


async def relayed(first: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The stream of an instance. Where it breaks off, every other instance has failed as well: a bare line of JSON ends the body."""
    yield first
    try:
        async for piece in pieces:
            yield piece
    except (OSError, ValueError, asyncio.IncompleteReadError):
        yield dumps({"error": f"Unhandled exception during response stream: {EXHAUSTED}"})


def refused(status: int, text: str) -> HttpError:
    """The platform's words for a chute's own error: 4xx pass, 400 gets a prefix, a 429 is lack of capacity, 5xx become 503."""
    if status == 400:
        return HttpError(400, f"Invalid request: {text}")
    if status == 429:
        return HttpError(429, "Infrastructure is at maximum capacity, try again later")
    if status >= 500:
        return HttpError(503, f"HTTP_{status}: {text}")
    try:
        detail = json.loads(text)
    except ValueError:
        return HttpError(status, text)
    return HttpError(status, detail.get("detail", detail) if isinstance(detail, dict) else detail)

"""A small HTTP/1.1 server on asyncio streams: keep-alive, chunked both ways, and breaks on demand.

A framework would not let a scenario reset the connection in the middle of a chunk, and would not start in a blink.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

MAX_HEAD = 64 * 1024
MAX_BODY = 64 * 1024 * 1024
REASONS = {
    200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 307: "Temporary Redirect", 400: "Bad Request", 401: "Unauthorized",
    402: "Payment Required", 403: "Forbidden", 404: "Not Found", 409: "Conflict", 413: "Content Too Large", 422: "Unprocessable Content",
    426: "Upgrade Required", 429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
    504: "Gateway Timeout",
}  # fmt: skip


class Break(Exception):
    """Ends the connection now: `how` is "fin" (an ordinary close, so a chunked body stays unfinished) or "rst"."""

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


@dataclass
class Request:
    method: str
    path: str  # decoded, without the query
    raw_target: str
    query: dict[str, str]
    headers: dict[str, str]  # lower-case names
    body: bytes = b""
    disconnected: Callable[[], bool] = lambda: False

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Response:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    stream: AsyncIterator[bytes] | None = None  # sent chunked when set
    delay: float = 0.0  # seconds before the first byte
    break_how: str = ""  # end the connection instead of answering


class HttpError(Exception):
    """An answer in the shape of FastAPI's HTTPException: `{"detail": …}`."""

    def __init__(self, status: int, detail: Any) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status
        self.detail = detail

    def response(self) -> Response:
        return json_response({"detail": self.detail}, self.status)


Handler = Callable[[Request], Awaitable[Response]]


def dumps(value: Any) -> bytes:
    """JSON without spaces, as the server's encoder writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def json_response(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(status, dumps(value), {"content-type": "application/json", **(headers or {})})


def text_response(text: str, content_type: str, status: int = 200) -> Response:
    return Response(status, text.encode(), {"content-type": content_type})


class BadRequest(Exception):
    pass


async def read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request | None:
    """Reads one request, or returns None when the peer has closed between requests."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial.strip():
            raise BadRequest("truncated head") from None
        return None
    except asyncio.LimitOverrunError:
        raise BadRequest("head too large") from None
    lines = head.decode("latin-1").split("\r\n")
    parts = lines[0].split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise BadRequest("bad request line")
    headers: dict[str, str] = {}
    for line in lines[1:]:
        if line:
            name, colon, value = line.partition(":")
            if not colon or name != name.strip():
                raise BadRequest("bad header line")
            headers[name.lower()] = value.strip()
    path, _, query = parts[1].partition("?")
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = await read_body(reader, headers)
    request = Request(parts[0], unquote(path), parts[1], dict(parse_qsl(query, keep_blank_values=True)), headers, body)
    request.disconnected = lambda: reader.at_eof() or writer.is_closing()
    return request


async def read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if "chunked" in headers.get("transfer-encoding", "").lower():
        parts: list[bytes] = []
        total = 0
        while True:
            try:
                size = int((await reader.readline()).split(b";")[0].strip(), 16)
            except ValueError:
                raise BadRequest("bad chunk size") from None
            total += size
            if total > MAX_BODY:
                raise BadRequest("body too large")
            if size == 0:
                while (await reader.readline()).strip():
                    pass  # trailers
                return b"".join(parts)
            parts.append(await reader.readexactly(size))
            await reader.readexactly(2)
    try:
        length = int(headers.get("content-length", "0"))
    except ValueError:
        raise BadRequest("bad content-length") from None
    if length < 0 or length > MAX_BODY:
        raise BadRequest("bad content-length")
    return await reader.readexactly(length) if length else b""


class HttpServer:
    """Serves `handler` on one port. `connections` and `requests` count what came in."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.connections = 0
        self.requests = 0
        self.faults: list[str] = []  # what no handler has caught
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, host: str, port: int) -> int:
        self._server = await asyncio.start_server(self._accept, host, port, limit=MAX_HEAD)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        if self._server:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.connections += 1
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while await self._one(reader, writer):
                pass
        except Break as stop:
            if stop.how == "rst":
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
        except BadRequest as error:
            writer.write(_head(400, {"content-type": "text/plain", "content-length": "0", "connection": "close", "x-reason": str(error)}))
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        request = await read_request(reader, writer)
        if request is None:
            return False
        self.requests += 1
        try:
            response = await self.handler(request)
        except HttpError as error:
            response = error.response()
        except Exception as error:  # a fault of ours must look like the server's own, and be seen
            traceback.print_exc()
            self.faults.append(f"{request.method} {request.path}: {error!r}")
            response = text_response("Internal Server Error", "text/plain; charset=utf-8", 500)
        if response.delay:
            await asyncio.sleep(response.delay)
        if response.break_how:
            raise Break(response.break_how)
        keep = request.headers.get("connection", "").lower() != "close"
        await self._send(request, response, writer, keep)
        return keep

    async def _send(self, request: Request, response: Response, writer: asyncio.StreamWriter, keep: bool) -> None:
        headers = {"server": "chutes-mock", **response.headers}
        if not keep:
            headers["connection"] = "close"
        bodiless = request.method == "HEAD" or response.status in (204, 304)
        if response.stream is None:
            if response.status != 204:
                headers["content-length"] = str(len(response.body))
            writer.write(_head(response.status, headers) + (b"" if bodiless else response.body))
            await writer.drain()
            return
        headers["transfer-encoding"] = "chunked"
        writer.write(_head(response.status, headers))
        try:
            if not bodiless:
                async for piece in response.stream:
                    if piece:
                        writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                        await writer.drain()
                writer.write(b"0\r\n\r\n")
            await writer.drain()
        finally:
            close = getattr(response.stream, "aclose", None)
            if close:
                await close()


def _head(status: int, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Unknown')}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

"""Listeners and connections: exact bytes out, every byte and every close in, both with their time."""

from __future__ import annotations

import asyncio
import itertools
import re
import socket
import ssl
import struct
import threading
import time
from collections import deque
from typing import Any
from urllib.parse import unquote

from .body import Step
from .journal import Journal, RequestRecord
from .script import Script, render
from .tls import Authority

_DRAIN_BEFORE_RESET = 0.05  # a reset drops what the peer has not read yet; give it time to read
_BEAT = 0.01  # seconds between two beats of the server's loop
_numbers = itertools.count(1)


class ClientGone(Exception):
    """The client closed the connection."""


class Connection(asyncio.Protocol):
    """One accepted connection; reading never stops, so an early close is seen when it happens."""

    def __init__(self, server: MockServer, origin: str) -> None:
        self.server, self.origin = server, origin
        self.number = next(_numbers)
        self.buffer = bytearray()
        self.changed = asyncio.Event()
        self.writable = asyncio.Event()
        self.writable.set()
        self.closed_at: float | None = None
        self.closed_how = ""
        self.first_byte_at: float | None = None
        self.record: RequestRecord | None = None
        self.token: str | None = None
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        if transport.get_extra_info("peername") in self.server.tunnels:
            self.origin = "proxy"
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport.set_write_buffer_limits(high=65536)
        self.server.connections.add(self)
        self.task = asyncio.ensure_future(self._serve())

    def data_received(self, data: bytes) -> None:
        if not self.buffer:
            self.first_byte_at = time.monotonic()
        self.buffer += data
        self.changed.set()

    def eof_received(self) -> bool:
        self._gone("eof")
        # Keep our side open: what we still write shows whether the client has really gone.
        return self.transport.get_extra_info("sslcontext") is None

    def connection_lost(self, exc: Exception | None) -> None:
        self._gone("reset" if exc else "closed")
        self.server.connections.discard(self)
        self.writable.set()

    def pause_writing(self) -> None:
        self.writable.clear()

    def resume_writing(self) -> None:
        self.writable.set()

    def _gone(self, how: str) -> None:
        if self.closed_at is None:
            self.closed_at, self.closed_how = time.monotonic(), how
            if self.record is not None and self.record.client_closed is None:
                self.record.client_closed, self.record.closed_how = self.closed_at, how
                self.record.note(f"client {how}")
        self.changed.set()

    async def _more(self) -> None:
        if self.closed_at is not None:
            raise ClientGone
        self.changed.clear()
        await self.changed.wait()

    async def _serve(self) -> None:
        journal: Journal | None = None
        try:
            idle_limit: float | None = None
            while True:
                request = await self._read_request(idle_limit)
                if request is None:
                    return
                if request.method == "CONNECT":
                    await self._tunnel(request)
                    return
                journal = self.server.journal_of(request)
                if journal is None:
                    await self._plain_404()
                    return
                journal.begin()
                try:
                    answer, go_on = await self._answer(request)
                finally:
                    journal.end()
                idle_limit = float(answer["idle_close_ms"]) / 1000 if "idle_close_ms" in answer else None
                if not go_on:
                    return
        except (ClientGone, ConnectionError):
            return
        except Exception as exc:  # a fault of ours must show as such, never as the client's
            if journal is not None:
                journal.problems.append(f"server: {type(exc).__name__}: {exc}")
        finally:
            self.transport.close()

    async def _read_request(self, idle_limit: float | None) -> RequestRecord | None:
        while b"\r\n\r\n" not in self.buffer:
            try:
                await asyncio.wait_for(self._more(), idle_limit)
            except TimeoutError:
                return None
            if self.buffer[:1] == b"\x16":  # a TLS greeting; a plain server answers it as what it reads it for
                self.transport.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return None
        arrived = self.first_byte_at or time.monotonic()
        head, _, rest = bytes(self.buffer).partition(b"\r\n\r\n")
        self.buffer = bytearray(rest)
        lines = head.decode("latin-1").split("\r\n")
        method, _, tail = lines[0].partition(" ")
        target, _, version = tail.rpartition(" ")
        headers = [(k, v.strip()) for k, _, v in (line.partition(":") for line in lines[1:])]
        # A proxy is asked with the whole URL; what follows the host is the path.
        path, _, query = re.sub(r"^http://[^/]*", "", target).partition("?")
        record = RequestRecord(0, self.number, self.origin, method, target, path, query, version, headers, b"", arrived)
        if (record.header("expect") or "").lower() == "100-continue":
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        record.body = await self._read_body(record)
        record.note("<", head + b"\r\n\r\n" + record.body)
        if self.buffer:
            self.first_byte_at = time.monotonic()
        return record

    async def _read_body(self, record: RequestRecord) -> bytes:
        if "chunked" in (record.header("transfer-encoding") or ""):
            out = bytearray()
            while True:
                size = int((await self._take_line()).split(b";")[0], 16)
                out += await self._take(size)
                await self._take_line()
                if size == 0:
                    return bytes(out)
        return await self._take(int(record.header("content-length") or 0))

    async def _take(self, count: int) -> bytes:
        while len(self.buffer) < count:
            await self._more()
        data = bytes(self.buffer[:count])
        del self.buffer[:count]
        return data

    async def _take_line(self) -> bytes:
        while b"\r\n" not in self.buffer:
            await self._more()
        line, _, rest = bytes(self.buffer).partition(b"\r\n")
        self.buffer = bytearray(rest)
        return line

    async def _tunnel(self, request: RequestRecord) -> None:
        """Play a proxy: whatever host is asked for, the port is one of ours. Requests that come through are of origin `proxy`.

        Towards a host `silent.` anything it opens nothing and says nothing, towards `denied.` anything it answers 403.
        """
        while request.target.startswith("silent."):
            await self._more()
        if request.target.startswith("denied."):
            self.transport.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            raise ClientGone
        port = int(request.target.rpartition(":")[2])
        sock = socket.socket()
        sock.setblocking(False)
        sock.bind(("127.0.0.1", 0))
        self.server.tunnels.add(sock.getsockname())
        loop = asyncio.get_running_loop()
        await loop.sock_connect(sock, ("127.0.0.1", port))
        self.transport.write(b"HTTP/1.1 200 Connection established\r\n\r\n")

        async def back() -> None:
            while data := await loop.sock_recv(sock, 65536):
                self.transport.write(data)
            self.transport.close()

        backwards = asyncio.ensure_future(back())
        try:
            while True:
                if not self.buffer:
                    await self._more()
                data = bytes(self.buffer)
                self.buffer.clear()
                await loop.sock_sendall(sock, data)
        finally:
            backwards.cancel()
            sock.close()

    async def _plain_404(self) -> None:
        self.transport.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    async def _answer(self, record: RequestRecord) -> tuple[dict[str, Any], bool]:
        """Play the answer; False if the connection must not be used again."""
        self.record = record
        script = self.server.scripts[self.token or ""]
        record.answer = script.choose(record)
        if record.answer is None:
            answer: dict[str, Any] = {"status": 404, "json": {"detail": "the case has no answer for this request"}}
        else:
            answer = script.substitute(script.answers[record.answer], record)
        in_body = False
        go_on = True
        try:
            for piece in render(answer, record):
                if isinstance(piece, bytes):
                    await self._send(record, piece, in_body)
                elif piece.kind == "body":
                    in_body = True
                elif not await self._step(record, piece):
                    go_on = False
                    break
        finally:
            record.answer_ended = time.monotonic()
        if (record.header("connection") or "").lower() == "close":
            go_on = False
        return answer, go_on

    async def _send(self, record: RequestRecord, data: bytes, in_body: bool) -> None:
        await self.writable.wait()
        if self.transport.is_closing():
            raise ClientGone
        self.transport.write(data)
        record.note(">", data)
        await self.writable.wait()
        await asyncio.sleep(0)
        record.last_sent = time.monotonic()
        if in_body:
            record.body_sent += len(data)

    async def _step(self, record: RequestRecord, step: Step) -> bool:
        """One control step; False ends the connection."""
        if step.kind == "sleep_ms":
            await asyncio.sleep(step.value / 1000)
        elif step.kind == "rst":
            record.note("reset")
            await self._reset()
            return False
        elif step.kind == "fin":
            record.note("fin")
            return False
        elif step.kind == "half_close":
            record.note("half close")
            self.transport.write_eof()
        elif step.kind in ("hang", "wait_close_ms"):
            record.note("waiting")
            limit = step.value / 1000 if step.kind == "wait_close_ms" else None
            await self._until_closed(limit)
            return step.kind != "hang" and self.closed_at is None
        return True

    async def _until_closed(self, limit: float | None) -> None:
        async def closed() -> None:
            while self.closed_at is None:
                self.changed.clear()
                await self.changed.wait()

        try:
            await asyncio.wait_for(closed(), limit)
        except TimeoutError:
            pass

    async def _reset(self) -> None:
        await asyncio.sleep(_DRAIN_BEFORE_RESET)
        sock = self.transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


class MockServer:
    """All listeners on their own thread and loop, so that the judge's work never delays a byte.

    Use as a context manager. `register` opens a case under a token, `forget` closes what it left open.
    """

    def __init__(self) -> None:
        self.scripts: dict[str, Script] = {}
        self.journals: dict[str, Journal] = {}
        self.connections: set[Connection] = set()
        self.authority = Authority()
        self.origins: dict[str, str] = {}
        self.tunnels: set[tuple[str, int]] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mock-server", daemon=True)
        self._held: list[socket.socket] = []
        self._late: deque[tuple[float, float]] = deque(maxlen=1000)  # when a beat came, and how much too late

    def __enter__(self) -> MockServer:
        self._thread.start()
        if not self._ready.wait(20):
            raise RuntimeError("the mock server did not start")
        self._hold_ports()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        for sock in self._held:
            sock.close()

    def register(self, token: str, answers: list[dict[str, Any]], variables: dict[str, str], now_ms: float | None) -> Journal:
        journal = Journal(token)
        self.journals[token] = journal
        self.scripts[token] = Script(answers, variables, now_ms)
        return journal

    def forget(self, token: str) -> None:
        """Close the connections of a case and drop its script."""
        self.scripts.pop(token, None)
        self.journals.pop(token, None)

        def close() -> None:
            for connection in list(self.connections):
                if connection.token == token:
                    connection.task.cancel()
                    connection.transport.abort()

        self._loop.call_soon_threadsafe(close)

    def base(self, token: str, listen: str = "plain") -> str:
        """The URL below which a case's requests are expected, on the named listener."""
        name = "tls" if listen == "tls-untrusted" else listen
        return f"{self.origins[name]}/t/{token}"

    def journal_of(self, request: RequestRecord) -> Journal | None:
        """File a request under its case and make its path relative to the case's base."""
        connection = next((c for c in self.connections if c.number == request.connection), None)
        parts = request.path.split("/", 3)
        if len(parts) < 3 or parts[1] != "t" or connection is None:
            return None
        journal = self.journals.get(unquote(parts[2]))
        if journal is None:
            return None
        request.path = "/" + (parts[3] if len(parts) > 3 else "")
        request.index = len(journal.requests)
        connection.token = journal.token
        journal.requests.append(request)
        return journal

    def late_since(self, began: float) -> float:
        """The longest time, in seconds, that this server stood still after `began` (of `time.monotonic`): the machine was busy elsewhere."""
        return max((late for at, late in list(self._late) if at >= began), default=0.0)

    async def _beat(self) -> None:
        while True:
            began = time.monotonic()
            await asyncio.sleep(_BEAT)
            if (late := time.monotonic() - began - _BEAT) > _BEAT:
                self._late.append((time.monotonic(), late))

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        beat = self._loop.create_task(self._beat())  # named: the loop itself keeps no task alive
        self._ready.set()
        self._loop.run_forever()
        beat.cancel()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        for connection in list(self.connections):
            connection.transport.abort()
        self._loop.run_until_complete(asyncio.sleep(0))

    async def _listen(self) -> None:
        contexts: dict[str, ssl.SSLContext | None] = {
            "plain": None,
            "other": None,
            "proxy": None,
            "tls": self.authority.context(),
            "tls-wrong-name": self.authority.context(name="elsewhere.example"),
            "tls-expired": self.authority.context(expired=True),
        }
        for name, context in contexts.items():
            origin = name if name in ("other", "proxy") else "own"
            server = await self._loop.create_server(
                lambda origin=origin: Connection(self, origin), "127.0.0.1", 0, ssl=context, backlog=1024
            )
            port = server.sockets[0].getsockname()[1]
            self.origins[name] = f"{'https' if context else 'http'}://127.0.0.1:{port}"
        try:
            six = await self._loop.create_server(lambda: Connection(self, "own"), "::1", 0, backlog=1024)
        except OSError:
            return  # a machine without IPv6; the cases of that listener are not applicable then
        self.origins["ipv6"] = f"http://[::1]:{six.sockets[0].getsockname()[1]}"

    def _hold_ports(self) -> None:
        refused = socket.socket()
        refused.bind(("127.0.0.1", 0))  # bound but not listening: nobody else gets it, every connect is refused
        self._held.append(refused)
        self.origins["refused"] = f"http://127.0.0.1:{refused.getsockname()[1]}"
        hole = socket.socket()
        hole.bind(("127.0.0.1", 0))
        hole.listen(0)
        self._held.append(hole)
        self.origins["blackhole"] = f"http://127.0.0.1:{hole.getsockname()[1]}"
        for _ in range(4):  # fill the accept queue, so that the kernel drops every later SYN
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(hole.getsockname())
            self._held.append(filler)

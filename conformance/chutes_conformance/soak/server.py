"""The server of the soak: thousands of slow streams in one loop, each cut, stalled or ended as its plan says, and restarts of itself."""

from __future__ import annotations

import asyncio
import json
import random
import re
import socket
import struct
import time
from dataclasses import dataclass, field

from .plan import Pace, Plan, token

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n%s\r\n"
BACKLOG = 4096  # all streams may come back at once after a restart
_NUMBER = re.compile(rb"soak (\d+)")
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.I)


@dataclass
class Attempt:
    """One request as the server saw it. `end` is None while it is open; `client` when the caller closed the connection."""

    number: int
    index: int
    began: float
    sent: int = 0
    end: str | None = None
    ended: float = 0


@dataclass
class Window:
    """A time in which nobody listened."""

    began: float
    ended: float = float("inf")


@dataclass
class Ledger:
    """Everything the server did. Attempts of calls that are over are taken out by the account."""

    attempts: dict[int, list[Attempt]] = field(default_factory=dict)
    windows: list[Window] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    sent: int = 0
    requests: int = 0

    def open(self, number: int) -> Attempt:
        before = self.attempts.setdefault(number, [])
        made = Attempt(number, len(before), time.monotonic())
        before.append(made)
        self.requests += 1
        return made


class Connection(asyncio.Protocol):
    """One connection: requests one after another, each answered by a slow stream."""

    transport: asyncio.Transport

    def __init__(self, server: Server) -> None:
        self.server = server
        self.buffer = b""
        self.attempt: Attempt | None = None
        self.plan: Plan | None = None
        self.timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.server.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.server.connections.discard(self)
        self._over("client")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, mark, body = self.buffer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not mark or len(body) < int(length[1] if length else 0):
            return
        self.buffer = b""
        number = _NUMBER.search(body)
        ledger = self.server.ledger
        if self.attempt is not None or number is None:
            ledger.problems.append("a request on a connection that is busy" if self.attempt else f"no number in {body[:200]!r}")
            return self.transport.abort()
        self.plan = self.server.plans[int(number[1])]
        self.attempt = ledger.open(self.plan.number)
        if self.plan.ending != "quiet":
            self._later(self._head, random.random())

    def _later(self, act: object, share: float) -> None:
        assert callable(act)
        self.timer = asyncio.get_running_loop().call_later(self.server.pace.token_ms / 1000 * share, act)

    def _head(self) -> None:
        assert self.plan
        self.transport.write(HEAD % (b"" if self.plan.keep else b"Connection: close\r\n"))
        self._later(self._tick, random.random())

    def _tick(self) -> None:
        assert self.plan and self.attempt
        if self.attempt.sent >= self.plan.tokens:
            return self._end()
        text = token(self.attempt.number, self.attempt.index, self.attempt.sent)
        self.attempt.sent += 1
        self.server.ledger.sent += 1
        self._write(self._event({"content": text}))
        self._later(self._tick, 0.7 + 0.6 * random.random())

    def _event(self, delta: dict[str, str], finish: str | None = None) -> bytes:
        assert self.attempt
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        chunk = {"id": f"s{self.attempt.number}-{self.attempt.index}", "object": "chat.completion.chunk", "created": 1, "model": "soak", "choices": [choice]}
        return b"data: " + json.dumps(chunk).encode() + b"\n\n"

    def _write(self, data: bytes) -> None:
        """One event in one chunk, or in two that part it anywhere."""
        at = random.randrange(1, len(data)) if random.random() < 0.3 else len(data)
        self.transport.write(b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (data[:at], data[at:]) if part))

    def _end(self) -> None:
        assert self.plan
        if self.plan.ending == "whole":
            self._write(self._event({}, "stop") + b"data: [DONE]\n\n")
            self.transport.write(b"0\r\n\r\n")
            keep = self.plan.keep
            self._over("whole")
            if not keep:
                self.transport.close()
        elif self.plan.ending == "chunk":
            self.transport.write(b'ffff\r\ndata: {"id": "half of an ev')
            self.drop("chunk")
        elif self.plan.ending in ("fin", "rst"):
            self.drop(self.plan.ending)
        # stall: nothing more is sent; the caller is to leave

    def drop(self, end: str) -> None:
        """Ends the connection from here: by RST if `end` says so, else by FIN after what was written."""
        self._over(end)
        if end.endswith("rst"):
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.transport.abort()
        else:
            self.transport.close()

    def _over(self, end: str) -> None:
        if self.timer:
            self.timer.cancel()
        if self.attempt:
            self.attempt.end, self.attempt.ended = end, time.monotonic()
        self.attempt = self.plan = None


class Server:
    """Listens on one port of 127.0.0.1 until `close`; `restart` drops everything and listens again a moment later."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.plans: dict[int, Plan] = {}
        self.ledger = Ledger()
        self.connections: set[Connection] = set()
        self.port = 0
        self._listening: asyncio.Server | None = None

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._listening = await loop.create_server(lambda: Connection(self), "127.0.0.1", self.port, backlog=BACKLOG, reuse_address=True)
        self.port = self._listening.sockets[0].getsockname()[1]

    async def restart(self, gap: float = 0.2) -> None:
        """As when a server is replaced: the listener goes, every connection breaks one way or the other, the port comes back."""
        assert self._listening
        self.ledger.windows.append(Window(time.monotonic()))
        self._listening.close()
        for connection in list(self.connections):
            connection.drop(random.choice(["restart-fin", "restart-rst"]))
        await asyncio.sleep(gap)
        await self.open()
        self.ledger.windows[-1].ended = time.monotonic()

    async def close(self) -> None:
        if self._listening:
            self._listening.close()
        for connection in list(self.connections):
            connection.transport.abort()

"""The limit: a bare socket and the fastest decoder there is, for one stream after another. No client could be cheaper with typed results."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import msgspec


class Delta(msgspec.Struct):
    content: str | None = None


class Choice(msgspec.Struct):
    delta: Delta
    index: int = 0
    finish_reason: str | None = None


class Chunk(msgspec.Struct):
    choices: list[Choice]
    id: str = ""
    model: str = ""
    created: int = 0


def make(who: str, url: str, ca: str | None) -> Any:
    return Limit(url)


class Limit:
    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        self.socket = socket.create_connection((place.hostname, place.port))
        self.decode = msgspec.json.Decoder(Chunk).decode

    def texts(self, work: str) -> Iterator[str | None]:
        body = json.dumps({"model": "m", "messages": [], "stream": True}).encode()
        self.socket.sendall(b"POST /%s/v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % (work.encode(), len(body)) + body)
        rest, headed, decode = b"", False, self.decode
        while True:
            rest += self.socket.recv(65536)
            if not headed:
                _, found, rest = rest.partition(b"\r\n\r\n")
                if not found:
                    continue
                headed = True
            # Every event of these streams is one HTTP chunk: the size line before `data:` is cut off with it.
            events = rest.split(b"\n\n")
            rest = events.pop()
            for event in events:
                data = event[event.index(b"data: ") + 6 :]
                if data == b"[DONE]":
                    while b"\r\n0\r\n\r\n" not in rest:
                        rest += self.socket.recv(4096)
                    return
                yield decode(data).choices[0].delta.content

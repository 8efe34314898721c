"""HTTP chunks that are merged before h11 sees them: h11 must find the same body, and the same faults."""

from __future__ import annotations

import random

import h11
import pytest

from chutes_client._framing import ChunkMerger

HEAD = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
WHOLE = b"2\r\nab\r\n3\r\ncde\r\n0a\r\n0123456789\r\n"


def read(reads: list[bytes]) -> tuple[bytes, str, list[tuple[bytes, bytes]]]:
    """The body, how it ended, and its trailers."""
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method="GET", target="/", headers=[("host", "a")]))
    connection.send(h11.EndOfMessage())
    body = b""
    for data in (HEAD, *reads, b""):
        connection.receive_data(data)
        while True:
            try:
                event = connection.next_event()
            except h11.RemoteProtocolError:
                return body, "error", []
            if event is h11.NEED_DATA:
                break
            if isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                return body, "end", list(event.headers)
            elif event is h11.PAUSED or isinstance(event, h11.ConnectionClosed):
                return body, "stop", []
    return body, "open", []


def cut(data: bytes, generator: random.Random) -> list[bytes]:
    pieces: list[bytes] = []
    while data:
        size = generator.choice((1, 2, 3, 7, 20, 64))
        pieces.append(data[:size])
        data = data[size:]
    return pieces


def test_chunks_of_one_read_become_one() -> None:
    assert ChunkMerger().feed(WHOLE) == b"f\r\nabcde0123456789\r\n"
    assert ChunkMerger().feed(WHOLE + b"0\r\n\r\n") == b"f\r\nabcde0123456789\r\n0\r\n\r\n"


@pytest.mark.parametrize("data", [b"2\r\nab\r\n", b"2\r\na", b"2\r", b"0\r\n\r\n", b"2;x=y\r\nab\r\n3\r\ncde\r\n", b"oh no"])
def test_anything_else_stays_as_it_came(data: bytes) -> None:
    assert ChunkMerger().feed(data) == data


@pytest.mark.parametrize(
    "end",
    [
        b"0\r\n\r\n",
        b"0\r\nx-late: 1\r\n\r\n",
        b"000\r\n\r\n",
        b"",
        b"5\r\nabc",
        b"5",
        b"5\r",
        b"2\r\nab",
        b"2\r\nab\r",
        b"2\r\nabc\r\n0\r\n\r\n",
        b"2\r\nabXY3\r\ncde\r\n",
        b"-1\r\nab\r\n",
        b" 2\r\nab\r\n",
        b"2 \r\nab\r\n0\r\n\r\n",
        b"2;x=y\r\nab\r\n2\r\ncd\r\n0\r\n\r\n",
        b"2\nab\n0\n\n",
        b"0x2\r\nab\r\n",
        b"2\r\nab\r\n\r\n0\r\n\r\n",
        b"00000000002\r\nab\r\n0\r\n\r\n",
        b"\r\n\r\n",
        b"g\r\n",
    ],
)
def test_h11_reads_the_same_body_and_finds_the_same_faults(end: bytes) -> None:
    plain = WHOLE * 3 + end
    wanted = read([plain])
    for seed in range(150):
        reads = cut(plain, random.Random(seed)) if seed else [plain]
        merger = ChunkMerger()
        handed = [merger.feed(data) for data in reads]
        assert all(handed) and read(handed) == read(reads) == wanted, (seed, reads)

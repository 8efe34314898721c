from __future__ import annotations

import random

import pytest

from chutes_client import TooLargeError
from chutes_client.sse import Decoder, Event, Tail

CASES = [
    ("crlf", b"data: a\r\n\r\ndata: b\r\n\r\n", [("message", "a"), ("message", "b")]),
    ("cr", b"data: a\r\rdata: b\r\r", [("message", "a"), ("message", "b")]),
    ("mixed", b"data: a\r\ndata: b\rdata: c\n\n", [("message", "a\nb\nc")]),
    ("bom", b"\xef\xbb\xbfdata: a\n\n", [("message", "a")]),
    ("second bom is data", b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\ndata: b\n\n", [("message", "b")]),
    ("one space", b"data:  a\n\n", [("message", " a")]),
    ("tab stays", b"data:\ta\n\n", [("message", "\ta")]),
    ("no colon", b"data\n\n", [("message", "")]),
    ("named", b"event: x\ndata: a\n\ndata: b\n\n", [("x", "a"), ("message", "b")]),
    ("name without data is forgotten", b"event: x\n\ndata: b\n\n", [("message", "b")]),
    ("comments", b": c\n\n:\ndata: a\n:x\n\n", [("message", "a")]),
    ("capitals are no field", b"DATA: a\n\n Data: b\n\n", []),
    ("unfinished", b"data: a\n\ndata: b", [("message", "a")]),
    ("separators of unicode", "data: a\u2028b\x85c\x0b\n\n".encode(), [("message", "a\u2028b\x85c\x0b")]),
    ("broken utf-8", b"data: a\xff\xe2\x82b\n\n", [("message", "a\ufffd\ufffdb")]),
]


@pytest.mark.parametrize(("data", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_grammar_however_sliced(data: bytes, expected: list[tuple[str, str]]) -> None:
    generator = random.Random(data)
    for size in (len(data), 1, 2, 3, 0, 0, 0):
        decoder, events, rest = Decoder(), [], data
        while rest:
            cut = size or generator.randint(1, 5)
            events += decoder.feed(rest[:cut]) + decoder.feed(b"")
            rest = rest[cut:]
        assert [(e.event, e.data) for e in events] == expected


def test_id_and_retry() -> None:
    events = Decoder().feed(b"id: 1\nretry: 20\ndata: a\n\nretry: 1x\ndata: b\n\nid\ndata: c\n\nid: \0\ndata: d\n\n")
    assert events == [
        Event("message", "a", "1", 20),
        Event("message", "b", "1", 20),
        Event("message", "c", "", 20),
        Event("message", "d", "", 20),
    ]


def test_tail_and_ignored_lines() -> None:
    decoder = Decoder()
    assert decoder.feed(b'{"error": "x"}\nfoo: bar\nevent: e\ndata: 1\ndata: 2') == []
    assert [line for _, line in decoder.ignored] == ['{"error": "x"}', "foo: bar"]
    assert decoder.finish() == Tail("data: 2", "1\n2", "e")


def test_a_comment_longer_than_an_event_may_be_is_passed_over() -> None:
    decoder = Decoder(100)
    pieces = [b"data: a\n: ", b"x" * 70, b"y" * 70, b"z" * 70 + b"\n: " + b"w" * 120 + b"\n", b"\n"]
    assert [[event.data for event in decoder.feed(piece)] for piece in pieces] == [[], [], [], [], ["a"]]
    assert decoder.feed(b": " + b"v" * 200) == [] and decoder.finish().line == ":"


@pytest.mark.parametrize(("body", "line"), [(b"\xef\xbb", "\ufffd"), (b"\xef\xbb\xbf", ""), (b"{}", "{}"), (b"", "")])
def test_a_short_body_is_a_line_unless_it_is_a_mark(body: bytes, line: str) -> None:
    decoder = Decoder()
    assert decoder.feed(body) == [] and decoder.finish() == Tail(line, None, "message")


@pytest.mark.parametrize(
    ("read", "slow"),
    [
        (b"data: a\n\ndata: b\n\n", []),
        (b"data: a\n\ndata: b\n\ndata: c", [b"data: c"]),
        (b" rest\n\ndata: a\n\ndata: b\n\nda", [b" rest\n\n", b"da"]),
        (b" more", [b" more"]),
        (b"data: a\n\n: ping\n\n", [b"data: a\n\n: ping\n\n"]),
        (b"data: a\r\n\r\n", [b"data: a\r\n\r\n"]),
    ],
)
def test_only_what_is_no_whole_event_is_read_line_by_line(read: bytes, slow: list[bytes]) -> None:
    decoder = Decoder()
    decoder.feed(b": begun, and within an event\n\n" + (b"data:" if read[:1] == b" " else b""))
    taken = []
    for part in decoder._cut(read):
        if decoder._plain(part) is None:
            taken.append(part)
            decoder.feed(part)
    assert taken == slow


def test_cap_keeps_tripping() -> None:
    decoder = Decoder(max_event_bytes=100)
    assert decoder.feed(b"data: a\n\n" * 50)[-1].data == "a"
    with pytest.raises(TooLargeError):
        decoder.feed(b"data: " + b"x" * 200)
    with pytest.raises(TooLargeError):
        decoder.feed(b"\n\n")

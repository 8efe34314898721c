"""Build logs: one record a line, however they are cut, in both forms; and following one to its end."""

from __future__ import annotations

import json
import time

import pytest
from wire import Connection, answer, answers, chunked, serve

from chutes_client import APITimeoutError, AsyncChutes, Chutes, ConfigError, StreamError, StreamInterruptedError
from chutes_client._lines import RESUME_ATTEMPTS, LineDecoder, Record
from chutes_client.testing import VirtualClock


def row(text: str, offset: str | None = None, kind: str = "stdout") -> bytes:
    return b"data: " + json.dumps({"log": {"log_type": kind, "log": text}, "offset": offset}).encode() + b"\n"


WHOLE = row("a", "1-0") + b".\n" + row("é\nb", "1-1") + b"\n: comment\nDONE\n.\n"
RECORDS = [Record("stdout", "a", "1-0"), Record("stdout", "é\nb", "1-1"), Record(None, "", None, done=True)]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_records_do_not_depend_on_where_the_bytes_are_cut(end: bytes) -> None:
    data = WHOLE.replace(b"\n", end)
    for cut in range(len(data) + 1):
        decoder = LineDecoder()
        found = decoder.feed(data[:cut])
        if not (found and found[-1].done):
            found += decoder.feed(data[cut:])
        assert found == RECORDS, cut
    decoder = LineDecoder()
    found = []
    for byte in data:
        found += decoder.feed(bytes([byte]))
    assert found == RECORDS


def test_an_end_without_a_line_break_counts() -> None:
    for tail, expected in ((b"DONE", RECORDS[-1:]), (row("z", "2-0")[:-1], [Record("stdout", "z", "2-0")]), (b".", []), (b"", [])):
        decoder = LineDecoder()
        assert decoder.feed(tail) == [] and decoder.finish() == expected


def test_a_failed_build_speaks_after_what_came_before() -> None:
    decoder = LineDecoder()
    assert decoder.feed(row("a") + b"data: ERROR: pip could not\n" + row("never")) == [Record("stdout", "a", None)]
    with pytest.raises(StreamError, match=r"^pip could not$"):
        decoder.feed(b"")
    decoder = LineDecoder()
    assert decoder.feed(b"data: ERROR: cut off") == []
    with pytest.raises(StreamError, match=r"^cut off$"):
        decoder.finish()


@pytest.mark.parametrize(
    "line", [b"data: {", b"data: [1]", b"data: ", b"data: 5", b"data: " + b"[" * 100_000], ids=lambda v: repr(v[:9])
)
def test_a_broken_record_is_told(line: bytes) -> None:
    with pytest.raises(StreamError, match="no JSON"):
        LineDecoder().feed(line + b"\n")


def test_odd_records_lose_nothing() -> None:
    lines = b'data: {"log": "bare"}\ndata:{"log": null, "offset": "3-0"}\ndata: {}\nevent: x\nDONE later\n'
    assert LineDecoder().feed(lines) == [Record(None, "bare", None), Record(None, "", "3-0"), Record(None, "", None)]


def test_plain_text_is_line_by_line_as_it_stands() -> None:
    decoder = LineDecoder(plain=True)
    found = decoder.feed(b"DONE\n.\ndata: x\r\n\nend") + decoder.finish()
    assert [record.log for record in found] == ["DONE", ".", "data: x", "", "end"] and not any(r.done for r in found)


# ---- through the client ----


def test_done_closes_a_log_that_never_ends() -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.send(chunked(row("a", "1-0"), b"DONE\n", end=False))
        connection.wait_close()

    with serve(play) as server, Chutes("cpk_t", base_url=server.url) as client:
        log = client.container_images.logs("i")
        assert [(e.log_type, e.log, e.offset) for e in log] == [("stdout", "a", "1-0")] and log.offset == "1-0"
        assert server.closed.wait(5)
        with pytest.raises(ConfigError, match="already been read"):
            iter(log)


async def test_leaving_a_log_closes_it() -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.send(chunked(row("a", "1-0"), row("b", "1-1"), end=False))
        connection.wait_close()

    with serve(play) as server:
        async with AsyncChutes("cpk_t", base_url=server.url) as client:
            async with await client.container_images.logs("i") as log:
                async for event in log:
                    assert event.log == "a"
                    break
            assert server.closed.wait(5) and log.offset == "1-0"


@pytest.mark.parametrize("tail", [b"", b".\n", b"data: ERROR: no space", b"DON"], ids=repr)
def test_an_end_before_the_build_is_told_with_the_offset(tail: bytes) -> None:
    with serve(answers(answer(row("a", "1-0") + tail, kind="text/event-stream; charset=utf-8"))) as server:
        client = Chutes("cpk_t", base_url=server.url)
        with client, pytest.raises((StreamInterruptedError, StreamError)) as caught:
            list(client.container_images.logs("i"))
    assert (caught.value.offset, caught.value.kind) == ("1-0", "stream_error" if b"ERROR" in tail else "stream_interrupted")
    assert caught.value.reason == (None if b"ERROR" in tail else "truncated")


def test_a_finished_log_is_text() -> None:
    with serve(answers(answer(b"one\ntwo", kind="text/plain"))) as server, Chutes("cpk_t", base_url=server.url) as client:
        assert [(e.log_type, e.log, e.offset) for e in client.container_images.logs("i")] == [
            (None, "one", None),
            (None, "two", None),
        ]


# ---- following a build ----


def built(status: str) -> bytes:
    return answer(json.dumps({"image_id": "i", "status": status}).encode())


def sse(*pieces: bytes) -> bytes:
    return answer(b"".join(pieces), "200 OK", "connection: close", kind="text/event-stream")


def test_a_dropped_log_goes_on_after_its_last_offset() -> None:
    clock = VirtualClock(now=0)
    seen: list[str] = []
    script = (sse(row("a", "1-0")), sse(row("b", "2-0"), b"."), sse(b"DONE\n"), built("building"), built("built and pushed"))
    with serve(one_each(*script)) as server:
        client = Chutes("cpk_t", base_url=server.url, seam=clock.seam(random=0.0))
        with client:
            image = client.container_images.wait_built("i", on_log=lambda event: seen.append(event.log), offset="0-9")
    assert image.status == "built and pushed" and seen == ["a", "b"]
    assert [request.split(b" ")[1].decode() for request in server.requests] == [
        "/images/i/logs?offset=0-9", "/images/i/logs?offset=1-0", "/images/i/logs?offset=2-0", "/images/i", "/images/i",
    ]  # fmt: skip
    assert clock.sleeps == [0.25, 0.25, 5.0]


def one_each(*script: bytes):  # type: ignore[no-untyped-def]
    """One connection, one answer."""
    left = list(script)

    def play(connection: Connection) -> None:
        connection.request()
        data = left.pop(0)
        connection.send(data if b"connection: close" in data else data.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n", 1))

    return play


def test_breaks_in_a_row_are_given_up() -> None:
    clock = VirtualClock(now=0)
    with serve(one_each(*[sse(b".\n")] * 20)) as server:
        client = Chutes("cpk_t", base_url=server.url, seam=clock.seam(random=0.0))
        with client, pytest.raises(StreamInterruptedError):
            client.container_images.wait_built("i")
    assert len(server.requests) == 1 + RESUME_ATTEMPTS and clock.sleeps == [0.25, 0.5, 1.0, 2.0, 4.0]


def test_a_failed_build_is_an_error_in_its_own_words() -> None:
    with serve(one_each(sse(b"DONE\n"), built("error: no such base image"))) as server:
        client = Chutes("cpk_t", base_url=server.url)
        with client, pytest.raises(StreamError, match="no such base image"):
            client.container_images.wait_built("i")


@pytest.mark.parametrize("beat", [b".\n", b""], ids=["heart-beats", "silence"])
def test_the_time_limit_does_not_wait_for_a_record(beat: bytes) -> None:
    def play(connection: Connection) -> None:
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n")
        while not server.closed.wait(0.05):
            connection.send(beat)

    with serve(play) as server, Chutes("cpk_t", base_url=server.url) as client:
        began = time.monotonic()
        with pytest.raises(APITimeoutError, match="wait_built"):
            client.container_images.wait_built("i", timeout=0.3)
        assert time.monotonic() - began < 3
        server.closed.set()

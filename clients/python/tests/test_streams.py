"""What the matrix cannot see of a stream: its lines and bytes, what is left to the garbage collector, what a hook is told."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from test_transport import DONE, FIRST, LAST, MESSAGES, Either, settle, variant  # noqa: F401
from wire import Connection, answers, chunked, serve

import chutes_client
from chutes_client import Hooks, StreamInfo
from chutes_client._sse import MAX_EVENT_BYTES
from chutes_client._stream import ChatMachine
from chutes_client.types import ChatCompletionChunk


def slowly(*pieces: bytes, end: bool = True) -> Callable[[Connection], None]:
    """Each piece in a read of its own."""

    def play(connection: Connection) -> None:
        while connection.request():
            connection.send(chunked(end=False))
            for piece in pieces:
                time.sleep(0.03)
                connection.send(b"%x\r\n%s\r\n" % (len(piece), piece))
            if end:
                connection.send(b"0\r\n\r\n")

    return play


async def of_chute(either: Either) -> Any:
    return await settle(either.client.chute("me-echo").stream("/run", json={"a": 1}))


async def test_the_lines_of_a_chute(variant: str) -> None:  # noqa: F811
    with serve(slowly(b"a\r", b"\nb", b"c\n\nd\xe2", b"\x82\xac", b"\n", b"e")) as server:
        either = Either(variant, server.url)
        assert [line async for line in either.each((await of_chute(either)).lines)] == ["a", "bc", "", "d€", "e"]
        await either.close()


async def test_the_bytes_of_a_chute(variant: str) -> None:  # noqa: F811
    with serve(answers(chunked(b"a\r", b"\n\xff", b"c"))) as server:
        either = Either(variant, server.url)
        stream = await of_chute(either)
        assert b"".join([piece async for piece in either.each(stream.bytes)]) == b"a\r\n\xffc"
        with pytest.raises(chutes_client.ConfigError, match="already been read"):
            stream.lines  # noqa: B018
        await either.close()


@pytest.mark.parametrize("view", ["lines", "bytes", "chunks"])
async def test_a_stream_that_breaks_off_says_why(variant: str, view: str) -> None:  # noqa: F811
    def play(connection: Connection) -> None:
        connection.request()
        connection.send(chunked(b"a\nb", end=False).replace(b"\r\n\r\n", b"\r\nx-request-id: r-1\r\n\r\n", 1))
        connection.sock.shutdown(1)

    with serve(play) as server:
        either = Either(variant, server.url)
        got: list[Any] = []
        with pytest.raises(chutes_client.StreamInterruptedError) as told:
            stream = await (either.stream() if view == "chunks" else of_chute(either))
            async for piece in either.each(getattr(stream, view, stream)):
                got.append(piece)
        assert got == {"lines": ["a"], "bytes": [b"a\nb"], "chunks": []}[view]
        assert (told.value.request_id, told.value.attempts, told.value.reason) == ("r-1", 1, "connection")
        assert "incomplete chunked read" in str(told.value.__cause__)
        await either.close()


@pytest.mark.parametrize("done", [b"", DONE])
async def test_what_has_come_is_complete_when_the_stream_is_over(variant: str, done: bytes) -> None:  # noqa: F811
    with serve(answers(chunked(FIRST, LAST + done))) as server:
        either = Either(variant, server.url)
        stream = await either.stream()
        told = [stream.partial.complete]
        async for _ in either.each(stream):
            told.append(stream.partial.complete)
        assert told == [False, False, False] and stream.partial.complete is True
        await either.close()


@pytest.mark.parametrize("view", ["", "text_stream", "events", "of a chute", "lines", "bytes"])
@pytest.mark.parametrize("leave", [True, False])
async def test_nothing_of_a_stream_is_left_to_the_garbage_collector(view: str, leave: bool) -> None:
    left: list[str] = []

    def finalized(generator: Any) -> None:
        if "chutes_client" in generator.ag_code.co_filename:  # the HTTP library leaves some of its own
            left.append(repr(generator))

    before = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(before.firstiter, finalized)
    bare = b'{"error": "boom"}\n'
    try:
        with serve(slowly(FIRST, FIRST if leave else bare, FIRST)) as server:
            async with chutes_client.AsyncChutes("cpk_test", base_url=server.url) as client:
                chute = view in ("of a chute", "lines", "bytes")
                stream: Any = await (
                    client.chute("me-echo").stream("/run", json={"a": 1})
                    if chute
                    else client.chat.completions.stream(model="m", messages=MESSAGES)
                )
                seen = getattr(stream, view, stream) if view else stream
                pieces = aiter(seen() if view == "events" else seen)
                assert await anext(pieces)
                if leave:
                    await pieces.aclose()
                elif chute:
                    assert [piece async for piece in pieces]
                else:
                    with pytest.raises(chutes_client.StreamError, match="boom"):
                        await anext(pieces)
                del pieces, seen
                gc.collect()
                assert left == []
    finally:
        sys.set_asyncgen_hooks(*before)


@pytest.mark.parametrize("body", [b'{"error": {"message": "boom"}}', b'{"choices": ['])
async def test_a_hook_is_told_of_a_stream_that_is_none(variant: str, body: bytes) -> None:  # noqa: F811
    told: list[StreamInfo] = []
    with serve(answers(chunked(body, kind="application/json"))) as server:
        either = Either(variant, server.url, hooks=Hooks(on_stream_end=told.append))
        with pytest.raises(chutes_client.UnexpectedResponseError):
            await either.stream()
        await either.close()
    assert [(info.kind, info.chunks) for info in told] == [("unexpected_response", 0)]


async def test_a_whole_answer_tells_its_usage_with_the_last_chunk(variant: str) -> None:  # noqa: F811
    choices = [{"index": index, "message": {"content": "a"}, "finish_reason": "stop"} for index in range(3)]
    body = json.dumps({"object": "chat.completion", "usage": {"total_tokens": 3}, "choices": choices})
    with serve(answers(chunked(body.encode(), kind="application/json"))) as server:
        either = Either(variant, server.url)
        stream = await either.stream()
        assert [chunk.usage and chunk.usage.total_tokens async for chunk in either.each(stream)] == [None, None, 3]
        await either.close()


@pytest.mark.parametrize("of_a_chute", [True, False])
@pytest.mark.parametrize("read", [True, False])
async def test_a_hook_is_told_once_that_a_stream_was_left(variant: str, of_a_chute: bool, read: bool) -> None:  # noqa: F811
    told: list[StreamInfo] = []
    with serve(slowly(FIRST, end=False)) as server:
        either = Either(variant, server.url, hooks=Hooks(on_stream_end=told.append))
        stream = await (of_chute(either) if of_a_chute else either.stream())
        if read:
            async for _ in either.each(stream):
                break
        await settle(stream.close() if either.sync else stream.aclose())
        assert [(info.kind, info.chunks) for info in told] == [("cancelled", int(read))]
        await either.close()
    assert len(told) == 1


async def test_a_hook_is_told_of_a_loop_that_was_left(variant: str) -> None:  # noqa: F811
    told: list[StreamInfo] = []
    with serve(slowly(FIRST, end=False)) as server:
        either = Either(variant, server.url, hooks=Hooks(on_stream_end=told.append))
        stream = await either.stream()
        chunks = stream.__iter__() if either.sync else stream.__aiter__()
        await settle(next(chunks) if either.sync else chunks.__anext__())
        await settle(chunks.close() if either.sync else chunks.aclose())
        assert [info.kind for info in told] == ["cancelled"]
        with pytest.raises(chutes_client.ConfigError, match=r"left before its end; \.partial"):
            await settle(stream.final())
        assert stream.partial.choices[0].message.content == "po" and not stream.partial.complete
        await either.close()


async def test_a_line_without_end_is_bounded(variant: str) -> None:  # noqa: F811
    with serve(answers(chunked(*[b"x" * 65536] * 40))) as server:
        client = Either(variant, server.url, max_event_bytes=1 << 20)
        stream = await settle(client.client.chute("echo").stream("/x"))
        with pytest.raises(chutes_client.TooLargeError, match="a line is larger"):
            [_ async for _ in client.each(stream.lines)]
        await client.close()


async def test_a_deadline_is_no_silence(variant: str) -> None:  # noqa: F811
    with serve(slowly(FIRST, *[b": ping\n\n"] * 20, end=False)) as server:
        either = Either(variant, server.url, deadline=0.3)
        with pytest.raises(chutes_client.APITimeoutError, match="deadline") as told:
            await settle((await either.stream()).final())
        assert told.value.reason is None
        await either.close()


async def test_an_answer_that_is_too_large_counts_its_attempts(variant: str, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    for half in ("_async", "_sync"):
        monkeypatch.setattr(f"chutes_client.{half}._stream.MAX_JSON_BYTES", 10)
    with serve(answers(chunked(b'{"choices": []}', kind="application/json"))) as server:
        either = Either(variant, server.url)
        with pytest.raises(chutes_client.TooLargeError) as told:
            await either.stream()
        await either.close()
    assert told.value.attempts == 1


def test_what_comes_before_a_line_that_is_no_event_counts() -> None:
    machine = ChatMachine(ChatCompletionChunk, True, "error", MAX_EVENT_BYTES)
    assert len(list(machine.feed(FIRST + FIRST + b"{odd}\n" + LAST))) == 3


def test_the_end_may_be_unfinished_and_followed_by_blanks() -> None:
    machine = ChatMachine(ChatCompletionChunk, True, "error", MAX_EVENT_BYTES)
    assert [*machine.feed(FIRST + b"data: [DONE]  "), *machine.finish()] and machine.done and machine.failure is None


def test_a_line_that_is_no_event_is_looked_at_once() -> None:
    machine = ChatMachine(ChatCompletionChunk, True, "error", MAX_EVENT_BYTES)
    assert list(machine.feed(b"{odd}\n" + FIRST)) and machine.failure is None
    assert machine._decoder.ignored == []


BEGUN = {"id": "i", "model": "m", "created": 1, "object": "chat.completion.chunk"}


@pytest.mark.parametrize(
    ("top", "choice", "delta", "twice"),
    [
        ({}, {}, {}, False),
        ({"usage": None, "x": None}, {"finish_reason": None, "logprobs": None, "x": None}, {"role": None, "x": None}, False),
        ({"usage": {}}, {}, {}, True),
        ({"x": 1}, {}, {}, True),
        ({"id": "j"}, {}, {}, True),
        ({"object": "error"}, {}, {}, True),
        ({"choices": [{"delta": {"content": "a"}}] * 2}, {}, {}, True),
        ({}, {"finish_reason": "stop"}, {}, True),
        ({}, {"logprobs": {}}, {}, True),
        ({}, {"index": 1}, {}, True),
        ({}, {"x": 1}, {}, True),
        ({}, {"delta": None}, {}, True),
        ({}, {}, {"content": ""}, True),
        ({}, {}, {"reasoning_content": "b"}, True),
        ({}, {}, {"x": 1}, True),
    ],
)
def test_a_chunk_is_read_once_if_it_is_nothing_but_text(
    top: dict[str, Any], choice: dict[str, Any], delta: dict[str, Any], twice: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = ChatMachine(ChatCompletionChunk, True, "error", MAX_EVENT_BYTES)
    begin = {**BEGUN, "choices": [{"index": 0, "delta": {"role": "assistant"}}]}
    assert len(list(machine.feed(b"data: %s\n\n" % json.dumps(begin).encode()))) == 1
    told: list[Any] = []
    plain = machine._event
    monkeypatch.setattr(machine, "_event", lambda event, chunk: told.append(event) or plain(event, chunk))
    text = {**BEGUN, "choices": [{"index": 0, "delta": {"content": "a", **delta}, **choice}], **top}
    assert len(list(machine.feed(b"data: %s\n\n" % json.dumps(text).encode()))) == (top.get("object") != "error")
    assert bool(told) is twice


def test_the_reason_of_the_server_beats_that_of_the_connection() -> None:
    machine = ChatMachine(ChatCompletionChunk, True, "error", MAX_EVENT_BYTES)
    assert len(list(machine.feed(FIRST + b'{"error": "boom"}'))) == 1
    machine.broke(chutes_client.APIConnectionError("gone"))
    assert machine.failure is not None and (machine.failure.kind, machine.failure.message) == ("stream_error", "boom")

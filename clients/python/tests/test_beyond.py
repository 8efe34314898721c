"""Content, media, cords as functions, and many calls at once: what the cases of the suite cannot say."""

from __future__ import annotations

import asyncio
import base64
import inspect
import io
import itertools
import json
import sys
import threading
import time
from contextlib import aclosing
from pathlib import Path
from typing import Any, Literal

import pytest
from test_transport import Either, settle, variant  # noqa: F401

import chutes_client
from chutes_client import OMIT, AsyncChutes, Chutes, ConfigError
from chutes_client._cords import body_schema
from chutes_client._mapping import Bar
from chutes_client._media import encoded
from chutes_client._results import Image, sniff_media
from chutes_client._schema import complaints
from chutes_client.content import image_part
from chutes_client.testing import scripted

SCHEMA = {
    "type": "object", "required": ["prompt"], "description": "Draws.",
    "properties": {"prompt": {"type": "string", "description": "what"}, "steps": {"type": "integer", "default": 25, "minimum": 1}, "size": {"enum": ["s", "l"]}, "class": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}, "seed": {"anyOf": [{"type": "integer"}, {"type": "null"}]}, "options": {"type": ["string", "null"]}},
}  # fmt: skip
CHUTE = {
    "chute_id": "7a1c0000-0000-4000-8000-000000000001", "name": "echo", "slug": "alice-echo",
    "cords": [
        {"function": "draw", "method": "POST", "path": "/_d", "stream": False, "public_api_path": "/draw", "public_api_method": "POST", "input_schema": SCHEMA},
        {"function": "import", "method": "GET", "path": "/_h", "stream": False, "public_api_path": "/health", "public_api_method": "GET"},
        {"function": "follow", "method": "POST", "path": "/_f", "stream": True, "public_api_path": "/follow", "public_api_method": "POST"},
    ],
}  # fmt: skip


def play(variant: str, *script: Any) -> tuple[Either, Any]:  # noqa: F811
    transport = scripted(list(script))
    return Either(variant, "http://127.0.0.1:9", transport=transport), transport


async def test_functions_of_a_chute(variant: str) -> None:  # noqa: F811
    client, sent = play(variant, {"json": CHUTE}, {"json": {"ok": 1}}, {"text": "fine"}, {"events": [{"n": 1}]}, {"json": 1})
    functions = await settle(client.client.chute("alice/echo").functions())
    signature = inspect.signature(functions.draw)
    assert signature.parameters["prompt"].default is inspect.Parameter.empty and signature.parameters["prompt"].annotation is str
    assert signature.parameters["steps"].default == 25 and signature.parameters["size"].annotation == Literal["s", "l"]
    assert (
        signature.parameters["tags"].annotation == list[str]
        and signature.parameters["seed"].default is OMIT
        and "class" not in signature.parameters
    )
    assert (
        functions.draw.__doc__.startswith("Draws.")
        and "steps: minimum 1; default 25" in functions.draw.__doc__
        and "prompt: what" in functions.draw.__doc__
    )
    assert await settle(functions.draw(prompt="cat", seed=OMIT, **{"class": "x"})) == {"ok": 1} and sent.requests[1].body == {
        "prompt": "cat",
        "class": "x",
    }
    assert await settle(functions.import_()) == "fine" and sent.requests[2].method == "GET"
    stream = await settle(functions.follow(n=1))
    assert [event.data async for event in client.each(stream)] == ['{"n": 1}', "[DONE]"]
    with pytest.raises(ConfigError, match="prompt: expected a value"):
        await settle(functions.draw(steps=3))
    with pytest.raises(AttributeError, match="it has draw, import_, follow"):
        _ = functions.paint
    assert dir(functions) == ["draw", "follow", "import_"] and repr(functions) == "<functions of 'alice/echo'>"
    assert await settle(functions.draw(chutes_client.CallOptions(max_retries=0), prompt="x")) == 1
    await client.close()


async def test_a_name_on_an_address_is_a_path(variant: str) -> None:  # noqa: F811
    client, sent = play(variant, {"json": 1})
    assert await settle(client.client.chute("http://127.0.0.1:9/x").call("speak", text="hi")) == 1
    assert sent.requests[0].url == "http://127.0.0.1:9/x/speak"
    await client.close()


@pytest.mark.parametrize(
    ("schema", "value", "wrong"),
    [
        ({"properties": {"input_args": {"$ref": "#/definitions/X"}}, "required": ["input_args"], "definitions": {"X": {"type": "object", "properties": {"y": {"$ref": "#/definitions/Y"}}, "$defs": {"Y": {"type": "integer"}}}}}, {"y": "a"}, "y: expected integer"),
        ({"properties": {"self": {}, "a": {"type": "string"}, "b": {}}, "required": ["self", "a", "b"], "definitions": {}}, {"a": 1, "b": 2}, "a: expected string"),
        ({"properties": {"self": {}, "a": {"type": "string"}}, "required": ["self", "a"], "definitions": {}}, {}, ""),
        ({"properties": {"a": {"$ref": "#/definitions/N"}}, "required": [], "definitions": {"N": {"type": "object"}}}, {"a": 1}, "a: expected object"),
        ({"type": "object", "properties": {"a": {"type": "string", "nullable": True}}}, {"a": None}, ""),
        ({"items": [{"type": "string"}], "additionalItems": False}, ["a", 1], "[1]: expected no value at all"),
        ({"required": [f"f{n}" for n in range(9)]}, {}, "f0: expected a value (required); f1: expected a value (required); f2: expected a value (required)"),
    ],
)  # fmt: skip
def test_schemas_of_the_kit(schema: dict[str, Any], value: Any, wrong: str) -> None:
    assert complaints(body_schema(schema), value) == wrong


def test_a_value_too_deep_is_a_complaint() -> None:
    value: Any = 1
    for _ in range(5000):
        value = [value]
    assert "deeply" in complaints({"$ref": "#/$defs/L", "$defs": {"L": {"items": {"$ref": "#/$defs/L"}}}}, value)


def test_sniffing() -> None:
    found = {
        data: sniff_media(data)
        for data in (
            b"RIFF....WAVEfmt ",
            b"ID3\x03",
            b"\xff\xf3\x00",
            b"fLaC",
            b"OggS",
            b"\0\0\0\x18ftypisom",
            b"\x1aE\xdf\xa3",
            b"GIF89a",
        )
    }
    assert list(found.values()) == [
        "audio/wav",
        "audio/mpeg",
        "audio/mpeg",
        "audio/flac",
        "audio/ogg",
        "video/mp4",
        "video/webm",
        "image/gif",
    ]
    assert sniff_media(b"x", "Audio/X; a=b") == "audio/x" and sniff_media(b"") == "application/octet-stream"


async def test_a_film_that_is_called_text_stays_bytes(variant: str) -> None:  # noqa: F811
    film, kind = b"\0\0\0\x18ftypmp42\0\0\0\0", {"content-type": "text/plain"}
    client, _ = play(variant, {"bytes": film, "headers": kind}, {"text": "ID3 is a word", "headers": kind})
    chute = client.client.chute("alice-echo")
    made = await settle(chute.call("/film"))
    assert (made.bytes, made.content_type) == (film, "video/mp4")
    assert await settle(chute.call("/word")) == "ID3 is a word"


def test_another_event_loop_is_refused_at_once() -> None:
    client = AsyncChutes("cpk_test", base_url="http://127.0.0.1:9")
    with pytest.raises(ConfigError, match="asyncio only"):
        client.request("GET", "/").send(None)  # type: ignore[attr-defined]


def test_sources(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"GIF89a")
    url = "data:image/gif;base64,R0lGODlh"
    for source in (b"GIF89a", bytearray(b"GIF89a"), memoryview(b"GIF89a"), tmp_path / "a", str(tmp_path / "a"), url):
        assert image_part(source)["image_url"]["url"] == url
    assert encoded("data:audio/wav;base64,UklGRg==") == "UklGRg==" and encoded(tmp_path / "a") == "R0lGODlh"
    for bad in ("nul\0", tmp_path, "https://[", "https:///x", "http://h:99999/"):
        with pytest.raises(ConfigError):
            image_part(bad)


def test_pillow_is_asked_for_only_when_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(ConfigError, match="Pillow"):
        Image(b"x", "image/png").pillow()


async def test_images_by_the_dozen(variant: str) -> None:  # noqa: F811
    def draw(request: Any) -> Any:
        return {"status": 400, "json": {"detail": "no"}} if request.body["seed"] == 3 else {"bytes": b"\xff\xd8\xff"}

    client, sent = play(variant, draw)
    told: list[tuple[int, int]] = []
    many = client.client.images.generate_many(
        prompt="p", n=12, seed=0, image=b"GIF89a", return_errors=True, on_progress=lambda *p: told.append(p)
    )
    made = await settle(many)
    assert [isinstance(one, chutes_client.ChutesError) for one in made] == [n == 3 for n in range(12)]
    assert told == [(n, 12) for n in range(1, 13)] and sent.requests[0].body["image_b64"] == [base64.b64encode(b"GIF89a").decode()]
    await client.close()


async def test_media_in_files(variant: str, tmp_path: Path) -> None:  # noqa: F811
    script = [
        {"bytes": b"RIFF....WAVEfmt ", "headers": {"content-disposition": 'attachment; filename="../a.wav"'}},
        {"bytes": b"x"},
        {"json": [{"start": 0, "end": None, "text": None}]},
    ]
    client, _ = play(variant, *script, {"json": {"detail": "no voice"}})
    path = await settle(client.client.audio.speech("me-voice", "hi", to=tmp_path))
    assert path == tmp_path / "a.wav" and path.read_bytes().startswith(b"RIFF")
    assert await settle(client.client.chute("me-voice").download("/v1/make", tmp_path)) == tmp_path / "make"
    assert await settle(client.client.audio.transcribe("me-ear", b"x")) == [chutes_client.Segment(0.0, None, "")]
    with pytest.raises(chutes_client.UnexpectedResponseError, match="no voice"):
        await settle(client.client.audio.speech("me-voice", "hi", to=tmp_path / "b"))
    with pytest.raises(ConfigError, match="no folder"):
        await settle(client.client.audio.speech("me-voice", "hi", to=tmp_path / "gone" / "b"))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.wav", "make"]
    await client.close()


async def test_a_trace_of_a_cord_that_answers_plainly(variant: str) -> None:  # noqa: F811
    client, _ = play(variant, {"json": {"ok": 1}}, {"events": [{"result": {"bytes": "%"}}], "cut": "end"})
    trace = await settle(client.client.chute("me-echo").trace("/run", {"n": 1}))
    assert trace.result == {"ok": 1} and trace.entries == [] and trace.timeline() == []
    with pytest.raises(chutes_client.StreamError):
        await settle(client.client.chute("me-echo").trace("/run"))
    await client.close()


def test_map_takes_no_more_than_it_needs() -> None:
    with Chutes("cpk_test") as client:
        taken: list[int] = []

        def numbers() -> Any:
            for number in itertools.count():
                taken.append(number)
                yield number

        results = client.map(lambda n: 1 // (n - 1), numbers(), concurrency=3, ordered=True)
        first = list(itertools.islice(results, 3))
        assert [r.index for r in first] == [0, 1, 2] and isinstance(first[1].error, ZeroDivisionError) and first[2].get() == 1
        with pytest.raises(ZeroDivisionError):
            first[1].get()
        results.close()
        assert len(taken) <= 6
        begun = threading.Event()

        def slow(n: int) -> int:
            begun.set() if n else time.sleep(0)
            time.sleep(0 if n == 0 else 30)
            return n

        began = time.monotonic()
        for one in client.map(slow, [0, 1, 2]):
            assert one.value == 0
            break
        assert time.monotonic() - began < 5


async def test_async_map_cancels_what_is_open() -> None:
    cancelled: list[int] = []

    async def work(n: int) -> int:
        try:
            await asyncio.sleep(0 if n == 1 else 30)
        except asyncio.CancelledError:
            cancelled.append(n)
            raise
        return n

    async with AsyncChutes("cpk_test") as client:
        async with aclosing(client.map(work, [0, 1, 2])) as results:
            async for one in results:
                assert one.value == 1
                break
        assert sorted(cancelled) == [0, 2]
        for concurrency in (0, True, 1.5):
            with pytest.raises(ConfigError, match="concurrency"):
                client.map(work, [], concurrency=concurrency)  # type: ignore[arg-type]


def test_the_bar_is_drawn_on_a_terminal_only() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen, plain = Terminal(), io.StringIO()
    for stream, items in ((screen, [1, 2]), (screen, iter([])), (plain, [1])):
        bar = Bar(True, items, stream)
        bar.done()
        bar.done(failed=True)
        bar.close()
        bar.close()
    assert (
        plain.getvalue() == ""
        and "1/2" in screen.getvalue()
        and "1 failed" in screen.getvalue()
        and screen.getvalue().count("\n") == 2
    )
    assert json.dumps(screen.getvalue()).startswith('"\\r[')

"""Multipart bodies: their bytes, their length, reading them again, and files that cannot be sent."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path
from typing import Any

import pytest
from wire import answer, answers, serve

from chutes_client import AsyncChutes, Chutes, ConfigError, File, UnavailableError
from chutes_client._config import OMIT
from chutes_client._multipart import Multipart, escape

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
LOGO = answer(b'{"logo_id": "l", "path": "/logos/l.webp"}')


def body_of(request: bytes) -> bytes:
    return request.partition(b"\r\n\r\n")[2]


def test_the_bytes_are_those_of_a_form() -> None:
    fields = [
        ("wait", False),
        ("n", 5),
        ("text", "é\r\n"),
        ("left out", OMIT),
        ("empty", ""),
        ("none", None),
        ("file", File(PNG, "a.png")),
    ]
    plan = Multipart(fields, frozenset({"file"}))
    b = plan.boundary
    assert re.fullmatch(r"chutes-client-[0-9a-f]{32}", b)
    assert b"".join(plan) == (
        f'--{b}\r\nContent-Disposition: form-data; name="wait"\r\n\r\nfalse\r\n'
        f'--{b}\r\nContent-Disposition: form-data; name="n"\r\n\r\n5\r\n'
        f'--{b}\r\nContent-Disposition: form-data; name="text"\r\n\r\né\r\n\r\n'
        f'--{b}\r\nContent-Disposition: form-data; name="empty"\r\n\r\n\r\n'
        f'--{b}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
    ).encode() + PNG + f"\r\n--{b}--\r\n".encode()  # fmt: skip
    assert plan.content_type == f"multipart/form-data; boundary={b}"


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 300_000])
def test_every_kind_of_source_is_read_again_with_the_length_that_was_told(size: int, tmp_path: Path) -> None:
    data = bytes(i % 251 for i in range(size))
    path = tmp_path / "x.bin"
    path.write_bytes(data)
    rewound = io.BytesIO(data)
    rewound.read(3)
    for source in (data, path, str(path), rewound):
        plan = Multipart([("file", source)], frozenset({"file"}))
        first, second = b"".join(plan), b"".join(plan)
        assert first == second and len(first) == plan.length and data in first
        assert plan.sha256() == hashlib.sha256(first).hexdigest()
        assert max(map(len, plan)) <= max(65536, 200) or source is data


def test_names_come_from_the_path_and_cannot_break_out(tmp_path: Path) -> None:
    path = tmp_path / "a\"b\r\nX: y.png"  # fmt: skip
    path.write_bytes(b"x")
    head = b"".join(Multipart([("logo", path)], frozenset({"logo"}))).partition(b"\r\n\r\n")[0]
    assert b'filename="a%22b%0D%0AX: y.png"' in head and head.count(b"\r\n") == 2
    assert escape('\\"\n') == "\\%22%0A", "backslashes stay"
    unnamed = b"".join(Multipart([("logo", b"x")], frozenset({"logo"})))
    assert b'name="logo"; filename="logo"\r\nContent-Type: application/octet-stream\r\n' in unnamed
    given = b"".join(Multipart([("logo", File(PNG, "é.x", "image/x-y; a=b"))], frozenset({"logo"})))
    assert 'filename="é.x"\r\nContent-Type: image/x-y; a=b\r\n'.encode() in given
    with pytest.raises(ConfigError, match="line breaks"):
        Multipart([("logo", File(PNG, "x", "image/png\r\nX: y"))], frozenset({"logo"}))


def test_text_that_is_no_unicode_does_not_end_in_a_foreign_error() -> None:
    plan = Multipart([("name", "a\ud800"), ("file", File(b"", "\udcff.zip"))], frozenset({"file"}))
    assert len(b"".join(plan)) == plan.length
    with serve(answers(answer(b'{"items": [], "total": 0}'))) as server, Chutes("cpk_t", base_url=server.url) as client:
        client.chutes.list(name="\ud800")
    assert b"name=%EF%BF%BD" in server.requests[0]


class Odd(io.BytesIO):
    """A file that is another one when it is read for sending."""

    def __init__(self, data: bytes, then: Any) -> None:
        super().__init__(data)
        self.rewinds, self.then = 0, then

    def seek(self, *where: int) -> int:
        self.rewinds += where == (0,)
        return super().seek(*where)

    def read(self, size: int | None = -1) -> bytes:
        if self.rewinds > 1:
            if isinstance(self.then, Exception):
                raise self.then
            data, self.then = self.then, b""
            return bytes(data)
        return super().read(size)


@pytest.mark.parametrize("then", [b"longer than before", b"less", b"", OSError("unplugged"), ValueError("closed")], ids=repr)
async def test_a_file_that_changes_under_way_is_told(then: Any) -> None:
    with serve(answers(LOGO)) as server:
        with Chutes("cpk_t", base_url=server.url) as client, pytest.raises(ConfigError, match="while it was being sent"):
            client.logos.create(logo=Odd(b"0123456789", then))
        async with AsyncChutes("cpk_t", base_url=server.url) as other:
            with pytest.raises(ConfigError, match="while it was being sent"):
                await other.logos.create(logo=Odd(b"0123456789", then))


@pytest.mark.parametrize("source", ["no/such/file", ".", io.StringIO("text"), bytearray(b"x"), 5], ids=repr)
def test_what_cannot_be_read_is_refused_before_anything_is_sent(source: Any) -> None:
    with serve(answers(LOGO)) as server, Chutes("cpk_t", base_url=server.url) as client, pytest.raises(ConfigError, match="logo: "):
        client.logos.create(logo=source)
    assert server.connections == 0


async def test_an_upload_that_is_sent_on_has_the_same_bytes() -> None:
    moved = answer(b"", "307 Moved", "location: /elsewhere")
    with serve(answers(moved, LOGO)) as server, Chutes("cpk_t", base_url=server.url) as client:
        assert client.logos.create(logo=io.BytesIO(PNG * 9000)).logo_id == "l"
    with serve(answers(moved, LOGO)) as again:
        async with AsyncChutes("cpk_t", base_url=again.url) as other:
            assert (await other.logos.create(logo=io.BytesIO(PNG * 9000))).logo_id == "l"
    for requests in (server.requests, again.requests):
        first, second = requests
        assert body_of(first) == body_of(second) and body_of(first).count(PNG) == 9000
        assert re.search(rb"(?i)\r\ncontent-length: %d\r\n" % len(body_of(first)), first)
        assert b"transfer-encoding" not in first.lower()


def test_a_build_is_never_uploaded_twice() -> None:
    with serve(answers(answer(b'{"detail": "busy"}', "503 Busy", "retry-after: 0"))) as server:
        client = Chutes("cpk_t", base_url=server.url)
        with client, pytest.raises(UnavailableError):
            client.container_images.build(name="n", tag="t", dockerfile="FROM x", username="me")
    assert len(server.requests) == 1
    parts = re.findall(
        rb'name="(\w+)"(?:; filename="([^"]*)"\r\nContent-Type: (\S+))?\r\n\r\n(.*?)\r\n--', server.requests[0], re.DOTALL
    )
    assert [part[0].decode() for part in parts] == [
        "wait", "build_context", "username", "name", "readme", "logo_id", "tag", "dockerfile", "image", "public",
    ]  # fmt: skip
    assert parts[1][1:] == (b"chutes.zip", b"application/zip", b"PK\x05\x06" + bytes(18)) and parts[5][3] == b"__none__"

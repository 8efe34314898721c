"""Pictures in base64, undone in steps: what that changes nobody may see."""

from __future__ import annotations

import base64
import json
import os

import pytest

from chutes_client import UnexpectedResponseError
from chutes_client._pictures import _STEP, read_image
from chutes_client._results import ResponseInfo

INFO = ResponseInfo(200, {"content-type": "application/json"}, None, 1)
SMALL, LARGE = b"\xff\xd8\xff small", b"\x89PNG\r\n\x1a\n" + os.urandom(3 * _STEP)
OTHER = base64.b64encode(b"another").decode()


def answer(coded: str, **more: object) -> bytes:
    return json.dumps({"data": [{"b64_json": coded, **more}]}).encode()


@pytest.mark.parametrize(
    "size", [8, _STEP // 4 * 3 - 1, _STEP // 4 * 3, _STEP // 4 * 3 + 1, len(LARGE) - 2, len(LARGE) - 1, len(LARGE)]
)
def test_every_length(size: int) -> None:
    coded = base64.b64encode(LARGE[:size]).decode()
    for text in (coded, coded.rstrip("="), coded.replace("+", "-").replace("/", "_")):
        image = read_image(answer(text, revised_prompt='a "b64_json":"cat"'), INFO)
        assert (image.bytes, image.content_type, image.revised_prompt) == (LARGE[:size], "image/png", 'a "b64_json":"cat"')


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize(
    "form",
    [
        '{"data":[{"b64_json":"%s"}]}',
        '{"data":[{"b64_json" :\n"%s"},{"b64_json":"OTHER"}]}',
        '{"extra":{"b64_json":"OTHER"},"data":[{"b64_json":"%s"}]}',
        '{"data":[{"b64_json":"OTHER","b64_json":"%s"}]}',
        '{"data":[{"extra":{"b64_json":"OTHER"},"b64_json":"%s"}]}',
        '{"data":[{"revised_prompt":"\\"b64_json\\":\\"OTHER\\"","b64_json":"%s"}]}',
        '{"data":[{"b64_json":"data:image/png;base64,%s"}]}',
    ],
)
def test_the_first_picture_wherever_it_stands(form: str, content: bytes) -> None:
    coded = base64.b64encode(content).decode()
    for text in (coded, coded.replace("/", "\\/"), coded.replace("/", "\\u002f"), f"{coded[:4]}\\n{coded[4:]}"):
        image = read_image((form.replace("OTHER", OTHER) % text).encode(), INFO)
        assert (image.bytes, image.content_type) == (content, "image/png" if content is LARGE else "image/jpeg")


@pytest.mark.parametrize(
    "body",
    [
        answer(""),
        answer("AAA*"),
        answer("A"),
        answer("QUI=" + "QUJD" * _STEP),
        answer("QUJD" * (_STEP // 4 - 1) + "QUI=" + "QUJD"),
        answer("QUJD" * (_STEP // 4) + "*"),
        b'{"data":[{"b64_json":null}]}',
        b'{"data":[{"b64_json":"QUJD',
        b'{"data":[{"b64_json":"QUJD"}',
        b'{"data":[{"url":"https://example.com/a.png"}]}',
        b'{"data":[]}',
        b'{"b64_json":"QUJD"}',
    ],
)
def test_no_picture(body: bytes) -> None:
    with pytest.raises(UnexpectedResponseError, match="image"):
        read_image(body, INFO)


def test_an_error_beside_a_picture_is_an_error() -> None:
    with pytest.raises(Exception, match="the GPU is on fire"):
        read_image(b'{"error":{"message":"the GPU is on fire"},"data":[{"b64_json":"QUJD"}]}', INFO)

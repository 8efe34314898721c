"""The image of an answer, in whichever form it came; the half that asks is `_async/invoke/images.py`."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from pydantic import TypeAdapter

from ._results import (
    Image,
    ResponseInfo,
    check_page,
    check_success,
    decode_base64,
    media_type,
    parse_data_url,
    sniff_content_type,
    unexpected,
)
from ._values import Model, parse_json

_CODED = re.compile(rb'"b64_json"\s*:\s*"')  # matches keys only: inside a text the quotes have a backslash before them
_STAND_IN = b"Y3V0IG91dA=="  # "cut out"
_STEP = 1 << 16
_BASE64 = TypeAdapter(bytes, config={"val_json_bytes": "base64"})


class _Item(Model):
    b64_json: bytes  # pydantic undoes the base64, several times as fast as Python can
    revised_prompt: Any = None


class _Answer(Model):
    data: list[_Item]
    error: Any = None

    @property
    def first(self) -> _Item | None:
        return None if self.error is not None else self.data[0]


def read_image(data: bytes, info: ResponseInfo) -> Image:
    """The image of an answer: its bytes, or the first `b64_json` of JSON."""
    kind = media_type(info.headers.get("content-type", ""))
    sniffed = sniff_content_type(data)
    if sniffed != "application/octet-stream":
        return Image(data, sniffed, info)
    start = data.lstrip()[:1]
    if not data or kind == "text/html" or start == b"<":
        check_success(data, info)
        raise unexpected("no image in the answer", info, data)
    if kind.endswith("json") or start == b"{":
        return _from_json(data, info)
    if kind.startswith("text/"):
        raise unexpected(f"text where an image was due: {data[:200].decode('utf-8', 'replace')}", info, data)
    return Image(data, kind or sniffed, info)


def _from_json(data: bytes, info: ResponseInfo) -> Image:
    check_page(data, info)
    try:
        item = _first(data)
    except (ValueError, IndexError):
        item = None
    if item is None or not item.b64_json:
        check_success(data, info)
        item = _by_hand(data, info)
    revised = item.revised_prompt if isinstance(item.revised_prompt, str) else None
    return Image(item.b64_json, sniff_content_type(item.b64_json, "image/png"), info, revised)


def _first(data: bytes) -> _Item | None:
    """The first picture; None beside an error.

    pydantic undoes base64 into a buffer of its own and copies that: with the body, 3.3 times the size of the picture, which the
    allocator gives back and the system clears anew for every answer. So the text is cut out and undone in steps.
    """
    if found := _CODED.search(data):
        begin, end = found.end(), data.find(b'"', found.end())
        item = _Answer.model_validate_json(b"%b%b%b" % (data[:begin], _STAND_IN, data[end:])).first
        if item is not None and item.b64_json == b"cut out":
            item.b64_json = _undone(data, begin, end)
            return item
    return _Answer.model_validate_json(data).first


def _undone(data: bytes, begin: int, end: int) -> bytes:
    whole = BytesIO()
    whole.seek((end - begin) * 3 // 4)
    whole.write(b"\0")  # all the room at once: growing, it would be moved
    whole.seek(0)
    for at in range(begin, end, _STEP):
        if whole.tell() * 4 != (at - begin) * 3:
            raise ValueError("base64 that ends before its end")
        whole.write(_BASE64.validate_json(b'"%b"' % data[at : min(at + _STEP, end)]))
    whole.truncate()
    return whole.getvalue()


def _by_hand(data: bytes, info: ResponseInfo) -> _Item:
    """What pydantic does not take: a data URL, base64 with white space in it."""
    try:
        item = parse_json(data)["data"][0]
        text = item["b64_json"] or ""
        content = parse_data_url(text)[0] if text.startswith("data:") else decode_base64(text)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise unexpected("no decodable image in the answer", info, data) from None
    return _Item(b64_json=content, revised_prompt=item.get("revised_prompt"))

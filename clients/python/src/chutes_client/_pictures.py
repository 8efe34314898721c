"""The image of an answer, in whichever form it came; the half that asks is `_async/invoke/images.py`."""

from __future__ import annotations

from typing import Any

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


class _Item(Model):
    b64_json: bytes  # pydantic undoes the base64, several times as fast as Python can
    revised_prompt: Any = None


class _Answer(Model):
    data: list[_Item]
    error: Any = None


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
        answer = _Answer.model_validate_json(data)
        item = None if answer.error is not None else answer.data[0]
    except (ValueError, IndexError):
        item = None
    if item is None or not item.b64_json:
        check_success(data, info)
        item = _by_hand(data, info)
    revised = item.revised_prompt if isinstance(item.revised_prompt, str) else None
    return Image(item.b64_json, sniff_content_type(item.b64_json, "image/png"), info, revised)


def _by_hand(data: bytes, info: ResponseInfo) -> _Item:
    """What pydantic does not take: a data URL, base64 with white space in it."""
    try:
        item = parse_json(data)["data"][0]
        text = item["b64_json"] or ""
        content = parse_data_url(text)[0] if text.startswith("data:") else decode_base64(text)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise unexpected("no decodable image in the answer", info, data) from None
    return _Item(b64_json=content, revised_prompt=item.get("revised_prompt"))

"""Sound and films: what is sent, and how the answer is read. The calls are in `_async/invoke/media.py`."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from ._config import OMIT
from ._errors import UnexpectedResponseError, parse_body
from ._json import is_array, is_object
from ._results import Binary, Items, ResponseInfo, check_success, media_type, sniff_media, unexpected
from .content import Source, read_source


@dataclass(frozen=True)
class Segment:
    """A piece of a transcription; `start` and `end` are seconds from the beginning of the sound, None where not told."""

    start: float | None
    end: float | None
    text: str


def encoded(source: Source) -> str:
    """Bytes or a file as base64; the payload of a data URL as it is.

    >>> encoded(b"RIFF")
    'UklGRg=='
    """
    if isinstance(source, str) and source[:5].lower() == "data:" and ";base64," in source:
        return source.partition(",")[2]
    return base64.b64encode(read_source(source)).decode()


def given(**fields: Any) -> dict[str, Any]:
    """The fields that are not None."""
    return {name: value for name, value in fields.items() if value is not None and value is not OMIT}


def read_media(body: bytes, info: ResponseInfo) -> Binary:
    """The bytes of an answer, whatever the server calls them.

    Raises:
        UnexpectedResponseError: for JSON, HTML or nothing, with the server's text.
    """
    told = info.headers.get("content-type", "")
    kind = media_type(told)
    if kind == "text/event-stream":
        raise not_bytes(info, body)
    sniffed = sniff_media(body)
    if sniffed == "application/octet-stream":
        if not body or kind in ("application/json", "text/html") or kind.endswith("+json") or body.lstrip()[:1] == b"<":
            words = parse_body(body, told).message or f"{kind or 'nothing'} came where bytes were due"
            raise unexpected(words, info, body)
        sniffed = sniff_media(body, told)
    return Binary(body, sniffed, info)


def not_bytes(info: ResponseInfo, body: bytes) -> UnexpectedResponseError:
    """The error for events where bytes were due, with their text."""
    return unexpected(f"events came where bytes were due: {parse_body(body, 'text/plain').message}", info, body)


def read_segments(body: bytes, info: ResponseInfo) -> Items[Segment]:
    """The segments of a transcription: a bare array, or an object that has `segments`.

    Raises:
        UnexpectedResponseError: for anything else.
    """
    from ._values import parse_json

    check_success(body, info)
    try:
        value = parse_json(body)
    except (ValueError, RecursionError):
        raise unexpected("the transcription is no JSON", info, body) from None
    found = value.get("segments") if is_object(value) else value
    if not is_array(found) or not all(is_object(item) for item in found):
        words = parse_body(body).message if is_object(value) else ""
        raise unexpected(f"the answer holds no segments{': ' if words else ''}{words}", info, body)
    segments = Items(Segment(_seconds(item.get("start")), _seconds(item.get("end")), str(item.get("text") or "")) for item in found)
    segments.response = info
    return segments


def _seconds(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None

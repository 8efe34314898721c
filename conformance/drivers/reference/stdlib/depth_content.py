"""Image and video parts of messages: what the server would not take is refused here."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from client import config

Json = dict[str, Any]
MAX_MEDIA_BYTES = 100 * 1024 * 1024
MAX_MEDIA_PARTS = 8
_MAGIC = ((0, b"\x89PNG\r\n\x1a\n", "image/png"), (0, b"\xff\xd8\xff", "image/jpeg"), (0, b"GIF87a", "image/gif"), (0, b"GIF89a", "image/gif"),
          (4, b"ftyp", "video/mp4"), (0, b"\x1a\x45\xdf\xa3", "video/webm"), (0, b"ID3", "audio/mpeg"), (0, b"fLaC", "audio/flac"), (0, b"OggS", "audio/ogg"))
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}


def sniff(data: bytes) -> str | None:
    """The media type that the first bytes show."""
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12])
    if len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0 and data[1] & 0x06 and data[1] != 0xFF and data[:3] != b"\xff\xd8\xff":
        return "audio/mpeg"
    return next((kind for at, magic, kind in _MAGIC if data[at : at + len(magic)] == magic), None)


def read_source(source: bytes | Path | str) -> bytes:
    """The bytes behind a source that is no URL."""
    if isinstance(source, bytes):
        data = source
    else:
        try:
            path = Path(source)
            if path.stat().st_size > MAX_MEDIA_BYTES:
                raise config(f"{path.name!r} is larger than {MAX_MEDIA_BYTES} bytes")
            data = path.read_bytes()
        except OSError as exc:
            raise config(f"{Path(source).name!r} cannot be read: {exc.strerror}") from None
    if len(data) > MAX_MEDIA_BYTES:
        raise config(f"media of {len(data)} bytes: at most {MAX_MEDIA_BYTES} are taken")
    return data


def part(what: str, source: bytes | Path | str, detail: str | None = None) -> Json:
    """`image_part` and `video_part`."""
    if isinstance(source, str):
        url = _checked(what, source)
    else:
        data = read_source(source)
        kind = sniff(data)
        if not kind or not kind.startswith(f"{what}/"):
            raise config(f"these bytes are no {what} of a known type")
        url = f"data:{kind};base64,{base64.b64encode(data).decode()}"
    field = f"{what}_url"
    return {"type": field, field: {"url": url, **({"detail": detail} if detail is not None else {})}}


def _checked(what: str, url: str) -> str:
    if url[:5].lower() == "data:":
        if not url[5:].lower().startswith(f"{what}/"):
            raise config(f"this data URL holds no {what}")
        if len(url) * 3 // 4 > MAX_MEDIA_BYTES + 4096:
            raise config(f"at most {MAX_MEDIA_BYTES} bytes are taken")
        return url
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise config("the URL cannot be read") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise config("a URL of media is http(s) with a host")
    if "@" in parts.netloc:
        raise config("a URL that the server fetches has no user info")
    if port not in (None, 80, 443):
        raise config("the server fetches from the ports 80 and 443 only")
    return url


def check_parts(messages: Any) -> None:
    """At most eight parts of media in the messages of one call."""
    count = 0
    for message in messages if isinstance(messages, list) else []:
        content = message.get("content") if isinstance(message, dict) else None
        for one in content if isinstance(content, list) else []:
            count += isinstance(one, dict) and one.get("type") in ("image_url", "video_url")
    if count > MAX_MEDIA_PARTS:
        raise config(f"{count} images and videos: at most {MAX_MEDIA_PARTS} are taken in one call")


def source_of(spec: Json, folder: str) -> bytes | Path | str:
    """A source as a case writes it."""
    if "url" in spec:
        return str(spec["url"])
    if "missing" in spec:
        return Path(folder) / spec["missing"]
    if "path_b64" in spec:
        path = Path(folder) / spec["filename"]
        path.write_bytes(base64.b64decode(spec["path_b64"]))
        return path
    data = base64.b64decode(spec.get("head_b64") or spec.get("b64") or "")
    return data + bytes([spec["fill"][0]]) * spec["fill"][1] if "fill" in spec else data


def shown(made: Json) -> Json:
    """A part for a report: long data URLs are cut."""
    field = made["type"]
    url = made[field]["url"]
    if len(url) <= 200 or not re.match("data:", url, re.I):
        return {"part": made}
    return {"part": {**made, field: {**made[field], "url": url[:60]}}, "length": len(url)}

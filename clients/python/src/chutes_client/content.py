"""Pictures and films in the messages of a chat.

from chutes_client.content import image_part

messages = [{"role": "user", "content": [{"type": "text", "text": "What is this?"}, image_part("cat.png")]}]
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast
from urllib.parse import urlsplit

from ._errors import ConfigError
from ._json import is_object
from ._results import sniff_media

__all__ = ["MAX_MEDIA_BYTES", "MAX_MEDIA_PARTS", "Source", "image_part", "video_part"]

MAX_MEDIA_BYTES = 100 * 1024 * 1024
"""Bytes of one picture or film; the server takes no more."""
MAX_MEDIA_PARTS = 8
"""Pictures and films in the messages of one call; the server takes no more."""

Source: TypeAlias = "bytes | bytearray | memoryview | str | os.PathLike[str]"
"""Bytes, a path, an http(s) URL or a data URL."""

_TYPES = {
    "image": ("image/png", "image/jpeg", "image/webp", "image/gif"),
    "video": ("video/mp4", "video/webm"),
}


def image_part(source: Source, *, detail: str | None = None) -> dict[str, Any]:
    """A picture as a part of a message.

    Args:
        source: bytes or a file (PNG, JPEG, WebP, GIF) become a data URL; a data URL and an http(s) URL go as they are. The
            server fetches a URL itself, from port 80 or 443 only.
        detail: passed on to the model, such as `"low"`.

    Raises:
        ConfigError: for another type, a missing file, more than 100 MiB, a URL with user info or another port.

    Example:
        >>> image_part("https://example.com/cat.png")
        {'type': 'image_url', 'image_url': {'url': 'https://example.com/cat.png'}}
    """
    url = {"url": _url(source, "image")}
    return {"type": "image_url", "image_url": url if detail is None else {**url, "detail": detail}}


def video_part(source: Source) -> dict[str, Any]:
    """A film as a part of a message.

    Args:
        source: as for `image_part`; bytes and files may be MP4 or WebM.

    Raises:
        ConfigError: as `image_part`.

    Example:
        >>> video_part("data:video/mp4;base64,AAAAGGZ0eXBpc29t")["type"]
        'video_url'
    """
    return {"type": "video_url", "video_url": {"url": _url(source, "video")}}


def image_base64(source: Source) -> str:
    """A picture as base64, for chutes that edit pictures.

    Raises:
        ConfigError: as `image_part`, and for an http URL: a chute fetches nothing.
    """
    url = _url(source, "image")
    if not url.startswith("data:") or ";base64," not in url:
        raise ConfigError("an image input must be bytes, a file or a base64 data URL: a chute fetches nothing")
    return url.partition(",")[2]


def read_source(source: Source) -> bytes:
    """The bytes of a source that is no URL.

    Raises:
        ConfigError: if the file cannot be read, or there are more than 100 MiB.
    """
    if isinstance(source, (bytes, bytearray, memoryview)):
        data = bytes(source)
    elif not isinstance(source, (str, os.PathLike)):
        raise ConfigError(f"this must be bytes, a path or a URL, not {type(source).__name__}")
    else:
        try:
            if os.path.getsize(source) > MAX_MEDIA_BYTES:
                raise _too_large()
            with open(source, "rb") as file:
                data = file.read(MAX_MEDIA_BYTES + 1)
        except (OSError, ValueError) as error:
            name = Path(source).name[:200]
            raise ConfigError(f"cannot read {name!r}: {getattr(error, 'strerror', None) or type(error).__name__}") from None
    if len(data) > MAX_MEDIA_BYTES:
        raise _too_large()
    return data


def check_parts(messages: Any) -> None:
    """Refuses more pictures and films than the server takes.

    Raises:
        ConfigError: for more than 8 in the messages of one call.
    """
    found = 0
    for message in _list(messages):
        for part in _list(message.get("content")) if is_object(message) else ():
            found += is_object(part) and part.get("type") in ("image_url", "video_url")
    if found > MAX_MEDIA_PARTS:
        raise ConfigError(f"the messages hold {found} pictures and films; the server takes {MAX_MEDIA_PARTS} in one call")


def _list(value: Any) -> Iterable[Any]:
    return cast("Iterable[Any]", value) if isinstance(value, (list, tuple)) else ()


def _too_large() -> ConfigError:
    return ConfigError(f"more than {MAX_MEDIA_BYTES // 1024 // 1024} MiB, the most that the server takes")


def _url(source: Source, what: Literal["image", "video"]) -> str:
    if isinstance(source, str):
        scheme = source.partition(":")[0].lower()
        if scheme == "data":
            return _checked_data(source, what)
        if scheme in ("http", "https"):
            return _checked_url(source)
    data = read_source(source)
    kind = sniff_media(data)
    if kind not in _TYPES[what]:
        names = ", ".join(name.partition("/")[2].upper() for name in _TYPES[what])
        raise ConfigError(f"this is no {what} that can be sent: it must be {names}")
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _checked_data(url: str, what: str) -> str:
    if not url[5:].lower().startswith(f"{what}/") or "," not in url:
        raise ConfigError(f"this data URL holds no {what}")
    if len(url) > MAX_MEDIA_BYTES * 4 / 3 + 200:
        raise _too_large()
    return url


def _checked_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise ConfigError("this is no URL that the server could fetch") from None
    if not host or "@" in parts.netloc:
        raise ConfigError("a URL that the server fetches must name a host, and hold no user info")
    if port not in (None, 80, 443):
        raise ConfigError("the server fetches URLs from the ports 80 and 443 only")
    return url

"""URLs as httpcore takes them."""

from __future__ import annotations

import re
from typing import TypeAlias

Target: TypeAlias = "tuple[bytes, bytes, int | None, bytes]"
"""Scheme, host, port (None where it is the usual one), and path with query."""

_PLAIN = re.compile(
    r"(https?)://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::([0-9]{1,5}))?"
    r"(/[A-Za-z0-9._~!$&()*+,;=:@%/-]*)?(\?[A-Za-z0-9._~!$&()*+,;=:@%/?-]*)?"
)
_ODD = re.compile(r"%(?![0-9A-Fa-f]{2})|/\.")
_USUAL = {"http": 80, "https": 443}


def split_url(url: str) -> Target:
    """The parts of a URL. What has to be escaped or looked at twice is for httpx, which knows IDNA and dot segments.

    Raises:
        httpx.InvalidURL, httpx.UnsupportedProtocol: for what is no URL of HTTP.

    >>> split_url("http://127.0.0.1:8080/a%20b?c=d")
    (b'http', b'127.0.0.1', 8080, b'/a%20b?c=d')
    """
    found = _PLAIN.fullmatch(url)
    if found is None:
        return _by_httpx(url)
    scheme, host, port, path, query = found.groups()
    target = (path or "/") + (query or "")
    numbers = host.split(".")
    number = int(port) if port else None
    if _ODD.search(target) or (numbers[-1].isdigit() and not _is_address(numbers)) or (number or 0) > 65535:
        return _by_httpx(url)
    return scheme.encode(), host.encode(), None if number == _USUAL[scheme] else number, target.encode()


def _is_address(numbers: list[str]) -> bool:
    return len(numbers) == 4 and all(part == "0" or (part.isdigit() and part[0] != "0" and int(part) < 256) for part in numbers)


def _by_httpx(url: str) -> Target:
    import httpx

    parts = httpx.URL(url)
    if parts.scheme not in _USUAL or not parts.host:
        raise httpx.UnsupportedProtocol("the URL must begin with http:// or https://, and name a host")
    return parts.raw_scheme, parts.raw_host, parts.port, parts.raw_path

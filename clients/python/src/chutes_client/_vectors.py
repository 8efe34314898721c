"""Vectors of an embeddings answer, which some engines send in base64 where they are asked to."""

from __future__ import annotations

import re
import struct
from typing import Any

from ._json import is_array, is_object
from ._results import decode_base64
from ._values import parse_json

_CODED = re.compile(rb'"embedding"\s*:\s*"')


def read_vectors(body: bytes) -> Any:
    """The answer as plain data, with each vector a list of floats; None if nothing in it is in base64.

    Raises:
        ValueError: if the answer is no JSON, or a vector is a text that holds no 32-bit floats.
    """
    if not _CODED.search(body):
        return None
    value = parse_json(body)
    items = value.get("data") if is_object(value) else None
    for item in items if is_array(items) else ():
        if is_object(item) and isinstance(item.get("embedding"), str):
            item["embedding"] = floats_of(item["embedding"])
    return value


def floats_of(text: str) -> list[float]:
    """The 32-bit little-endian floats of a base64 text.

    >>> floats_of("AAAAPwAAgD4=")
    [0.5, 0.25]
    """
    data = decode_base64(text)
    if len(data) % 4:
        raise ValueError("a vector in base64 that is cut short")
    return list(struct.unpack(f"<{len(data) // 4}f", data))

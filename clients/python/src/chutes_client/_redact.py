"""Keys and tokens never leave this process in a message, a repr or a log."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

MASK = "[redacted]"
"""What stands where a secret stood."""

_SHAPES = re.compile(r"\b(cpk|cak|crt|csc)_[A-Za-z0-9][A-Za-z0-9._\-]*")
_BEARER = re.compile(r"\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=\-]{6,}", re.IGNORECASE)
_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "x-api-key", "cookie", "set-cookie"})


def is_secret(text: str) -> bool:
    """Whether a credential is long enough to be one."""
    return len(text) >= 4


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Returns `text` with every known secret and everything shaped like one replaced by `MASK`.

    Args:
        text: any text that may be shown.
        secrets: secrets of the client at hand, masked literally. Shorter than 4 characters are left alone, since
            masking them would ruin the text and hide nothing.

    >>> redact("key cpk_ab.cd.ef refused")
    'key cpk_[redacted] refused'
    """
    for secret in filter(is_secret, secrets):
        text = text.replace(secret, MASK)
    text = _SHAPES.sub(lambda m: f"{m[1]}_{MASK}", text)
    return _BEARER.sub(lambda m: f"{m[1]} {MASK}", text)


def redact_cut(text: str, secrets: Iterable[str], longest: int) -> str:
    """As `redact`, for a text that was cut at `longest` characters: the beginning of a secret at its very end goes, too."""
    if len(text) >= longest:
        for secret in secrets:
            half = next((n for n in range(len(secret) - 1, 3, -1) if text.endswith(secret[:n])), 0)
            text = text[: len(text) - half]
    return redact(text, secrets)[:longest]


def redact_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Returns a copy of `headers` that is safe to show: values of credential headers masked, the rest searched for keys."""
    return {
        name: MASK if name.lower() in _SECRET_HEADERS or name.lower().startswith("x-chutes-signature") else redact(value)
        for name, value in headers.items()
    }

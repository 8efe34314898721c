"""Whether an sr25519 signature of the public test key fits."""

from __future__ import annotations

import sr25519  # type: ignore[import-untyped]

PUBLIC = bytes.fromhex("a4d007a95b28ce117e4051904503612abdcbd22b60475121f92a8b5dedac375a")
ADDRESS = "5FnoWRL4FYzd29q8zXoY3JWio9PtBPgrAFu2RcgQazRQsiCs"
"""The key of the public test seed, 32 bytes of 0x42."""


def valid(message: str, signature: str, public: bytes = PUBLIC) -> bool:
    """Whether a lower-case hexadecimal signature without 0x fits; signatures are randomised and cannot be compared."""
    if len(signature) != 128 or signature != signature.lower():
        return False
    try:
        return bool(sr25519.verify(bytes.fromhex(signature), message.encode(), public))
    except ValueError:
        return False

"""Check what a hotkey has signed, as the platform's server does."""

from __future__ import annotations

import hashlib
from typing import Any

import sr25519  # type: ignore[import-untyped]

from .match import Complaints
from .server.journal import RequestRecord

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


def check(expect: dict[str, Any] | bool, record: RequestRecord, at: str) -> Complaints:
    """`{purpose: me}`, `{body: true}` with an optional `nonce`, or false: no signature at all."""
    names = ("x-chutes-hotkey", "x-chutes-nonce", "x-chutes-signature")
    address, nonce, signature = (record.header(name) for name in names)
    if expect is False:
        return [f"{at}: the request is signed"] if address or nonce or signature else []
    if not (address and nonce and signature):
        return [f"{at}: the three headers are not all there"]
    out: Complaints = []
    if record.header("authorization") or record.header("x-api-key"):
        out.append(f"{at}: another credential goes with the signature")
    assert isinstance(expect, dict)
    if address != ADDRESS:
        out.append(f"{at}: the address is {address!r}")
    if not nonce.isdigit() or str(expect.get("nonce", nonce)) != nonce:
        out.append(f"{at}: the nonce is {nonce!r}")
    about = expect["purpose"] if "purpose" in expect else hashlib.sha256(record.body).hexdigest()
    if not valid(f"{address}:{nonce}:{about}", signature):
        out.append(f"{at}: the signature does not fit {'the purpose ' + about if 'purpose' in expect else 'the bytes of the body'}")
    return out

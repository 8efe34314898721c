"""Check what a hotkey has signed, as the platform's server does."""

from __future__ import annotations

import hashlib
from typing import Any

from .match import Complaints
from .server.journal import RequestRecord
from .sr25519_check import ADDRESS, valid


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

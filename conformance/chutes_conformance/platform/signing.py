"""Hotkey signatures: addresses, the message that is signed, and the check in the server's order and words."""

from __future__ import annotations

import hashlib

from .credential import Credential
from .http import HttpError, Request
from .state import State, User

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
PREFIX = 42  # the network number of a general address
WINDOW = 600  # seconds by which a nonce may be off
NO_LIBRARY = "Hotkey signatures cannot be checked here: install py-sr25519-bindings"


def _checksum(payload: bytes) -> bytes:
    return hashlib.blake2b(b"SS58PRE" + payload).digest()[:2]


def address_of(public: bytes) -> str:
    """The ss58 address of a 32-byte public key."""
    payload = bytes([PREFIX]) + public
    number, text = int.from_bytes(payload + _checksum(payload), "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return text


def public_key(address: str) -> bytes | None:
    """The public key in an address, or None when its alphabet, length or checksum is wrong."""
    number = 0
    for character in address:
        digit = ALPHABET.find(character)
        if digit < 0:
            return None
        number = number * 58 + digit
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    if len(raw) != 35 or raw[-2:] != _checksum(raw[:-2]):
        return None
    return raw[1:-2]


def invented(what: str) -> str:
    """An address that belongs to nobody, the same for the same words."""
    return address_of(hashlib.sha256(what.encode()).digest())


def fits(address: str, message: str, signature: bytes) -> bool:
    """Whether the key of that address signed the message."""
    try:
        import sr25519  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        raise HttpError(401, NO_LIBRARY) from None
    public = public_key(address)
    if public is None or len(signature) != 64:
        return False
    try:
        return bool(sr25519.verify(signature, message.encode(), public))
    except ValueError:
        return False


def headers_of(request: Request) -> tuple[str, str, str] | None:
    """Hotkey, nonce and signature; None unless all three are there."""
    hotkey, nonce, signature = (request.headers.get(f"x-chutes-{name}", "") for name in ("hotkey", "nonce", "signature"))
    return (hotkey, nonce, signature) if hotkey and nonce and signature else None


def by_hotkey(state: State, hotkey: str) -> User | None:
    return next((user for user in state.users.values() if user.hotkey == hotkey), None)


def checked(request: Request, state: State, purpose: str | None) -> str | None:
    """The hotkey that signed this request, None when it is not signed; 401 when the signature is no good."""
    found = headers_of(request)
    if found is None:
        return None
    hotkey, nonce, signature = found
    if not nonce.isdigit() or abs(state.now() - int(nonce)) >= WINDOW:
        raise HttpError(401, "Invalid nonce!")
    about = purpose
    if not about and request.method in ("POST", "PUT", "PATCH"):
        about = hashlib.sha256(request.body).hexdigest()
    if not about:
        raise HttpError(401, "Either payload_str or purpose must be provided")
    try:
        raw = bytes.fromhex(signature)
    except ValueError as error:
        raise HttpError(401, f"Invalid signature: {signature}, with error: {error}") from None
    message = f"{hotkey}:{nonce}:{about}"
    if not fits(hotkey, message, raw):
        raise HttpError(401, f"Invalid request signature for hotkey {hotkey}. Message: {message}")
    return hotkey


def of_request(request: Request, state: State, purpose: str | None, required: bool) -> Credential | None:
    """The account of a signed request; None when it is unsigned, or nobody's and `required` is false."""
    hotkey = checked(request, state, purpose)
    if hotkey is None:
        return None
    user = by_hotkey(state, hotkey)
    if user is None and required:
        raise HttpError(401, f"Could not find user with hotkey: {hotkey}")
    return Credential(user, "hotkey") if user else None

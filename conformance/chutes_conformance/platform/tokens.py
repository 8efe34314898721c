"""Sign-in tokens: JWTs (HS256) that live seven days and die with the fingerprint they were made with."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

from .http import HttpError
from .state import State, User

LIFETIME = 7 * 86400
SALT = "chutes-mock"
INVALID = "Invalid token."


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(part: str) -> Any:
    try:
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error):
        raise HttpError(401, INVALID) from None


def _sign(user: User, content: str) -> str:
    key = hashlib.sha256((user.fingerprint_hash + SALT).encode()).hexdigest().encode()
    return _encode(hmac.new(key, content.encode(), hashlib.sha256).digest())


def create(state: State, user: User) -> str:
    now = int(state.now())
    head, claims = {"alg": "HS256", "typ": "JWT"}, {"exp": now + LIFETIME, "sub": user.user_id, "iat": now, "salted": True}
    content = ".".join(_encode(json.dumps(part, separators=(",", ":")).encode()) for part in (head, claims))
    return f"{content}.{_sign(user, content)}"


def user_of(state: State, token: str) -> User:
    """The account of a token; 401 `Invalid token.` or `Token expired.`"""
    content, _, signature = token.rpartition(".")
    if content.count(".") != 1:
        raise HttpError(401, INVALID)
    claims = _decode(content.partition(".")[2])
    user = state.users.get(str(claims.get("sub"))) if isinstance(claims, dict) else None
    if user is None or not hmac.compare_digest(signature.encode(), _sign(user, content).encode()):
        raise HttpError(401, INVALID)
    if int(claims.get("exp", 0)) <= state.now():
        raise HttpError(401, "Token expired.")
    return user

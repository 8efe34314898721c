"""What both flavours of `OAuth` share: tokens, the authorize URL, forms and what is read from their answers."""

from __future__ import annotations

import base64
import hashlib
import math
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ._errors import ConfigError, UnexpectedResponseError
from ._json import is_object
from ._redact import MASK
from ._request import encode_query

REFRESH_LEEWAY = 60.0
"""Seconds before its end at which a token is renewed."""
TOKEN_LIFETIME = 3600.0
"""Seconds that a token lives where the server does not say, as all tokens of the platform do (2026-05)."""

_OURS = ("response_type", "client_id", "code_challenge", "code_challenge_method")


@dataclass(frozen=True)
class Token:
    """An access token and what renews it. Its repr shows neither.

    Attributes:
        access_token: goes into `Authorization: Bearer …`.
        refresh_token: good once, then a new one takes its place; None where there is none.
        expires_at: when the access token ends, Unix seconds; None: unknown, so that it is never renewed by itself.
        scope: what it may do, separated by spaces, or None.
        token_type: `Bearer`.
    """

    access_token: str
    refresh_token: str | None = None
    expires_at: float | None = None
    scope: str | None = None
    token_type: str = "Bearer"

    def left(self, now: float) -> float:
        """Seconds left at the Unix time `now`; infinite where the end is not known.

        >>> Token("cat_x", expires_at=1_000_060).left(now=1_000_000)
        60
        """
        return math.inf if self.expires_at is None else self.expires_at - now

    def __repr__(self) -> str:
        kept = None if self.refresh_token is None else MASK
        return f"Token(access_token={MASK!r}, refresh_token={kept!r}, expires_at={self.expires_at!r}, scope={self.scope!r})"


@dataclass(frozen=True)
class Authorization:
    """Where to send a person, and what to keep until they come back.

    Attributes:
        url: to be opened in a browser.
        state: must come back with the code; anything else is not an answer to this.
        code_verifier: goes to `exchange` with the code; not in the repr.
    """

    url: str
    state: str
    code_verifier: str

    def __repr__(self) -> str:
        return f"Authorization(url={self.url!r}, state={self.state!r}, code_verifier={MASK!r})"


def authorize_url(
    api: str, client_id: str, redirect_uri: str | None, scopes: str | Sequence[str], state: str | None, extra: Mapping[str, Any]
) -> Authorization:
    """A fresh verifier, its challenge (S256) and the URL that carries it."""
    if redirect_uri is None and "redirect_uri" not in extra:
        raise ConfigError("authorize_url needs the redirect_uri of the app: OAuth(…, redirect_uri=…)")
    for name in _OURS:
        if name in extra:
            raise ConfigError(f"authorize_url sets {name} itself")
    verifier = secrets.token_urlsafe(48)
    state = state or secrets.token_urlsafe(24)
    digest = hashlib.sha256(verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": scopes if isinstance(scopes, str) else " ".join(scopes),
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
        **extra,
    }
    return Authorization(f"{api}/idp/authorize?{encode_query(query)}", state, verifier)


def token_from(answer: Any, now: float, refresh_token: str | None) -> Token:
    """Reads a token; where no new refresh token came, the old one stays good."""
    fields: dict[str, Any] = answer if is_object(answer) else {}
    access = fields.get("access_token")
    if not isinstance(access, str) or not access:
        raise UnexpectedResponseError("the answer to a token request has no access_token", status=200)
    renewed, scope, kind = (fields.get(name) for name in ("refresh_token", "scope", "token_type"))
    return Token(
        access,
        renewed if isinstance(renewed, str) and renewed else refresh_token,
        now + _lifetime(fields.get("expires_in")),
        scope if isinstance(scope, str) else None,
        kind if isinstance(kind, str) and kind else "Bearer",
    )


def _lifetime(value: Any) -> float:
    try:
        seconds = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        return TOKEN_LIFETIME
    return seconds if math.isfinite(seconds) and seconds >= 0 else TOKEN_LIFETIME


def known(*values: str | None) -> tuple[str, ...]:
    """The secrets among these."""
    return tuple(value for value in values if value)

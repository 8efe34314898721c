"""What signing in through an app leaves behind: codes, access tokens, refresh tokens, grants; and what a scope permits."""

from __future__ import annotations

import hashlib
import random
import string
import uuid
from dataclasses import dataclass, field
from typing import Any

from .credential import Credential, Scope
from .state import Json, State, User, naive

CODE_SECONDS = 600
ACTIONS = ("read", "write", "delete", "invoke")
ACCOUNT_SCOPES = {
    "profile": "Read basic profile information (username, user_id)",
    "profile:read": "Read basic profile information (username, user_id)",
    "balance": "Read account balance",
    "balance:read": "Read account balance",
    "billing:read": "Read billing information, payment history",
    "quota": "Read quota information and usage",
    "quota:read": "Read quota information and usage",
    "usage": "Read usage statistics and invocation history",
    "usage:read": "Read usage statistics and invocation history",
    "account:read": "Read full account details including quotas, discounts, pricing",
    "account:write": "Modify account settings",
    "secrets:read": "Read secret names (not values)",
    "secrets:write": "Create and manage secrets",
}
SCOPES = {
    "admin": "Full access to all resources and actions",
    **ACCOUNT_SCOPES,
    "chutes:read": "Read chute information and list chutes",
    "chutes:write": "Create and modify chutes",
    "chutes:delete": "Delete chutes",
    "chutes:invoke": "Invoke/run chutes",
    "images:read": "Read image information and list images",
    "images:write": "Create and modify images",
    "images:delete": "Delete images",
    "invocations:read": "Read invocation history and details",
}
PRIVILEGED = {
    "admin", "account:write", "account:delete", "billing:read", "billing:write", "secrets:read", "secrets:write", "secrets:delete",
    "chutes:write", "chutes:delete", "images:write", "images:delete",
}  # fmt: skip
SIMPLE = {"profile": ("account", "read"), "balance": ("billing", "read"), "quota": ("account", "read"), "usage": ("invocations", "read")}


def permission(scope: str) -> Scope:
    """What one scope of a token permits. An unknown one permits nothing that exists."""
    if scope == "admin":
        return Scope(None)
    simple = SIMPLE.get(scope.removesuffix(":read"))
    if simple:
        return Scope(simple[0], None, simple[1])
    kind, _, action = scope.partition(":")
    return Scope(kind, None, action) if action in ACTIONS else Scope(scope)


def refusal(scopes: list[str], allowed: list[str]) -> str | None:
    """Why an app may not ask for these scopes, or None."""
    for scope in scopes:
        if scope not in SCOPES and scope != "openid":
            return f"Unknown scope: {scope}"
        if scope in PRIVILEGED and scope not in allowed:
            return f"Scope '{scope}' requires explicit app registration"
    return None


def random_text(length: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    return "".join(random.SystemRandom().choices(alphabet, k=length))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class OAuthApp:
    app_id: str
    client_id: str
    secret_digest: str
    user: User
    created_at: float
    updated_at: float
    name: str = ""
    description: str | None = None
    redirect_uris: list[str] = field(default_factory=list)
    homepage_url: str | None = None
    logo_url: str | None = None
    active: bool = True
    public: bool = True
    refresh_token_lifetime_days: int = 30
    allowed_scopes: list[str] = field(default_factory=list)
    shares: dict[str, float] = field(default_factory=dict)  # user id → when

    def visible(self, user: User) -> bool:
        return self.user is user or self.public or user.user_id in self.shares

    def knows(self, secret: str | None) -> bool:
        return secret is not None and digest(secret) == self.secret_digest

    def view(self) -> Json:
        """OAuthAppResponse."""
        plain = ("name", "description", "redirect_uris", "homepage_url", "logo_url", "active", "public", "refresh_token_lifetime_days")
        return {
            "app_id": self.app_id,
            "client_id": self.client_id,
            "user_id": self.user.user_id,
            **{name: getattr(self, name) for name in plain},
            "created_at": naive(self.created_at),
            "updated_at": naive(self.updated_at),
        }


@dataclass
class Grant:
    """A user's yes to an app."""

    grant_id: str
    user: User
    app: OAuthApp
    scopes: list[str]
    created_at: float
    revoked: bool = False


@dataclass
class Token:
    token_id: str
    digest: str
    grant: Grant
    scopes: list[str]
    created_at: float
    expires_at: float
    spent: bool = False  # revoked, or a refresh token that was used

    def live(self, now: float) -> bool:
        return not self.spent and self.expires_at > now and not self.grant.revoked


@dataclass
class Code:
    app: OAuthApp
    user: User
    redirect_uri: str
    scopes: list[str]
    challenge: str
    expires_at: float


@dataclass
class OAuth:
    apps: dict[str, OAuthApp] = field(default_factory=dict)
    grants: dict[tuple[str, str], Grant] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    access: dict[str, Token] = field(default_factory=dict)
    refresh: dict[str, Token] = field(default_factory=dict)

    def client(self, client_id: str | None) -> OAuthApp | None:
        return next((app for app in self.apps.values() if app.client_id == client_id and app.active), None)

    def find(self, text: str) -> tuple[str, Token] | None:
        """An access or a refresh token with its kind; None when it was never given out."""
        for kind, prefix, table in (("access_token", "cak_", self.access), ("refresh_token", "crt_", self.refresh)):
            token = table.get(text.removeprefix(prefix).partition(".")[0]) if text.startswith(prefix) else None
            if token and token.digest == digest(text):
                return kind, token
        return None

    def grant(self, state: State, user: User, app: OAuthApp, scopes: list[str]) -> Grant:
        """The one grant of user and app; a new consent replaces its scopes and takes a revocation back."""
        grant = self.grants.setdefault((user.user_id, app.app_id), Grant(str(uuid.uuid4()), user, app, scopes, state.now()))
        grant.scopes, grant.revoked = scopes, False
        return grant

    def issue(self, state: State, grant: Grant) -> dict[str, Any]:
        """A new pair of tokens: the access token lives for the option's time, the refresh token for the app's days."""
        now, seconds = state.now(), state.options.oauth_seconds
        texts = []
        for prefix, table, lifetime in (("cak_", self.access, seconds), ("crt_", self.refresh, grant.app.refresh_token_lifetime_days * 86400)):
            token_id = str(uuid.uuid4())
            text = f"{prefix}{token_id}.{random_text(48)}"
            table[token_id] = Token(token_id, digest(text), grant, list(grant.scopes), now, now + lifetime)
            texts.append(text)
        scope = " ".join(grant.scopes) or None
        return {"access_token": texts[0], "token_type": "Bearer", "expires_in": int(seconds), "refresh_token": texts[1], "scope": scope}

    def revoke(self, grant: Grant) -> None:
        grant.revoked = True
        for token in (*self.access.values(), *self.refresh.values()):
            if token.grant is grant:
                token.spent = True


def credential(state: State, text: str) -> Credential | None:
    """The user of a live access token with what its scopes permit; None for any other text."""
    found = state.of(OAuth).find(text)
    if found is None or found[0] != "access_token" or not found[1].live(state.now()) or not found[1].grant.app.active:
        return None
    scopes = found[1].scopes
    return Credential(found[1].grant.user, "oauth", "admin" in scopes, tuple(permission(scope) for scope in scopes))

"""How a request proves who sends it. Each way is applied once per attempt, to the exact request that goes out."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from ._errors import ConfigError

AuthMode = Literal["bearer", "x-api-key", "none"]


@runtime_checkable
class Auth(Protocol):
    """Signs one attempt. Implement it for a scheme of your own.

    `secrets` are masked wherever they would be shown.
    """

    @property
    def secrets(self) -> tuple[str, ...]: ...

    def apply(self, method: str, url: str, headers: MutableMapping[str, str], body: bytes | None) -> None: ...


@dataclass(frozen=True)
class _Key:
    header: str
    prefix: str
    key: str = field(repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.key,)

    def apply(self, method: str, url: str, headers: MutableMapping[str, str], body: bytes | None) -> None:
        headers[self.header] = self.prefix + self.key


@dataclass(frozen=True)
class _Anonymous:
    secrets: tuple[str, ...] = ()

    def apply(self, method: str, url: str, headers: MutableMapping[str, str], body: bytes | None) -> None:
        return None


@dataclass
class _Provider:
    provider: Callable[[], str] = field(repr=False)
    last: str = field(default="", repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.last,) if self.last else ()

    def apply(self, method: str, url: str, headers: MutableMapping[str, str], body: bytes | None) -> None:
        self.last = check_key(self.provider())
        headers["Authorization"] = "Bearer " + self.last


def bearer(key: str) -> Auth:
    """`Authorization: Bearer <key>`: what the public server reads, and the default."""
    return _Key("Authorization", "Bearer ", check_key(key))


def x_api_key(key: str) -> Auth:
    """`X-API-Key: <key>`, for gateways of your own: the public server ignores this header and answers 401."""
    return _Key("X-API-Key", "", check_key(key))


def anonymous() -> Auth:
    """No credential: enough for what is public, such as models, prices and public chutes."""
    return _Anonymous()


def from_provider(provider: Callable[[], str]) -> Auth:
    """Asks `provider` for a token on every attempt (sent as Bearer), so that a refreshed one is used at once."""
    return _Provider(provider)


def check_key(key: str) -> str:
    """Trims a key and refuses one that cannot stand in a header; never shows it."""
    key = key.strip()
    if not key:
        raise ConfigError("the API key is empty: pass api_key= or set CHUTES_API_KEY")
    if any(ord(c) < 0x21 or ord(c) > 0x7E for c in key):
        raise ConfigError("the API key holds a character that cannot stand in a header (a line break or a space?)")
    return key


def for_mode(mode: AuthMode, key: str | None) -> Auth:
    """The auth a client was configured with; no key where one is needed is an error before anything is sent."""
    if mode == "none":
        return anonymous()
    if mode not in ("bearer", "x-api-key"):
        raise ConfigError(f"auth must be 'bearer', 'x-api-key', 'none' or an Auth object, not {mode!r}")
    if key is None or not key.strip():
        raise ConfigError(
            "no API key: pass api_key= or set CHUTES_API_KEY (auth='none' makes a client for public calls only)"
        )
    return bearer(key) if mode == "bearer" else x_api_key(key)

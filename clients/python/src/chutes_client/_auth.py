"""How a request is signed. `apply` runs once per attempt, on the bytes that are sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from ._config import ENV_API_KEY, check_key, find_key
from ._errors import ConfigError
from ._request import Request


class Auth(Protocol):
    """Signs requests. `secrets` are masked wherever an error might show them."""

    @property
    def secrets(self) -> tuple[str, ...]: ...

    def apply(self, request: Request) -> Awaitable[None] | None:
        """Sets headers of `request`; only the async client accepts an awaitable."""
        ...


class _Static:
    """One header with one value. The value is in no repr."""

    def __init__(self, header: str, value: str, secrets: tuple[str, ...]) -> None:
        self._header, self._value, self._secrets = header, value, secrets

    @property
    def secrets(self) -> tuple[str, ...]:
        return self._secrets

    def apply(self, request: Request) -> None:
        if self._header and not request.has_header(self._header):
            request.headers[self._header] = self._value

    def __repr__(self) -> str:
        return f"<auth {self._header or 'none'}>"


def bearer(key: str) -> Auth:
    """`Authorization: Bearer <key>`: what the public server reads.

    Raises:
        ConfigError: for what cannot be a key, as the option `api_key` of a client.
    """
    key = check_key(key)
    return _Static("Authorization", f"Bearer {key}", (key,))


def x_api_key(key: str) -> Auth:
    """`X-API-Key: <key>`: for gateways; the public server does not read it.

    Raises:
        ConfigError: as `bearer`.
    """
    key = check_key(key)
    return _Static("X-API-Key", key, (key,))


def anonymous() -> Auth:
    """No credential at all."""
    return _Static("", "", ())


def key_of(auth: Auth, now: float) -> str:
    """The bare key or token that `auth` would send at this moment.

    Raises:
        ConfigError: where there is none, or it has to be waited for.
    """
    request = Request("POST", "", {}, None, "createChatCompletion", now=now)
    waiting = auth.apply(request)
    if waiting is not None and not _at_once(waiting):
        raise ConfigError("the token of this client has to be waited for: give api_key=… to client.openai()")
    found = request.credentials()
    if not found:
        raise ConfigError(f"client.openai() needs a key, and this client has none: set {ENV_API_KEY} or pass api_key=…")
    return found[0]


def _at_once(waiting: Awaitable[None]) -> bool:
    """Takes the first step of an awaitable; whether that was the last. One that has to wait is closed."""
    steps = waiting.__await__()
    try:
        next(steps)
    except StopIteration:
        return True
    except RuntimeError:  # it asks for a loop, and none runs here
        return False
    steps.close()
    return False


def is_anonymous(auth: Auth) -> bool:
    return isinstance(auth, _Static) and not auth.secrets


Provider = Callable[[], str | Awaitable[str]]


class _Provider:
    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._last: str = ""

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self._last,) if self._last else ()

    def apply(self, request: Request) -> Awaitable[None] | None:
        found = self._provider()
        if isinstance(found, Awaitable):
            return self._wait(request, found)
        self._set(request, found)
        return None

    async def _wait(self, request: Request, found: Awaitable[str]) -> None:
        self._set(request, await found)

    def _set(self, request: Request, key: str) -> None:
        self._last = check_key(key, "what the auth provider returned")
        value = f"Bearer {self._last}"
        if not request.has_header("Authorization"):
            request.headers["Authorization"] = value

    def __repr__(self) -> str:
        return "<auth provider>"


def from_provider(provider: Provider) -> Auth:
    """A bearer token asked for before each attempt, for tokens that expire. An async callable needs the async client."""
    return _Provider(provider)


def make_auth(api_key: str | None, auth: str | Auth) -> Auth:
    """The `api_key=` and `auth=` options of a client as one `Auth`."""
    if not isinstance(auth, str):
        if not callable(getattr(auth, "apply", None)):
            raise ConfigError(
                "auth must be 'bearer', 'x-api-key', 'none' or an object of chutes_client.auth: a function goes into"
                " auth.from_provider(…), a hotkey into auth.hotkey(…)"
            )
        return auth
    if auth == "none":
        return anonymous()
    if auth not in ("bearer", "x-api-key"):
        raise ConfigError("auth must be 'bearer', 'x-api-key', 'none' or an Auth object")
    key = find_key(api_key)
    if key is None:
        raise ConfigError(f"no API key: set {ENV_API_KEY} or pass api_key=…; auth='none' calls without one")
    return x_api_key(key) if auth == "x-api-key" else bearer(key)

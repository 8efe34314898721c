"""What a client is made with: hosts, key, limits. Everything is checked here, before anything is sent."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ._deadline import UNSET, Seconds, _Unset
from ._errors import ConfigError
from ._retry import MAX_RETRIES

if TYPE_CHECKING:
    from ._auth import Auth

DEFAULT_API_URL = "https://api.chutes.ai"
DEFAULT_LLM_URL = "https://llm.chutes.ai/v1"
DEFAULT_IMAGE_URL = "https://image.chutes.ai"
DEFAULT_EMBED_URL = "https://embed.chutes.ai"
DEFAULT_CHUTE_URL = "https://{slug}.chutes.ai"
ENV_API_KEY = "CHUTES_API_KEY"
ENV_BASE_URL = "CHUTES_BASE_URL"
ENV_URLS = {
    "api": "CHUTES_API_URL",
    "llm": "CHUTES_LLM_URL",
    "image": "CHUTES_IMAGE_URL",
    "embed": "CHUTES_EMBED_URL",
    "chute": "CHUTES_CHUTE_URL",
}
MAX_CONCURRENCY = 8
"""Requests `images.generate_many` keeps open at once."""


@dataclass(frozen=True)
class Endpoints:
    """The five hosts. `chute` is a template that holds `{slug}`.

    >>> Endpoints.under("http://localhost:8000").llm
    'http://localhost:8000/llm/v1'
    """

    api: str = DEFAULT_API_URL
    llm: str = DEFAULT_LLM_URL
    image: str = DEFAULT_IMAGE_URL
    embed: str = DEFAULT_EMBED_URL
    chute: str = DEFAULT_CHUTE_URL

    def __post_init__(self) -> None:
        for name in ENV_URLS:
            object.__setattr__(self, name, check_url(getattr(self, name), name))
        if "{slug}" not in self.chute:
            raise ConfigError(f"the chute endpoint is a template and must hold {{slug}}: {self.chute!r}")

    @classmethod
    def under(cls, base_url: str) -> Endpoints:
        """All five under one base, as the local platform and gateways have them."""
        b = check_url(base_url, "base_url")
        return cls(api=b, llm=f"{b}/llm/v1", image=f"{b}/image", embed=f"{b}/embed", chute=f"{b}/chute/{{slug}}")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Endpoints:
        """`CHUTES_<HOST>_URL` beats `CHUTES_BASE_URL` beats the public hosts."""
        env = os.environ if environ is None else environ
        base = cls.under(env[ENV_BASE_URL]) if env.get(ENV_BASE_URL) else cls()
        given: dict[str, str] = {name: env[variable] for name, variable in ENV_URLS.items() if env.get(variable)}
        return replace(base, **given)


@dataclass(frozen=True)
class Config:
    """All settings of a client, checked. Made by `Chutes(...)`; its repr shows no secret."""

    endpoints: Endpoints
    auth: Auth = field(repr=False)
    max_retries: int = MAX_RETRIES
    timeout: Seconds = UNSET
    connect_timeout: Seconds = UNSET
    first_byte_timeout: Seconds = UNSET
    idle_timeout: Seconds = UNSET
    deadline: Seconds = UNSET
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    retry_budget: bool = False
    on_restart: str = "error"
    max_event_bytes: int = 64 * 1024 * 1024
    ca_file: str | None = None
    via: str = "slug"

    def __post_init__(self) -> None:
        check_retries(self.max_retries)
        for name in ("timeout", "connect_timeout", "first_byte_timeout", "idle_timeout", "deadline"):
            check_duration(getattr(self, name), name)
        for name, value in self.headers.items():
            check_header(name, value)
        check_choice(self.on_restart, "on_restart", ("error", "discard"))
        check_choice(self.via, "via", ("slug", "api"))
        if self.max_event_bytes < 1:
            raise ConfigError("max_event_bytes must be positive")


@dataclass(frozen=True)
class CallOptions:
    """What one call may say otherwise. Durations are seconds, None is no limit."""

    timeout: Seconds = UNSET
    connect_timeout: Seconds = UNSET
    first_byte_timeout: Seconds = UNSET
    idle_timeout: Seconds = UNSET
    deadline: Seconds = UNSET
    max_retries: int | None = None
    extra_headers: Mapping[str, str] | None = None
    extra_query: Mapping[str, Any] | None = None
    extra_body: Mapping[str, Any] | None = None


def resolve(config: Config, options: CallOptions) -> Config:
    """The settings of one call: its own options over the client's."""
    changes: dict[str, Any] = {}
    for name in ("timeout", "connect_timeout", "first_byte_timeout", "idle_timeout", "deadline"):
        value = getattr(options, name)
        if not isinstance(value, _Unset):
            changes[name] = value
    if "timeout" in changes:  # said for this call, it beats a finer limit said for the client
        for name in ("first_byte_timeout", "idle_timeout"):
            changes.setdefault(name, UNSET)
    if options.max_retries is not None:
        changes["max_retries"] = options.max_retries
    if options.extra_headers:
        changes["headers"] = {**config.headers, **options.extra_headers}
    return replace(config, **changes) if changes else config


def check_url(url: str, name: str) -> str:
    """A base URL without trailing slashes, or a `config` error that says what is wrong with it."""
    text = url.strip().rstrip("/")
    try:
        parts = urlsplit(text)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        raise ConfigError(f"{name} is no URL") from None
    if parts.scheme not in ("http", "https") or not host:
        raise ConfigError(f"{name} must be an http or https URL with a host, such as {DEFAULT_API_URL}")
    if "@" in parts.netloc:
        raise ConfigError(f"{name} must not hold a user name or password; pass api_key= instead")
    if parts.query or parts.fragment or any(c <= " " for c in text):
        raise ConfigError(f"{name} must not hold a query, a fragment or white space: {text!r}")
    return text


def check_duration(value: Seconds, name: str) -> None:
    if isinstance(value, _Unset) or value is None:
        return
    if isinstance(value, bool) or not isinstance(value, (int, float)) or math.isnan(value) or value <= 0:
        raise ConfigError(f"{name} must be a positive number of seconds, or None for no limit, not {value!r}")


def check_retries(value: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ConfigError(f"max_retries must be a whole number from 0 up, not {value!r}")


def check_header(name: str, value: str) -> None:
    """Refuses what could split a request (RFC 9110, section 5.5); the value is not shown, it may be a key."""
    if not name or not all(c.isalnum() or c in "!#$%&'*+-.^_`|~" for c in name) or not name.isascii():
        raise ConfigError(f"{name!r} is no header name")
    if any(c in "\r\n\0" for c in value):
        raise ConfigError(f"the value of header {name} holds a line break or NUL")


def check_choice(value: str, name: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ConfigError(f"{name} must be one of {', '.join(choices)}, not {value!r}")

"""Options of a client and of a call, checked before anything is sent."""

from __future__ import annotations

import enum
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import urlsplit

from ._errors import ConfigError

if TYPE_CHECKING:
    from ._auth import Auth
    from ._hooks import Hooks
    from .testing import Seam

DEFAULT_API_URL = "https://api.chutes.ai"
DEFAULT_LLM_URL = "https://llm.chutes.ai/v1"
DEFAULT_IMAGE_URL = "https://image.chutes.ai"
DEFAULT_EMBED_URL = "https://embed.chutes.ai"
DEFAULT_CHUTE_URL = "https://{slug}.chutes.ai"

_DEFAULT_HOSTS = {
    urlsplit(DEFAULT_API_URL).hostname: "api",
    urlsplit(DEFAULT_LLM_URL).hostname: "llm",
    urlsplit(DEFAULT_IMAGE_URL).hostname: "image",
    urlsplit(DEFAULT_EMBED_URL).hostname: "embed",
}

ENV_API_KEY = "CHUTES_API_KEY"
ENV_BASE_URL = "CHUTES_BASE_URL"
ENV_API_URL = "CHUTES_API_URL"
ENV_LLM_URL = "CHUTES_LLM_URL"
ENV_IMAGE_URL = "CHUTES_IMAGE_URL"
ENV_EMBED_URL = "CHUTES_EMBED_URL"
ENV_CHUTE_URL = "CHUTES_CHUTE_URL"

MAX_CONCURRENCY = 8
"""Requests `images.generate_many` has open at once."""
MAX_TURNS = 10
"""Turns of a run of tools unless another number is given."""


class Omit(enum.Enum):
    """The type of `OMIT`: an option or field that was not given. `None` is a value of its own (no limit, or JSON null)."""

    OMIT = "omit"

    def __repr__(self) -> str:
        return "OMIT"

    def __bool__(self) -> bool:
        return False


OMIT = Omit.OMIT
"""Not given: the default holds, and the field is not sent."""

Seconds: TypeAlias = "float | Omit | None"
"""A duration option in seconds: `None` is no limit, `OMIT` the default."""


@dataclass(frozen=True)
class Endpoints:
    """Base URLs of the five hosts. `chute` is a template that holds `{slug}`.

    >>> Endpoints.from_base("http://127.0.0.1:8000/").llm
    'http://127.0.0.1:8000/llm/v1'
    """

    api: str = DEFAULT_API_URL
    llm: str = DEFAULT_LLM_URL
    image: str = DEFAULT_IMAGE_URL
    embed: str = DEFAULT_EMBED_URL
    chute: str = DEFAULT_CHUTE_URL

    def __post_init__(self) -> None:
        for name in ("api", "llm", "image", "embed"):
            object.__setattr__(self, name, check_url(getattr(self, name), f"the {name} endpoint"))
        object.__setattr__(self, "chute", check_template(self.chute, "the chute endpoint"))

    @classmethod
    def from_base(cls, base_url: str, name: str = "base_url") -> Endpoints:
        """All five hosts behind one base URL, as the local platform and gateways serve them. `name` is what an error calls it."""
        base = check_url(base_url, name)
        if (host := urlsplit(base).hostname) in _DEFAULT_HOSTS:
            raise ConfigError(
                f"{host} is one of the platform's own hosts, which serve one thing each: leave base_url and {ENV_BASE_URL} out,"
                f" or set that host alone by endpoints=Endpoints({_DEFAULT_HOSTS[host]}=…)"
            )
        return cls(base, f"{base}/llm/v1", f"{base}/image", f"{base}/embed", f"{base}/chute/{{slug}}")

    @classmethod
    def from_env(cls) -> Endpoints:
        """Defaults, overridden by `CHUTES_BASE_URL`, overridden by `CHUTES_API_URL` and its siblings."""
        base = os.environ.get(ENV_BASE_URL, "").strip()
        found = cls.from_base(base, ENV_BASE_URL) if base else cls()
        names = {
            "api": ENV_API_URL,
            "llm": ENV_LLM_URL,
            "image": ENV_IMAGE_URL,
            "embed": ENV_EMBED_URL,
            "chute": ENV_CHUTE_URL,
        }
        for name, variable in names.items():
            if value := os.environ.get(variable, "").strip():
                found = replace(found, **{name: check_template(value, variable) if name == "chute" else check_url(value, variable)})
        return found


@dataclass(frozen=True)
class Config:
    """The settings of one client, after checking. Durations are seconds, `None` is no limit."""

    endpoints: Endpoints
    auth: Auth
    seam: Seam
    timeout: Seconds = OMIT
    connect_timeout: Seconds = OMIT
    first_byte_timeout: Seconds = OMIT
    idle_timeout: Seconds = OMIT
    deadline: Seconds = OMIT
    max_retries: int = 2
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    on_restart: Literal["error", "discard"] = "error"
    via: Literal["slug", "api"] = "slug"
    ready: Literal["retry", "wait"] = "retry"
    hooks: Hooks | None = None
    max_event_bytes: int = 64 * 1024 * 1024


@dataclass(frozen=True)
class CallOptions:
    """What one call may override. All times are seconds.

    Attributes:
        timeout: limit for the first byte and for silence in the body, per attempt.
        connect_timeout, first_byte_timeout, idle_timeout: the same limits one by one.
        deadline: limit for the whole call, attempts and waits included.
        max_retries: retries after the first attempt, 0 or more.
        ready: `"wait"` warms a cold chute up and waits for it instead of retrying (invocation calls only).
        extra_headers, extra_query, extra_body: merged last, over everything else.
    """

    timeout: Seconds = OMIT
    connect_timeout: Seconds = OMIT
    first_byte_timeout: Seconds = OMIT
    idle_timeout: Seconds = OMIT
    deadline: Seconds = OMIT
    max_retries: int | Omit = OMIT
    ready: Literal["retry", "wait"] | Omit = OMIT
    extra_headers: Mapping[str, str] | None = None
    extra_query: Mapping[str, Any] | None = None
    extra_body: Mapping[str, Any] | None = None

    def limits_only(self) -> CallOptions:
        """These options for a look-up that the call needs: what is sent along with the call is not the look-up's."""
        return replace(self, ready=OMIT, extra_headers=None, extra_query=None, extra_body=None)


DURATIONS = ("timeout", "connect_timeout", "first_byte_timeout", "idle_timeout", "deadline")
CALL_OPTIONS = frozenset(CallOptions.__dataclass_fields__)
_NO_OPTIONS = CallOptions()


def call_options(options: Mapping[str, Any]) -> CallOptions:
    """Checks the keyword options of one call."""
    if not options:
        return _NO_OPTIONS
    unknown = [name for name in options if name not in CALL_OPTIONS]
    if unknown:
        raise ConfigError(f"unknown option {unknown[0]!r}; options of a call are {', '.join(sorted(CALL_OPTIONS))}")
    for name in DURATIONS:
        check_duration(options.get(name, OMIT), name)
    if options.get("max_retries", OMIT) is not OMIT:
        check_retries(options["max_retries"])
    if options.get("ready", OMIT) is not OMIT:
        check_choice("ready", options["ready"], ("retry", "wait"))
    check_headers(options.get("extra_headers"), "extra_headers")
    return CallOptions(**options)


def resolve(config: Config, options: CallOptions) -> CallOptions:
    """The settings that hold for one call: the call's own, else the client's. A call's `timeout` beats a client's single limits."""
    merged: dict[str, Any] = {}
    for name in DURATIONS:
        own = getattr(options, name)
        beaten = name in ("first_byte_timeout", "idle_timeout") and options.timeout is not OMIT
        merged[name] = own if own is not OMIT or beaten else getattr(config, name)
    merged["max_retries"] = config.max_retries if options.max_retries is OMIT else options.max_retries
    return replace(options, **merged)


def check_url(url: Any, name: str) -> str:
    """Returns `url` without trailing slashes, or raises `ConfigError` naming the option."""
    if not isinstance(url, str):
        raise ConfigError(f"{name} must be a string, not {type(url).__name__}")
    trimmed = url.strip().rstrip("/")
    try:
        parts = urlsplit(trimmed)
        port_ok = parts.port is None or parts.port >= 0
    except ValueError:
        raise ConfigError(f"{name} is not a URL") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_ok:
        raise ConfigError(f"{name} must begin with http:// or https:// and name a host")
    if "@" in parts.netloc:
        raise ConfigError(f"{name} must not hold user info; give the key as api_key")
    if "?" in trimmed or "#" in trimmed:
        raise ConfigError(f"{name} must have no query and no fragment")
    if re.search(r"[\x00-\x20\x7f\\]", trimmed):
        raise ConfigError(f"{name} holds a space or a control character")
    return trimmed


def check_template(url: Any, name: str) -> str:
    """The same for the address of chutes, which holds `{slug}`."""
    if not isinstance(url, str) or "{slug}" not in url:
        raise ConfigError(f"{name} must contain {{slug}}, for example {DEFAULT_CHUTE_URL}")
    check_url(url.replace("{slug}", "slug-"), name)
    return url.strip().rstrip("/")


def check_duration(value: Any, name: str) -> None:
    """Refuses zero, negative and odd durations: zero is never \"no limit\", `None` is."""
    if value is OMIT or value is None:
        return
    if not isinstance(value, (int, float)):
        single = "connect_timeout, first_byte_timeout and idle_timeout are the single limits"
        raise ConfigError(f"{name} must be a number of seconds, or None for no limit; {single}")
    if isinstance(value, bool) or not value > 0:
        raise ConfigError(f"{name} must be a positive number of seconds, or None for no limit")


def check_choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ConfigError(f"{name} must be one of {', '.join(allowed)}")


def check_retries(value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ConfigError("max_retries must be a whole number, 0 or more")


_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


def check_header(name: Any, value: Any) -> None:
    """Refuses header names and values that would break the request apart. The value is not shown: it may be a key."""
    if not isinstance(name, str) or not _TOKEN.fullmatch(name):
        raise ConfigError(f"{name!r} is not a header name")
    if not isinstance(value, str):
        raise ConfigError(f"the value of header {name} must be a string")
    if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value):
        raise ConfigError(f"the value of header {name} holds a line break or another control character")
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        raise ConfigError(f"the value of header {name} holds characters that headers cannot carry") from None


def check_headers(headers: Any, option: str) -> dict[str, str]:
    """Checks the headers of an option, which may be None."""
    if headers is not None and not isinstance(headers, Mapping):
        raise ConfigError(f"{option} must be a mapping of names to values")
    given: dict[str, str] = dict(headers or {})  # pyright: ignore[reportUnknownArgumentType]
    for name, value in given.items():
        check_header(name, value)
        if name.lower() in ("content-length", "transfer-encoding"):  # beside the client's own, a request of two lengths
            raise ConfigError(f"the header {name} is set by the client alone: it follows the body")
    return given


def find_key(api_key: Any) -> str | None:
    """The key to use: the argument, else `CHUTES_API_KEY`. An argument that is empty is refused, never replaced."""
    if api_key is not None:
        if api_key == "" or (isinstance(api_key, str) and api_key.isspace()):
            raise ConfigError(f"api_key is empty: leave it out to take the key from {ENV_API_KEY}")
        return check_key(api_key)
    found = os.environ.get(ENV_API_KEY, "").strip()
    return check_key(found, ENV_API_KEY) if found else None


def check_key(key: Any, name: str = "the API key") -> str:
    """A key without the white space around it. What is wrong with one is told without showing it."""
    if not isinstance(key, str):
        raise ConfigError(f"{name} must be a string, not {type(key).__name__}")
    text: str = key.strip()
    if not text:
        raise ConfigError(f"{name} is empty")
    if re.search(r"[\x00-\x1f\x7f]", text) or not text.isascii():
        raise ConfigError(f"{name} holds a control character or a character outside ASCII; copy it again")
    if text[0] in "\"'`" or text[-1] in "\"'`":
        raise ConfigError(f"{name} has quotes around it: leave them out")
    if text[:7].lower() == "bearer ":
        raise ConfigError(f"{name} begins with 'Bearer ': leave that word out, the client adds it")
    return text

"""The request as it will be on the wire: path, query and body, built once per call and sent byte-identical on each attempt.

This half of the stem waits for nothing; the half that sends is `_async/_request.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from ._config import Config, check_header
from ._deadline import Surface
from ._errors import ConfigError
from ._values import OMIT, Model
from ._version import VERSION

MAX_REDIRECTS = 5
USER_AGENT = f"chutes-client-python/{VERSION}"

Host = Literal["api", "llm", "image", "embed"]
Result = Literal["none", "json", "text", "html", "csv", "bytes", "sse", "lines"]
_ACCEPT: dict[str, str] = {"sse": "text/event-stream", "json": "application/json", "bytes": "*/*", "image": "image/*"}
_SEGMENT_SAFE = "-._~!$&'()*+,;=:@"


class Param(NamedTuple):
    """A path parameter; `keep_slash` where the route takes names such as `deepseek-ai/DeepSeek-V3` raw."""

    name: str
    value: str
    keep_slash: bool = False


@dataclass
class Call:
    """What a method describes; everything else is decided by the runtime."""

    method: str
    path: Sequence[str | Param]
    host: Host = "api"
    base: str | None = None
    """An explicit base URL (a chute's host), instead of `host`."""
    query: Mapping[str, Any] = field(default_factory=dict[str, Any])
    body: Any = OMIT
    result: str = "json"
    idempotent: bool = True
    surface: Surface = "management"
    operation: str = ""
    accept: str | None = None


@dataclass
class Request:
    """A built request."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None


def build(call: Call, config: Config, extra_query: Mapping[str, Any] | None, extra_body: Mapping[str, Any] | None) -> Request:
    """URL, headers and body of a call. Every refusal of bad input happens here, before anything is sent."""
    base = call.base if call.base is not None else str(getattr(config.endpoints, call.host))
    query = encode_query({**call.query, **(extra_query or {})})
    url = base + join_path(call.path) + (f"?{query}" if query else "")
    headers = {"User-Agent": USER_AGENT, "Accept": call.accept or _ACCEPT.get(call.result, "*/*")}
    body = encode_body(call.body, extra_body)
    if body is not None:
        headers["Content-Type"] = "application/json"
    for name, value in config.headers.items():
        check_header(name, value)
        for known in [h for h in headers if h.lower() == name.lower()]:
            del headers[known]
        headers[name] = value
    return Request(call.method, url, headers, body)


def join_path(parts: Iterable[str | Param]) -> str:
    """The path exactly as documented, its parameters checked and escaped."""
    out: list[str] = []
    for part in parts:
        if isinstance(part, str):
            out.append(part)
            continue
        check_path_param(part)
        pieces = part.value.split("/") if part.keep_slash else [part.value]
        out.append("/".join(escape_segment(piece) for piece in pieces))
    return "".join(out)


def escape_segment(text: str) -> str:
    """Percent-encodes all that is no path character (RFC 3986, section 3.3)."""
    return quote(text, safe=_SEGMENT_SAFE)


def check_path_param(part: Param) -> None:
    """Refuses what would address something else: an empty value lists, and a dot segment climbs."""
    if not isinstance(part.value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigError(f"{part.name} must be a string, not {type(part.value).__name__}")
    pieces = part.value.split("/") if part.keep_slash else [part.value]
    if any(piece in ("", ".", "..") for piece in pieces):
        raise ConfigError(f"{part.name} must not be empty, '.' or '..' (nor have such a part): {part.value!r}")


def check_path(path: str) -> str:
    """A relative path a caller wrote himself: it must begin with a slash and must not climb."""
    if not path.startswith("/"):
        path = "/" + path
    if any(piece in (".", "..") for piece in path.partition("?")[0].split("/")) or any(c <= " " for c in path):
        raise ConfigError(f"the path must not hold '.' or '..' parts or white space: {path!r}")
    return quote(path, safe=_SEGMENT_SAFE + "/%?")


def encode_query(query: Mapping[str, Any]) -> str:
    """Query arguments that were given: OMIT and None are absent, booleans are `true` and `false`, lists repeat the name."""
    pairs: list[tuple[str, str]] = []
    for name, value in query.items():
        if value is None or value is OMIT:
            continue
        for item in value if isinstance(value, (list, tuple)) else [value]:
            pairs.append((name, ("true" if item else "false") if isinstance(item, bool) else str(item)))
    return urlencode(pairs, quote_via=quote)


def encode_body(body: Any, extra: Mapping[str, Any] | None = None) -> bytes | None:
    """JSON without white space, UTF-8, fields in the order given; OMIT is absent, `extra` comes last."""
    if body is OMIT and not extra:
        return None
    value = plain(body)
    if extra:
        if value is None:
            value = {}
        if not isinstance(value, dict):
            raise ConfigError("extra_body needs a body that is an object")
        value = {**value, **plain(dict(extra))}
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "surrogatepass")
    except (TypeError, ValueError) as error:
        raise ConfigError(f"the body cannot be written as JSON: {error}") from None


def plain(value: Any) -> Any:
    """JSON values out of models, mappings and sequences, without what is OMIT."""
    if isinstance(value, Model):
        return plain(value.to_dict())
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items() if v is not OMIT}  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value if v is not OMIT]  # pyright: ignore[reportUnknownVariableType]
    return None if value is OMIT else value


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port."""
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or ""), parts.port or (443 if parts.scheme == "https" else 80)

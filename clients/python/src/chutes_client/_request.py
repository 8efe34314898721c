"""A request before it is sent: how its URL, headers and body are made. The loop around it is in `_async/_request.py`."""

from __future__ import annotations

import hashlib
import json
import math
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast
from urllib.parse import quote, unquote, urljoin, urlsplit

from ._config import OMIT, CallOptions, Config, Endpoints, check_header
from ._deadline import Deadline, Surface
from ._errors import ConfigError, UnexpectedResponseError
from ._json import is_array, is_object
from ._redact import is_secret
from ._version import __version__

if TYPE_CHECKING:
    from ._journey import Journey
    from ._multipart import Multipart
    from .testing import Seam

MAX_REDIRECTS = 5
_ANY_SLUG = "any0slug"
USER_AGENT = f"chutes-client-python/{__version__}"
ACCEPT_ENCODING = "gzip, deflate"
"""What `_transport.Decoding` decodes, event by event."""

Result = Literal["json", "text", "bytes", "none", "sse", "lines", "raw"]
Host = Literal["api", "llm", "image", "embed"]


@dataclass(frozen=True)
class Param:
    """A path parameter: escaped whole, or by segment where the server takes slashes in it (`keep_slash`)."""

    name: str
    value: Any
    keep_slash: bool = False


PathPart: TypeAlias = "str | Param"


@dataclass
class Call:
    """What a generated or hand-written method wants done.

    Attributes:
        operation_id: name in the document, for messages.
        method: HTTP method.
        path_parts: literals and `Param`s, joined below the base.
        query: fields that are `OMIT` or None are not sent.
        body: sent as JSON; `OMIT` fields at its top level are left out. `OMIT` is no body.
        headers: extra headers of this operation.
        result: what the answer is.
        host: whose base URL; `base` overrides it.
        idempotent: False for writes that must never be sent twice.
        surface: decides limits and retries.
        form: fields of a URL-encoded body.
        content: a body that is bytes already, or a multipart plan.
        purpose: what a hotkey signs where there is no body.
        public: needs no credential, so that none is made for it.
        credential: sent bare in `Authorization` instead of the client's own.
        endless: a stream without an idle limit.
        models: asked in turn instead of the body's own `model`, see `_fallback`.
        deadline: one that began with a look-up before this call, and goes on.
    """

    operation_id: str
    method: str
    path_parts: Sequence[PathPart]
    query: Mapping[str, Any] = field(default_factory=dict[str, Any])
    body: Any = OMIT
    headers: Mapping[str, Any] = field(default_factory=dict[str, Any])
    result: Result = "json"
    host: Host = "api"
    idempotent: bool = True
    paginated: bool = False
    surface: Surface = "management"
    base: str | None = None
    accept: str | None = None
    form: Mapping[str, Any] | None = None
    content: bytes | Multipart | None = None
    purpose: str | None = None
    public: bool = False
    credential: str | None = None
    endless: bool = False
    models: tuple[str, ...] = ()
    deadline: Deadline | None = None


@dataclass
class Request:
    """One request, byte for byte. `headers` keep their spelling; names are unique regardless of case.

    Attributes:
        operation, purpose, public: as in `Call`, for an `Auth` that signs.
        now: Unix time of this attempt by the client's own clock.
        deadline: of the call, for an `Auth` that has to wait.
        journey: the call it belongs to.
    """

    method: str
    url: str
    headers: dict[str, str]
    content: bytes | Multipart | None
    operation: str = ""
    purpose: str | None = None
    public: bool = False
    now: float = 0.0
    deadline: Deadline | None = field(default=None, repr=False)
    journey: Journey | None = field(default=None, repr=False)

    def body_sha256(self) -> str:
        """The hash of the exact bytes of the body, hexadecimal; of nothing where there is none."""
        if self.content is None or isinstance(self.content, bytes):
            return hashlib.sha256(self.content or b"").hexdigest()
        return self.content.sha256()

    def set_header(self, name: str, value: str) -> None:
        self.drop_header(name)
        self.headers[name] = value

    def has_header(self, name: str) -> bool:
        lowered = name.lower()
        return any(existing.lower() == lowered for existing in self.headers)

    def credentials(self) -> list[str]:
        """The bare keys and tokens among the headers. Shorter ones than four characters are no secrets."""
        found = [value.rpartition(" ")[2] for name, value in self.headers.items() if name.lower() in ("authorization", "x-api-key")]
        return list(filter(is_secret, found))

    def drop_header(self, name: str) -> None:
        lowered = name.lower()
        for existing in [n for n in self.headers if n.lower() == lowered]:
            del self.headers[existing]


_ACCEPTS = {
    "json": "application/json",
    "text": "*/*",
    "bytes": "*/*",
    "none": "application/json",
    "sse": "text/event-stream",
    "lines": "*/*",
    "raw": "*/*",
}


def build(call: Call, config: Config, options: CallOptions) -> Request:
    """Makes the request of a call; the body is encoded here once and is the same on every attempt."""
    base = call.base if call.base is not None else getattr(config.endpoints, call.host)
    url = base + join_path(call.path_parts)
    query = encode_query({**call.query, **(options.extra_query or {})})
    if query:
        url += ("&" if "?" in url else "?") + query
    content, content_type = _content(call, config.seam, options)
    request = Request(call.method, url, {}, content, call.operation_id, call.purpose, call.public)
    defaults = {
        "User-Agent": USER_AGENT,
        "Accept": call.accept or _ACCEPTS[call.result],
        "Accept-Encoding": ACCEPT_ENCODING,
    }
    if content_type:
        defaults["Content-Type"] = content_type
    given = {name: value for name, value in call.headers.items() if value is not OMIT}
    for headers in (defaults, given, config.headers, options.extra_headers or {}):
        for name, value in headers.items():
            request.set_header(name, _header(name, value))
    if call.credential is not None:
        request.set_header("Authorization", _header("fingerprint", call.credential))
    if content is not None and not isinstance(content, bytes):
        request.set_header("Content-Length", str(content.length))
    return request


def _header(name: str, value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    check_header(name, text)
    return text


def _content(call: Call, seam: Seam, options: CallOptions) -> tuple[bytes | Multipart | None, str]:
    """The body of a call in the form its operation takes, and its content type."""
    if call.content is not None or call.form is not None:
        if options.extra_body is not None:
            raise ConfigError("extra_body needs a call whose body is a JSON object")
        if call.form is not None:
            return encode_query(call.form).encode(), "application/x-www-form-urlencoded"
        if call.content is not None and not isinstance(call.content, bytes):
            if seam.seeded:
                call.content.draw(seam.random)
            return call.content, call.content.content_type
        return call.content, "application/octet-stream"
    content = encode_body(call.body, options.extra_body)
    return content, "" if content is None else "application/json"


def body_of(call: Call) -> Literal["json", "stream", "endless", "bytes"]:
    """What the limits of a call depend on: uploads and downloads take as long as they take."""
    if call.result in ("sse", "lines"):
        return "endless" if call.endless else "stream"
    uploads = call.content is not None and not isinstance(call.content, bytes)
    return "bytes" if uploads or call.result in ("bytes", "text") else "json"


def join_path(parts: Sequence[PathPart]) -> str:
    """Joins literals and escaped parameters; nothing is normalised, trailing slashes stay.

    >>> join_path(["/chutes/", Param("name", "a b/c", keep_slash=True)])
    '/chutes/a%20b/c'
    """
    return "".join(part if isinstance(part, str) else _escape(part) for part in parts)


def _escape(param: Param) -> str:
    text = check_path_param(param)
    return "/".join(escape_segment(s) for s in text.split("/")) if param.keep_slash else escape_segment(text)


def escape_segment(text: str) -> str:
    """Percent-encodes everything but the unreserved characters of RFC 3986."""
    return quote(utf8(text), safe="")


def check_path_param(param: Param) -> str:
    """Refuses what would make the URL point elsewhere: URL libraries fold `/chutes/..` to `/`, also when it is escaped."""
    value = param.value
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if value is None or value is OMIT or text in ("", ".", ".."):
        raise ConfigError(f"{param.name} must not be empty, '.' or '..'")
    if param.keep_slash and any(segment in ("", ".", "..") for segment in text.split("/")):
        raise ConfigError(f"{param.name} must not have empty, '.' or '..' parts between slashes")
    return text


def check_path(path: str, *, query: bool = False) -> str:
    """Refuses a path that a URL parser or a server would fold into another one, or cut.

    Args:
        path: begins with `/`; what is percent-encoded stays so.
        query: whether a query may follow it.

    >>> check_path("/a%20b/...")
    '/a%20b/...'
    """
    if re.search(r"[\x00-\x1f\x7f\\#]" if query else r"[\x00-\x1f\x7f\\#?]", path):
        raise ConfigError(f"path must not hold a backslash, a control character{',' if query else ', ?'} or #")
    parts = re.split(r"[/\\]", unquote(path.partition("?")[0]))
    if any(part.strip() in (".", "..") for part in parts):
        raise ConfigError("path must not have '.' or '..' parts")
    return path


def encode_query(query: Mapping[str, Any]) -> str:
    """`a=1&b=true&b=false`: lists repeat the name, None and `OMIT` are left out, booleans are lower case."""
    pairs: list[str] = []
    for name, value in query.items():
        items = cast("Sequence[Any]", value) if isinstance(value, (list, tuple)) else (value,)
        for item in items:
            if item is None or item is OMIT:
                continue
            text = str(item).lower() if isinstance(item, bool) else item.isoformat() if isinstance(item, datetime) else str(item)
            pairs.append(f"{escape_segment(name)}={escape_segment(text)}")
    return "&".join(pairs)


def encode_body(body: Any, extra: Mapping[str, Any] | None = None) -> bytes | None:
    """JSON without white space, in UTF-8, fields in the order given; `extra` is merged last."""
    if body is OMIT and extra is None:
        return None
    value: Any = body
    try:
        value = plain({} if body is OMIT else body)
        if extra is not None:
            if not is_object(value):
                raise ConfigError("extra_body needs a call whose body is a JSON object")
            value = {**value, **plain(extra)}
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ConfigError(f"the request body is no JSON: {_odd_place(value) or error}") from None
    return utf8(text)


def _odd_place(value: Any, place: str = "", depth: int = 0) -> str:
    """Where in a body the first thing stands that JSON cannot say, and what it is."""
    if depth > 100:
        return f"{place[:80]}… goes too deep, or holds itself"
    children: Iterable[tuple[str, Any]] = ()
    if is_object(value):
        children = ((f"{place}.{name}".removeprefix("."), item) for name, item in value.items())
    elif is_array(value):
        children = ((f"{place}[{index}]", item) for index, item in enumerate(value))
    elif isinstance(value, float) and not math.isfinite(value):
        return f"{place or 'it'} is {value}"
    elif not isinstance(value, (str, int, float, type(None))):
        hint = "; .parse(…) takes a model" if isinstance(value, type) else ""
        return f"{place or 'it'} is of type {type(value).__name__}{hint}"
    return next(filter(None, (_odd_place(item, where, depth + 1) for where, item in children)), "")


def utf8(text: str) -> bytes:
    """A text as UTF-8; halves of surrogate pairs, which it cannot hold, are replaced."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode()


def plain(value: Any) -> Any:
    """A value as plain JSON data: models by their wire shape with only the fields that were set, `OMIT` fields left out."""
    if isinstance(value, (str, int, float, type(None))):
        return value
    if isinstance(value, Mapping):
        fields: Mapping[Any, Any] = value  # pyright: ignore[reportUnknownVariableType]
        return {str(name): plain(item) for name, item in fields.items() if item is not OMIT}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in cast("Sequence[Any]", value)]
    if hasattr(value, "to_dict"):
        return value.to_dict()
    model = sys.modules.get("pydantic")
    if model is not None and isinstance(value, model.BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    return value


@lru_cache(maxsize=256)
def owns(endpoints: Endpoints, url_origin: str) -> bool:
    """Whether an origin is one of a client's own hosts, a chute's host by the template included."""
    ours = (endpoints.api, endpoints.llm, endpoints.image, endpoints.embed, endpoints.chute.replace("{slug}", _ANY_SLUG))
    patterns = (re.escape(origin(url)).replace(_ANY_SLUG, r"[^./:@]+") for url in ours)
    return any(re.fullmatch(pattern, url_origin) for pattern in patterns)


def foreign_host(url: str, endpoints: Endpoints) -> str:
    """The host of a URL that is none of a client's own, where its key stays at home; empty for those that are."""
    try:
        return "" if owns(endpoints, origin(url)) else urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        raise ConfigError("this is no URL that a request can go to") from None


def origin(url: str) -> str:
    """Scheme, host and port of a URL, with the port always spelled out."""
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    return f"{parts.scheme}://{parts.hostname}:{port}"


_CREDENTIALS = ("authorization", "x-api-key", "cookie", "proxy-authorization")


def keep_home(request: Request, client: Mapping[str, str], call: Mapping[str, str] | None) -> None:
    """Takes the credentials among the headers of a client out of a request to a foreign host; those given for the call stay."""
    given = {name.lower() for name in call or ()}
    for name in client:
        if name.lower() in _CREDENTIALS and name.lower() not in given:
            request.drop_header(name)


def redirected(request: Request, status: int, location: str, hops: int) -> Request:
    """The request that follows a redirect, or `UnexpectedResponseError` where following it would be wrong.

    307 and 308 keep method and body; 301, 302 and 303 are followed for GET and HEAD only. A body never goes to another
    origin; a GET may, without credentials.
    """
    if hops >= MAX_REDIRECTS:
        raise UnexpectedResponseError(f"more than {MAX_REDIRECTS} redirects", status=status)
    if not location.strip():
        raise UnexpectedResponseError(f"HTTP {status} without a Location", status=status)
    try:
        target = urljoin(request.url, location.strip())
        here, there = origin(request.url), origin(target)
        usable = urlsplit(target).scheme in ("http", "https") and bool(urlsplit(target).hostname)
    except ValueError:
        usable, here, there, target = False, "", "", ""
    if not usable or any(ord(c) <= 32 or ord(c) == 127 for c in target):
        raise UnexpectedResponseError(f"HTTP {status} with a Location that is no http URL", status=status)
    target = target.partition("#")[0]
    safe = request.method in ("GET", "HEAD")
    if here != there and not safe:
        raise UnexpectedResponseError(f"refused to send this request from {here} on to {there}", status=status)
    if status in (301, 302, 303) and not safe:
        raise UnexpectedResponseError(f"HTTP {status} from {here} to {there} is not followed for {request.method}", status=status)
    headers = dict(request.headers)
    if here != there:
        headers = {n: v for n, v in headers.items() if n.lower() not in _CREDENTIALS and not n.lower().startswith("x-chutes-")}
    return replace(request, url=target, headers=headers)


def follows(status: int) -> bool:
    return status in (301, 302, 303, 307, 308)

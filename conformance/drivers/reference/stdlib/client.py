"""The reference client: configuration, one request loop with retries and redirects, lenient decoding."""

from __future__ import annotations

import json
import math
import os
import re
import threading
import time
from copy import copy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlencode, urljoin, urlsplit
from urllib.request import getproxies_environment, proxy_bypass_environment

import credentials
from chat import error_text, loads
from depth_hooks import Watch
from depth_limits import Limiter, Places
from depth_meta import Course, Prices
from faults import Fault, classify, clean
from policy import Attempt, Seam, decide
from wire import Body, Broken, Connection, Limits, Silent, translate

VERSION = "0.1.0"
DEFAULTS = {"api": "https://api.chutes.ai", "llm": "https://llm.chutes.ai/v1", "image": "https://image.chutes.ai",
            "embed": "https://embed.chutes.ai", "chute": "https://{slug}.chutes.ai"}
BELOW_BASE = {"api": "", "llm": "/llm/v1", "image": "/image", "embed": "/embed", "chute": "/chute/{slug}"}
DURATIONS = ("timeout_ms", "connect_timeout_ms", "first_byte_timeout_ms", "idle_timeout_ms", "deadline_ms")
ANSWER_MAX = 256 * 1024 * 1024
ERROR_MAX = 1024 * 1024
MAX_REDIRECTS = 5


def config(message: str) -> Fault:
    return Fault("config", message)


def check_url(name: str, url: str, host: str | None = None) -> str:
    """A usable base URL without trailing slashes. `name` is what the caller gave it as."""
    if not usable(url):
        raise config(f"{name}: {url!r} is not an http(s) URL with a host")
    parts = urlsplit(url)
    if parts.query or parts.fragment or parts.username or "?" in url or "#" in url:
        raise config(f"{name}: a base URL has no query, fragment or user info")
    if (host or name) == "chute" and "{slug}" not in url:
        raise config(f"{name}: the URL of chutes is a template and must contain {{slug}}")
    return url.rstrip("/")


def check_base(url: str, name: str = "base_url") -> str:
    """A base of all five hosts, which a default host is not."""
    base = check_url(name, url)
    if base.startswith("https://") and re.fullmatch(r"(api|llm|image|embed)\.chutes\.ai", urlsplit(base).hostname or ""):
        raise config(f"{name} sets all five hosts: give {urlsplit(base).hostname} as an endpoint of its own")
    return base


def check_options(options: dict[str, Any]) -> None:
    for name in DURATIONS:
        value = options.get(name)
        if value is not None and not (isinstance(value, (int, float)) and value > 0 and not math.isnan(value)):
            raise config(f"{name.removesuffix('_ms')} must be greater than zero, or null for no limit")
    if options.get("max_retries", 0) < 0:
        raise config("max_retries must not be below 0")


def check_headers(headers: dict[str, Any]) -> None:
    for name, value in headers.items():
        if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", f"{name}{value}"):
            raise config(f"the header {name.split()[0] if name.split() else ''!r} contains a control character")
        if name.lower() in ("content-length", "transfer-encoding"):
            raise config(f"the header {name} is set by the client alone")


def origin(url: SplitResult) -> str:
    return f"{url.scheme}://{url.hostname}:{url.port or (443 if url.scheme == 'https' else 80)}"


def usable(url: str) -> bool:
    """Whether this is a URL that can be called."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def escape(name: str, value: str, keep_slash: bool = False) -> str:
    """A path parameter, escaped whole, or but for `/`."""
    if any(part in ("", ".", "..") for part in (value.split("/") if keep_slash else [value])):
        raise config(f"{name} must not be empty, '.' or '..'")
    return quote(value, safe="/" if keep_slash else "")


def as_it_reads(text: str) -> str:
    """A path (or URL) that a caller wrote, which no parser and no server folds or cuts."""
    path = text.partition("?")[0]
    folded = any(part.strip() in (".", "..") for part in re.split(r"[/\\]", unquote(path)))
    if folded or "\\" in path or re.search(r"[#\x00-\x1f\x7f]", text):
        raise config("a path must hold no . or .. segment, no backslash, no fragment and no control character")
    return text


def vouched(headers: dict[str, str]) -> bool:
    """Whether the caller says who calls."""
    return not {"authorization", "x-api-key"}.isdisjoint(name.lower() for name in headers)


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    raw: bytes
    attempts: int

    @property
    def request_id(self) -> str | None:
        return self.headers.get("x-request-id") or self.headers.get("x-chutes-invocationid")


@dataclass
class Call:
    """One call, ready to be sent as often as need be."""

    method: str
    url: str
    body: Any = None
    query: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    accept: str = "application/json"
    invocation: bool = False
    idempotent: bool = True
    stream: bool = False
    no_idle: bool = False
    signed: bool = True
    purpose: str | None = None
    name: str = ""
    credential: str | None = None
    public: bool = False
    long: bool = False
    operation: str = ""
    models: list[str] = field(default_factory=list)


class Client:
    """Settings as in the driver protocol: `endpoints` or `base_url`, `auth`, `client` options, `seam`."""

    def __init__(self, *, endpoints: dict[str, str] | None = None, base_url: str | None = None,
                 auth: dict[str, Any] | None = None, options: dict[str, Any] | None = None, seam: Seam | None = None) -> None:
        self.options = dict(options or {})
        check_options(self.options)
        check_headers(self.options.get("headers") or {})
        self.seam = seam or Seam()
        self.endpoints = self._endpoints(endpoints, base_url)
        self.mode = (auth or {}).get("mode") or "bearer"
        self.provider: credentials.Provider | None = None
        self.hotkey: credentials.Hotkey | None = None
        if self.mode == "hotkey":
            self.hotkey = credentials.Hotkey((auth or {})["seed"])
        elif self.mode == "hotkey-config":
            self.hotkey = credentials.Hotkey.from_config()
        self.key = self._key((auth or {}).get("api_key")) if self.mode in ("bearer", "x-api-key", "none") else ""
        self._idle: list[Connection] = []
        self._lock = threading.Lock()
        self.live: set[Connection] = set()
        self.budget = 100  # in tenths: ten gains make exactly one retry
        self.secrets: list[str] = [self.hotkey.seed] if self.hotkey else []
        self._told = threading.local()
        self.stored = 0
        rate, most = self.options.get("rate_limit_per_minute"), self.options.get("max_concurrency")
        self.limiter = None if rate is None else Limiter(rate, self.seam)
        self.places = None if most is None else Places(most, self.seam)
        self.prices = Prices()
        self.watch = Watch(lambda: [self.key, *self.secrets])
        self.handles: dict[str, Any] = {}
        self.chutes: dict[str, str] = {}  # the chute behind a base URL

    def with_options(self, options: dict[str, Any]) -> Client:
        """A client with other settings over the same connections."""
        headers = {name.lower(): (name, value) for given in (self.options, options) for name, value in (given.get("headers") or {}).items()}
        merged = {**self.options, **options, "headers": dict(headers.values())}
        check_options(merged)
        check_headers(merged["headers"])
        made = copy(self)
        made.options, made.handles = merged, {}
        return made

    def __repr__(self) -> str:
        return f"Client(api={self.endpoints['api']!r})"

    @property
    def last(self) -> dict[str, Any] | None:
        """What the latest answer that this thread got says of itself."""
        return getattr(self._told, "last", None)

    @last.setter
    def last(self, value: dict[str, Any] | None) -> None:
        self._told.last = value

    def _key(self, given: str | None) -> str:
        key = (given if given is not None else os.environ.get("CHUTES_API_KEY", "")).strip()
        if not key:
            raise config("no API key: pass api_key or set CHUTES_API_KEY")
        if re.search(r"[\x00-\x1f\x7f]", key):
            raise config("the API key contains a control character")
        if re.match(r"""["']|bearer\s""", key, re.IGNORECASE):
            raise config("the API key begins with a quotation mark or the word Bearer: leave that out")
        return key

    def _endpoints(self, given: dict[str, str] | None, base: str | None) -> dict[str, str]:
        out: dict[str, str] = {}
        env = os.environ.get("CHUTES_BASE_URL")
        for name, default in DEFAULTS.items():
            variable = f"CHUTES_{name.upper()}_URL"
            own = os.environ.get(variable)
            if given and given.get(name) is not None:
                out[name] = check_url(name, given[name])
            elif base is not None:
                out[name] = check_base(base) + BELOW_BASE[name]
            elif own:
                out[name] = check_url(variable, own, name)
            else:
                out[name] = check_base(env, "CHUTES_BASE_URL") + BELOW_BASE[name] if env else default
        return out

    def close(self) -> None:
        with self._lock:
            for connection in [*self._idle, *self.live]:
                connection.close()
            self._idle.clear()

    def cancel(self) -> None:
        """End whatever is under way: sleeps and sockets."""
        self.seam.cancelled.set()
        with self._lock:
            for connection in list(self.live):
                connection.interrupt()

    def release(self, body: Body) -> None:
        body.connection.leave()
        with self._lock:
            self.live.discard(body.connection)
            body.connection.reused = True
            self._idle.append(body.connection)

    def _connect(self, url: SplitResult, limits: Limits) -> Connection:
        wanted = (url.scheme, url.hostname or "", url.port or (443 if url.scheme == "https" else 80))
        with self._lock:
            for connection in [c for c in self._idle if c.origin == wanted]:
                self._idle.remove(connection)
                if not connection.stale:
                    self.live.add(connection)
                    return connection
                connection.close()
        return Connection(url, limits, self.options.get("ca_pem"), self._watch, proxy_for(url))

    def _watch(self, connection: Connection) -> None:
        with self._lock:
            self.live.add(connection)
        if self.seam.cancelled.is_set():
            raise Broken("the call was cancelled", connect=True, final=True)

    def limits(self, call: Call, options: dict[str, Any], until: float | None) -> Limits:
        """Seconds, from the call's options over the client's over the defaults of its surface."""
        def pick(name: str, default: float | None, both: bool = True) -> float | None:
            for source in (options, self.options):
                for key in (name, "timeout_ms") if both else (name,):
                    if key in source:
                        return None if source[key] is None else float(source[key]) / 1000
            return default

        idle = 120.0 if call.invocation else None if call.no_idle else 60.0
        return Limits(pick("connect_timeout_ms", 10.0, False), pick("first_byte_timeout_ms", 630.0 if call.invocation else 60.0),
                      pick("idle_timeout_ms", idle), until)

    def perform(self, call: Call, options: dict[str, Any] | None = None) -> tuple[Body, int]:
        """Send until an answer below 400 came; its unread body and the number of attempts."""
        options = options or {}
        check_options(options)
        course = Course(call.models, call.body)
        self.watch.log("debug", "call.start", operation=call.operation or call.name, model=course.model)
        try:
            return self._course(call, options, course)
        except Fault as fault:
            self.watch.log("warn", "call.end", operation=call.operation or call.name, kind=fault.kind, attempts=course.number)
            raise

    def _course(self, call: Call, options: dict[str, Any], course: Course) -> tuple[Body, int]:
        limit = int(options.get("max_retries", self.options.get("max_retries", 2)))
        total = options.get("deadline_ms", self.options.get("deadline_ms", ...))
        seconds = (None if call.invocation or call.stream or call.long else 120.0) if total is ... else None if total is None else float(total) / 1000
        deadline = None if seconds is None else self.seam.now() + seconds
        self.budget = min(100, self.budget + 1)
        while True:
            until = None if deadline is None else time.monotonic() + max(0.0, deadline - self.seam.now())
            tried = self._turn(call, options, course, deadline, until)
            if isinstance(tried, Body):
                self.last = {**response_of(tried.head.status, tried.head.map(), course.number), **course.report()}
                if tried.foreign:
                    tried.close()
                    raise Fault("unexpected_response", f"the answer came in the coding {tried.foreign}, which was not asked for",
                                status=tried.head.status, attempts=course.number)
                return tried, course.number
            course.tell(tried.fault)
            if self.seam.cancelled.is_set():
                raise Fault("cancelled", "the call was cancelled", attempts=course.number)
            if course.falls(tried.fault) or (tried.fault.kind == "cold_start" and self._warmed(call, course, options, deadline)):
                continue
            wait = decide(tried, method=call.method, invocation=call.invocation, idempotent=call.idempotent,
                          retry=course.retry, limit=limit, deadline=deadline, seam=self.seam)
            if wait is None or (self.options.get("retry_budget") and self.budget < 10):
                raise tried.fault
            self.budget -= 10
            course.retry += 1
            course.waits(wait)
            self.watch.retry(call, course, tried.fault, wait)
            self.seam.sleep(wait)

    def _warmed(self, call: Call, course: Course, options: dict[str, Any], deadline: float | None) -> bool:
        """Whether a cold chute was waited for."""
        if self.options.get("ready") != "wait" or not call.invocation:
            return False
        import depth_ready  # needs the management calls, which need this module

        own = {k: v for k, v in options.items() if not k.startswith("extra_")}
        if deadline is not None:
            own["deadline_ms"] = max(1.0, (deadline - self.seam.now()) * 1000)
        return depth_ready.wait(self, call, course.model, own)

    def _turn(self, call: Call, options: dict[str, Any], course: Course, deadline: float | None, until: float | None) -> Body | Attempt:
        """One request of a call, within the limits of this client."""
        url, headers, body = self._prepare(call, options, course.model if call.models else None)
        if self.limiter:
            self.limiter.wait(deadline)
        give = self.places.take(until) if self.places else (lambda: None)
        course.begin()
        self.watch.before(call, course)
        try:
            tried = self._attempt(call, url, headers, body, self.limits(call, options, until), course.retry)
        except BaseException:
            give()
            raise
        if isinstance(tried, Body):
            tried.connection.on_leave = give
            course.note(tried.head.status, None)
            if self.limiter:
                self.limiter.told(tried.head.map().get("x-chutes-rl-user"))
            self.watch.after(call, course, tried.head.status, None, tried.head.map())
            return tried
        give()
        course.note(tried.fault.status, tried.fault.kind)
        self.watch.after(call, course, tried.fault.status, tried.fault.kind, tried.headers)
        return tried

    def _prepare(self, call: Call, options: dict[str, Any], model: str | None = None) -> tuple[str, dict[str, str], bytes | None]:
        extra = options.get("extra_headers") or {}
        check_headers({**extra, **call.headers, **(self.options.get("headers") or {})})
        headers = {"User-Agent": f"chutes-client-reference/{VERSION}", "Accept": call.accept, "Accept-Encoding": "gzip, deflate"}
        body = None
        content = {**call.body, "model": model} if model is not None else call.body
        if content is not None:
            if options.get("extra_body") and isinstance(content, dict):
                content = {**content, **options["extra_body"]}
            body = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
            headers["Content-Type"] = "application/json"  # unless the call says something else
        for given in (self.options.get("headers") or {}, call.headers, extra):
            taken = {name.lower() for name in given}
            headers = {k: v for k, v in headers.items() if k.lower() not in taken} | given
        query = [(k, v) for k, v in {**call.query, **(options.get("extra_query") or {})}.items() if v is not None]
        pairs = [(k, str(x).lower() if isinstance(x, bool) else str(x)) for k, v in query for x in (v if isinstance(v, list) else [v])]
        url = call.url + (("&" if "?" in call.url else "?") + urlencode(pairs) if pairs else "")
        return url, headers, body

    def _credentials(self, call: Call, body: bytes | None, until: float | None) -> dict[str, str]:
        if call.credential:
            return {"Authorization": call.credential}
        if self.hotkey:
            return credentials.sign_request(self.hotkey, call, body, self.seam.now())
        if self.provider:
            return {} if call.public else {"Authorization": f"Bearer {self.provider.access(self, until)}"}
        return {"X-API-Key": self.key} if self.mode == "x-api-key" else {"Authorization": f"Bearer {self.key}"}

    def _attempt(self, call: Call, url: str, headers: dict[str, str], body: bytes | None, limits: Limits, retry: int) -> Body | Attempt:
        """One attempt with its redirects: the body of a good answer, or how it failed."""
        home = origin(urlsplit(url))
        ours = home in {origin(urlsplit(base.replace("{slug}", "slug"))) for base in self.endpoints.values()}
        for _ in range(MAX_REDIRECTS + 1):
            sent = self._send(call, urlsplit(url), headers, body, limits, retry, home, call.signed and ours)
            if isinstance(sent, Attempt):
                return sent
            status, fields = sent.head.status, sent.head.map()
            if status < 300:
                return sent
            if status >= 400:
                tried = self._failed(sent, status, fields)
                if status in (401, 403) and not ours and not vouched(headers):
                    why = f"(the API key was not sent: {urlsplit(url).hostname} is none of this client's hosts)"
                    tried.fault.message += f" {why}"
                return tried
            target = urljoin(url, fields.get("location", "")) if fields.get("location") else ""
            self._finish(sent)
            problem = self._refuse_redirect(call.method, status, url, target, body, home)
            if problem:
                return Attempt(Fault("unexpected_response", clean(problem, self.key, *self.secrets), status=status), fields)
            url = target
        return Attempt(Fault("unexpected_response", f"more than {MAX_REDIRECTS} redirects", status=status), fields)

    def _refuse_redirect(self, method: str, status: int, url: str, target: str, body: bytes | None, home: str) -> str | None:
        if status not in (301, 302, 303, 307, 308):
            return f"the server answered {status}"
        if not usable(target):
            return f"a redirect ({status}) without a usable Location"
        if status in (301, 302, 303) and method not in ("GET", "HEAD"):
            return f"a redirect ({status}) of a {method} from {origin(urlsplit(url))} to {origin(urlsplit(target))} is not followed"
        if origin(urlsplit(target)) != home and (body is not None or method not in ("GET", "HEAD")):
            return f"a body sent to {home} is not sent on to {origin(urlsplit(target))}"
        return None

    def _send(self, call: Call, url: SplitResult, headers: dict[str, str], body: bytes | None, limits: Limits, retry: int, home: str, keyed: bool) -> Body | Attempt:
        own = origin(url) == home
        method = call.method
        fields = {**headers, **(self._credentials(call, body, limits.until) if own and keyed and not vouched(headers) else {})}
        if retry:
            fields["X-Chutes-Retry-Count"] = str(retry)
        if not own:
            fields = {k: v for k, v in fields.items() if k.lower() not in ("authorization", "x-api-key", "cookie") and not k.lower().startswith("x-chutes-")}
        written = time.monotonic()
        connection: Connection | None = None
        try:
            connection = self._connect(url, limits)
            connection.write(_request(method, url, fields, body, connection.absolute), limits)
            written = time.monotonic()
            return Body(connection, connection.head(limits), limits, method)
        except (Broken, Silent) as exc:
            if connection is not None:
                connection.close()
                self.live.discard(connection)
            begun = len(exc.args) > 1 and bool(exc.args[1])
            fatal = isinstance(exc, Broken) and exc.final
            fault = translate(exc)
            fault.message += f" ({url.netloc})"
            return Attempt(fault, {}, before_first_byte=not fatal and not begun, connect=exc.connect and not fatal,
                           since_written=time.monotonic() - written)

    def _failed(self, body: Body, status: int, headers: dict[str, str]) -> Attempt:
        """An error status: its body as far as it comes, in bounded size and time."""
        raw = bytearray()
        ends = time.monotonic() + 5
        try:
            while len(raw) < ERROR_MAX and time.monotonic() < ends:
                body.limits.idle = min(body.limits.idle or 5, 5)
                data = body.read()
                if not data:
                    break
                raw += data
        except (Broken, Silent):
            pass  # a body cut short still has its status
        self._finish(body)
        fault = classify(status, headers, bytes(raw), self.key, *self.secrets)
        return Attempt(fault, headers, html="html" in headers.get("content-type", "").lower())

    def _finish(self, body: Body) -> None:
        if not body.ended:
            body.drain()
        if body.ended and body.reusable:
            self.release(body)
        else:
            body.close()
            self.live.discard(body.connection)

    def fetch(self, call: Call, options: dict[str, Any] | None = None) -> Answer:
        """The whole answer of a call."""
        body, attempts = self.perform(call, options)
        self.watch.log("info", "call.end", operation=call.operation or call.name, status=body.head.status, attempts=attempts)
        try:
            raw = body.read_all(ANSWER_MAX + 1)
        except (Broken, Silent) as exc:
            body.close()
            fault = translate(exc)
            fault.attempts = attempts
            raise fault from None
        self._finish(body)
        if len(raw) > ANSWER_MAX:
            raise Fault("too_large", "the answer is too large", attempts=attempts)
        return Answer(body.head.status, body.head.map(), raw, attempts)

    def unexpected(self, answer: Answer, message: str) -> Fault:
        return Fault("unexpected_response", clean(message, self.key, *self.secrets), status=answer.status, attempts=answer.attempts,
                     request_id=answer.request_id, raw_body=answer.raw)

    def json(self, call: Call, options: dict[str, Any] | None = None, kind: type = dict) -> Any:
        """The decoded answer; anything that is not the JSON it should be is unexpected_response."""
        answer = self.fetch(call, options)
        if answer.status == 204 or not answer.raw.strip():
            raise self.unexpected(answer, "an empty answer came where JSON is due")
        text = answer.raw.decode("utf-8-sig", "replace")
        try:
            value = loads(text)
        except (ValueError, RecursionError):
            raise self.unexpected(answer, f"the answer is no valid JSON: {text[:200]}") from None
        if isinstance(value, dict) and value.get("error") is not None:
            raise self.unexpected(answer, error_text(value, self.key, *self.secrets) or "the answer is an error")
        if kind is not object and not isinstance(value, kind):
            raise self.unexpected(answer, "the answer is JSON of another type than documented")
        return value


def response_of(status: int, headers: dict[str, str], attempts: int) -> dict[str, Any]:
    """What a result says of its answer."""
    def number(name: str) -> int | None:
        text = headers.get(name, "")
        return int(text) if re.fullmatch(r"-?\d+", text) else None

    quota = {k: number(f"x-chutes-quota-{k}") for k in ("total", "used", "remaining")}
    rate = {"user": number("x-chutes-rl-user"), "chute": number("x-chutes-rl-chute")}
    return {"status": status, "request_id": headers.get("x-request-id") or headers.get("x-chutes-invocationid"), "attempts": attempts,
            "quota": quota if any(v is not None for v in quota.values()) else None,
            "rate_limit": rate if headers.get("x-chutes-rl-user") or headers.get("x-chutes-rl-chute") else None,
            "invoice_billing": headers.get("x-chutes-invoice-billing", "").lower() == "true"}


def proxy_for(url: SplitResult) -> tuple[str, int] | None:
    """Host and port of the environment's proxy for this URL."""
    if proxy_bypass_environment(url.hostname or ""):
        return None
    text = getproxies_environment().get(url.scheme)
    if not text:
        return None
    try:
        found = urlsplit(text)
        host, port = found.hostname, found.port or 80
    except ValueError:
        raise config("the proxy variable of the environment is no URL") from None
    if found.scheme != "http" or not host:
        raise config("the proxy variable of the environment is no http URL")
    return host, port


def _request(method: str, url: SplitResult, headers: dict[str, str], body: bytes | None, absolute: bool = False) -> bytes:
    path = quote(url.path or "/", safe="/%:@!$&'()*+,;=~-._") + (f"?{url.query}" if url.query else "")
    lines = [f"{method} {f'{url.scheme}://{url.netloc}' if absolute else ''}{path} HTTP/1.1", f"Host: {url.netloc}"]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    lines += [f"{k}: {v}" for k, v in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8") + (body or b"")

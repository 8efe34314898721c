"""One attempt over the wire, by httpx: when it failed, on what connection, and in whose words.

`translate` is the only place where a foreign exception becomes ours. Whether a failure may be tried again depends on facts httpx
does not put into its exceptions: whether the connection was fresh, and when the last byte was written. httpcore's trace tells.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import AsyncIterator
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx

from .._deadline import Deadline, Limits
from .._errors import APIConnectionError, APITimeoutError, ChutesError, ConfigError
from .._request import Request
from .._retry import INVOCATION_RESET_WINDOW, Failure

_TLS_SIGNS = ("certificate", "CERTIFICATE", "hostname", "self-signed", "self signed", "SSL", "TLS")


class AsyncAnswer:
    """An answer whose headers are in. Read it with `read` or `chunks`, and close it."""

    def __init__(self, response: httpx.Response, timeouts: dict[str, Any], limits: Limits, deadline: Deadline) -> None:
        self._response = response
        self._timeouts = timeouts
        self._limits = limits
        self._deadline = deadline
        self._finished = False
        self.status = response.status_code
        self.headers: dict[str, str] = {}
        for name, value in response.headers.multi_items():  # the first of a repeated header wins, but for Retry-After
            name = name.lower()
            self.headers[name] = f"{self.headers[name]}, {value}" if name in self.headers else value
        self.content_type = self.headers.get("content-type", "").partition(";")[0].strip().lower()

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as it arrives, decoded of its content coding. Silence beyond the idle limit is a time-out."""
        self._timeouts["read"] = self._deadline.clip(self._limits.idle)
        try:
            async for chunk in self._response.aiter_bytes():
                if self._deadline.expired:
                    raise APITimeoutError("the deadline of the call has passed while its body was read")
                yield chunk
            self._finished = True
        except (httpx.HTTPError, httpx.StreamError, ssl.SSLError, OSError) as error:
            raise translate(error, "reading the body") from error

    async def read(self, most: int) -> tuple[bytes, ChutesError | None]:
        """The whole body, at most `most` bytes of it, and what cut it short if something did."""
        parts: list[bytes] = []
        size = 0
        try:
            async for chunk in self.chunks():
                parts.append(chunk)
                size += len(chunk)
                if size > most:
                    break
        except ChutesError as error:
            return b"".join(parts), error
        finally:
            await self.close()
        return b"".join(parts), None

    async def close(self) -> None:
        """Returns the connection to the pool if the body was read to its end, and closes it otherwise."""
        await self._response.aclose()


class _Trace:
    """What httpcore tells about one attempt."""

    def __init__(self) -> None:
        self.fresh = False
        self.written: float | None = None
        self.answered = False

    async def __call__(self, name: str, info: dict[str, Any]) -> None:
        if name.startswith("connection.connect"):
            self.fresh = True
        elif name.endswith(("send_request_body.complete", "send_request_body.failed")):
            self.written = time.monotonic()
        elif name.endswith("receive_response_headers.complete"):
            self.answered = True


class AsyncTransport:
    """A pool of connections. The httpx client is made at the first request: its TLS context costs 30 ms.

    Args:
        ca_file: file with certificates to trust instead of the usual ones.
        http_client: an httpx client of yours, used as it is and not closed; it must not follow redirects or retry.
    """

    def __init__(self, *, ca_file: str | None = None, http_client: httpx.AsyncClient | None = None) -> None:
        self._ca_file = ca_file
        self._client = http_client
        self._own = http_client is None
        self._closed = False

    def _http(self) -> httpx.AsyncClient:
        if self._closed:
            raise ConfigError("the client has been closed")
        if self._client is None:
            verify: ssl.SSLContext | bool = True
            if self._ca_file:
                try:
                    verify = ssl.create_default_context(cafile=self._ca_file)
                except (OSError, ssl.SSLError) as error:
                    raise ConfigError(f"ca_file cannot be read: {error}") from None
            self._client = httpx.AsyncClient(
                verify=verify,
                follow_redirects=False,
                timeout=None,
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=100, keepalive_expiry=60),
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            )
        return self._client

    async def send(self, request: Request, limits: Limits, deadline: Deadline) -> AsyncAnswer | Failure:
        """Sends one attempt. A dead pooled connection is replaced without a word, since nobody answered on it."""
        for _ in range(3):
            outcome = await self._once(request, limits, deadline)
            if not isinstance(outcome, _DeadConnection):
                return outcome
        return outcome.failure

    async def _once(self, request: Request, limits: Limits, deadline: Deadline) -> AsyncAnswer | Failure | _DeadConnection:
        trace = _Trace()
        first_byte = deadline.clip(limits.first_byte)
        timeouts: dict[str, Any] = {
            "connect": deadline.clip(limits.connect),
            "read": first_byte,
            "write": first_byte,
            "pool": None,
        }
        http = self._http()
        built = http.build_request(
            request.method,
            request.url,
            headers=request.headers,
            content=request.body,
            extensions={"trace": trace, "timeout": timeouts},
        )
        built.extensions["timeout"] = timeouts  # this very object: the idle limit is written into it later
        try:
            return AsyncAnswer(await http.send(built, stream=True), timeouts, limits, deadline)
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
            failure = _failure(error, trace, request.method)
            failure.error.__cause__ = error
            if not trace.fresh and failure.retry_safe and not failure.certificate:
                return _DeadConnection(failure)
            return failure

    async def close(self) -> None:
        self._closed = True
        if self._own and self._client is not None:
            await self._client.aclose()


class _DeadConnection:
    def __init__(self, failure: Failure) -> None:
        self.failure = failure


def _failure(error: Exception, trace: _Trace, method: str) -> Failure:
    """What an exception before the headers means: which limit it was, and whether the request may be sent again."""
    certificate = _is_certificate(error)
    if isinstance(error, (httpx.ConnectTimeout, httpx.ConnectError, httpx.ProxyError)):
        return Failure(translate(error, "connecting"), {}, retry_safe=not certificate, certificate=certificate)
    if isinstance(error, (httpx.ReadTimeout, httpx.WriteTimeout)):
        return Failure(translate(error, "waiting for the first byte of the answer"), {}, first_byte_timeout=True)
    nothing_came = isinstance(error, (httpx.ReadError, httpx.WriteError)) or "without sending a response" in str(error)
    in_time = (
        method in ("GET", "HEAD")
        or trace.written is None
        or time.monotonic() - trace.written <= INVOCATION_RESET_WINDOW
    )
    return Failure(
        translate(error, "waiting for the answer"),
        {},
        retry_safe=nothing_came and not trace.answered and in_time and not certificate,
        certificate=certificate,
    )


def translate(error: Exception, doing: str) -> ChutesError:
    """Turns an exception of httpx or below it into ours; `doing` says what was going on."""
    text = str(error) or type(error).__name__
    if isinstance(error, httpx.TimeoutException):
        which = "connect time-out" if isinstance(error, httpx.ConnectTimeout) else "time-out"
        return APITimeoutError(f"{which} while {doing}")
    if isinstance(error, (httpx.InvalidURL, httpx.UnsupportedProtocol)):
        return ConfigError(f"this is no URL to send to: {text}")
    if isinstance(error, httpx.DecodingError):
        return APIConnectionError(f"the content coding of the body is broken: {text}")
    return APIConnectionError(f"connection failed while {doing}: {text}")


def _is_certificate(error: BaseException | None) -> bool:
    """Whether TLS itself was refused: httpx wraps it in a ConnectError whose cause chain holds the real one."""
    seen = 0
    while error is not None and seen < 10:
        if isinstance(error, ssl.SSLError):
            return True
        if isinstance(error, httpx.ConnectError) and any(sign in str(error) for sign in _TLS_SIGNS):
            return True
        error, seen = error.__cause__ or error.__context__, seen + 1
    return False

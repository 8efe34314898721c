"""Sends one request and hands out its answer."""

from __future__ import annotations

import os
import ssl
import threading
from collections.abc import AsyncGenerator
from contextlib import suppress
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING

from .._deadline import Deadline, Limits
from .._errors import MAX_BODY_BYTES, ChutesError, ConfigError, TooLargeError
from .._request import Request
from .._results import MAX_JSON_BYTES, ResponseInfo
from .._retry import Failure
from .._transport import ERROR_BODY_SECONDS, Decoding, Exchange, behind_proxy, headers_of, ssl_context, translate
from ._backend import AsyncPool, AsyncReply
from ._platform import abandon, check_loop, shut_down

if TYPE_CHECKING:
    import httpx

MAX_CONNECTIONS = 1000
"""Open connections of one client; httpx's own 100 would make the 101st stream wait."""
KEEPALIVE_SECONDS = 30.0


class AttemptFailed(Exception):
    """Carries a `Failure` to the retry loop; never leaves it."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.phase)
        self.failure = failure


class AsyncAnswer:
    """An answer whose headers are in. Its body is read once; `aclose` leaves at once, wherever it stands."""

    def __init__(self, reply: AsyncReply, exchange: Exchange, request: Request) -> None:
        self.reply, self.exchange, self.request = reply, exchange, request
        self.status = reply.status
        self.headers = headers_of(reply.headers)
        self.attempts = 0
        self._closed = self._ended = False

    @property
    def info(self) -> ResponseInfo:
        request_id = self.headers.get("x-request-id") or self.headers.get("x-chutes-invocationid")
        return ResponseInfo(self.status, self.headers, request_id, self.attempts, self.request.url)

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The decoded body, piece by piece as it arrives. Closes the answer at its end, on failure and when it is left early.

        Raises:
            APIConnectionError, APITimeoutError: if the body breaks, stalls or passes the deadline.
        """
        try:
            decoding = Decoding(self.headers.get("content-encoding", ""))
            expired = self.exchange.deadline.expired
            async for piece in self.reply.body:
                if decoding.idle:
                    if piece:
                        yield piece
                else:
                    for data in decoding.feed(piece):
                        if data:
                            yield data
                if expired():
                    raise TimeoutError
            self._ended = True
            decoding.finish()
            self._finished()
        except Exception as error:
            raise self._own(error) from error.__cause__
        finally:
            await self.aclose()

    async def read(self, limit: int = MAX_JSON_BYTES) -> bytes:
        """The whole body.

        Raises:
            TooLargeError: if it is longer than `limit`.
        """
        whole = BytesIO()  # hands out its own memory: pieces that are kept to be joined would need as much again
        async for piece in self.chunks():
            if whole.tell() + len(piece) > limit:
                raise TooLargeError(f"the answer is larger than {limit:,} bytes", status=self.status)
            whole.write(piece)
        return whole.getvalue()

    async def read_error(self) -> bytes:
        """The body of an error, as far as it comes: at most 64 KiB and ten seconds. Never fails."""
        import time

        self.exchange.body_until = time.monotonic() + ERROR_BODY_SECONDS
        parts: list[bytes] = []
        size = 0
        with suppress(ChutesError):
            async for piece in self.chunks():
                parts.append(piece)
                size += len(piece)
                if size >= MAX_BODY_BYTES or time.monotonic() > self.exchange.body_until:
                    break
        await self.aclose()
        return b"".join(parts)[:MAX_BODY_BYTES]

    def _own(self, error: Exception) -> ChutesError:
        if isinstance(error, ChutesError):
            return error
        failure = translate(error, self.exchange).error
        failure.status, failure.attempts = self.status, self.attempts
        failure.request_id = self.info.request_id
        return failure

    def _finished(self) -> None:
        exchange = self.exchange
        coded = "chunked" in self.headers.get("transfer-encoding", "").lower()
        if exchange.surplus(self.headers.get("content-length"), coded) and exchange.stream is not None:
            exchange.stream.poisoned = True

    async def aclose(self) -> None:
        """Gives the connection back if the body is at its end, else closes it at once."""
        if self._closed:
            return
        self._closed = True
        if not self._ended:
            shut_down(self.exchange.stream or self.reply.network)
        with suppress(Exception):
            await self.reply.body.aclose()

    def __del__(self) -> None:
        if not getattr(self, "_closed", True):
            abandon(self.aclose)


class AsyncTransport:
    """The connections of one client, made at the first request.

    Args:
        given: a client or a transport of the caller's own.
    """

    def __init__(self, given: httpx.AsyncClient | httpx.AsyncBaseTransport | None, ca_pem: str | None, http2: bool) -> None:
        if http2 and find_spec("h2") is None:
            raise ConfigError("http2=True needs the h2 package: pip install 'chutes-client[http2]'")
        self._given, self._ca_pem, self._http2 = given, ca_pem, http2
        self._client: httpx.AsyncClient | httpx.AsyncBaseTransport | AsyncPool | None = given
        self._tls: ssl.SSLContext | None = None
        self._process = os.getpid()
        self._making = threading.Lock()
        self._closed = False

    def _http(self) -> httpx.AsyncClient | httpx.AsyncBaseTransport | AsyncPool:
        if self._closed:
            raise ConfigError("this client is closed")
        check_loop()
        if self._process != os.getpid():  # a child must not talk on the connections of its parent
            self._process, self._client, self._making = os.getpid(), self._given, threading.Lock()
        if self._client is None:
            with self._making:  # threads whose first calls begin at once share what one of them makes
                if self._client is None:
                    self._client = self._made()
        return self._client

    def _made(self) -> httpx.AsyncClient | AsyncPool:
        if self._ca_pem is not None:
            self._context()  # what is wrong with a certificate is told also where no TLS is spoken
        if behind_proxy():
            from ._foreign import proxied

            return proxied(self._context(), MAX_CONNECTIONS, KEEPALIVE_SECONDS, self._http2)
        return AsyncPool(self._context, MAX_CONNECTIONS, KEEPALIVE_SECONDS, self._http2)

    def _context(self) -> ssl.SSLContext:
        """TLS settings of this client. They are made when they are needed, since that takes 30 ms."""
        if self._tls is None:
            self._tls = ssl_context(self._ca_pem)
        return self._tls

    async def send(self, request: Request, limits: Limits, deadline: Deadline) -> AsyncAnswer:
        """Sends `request` once and returns when the headers of the answer are in.

        A pooled connection that takes not one byte was dead before; it is replaced here, without a word. Where it dies later,
        the server may have read the request, so that this is a failure like any other.

        Raises:
            AttemptFailed: with what went wrong and how far it came.
        """
        client = self._http()
        while True:
            exchange = Exchange(limits, deadline, request.url)
            try:
                if isinstance(client, AsyncPool):
                    reply = await client.send(request, exchange)
                else:
                    from ._foreign import send_by

                    reply = await send_by(client, request, exchange)
            except Exception as error:
                failure = translate(error, exchange)
                if _stale(failure, exchange):
                    continue
                raise AttemptFailed(failure) from error
            answer = AsyncAnswer(reply, exchange, request)
            exchange.headers_in(answer.headers.get("transfer-encoding", "").lower() == "chunked")
            return answer

    async def aclose(self) -> None:
        self._closed = True
        if self._client is not None and self._client is not self._given and self._process == os.getpid():
            await self._client.aclose()


def _stale(failure: Failure, exchange: Exchange) -> bool:
    """Whether a kept connection turned out to be dead before it took anything, so that nobody can have seen the request."""
    return exchange.stream is not None and not exchange.fresh and exchange.written_at is None and failure.phase == "send"

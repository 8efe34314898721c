"""The way of one call: build once, then loop { sign, send, classify, decide, sleep }, then hand out the answer.

tenacity drives the loop; what it asks (again? how long?) is answered by `_retry.decide` alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from .._config import CallOptions, Config, resolve
from .._deadline import Deadline, Limits, limits_for
from .._errors import MAX_BODY_BYTES, ChutesError, ConfigError, UnexpectedResponseError, classify
from .._request import MAX_REDIRECTS, Call, Request, build, origin
from .._retry import CallTraits, Failure, RetryBudget, decide, parse_retry_after
from .._values import MAX_JSON_BYTES, ResponseInfo
from ..testing import Seam
from ._sleep import sleep
from ._transport import AsyncAnswer, AsyncTransport

if TYPE_CHECKING:
    import tenacity

_CREDENTIALS = ("authorization", "x-api-key", "cookie", "proxy-authorization")


class AsyncRuntime:
    """What all calls of one client share."""

    def __init__(self, config: Config, transport: AsyncTransport, seam: Seam) -> None:
        self.config = config
        self.transport = transport
        self.seam = seam
        self.budget = RetryBudget() if config.retry_budget else None

    async def execute(self, call: Call, options: CallOptions) -> tuple[AsyncAnswer, ResponseInfo]:
        """Plays a call until there is a 2xx answer; raises one of ours otherwise. The caller closes the answer."""
        config = resolve(self.config, options)
        limits = limits_for(
            call.surface,
            json_answer=call.result in ("json", "none", "text", "html", "csv"),
            timeout=config.timeout,
            connect=config.connect_timeout,
            first_byte=config.first_byte_timeout,
            idle=config.idle_timeout,
            deadline=config.deadline,
        )
        request = build(call, config, options.extra_query, options.extra_body)
        attempts = _Attempts(self, call, config, request, limits)
        try:
            return await attempts.run()
        except ChutesError as error:
            raise error.scrub(config.auth.secrets) from error.__cause__

    async def read_json(self, call: Call, options: CallOptions, most: int = MAX_JSON_BYTES) -> tuple[bytes, ResponseInfo]:
        """The whole body of a call's answer; a body that breaks off is an error, not a retry."""
        answer, info = await self.execute(call, options)
        data, cut = await answer.read(most)
        if cut is not None:
            cut.attempts, cut.status, cut.body = info.attempts, None, data[:MAX_BODY_BYTES]
            cut.request_id = info.request_id
            raise cut
        return data, info


class _Attempts:
    """The attempts of one call."""

    def __init__(self, runtime: AsyncRuntime, call: Call, config: Config, request: Request, limits: Limits) -> None:
        self.runtime = runtime
        self.config = config
        self.request = request
        self.limits = limits
        self.deadline = Deadline(limits.total, runtime.seam.monotonic)
        self.traits = CallTraits(call.method, call.surface, call.idempotent, config.max_retries)
        self.number = 0
        self.wait: float | None = None

    async def run(self) -> tuple[AsyncAnswer, ResponseInfo]:
        import tenacity

        if self.runtime.budget is not None:
            self.runtime.budget.earn()
        loop = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception(lambda _: self.wait is not None),
            wait=self._next_wait,
            stop=tenacity.stop_never,
            sleep=self._sleep,
            reraise=True,
        )
        return await loop(self._attempt)

    def _next_wait(self, _: tenacity.RetryCallState) -> float:
        return self.wait or 0.0

    async def _sleep(self, seconds: float) -> None:
        await sleep(self.runtime.seam, seconds)

    async def _attempt(self) -> tuple[AsyncAnswer, ResponseInfo]:
        self.number += 1
        self.wait = None
        outcome = await self._send()
        if isinstance(outcome, AsyncAnswer) and outcome.status < 300:
            return outcome, ResponseInfo(outcome.status, outcome.headers, self.number)
        failure = outcome if isinstance(outcome, Failure) else await self._classify(outcome)
        failure.error.attempts = self.number
        self.wait = decide(
            failure,
            self.traits,
            attempt=self.number,
            deadline=self.deadline,
            budget=self.runtime.budget,
            random=self.runtime.seam.random,
        )
        raise failure.error

    async def _send(self) -> AsyncAnswer | Failure:
        """Signs and sends, and follows what may be followed."""
        url, crossed = self.request.url, False
        for hop in range(MAX_REDIRECTS + 1):
            headers = dict(self.request.headers)
            if self.number > 1:
                headers["X-Chutes-Retry-Count"] = str(self.number - 1)
            if crossed:
                headers = without_credentials(headers)
            else:
                self.config.auth.apply(self.request.method, url, headers, self.request.body)
            signed = Request(self.request.method, url, headers, self.request.body)
            outcome = await self.runtime.transport.send(signed, self.limits, self.deadline)
            if isinstance(outcome, Failure) or not 300 <= outcome.status < 400:
                return outcome
            target = await self._follow(outcome, url, hop)
            crossed = crossed or origin(target) != origin(url)
            url = target
        raise AssertionError("unreachable: _follow bounds the hops")

    async def _follow(self, answer: AsyncAnswer, url: str, hop: int) -> str:
        """Where a redirect leads, or an `unexpected_response` that says why it is not followed."""
        location = answer.headers.get("location", "")
        body, _ = await answer.read(MAX_BODY_BYTES)
        status, method = answer.status, self.request.method
        target = urljoin(url, location)
        reason = None
        try:
            foreign = origin(target) != origin(url)
        except ValueError:
            foreign, location = True, ""
        if status not in (301, 302, 303, 307, 308):
            reason = f"the server answered {status}, which is no answer to this call"
        elif not location or urlsplit(target).scheme not in ("http", "https"):
            reason = f"the server answered {status} without a usable Location"
        elif status in (301, 302, 303) and method not in ("GET", "HEAD"):
            reason = f"the server redirected a {method} with {status}, which would turn it into a GET"
        elif foreign and self.request.body is not None:
            reason = f"a body for {shown(url)} is not sent to {shown(target)}, where the server redirected it"
        elif hop == MAX_REDIRECTS:
            reason = f"more than {MAX_REDIRECTS} redirects"
        if reason is None:
            return target
        raise UnexpectedResponseError(
            reason, status=status, attempts=self.number, body=body, headers=answer.headers,
            request_id=answer.headers.get("x-request-id") or answer.headers.get("x-chutes-invocationid"),
        )  # fmt: skip

    async def _classify(self, answer: AsyncAnswer) -> Failure:
        """An error status. Its body is read to a limit, and what was cut short still has its status."""
        body, _ = await answer.read(MAX_BODY_BYTES)
        wait = parse_retry_after(answer.headers, self._now())
        error = classify(answer.status, answer.headers, body, attempts=self.number, retry_after=wait)
        return Failure(error, answer.headers)

    def _now(self) -> float:
        return self.runtime.seam.now()


def without_credentials(headers: Mapping[str, str]) -> dict[str, str]:
    """What may travel to another origin."""
    return {
        n: v for n, v in headers.items() if n.lower() not in _CREDENTIALS and not n.lower().startswith("x-chutes-")
    }


def shown(url: str) -> str:
    """An origin as a person writes it."""
    scheme, host, port = origin(url)
    return f"{scheme}://{host}:{port}"


def check_method(method: str) -> str:
    """An HTTP method of the escape hatch."""
    if not method.isascii() or not method.isalpha():
        raise ConfigError(f"{method!r} is no HTTP method")
    return method.upper()

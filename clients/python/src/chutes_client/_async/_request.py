"""One call: build once, then attempts with redirects, errors and retries until an answer is in. tenacity drives the attempts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from .._auth import is_anonymous
from .._config import CallOptions, Config, resolve
from .._deadline import Deadline, Limits, bounded, limits_for
from .._errors import APITimeoutError, ChutesError, UnexpectedResponseError, classify
from .._fallback import FALLS_THROUGH, model_of
from .._hooks import Teller
from .._journey import Journey
from .._redact import redact
from .._request import Call, Request, body_of, build, follows, foreign_host, keep_home, redirected
from .._retry import Attempted, Failure, Retry, RetryBudget, State, decide, parse_retry_after
from ._limiter import AsyncLimiter
from ._platform import settle, sleep
from ._transport import AsyncAnswer, AsyncTransport, AttemptFailed

if TYPE_CHECKING:
    from tenacity import RetryCallState

Wake: TypeAlias = "Callable[[str | None, Deadline], Awaitable[bool]]"
"""Waits until the chute of a model is hot; False where there is nothing to wait for."""


@dataclass
class _Attempts:
    """All that the attempts at one model share."""

    request: Request
    limits: Limits
    attempted: Attempted
    state: State
    journey: Journey
    foreign: str
    signs: bool
    wake: Wake | None = None


class AsyncExecutor:
    """What a client needs to make calls: settings, connections, budget and limits."""

    def __init__(self, config: Config, transport: AsyncTransport, budget: RetryBudget | None, limiter: AsyncLimiter) -> None:
        self.config, self.transport, self.budget, self.limiter = config, transport, budget, limiter
        self.teller = Teller(config.hooks)
        self._told: set[str] = set()

    def configured(self, config: Config) -> AsyncExecutor:
        """The same connections, budget, limits and secrets under other settings."""
        made = AsyncExecutor(config, self.transport, self.budget, self.limiter)
        made._told = self._told
        return made

    async def execute(self, call: Call, options: CallOptions, wake: Wake | None = None) -> AsyncAnswer:
        """Sends the call and returns the successful answer, its body unread.

        Args:
            wake: what is done about a cold chute, once for each model, before it counts as a failure.

        Raises:
            ChutesError: the last failure, with `attempts`, `history` and `tried`.
        """
        config = self.config
        merged = resolve(config, options)
        limits = limits_for(call.surface, merged, body=body_of(call))
        deadline = call.deadline or Deadline(limits.total, config.seam.monotonic)
        journey = Journey(call.operation_id, self.teller)
        if self.budget is not None:
            self.budget.first_attempt()
        if call.credential is not None:
            self._told.add(call.credential)
        try:
            for place, model in enumerate(call.models or (None,), 1):
                one = call if model is None else replace(call, body={**call.body, "model": model})
                journey.model = model_of(one)
                attempts = self._attempts_of(one, merged, limits, deadline, journey)
                attempts.wake, attempts.attempted = wake, replace(attempts.attempted, has_successor=place < len(call.models))
                try:
                    return await self._attempts(attempts)
                except AttemptFailed as failed:
                    error = failed.failure.error
                    if model is not None:
                        journey.tried.append((model, error.kind))
                    if error.kind in FALLS_THROUGH and attempts.attempted.has_successor:
                        continue
                    journey.fails(error)
                    raise self.own(error, journey) from error.__cause__
        except ChutesError as error:
            journey.ends(error.kind)
            raise
        except BaseException:  # cancelled, or what a function of the caller's own raised
            journey.ends("cancelled")
            raise
        raise AssertionError("a call asks one model at least")

    def deadline_of(self, options: CallOptions) -> Deadline | None:
        """The deadline that the options of a call or of the client ask for, beginning now."""
        total = bounded(resolve(self.config, options).deadline)
        return None if total is None else Deadline(total, self.config.seam.monotonic)

    def _attempts_of(self, call: Call, options: CallOptions, limits: Limits, deadline: Deadline, journey: Journey) -> _Attempts:
        config = self.config
        request = build(call, config, options)
        request.journey = journey
        retries = options.max_retries if isinstance(options.max_retries, int) else config.max_retries
        state = State(retries, deadline, config.seam.now, config.seam.random, self.budget)
        attempted = Attempted(call.method, call.surface, call.idempotent)
        foreign = "" if call.base is None or is_anonymous(config.auth) else foreign_host(request.url, config.endpoints)
        if foreign:
            keep_home(request, config.headers, options.extra_headers)
        return _Attempts(request, limits, attempted, state, journey, foreign, call.credential is None and not foreign)

    async def _attempts(self, attempts: _Attempts) -> AsyncAnswer:
        try:
            return await self._woken(attempts)
        except AttemptFailed as failed:
            return await self._again(attempts, failed)

    async def _again(self, attempts: _Attempts, first: AttemptFailed) -> AsyncAnswer:
        """What follows the failure of the first attempt. Most calls need no second one, and tenacity costs as much as all else."""
        from tenacity import AsyncRetrying, stop_never

        state, wait = attempts.state, 0.0
        failed: AttemptFailed | None = first

        def again(retry_state: RetryCallState) -> bool:
            nonlocal wait
            outcome = retry_state.outcome
            error = outcome.exception() if outcome is not None else None
            if not isinstance(error, AttemptFailed):
                return False
            verdict = decide(error.failure, attempts.attempted, state)
            if isinstance(verdict, Retry):
                wait = verdict.wait
                state.retries += 1
                attempts.journey.waits(wait)
                return True
            return False

        async def attempt() -> AsyncAnswer:
            nonlocal failed
            if failed is not None:
                known, failed = failed, None
                raise known
            return await self._woken(attempts)

        async def pause(seconds: float) -> None:
            await sleep(self.config.seam, seconds)

        retrying = AsyncRetrying(sleep=pause, stop=stop_never, wait=lambda _: wait, retry=again)
        return await retrying(attempt)

    async def _woken(self, attempts: _Attempts) -> AsyncAnswer:
        """An attempt, and one more if the chute was cold and had to be woken."""
        try:
            return await self._attempt(attempts)
        except AttemptFailed as failed:
            wake, cold = attempts.wake, failed.failure.error.kind == "cold_start"
            if wake is None or not cold or attempts.attempted.has_successor:
                raise
            attempts.wake = None
            if not await wake(attempts.journey.model, attempts.state.deadline):
                raise
        return await self._attempt(attempts)

    async def _attempt(self, attempts: _Attempts) -> AsyncAnswer:
        """One attempt: wait for the limits, sign, send, follow redirects, classify; told to the journey."""
        state, journey = attempts.state, attempts.journey
        try:
            if state.deadline.expired():
                raise APITimeoutError(f"the deadline of {state.deadline.total:g} s has passed")
            await self.limiter.enter(state.deadline)
        except APITimeoutError as error:
            raise AttemptFailed(Failure(error, "final", {})) from None
        try:
            signed = await self._signed(attempts)
        except BaseException:
            self.limiter.leave()
            raise
        try:
            journey.sends(attempts.request)
            answer = await self._sent(attempts, signed)
        except AttemptFailed as failed:
            self.limiter.leave()
            failure = failed.failure.error
            journey.answered(failure.status, failure.kind, self._masked(failure.request_id, journey))
            raise
        except BaseException:
            self.limiter.leave()
            journey.answered(None, "cancelled", None)
            raise
        self.limiter.hold(answer.reply)
        journey.answered(answer.status, None, self._masked(answer.info.request_id, journey))
        return answer

    async def _signed(self, attempts: _Attempts) -> Request:
        """The request of this attempt. One that cannot be signed was never sent."""
        state = attempts.state
        headers = dict(attempts.request.headers)
        signed = replace(attempts.request, headers=headers, now=self.config.seam.now(), deadline=state.deadline)
        if state.retries:
            signed.set_header("X-Chutes-Retry-Count", str(state.retries))
        if attempts.signs:
            try:
                await settle(self.config.auth.apply(signed), state.deadline)
            except ChutesError as error:
                raise AttemptFailed(Failure(error, "final", {})) from error.__cause__
        attempts.journey.secrets.update(signed.credentials())
        return signed

    async def _sent(self, attempts: _Attempts, signed: Request) -> AsyncAnswer:
        """The good answer to one attempt. `attempts` of an answer counts what was sent, 1-based."""
        state = attempts.state
        hops = 0
        while True:
            answer = await self.transport.send(signed, attempts.limits, state.deadline)
            answer.attempts = attempts.journey.number
            self.limiter.learn(answer.headers)
            if 200 <= answer.status < 300:
                return answer
            body = await answer.read_error()
            if not follows(answer.status):
                raise AttemptFailed(self._refused(answer, body, attempts.foreign))
            try:
                signed = redirected(signed, answer.status, answer.headers.get("location", ""), hops)
            except UnexpectedResponseError as error:
                error.headers, error.body = answer.headers, body
                raise AttemptFailed(Failure(error, "final", answer.headers)) from None
            hops += 1

    def _refused(self, answer: AsyncAnswer, body: bytes, foreign: str) -> Failure:
        wait = parse_retry_after(answer.headers, self.config.seam.now())
        error = classify(answer.status, answer.headers, body, attempts=answer.attempts, retry_after=wait)
        if foreign and answer.status in (401, 403) and not answer.request.credentials():
            error.adds(f"(the API key was not sent: {foreign} is none of this client's hosts)")
        return Failure(error, "status" if answer.status >= 400 else "final", answer.headers)

    def _masked(self, text: str | None, journey: Journey) -> str | None:
        """What a hook is told: a server may say a key back anywhere."""
        if text is None or not self.teller.listens:
            return text
        return redact(text, self._secrets(journey))

    def own(self, error: ChutesError, journey: Journey | None) -> ChutesError:
        """Masks the secrets of this client and of this call in an error."""
        return error.scrub(self._secrets(journey))

    def _secrets(self, journey: Journey | None) -> tuple[str, ...]:
        return (*self.config.auth.secrets, *self._told, *(() if journey is None else journey.secrets))

    def keep_secret(self, *secrets: str | None) -> None:
        """Masks these, too, from now on."""
        self._told.update(secret for secret in secrets if secret)

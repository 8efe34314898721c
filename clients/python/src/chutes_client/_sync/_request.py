# Made from _async/_request.py by scripts/unasync.py. Do not edit.
"""One call: build once, then attempts with redirects, errors and retries until an answer is in. tenacity drives the attempts."""

from __future__ import annotations

from dataclasses import replace

from tenacity import RetryCallState, Retrying, stop_never

from .._config import CallOptions, Config, resolve
from .._deadline import Deadline, Limits, limits_for
from .._errors import APITimeoutError, ChutesError, UnexpectedResponseError, classify
from .._request import Call, Request, body_of, build, follows, redirected
from .._retry import Attempted, Failure, Retry, RetryBudget, State, decide, parse_retry_after
from ._platform import settle, sleep
from ._transport import Answer, AttemptFailed, Transport


class Executor:
    """What a client needs to make calls: settings, connections, budget and rate limit."""

    def __init__(self, config: Config, transport: Transport, budget: RetryBudget | None, per_minute: float | None) -> None:
        self.config, self.transport, self.budget = config, transport, budget
        self._limiter = _Limiter(per_minute, config) if per_minute else None
        self._told: set[str] = set()

    def execute(self, call: Call, options: CallOptions) -> Answer:
        """Sends the call and returns the successful answer, its body unread.

        Raises:
            ChutesError: the last failure, with `attempts`.
        """
        config = self.config
        merged = resolve(config, options)
        request = build(call, config, merged)
        limits = limits_for(call.surface, merged, body=body_of(call))
        deadline = Deadline(limits.total, config.seam.monotonic)
        attempted = Attempted(call.method, call.surface, call.idempotent)
        retries = merged.max_retries if isinstance(merged.max_retries, int) else config.max_retries
        state = State(retries, deadline, config.seam.now, config.seam.random, self.budget)
        if self.budget is not None:
            self.budget.first_attempt()
        if call.credential is not None:
            self._told.add(call.credential)
        try:
            return self._attempts(request, limits, attempted, state, call.signed and call.credential is None)
        except AttemptFailed as failed:
            error = failed.failure.error
            error.attempts = state.retries + 1
            raise self.own(error) from error.__cause__

    def _attempts(self, request: Request, limits: Limits, attempted: Attempted, state: State, sign: bool) -> Answer:
        wait = 0.0

        def again(retry_state: RetryCallState) -> bool:
            nonlocal wait
            outcome = retry_state.outcome
            error = outcome.exception() if outcome is not None else None
            if not isinstance(error, AttemptFailed):
                return False
            verdict = decide(error.failure, attempted, state)
            if isinstance(verdict, Retry):
                wait = verdict.wait
                state.retries += 1
                return True
            return False

        def attempt() -> Answer:
            return self._attempt(request, limits, state, sign)

        def pause(seconds: float) -> None:
            sleep(self.config.seam, seconds)

        retrying = Retrying(sleep=pause, stop=stop_never, wait=lambda _: wait, retry=again)
        return retrying(attempt)

    def _attempt(self, request: Request, limits: Limits, state: State, sign: bool) -> Answer:
        """One attempt: sign, send, follow redirects, classify. `attempts` of its answer counts what was sent, 1-based."""
        if state.deadline.expired():
            text = f"the deadline of {state.deadline.total:g} s has passed"
            raise AttemptFailed(Failure(APITimeoutError(text), "final", {}))
        if self._limiter is not None:
            self._limiter.wait()
        signed = replace(request, headers=dict(request.headers), now=self.config.seam.now())
        if state.retries:
            signed.set_header("X-Chutes-Retry-Count", str(state.retries))
        if sign:
            try:
                settle(self.config.auth.apply(signed))
            except ChutesError as error:
                raise AttemptFailed(Failure(error, "final", {})) from error.__cause__
        hops = 0
        while True:
            answer = self.transport.send(signed, limits, state.deadline)
            answer.attempts = state.retries + 1
            if 200 <= answer.status < 300:
                return answer
            body = answer.read_error()
            if not follows(answer.status):
                raise AttemptFailed(self._refused(answer, body))
            try:
                signed = redirected(signed, answer.status, answer.headers.get("location", ""), hops)
            except UnexpectedResponseError as error:
                error.headers, error.body = answer.headers, body
                raise AttemptFailed(Failure(error, "final", answer.headers)) from None
            hops += 1

    def _refused(self, answer: Answer, body: bytes) -> Failure:
        wait = parse_retry_after(answer.headers, self.config.seam.now())
        error = classify(answer.status, answer.headers, body, attempts=answer.attempts, retry_after=wait)
        return Failure(error, "status" if answer.status >= 400 else "final", answer.headers)

    def own(self, error: ChutesError) -> ChutesError:
        """Masks this client's secrets in an error that came up after the headers."""
        return error.scrub((*self.config.auth.secrets, *self._told))

    def keep_secret(self, *secrets: str | None) -> None:
        """Masks these, too, from now on."""
        self._told.update(secret for secret in secrets if secret)


class _Limiter:
    """A token bucket that starts full: bursts pass, the mean stays at so many requests a minute."""

    def __init__(self, per_minute: float, config: Config) -> None:
        self._rate, self._seam = per_minute / 60, config.seam
        self._size = max(1.0, per_minute)
        self._tokens = self._size
        self._at = config.seam.monotonic()

    def wait(self) -> None:
        now = self._seam.monotonic()
        self._tokens = min(self._size, self._tokens + (now - self._at) * self._rate) - 1
        self._at = now
        if self._tokens < 0:
            sleep(self._seam, -self._tokens / self._rate)

"""Hooks and the log: what a program can see of its calls. Plain values, without headers, bodies or credentials."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ._errors import ConfigError

ENV_LOG = "CHUTES_LOG"
LOGGER = logging.getLogger("chutes_client")
LOGGER.addHandler(logging.NullHandler())
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warn": logging.WARNING}


@dataclass(frozen=True)
class AttemptInfo:
    """One request, before it is sent and when its answer has begun or it has failed.

    Attributes:
        operation: id of the operation, such as `createChatCompletion`.
        method, url: of the request; the URL has neither query nor user info.
        number: requests of this call so far, this one included.
        model: the model that is asked, if any.
        status: HTTP status; None before the answer, and where none came.
        kind: the kind of the failure; None before the answer, and where it went well.
        seconds: how long it took to the headers of the answer.
        request_id: id the server gave the request.
        call: the same for all attempts of one call, and for no other call of this program.
    """

    operation: str
    method: str
    url: str
    number: int
    model: str | None = None
    status: int | None = None
    kind: str | None = None
    seconds: float | None = None
    request_id: str | None = None
    call: int = 0


@dataclass(frozen=True)
class RetryInfo:
    """A request that is tried again: `number` and `kind` are those of the one that failed, `wait` is in seconds."""

    operation: str
    number: int
    kind: str
    wait: float
    call: int = 0


@dataclass(frozen=True)
class StreamInfo:
    """The end of a stream.

    Attributes:
        operation: id of the operation.
        seconds: from the beginning of the call to the end of the stream.
        first_chunk_seconds: to the first chunk, None where none came.
        chunks: how many were handed out.
        usage: tokens as the server counted them, in wire shape.
        kind: None at a complete end, the kind of the failure, `cancelled` where the stream was left early.
        model: the model that was asked.
    """

    operation: str
    seconds: float
    first_chunk_seconds: float | None
    chunks: int
    usage: Mapping[str, Any] | None = None
    kind: str | None = None
    model: str | None = None
    call: int = 0


@dataclass(frozen=True)
class CallInfo:
    """A call whose answer was read, or that failed; that of a stream is over with its stream.

    Attributes:
        operation: id of the operation.
        attempts: requests that were sent.
        seconds: in all.
        status: HTTP status of the last answer, None where none came.
        kind: what went wrong, None where nothing did, `cancelled` where it was left.
        model: the model that was asked last.
        response_model: the model that the answer names.
        usage: tokens as the server counted them, in wire shape.
        call: as in the other infos.
    """

    operation: str
    attempts: int
    seconds: float
    status: int | None = None
    kind: str | None = None
    model: str | None = None
    response_model: str | None = None
    usage: Mapping[str, Any] | None = None
    call: int = 0


@dataclass(frozen=True)
class Hooks:
    """Functions that are told of each attempt, each retry, each end of a stream and each end of a call, in order.

    They run where the call runs, so they should be quick. One that fails is ignored, and the failure is told on the log.

    Raises:
        ConfigError: for what is no function, and for a coroutine function.

    Example:
        >>> seen = []
        >>> hooks = Hooks(after_attempt=lambda info: seen.append((info.operation, info.status, info.kind)))
        >>> hooks.before_attempt is None
        True
    """

    before_attempt: Callable[[AttemptInfo], object] | None = None
    after_attempt: Callable[[AttemptInfo], object] | None = None
    on_retry: Callable[[RetryInfo], object] | None = None
    on_stream_end: Callable[[StreamInfo], object] | None = None
    on_call_end: Callable[[CallInfo], object] | None = None

    def __post_init__(self) -> None:
        from inspect import iscoroutinefunction

        for name, hook in vars(self).items():
            if hook is not None and (not callable(hook) or iscoroutinefunction(hook)):
                raise ConfigError(f"{name} must be a plain function: nobody would wait for a coroutine")


class Teller:
    """Tells the hooks and the log. `listens` is False where nobody is there to hear."""

    def __init__(self, hooks: Hooks | None) -> None:
        self._hooks = hooks or Hooks()
        self._hooked = hooks is not None

    @property
    def listens(self) -> bool:
        return self._hooked or LOGGER.isEnabledFor(logging.DEBUG)

    def on_call_start(self, operation: str, call: int) -> None:
        _log(logging.DEBUG, "call.start", operation=operation, call=call)

    def on_call_end(self, info: CallInfo) -> None:
        failed = info.kind not in (None, "cancelled") and _own in LOGGER.handlers  # who catches the error need not read of it, too
        _log(logging.WARNING if failed else logging.INFO, "call.end", info, ("usage",))
        _run(self._hooks.on_call_end, info)

    def before_attempt(self, info: AttemptInfo) -> None:
        _log(logging.DEBUG, "attempt.start", info, ("status", "kind", "seconds", "request_id"))
        _run(self._hooks.before_attempt, info)

    def after_attempt(self, info: AttemptInfo) -> None:
        _log(logging.DEBUG, "attempt.end", info)
        _run(self._hooks.after_attempt, info)

    def on_retry(self, info: RetryInfo) -> None:
        _log(logging.DEBUG, "retry", info)
        _run(self._hooks.on_retry, info)

    def on_stream_end(self, info: StreamInfo) -> None:
        _log(logging.DEBUG, "stream.end", info, ("usage",))
        _run(self._hooks.on_stream_end, info)


def _run(hook: Callable[[Any], object] | None, info: Any) -> None:
    if hook is None:
        return
    try:
        hook(info)
    except Exception as error:
        LOGGER.warning("hook.failed hook=%s error=%s", type(info).__name__, type(error).__name__)


def _log(level: int, event: str, info: object = None, left_out: tuple[str, ...] = (), **fields: Any) -> None:
    """One line of `key=value` pairs; what is not known is left out."""
    if not LOGGER.isEnabledFor(level):
        return
    told: dict[str, Any] = fields if info is None else vars(info)
    shown = {name: value for name, value in told.items() if name not in left_out}
    pairs = [f"{name}={_shown(value)}" for name, value in shown.items() if value is not None]
    LOGGER.log(level, " ".join((event, *pairs)))


def _shown(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value).replace("\n", " ")


def log_to_stderr() -> None:
    """Does what `CHUTES_LOG` asks for: `debug`, `info` or `warn` on standard error, unless the program set up a handler.

    Another word is off, with a warning: a level that is written wrong should stop no service.
    """
    word = os.environ.get(ENV_LOG, "").strip().lower()
    if word and word not in LEVELS:
        warnings.warn(f"{ENV_LOG} is none of {', '.join(LEVELS)}: it is off", RuntimeWarning, stacklevel=3)
        word = ""
    if not word:
        if _own in LOGGER.handlers:  # as an earlier client was told
            LOGGER.removeHandler(_own)
            LOGGER.setLevel(logging.NOTSET)
        return
    LOGGER.setLevel(LEVELS[word])
    if all(isinstance(handler, logging.NullHandler) for handler in (*LOGGER.handlers, *logging.getLogger().handlers)):
        LOGGER.addHandler(_own)


_own = logging.StreamHandler()
_own.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))

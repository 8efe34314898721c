"""What the helpers of both clients share."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from uuid import UUID

from ._config import OMIT, Config, check_duration
from ._deadline import MANAGEMENT_DEADLINE, bounded
from ._errors import APITimeoutError
from ._json import is_object
from ._params import Options

if TYPE_CHECKING:
    from .management import Chute, JobRun, WarmupEvent, WarmupStatus

WARMUP_TIMEOUT = 600.0
"""Seconds after which the server itself ends a warm-up that got nowhere."""
SOON = 0.001
"""Seconds that are left where none are, since zero is no time-out."""
POLL_INTERVAL = 5.0
"""Seconds between two questions about a job or a build; the platform asks for no more than that."""


Progress: TypeAlias = "Callable[[WarmupEvent | WarmupStatus], None]"


@dataclass(frozen=True)
class Deployment:
    """What became of a deployment.

    Attributes:
        chute: the chute as the server has it now.
        status: `unchanged` (nothing was sent), `created` or `updated`.
    """

    chute: Chute
    status: Literal["unchanged", "created", "updated"]


def job_state(run: JobRun) -> str:
    """The state of a run, which the server does not tell in one word.

    `queued`, `running`, or how it ended: `complete`, `complete_pending_uploads`, `partial_failure`, `error`, or another word
    of the server.

    Example:
        >>> from chutes_client.management import JobRun
        >>> job_state(JobRun(job_id="j", active=True))
        'running'
    """
    if run.finished_at is not None:
        result: Any = run.result
        inner: Any = result.get("status") if is_object(result) else None
        return str(inner or run.status or "complete")
    return "running" if run.instance_id or run.active else "queued"


def is_uuid(text: str) -> bool:
    """Whether a reference is an id, which needs no look-up."""
    try:
        return str(UUID(text)) == text.lower()
    except (ValueError, TypeError, AttributeError):  # what is no text is refused by the call that looks it up
        return False


def look_ups(options: Options | None) -> Options:
    """Options of the requests around a helper's own one: body, query and headers of the caller belong to that one."""
    chosen = Options(**(options or {}))
    chosen.pop("extra_body", None)
    chosen.pop("extra_query", None)
    chosen.pop("extra_headers", None)
    return chosen


class Until:
    """The time that a helper may take in all: requests, sleeps and streams.

    Raises:
        ConfigError: for a time-out that is not above zero.
    """

    def __init__(self, config: Config, timeout: float | None, options: Options | None) -> None:
        check_duration(timeout, "timeout")
        self._now, self._options, self._deadline = config.seam.monotonic, options or Options(), config.deadline
        self._at = math.inf if timeout is None else self._now() + timeout

    @property
    def over(self) -> bool:
        return self._now() >= self._at

    def at_most(self, seconds: float) -> float:
        """So many seconds, but not beyond the end."""
        return max(min(seconds, self._at - self._now()), 0.0)

    def stream(self) -> Options:
        """The options of a stream, which ends with the time: what keeps it alive goes on for ever."""
        return self._within(None, SOON)

    def question(self) -> Options:
        """The options of a question, which ends with the time as well; the last one has a second."""
        return self._within(MANAGEMENT_DEADLINE, 1.0)

    @contextmanager
    def asking(self, late: Callable[[], APITimeoutError]) -> Generator[None, None, None]:
        """A question that ended with the time fails as `late` says."""
        try:
            yield
        except APITimeoutError as error:
            if self.over:
                raise late() from error
            raise

    def _within(self, default: float | None, least: float) -> Options:
        chosen = Options(**self._options)
        if math.isinf(self._at):
            return chosen
        own = chosen.get("deadline", OMIT)
        own = self._deadline if own is OMIT else own
        limit = bounded(default if own is OMIT else own)
        left = max(self._at - self._now(), least)
        chosen["deadline"] = left if limit is None else min(limit, left)
        return chosen

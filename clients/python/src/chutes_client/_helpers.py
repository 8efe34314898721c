"""What the helpers of both clients share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ._json import is_object

if TYPE_CHECKING:
    from .management import Chute, JobRun, WarmupEvent, WarmupStatus

WARMUP_TIMEOUT = 600.0
"""Seconds after which the server itself ends a warm-up that got nowhere."""
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
    """
    if run.finished_at is not None:
        result: Any = run.result
        inner: Any = result.get("status") if is_object(result) else None
        return str(inner or run.status or "complete")
    return "running" if run.instance_id or run.active else "queued"

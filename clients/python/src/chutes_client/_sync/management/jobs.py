# Made from _async/management/jobs.py by scripts/unasync.py. Do not edit.
# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from typing_extensions import Unpack

from ..._config import OMIT, Omit
from ..._params import Options
from ..._request import Call, Param
from ..._results import Binary
from ...management import _models as models

if TYPE_CHECKING:
    from .._client import Chutes


class JobsApi:
    """Runs of the jobs of chutes."""

    def __init__(self, client: Chutes) -> None:
        self._client = client

    def submit(
        self,
        chute_id: str,
        job_method: str,
        *,
        args: Mapping[str, Any] | Omit = OMIT,
        **options: Unpack[Options],
    ) -> models.JobRun:
        """Start a job of a chute.

        The body is the arguments of the job; `_disk_gb` (above 10, below 1000; 10 without it) asks for disk space. A chute that
        has no such job is a 404. Most accounts have a daily quota of 0 and get a 429.

        Calls `POST /jobs/{chute_id}/{job_method}`; never sent twice by itself.

        Args:
            chute_id: Id of the chute; its name does not do.
            job_method: Name of the job.
            args: the body, sent as it is.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (400, 401, 404, 422, 429), or the connection did.
        """
        call = Call(
            "submitJob",
            "POST",
            ["/jobs/", Param("chute_id", chute_id), "/", Param("job_method", job_method)],
            body={} if args is OMIT else args,
            idempotent=False,
        )
        made: models.JobRun = self._client._perform(call, models.JobRun, options)
        return made

    def get(
        self,
        job_id: str,
        **options: Unpack[Options],
    ) -> models.JobRun:
        """Get a run of a job.

        There is no list of runs: keep the id.

        Calls `GET /jobs/{job_id}`.

        Args:
            job_id: Id of the run.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404, 422), or the connection did.
        """
        call = Call(
            "getJob",
            "GET",
            ["/jobs/", Param("job_id", job_id)],
        )
        made: models.JobRun = self._client._perform(call, models.JobRun, options)
        return made

    def delete(
        self,
        job_id: str,
        **options: Unpack[Options],
    ) -> models.JobDeletion:
        """Cancel a run of a job; fails today.

        The server of 2026-05 stops the worker and deletes the files, then fails with a 500 and keeps the run.

        Calls `DELETE /jobs/{job_id}`; never sent twice by itself.

        Args:
            job_id: Id of the run.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404, 422, 500), or the connection did.
        """
        call = Call(
            "deleteJob",
            "DELETE",
            ["/jobs/", Param("job_id", job_id)],
            idempotent=False,
        )
        made: models.JobDeletion = self._client._perform(call, models.JobDeletion, options)
        return made

    def file(
        self,
        job_id: str,
        file_id: str,
        **options: Unpack[Options],
    ) -> Binary:
        """Get a file that a run of a job has left.

        A 500 before the run has ended, and for a file whose `uploaded` is false.

        Calls `GET /jobs/{job_id}/download/{file_id}`.

        Args:
            job_id: Id of the run.
            file_id: A key of `output_files`.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404, 422, 500), or the connection did.
        """
        call = Call(
            "getJobFile",
            "GET",
            ["/jobs/", Param("job_id", job_id), "/download/", Param("file_id", file_id)],
            result="bytes",
            accept="application/octet-stream",
        )
        return self._client._binary(call, options)

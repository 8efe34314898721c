# Made from _async/helpers/jobs.py by scripts/unasync.py. Do not edit.
"""Starting a job, waiting for it, and fetching its files."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..._config import check_duration
from ..._download import OnProgress, check_folder, write
from ..._errors import APITimeoutError, ConfigError
from ..._helpers import POLL_INTERVAL, Until, is_uuid, look_ups
from ..._journey import reading
from ..._params import Options
from ..._request import Call, Param
from ...management import JobRun
from .._platform import sleep
from ..management.jobs import JobsApi


class JobsResource(JobsApi):
    """Runs of the jobs of chutes."""

    def create(
        self,
        chute: str,
        method: str,
        args: Mapping[str, Any] | None = None,
        *,
        disk_gb: float | None = None,
        options: Options | None = None,
        **more: Any,
    ) -> JobRun:
        """Starts a job of a chute; sent once, never a second time by itself.

        Args:
            chute: id of the chute, or its name, which is looked up first.
            method: name of the job.
            args: its arguments; keyword arguments are merged over them.
            disk_gb: disk space in GB, above 10 and below 1000; default: what the job was deployed with.
            options: `timeout`, `extra_headers` and the other options of a call; a look-up takes only its limits.

        Raises:
            ConfigError: for a disk of another size, before anything is sent.
            QuotaExhaustedError: where the daily quota of jobs is used up; for most accounts it is 0.
            ChutesError: what the server refused, or the connection did.

        Example:
            >>> run = client.jobs.create("demo/worker", "train", epochs=2, disk_gb=50)
            >>> run.method
            'train'
        """
        body = {**(args or {}), **more}
        if disk_gb is not None:
            if not 10 < disk_gb < 1000:
                raise ConfigError("disk_gb is above 10 and below 1000")
            body["_disk_gb"] = disk_gb
        if not is_uuid(chute):
            chute = (self._client.chutes.get(chute, **look_ups(options))).chute_id
        return self.submit(chute, method, args=body, **(options or {}))

    def wait(
        self,
        job_id: str,
        *,
        timeout: float | None = None,
        poll_interval: float = POLL_INTERVAL,
        on_progress: Callable[[JobRun], None] | None = None,
        options: Options | None = None,
    ) -> JobRun:
        """Asks for a run until it has ended, and returns it, however it ended; see `job_state`.

        Args:
            job_id: id of the run.
            timeout: seconds to wait at most; default: no limit.
            poll_interval: seconds between two questions, default 5.
            on_progress: called with each answer.

        Raises:
            APITimeoutError: after `timeout`; the job goes on.
            ChutesError: what the server refused, or the connection did.

        Example:
            >>> from chutes_client import job_state
            >>> run = client.jobs.create("demo/worker", "train", epochs=1)
            >>> job_state(client.jobs.wait(run.job_id, timeout=60, poll_interval=0.2))
            'complete'
        """
        check_duration(poll_interval, "poll_interval")
        seam = self._client._config.seam
        until = Until(self._client._config, timeout, options)

        def late() -> APITimeoutError:
            return APITimeoutError(f"the job {job_id} did not end in time; it goes on")

        while True:
            with until.asking(late):
                run = self.get(job_id, **until.question())
            if on_progress is not None:
                on_progress(run)
            if run.finished_at is not None:
                return run
            if until.over:
                raise late()
            sleep(seam, until.at_most(poll_interval))

    def download(
        self,
        job_id: str,
        file_id: str,
        to: str | os.PathLike[str],
        *,
        on_progress: OnProgress | None = None,
        options: Options | None = None,
    ) -> Path:
        """Fetches a file of a run straight to disk: it is there whole, or not at all.

        Args:
            job_id: id of the run.
            file_id: a key of its `output_files`.
            to: path of the file, or a folder, in which it gets the server's name or else its id.
            on_progress: called with the bytes received and the bytes in all, None where the server does not tell.

        Returns:
            The path of the file.

        Raises:
            ConfigError: if the folder does not exist, before anything is sent; if a file of that name is in the folder: only
                what is named by its whole path is replaced.
            ChutesError: what the server refused, or the connection did; nothing is left behind then.

        Example:
            >>> from tempfile import TemporaryDirectory
            >>> run = client.jobs.create("demo/worker", "train", epochs=1)
            >>> run = client.jobs.wait(run.job_id, timeout=60, poll_interval=0.2)
            >>> with TemporaryDirectory() as folder:
            ...     for file_id in run.output_files or {}:
            ...         print((client.jobs.download(run.job_id, file_id, folder)).name)
            report.txt
            weights.bin
        """
        check_folder(to)
        call = Call(
            "getJobFile", "GET", ["/jobs/", Param("job_id", job_id), "/download/", Param("file_id", file_id)], result="bytes"
        )
        answer = self._client._open(call, options or {})
        pieces = answer.chunks()
        try:
            with reading(answer), write(to, file_id, answer.headers, on_progress) as (path, take):
                for piece in pieces:
                    take(piece)
        finally:
            pieces.close()
            answer.close()
        return path

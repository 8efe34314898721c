# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from typing_extensions import Unpack

from ..._config import OMIT, Omit
from ..._params import Options
from ..._request import Call, Param
from ..._results import Items, Text
from ...management import _models as models

if TYPE_CHECKING:
    from .._client import AsyncChutes


class AsyncInvocationsApi:
    """Statistics and tables of invocations."""

    def __init__(self, client: AsyncChutes) -> None:
        self._client = client

    async def usage(
        self,
        **options: Unpack[Options],
    ) -> Items[models.InvocationUsage]:
        """List how much each chute was used, day by day.

        Calls `GET /invocations/usage`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused, or the connection did.
        """
        call = Call(
            "listInvocationUsage",
            "GET",
            ["/invocations/usage"],
            public=True,
        )
        made: Items[models.InvocationUsage] = await self._client._perform(call, builtins.list[models.InvocationUsage], options)
        return made

    async def llm_stats(
        self,
        *,
        start_date: str | Omit = OMIT,
        end_date: str | Omit = OMIT,
        chute_id: str | Omit = OMIT,
        **options: Unpack[Options],
    ) -> Items[models.LlmStats]:
        """List the statistics of language models.

        Calls `GET /invocations/stats/llm`.

        Args:
            start_date: First day, `YYYY-MM-DD`.
            end_date: Last day, `YYYY-MM-DD`.
            chute_id: Only this chute.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (422), or the connection did.
        """
        call = Call(
            "listLlmStats",
            "GET",
            ["/invocations/stats/llm"],
            query={
                "start_date": start_date,
                "end_date": end_date,
                "chute_id": chute_id,
            },
            public=True,
        )
        made: Items[models.LlmStats] = await self._client._perform(call, builtins.list[models.LlmStats], options)
        return made

    async def diffusion_stats(
        self,
        **options: Unpack[Options],
    ) -> Items[models.DiffusionStats]:
        """List the statistics of image models.

        Calls `GET /invocations/stats/diffusion`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused, or the connection did.
        """
        call = Call(
            "listDiffusionStats",
            "GET",
            ["/invocations/stats/diffusion"],
            public=True,
        )
        made: Items[models.DiffusionStats] = await self._client._perform(call, builtins.list[models.DiffusionStats], options)
        return made

    async def export(
        self,
        year: int,
        month: int,
        day: int,
        hour_format: str,
        **options: Unpack[Options],
    ) -> Text:
        """Get all invocations of one hour as a table.

        From 2024-12-14 on, in UTC. An hour that has no table is a 404, another form than `HH.csv` or `HH-jobs.csv` a 400, a day
        or hour that does not exist a 500.

        Calls `GET /invocations/exports/{year}/{month}/{day}/{hour_format}`.

        Args:
            year: Year.
            month: Month, 1 to 12.
            day: Day of the month.
            hour_format: Hour and kind: `07.csv`, or `07-jobs.csv` for jobs.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (400, 404, 422, 500), or the connection did.
        """
        call = Call(
            "exportInvocations",
            "GET",
            [
                "/invocations/exports/",
                Param("year", year),
                "/",
                Param("month", month),
                "/",
                Param("day", day),
                "/",
                Param("hour_format", hour_format),
            ],
            public=True,
            result="text",
            accept="text/csv",
        )
        text: Text = await self._client._perform(call, str, options)
        return text

    async def export_recent(
        self,
        *,
        hotkey: str | Omit = OMIT,
        limit: int | Omit = OMIT,
        **options: Unpack[Options],
    ) -> Text:
        """Get the latest invocations as a table.

        Those of the last day that worked, newest first. Columns: `invocation_id`, `chute_id`, `chute_user_id`, `function_name`,
        `image_id`, `image_user_id`, `instance_id`, `miner_uid`, `miner_hotkey`, `started_at`, `completed_at`, `error_message`,
        `compute_multiplier`, `metrics`.

        Calls `GET /invocations/exports/recent`.

        Args:
            hotkey: Only this miner.
            limit: Rows; never more than 10000, and 100 for anything below 1.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (422), or the connection did.
        """
        call = Call(
            "exportRecentInvocations",
            "GET",
            ["/invocations/exports/recent"],
            query={
                "hotkey": hotkey,
                "limit": limit,
            },
            public=True,
            result="text",
            accept="text/csv",
        )
        text: Text = await self._client._perform(call, str, options)
        return text

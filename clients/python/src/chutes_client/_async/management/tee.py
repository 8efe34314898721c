# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from typing_extensions import Unpack

from ..._params import Options
from ..._request import Call
from ..._results import Items
from ...management import _models as models

if TYPE_CHECKING:
    from .._client import AsyncChutes


class AsyncTeeApi:
    """What trusted machines must show."""

    def __init__(self, client: AsyncChutes) -> None:
        self._client = client

    async def measurements(
        self,
        **options: Unpack[Options],
    ) -> Items[models.TeeMeasurement]:
        """List the measurements that a trusted machine must show.

        Calls `GET /servers/tee/measurements`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (500), or the connection did.
        """
        call = Call(
            "listTeeMeasurements",
            "GET",
            ["/servers/tee/measurements"],
            public=True,
        )
        made: Items[models.TeeMeasurement] = await self._client._perform(call, builtins.list[models.TeeMeasurement], options)
        return made

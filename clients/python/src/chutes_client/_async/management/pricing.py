# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import Unpack

from ..._params import Options
from ..._request import Call
from ..._results import Table
from ...management import _models as models

if TYPE_CHECKING:
    from .._client import AsyncChutes


class AsyncPricingApi:
    """Prices of GPUs and rates of currencies."""

    def __init__(self, client: AsyncChutes) -> None:
        self._client = client

    async def get(
        self,
        **options: Unpack[Options],
    ) -> models.Pricing:
        """Get the prices of GPUs and the rate of TAO.

        Calls `GET /pricing`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (500), or the connection did.
        """
        call = Call(
            "getPricing",
            "GET",
            ["/pricing"],
            public=True,
        )
        made: models.Pricing = await self._client._perform(call, models.Pricing, options)
        return made

    async def fmv(
        self,
        **options: Unpack[Options],
    ) -> Table[float]:
        """Get fair market values in USD.

        Calls `GET /fmv`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (500), or the connection did.
        """
        call = Call(
            "getFairMarketValue",
            "GET",
            ["/fmv"],
            public=True,
        )
        made: Table[float] = await self._client._perform(call, dict[str, float], options)
        return made

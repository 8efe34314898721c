# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

from typing_extensions import Unpack

from ..._config import OMIT, Omit
from ..._params import Options
from ..._request import Call, Param
from ..._results import Items
from ...management import _models as models

if TYPE_CHECKING:
    from .._client import AsyncChutes


class AsyncBountiesApi:
    """Rewards that make miners start a chute."""

    def __init__(self, client: AsyncChutes) -> None:
        self._client = client

    async def list(
        self,
        **options: Unpack[Options],
    ) -> Items[models.Bounty]:
        """List the open bounties.

        Calls `GET /bounties/`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused, or the connection did.
        """
        call = Call(
            "listBounties",
            "GET",
            ["/bounties/"],
            public=True,
        )
        made: Items[models.Bounty] = await self._client._perform(call, builtins.list[models.Bounty], options)
        return made

    async def increase(
        self,
        chute_id: str,
        *,
        boost: float | Omit = OMIT,
        **options: Unpack[Options],
    ) -> Any:
        """Raise the bounty of a chute, or open one.

        Only for administrators of the platform; everybody else gets a 403. It changes state although it is a GET, so clients
        never repeat it.

        Calls `GET /bounties/{chute_id}/increase`; never sent twice by itself.

        Args:
            chute_id: Id of the chute.
            boost: Factor on the reward of the miners.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 403, 404, 422), or the connection did.
        """
        call = Call(
            "increaseBounty",
            "GET",
            ["/bounties/", Param("chute_id", chute_id), "/increase"],
            query={
                "boost": boost,
            },
            idempotent=False,
        )
        made: Any = await self._client._perform(call, object, options)
        return made

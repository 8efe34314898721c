# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import Unpack

from ..._params import Options
from ..._request import Call
from ...management import _models as models

if TYPE_CHECKING:
    from .._client import AsyncChutes


class AsyncUsersApi:
    """Accounts."""

    def __init__(self, client: AsyncChutes) -> None:
        self._client = client

    async def me(
        self,
        **options: Unpack[Options],
    ) -> models.Account:
        """Get your own account, balance included.

        Calls `GET /users/me`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 403, 404), or the connection did.
        """
        call = Call(
            "getMe",
            "GET",
            ["/users/me"],
        )
        made: models.Account = await self._client._perform(call, models.Account, options)
        return made

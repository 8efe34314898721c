# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import Unpack

from ... import types
from ..._params import Options
from ..._request import Call

if TYPE_CHECKING:
    from .._client import AsyncChutes


class AsyncModelsApi:
    """The models behind the OpenAI-compatible router."""

    def __init__(self, client: AsyncChutes) -> None:
        self._client = client

    async def list(
        self,
        **options: Unpack[Options],
    ) -> types.ModelList:
        """List the models behind the router.

        Public. Models come and go within weeks, so read the list instead of writing names into programs.

        Calls `GET /models`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused, or the connection did.
        """
        call = Call(
            "listModels",
            "GET",
            ["/models"],
            public=True,
            host="llm",
        )
        made: types.ModelList = await self._client._perform(call, types.ModelList, options)
        return made

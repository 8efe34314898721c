# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import Unpack

from ..._config import OMIT, Omit
from ..._params import Options
from ..._request import Call, Param
from ...management import _models as models
from .._stream import AsyncEventStream

if TYPE_CHECKING:
    from .._client import AsyncChutes


class AsyncInstancesApi:
    """Running copies of chutes."""

    def __init__(self, client: AsyncChutes) -> None:
        self._client = client

    async def logs(
        self,
        instance_id: str,
        *,
        backfill: int | Omit = OMIT,
        **options: Unpack[Options],
    ) -> AsyncEventStream[models.InstanceLogEvent]:
        """Follow the log of an instance of a private chute.

        Of your own, or one that is shared with you (otherwise 403). Has no end. After a drop open it again with `backfill` 0;
        records are not numbered.

        Calls `GET /instances/{instance_id}/logs`.

        Args:
            instance_id: Id of the instance.
            backfill: Lines of the past to begin with.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (400, 401, 403, 404, 422), or the connection did.
        """
        call = Call(
            "followInstanceLogs",
            "GET",
            ["/instances/", Param("instance_id", instance_id), "/logs"],
            query={
                "backfill": backfill,
            },
            purpose="logs",
            endless=True,
            result="sse",
        )
        return await self._client._stream(call, models.InstanceLogEvent, options)

    async def evidence(
        self,
        instance_id: str,
        *,
        nonce: str,
        **options: Unpack[Options],
    ) -> models.InstanceEvidence:
        """Get the attestation of one instance.

        As for a whole chute, with the same 60 calls a minute for all users together (429).

        Calls `GET /instances/{instance_id}/evidence`.

        Args:
            instance_id: Id of the instance.
            nonce: 64 hexadecimal digits of your own choice.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (400, 401, 403, 404, 422, 429, 502), or the connection did.
        """
        call = Call(
            "getInstanceEvidence",
            "GET",
            ["/instances/", Param("instance_id", instance_id), "/evidence"],
            query={
                "nonce": nonce,
            },
            purpose="chutes",
        )
        made: models.InstanceEvidence = await self._client._perform(call, models.InstanceEvidence, options)
        return made

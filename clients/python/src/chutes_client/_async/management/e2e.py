# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import Unpack

from ..._config import OMIT, Omit
from ..._params import Options
from ..._request import Call, Param
from ..._results import Binary
from ...management import _models as models
from .._stream import AsyncEventStream

if TYPE_CHECKING:
    from .._client import AsyncChutes


class AsyncE2eApi:
    """Calls that only the instance can read."""

    def __init__(self, client: AsyncChutes) -> None:
        self._client = client

    async def instances(
        self,
        chute_id: str,
        **options: Unpack[Options],
    ) -> models.E2eInstances:
        """List the instances that take encrypted calls, with nonces for them.

        Up to five instances with ten nonces each. A nonce is good for you, this chute and its instance, and used up by any
        attempt. A chute without a running instance that can encrypt is a 404. All users together may ask 10 times a minute
        (429), so use every nonce before you ask again.

        Calls `GET /e2e/instances/{chute_id}`.

        Args:
            chute_id: Id of the chute.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404, 422, 429), or the connection did.
        """
        call = Call(
            "listE2eInstances",
            "GET",
            ["/e2e/instances/", Param("chute_id", chute_id)],
        )
        made: models.E2eInstances = await self._client._perform(call, models.E2eInstances, options)
        return made

    async def invoke(
        self,
        *,
        blob: bytes,
        chute_id: str,
        instance_id: str,
        e2e_nonce: str,
        e2e_path: str | Omit = OMIT,
        **options: Unpack[Options],
    ) -> Binary:
        """Call an instance with an encrypted request.

        Encryption is up to the caller. A used or expired nonce is a 403: ask for another instance and nonce, encrypt again, try
        once more. Other errors have used the nonce up, too. A 410, 429 or 502 speaks of this instance; another one may do.

        Calls `POST /e2e/invoke`; never sent twice by itself.

        Args:
            blob: the body.
            chute_id: Id of the chute.
            instance_id: Id of the instance.
            e2e_nonce: A nonce of that instance.
            e2e_path: Public path of the cord, such as `/v1/chat/completions`, without a query. What the server takes without it
            reaches no cord.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (400, 401, 402, 403, 404, 410, 422, 429, 500, 502, 503), or the connection did.
        """
        call = Call(
            "invokeE2e",
            "POST",
            ["/e2e/invoke"],
            content=blob,
            headers={
                "X-Chute-Id": chute_id,
                "X-Instance-Id": instance_id,
                "X-E2E-Nonce": e2e_nonce,
                "X-E2E-Path": e2e_path,
            },
            result="bytes",
            idempotent=False,
            accept="application/octet-stream, text/event-stream",
        )
        return await self._client._binary(call, options)

    async def invoke_stream(
        self,
        *,
        blob: bytes,
        chute_id: str,
        instance_id: str,
        e2e_nonce: str,
        e2e_path: str | Omit = OMIT,
        **options: Unpack[Options],
    ) -> AsyncEventStream[models.E2eEvent]:
        """Call an instance with an encrypted request and read an encrypted stream.

        Encryption is up to the caller. A used or expired nonce is a 403: ask for another instance and nonce, encrypt again, try
        once more. Other errors have used the nonce up, too. A 410, 429 or 502 speaks of this instance; another one may do.

        Calls `POST /e2e/invoke`; never sent twice by itself.

        Args:
            blob: the body.
            chute_id: Id of the chute.
            instance_id: Id of the instance.
            e2e_nonce: A nonce of that instance.
            e2e_path: Public path of the cord, such as `/v1/chat/completions`, without a query. What the server takes without it
            reaches no cord.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (400, 401, 402, 403, 404, 410, 422, 429, 500, 502, 503), or the connection did.
        """
        call = Call(
            "invokeE2e",
            "POST",
            ["/e2e/invoke"],
            content=blob,
            headers={
                "X-E2E-Stream": "true",
                "X-Chute-Id": chute_id,
                "X-Instance-Id": instance_id,
                "X-E2E-Nonce": e2e_nonce,
                "X-E2E-Path": e2e_path,
            },
            result="sse",
            idempotent=False,
        )
        return await self._client._stream(call, models.E2eEvent, options)

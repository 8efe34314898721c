# Made from _async/management/encrypted_logs.py by scripts/unasync.py. Do not edit.
# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from typing_extensions import Unpack

from ..._params import Options
from ..._request import Call, Param
from ..._results import Items
from ...management import _models as models

if TYPE_CHECKING:
    from .._client import Chutes


class EncryptedLogsApi:
    """Logs that only the owner can read."""

    def __init__(self, client: Chutes) -> None:
        self._client = client

    def sessions(
        self,
        chute_id: str,
        **options: Unpack[Options],
    ) -> Items[models.LogSession]:
        """List the encrypted logs of a chute of your own.

        They hold how the instances of a private chute started, up to the moment each took calls, and are kept for about four
        hours.

        Calls `GET /encrypted_logs/{chute_id}/sessions`.

        Args:
            chute_id: Id of the chute.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404, 422), or the connection did.
        """
        call = Call(
            "listLogSessions",
            "GET",
            ["/encrypted_logs/", Param("chute_id", chute_id), "/sessions"],
            purpose="chutes",
        )
        made: Items[models.LogSession] = self._client._perform(call, builtins.list[models.LogSession], options)
        return made

    def chunks(
        self,
        chute_id: str,
        instance_id: str,
        **options: Unpack[Options],
    ) -> models.LogChunks:
        """Get the encrypted log of one instance.

        At most 5000 chunks of several lines. Each is base64 of a nonce of 12 bytes and AES-256-GCM (ciphertext, then tag). The
        key is HKDF-SHA256 of the Ristretto255 product of your private hotkey and the `ephemeral_pubkey` of the session, with
        that key and your public one as salt, and `chutes-encrypted-logs-v1` as info.

        Calls `GET /encrypted_logs/{chute_id}/sessions/{instance_id}/chunks`.

        Args:
            chute_id: Id of the chute.
            instance_id: Id of the instance.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404, 422), or the connection did.
        """
        call = Call(
            "listLogChunks",
            "GET",
            ["/encrypted_logs/", Param("chute_id", chute_id), "/sessions/", Param("instance_id", instance_id), "/chunks"],
            purpose="chutes",
        )
        made: models.LogChunks = self._client._perform(call, models.LogChunks, options)
        return made

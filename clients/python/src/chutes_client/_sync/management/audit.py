# Made from _async/management/audit.py by scripts/unasync.py. Do not edit.
# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from typing_extensions import Unpack

from ..._params import Options
from ..._request import Call
from ..._results import Binary, Items
from ...management import _models as models

if TYPE_CHECKING:
    from .._client import Chutes


class AuditApi:
    """Reports of miners and validators."""

    def __init__(self, client: Chutes) -> None:
        self._client = client

    def list(
        self,
        **options: Unpack[Options],
    ) -> Items[models.AuditEntry]:
        """List the reports that miners and validators have filed.

        Calls `GET /audit/`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused, or the connection did.
        """
        call = Call(
            "listAuditEntries",
            "GET",
            ["/audit/"],
            public=True,
        )
        made: Items[models.AuditEntry] = self._client._perform(call, builtins.list[models.AuditEntry], options)
        return made

    def download(
        self,
        *,
        path: str,
        **options: Unpack[Options],
    ) -> Binary:
        """Get one of the reports.

        Calls `GET /audit/download`.

        Args:
            path: `path` of an entry.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (404, 422), or the connection did.
        """
        call = Call(
            "downloadAudit",
            "GET",
            ["/audit/download"],
            query={
                "path": path,
            },
            public=True,
            result="bytes",
            accept="application/json, text/csv",
        )
        return self._client._binary(call, options)

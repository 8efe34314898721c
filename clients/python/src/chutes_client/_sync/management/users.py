# Made from _async/management/users.py by scripts/unasync.py. Do not edit.
# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import Unpack

from ..._params import Options
from ..._request import Call
from ...management import _models as models

if TYPE_CHECKING:
    from .._client import Chutes


class UsersApi:
    """Accounts."""

    def __init__(self, client: Chutes) -> None:
        self._client = client

    def me(
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
        made: models.Account = self._client._perform(call, models.Account, options)
        return made

# Made from _async/management/api_keys.py by scripts/unasync.py. Do not edit.
# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from typing_extensions import Unpack

from ..._config import OMIT, Omit
from ..._params import Options
from ..._request import Call, Param
from ...management import _models as models
from .._pager import Page

if TYPE_CHECKING:
    from .._client import Chutes


class ApiKeysApi:
    """Keys of the account."""

    def __init__(self, client: Chutes) -> None:
        self._client = client

    def list(
        self,
        *,
        page: int | Omit = OMIT,
        limit: int | Omit = OMIT,
        **options: Unpack[Options],
    ) -> Page[models.ApiKey]:
        """List your API keys.

        Calls `GET /api_keys/`.

        Args:
            page: Page number; 0 is the first.
            limit: Items in a page.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 422), or the connection did.
        """
        call = Call(
            "listApiKeys",
            "GET",
            ["/api_keys/"],
            query={
                "page": page,
                "limit": limit,
            },
            purpose="api_keys",
        )
        return self._client._paged(call, models.ApiKeyPage, options)

    def create(
        self,
        *,
        admin: bool,
        name: str,
        scopes: Sequence[models.ApiKeyScopeArgs | Mapping[str, Any]] | Omit | None = OMIT,
        **options: Unpack[Options],
    ) -> models.ApiKeyCreation:
        """Create an API key.

        A key that is not administrative and has no scopes can do nothing. Scopes work for invocation; management calls need an
        administrative key.

        Calls `POST /api_keys/`; never sent twice by itself.

        Args:
            admin: Whether it may do everything.
            name: 1 to 24 letters, digits, spaces and `$ . _ -`; unique in the account.
            scopes: What it may do if it is not administrative.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (400, 401, 409, 422), or the connection did.
        """
        call = Call(
            "createApiKey",
            "POST",
            ["/api_keys/"],
            body={
                "admin": admin,
                "name": name,
                "scopes": scopes,
            },
            idempotent=False,
        )
        made: models.ApiKeyCreation = self._client._perform(call, models.ApiKeyCreation, options)
        return made

    def get(
        self,
        api_key_id: str,
        **options: Unpack[Options],
    ) -> models.ApiKey:
        """Get an API key.

        Calls `GET /api_keys/{api_key_id}`.

        Args:
            api_key_id: Id of the key.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404, 422), or the connection did.
        """
        call = Call(
            "getApiKey",
            "GET",
            ["/api_keys/", Param("api_key_id", api_key_id)],
            purpose="api_keys",
        )
        made: models.ApiKey = self._client._perform(call, models.ApiKey, options)
        return made

    def delete(
        self,
        api_key_id: str,
        **options: Unpack[Options],
    ) -> models.ApiKeyDeletion:
        """Delete an API key.

        It may go on working for a minute or two, because the server caches keys.

        Calls `DELETE /api_keys/{api_key_id}`.

        Args:
            api_key_id: Id of the key.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404, 422), or the connection did.
        """
        call = Call(
            "deleteApiKey",
            "DELETE",
            ["/api_keys/", Param("api_key_id", api_key_id)],
            purpose="api_keys",
        )
        made: models.ApiKeyDeletion = self._client._perform(call, models.ApiKeyDeletion, options)
        return made

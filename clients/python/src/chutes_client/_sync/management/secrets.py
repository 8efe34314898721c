# Made from _async/management/secrets.py by scripts/unasync.py. Do not edit.
# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import Unpack

from ..._config import OMIT, Omit
from ..._params import Options
from ..._request import Call, Param
from ...management import _models as models
from .._pager import Page

if TYPE_CHECKING:
    from .._client import Chutes


class SecretsApi:
    """Environment variables that chutes get."""

    def __init__(self, client: Chutes) -> None:
        self._client = client

    def list(
        self,
        *,
        page: int | Omit = OMIT,
        limit: int | Omit = OMIT,
        **options: Unpack[Options],
    ) -> Page[models.Secret]:
        """List your secrets.

        Calls `GET /secrets/`.

        Args:
            page: Page number; 0 is the first.
            limit: Items in a page.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 422), or the connection did.
        """
        call = Call(
            "listSecrets",
            "GET",
            ["/secrets/"],
            query={
                "page": page,
                "limit": limit,
            },
            purpose="secrets",
        )
        return self._client._paged(call, models.SecretPage, options)

    def create(
        self,
        *,
        purpose: str,
        key: str,
        value: str,
        **options: Unpack[Options],
    ) -> models.SecretCreation:
        """Store a secret for one of your chutes.

        A secret cannot be changed: delete it and create it again. A second one of the same key and chute is a 409, some names
        of keys are a 403.

        Calls `POST /secrets/`; never sent twice by itself.

        Args:
            purpose: Id or name of one of your chutes.
            key: Name of the environment variable.
            value: The value, in clear.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 403, 404, 409, 422), or the connection did.
        """
        call = Call(
            "createSecret",
            "POST",
            ["/secrets/"],
            body={
                "purpose": purpose,
                "key": key,
                "value": value,
            },
            idempotent=False,
        )
        made: models.SecretCreation = self._client._perform(call, models.SecretCreation, options)
        return made

    def get(
        self,
        secret_id: str,
        **options: Unpack[Options],
    ) -> models.Secret:
        """Get a secret, without its value.

        Calls `GET /secrets/{secret_id}`.

        Args:
            secret_id: Id of the secret.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404, 422), or the connection did.
        """
        call = Call(
            "getSecret",
            "GET",
            ["/secrets/", Param("secret_id", secret_id)],
            purpose="secrets",
        )
        made: models.Secret = self._client._perform(call, models.Secret, options)
        return made

    def delete(
        self,
        secret_id: str,
        **options: Unpack[Options],
    ) -> models.SecretDeletion:
        """Delete a secret.

        Calls `DELETE /secrets/{secret_id}`.

        Args:
            secret_id: Id of the secret.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404, 422), or the connection did.
        """
        call = Call(
            "deleteSecret",
            "DELETE",
            ["/secrets/", Param("secret_id", secret_id)],
            purpose="secrets",
        )
        made: models.SecretDeletion = self._client._perform(call, models.SecretDeletion, options)
        return made

# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import Unpack

from ..._config import OMIT, Omit
from ..._params import Options
from ..._request import Call, Param
from ...management import _models as models
from .._pager import AsyncPager

if TYPE_CHECKING:
    from .._client import AsyncChutes


class AsyncOauthAuthorizationsApi:
    """Apps that you have authorized."""

    def __init__(self, client: AsyncChutes) -> None:
        self._client = client

    def list(
        self,
        *,
        page: int | Omit = OMIT,
        limit: int | Omit = OMIT,
        **options: Unpack[Options],
    ) -> AsyncPager[models.OauthAuthorization]:
        """List the apps that you have authorized.

        Calls `GET /idp/authorizations`.

        Args:
            page: Page number; 0 is the first.
            limit: Items in a page.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 422), or the connection did.
        """
        call = Call(
            "listOauthAuthorizations",
            "GET",
            ["/idp/authorizations"],
            query={
                "page": page,
                "limit": limit,
            },
        )
        return self._client._paged(call, models.OauthAuthorizationPage, options)

    async def revoke(
        self,
        app_id: str,
        **options: Unpack[Options],
    ) -> models.OauthAuthorizationRevocation:
        """Take the authorization of an app back.

        All tokens that the app holds for you die with it.

        Calls `DELETE /idp/authorizations/{app_id}`.

        Args:
            app_id: Id of the app.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404, 422), or the connection did.
        """
        call = Call(
            "revokeOauthAuthorization",
            "DELETE",
            ["/idp/authorizations/", Param("app_id", app_id)],
        )
        made: models.OauthAuthorizationRevocation = await self._client._perform(call, models.OauthAuthorizationRevocation, options)
        return made

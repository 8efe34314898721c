# Made from _async/management/oauth_apps.py by scripts/unasync.py. Do not edit.
# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from typing_extensions import Unpack

from ..._config import OMIT, Omit
from ..._params import Options
from ..._request import Call, Param
from ...management import _models as models
from .._pager import Page

if TYPE_CHECKING:
    from .._client import Chutes


class OauthAppsApi:
    """Apps that sign users in with Chutes."""

    def __init__(self, client: Chutes) -> None:
        self._client = client

    def list(
        self,
        *,
        include_public: bool | Omit = OMIT,
        include_shared: bool | Omit = OMIT,
        search: str | Omit = OMIT,
        page: int | Omit = OMIT,
        limit: int | Omit = OMIT,
        user_id: str | Omit = OMIT,
        **options: Unpack[Options],
    ) -> Page[models.OauthApp]:
        """List OAuth apps.

        Only active ones, newest first. Yours, and unless you say otherwise also the public ones of everybody and those shared
        with you.

        Calls `GET /idp/apps`.

        Args:
            include_public: Add the public apps of everybody.
            include_shared: Add the apps shared with you.
            search: Only apps whose name, description or homepage contains this text.
            page: Page number; 0 is the first.
            limit: Items in a page.
            user_id: Whose apps take the place of yours: `me` or an id. Only administrators may name another account (403).
            Public and shared apps are still added.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 403, 422), or the connection did.
        """
        call = Call(
            "listOauthApps",
            "GET",
            ["/idp/apps"],
            query={
                "include_public": include_public,
                "include_shared": include_shared,
                "search": search,
                "page": page,
                "limit": limit,
                "user_id": user_id,
            },
        )
        return self._client._paged(call, models.OauthAppPage, options)

    def create(
        self,
        *,
        name: str,
        redirect_uris: Sequence[str],
        description: str | Omit | None = OMIT,
        homepage_url: str | Omit | None = OMIT,
        logo_url: str | Omit | None = OMIT,
        public: bool | Omit = OMIT,
        refresh_token_lifetime_days: int | Omit | None = OMIT,
        allowed_scopes: Sequence[str] | Omit | None = OMIT,
        **options: Unpack[Options],
    ) -> models.OauthAppCreation:
        """Create an OAuth app.

        The name is unique among all accounts, whatever its case (409). Privileged scopes in `allowed_scopes` need a permission
        that ordinary accounts lack (403).

        Calls `POST /idp/apps`; never sent twice by itself.

        Args:
            name: Unique. Letters, digits, underscores, white space, hyphens and dots.
            redirect_uris: Where to send users back, http or https; compared exactly.
            description: Sent as it is.
            homepage_url: Sent as it is.
            logo_url: Sent as it is.
            public: Whether everybody sees the app in lists. Default of the server: True.
            refresh_token_lifetime_days: Days that a refresh token lives; each use begins them anew. Default of the server: 30.
            allowed_scopes: Privileged scopes that the app may ask for; the others need no mention.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 403, 409, 422), or the connection did.
        """
        call = Call(
            "createOauthApp",
            "POST",
            ["/idp/apps"],
            body={
                "name": name,
                "redirect_uris": redirect_uris,
                "description": description,
                "homepage_url": homepage_url,
                "logo_url": logo_url,
                "public": public,
                "refresh_token_lifetime_days": refresh_token_lifetime_days,
                "allowed_scopes": allowed_scopes,
            },
            idempotent=False,
        )
        made: models.OauthAppCreation = self._client._perform(call, models.OauthAppCreation, options)
        return made

    def get(
        self,
        app_id: str,
        **options: Unpack[Options],
    ) -> models.OauthApp:
        """Get an OAuth app.

        Yours, a public one or one shared with you. Here, and only here, the `client_id` does as well as the `app_id`.

        Calls `GET /idp/apps/{app_id}`.

        Args:
            app_id: Id of the app.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404, 422), or the connection did.
        """
        call = Call(
            "getOauthApp",
            "GET",
            ["/idp/apps/", Param("app_id", app_id)],
        )
        made: models.OauthApp = self._client._perform(call, models.OauthApp, options)
        return made

    def update(
        self,
        app_id: str,
        *,
        name: str | Omit | None = OMIT,
        description: str | Omit | None = OMIT,
        redirect_uris: Sequence[str] | Omit | None = OMIT,
        homepage_url: str | Omit | None = OMIT,
        logo_url: str | Omit | None = OMIT,
        active: bool | Omit | None = OMIT,
        public: bool | Omit | None = OMIT,
        refresh_token_lifetime_days: int | Omit | None = OMIT,
        allowed_scopes: Sequence[str] | Omit | None = OMIT,
        **options: Unpack[Options],
    ) -> models.OauthApp:
        """Change an OAuth app.

        Null changes nothing, so a text is emptied with an empty text. The server checks `allowed_scopes` (403) but does not
        store it: scopes are given at creation only. A name that another of your apps has is a 409, one of another account a
        500.

        Calls `PATCH /idp/apps/{app_id}`.

        Args:
            app_id: Id of the app.
            name: As at creation, 3 to 64 characters.
            description: Sent as it is.
            redirect_uris: All of them, 1 to 10.
            homepage_url: Sent as it is.
            logo_url: Sent as it is.
            active: An app that is not active signs nobody in, and its access tokens are refused (after up to 5 minutes).
            public: Sent as it is.
            refresh_token_lifetime_days: Days; 1 to 30.
            allowed_scopes: Checked but not stored.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 403, 404, 409, 422, 500), or the connection did.
        """
        call = Call(
            "updateOauthApp",
            "PATCH",
            ["/idp/apps/", Param("app_id", app_id)],
            body={
                "name": name,
                "description": description,
                "redirect_uris": redirect_uris,
                "homepage_url": homepage_url,
                "logo_url": logo_url,
                "active": active,
                "public": public,
                "refresh_token_lifetime_days": refresh_token_lifetime_days,
                "allowed_scopes": allowed_scopes,
            },
        )
        made: models.OauthApp = self._client._perform(call, models.OauthApp, options)
        return made

    def delete(
        self,
        app_id: str,
        **options: Unpack[Options],
    ) -> models.OauthAppDeletion:
        """Delete an OAuth app, and end all its authorizations.

        Calls `DELETE /idp/apps/{app_id}`.

        Args:
            app_id: Id of the app.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 403, 404, 422), or the connection did.
        """
        call = Call(
            "deleteOauthApp",
            "DELETE",
            ["/idp/apps/", Param("app_id", app_id)],
        )
        made: models.OauthAppDeletion = self._client._perform(call, models.OauthAppDeletion, options)
        return made

    def regenerate_secret(
        self,
        app_id: str,
        **options: Unpack[Options],
    ) -> models.OauthSecret:
        """Replace the secret of an OAuth app.

        Calls `POST /idp/apps/{app_id}/regenerate-secret`; never sent twice by itself.

        Args:
            app_id: Id of the app.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 403, 404, 422), or the connection did.
        """
        call = Call(
            "regenerateOauthSecret",
            "POST",
            ["/idp/apps/", Param("app_id", app_id), "/regenerate-secret"],
            idempotent=False,
        )
        made: models.OauthSecret = self._client._perform(call, models.OauthSecret, options)
        return made

    def share(
        self,
        app_id: str,
        *,
        app_id_or_name: str,
        user_id_or_name: str,
        **options: Unpack[Options],
    ) -> models.OauthAppShareResult:
        """Share an OAuth app with another user.

        The app of the path is shared; `app_id_or_name` of the body is demanded but not looked at. Sharing with yourself is a
        400, sharing again a 409.

        Calls `POST /idp/apps/{app_id}/share`; never sent twice by itself.

        Args:
            app_id: Id of the app.
            app_id_or_name: Demanded, but the app of the path is the one that counts.
            user_id_or_name: The other account.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (400, 401, 403, 404, 409, 422), or the connection did.
        """
        call = Call(
            "shareOauthApp",
            "POST",
            ["/idp/apps/", Param("app_id", app_id), "/share"],
            body={
                "app_id_or_name": app_id_or_name,
                "user_id_or_name": user_id_or_name,
            },
            idempotent=False,
        )
        made: models.OauthAppShareResult = self._client._perform(call, models.OauthAppShareResult, options)
        return made

    def unshare(
        self,
        app_id: str,
        user_id: str,
        **options: Unpack[Options],
    ) -> models.OauthAppUnshareResult:
        """Take the share of an OAuth app back.

        Calls `DELETE /idp/apps/{app_id}/share/{user_id}`.

        Args:
            app_id: Id of the app.
            user_id: Id of the other account; its name does not do.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 403, 404, 422), or the connection did.
        """
        call = Call(
            "unshareOauthApp",
            "DELETE",
            ["/idp/apps/", Param("app_id", app_id), "/share/", Param("user_id", user_id)],
        )
        made: models.OauthAppUnshareResult = self._client._perform(call, models.OauthAppUnshareResult, options)
        return made

    def shares(
        self,
        app_id: str,
        **options: Unpack[Options],
    ) -> models.OauthAppShares:
        """List with whom an OAuth app is shared.

        Calls `GET /idp/apps/{app_id}/shares`.

        Args:
            app_id: Id of the app.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 403, 404, 422), or the connection did.
        """
        call = Call(
            "listOauthAppShares",
            "GET",
            ["/idp/apps/", Param("app_id", app_id), "/shares"],
        )
        made: models.OauthAppShares = self._client._perform(call, models.OauthAppShares, options)
        return made

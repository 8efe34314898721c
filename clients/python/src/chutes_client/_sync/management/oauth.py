# Made from _async/management/oauth.py by scripts/unasync.py. Do not edit.
# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import Unpack

from ..._config import OMIT, Omit
from ..._params import Options
from ..._request import Call
from ...management import _models as models

if TYPE_CHECKING:
    from .._client import Chutes


class OauthApi:
    """Tokens and what they are worth."""

    def __init__(self, client: Chutes) -> None:
        self._client = client

    def scopes(
        self,
        **options: Unpack[Options],
    ) -> models.OauthScopes:
        """List the scopes that apps can ask for.

        Calls `GET /idp/scopes`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused, or the connection did.
        """
        call = Call(
            "listOauthScopes",
            "GET",
            ["/idp/scopes"],
            public=True,
        )
        made: models.OauthScopes = self._client._perform(call, models.OauthScopes, options)
        return made

    def token(
        self,
        *,
        grant_type: str,
        code: str | Omit = OMIT,
        redirect_uri: str | Omit = OMIT,
        client_id: str | Omit = OMIT,
        client_secret: str | Omit = OMIT,
        refresh_token: str | Omit = OMIT,
        code_verifier: str | Omit = OMIT,
        **options: Unpack[Options],
    ) -> models.OauthToken:
        """Exchange a code or a refresh token for an access token.

        Every refusal is a 400 of the form `error` (`invalid_request`, `invalid_grant`, `invalid_client`,
        `unsupported_grant_type`), with `error_description` only where a parameter is missing. A code is used up even if the
        exchange is refused for its address, client or verifier. Clients offer this as `exchange` and `refresh` of their OAuth
        part.

        Calls `POST /idp/token`; never sent twice by itself.

        Args:
            grant_type: `authorization_code` or `refresh_token`.
            code: Good for 600 seconds, once.
            redirect_uri: The same as when the code was asked for; a code needs it.
            client_id: Of the app; here, or with the secret in a header of HTTP Basic.
            client_secret: Of the app; every app has one, so it is always needed.
            refresh_token: Good once.
            code_verifier: What the code challenge was made of; needed where there was one.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (400, 422), or the connection did.
        """
        call = Call(
            "createOauthToken",
            "POST",
            ["/idp/token"],
            form={
                "grant_type": grant_type,
                "code": code,
                "redirect_uri": redirect_uri,
                "client_id": client_id,
                "client_secret": client_secret,
                "refresh_token": refresh_token,
                "code_verifier": code_verifier,
            },
            public=True,
            idempotent=False,
        )
        made: models.OauthToken = self._client._perform(call, models.OauthToken, options)
        return made

    def revoke(
        self,
        *,
        token: str,
        token_type_hint: str | Omit = OMIT,
        **options: Unpack[Options],
    ) -> models.OauthRevocation:
        """Revoke a token.

        Calls `POST /idp/token/revoke`.

        Args:
            token: Access or refresh token; the server tells which by its prefix.
            token_type_hint: Not looked at.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (422), or the connection did.
        """
        call = Call(
            "revokeOauthToken",
            "POST",
            ["/idp/token/revoke"],
            form={
                "token": token,
                "token_type_hint": token_type_hint,
            },
            public=True,
        )
        made: models.OauthRevocation = self._client._perform(call, models.OauthRevocation, options)
        return made

    def introspect(
        self,
        *,
        token: str,
        token_type_hint: str | Omit = OMIT,
        client_id: str | Omit = OMIT,
        client_secret: str | Omit = OMIT,
        **options: Unpack[Options],
    ) -> models.OauthIntrospection:
        """Ask what a token is worth.

        The client need not say who it is; if it sends both its id and its secret, wrong ones are a 401 of the form `error`.

        Calls `POST /idp/token/introspect`.

        Args:
            token: Access or refresh token.
            token_type_hint: Not needed: the prefix tells. `access_token` said of a refresh token makes it look dead.
            client_id: Looked at only beside the secret.
            client_secret: Sent as it is.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 422), or the connection did.
        """
        call = Call(
            "introspectOauthToken",
            "POST",
            ["/idp/token/introspect"],
            form={
                "token": token,
                "token_type_hint": token_type_hint,
                "client_id": client_id,
                "client_secret": client_secret,
            },
            public=True,
        )
        made: models.OauthIntrospection = self._client._perform(call, models.OauthIntrospection, options)
        return made

    def userinfo(
        self,
        **options: Unpack[Options],
    ) -> models.OauthUserinfo:
        """Ask whose token it is.

        Takes access tokens of OAuth only: API keys, logins and signatures are a 401. The token needs one of the scopes openid,
        profile, account:read and admin (403).

        Calls `GET /idp/userinfo`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 403), or the connection did.
        """
        call = Call(
            "getUserinfo",
            "GET",
            ["/idp/userinfo"],
        )
        made: models.OauthUserinfo = self._client._perform(call, models.OauthUserinfo, options)
        return made

    def discovery(
        self,
        **options: Unpack[Options],
    ) -> models.OauthDiscovery:
        """Get the addresses and abilities of the sign-in.

        The platform speaks OAuth 2; there are no ID tokens and no keys.

        Calls `GET /.well-known/openid-configuration`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused, or the connection did.
        """
        call = Call(
            "getOauthDiscovery",
            "GET",
            ["/.well-known/openid-configuration"],
            public=True,
        )
        made: models.OauthDiscovery = self._client._perform(call, models.OauthDiscovery, options)
        return made

# Made from _async/_oauth.py by scripts/unasync.py. Do not edit.
"""Signing in with Chutes, and a provider of tokens that renew themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from typing_extensions import Self

from .._config import OMIT, Endpoints, Seconds, check_header
from .._errors import ChutesError, ConfigError
from .._oauth import REFRESH_LEEWAY, Authorization, Token, authorize_url, known, token_from
from .._request import Call, Request
from ..testing import Seam
from ._client import Chutes
from ._platform import SingleFlight, settle

if TYPE_CHECKING:
    import httpx


class OAuth:
    """An app that signs people in with Chutes: OAuth 2 with PKCE.

    The requests of this class go out without a key and are never repeated by themselves, since codes and refresh tokens are
    good once. Codes, tokens and the app's secret are in no repr and no error.

    Args:
        client_id: of the app, `cid_…`.
        client_secret: of the app, `csc_…`; the platform's server asks for it at every exchange (2026-05).
        redirect_uri: where people come back with a code; one of those registered for the app.
        base_url, endpoints, timeout, ca_pem, http_client, seam: as the options of a client; only the api host is used.

    Raises:
        ConfigError: for an option that cannot work.

    Example:
        >>> import chutes_client.oauth
        >>> app = chutes_client.oauth.OAuth("cid_x", redirect_uri="http://localhost/cb", base_url="http://127.0.0.1:9")
        >>> app.authorize_url(["profile", "chutes:invoke"]).url.partition("?")[0]
        'http://127.0.0.1:9/idp/authorize'
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str | None = None,
        redirect_uri: str | None = None,
        *,
        base_url: str | None = None,
        endpoints: Endpoints | None = None,
        timeout: Seconds = OMIT,
        ca_pem: str | None = None,
        http_client: httpx.Client | None = None,
        seam: Seam | None = None,
    ) -> None:
        if not client_id:
            raise ConfigError("client_id must not be empty")
        self.client_id = client_id
        self.redirect_uri = redirect_uri
        self._client_secret = client_secret
        self._seam = seam or Seam()
        self._client = Chutes(
            auth="none",
            base_url=base_url,
            endpoints=endpoints,
            timeout=timeout,
            max_retries=0,
            ca_pem=ca_pem,
            http_client=http_client,
            seam=self._seam,
        )

    def authorize_url(self, scopes: str | Sequence[str], state: str | None = None, **extra: Any) -> Authorization:
        """Where to send a person, with a new verifier each time.

        Args:
            scopes: names, such as `profile` or `chutes:invoke`.
            state: default: 32 random characters. Compare it with what comes back.
            **extra: further parameters of the URL.

        Raises:
            ConfigError: without a `redirect_uri`, or for a parameter that this method sets itself.
        """
        return authorize_url(self._client.endpoints.api, self.client_id, self.redirect_uri, scopes, state, extra)

    def exchange(self, code: str, code_verifier: str) -> Token:
        """Makes a token of the code somebody came back with. A code is good for 600 seconds, once.

        Args:
            code: from the query of the redirect.
            code_verifier: of the `Authorization` that began it.

        Raises:
            BadRequestError: with `code` `invalid_grant` for a code that is old, used or not of this app.
            UnexpectedResponseError: for an answer without a token.
        """
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": code_verifier,
        }
        now = self._seam.now()
        answer = self._post("/idp/token", fields, code, code_verifier)
        return token_from(answer, now, None)

    def refresh(self, refresh_token: str) -> Token:
        """Makes a new token of a refresh token, which is used up by it. Keep the new one.

        Raises:
            BadRequestError: with `code` `invalid_grant` for a refresh token that is old or used.
            UnexpectedResponseError: for an answer without a token.
        """
        return self._refresh(refresh_token, self._seam.now())

    def revoke(self, token: str) -> None:
        """Makes an access or refresh token worthless. The server says yes to unknown ones, too."""
        self._post("/idp/token/revoke", {"token": token}, token)

    def provider(self, token: Token, on_token: Callable[[Token], object] | None = None) -> TokenProvider:
        """Signs with a token and renews it when it has less than 60 seconds left, once for all concurrent callers.

        Args:
            token: what to begin with.
            on_token: stores each new token before it is used. If it raises, that error reaches the calls that waited for this
                renewal; the new token is kept all the same, and storing it is tried again at the next call. It must not call
                with a client that signs with this provider.

        Returns:
            What the option `auth=` of a client takes.
        """
        return TokenProvider(self, token, on_token)

    def _refresh(self, refresh_token: str, now: float) -> Token:
        fields = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return token_from(self._post("/idp/token", fields, refresh_token), now, refresh_token)

    def _post(self, path: str, fields: Mapping[str, Any], *told: str) -> Any:
        form = {**fields, "client_id": self.client_id, "client_secret": self._client_secret}
        call = Call(f"POST {path}", "POST", [path], form=form, public=True, idempotent=False)
        try:
            return self._client._perform(call, Any, {})
        except ChutesError as error:
            raise error.scrub(known(self._client_secret, *told)) from error.__cause__

    def close(self) -> None:
        """Closes the connections. A client given as `http_client` stays open."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<OAuth {self.client_id} api={self._client.endpoints.api!r}>"


class TokenProvider:
    """An `Auth` over a token that renews itself; made by `OAuth.provider`.

    Attributes:
        token: the one in force.
    """

    def __init__(self, oauth: OAuth, token: Token, on_token: Callable[[Token], object] | None = None) -> None:
        self.token = token
        self._oauth, self._on_token = oauth, on_token
        self._before = token
        self._unstored = False
        self._flight = SingleFlight()

    @property
    def secrets(self) -> tuple[str, ...]:
        """What errors must not show: the token in force and the one before, which a late answer may still echo."""
        before, token = self._before, self.token
        return known(token.access_token, token.refresh_token, before.access_token, before.refresh_token, self._oauth._client_secret)

    def apply(self, request: Request) -> None:
        """Sets `Authorization`, with a renewed token where there is need; not where the call brings its own or needs none."""
        if request.public or request.has_header("Authorization"):
            return
        if self._unstored or self._stale(request.now):

            def renew() -> None:
                self._renew(request.now)

            self._flight.run(renew, request.deadline)
        value = f"Bearer {self.token.access_token}"
        check_header("Authorization", value)
        request.headers["Authorization"] = value

    def _stale(self, now: float) -> bool:
        return self.token.refresh_token is not None and self.token.left(now) < REFRESH_LEEWAY

    def _renew(self, now: float) -> None:
        """The token is kept before it is stored, so that a failing callback does not lose what is good only once."""
        refresh_token = self.token.refresh_token
        if refresh_token is not None and self._stale(now):
            renewed = self._oauth._refresh(refresh_token, now)
            self._before, self.token, self._unstored = self.token, renewed, True
        if self._unstored:
            if self._on_token is not None:
                settle(self._on_token(self.token))
            self._unstored = False

    def __repr__(self) -> str:
        return "<auth oauth>"

# Made from _async/management/users.py by scripts/unasync.py. Do not edit.
# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

import builtins
from datetime import datetime
from typing import TYPE_CHECKING

from typing_extensions import Unpack

from ..._config import OMIT, Omit
from ..._errors import ConfigError
from ..._params import Options
from ..._request import Call, Param
from ..._results import Items
from ...management import _models as models
from .._pager import Page

if TYPE_CHECKING:
    from .._client import Chutes


class UsersApi:
    """Accounts, quotas, usage and balance."""

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
            purpose="me",
        )
        made: models.Account = self._client._perform(call, models.Account, options)
        return made

    def delete_me(
        self,
        *,
        fingerprint: str,
        **options: Unpack[Options],
    ) -> models.AccountDeletion:
        """Delete your own account.

        For good, with everything it holds.

        Calls `DELETE /users/me`; never sent twice by itself.

        Args:
            fingerprint: the fingerprint of the account, sent instead of the client's own credential.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 422), or the connection did.
        """
        call = Call(
            "deleteMe",
            "DELETE",
            ["/users/me"],
            credential=fingerprint,
            idempotent=False,
        )
        made: models.AccountDeletion = self._client._perform(call, models.AccountDeletion, options)
        return made

    def quotas(
        self,
        **options: Unpack[Options],
    ) -> models.Quotas:
        """Get your quotas.

        Rows where the account has quotas of its own, otherwise the defaults by chute id (`*` for all others); an empty object
        for free and invoiced accounts.

        Calls `GET /users/me/quotas`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404), or the connection did.
        """
        call = Call(
            "getQuotas",
            "GET",
            ["/users/me/quotas"],
        )
        made: models.Quotas = self._client._perform(call, models.Quotas, options)
        return made

    def quota_usage(
        self,
        chute_id: str,
        **options: Unpack[Options],
    ) -> models.QuotaUsage:
        """Get how much of a quota is used today.

        Calls `GET /users/me/quota_usage/{chute_id}`.

        Args:
            chute_id: Id of a chute, or `*` for the quota of all others.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404, 422), or the connection did.
        """
        call = Call(
            "getQuotaUsage",
            "GET",
            ["/users/me/quota_usage/", Param("chute_id", chute_id)],
        )
        made: models.QuotaUsage = self._client._perform(call, models.QuotaUsage, options)
        return made

    def subscription_usage(
        self,
        **options: Unpack[Options],
    ) -> models.SubscriptionUsage:
        """Get how much of your subscription is used.

        Calls `GET /users/me/subscription_usage`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404), or the connection did.
        """
        call = Call(
            "getSubscriptionUsage",
            "GET",
            ["/users/me/subscription_usage"],
        )
        made: models.SubscriptionUsage = self._client._perform(call, models.SubscriptionUsage, options)
        return made

    def discounts(
        self,
        **options: Unpack[Options],
    ) -> Items[models.Discount]:
        """List your discounts.

        Calls `GET /users/me/discounts`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404), or the connection did.
        """
        call = Call(
            "listDiscounts",
            "GET",
            ["/users/me/discounts"],
        )
        made: Items[models.Discount] = self._client._perform(call, builtins.list[models.Discount], options)
        return made

    def price_overrides(
        self,
        **options: Unpack[Options],
    ) -> Items[models.PriceOverride]:
        """List the prices that were agreed for your account.

        Calls `GET /users/me/price_overrides`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404), or the connection did.
        """
        call = Call(
            "listPriceOverrides",
            "GET",
            ["/users/me/price_overrides"],
        )
        made: Items[models.PriceOverride] = self._client._perform(call, builtins.list[models.PriceOverride], options)
        return made

    def usage(
        self,
        *,
        page: int | Omit = OMIT,
        limit: int | Omit = OMIT,
        per_chute: bool | Omit = OMIT,
        chute_id: str | Omit = OMIT,
        start_date: datetime | str | Omit = OMIT,
        end_date: datetime | str | Omit = OMIT,
        **options: Unpack[Options],
    ) -> Page[models.UsageBucket]:
        """List what you used, hour by hour.

        Calls `GET /users/me/usage`.

        Args:
            page: Page number; 0 is the first.
            limit: Hours in a page.
            per_chute: One row for each chute and hour.
            chute_id: Only this chute.
            start_date: From this time on.
            end_date: Up to this time.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 403, 422), or the connection did.
        """
        call = Call(
            "listUsage",
            "GET",
            ["/users/", "me", "/usage"],
            query={
                "page": page,
                "limit": limit,
                "per_chute": per_chute,
                "chute_id": chute_id,
                "start_date": start_date,
                "end_date": end_date,
            },
        )
        return self._client._paged(call, models.UsagePage, options)

    def shares(
        self,
        **options: Unpack[Options],
    ) -> Items[models.ChuteShare]:
        """List the chutes that you share, and those shared with you.

        Calls `GET /users/me/shares`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 403), or the connection did.
        """
        call = Call(
            "listShares",
            "GET",
            ["/users/", "me", "/shares"],
        )
        made: Items[models.ChuteShare] = self._client._perform(call, builtins.list[models.ChuteShare], options)
        return made

    def balance_transfer(
        self,
        *,
        user_id: str,
        amount: float | Omit | None = OMIT,
        everything: bool = False,
        **options: Unpack[Options],
    ) -> models.BalanceTransfer:
        """Transfer balance to another account.

        Without an amount the server moves the whole balance, so clients refuse that unless it is said. Wants an administrative
        API key; the fingerprint of the account works, too, through `request`.

        Calls `POST /users/balance_transfer`; never sent twice by itself.

        Args:
            user_id: Id or name of the account that receives.
            amount: USD.
            everything: has to be true where `amount` is left out; not sent.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ConfigError: without `amount` and `everything`, or with both, before anything is sent.
            ChutesError: what the server refused (400, 401, 403, 404, 422), or the connection did.
        """
        if (amount is OMIT or amount is None) != everything:
            raise ConfigError("balance_transfer without an amount moves the whole balance: say so with everything")
        call = Call(
            "transferBalance",
            "POST",
            ["/users/balance_transfer"],
            body={
                "user_id": user_id,
                "amount": amount,
            },
            idempotent=False,
        )
        made: models.BalanceTransfer = self._client._perform(call, models.BalanceTransfer, options)
        return made

    def set_logo(
        self,
        *,
        logo_id: str,
        **options: Unpack[Options],
    ) -> models.Account:
        """Set the logo of your account.

        Changes state although it is a GET; repeating it is harmless.

        Calls `GET /users/set_logo`.

        Args:
            logo_id: Id of an uploaded logo.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404, 422), or the connection did.
        """
        call = Call(
            "setLogo",
            "GET",
            ["/users/set_logo"],
            query={
                "logo_id": logo_id,
            },
        )
        made: models.Account = self._client._perform(call, models.Account, options)
        return made

    def growth(
        self,
        **options: Unpack[Options],
    ) -> Items[models.UserGrowth]:
        """List how the number of accounts has grown.

        Calls `GET /users/growth`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused, or the connection did.
        """
        call = Call(
            "listUserGrowth",
            "GET",
            ["/users/growth"],
            public=True,
        )
        made: Items[models.UserGrowth] = self._client._perform(call, builtins.list[models.UserGrowth], options)
        return made

    def login_nonce(
        self,
        **options: Unpack[Options],
    ) -> models.LoginNonce:
        """Get a nonce to sign for a login.

        Calls `GET /users/login/nonce`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused, or the connection did.
        """
        call = Call(
            "getLoginNonce",
            "GET",
            ["/users/login/nonce"],
            public=True,
        )
        made: models.LoginNonce = self._client._perform(call, models.LoginNonce, options)
        return made

    def login(
        self,
        *,
        fingerprint: str | Omit = OMIT,
        hotkey: str | Omit = OMIT,
        signature: str | Omit = OMIT,
        nonce: str | Omit = OMIT,
        **options: Unpack[Options],
    ) -> models.LoginToken:
        """Log in with the fingerprint, or with a signed nonce.

        Give `fingerprint`, or `hotkey`, `signature` (hexadecimal, over the text of the nonce) and `nonce`.

        Calls `POST /users/login`; never sent twice by itself.

        Args:
            fingerprint: Sent as it is.
            hotkey: Address.
            signature: Hexadecimal.
            nonce: Sent as it is.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (400, 401, 422), or the connection did.
        """
        call = Call(
            "login",
            "POST",
            ["/users/login"],
            body={
                "fingerprint": fingerprint,
                "hotkey": hotkey,
                "signature": signature,
                "nonce": nonce,
            },
            public=True,
            idempotent=False,
        )
        made: models.LoginToken = self._client._perform(call, models.LoginToken, options)
        return made

    def change_fingerprint(
        self,
        *,
        current_fingerprint: str,
        fingerprint: str,
        **options: Unpack[Options],
    ) -> models.StatusMessage:
        """Replace the fingerprint of the account.

        The current fingerprint is the credential. The server also takes a signature by the hotkey or coldkey over
        `{address}:{new fingerprint}:{nonce}` instead, which `request` can send.

        Calls `POST /users/change_fingerprint`; never sent twice by itself.

        Args:
            fingerprint: Sent as it is.
            current_fingerprint: the fingerprint of the account, sent instead of the client's own credential.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (400, 401, 403, 422), or the connection did.
        """
        call = Call(
            "changeFingerprint",
            "POST",
            ["/users/change_fingerprint"],
            body={
                "fingerprint": fingerprint,
            },
            credential=current_fingerprint,
            idempotent=False,
        )
        made: models.StatusMessage = self._client._perform(call, models.StatusMessage, options)
        return made

    def change_bt_auth(
        self,
        *,
        fingerprint: str,
        hotkey: str | Omit = OMIT,
        coldkey: str | Omit = OMIT,
        **options: Unpack[Options],
    ) -> models.Account:
        """Replace the hotkey or the coldkey of the account.

        Calls `POST /users/change_bt_auth`; never sent twice by itself.

        Args:
            hotkey: Address of the new signing key; one that another account has is a 409.
            coldkey: Address of the owner's new key.
            fingerprint: the fingerprint of the account, sent instead of the client's own credential.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (400, 401, 409, 422), or the connection did.
        """
        call = Call(
            "changeWalletKeys",
            "POST",
            ["/users/change_bt_auth"],
            body={
                "hotkey": hotkey,
                "coldkey": coldkey,
            },
            credential=fingerprint,
            idempotent=False,
        )
        made: models.Account = self._client._perform(call, models.Account, options)
        return made

    def name_check(
        self,
        *,
        username: str,
        readonly: bool | Omit = OMIT,
        **options: Unpack[Options],
    ) -> models.UsernameCheck:
        """Ask whether a user name is valid and free.

        Calls `GET /users/name_check`.

        Args:
            username: The name; 3 to 15 letters, digits, `_` or `-`.
            readonly: Ask for a name that exists to be read only.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (422), or the connection did.
        """
        call = Call(
            "checkUsername",
            "GET",
            ["/users/name_check"],
            query={
                "username": username,
                "readonly": readonly,
            },
            public=True,
        )
        made: models.UsernameCheck = self._client._perform(call, models.UsernameCheck, options)
        return made

    def register(
        self,
        *,
        username: str,
        coldkey: str,
        logo_id: str | Omit | None = OMIT,
        token: str | Omit = OMIT,
        **options: Unpack[Options],
    ) -> models.Registration:
        """Register an account for the hotkey that signs the request.

        Has to be signed by the hotkey (over the body). The token comes from the page that shows a captcha; the coldkey needs a
        minimum of TAO (402).

        Calls `POST /users/register`; never sent twice by itself.

        Args:
            username: Sent as it is.
            coldkey: Address of the owner's key.
            logo_id: Sent as it is.
            token: Token of the registration page.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (400, 401, 402, 403, 409, 422, 429), or the connection did.
        """
        call = Call(
            "registerUser",
            "POST",
            ["/users/register"],
            query={
                "token": token,
            },
            body={
                "username": username,
                "coldkey": coldkey,
                "logo_id": logo_id,
            },
            idempotent=False,
        )
        made: models.Registration = self._client._perform(call, models.Registration, options)
        return made

    def agent_register(
        self,
        *,
        hotkey: str,
        coldkey: str,
        signature: str,
        username: str | Omit | None = OMIT,
        **options: Unpack[Options],
    ) -> models.AgentRegistration:
        """Begin to register an account without a browser.

        The signature is over `chutes_signup:{hotkey}:{coldkey}`. The account exists once the amount has arrived; see
        `agent_registration` and `agent_setup`.

        Calls `POST /users/agent_registration`; never sent twice by itself.

        Args:
            hotkey: Address of the signing key.
            coldkey: Address of the owner's key.
            signature: Hexadecimal, by the hotkey; here a leading 0x is allowed.
            username: Name of the account.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (400, 401, 403, 409, 422, 429), or the connection did.
        """
        call = Call(
            "registerAgent",
            "POST",
            ["/users/agent_registration"],
            body={
                "hotkey": hotkey,
                "coldkey": coldkey,
                "signature": signature,
                "username": username,
            },
            public=True,
            idempotent=False,
        )
        made: models.AgentRegistration = self._client._perform(call, models.AgentRegistration, options)
        return made

    def agent_registration(
        self,
        hotkey: str,
        **options: Unpack[Options],
    ) -> models.AgentRegistrationStatus:
        """Ask how far a registration without a browser is.

        Calls `GET /users/agent_registration/{hotkey}`.

        Args:
            hotkey: Address of the signing key.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (404, 422), or the connection did.
        """
        call = Call(
            "getAgentRegistration",
            "GET",
            ["/users/agent_registration/", Param("hotkey", hotkey)],
            public=True,
        )
        made: models.AgentRegistrationStatus = self._client._perform(call, models.AgentRegistrationStatus, options)
        return made

    def agent_setup(
        self,
        user_id: str,
        *,
        hotkey: str,
        signature: str,
        **options: Unpack[Options],
    ) -> models.AgentSetup:
        """Get the key and the configuration of an account registered without a browser.

        The signature is over `chutes_setup:{user_id}`. Works one time; then it is a 409.

        Calls `POST /users/{user_id}/agent_setup`; never sent twice by itself.

        Args:
            user_id: Id of the account.
            hotkey: Sent as it is.
            signature: Hexadecimal.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (400, 401, 403, 404, 409, 422), or the connection did.
        """
        call = Call(
            "setUpAgent",
            "POST",
            ["/users/", Param("user_id", user_id), "/agent_setup"],
            body={
                "hotkey": hotkey,
                "signature": signature,
            },
            public=True,
            idempotent=False,
        )
        made: models.AgentSetup = self._client._perform(call, models.AgentSetup, options)
        return made

# Made from _async/management/payments.py by scripts/unasync.py. Do not edit.
# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from typing_extensions import Unpack

from ..._config import OMIT, Omit
from ..._params import Options
from ..._request import Call
from ..._results import Items
from ...management import _models as models
from .._pager import Page

if TYPE_CHECKING:
    from .._client import Chutes


class PaymentsApi:
    """Payments and revenue of the platform."""

    def __init__(self, client: Chutes) -> None:
        self._client = client

    def list(
        self,
        *,
        page: int | Omit = OMIT,
        limit: int | Omit = OMIT,
        **options: Unpack[Options],
    ) -> Page[models.Payment]:
        """List the payments of all users.

        Payments in TAO for credits, newest first; up to five minutes old.

        Calls `GET /payments`.

        Args:
            page: Page number; 0 is the first.
            limit: Items in a page.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (422), or the connection did.
        """
        call = Call(
            "listPayments",
            "GET",
            ["/payments"],
            query={
                "page": page,
                "limit": limit,
            },
            public=True,
        )
        return self._client._paged(call, models.PaymentPage, options)

    def tao_summary(
        self,
        **options: Unpack[Options],
    ) -> models.TaoSummary:
        """Get the sums of all payments in USD.

        Calls `GET /payments/summary/tao`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused, or the connection did.
        """
        call = Call(
            "getTaoSummary",
            "GET",
            ["/payments/summary/tao"],
            public=True,
        )
        made: models.TaoSummary = self._client._perform(call, models.TaoSummary, options)
        return made

    def daily_revenue(
        self,
        *,
        days: int | Omit = OMIT,
        **options: Unpack[Options],
    ) -> Items[models.DailyRevenue]:
        """List the revenue of the platform by day.

        Calls `GET /daily_revenue_summary`.

        Args:
            days: Days to look back, 3 to 365; any other number counts as 90.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (422), or the connection did.
        """
        call = Call(
            "listDailyRevenue",
            "GET",
            ["/daily_revenue_summary"],
            query={
                "days": days,
            },
            public=True,
        )
        made: Items[models.DailyRevenue] = self._client._perform(call, builtins.list[models.DailyRevenue], options)
        return made

    def return_deposit(
        self,
        *,
        address: str,
        **options: Unpack[Options],
    ) -> models.DepositReturn:
        """Ask for a developer deposit back.

        All of it goes to the address, less the fee of the chain. An account that never paid one gets a 400; where nothing is
        left, the refusal comes with status 200.

        Calls `POST /return_developer_deposit`; never sent twice by itself.

        Args:
            address: TAO address.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (400, 401, 422), or the connection did.
        """
        call = Call(
            "returnDeposit",
            "POST",
            ["/return_developer_deposit"],
            body={
                "address": address,
            },
            idempotent=False,
        )
        made: models.DepositReturn = self._client._perform(call, models.DepositReturn, options)
        return made

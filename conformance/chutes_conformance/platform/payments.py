"""Prices, payments of all accounts, and revenue: public, except for the way back of a deposit."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime

from . import signing
from .http import HttpError
from .routes import Context, route
from .state import GPUS, Json, State, User
from .validate import Field

TAO_USD = 400.0
RAO = 1_000_000_000  # in one TAO
DAY, BLOCK = 86400.0, 12.0  # seconds
HISTORY, GENESIS = 90, 1_672_531_200  # days of payments; when block 0 was
DEPOSITORS = ("demo",)  # who has paid a deposit once
DEPOSIT_RAO = 250_000_000
UNIT = "a single compute unit is considered one second of compute time on the 'worst' currently supported GPU"


@dataclass
class Payments:
    rows: list[Json] = field(default_factory=list)  # the latest first
    returned: set[str] = field(default_factory=set)  # users whose deposit went back

    @classmethod
    def seeded(cls, state: State) -> Payments:
        """About two payments in three days, the same for the same start."""
        users = [user for user in state.users.values() if user.username != "chutes"]
        rows = []
        for day in range(HISTORY):
            moment = state.started - state.started % DAY - day * DAY - 3600
            dice = hashlib.sha256(f"payment {int(moment // DAY) % 365}".encode()).digest()
            if dice[0] % 3:
                rows.append(payment(users[dice[1] % len(users)], moment + dice[2] * 10, 5.0 + dice[3] * 2, dice))
        return cls(rows)


def payment(user: User, moment: float, usd: float, dice: bytes) -> Json:
    block, fmv = int((moment - GENESIS) / BLOCK), round(TAO_USD - 20 + dice[4] / 8, 2)
    address = signing.invented(f"{user.username} payment")
    row: Json = {
        "payment_id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{block}:{user.user_id}")),
        "ss58_address": address,
        "block": block,
        "rao_amount": int(usd / fmv * RAO),
        "fmv": fmv,
        "usd_amount": usd,
        "transaction_hash": "0x" + dice.hex(),
        "timestamp": datetime.fromtimestamp(int(moment), UTC).isoformat(),
        "tx_link": f"https://taostats.io/extrinsic/{block}-{dice[5]:04d}",
        "transactions_link": f"https://taostats.io/account/{address}/transactions",
    }
    return {**row, "refunded": True} if dice[6] < 8 else row


def both(usd: float) -> Json:
    return {"usd": {"hour": usd, "second": usd / 3600}, "tao": {"hour": usd / TAO_USD, "second": usd / TAO_USD / 3600}}


@route("GET /pricing", auth="public")
def pricing(ctx: Context) -> Json:
    unit = 0.000125
    return {
        "tao_usd": TAO_USD,
        "compute_unit_estimate": {"usd": unit, "tao": unit / TAO_USD, "description": UNIT},
        "gpu_price_estimates": {gpu: both(rate) for gpu, (_, rate) in GPUS.items()},
    }


@route("GET /fmv", auth="public")
def fmv(ctx: Context) -> Json:
    return {"tao": TAO_USD}


@route("GET /payments", auth="public")
def payments(ctx: Context) -> Json:
    return ctx.page(ctx.of(Payments).rows)


@route("GET /payments/summary/tao", auth="public")
def summary(ctx: Context) -> Json:
    """Sums in USD, whatever the path says."""
    today = datetime.fromtimestamp(ctx.now(), UTC).isoformat()[:10]
    rows = ctx.of(Payments).rows

    def total(prefix: str) -> float:
        return float(sum(row["usd_amount"] for row in rows if row["timestamp"].startswith(prefix)))

    return {"today": total(today), "this_month": total(today[:7]), "total": total("")}


@route("GET /daily_revenue_summary", auth="public")
def daily_revenue(ctx: Context) -> list[Json]:
    """The latest first. A number of days outside 3 to 365 counts as 90."""
    days = ctx.query({"days": Field("integer", default=90)})["days"]
    days = days if days and 3 <= days <= 365 else 90
    today = ctx.now() - ctx.now() % DAY
    return [revenue(today - day * DAY) for day in range(days)]


def revenue(moment: float) -> Json:
    dice = hashlib.sha256(f"revenue {int(moment // DAY)}".encode()).digest()
    parts = {
        "new_subscriber_revenue": float(dice[0] * 7),
        "paygo_revenue": 1800.0 + dice[1] * 6.5,
        "pending_instance_revenue": 400.0 + dice[2] * 1.25,
        "sponsored_inference": dice[3] * 2.5,
    }
    date = datetime.fromtimestamp(moment, UTC).date().isoformat()
    return {"date": date, "new_subscriber_count": dice[0] // 2, **parts, "total_revenue": sum(parts.values())}


@route("POST /return_developer_deposit")
def return_deposit(ctx: Context) -> Json:
    """Where nothing is left the server hands out its own exception as an ordinary answer."""
    ctx.body({"address": Field("string", required=True, nullable=False)})
    user, returned = ctx.caller, ctx.of(Payments).returned
    wallet = signing.invented(f"{user.username} deposit")
    if user.username not in DEPOSITORS:
        raise HttpError(400, f"You have not made any payments to the developer deposit address: {wallet}")
    if user.user_id in returned:
        return {"status_code": 400, "detail": f"Wallet {wallet} does not have any free balance!", "headers": None}
    returned.add(user.user_id)
    block = "0x" + hashlib.sha256(user.user_id.encode()).hexdigest()
    lines = (f"Return of developer deposit for user.user_id={user.user_id!r} successful!", f"Block hash: {block}")
    return {"status": "transferred", "message": "\n".join((*lines, f"Amount transferred: {DEPOSIT_RAO} rao (minus fee)"))}

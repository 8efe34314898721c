"""Usage by the hour, and what a subscription has left."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime

from .state import Json, State, User

HOUR = 3600.0
HOURS = {"demo": 72, "bob": 3}  # hours of use that an account has when the platform starts; the others have none
TIERS = {300: 3.0, 2000: 10.0, 5000: 20.0}  # quota → USD a month; one more than a tier is a custom subscription
MONTH_FACTOR, WINDOW_FACTOR, WINDOWS = 5.0, 75.0, 180
WINDOW = 4 * HOUR


def bucket_name(bucket: float) -> str:
    """Whole hours are written without a fraction."""
    return datetime.fromtimestamp(bucket, UTC).replace(tzinfo=None).isoformat()


@dataclass(frozen=True)
class Row:
    bucket: float
    chute_id: str
    amount: float
    count: int
    input_tokens: int
    output_tokens: int

    def view(self) -> Json:
        return {
            "bucket": bucket_name(self.bucket),
            "amount": self.amount,
            "count": self.count,
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
        }


@dataclass
class Usage:
    """What was used before the platform started. It is the same for every start at the same time."""

    by_user: dict[str, list[Row]] = field(default_factory=dict)

    @classmethod
    def seeded(cls, state: State) -> Usage:
        made = cls()
        public = [chute for chute in state.chutes.values() if chute.public and chute.price and "per_million_tokens" in chute.price]
        last = state.started - state.started % HOUR
        for user in state.users.values():
            hours = HOURS.get(user.username, 0)
            made.by_user[user.user_id] = [
                row for hour in range(hours) for chute in public for row in _row(user.username, chute.chute_id, last - hour * HOUR)
            ]
        return made

    def rows(self, user: User, now: float) -> list[Row]:
        return [row for row in self.by_user.get(user.user_id, []) if row.bucket <= now]


def _row(username: str, chute_id: str, bucket: float) -> list[Row]:
    """One row or none: not every chute is used in every hour."""
    dice = hashlib.sha256(f"{username}:{chute_id}:{int(bucket // HOUR) % 8760}".encode()).digest()
    if dice[0] % 2 and dice[1] % 4:
        return []
    count = 1 + dice[2] % 40
    tokens = count * (200 + dice[3] * 4)
    return [Row(bucket, chute_id, round(tokens * 0.00000025, 6), count, tokens, tokens // 3)]


def tier(quota: int) -> tuple[float, bool] | None:
    """The monthly price in USD and whether it is a custom subscription; None when the quota belongs to none."""
    if quota in TIERS:
        return TIERS[quota], False
    return (TIERS[quota - 1], True) if quota - 1 in TIERS else None


def subscription_usage(state: State, user: User) -> Json:
    found = tier(user.quota)
    if found is None:
        return {"subscription": False}
    price, custom = found
    now, anchor = state.now(), user.created_at
    window = now - now % WINDOW
    # A cycle is a month of the anchor's day; 30 days are near enough here.
    cycle = anchor + (now - anchor) // (30 * 24 * HOUR) * 30 * 24 * HOUR
    rows = state.of(Usage).rows(user, now)
    spent = [sum(row.amount * 4 for row in rows if row.bucket >= begin) for begin in (window, cycle)]

    def part(usage: float, cap: float, reset: float) -> Json:
        moment = datetime.fromtimestamp(reset, UTC)
        return {"usage": usage, "cap": cap, "remaining": max(cap - usage, 0.0), "reset_at": moment.isoformat()}

    since = datetime.fromtimestamp(anchor, UTC).replace(tzinfo=None).isoformat()
    return {
        "subscription": True,
        "custom": custom,
        "monthly_price": price,
        "anchor_date": since,
        "effective_date": since,
        "updated_at": since,
        "four_hour": part(spent[0], price / WINDOWS * WINDOW_FACTOR, window + WINDOW),
        "monthly": {"uncapped": True} if custom else part(spent[1], price * MONTH_FACTOR, cycle + 30 * 24 * HOUR),
    }

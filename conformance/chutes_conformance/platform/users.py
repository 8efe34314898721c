"""Accounts: who one is."""

from __future__ import annotations

from .routes import Context, HttpError, route
from .state import Json, User


def me(user: User) -> Json:
    return {
        **user.public(),
        "hotkey": None,
        "coldkey": None,
        "payment_address": "5MockPaymentAddress",
        "permissions_bitmask": 0,
        "permissions": [],
        "balance": round(user.balance, 6),
        "netuids": [],
        "quotas": None,
    }


@route("GET /users/{user_id}", purpose="me")
def get_user(ctx: Context, user_id: str) -> Json:
    user = ctx.caller
    if user_id in ("me", user.user_id, user.username):
        return me(user)
    if user_id in ctx.state.users or ctx.state.user_by_name(user_id):
        raise HttpError(403, "This action can only be performed by billing admin accounts.")
    raise HttpError(404, "User not found")

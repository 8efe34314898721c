"""Accounts: who one is, quotas, usage, money. Signing in and up is in `accounts`."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime

from . import keys, signing
from .credential import Credential
from .http import HttpError
from .routes import Context, route
from .state import Json, State, User, naive
from .usage import Usage, bucket_name, subscription_usage
from .validate import Field, problem

ADMINS_ONLY = "This action can only be performed by billing admin accounts."
ROLES = (
    "Developer -- create images and chutes on the platform.",
    "Create users -- administrator role allowing creation of users.",
    "Update users -- administrator role allowing updates to users.",
    "Delete users -- administrator role allowing deletion of users.",
    "Free invocation -- run anything, for free.",
    "No rate limits.",
    "Billing admin.",
    "Unlimited dev activity.",
    "Invoice billing option",
    "Enable stake weighted quota (signed message with the coldkey)",
    "Subnet admin",
    "Allow deploying models publicly",
    "Allow invocation of private chutes of a subnet",
    "Allow granting subnet admin/request roles to other users, i.e. subnet role self-service",
    "Chutes team support role",
)
UNLIMITED = 1 << 4 | 1 << 8  # free and invoiced accounts have no quotas
TRANSFER: dict[str, Field] = {"user_id": Field("string", required=True, nullable=False), "amount": Field("number")}
USAGE_QUERY: dict[str, Field] = {
    "page": Field("integer", default=0, ge=0),
    "limit": Field("integer", default=24, ge=0),
    "per_chute": Field("boolean", default=False),
    "chute_id": Field("string"),
    "start_date": Field("string"),
    "end_date": Field("string"),
}


def me(user: User) -> Json:
    """SelfResponse. `quotas` stays null: only lists of administrators fill it."""
    return {
        **user.public(),
        "hotkey": user.hotkey,
        "coldkey": user.coldkey,
        "payment_address": user.payment_address,
        "permissions_bitmask": user.permissions,
        "balance": round(user.balance, 6),
        "netuids": user.netuids or None,
        "quotas": None,
        "permissions": [text for bit, text in enumerate(ROLES) if user.permissions & (1 << bit)],
    }


def named(state: State, ref: str) -> User | None:
    return state.users.get(ref) or state.user_by_name(ref)


@route("GET /users/growth", auth="public")
def growth(ctx: Context) -> list[Json]:
    """New accounts per day, the latest first."""
    days: dict[str, int] = {}
    for user in sorted(ctx.state.users.values(), key=lambda user: user.created_at):
        day = naive(user.created_at)[:10]
        days[day] = days.get(day, 0) + 1
    total, rows = 0, []
    for day, count in days.items():
        total += count
        rows.append({"date": day, "daily_count": count, "cumulative_count": total})
    return rows[::-1]


@route("GET /users/set_logo")
def set_logo(ctx: Context) -> Json:
    logo_id = ctx.query({"logo_id": Field("string", required=True, nullable=False)})["logo_id"]
    if logo_id not in ctx.state.logo_ids:
        raise HttpError(404, f"Logo not found: {logo_id}")
    ctx.caller.logo_id = logo_id
    return me(ctx.caller)


@route("GET /users/me/quotas")
def quotas(ctx: Context) -> Json | list[Json]:
    """Rows of the account; the defaults when it has none; nothing for free and invoiced accounts."""
    user = ctx.caller
    if user.permissions & UNLIMITED:
        return {}
    if not user.quota:
        return {"*": 0}
    anchor = naive(user.created_at)
    row: Json = {"user_id": user.user_id, "chute_id": "*", "is_default": False, "payment_refresh_date": anchor}
    return [{**row, "effective_date": anchor, "updated_at": anchor, "quota": user.quota}]


@route("GET /users/me/quota_usage/{chute_id}")
def quota_usage(ctx: Context, chute_id: str) -> Json:
    if ctx.caller.permissions & UNLIMITED:
        return {"quota": "unlimited", "used": 0}
    return {"quota": ctx.caller.quota, "used": float(ctx.state.quota_used.get(ctx.caller.user_id, 0))}


@route("GET /users/me/subscription_usage")
def my_subscription(ctx: Context) -> Json:
    return subscription_usage(ctx.state, ctx.caller)


@route("GET /users/me/discounts")
def discounts(ctx: Context) -> list[Json]:
    return [{"user_id": ctx.caller.user_id, "chute_id": "*", "discount": 0.1}] if ctx.caller.username == "demo" else []


@route("GET /users/me/price_overrides")
def price_overrides(ctx: Context) -> list[Json]:
    if ctx.caller.username != "demo":
        return []
    chute = next(chute for chute in ctx.state.chutes.values() if chute.name == "Qwen/Qwen3-32B-TEE")
    row: Json = {"user_id": ctx.caller.user_id, "chute_id": chute.chute_id, "per_request": None, "per_step": None}
    return [{**row, "per_million_in": 0.05, "per_million_out": 0.2, "cache_discount": 0.5}]


@route("GET /users/{user_id}/quotas")
def quotas_of(ctx: Context, user_id: str) -> Json:
    raise HttpError(403, ADMINS_ONLY)


@route("GET /users/{user_id}/discounts")
def discounts_of(ctx: Context, user_id: str) -> Json:
    raise HttpError(403, ADMINS_ONLY)


@route("GET /users/{user_id}/subscription_usage")
def subscription_of(ctx: Context, user_id: str) -> Json:
    raise HttpError(403, ADMINS_ONLY)


@route("GET /users/{user_id}/balance")
def balance_of(ctx: Context, user_id: str) -> Json:
    """Even one's own: the balance is in `/users/me`."""
    raise HttpError(403, ADMINS_ONLY)


@route("GET /users/{user_id}/shares")
def shares(ctx: Context, user_id: str) -> list[Json]:
    user = ctx.caller
    if user_id not in ("me", user.user_id):
        raise HttpError(403, ADMINS_ONLY)
    return [
        {"chute_id": chute.chute_id, "shared_by": user.user_id, "shared_to": other, "shared_at": naive(moment)}
        for chute in ctx.state.chutes.values()
        if chute.user is user
        for other, moment in chute.shared_with.items()
    ]


def moment_of(query: Json, name: str) -> float | None:
    """An ISO date or time of the query as Unix seconds; without a zone it is UTC. 422 when it is none."""
    text = query[name]
    if text is None:
        return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        reason = "input is too short" if len(text) < 10 else "invalid character in year"
        message = f"Input should be a valid datetime or date, {reason}"
        raise HttpError(422, [problem("datetime_from_date_parsing", ["query", name], message, text, error=reason)]) from None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()


@route("GET /users/{user_id}/usage")
def usage(ctx: Context, user_id: str) -> Json:
    """Hourly buckets, the latest first. `page` and `limit` are taken as they are: a limit of 0 gives an empty page."""
    query = ctx.query(USAGE_QUERY)
    begin, end = moment_of(query, "start_date"), moment_of(query, "end_date")
    if user_id not in ("me", ctx.caller.user_id):
        raise HttpError(403, ADMINS_ONLY)
    rows = [
        row
        for row in ctx.of(Usage).rows(ctx.caller, ctx.now())
        if (not query["chute_id"] or row.chute_id == query["chute_id"])
        and (begin is None or row.bucket >= begin)
        and (end is None or row.bucket <= end)
    ]
    if query["per_chute"]:
        items = [{**row.view(), "chute_id": row.chute_id} for row in sorted(rows, key=lambda row: (-row.bucket, -row.amount))]
    else:
        sums: dict[float, Json] = {}
        for row in rows:
            total = sums.setdefault(row.bucket, {"bucket": bucket_name(row.bucket), "amount": 0.0, "count": 0, "input_tokens": 0, "output_tokens": 0})
            for name in ("amount", "count", "input_tokens", "output_tokens"):
                total[name] += row.view()[name]
        items = [sums[bucket] for bucket in sorted(sums, reverse=True)]
    start = (query["page"] or 0) * query["limit"]
    return {"total": len(items), "page": query["page"], "limit": query["limit"], "items": items[start : start + query["limit"]]}


def payer(ctx: Context) -> User:
    """Who pays for a transfer: a signature, a full key, or the fingerprint. Sign-in and OAuth tokens do not count."""
    given = ctx.request.headers.get("authorization", "").strip()
    if signing.headers_of(ctx.request):
        found = signing.of_request(ctx.request, ctx.state, None, required=False)
        if found is None:
            raise HttpError(401, "No user found with that hotkey.")
        return found.user
    if not given:
        raise HttpError(401, "Authentication required. Provide hotkey auth, admin API key, or fingerprint.")
    token = given.split(" ")[-1]
    if token.startswith("cpk_"):
        key: Credential = keys.any_credential(ctx.state, token)
        if not key.admin:
            raise HttpError(401, keys.REFUSED)  # no scope covers this path, so the text about admin keys is never reached
        return key.user
    user = by_fingerprint(ctx.state, token)
    if user is None:
        raise HttpError(401, "Invalid fingerprint.")
    return user


def by_fingerprint(state: State, fingerprint: str) -> User | None:
    digest = fingerprint_hash(fingerprint)
    return next((user for user in state.users.values() if user.fingerprint_hash == digest), None)


def fingerprint_hash(fingerprint: str) -> str:
    return hashlib.blake2b(fingerprint.encode()).hexdigest()


@route("POST /users/balance_transfer", auth="public")
def balance_transfer(ctx: Context) -> Json:
    """Without `amount` everything goes."""
    args = ctx.body(TRANSFER)
    user, target, amount = payer(ctx), named(ctx.state, args["user_id"]), args["amount"]
    if target is None:
        raise HttpError(404, f"Target user not found: {args['user_id']}")
    if target is user:
        raise HttpError(400, "Cannot transfer balance to yourself.")
    if amount is not None and amount <= 0:
        raise HttpError(400, "Transfer amount must be positive.")
    if user.balance <= 0:
        raise HttpError(400, "No balance to transfer.")
    if amount is not None and amount > user.balance:
        raise HttpError(400, f"Insufficient balance. Current balance: {user.balance:.6f}")
    moved = float(user.balance if amount is None else amount)
    user.balance -= moved
    target.balance += moved
    return {
        "transferred": moved,
        "from_user": user.user_id,
        "to_user": target.user_id,
        "from_balance": user.balance,
        "to_balance": target.balance,
        "debit_event_id": str(uuid.uuid4()),
        "credit_event_id": str(uuid.uuid4()),
    }


@route("DELETE /users/me", auth="public")
def delete_me(ctx: Context) -> Json:
    """Only the fingerprint can do it; a key is not enough."""
    given = ctx.request.headers.get("authorization")
    if given is None:
        raise HttpError(422, [problem("missing", ["header", "Authorization"], "Field required", None)])
    user = by_fingerprint(ctx.state, given.strip().split(" ")[-1])
    if user is None:
        raise HttpError(401, "Not authorized")
    state = ctx.state
    del state.users[user.user_id]
    state.chutes = {ref: chute for ref, chute in state.chutes.items() if chute.user is not user}
    state.images = {ref: image for ref, image in state.images.items() if image.user is not user}
    return {"deleted": True}


@route("GET /users/{user_id}", purpose="me")
def get_user(ctx: Context, user_id: str) -> Json:
    user = ctx.caller if user_id == "me" else named(ctx.state, user_id)
    if user is None:
        raise HttpError(404, "User not found")
    if user is not ctx.caller:
        raise HttpError(403, ADMINS_ONLY)
    return me(user)

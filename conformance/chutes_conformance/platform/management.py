"""The management API: chutes, bounties, the caller, prices. Paths are exact; anything else is the catch-all's 404."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import AsyncIterator, Callable

from .deploy import deploy, update
from .http import HttpError, Request, Response, dumps, json_response, text_response
from .state import GPUS, Chute, Json, State, User, cord_ref_id, naive
from .validate import Field, body_of, query_of

NOT_FOUND = "Chute not found, or does not belong to you"
NO_USER = "Can't find a user with that api key in our db :("
NO_CHUTE = "No matching chute found!"
EASY = "Easy deployment is currently disabled!"
WARMUP_PERIOD = 5.0  # seconds between two "cold" events
WARMUP_LIMIT = 600.0
LIST_QUERY: dict[str, Field] = {
    "include_public": Field("boolean", default=False),
    "template": Field("string"),
    "name": Field("string"),
    "exclude": Field("string"),
    "image": Field("string"),
    "slug": Field("string"),
    "page": Field("integer", ge=0, le=100, default=0),
    "limit": Field("integer", ge=1, le=5000, default=25),
    "offset": Field("integer", ge=0, le=5000, default=0),
    "include_schemas": Field("boolean", default=False),
}
SHARE: dict[str, Field] = {
    "chute_id_or_name": Field("string", required=True, nullable=False),
    "user_id_or_name": Field("string", required=True, nullable=False),
}


def matches(chute: Chute, query: Json) -> bool:
    wanted = {"name": chute.name, "slug": chute.slug}
    template = query["template"]
    template_fits = not template or template == chute.standard_template or (template == "other" and not chute.standard_template)
    return (
        template_fits
        and all(not query[key] or query[key].lower() in value.lower() for key, value in wanted.items())
        and (not query["exclude"] or query["exclude"].lower() not in chute.name.lower())
        and not query["image"]  # the server's filter compares with a literal and so matches nothing
    )


def list_chutes(request: Request, state: State, user: User | None) -> Response:
    query = query_of(request, LIST_QUERY)
    page, limit, offset = query["page"], query["limit"], query["offset"]
    if page and offset:
        raise HttpError(400, "Cannot specify both page and offset")
    if user is None:
        pool = [chute for chute in state.chutes.values() if chute.public]
    else:
        pool = [
            chute
            for chute in state.chutes.values()
            if chute.user is user or (query["include_public"] and state.visible(chute, user))
        ]
    found = sorted((chute for chute in pool if matches(chute, query)), key=lambda chute: -chute.invocation_count)
    start = offset or page * limit
    items, refs = found[start : start + limit], {}
    for chute in items:
        drop = () if query["include_schemas"] else ("input_schema", "output_schema", "minimal_input_schema")
        refs[cord_ref_id(chute)] = [{key: value for key, value in cord.items() if key not in drop} for cord in chute.cords]
    return json_response(
        {
            "total": len(found),
            "page": 0 if offset else page,
            "limit": limit,
            "items": [state.chute_view(chute, cords=False) for chute in items],
            "cord_refs": refs,
        }
    )


def get_chute(state: State, user: User | None, ref: str) -> Response:
    return json_response(state.chute_view(state.must_find(ref, user, NOT_FOUND)))


def delete_chute(state: State, user: User, ref: str) -> Response:
    try:
        uuid.UUID(ref)
    except ValueError:
        raise HttpError(400, "Must use chute UUID to delete.") from None
    chute = state.chutes.get(ref)
    if chute is None or chute.user is not user:
        raise HttpError(404, NOT_FOUND)
    del state.chutes[ref]
    state.bounties.pop(ref, None)
    state.rolling.pop(ref, None)
    return json_response({"chute_id": ref, "deleted": True})


def share(request: Request, state: State, user: User, adding: bool) -> Response:
    args = body_of(request, SHARE)
    chute = state.find_chute(args["chute_id_or_name"], user)
    if chute is None or chute.user is not user:
        raise HttpError(404, NOT_FOUND)
    other = state.users.get(args["user_id_or_name"]) or state.user_by_name(args["user_id_or_name"])
    if other is None:
        raise HttpError(404, "User not found")
    if not adding:
        chute.shared_with.discard(other.user_id)
        return json_response({"status": f"Successfully unshared {chute.name} with {other.username}"})
    if chute.public:
        raise HttpError(400, "Chute is already public")
    if other is user:
        raise HttpError(400, "Cannot share a chute with yourself")
    chute.shared_with.add(other.user_id)
    return json_response({"status": f"Successfully shared {chute.name} with {other.username}"})


def warmup(request: Request, state: State, user: User, ref: str) -> Response:
    """SSE until hot, or one JSON answer with `?quick=true`. Asking creates a bounty, which starts an instance."""
    quick = query_of(request, {"quick": Field("boolean", default=False)})["quick"]
    chute = state.must_find(ref, user, NOT_FOUND)
    if user.balance <= 0:
        raise HttpError(402, "Account balance is $0.0, please pay with fiat or send tao to 5MockPaymentAddress")
    if chute.disabled:
        raise HttpError(503, "This chute is currently disabled.")
    if not chute.is_hot(state.now()):
        state.create_bounty(chute)
        chute.wake(state.now())
    if quick:
        instances = state.instances(chute)
        bounty = state.bounty_view(chute.chute_id)["bounty_amount"] if chute.chute_id in state.bounties and not instances else None
        slim = [
            {"instance_id": entry["instance_id"], "active": True, "gpu_count": 1, "gpu_model_name": "NVIDIA H100 80GB HBM3"} for entry in instances
        ]
        status = "hot" if instances else "cold"
        return json_response({"chute_id": chute.chute_id, "status": status, "instance_count": len(slim), "bounty": bounty, "instances": slim})
    return Response(200, headers={"content-type": "text/event-stream; charset=utf-8"}, stream=warmup_events(state, chute))


async def warmup_events(state: State, chute: Chute) -> AsyncIterator[bytes]:
    begin = state.now()
    while not chute.is_hot(state.now()):
        if state.now() - begin > WARMUP_LIMIT:
            return
        yield b"data: " + dumps({"status": "cold", "log": f"chute {chute.name} is cold, waiting for an instance"}) + b"\n\n"
        left = (chute.hot_at or begin + WARMUP_LIMIT) - state.now()
        await asyncio.sleep(min(WARMUP_PERIOD, max(0.01, left)))
    yield b"data: " + dumps({"status": "hot", "log": f"chute {chute.name} has {len(state.instances(chute))} active instances"}) + b"\n\n"


def utilization(state: State) -> list[Json]:
    rows = []
    for chute in state.chutes.values():
        busy, count = (chute.invocation_count % 97) / 100, len(state.instances(chute))
        windows = ("5m", "15m", "1h")
        row: Json = {"chute_id": chute.chute_id, "name": chute.name if chute.public else "[private chute]", "timestamp": naive(state.now())}
        row["utilization_current"] = busy
        row.update({f"utilization_{window}": busy for window in windows})
        row.update({f"rate_limit_ratio_{window}": 0.0 for window in windows})
        for part, share_of in (("total", 1.0), ("completed", 0.98), ("rate_limited", 0.02)):
            row.update({f"{part}_requests_{w}": int(chute.invocation_count / 9000 * share_of) * (i + 1) for i, w in enumerate(windows)})
        row.update({"instance_count": count, "action_taken": "no_action", "target_count": count, "effective_multiplier": 1.0})
        row.update({"total_instance_count": count, "active_instance_count": count, "scalable": chute.public, "scale_allowance": 2})
        row.update({"avg_busy_ratio": busy, "total_invocations": chute.invocation_count, "total_rate_limit_errors": 0})
        rows.append(row)
    return rows


def miner_means(state: State, ref: str, ext: str | None) -> Response:
    chute = state.chutes.get(ref)
    if chute is None or not chute.public:
        raise HttpError(404, "Chute not found")
    rows = [
        {"miner_hotkey": "5MockMinerHotkey", "instance_id": entry["instance_id"], "avg_tps": 61.25, "avg_output_tokens": 512.5}
        for entry in state.instances(chute)
    ]
    if ext == "json":
        return json_response(rows)
    if ext == "csv":
        lines = ["miner_hotkey,instance_id,avg_tps,avg_output_tokens", *(",".join(str(value) for value in row.values()) for row in rows)]
        return text_response("\r\n".join(lines) + "\r\n", "text/csv; charset=utf-8")
    cells = "".join("<tr>" + "".join(f"<td>{value}</td>" for value in row.values()) + "</tr>" for row in rows)
    return text_response(f"<html><body><h1>{chute.name}</h1><table>{cells}</table></body></html>", "text/html; charset=utf-8")


def miner_index(state: State) -> Response:
    links = "".join(f'<li><a href="/chutes/miner_means/{c.chute_id}">{c.name}</a></li>' for c in state.chutes.values() if c.public)
    return text_response(f"<html><body><h1>Miner means</h1><ul>{links}</ul></body></html>", "text/html; charset=utf-8")


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


def pricing() -> Json:
    def both(usd: float) -> Json:
        return {"usd": {"hour": usd, "second": usd / 3600}, "tao": {"hour": usd / 400, "second": usd / 400 / 3600}}

    estimate = {"usd": 0.0001, "tao": 0.00000025, "description": "one compute unit is one second of the smallest supported GPU"}
    return {"tao_usd": 400.0, "compute_unit_estimate": estimate, "gpu_price_estimates": {gpu: both(rate) for gpu, (_, rate) in GPUS.items()}}


def bare_lists(state: State) -> dict[str, Callable[[], list[Json]]]:
    chutes = state.chutes.values()
    return {
        "/chutes/boosted": lambda: [{"chute_id": c.chute_id, "name": c.name, "boost": c.boost, "manual_boost": None} for c in chutes if c.boost],
        "/chutes/affine_available": lambda: [
            {"chute_id": c.chute_id, "user_id": c.user.user_id, "name": c.name, "hotkey": "5MockOwnerHotkey", "has_active_instance": c.is_hot(state.now())}
            for c in chutes
            if "affine" in c.name and c.user.balance > 0
        ],
        "/chutes/rolling_updates": lambda: list(state.rolling.values()),
        "/chutes/gpu_count_history": lambda: [{"chute_id": c.chute_id, "gpu_count": c.node_selector.get("gpu_count", 1)} for c in chutes if c.public],
        "/chutes/utilization": lambda: utilization(state),
        "/bounties/": state.live_bounties,
    }


def public_route(request: Request, state: State) -> Response | None:
    """What needs no caller at all."""
    if request.method not in ("GET", "HEAD"):
        return None
    if request.path == "/ping":
        return json_response({"message": "pong"})
    if request.path == "/pricing":
        return json_response(pricing())
    rows = bare_lists(state).get(request.path)
    if rows:
        return json_response(rows())
    if request.path == "/chutes/miner_means":
        return miner_index(state)
    if request.path.startswith("/chutes/miner_means/"):
        ref = request.path.removeprefix("/chutes/miner_means/")
        stem, dot, ext = ref.rpartition(".")
        return miner_means(state, stem, ext) if dot else miner_means(state, ref, request.query.get("ext"))
    return None


def route(request: Request, state: State, user: User | None) -> Response | None:
    """Answers a management request, or returns None when no route fits (the catch-all decides then)."""
    answer = public_route(request, state)
    if answer:
        return answer
    method, path = request.method, request.path
    reading = method in ("GET", "HEAD")
    if path == "/chutes/" and reading:
        return list_chutes(request, state, user)
    if reading and path.startswith("/chutes/code/"):
        chute = state.must_find(path.removeprefix("/chutes/code/"), user, NOT_FOUND)
        return text_response(chute.code, "text/plain; charset=utf-8")
    if reading and path.startswith("/chutes/") and not path.startswith("/chutes/warmup/"):
        return get_chute(state, user, path.removeprefix("/chutes/"))
    known = path.startswith("/chutes/") and method in ("GET", "HEAD", "POST", "PUT", "DELETE")
    increase = re.fullmatch(r"/bounties/([^/]+)/increase", path) if reading else None
    users = re.fullmatch(r"/users/([^/]+)", path) if reading else None
    if not (known or increase or users):
        return None
    if method == "POST" and path not in ("/chutes/", "/chutes/share", "/chutes/unshare", "/chutes/vllm", "/chutes/diffusion"):
        return None
    if user is None:
        raise HttpError(401, NO_USER)
    if increase:
        query_of(request, {"boost": Field("number", ge=1, le=4)})
        raise HttpError(403, "This action can only be performed by billing admin accounts.")
    if users:
        return get_user(state, user, users[1])
    return write(request, state, user)


def get_user(state: State, user: User, ref: str) -> Response:
    if ref in ("me", user.user_id, user.username):
        return json_response(me(user))
    if ref in state.users or state.user_by_name(ref):
        raise HttpError(403, "You are not allowed to view other users")
    raise HttpError(404, "User not found")


def write(request: Request, state: State, user: User) -> Response | None:
    method, path = request.method, request.path
    ref = path.removeprefix("/chutes/")
    if method == "POST":
        if path == "/chutes/":
            return deploy(request, state, user)
        if ref in ("vllm", "diffusion"):
            model = Field("string", required=True, nullable=False)
            body_of(request, {"model": model, "name": model} if ref == "diffusion" else {"model": model})
            raise HttpError(403, EASY)
        return share(request, state, user, adding=ref == "share")
    if not ref:
        return None
    if method == "PUT":
        return update(request, state, user, ref)
    if method == "DELETE":
        return delete_chute(state, user, ref) if "/" not in ref else None
    return warmup(request, state, user, path.removeprefix("/chutes/warmup/"))

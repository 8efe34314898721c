"""Chutes: lists, one, code, sharing, warm-up, updates, deletion. Deployment is in `deploy`, public statistics in `chute_lists`."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator

from .deploy import deploy, update
from .http import HttpError, Response, json_response, text_response
from .routes import Context, route
from .state import Chute, Json, State, cord_ref_id
from .validate import Field

NOT_FOUND = "Chute not found, or does not belong to you"
EASY = "Easy deployment is currently disabled!"
WARMUP_PERIOD = 5.0  # seconds between two "cold" events
WARMUP_LIMIT = 600.0
NAMED = Field("string", required=True, nullable=False)
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
SHARE: dict[str, Field] = {"chute_id_or_name": NAMED, "user_id_or_name": NAMED}


def matches(chute: Chute, query: Json) -> bool:
    template = query["template"]
    template_fits = not template or template == chute.standard_template or (template == "other" and not chute.standard_template)
    return (
        template_fits
        and (not query["name"] or query["name"].lower() in chute.name.lower())
        and (not query["slug"] or query["slug"].lower() == chute.slug.lower())  # a pattern without wildcards
        and (not query["exclude"] or query["exclude"].lower() not in chute.name.lower())
        and not query["image"]  # the server's filter compares with a literal and so matches nothing
    )


@route("GET /chutes/", auth="optional", purpose="chutes")
def list_chutes(ctx: Context) -> Response:
    state, user, query = ctx.state, ctx.user, ctx.query(LIST_QUERY)
    page, limit, offset = query["page"], query["limit"], query["offset"]
    if page and offset:
        raise HttpError(400, "Cannot specify both page and offset, select <= 1 of these.")
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


@route("POST /chutes/share")
def share(ctx: Context) -> Response:
    return change_share(ctx, adding=True)


@route("POST /chutes/unshare")
def unshare(ctx: Context) -> Response:
    return change_share(ctx, adding=False)


@route("POST /chutes/vllm")
def easy_vllm(ctx: Context) -> Response:
    ctx.body({"model": NAMED})
    raise HttpError(403, EASY)


@route("POST /chutes/diffusion")
def easy_diffusion(ctx: Context) -> Response:
    ctx.body({"model": NAMED, "name": NAMED})
    raise HttpError(403, EASY)


def change_share(ctx: Context, adding: bool) -> Response:
    state, user, args = ctx.state, ctx.caller, ctx.body(SHARE)
    ref, name = args["chute_id_or_name"], args["user_id_or_name"]
    chute = next((one for one in state.chutes.values() if one.user is user and ref.lower() in (one.chute_id, one.name.lower())), None)
    if chute is None:
        raise HttpError(404, f"Did not find target chute {ref}, or it does not belong to you")
    if adding and chute.public:
        raise HttpError(400, "Chute is public, no need to share.")
    other = next((one for one in state.users.values() if name == one.user_id or name.lower() == one.username.lower()), None)
    if other is None:
        raise HttpError(404, "Could not find target user to share with")
    words = f"chute.name={chute.name!r} with user.username={other.username!r}"
    if not adding:
        chute.shared_with.pop(other.user_id, None)
        return json_response({"status": f"Successfully unshared {words} (if share exists)"})
    if other is user:
        raise HttpError(400, "Cannot share a chute with yourself")
    chute.shared_with.setdefault(other.user_id, state.now())
    return json_response({"status": f"Successfully shared {words}"})


@route("DELETE /chutes/{ref}", purpose="chutes")
def delete_chute(ctx: Context, ref: str) -> Response:
    try:
        uuid.UUID(ref)
    except ValueError:
        raise HttpError(400, "Must use chute UUID to delete.") from None
    state = ctx.state
    chute = state.chutes.get(ref)
    if chute is None or chute.user is not ctx.caller:
        raise HttpError(404, NOT_FOUND)
    del state.chutes[ref]
    state.bounties.pop(ref, None)
    state.rolling.pop(ref, None)
    return json_response({"chute_id": ref, "deleted": True})


@route("GET /chutes/warmup/{ref:path}", purpose="chutes")
def warmup(ctx: Context, ref: str) -> Response:
    """SSE until hot, or one JSON answer with `?quick=true`. Asking creates a bounty, which starts an instance."""
    state, user = ctx.state, ctx.caller
    quick = ctx.query({"quick": Field("boolean", default=False)})["quick"]
    chute = state.must_find(ref, user, NOT_FOUND)
    if chute.disabled:
        raise HttpError(503, "This chute is currently disabled.")
    if user.balance <= 0:
        raise HttpError(402, f"Account balance is ${user.balance}, please top-up with fiat or send tao to {user.payment_address}")
    if not chute.is_hot(state.now()):
        state.create_bounty(chute)
        chute.wake(state.now())
    if quick:
        instances = state.instances(chute)
        bounty = None
        if chute.chute_id in state.bounties and not instances:
            seen = state.bounty_view(chute.chute_id)
            bounty = {"amount": seen["bounty_amount"], "boost": 1.0, "age_seconds": seen["seconds_elapsed"], "created_at": seen["created_at"]}
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
        yield b'data: {"status": "cold", "log": "waiting for instances ..."}\n\n'
        left = (chute.hot_at or begin + WARMUP_LIMIT) - state.now()
        await asyncio.sleep(min(WARMUP_PERIOD, max(0.01, left)))
    yield f'data: {{"status": "hot", "log": "chute is hot, {len(state.instances(chute))} instances available"}}\n\n'.encode()


@route("GET /chutes/code/{chute_id}", auth="optional", purpose="chutes")
def code(ctx: Context, chute_id: str) -> Response:
    chute = ctx.state.must_find(chute_id, ctx.user, NOT_FOUND)
    return text_response(chute.code, "text/plain; charset=utf-8")


@route("GET /chutes/{ref:path}", auth="optional", purpose="chutes")
def get_chute(ctx: Context, ref: str) -> Response:
    return json_response(ctx.state.chute_view(ctx.state.must_find(ref, ctx.user, NOT_FOUND)))


@route("POST /chutes/")
def deploy_chute(ctx: Context) -> Response:
    return deploy(ctx.request, ctx.state, ctx.caller)


@route("PUT /chutes/{ref:path}")
def update_chute(ctx: Context, ref: str) -> Response:
    return update(ctx.request, ctx.state, ctx.caller, ref)

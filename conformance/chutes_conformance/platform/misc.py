"""What belongs to no resource: health, prices, bounties."""

from __future__ import annotations

from .routes import Context, Field, HttpError, Response, route
from .state import GPUS, Json


@route("GET /ping", auth="public")
def ping(ctx: Context) -> Json:
    return {"message": "pong"}


@route("GET /pricing", auth="public")
def prices(ctx: Context) -> Json:
    return pricing()


@route("GET /bounties/", auth="public")
def bounties(ctx: Context) -> list[Json]:
    return ctx.state.live_bounties()


@route("GET /bounties/{chute_id}/increase")
def increase_bounty(ctx: Context, chute_id: str) -> Response:
    ctx.query({"boost": Field("number", ge=1, le=4)})
    raise HttpError(403, "This action can only be performed by billing admin accounts.")


def pricing() -> Json:
    def both(usd: float) -> Json:
        return {"usd": {"hour": usd, "second": usd / 3600}, "tao": {"hour": usd / 400, "second": usd / 400 / 3600}}

    estimate = {"usd": 0.0001, "tao": 0.00000025, "description": "one compute unit is one second of the smallest supported GPU"}
    return {"tao_usd": 400.0, "compute_unit_estimate": estimate, "gpu_price_estimates": {gpu: both(rate) for gpu, (_, rate) in GPUS.items()}}

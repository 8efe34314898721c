"""Switches that concern no single resource."""

from __future__ import annotations

from .routes import Context, control
from .state import Json, naive
from .validate import Field


@control("POST /_mock/advance")
def advance(ctx: Context) -> Json:
    """Moves the platform's clock on: `{"seconds": 3700}` lets an access token expire, a build end, a day pass."""
    ctx.state.advanced += ctx.body({"seconds": Field("number", required=True, nullable=False, ge=0)})["seconds"]
    return {"now": naive(ctx.now())}

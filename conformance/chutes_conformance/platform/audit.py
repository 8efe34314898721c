"""Reports that miners and validators have filed, one for each hour of the last days, and their files."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from . import signing
from .http import HttpError, Response, dumps, text_response
from .routes import Context, route
from .state import Json, State, naive
from .validate import Field

HOUR = 3600.0
WINDOW = 7 * 24 + 1  # hours that the list looks back
STEP, BLOCK_SECONDS, GENESIS = 12, 12, 1_672_531_200


@dataclass
class Audit:
    entries: list[Json] = field(default_factory=list)

    @classmethod
    def seeded(cls, state: State) -> Audit:
        """Two reporters, one of JSON and one of CSV."""
        begin = state.started - state.started % HOUR
        return cls([entry(begin - hours * HOUR, who, kind) for hours in range(1, WINDOW, STEP) for who, kind in (("miner 0", "json"), ("validator", "csv"))])


def entry(start: float, who: str, kind: str) -> Json:
    hotkey, block = signing.invented(who), int((start + HOUR - GENESIS) / BLOCK_SECONDS)
    return {
        "entry_id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{hotkey}.{block}")),
        "hotkey": hotkey,
        "block": block,
        "path": f"audit/{who.split()[0]}/{hotkey}/{block}.{kind}",
        "created_at": naive(start + HOUR + 12),
        "start_time": naive(start),
        "end_time": naive(start + HOUR),
    }


@route("GET /audit/", auth="public")
def entries(ctx: Context) -> list[Json]:
    oldest = naive(ctx.now() - WINDOW * HOUR)
    return [found for found in ctx.of(Audit).entries if found["start_time"] >= oldest]


@route("GET /audit/download", auth="public")
def download(ctx: Context) -> Response:
    """The file as it was filed: JSON of a miner, CSV of a validator."""
    path = ctx.query({"path": Field("string", required=True, nullable=False)})["path"]
    found = next((entry for entry in ctx.of(Audit).entries if entry["path"] == path), None)
    if found is None:
        raise HttpError(404, f"No audit entry matches {path=}")
    if path.endswith("json"):
        body = {key: found[key] for key in ("hotkey", "block", "start_time", "end_time")}
        return Response(200, dumps({**body, "instances": []}), {"content-type": "application/json"})
    return text_response(f"hotkey,block,score\r\n{found['hotkey']},{found['block']},0.5\r\n", "text/csv; charset=utf-8")

"""Public lists about chutes: bare arrays, and the means of miners as HTML, JSON or CSV."""

from __future__ import annotations

from .http import HttpError, Response, json_response, text_response
from .routes import Context, route
from .state import Json, State, naive


@route("GET /chutes/boosted", auth="public")
def boosted(ctx: Context) -> list[Json]:
    return [{"chute_id": c.chute_id, "name": c.name, "boost": c.boost, "manual_boost": None} for c in ctx.state.chutes.values() if c.boost]


@route("GET /chutes/affine_available", auth="public")
def affine_available(ctx: Context) -> list[Json]:
    return [
        {"chute_id": c.chute_id, "user_id": c.user.user_id, "name": c.name, "hotkey": "5MockOwnerHotkey", "has_active_instance": c.is_hot(ctx.now())}
        for c in ctx.state.chutes.values()
        if "affine" in c.name and c.user.balance > 0
    ]


@route("GET /chutes/rolling_updates", auth="public")
def rolling_updates(ctx: Context) -> list[Json]:
    return list(ctx.state.rolling.values())


@route("GET /chutes/gpu_count_history", auth="public")
def gpu_count_history(ctx: Context) -> list[Json]:
    return [{"chute_id": c.chute_id, "gpu_count": c.node_selector.get("gpu_count", 1)} for c in ctx.state.chutes.values() if c.public]


@route("GET /chutes/utilization", auth="public")
def utilization_list(ctx: Context) -> list[Json]:
    return utilization(ctx.state)


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


@route("GET /chutes/miner_means", auth="public")
def miner_means_index(ctx: Context) -> Response:
    return miner_index(ctx.state)


@route("GET /chutes/miner_means/{chute_id}", auth="public")
def miner_means_of(ctx: Context, chute_id: str) -> Response:
    stem, dot, ext = chute_id.rpartition(".")
    return miner_means(ctx.state, stem, ext) if dot else miner_means(ctx.state, chute_id, ctx.request.query.get("ext"))

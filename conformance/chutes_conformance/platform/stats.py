"""Public statistics of invocations, and their export as tables."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from . import signing
from .http import HttpError, Response, text_response
from .routes import Context, route
from .state import Chute, Json, State
from .validate import Field, Loc, parse_number, problem

DAYS = 11
EXPORT = re.compile(r"(\d+)((?:-(?:jobs))?\.csv)", re.ASCII)
FIRST = datetime(2024, 12, 14)
MOST_ROWS, DEFAULT_ROWS = 10000, 100
COLUMNS = (
    "invocation_id", "chute_id", "chute_user_id", "function_name", "image_id", "image_user_id", "instance_id", "miner_uid",
    "miner_hotkey", "started_at", "completed_at", "error_message", "compute_multiplier", "metrics",
)  # fmt: skip
STATS_QUERY: dict[str, Field] = {"start_date": Field("string"), "end_date": Field("string"), "chute_id": Field("string")}


def day_of(ctx: Context, back: int) -> str:
    return (datetime.fromtimestamp(ctx.now(), UTC).date() - timedelta(days=back)).isoformat()


def dice_of(*words: object) -> bytes:
    return hashlib.sha256(repr(words).encode()).digest()


def requests_of(chute: Chute, day: str) -> int:
    """Calls of a chute on a day: its share of all its calls, more on some days than on others."""
    return max(1, chute.invocation_count // 60 * (60 + dice_of(chute.chute_id, day)[0] % 80) // 100)


def days_of(ctx: Context, template: str | None = None) -> Iterator[tuple[str, Chute]]:
    """The last days, the latest first, each with the public chutes."""
    for back in range(DAYS):
        for chute in ctx.state.chutes.values():
            if chute.public and template in (None, chute.standard_template):
                yield day_of(ctx, back), chute


@route("GET /invocations/usage", auth="public")
def usage(ctx: Context) -> list[Json]:
    rows = [
        {"chute_id": chute.chute_id, "date": day, "usd_amount": round(requests_of(chute, day) * 0.0007, 6), "invocation_count": requests_of(chute, day)}
        for day, chute in days_of(ctx)
    ]
    return sorted(rows, key=lambda row: (row["date"], row["usd_amount"]), reverse=True)


def day_given(query: Json, name: str) -> str | None:
    """A day of the query as ISO text; 422 when it is none."""
    text = query[name]
    if text is None:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        reason = "input is too short" if len(text) < 10 else "invalid character in year"
        message = f"Input should be a valid date or datetime, {reason}"
        raise HttpError(422, [problem("date_from_datetime_parsing", ["query", name], message, text, error=reason)]) from None


@route("GET /invocations/stats/llm", auth="public")
def llm_stats(ctx: Context) -> list[Json]:
    query = ctx.query(STATS_QUERY)
    begin, end = day_given(query, "start_date"), day_given(query, "end_date")
    rows = []
    for day, chute in days_of(ctx, "vllm"):
        fits = query["chute_id"] in (None, "", chute.chute_id) and (begin or day) <= day <= (end or day)
        if fits:
            count, dice = requests_of(chute, day), dice_of(chute.name, day)
            tokens = {"total_input_tokens": count * (900 + dice[0]), "total_output_tokens": count * (300 + dice[1])}
            speed = {"average_tps": 40.0 + dice[2] / 4, "average_ttft": round(0.3 + dice[3] / 200, 3)}
            rows.append({"chute_id": chute.chute_id, "name": chute.name, "date": day, "total_requests": count, **tokens, **speed})
    return sorted(rows, key=lambda row: (row["date"], row["total_input_tokens"] + row["total_output_tokens"]), reverse=True)


@route("GET /invocations/stats/diffusion", auth="public")
def diffusion_stats(ctx: Context) -> list[Json]:
    rows = []
    for day, chute in days_of(ctx, "diffusion"):
        count, dice = requests_of(chute, day), dice_of(chute.name, day)
        row: Json = {"chute_id": chute.chute_id, "name": chute.name, "date": day, "total_requests": count}
        rows.append({**row, "total_steps": float(count * 20), "average_sps": 6.0 + dice[0] / 64})
    return rows


def invocations(state: State, begin: datetime, step: float, count: int, jobs: bool = False) -> Iterator[list[object]]:
    """Rows of a table, `step` seconds apart, the same for the same time."""
    chutes = [chute for chute in state.chutes.values() if (bool(chute.jobs) if jobs else chute.public)]
    for index in range(count if chutes else 0):
        started = begin + timedelta(seconds=step * index)
        dice = dice_of(started.isoformat(timespec="seconds"))
        chute, took = chutes[dice[0] % len(chutes)], 0.2 + dice[1] / 16
        yield [
            uuid.UUID(bytes=dice[:16]),
            chute.chute_id,
            chute.user.user_id,
            chute.jobs[0]["name"] if jobs else chute.cords[0]["function"],
            chute.image.image_id,
            chute.image.user.user_id,
            uuid.uuid5(uuid.NAMESPACE_OID, f"{chute.chute_id}:instance:0"),
            dice[2],
            signing.invented(f"miner {dice[3] % 3}"),
            started.isoformat(" "),
            (started + timedelta(seconds=took)).isoformat(" "),
            None,
            1.5,
            f'{{"ct": 0, "it": {dice[4] * 9}, "ot": {dice[5] * 3}, "tps": {dice[6] / 2}}}',
        ]


def table(rows: list[list[object]], filename: str) -> Response:
    output = io.StringIO()
    csv.writer(output).writerows([COLUMNS, *rows])
    response = text_response(output.getvalue(), "text/csv; charset=utf-8")
    response.headers["content-disposition"] = f'attachment; filename="{filename}"'
    return response


@route("GET /invocations/exports/recent", auth="public")
def export_recent(ctx: Context) -> Response:
    """The last day, the latest first. A limit of 0 or less counts as 100."""
    query = ctx.query({"hotkey": Field("string"), "limit": Field("integer", default=DEFAULT_ROWS)})
    limit = min(query["limit"] if query["limit"] and query["limit"] > 0 else DEFAULT_ROWS, MOST_ROWS)
    begin = datetime.fromtimestamp(ctx.now(), UTC).replace(tzinfo=None, microsecond=0) - timedelta(minutes=2)
    rows = list(invocations(ctx.state, begin, -8.0, MOST_ROWS if query["hotkey"] else limit))
    return table([row for row in rows if query["hotkey"] in (None, "", row[8])][:limit], "recent.csv")


@route("GET /invocations/exports/{year}/{month}/{day}/{hour_format}", auth="public")
def export(ctx: Context, year: str, month: str, day: str, hour_format: str) -> Response:
    """One hour that is over. A date that does not exist makes the server fall over."""
    parts, errors = [], list[Json]()
    for name, text in (("year", year), ("month", month), ("day", day)):
        loc: Loc = ["path", name]
        parts.append(parse_number(text, "integer", loc, errors))
    if errors:
        raise HttpError(422, errors)
    found = EXPORT.fullmatch(hour_format)
    if found is None:
        raise HttpError(400, f"Invalid format: {hour_format}")
    hour = int(found[1])
    try:
        begin = datetime(parts[0], parts[1], parts[2], hour)
    except (ValueError, OverflowError):
        return text_response("Internal Server Error", "text/plain; charset=utf-8", 500)
    now = datetime.fromtimestamp(ctx.now(), UTC).replace(tzinfo=None)
    if begin < FIRST or begin + timedelta(hours=1) > now:
        names = f"year={parts[0]} month={parts[1]} day={parts[2]} {hour=}"
        raise HttpError(404, f"Invocations export not found {names}")
    jobs = found[2].startswith("-jobs")
    rows = list(invocations(ctx.state, begin, 45.0, 80, jobs)) if not jobs else list(invocations(ctx.state, begin, 900.0, 4, True))
    return table(rows, f"{begin:%Y-%m-%d-%H}{found[2]}")

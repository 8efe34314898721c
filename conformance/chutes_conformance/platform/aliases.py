"""Model aliases: a name of one's own for a ranked list of chutes, written in place of a model on the shared hosts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .http import HttpError, Response, json_response
from .routes import Context, route
from .state import Json, State, User, naive
from .validate import Field

PRINTABLE = re.compile(r"[\x21-\x39\x3B-\x7E]+")
MOST = 20
ALIAS: dict[str, Field] = {
    "alias": Field("string", required=True, nullable=False, check=lambda alias: wrong_alias(alias)),
    "chute_ids": Field("list", required=True, nullable=False, check=lambda ids: None if 1 <= len(set(ids)) <= MOST else f"chute_ids must have 1-{MOST} items"),
}


@dataclass
class Alias:
    alias: str
    chute_ids: list[str]
    created: float
    updated: float

    def view(self) -> Json:
        """Unlike other times these carry their zone."""
        times = {"created_at": f"{naive(self.created)}Z", "updated_at": f"{naive(self.updated)}Z"}
        return {"alias": self.alias, "chute_ids": self.chute_ids, **times}


@dataclass
class Aliases:
    by_user: dict[str, dict[str, Alias]] = field(default_factory=dict)

    def of(self, user: User) -> dict[str, Alias]:
        return self.by_user.setdefault(user.user_id, {})


def wrong_alias(alias: str) -> str | None:
    if not 1 <= len(alias) <= 64:
        return "alias must be 1-64 characters"
    return None if PRINTABLE.fullmatch(alias) else "alias must be ASCII printable (no spaces or colons)"


def expand(state: State, user: User, name: str) -> list[str] | None:
    """The chutes behind a name that is an alias of the user."""
    found = state.of(Aliases).of(user).get(name.lower())
    return found.chute_ids if found else None


@route("GET /model_aliases/")
def list_aliases(ctx: Context) -> list[Json]:
    return [entry.view() for entry in ctx.of(Aliases).of(ctx.caller).values()]


@route("POST /model_aliases/")
def set_alias(ctx: Context) -> Response:
    """Creates or replaces. Each entry must be an id or a name of a chute, whoever owns it."""
    args, aliases = ctx.body(ALIAS), ctx.of(Aliases).of(ctx.caller)
    alias, chute_ids = args["alias"].lower(), list(dict.fromkeys(args["chute_ids"]))
    for ref in chute_ids:
        if ref not in ctx.state.chutes and ctx.state.find_chute(ref, ctx.caller) is None:
            raise HttpError(400, f"chute not found: {ref}")
    entry = aliases.setdefault(alias, Alias(alias, chute_ids, ctx.now(), ctx.now()))
    entry.chute_ids, entry.updated = chute_ids, ctx.now()
    return json_response(entry.view(), 201)


@route("DELETE /model_aliases/{alias}")
def delete_alias(ctx: Context, alias: str) -> Response:
    if ctx.of(Aliases).of(ctx.caller).pop(alias.lower(), None) is None:
        raise HttpError(404, "alias not found")
    return Response(204)

"""The driver's operations of invocation in depth."""

from __future__ import annotations

from typing import Any

from client import Client

Json = dict[str, Any]
OPS = frozenset(["models.cost"])


def play(client: Client, op: str, args: Json, options: Json) -> Json:
    return {"final": _value(client, op, args, options)}


def _value(client: Client, op: str, args: Json, options: Json) -> Any:
    if op == "models.cost":
        return {"costs": client.prices.costs(client, args["completions"], options)}
    raise KeyError(op)

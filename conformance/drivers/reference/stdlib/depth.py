"""The driver's operations of invocation in depth."""

from __future__ import annotations

from typing import Any

from client import Client
from depth_output import parse
from depth_tools import run_tools

Json = dict[str, Any]
OPS = frozenset("models.cost chat.parse chat.run_tools".split())


def play(client: Client, op: str, args: Json, options: Json) -> Json:
    return {"final": _value(client, op, args, options)}


def _value(client: Client, op: str, args: Json, options: Json) -> Any:
    if op == "models.cost":
        return {"costs": client.prices.costs(client, args["completions"], options)}
    if op == "chat.parse":
        return parse(client, args, options)
    if op == "chat.run_tools":
        return run_tools(client, args, options)
    raise KeyError(op)

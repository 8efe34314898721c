"""The driver's operations of invocation in depth."""

from __future__ import annotations

import tempfile
from typing import Any

import depth_content
import depth_map
import depth_media
from client import Client
from depth_output import parse
from depth_tools import run_tools
from resources import chat_create

Json = dict[str, Any]
OPS = frozenset("models.cost chat.parse chat.run_tools content.part map".split()) | depth_media.PATHS.keys()


def play(client: Client, op: str, args: Json, options: Json) -> Json:
    return {"final": _value(client, op, args, options)}


def _value(client: Client, op: str, args: Json, options: Json) -> Any:
    if op == "models.cost":
        return {"costs": client.prices.costs(client, args["completions"], options)}
    if op == "chat.parse":
        return parse(client, args, options)
    if op == "chat.run_tools":
        return run_tools(client, args, options)
    if op == "content.part":
        with tempfile.TemporaryDirectory() as folder:
            source = depth_content.source_of(args["source"], folder)
            return depth_content.shown(depth_content.part(args["what"], source, args.get("detail")))
    if op == "map":
        return mapped(client, args, options)
    if op in depth_media.PATHS:
        return depth_media.call(client, op, args, options)
    raise KeyError(op)


def mapped(client: Client, args: Json, options: Json) -> Json:
    """`client.map` over chat.create."""
    given = {k: args[k] for k in ("concurrency", "ordered") if k in args}
    results = depth_map.run(client, lambda one: chat_create(client, client.endpoints["llm"], one, options), args["calls"], **given)
    out: list[Json] = []
    for index, value, error in results:
        out.append({"index": index, **({"kind": error.kind} if error else {"content": value["choices"][0]["message"]["content"]})})
        if len(out) == args.get("take"):
            break
    results.close()  # type: ignore[attr-defined]
    return {"results": out}

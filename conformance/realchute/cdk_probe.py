"""Runs in the kit's own environment: what the kit knows and sends, beside what the client makes of the same chutes.

Reads `{"signatures": {"name": "module:object"}, "chutes": ["module:variable", …]}` from standard input, the modules from the current
folder, and prints `{"signatures": {name: {argument: default}}, "chutes": {reference: {"kit", "loaded", "object"}}}`.
"""

from __future__ import annotations

import asyncio
import builtins
import importlib
import inspect
import json
import sys
from contextlib import redirect_stdout
from typing import Any

import orjson
from chutes.entrypoint import deploy as kit
from chutes_client.cdk import chute_body, load_chute


class Captured(Exception):
    """Ends the kit's deployment at the moment its body is signed."""

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body


def capture(body: dict[str, Any]) -> Any:
    raise Captured(body)


kit.sign_request = capture
builtins.input = lambda *_: "y"  # the kit asks whether to go on


def sent_by_the_kit(reference: str) -> tuple[Any, dict[str, Any]]:
    """The chute as the kit loads it, and the body that its own `deploy` would send."""
    module, chute = kit.load_chute(reference, config_path=None, debug=False)
    chute = chute.chute if isinstance(chute, kit.ChutePack) else chute
    try:
        asyncio.run(kit._deploy(reference, module, chute))
    except Captured as captured:
        return chute, orjson.loads(orjson.dumps(captured.body))
    raise RuntimeError(f"{reference}: the kit sent nothing")


def signature(name: str) -> dict[str, str]:
    """Arguments with their defaults as Python writes them; `required` for none, and for the types that the kit leaves as defaults."""
    module, _, member = name.partition(":")
    found = {}
    for argument in inspect.signature(getattr(importlib.import_module(module), member)).parameters.values():
        if argument.name == "app":  # the chute, which the decorator hands over itself
            continue
        stars = {argument.VAR_POSITIONAL: "*", argument.VAR_KEYWORD: "**"}.get(argument.kind, "")
        default = "required" if argument.default is argument.empty else repr(argument.default)
        found[stars + argument.name] = "required" if default.startswith("typing.") else default
    return found


def main() -> None:
    wanted = json.load(sys.stdin)
    chutes = {}
    with redirect_stdout(sys.stderr):  # where the kit's logger writes
        for reference in wanted["chutes"]:
            chute, body = sent_by_the_kit(reference)
            chutes[reference] = {"kit": body, "loaded": load_chute(reference), "object": chute_body(chute)}
    json.dump({"signatures": {name: signature(where) for name, where in wanted["signatures"].items()}, "chutes": chutes}, sys.stdout)


if __name__ == "__main__":
    main()

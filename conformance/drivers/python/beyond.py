"""What people do with a model beyond one call: structured output, tools, media, many calls, functions, traces."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from chutes_client.tools import Tool
from runs import BaseRun, settle, step_object


def behaving(spec: dict[str, Any], variant: str) -> Callable[[dict[str, Any]], Any]:
    """A tool that does what the case says."""

    def finish(given: dict[str, Any]) -> Any:
        if "fail" in spec:
            raise RuntimeError(spec["fail"])
        return given if spec.get("echo") else spec.get("return")

    def run(given: dict[str, Any]) -> Any:
        time.sleep(spec.get("sleep_ms", 0) / 1000)
        return finish(given)

    async def run_async(given: dict[str, Any]) -> Any:
        await asyncio.sleep(spec.get("sleep_ms", 0) / 1000)
        return finish(given)

    return run if variant == "sync" else run_async


class BeyondRun(BaseRun):
    """Invocation in depth."""

    async def op_chat_parse(self) -> Any:
        schema = self.args.pop("output")["schema"]
        made = await settle(self.client.chat.completions.parse(schema, **self.args, **self.options))
        return {**self.shown(made), "parsed": made.parsed}

    async def op_chat_run_tools(self) -> Any:
        limit = {"timeout": self.args.pop("tool_timeout_ms") / 1000} if "tool_timeout_ms" in self.args else {}
        tools = []
        for spec in self.args.pop("tools"):
            run = behaving(spec["behave"], self.variant)
            tools.append(Tool(spec["name"], spec["description"], spec["parameters"], run, **limit))
        made = await settle(self.client.chat.completions.run_tools(**self.args, tools=tools, **self.options))
        steps = [step_object(one) for one in made.steps]
        return {"completion": self.shown(made.completion), "messages": made.messages, "steps": steps}

"""The tool loop: ask, run what is asked for, put it back, ask again."""

from __future__ import annotations

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass
from typing import Any

from client import Client, config
from depth_output import strict
from depth_schema import complaints
from faults import MESSAGE_KEPT, Fault
from resources import chat_create

Json = dict[str, Any]
MAX_TURNS = 10
TOOL_TIMEOUT = 60.0
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass
class Tool:
    """A function the model may call; `behave` says what it does here."""

    name: str
    description: str
    parameters: Json
    behave: Json
    timeout: float = TOOL_TIMEOUT

    def definition(self) -> Json:
        return {"type": "function", "function": {"name": self.name, "description": self.description, "parameters": self.parameters}}

    def run(self, arguments: Json) -> Any:
        time.sleep(self.behave.get("sleep_ms", 0) / 1000)
        if "fail" in self.behave:
            raise RuntimeError(self.behave["fail"])
        return arguments if self.behave.get("echo") else self.behave.get("return")


def run_tools(client: Client, args: Json, options: Json) -> Json:
    """`{completion, messages, steps}` once the model asks for nothing more."""
    most, limit = args.pop("max_turns", MAX_TURNS), args.pop("tool_timeout_ms", TOOL_TIMEOUT * 1000) / 1000
    given, tell = args.pop("tools"), args.pop("on_step", False)
    tools = {t["name"]: Tool(**t, timeout=limit) for t in given}
    if most < 1:
        raise config("max_turns must be at least 1")
    if len(tools) != len(given):
        raise config("two tools have one name")
    if wrong := [name for name in tools if not _NAME.fullmatch(name)]:
        raise config(f"{wrong[0]!r} is no name of a tool: 1 to 64 letters, digits, underscores and hyphens")
    if "stream" in args:
        raise config("run_tools never streams")
    messages, steps = list(args.pop("messages")), list[Json]()
    fixed = {**args, "tools": [t.definition() for t in tools.values()]}
    for turn in range(1, most + 1):
        try:
            completion = chat_create(client, client.endpoints["llm"], {**fixed, "messages": messages}, options)
        except Fault as fault:
            fault.steps, fault.messages = steps, messages
            raise
        message = next((c.get("message") or {} for c in completion["choices"]), {})
        calls = [c for c in message.get("tool_calls") or [] if isinstance(c, dict)]
        messages = [*messages, put_back(message)]
        if not calls:
            steps.append({"turn": turn, "calls": []})
            return {"completion": completion, "messages": messages, "steps": steps, **({"told": steps} if tell else {})}
        if turn == most:
            break
        results = run_calls(client, tools, calls)
        messages += [{"role": "tool", "tool_call_id": r["id"], "content": r["content"]} for r in results]
        steps.append({"turn": turn, "calls": results})
    fault = Fault("invalid_output", f"the model still asks for tools after {most} turns", reason="max_turns", status=200,
                  partial={**completion, "complete": True}, attempts=(client.last or {}).get("attempts", 1))
    fault.steps, fault.messages = [*steps, {"turn": most, "calls": []}], messages
    raise fault


def put_back(message: Json) -> Json:
    """The assistant's message as it came, but for arguments that the server would refuse."""
    if not message.get("tool_calls"):
        return message
    calls = []
    for call in message["tool_calls"]:
        if not isinstance(call, dict):
            continue
        function = call.get("function") or {}
        try:
            strict(function.get("arguments") or "")
            calls.append(call)
        except (ValueError, RecursionError):
            calls.append({**call, "function": {**function, "arguments": "{}"}})
    return {**message, "tool_calls": calls}


def run_calls(client: Client, tools: dict[str, Tool], calls: list[Json]) -> list[Json]:
    """The results of one turn, in the order of its calls."""
    pool = ThreadPoolExecutor(len(calls))
    try:
        began = time.monotonic()
        running = [pool.submit(run_one, tools, c.get("function") or {}) for c in calls]
        out = []
        for call, future in zip(calls, running):
            function = call.get("function") or {}
            tool = tools.get(function.get("name") or "")
            try:
                content, error = wait(client, future, began + (tool.timeout if tool else TOOL_TIMEOUT))
            except Late:
                assert tool
                error = f"timed out after {tool.timeout:g} s"
                content = compact({"error": error})
            out.append({"id": call.get("id") or "", "name": function.get("name") or "", "content": content, "error": error})
        return out
    finally:
        pool.shutdown(wait=False)


def wait(client: Client, future: Any, until: float) -> tuple[str, str | None]:
    """What a call came to; ends early when the run is cancelled."""
    while True:
        try:
            result: tuple[str, str | None] = future.result(min(0.01, max(0.0, until - time.monotonic())))
            return result
        except Late:
            if client.seam.cancelled.is_set():
                raise Fault("cancelled", "the run was cancelled while its tools ran") from None
            if time.monotonic() >= until:
                raise


def run_one(tools: dict[str, Tool], function: Json) -> tuple[str, str | None]:
    """Content for the model, and the error in it."""
    try:
        value = _run(tools, function)
        return (value if isinstance(value, str) else compact(value)), None
    except Exception as exc:
        words = str(exc)[:MESSAGE_KEPT]
        return compact({"error": words}), words


def _run(tools: dict[str, Tool], function: Json) -> Any:
    name = function.get("name") or ""
    if name not in tools:
        raise LookupError(f"unknown tool: {name}")
    try:
        arguments = strict((function.get("arguments") or "").strip() or "{}")
    except (ValueError, RecursionError):
        raise ValueError("invalid arguments: not JSON") from None
    if not isinstance(arguments, dict):
        raise ValueError("invalid arguments: value: expected object")
    if wrong := complaints(tools[name].parameters, arguments):
        raise ValueError(f"invalid arguments: {wrong}")
    return tools[name].run(arguments)


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

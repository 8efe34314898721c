"""Structured output: the schema that is asked for, and how an answer is read."""

from __future__ import annotations

import json
import re
from typing import Any

from client import Client, config
from depth_schema import complaints
from faults import Fault
from resources import chat_create

Json = dict[str, Any]
MAX_NAME_CHARS = 64
_FENCE = re.compile(r"```[^\s`]*[ \t]*\r?\n(.*)\n[ \t]*```", re.S)


def strict(text: str) -> Any:
    """JSON and nothing else: NaN and Infinity are none."""
    def no(name: str) -> Any:
        raise ValueError(name)

    return json.loads(text, parse_constant=no)


def parse(client: Client, args: Json, options: Json) -> Json:
    """The completion, with `parsed`."""
    output = args.pop("output")
    if "response_format" in args or "response_format" in (options.get("extra_body") or {}):
        raise config("response_format is what parse() sends itself")
    if "stream" in args:
        raise config("parse never streams: use .stream(), and parse_output on its result")
    schema = output["schema"]
    title = schema.get("title") if isinstance(schema, dict) else None
    name = re.sub(r"[^A-Za-z0-9_-]", "_", output.get("name") or title or "")[:MAX_NAME_CHARS] or "output"
    wanted = {"type": "json_schema", "json_schema": {"name": name, "schema": schema, "strict": True}}
    completion = chat_create(client, client.endpoints["llm"], {**args, "response_format": wanted}, options)
    try:
        return {**completion, "parsed": read(completion, schema)}
    except Fault as fault:
        fault.status, fault.attempts = 200, (client.last or {}).get("attempts", 1)
        raise


def read(completion: Json, schema: Any) -> Any:
    """The value of an answer, or `invalid_output` with the reason."""
    choice = next(iter(completion.get("choices") or []), None)
    message = (choice or {}).get("message") or {}
    text = message.get("content")
    text = text if isinstance(text, str) else ""

    def bad(reason: str, words: str) -> Fault:
        return Fault("invalid_output", words, reason=reason, text=text, partial={**completion, "complete": True})

    if choice is None:
        raise bad("empty", "the answer has no choice")
    if choice.get("finish_reason") == "length":
        raise bad("length", "the answer was cut off at the limit of tokens")
    if message.get("refusal"):
        raise bad("refusal", f"the model refused: {message['refusal']}")
    if choice.get("finish_reason") == "content_filter":
        raise bad("content_filter", "the answer was filtered")
    if not text.strip():
        raise bad("empty", "the answer is empty")
    fenced = _FENCE.fullmatch(text.strip())
    try:
        value = strict(fenced[1] if fenced else text)
    except (ValueError, RecursionError):
        raise bad("json", "the answer is no JSON") from None
    wrong = complaints(schema, value)
    if wrong:
        raise bad("schema", f"the answer does not fit the schema: {wrong}")
    return value

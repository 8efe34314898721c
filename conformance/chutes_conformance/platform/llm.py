"""Chat and text completions in the shape of a vLLM engine behind the platform: believable, short, the same every time."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from .http import HttpError, dumps

Json = dict[str, Any]
KNOWN = {
    "capital of france": "The capital of France is Paris.",
    "capital of germany": "The capital of Germany is Berlin.",
    "capital of japan": "The capital of Japan is Tokyo.",
    "who are you": "I am a local stand-in for a model on Chutes. I run on your own machine.",
    "poem": "Small lights wake in a distant rack,\nA question goes, an answer comes back;\nThe tokens arrive one by one, in line,\nAnd what was yours is also mine.",
    "count to": "1, 2, 3, 4, 5.",
    "ping": "pong",
}  # fmt: skip
GREETING = re.compile(r"\b(hi|hello|hey|hallo|bonjour)\b", re.I)
SUM = re.compile(r"(-?\d+)\s*([+*x×-])\s*(-?\d+)")
PIECES = re.compile(r"\s*\S{1,6}")


@dataclass
class Reply:
    """One choice, ready to be sent whole or piece by piece."""

    text: str = ""
    reasoning: str = ""
    tool_calls: list[Json] = field(default_factory=list)
    finish: str = "stop"


def text_of(content: Any) -> str:
    """The words of a message's content, also when it is a list of parts."""
    if isinstance(content, list):
        if any(isinstance(part, dict) and part.get("type") in ("file", "file_url") for part in content):
            raise HttpError(400, "File content not currently supported")
        return " ".join(str(part.get("text", "")) for part in content if isinstance(part, dict)).strip()
    return content if isinstance(content, str) else ""


def answer_to(prompt: str) -> str:
    lowered = prompt.lower()
    arithmetic = SUM.search(prompt)
    if arithmetic:
        left, sign, right = int(arithmetic[1]), arithmetic[2], int(arithmetic[3])
        return f"{left} {sign} {right} = {left + right if sign == '+' else left - right if sign == '-' else left * right}"
    for key, answer in KNOWN.items():
        if key in lowered:
            return answer
    if GREETING.search(prompt):
        return "Hello! How can I help you today?"
    subject = " ".join(prompt.split()[:12]).rstrip("?!.,") or "that"
    return f"You asked about “{subject}”. Here is a short answer: it depends on what you need, but I can walk you through it step by step."


def value_for(schema: Json, prompt: str, name: str = "") -> Any:
    """A value that fits a JSON Schema, taken from the prompt where that is possible."""
    if schema.get("enum"):
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    kind = schema.get("type", "string")
    kind = next((entry for entry in kind if entry != "null"), "string") if isinstance(kind, list) else kind
    if kind == "object":
        return {key: value_for(sub, prompt, key) for key, sub in (schema.get("properties") or {}).items()}
    if kind == "array":
        return [value_for(schema.get("items") or {}, prompt, name)]
    numbers = re.findall(r"-?\d+", prompt)
    if kind in ("integer", "number"):
        return int(numbers[0]) if numbers else 1
    if kind == "boolean":
        return True
    proper = [word.strip("?!.,") for word in prompt.split()[1:] if word[:1].isupper()]
    return proper[-1] if proper else answer_to(prompt) if name in ("answer", "text", "content") else prompt[:40]


def wanted_tool(body: Json, prompt: str, after_tool: bool) -> Json | None:
    """The function to call: forced by `tool_choice`, or one whose words the prompt uses."""
    functions: list[Json] = [tool["function"] for tool in body.get("tools") or [] if isinstance(tool, dict) and isinstance(tool.get("function"), dict)]
    choice = body.get("tool_choice", "auto")
    if not functions or choice == "none" or (after_tool and choice == "auto"):
        return None
    if isinstance(choice, dict):
        name = (choice.get("function") or {}).get("name")
        return next((function for function in functions if function.get("name") == name), None)
    words = set(re.findall(r"[a-z]{4,}", prompt.lower()))
    for function in functions:
        if words & set(re.findall(r"[a-z]{4,}", f"{function.get('name', '')} {function.get('description', '')}".lower())):
            return function
    return functions[0] if choice == "required" else None


def refused(message: str) -> HttpError:
    """The engine's 400 as the platform relays it."""
    error = {"object": "error", "message": message, "type": "BadRequestError", "code": 400}
    return HttpError(400, f"Invalid request: {dumps(error).decode()}")


def objects(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(entry, dict) for entry in value))


def holds_pattern(schema: Any) -> bool:
    """Whether a JSON Schema asks for a regular expression anywhere; a property may well be called `pattern`."""
    if isinstance(schema, list):
        return any(map(holds_pattern, schema))
    return isinstance(schema, dict) and (isinstance(schema.get("pattern"), str) or any(map(holds_pattern, schema.values())))


def check_regex(body: Json) -> None:
    """Regular expressions are switched off on the server (2026-05); the words are ours."""
    structured, response_format = body.get("structured_outputs"), body.get("response_format")
    wanted = body.get("guided_regex") or (isinstance(structured, dict) and structured.get("regex"))
    if wanted or (isinstance(response_format, dict) and holds_pattern(response_format.get("json_schema"))):
        raise HttpError(400, "Regular expressions are temporarily disabled: guided_regex, structured_outputs.regex, pattern in a json_schema")


def check_types(body: Json) -> None:
    """Refuses parameters of the wrong type, as an engine does before it works."""
    tools, stop, response_format = body.get("tools"), body.get("stop"), body.get("response_format")
    schemas = [(tool.get("function") or {}).get("parameters") for tool in tools or []] if objects(tools) else [1]
    if not all(isinstance(schema, dict | None) for schema in schemas):
        raise refused("tools must be a list of functions")
    if not (stop is None or isinstance(stop, str) or (isinstance(stop, list) and all(isinstance(entry, str) for entry in stop))):
        raise refused("stop must be a string or a list of strings")
    if not isinstance(response_format, dict | None):
        raise refused("response_format must be an object")
    for name in ("max_tokens", "max_completion_tokens"):
        if body.get(name) is not None and (not isinstance(body[name], int) or isinstance(body[name], bool) or body[name] < 1):
            raise refused(f"{name} must be at least 1")


def check_messages(body: Json) -> list[Json]:
    messages = body.get("messages")
    if not messages or not isinstance(messages, list) or not objects(messages):
        raise refused("messages must be a non-empty list")
    if not all(objects(message.get("tool_calls")) for message in messages):
        raise refused("tool_calls must be a list of objects")
    for message in messages:
        for call in message.get("tool_calls") or []:
            arguments = (call.get("function") or {}).get("arguments")
            try:
                json.loads(arguments or "null")
            except (TypeError, ValueError):
                raise HttpError(400, "Invalid tool_calls.function.arguments value, expected JSON") from None
    return messages


def reply_to(body: Json, thinking: bool, index: int) -> Reply:
    messages = check_messages(body)
    last = messages[-1]
    prompt = next((text_of(m.get("content")) for m in reversed(messages) if m.get("role") == "user"), "")
    reply = Reply()
    if thinking:
        reply.reasoning = f"The user wrote {len(prompt.split())} words. A short and direct answer serves best."
    function = wanted_tool(body, prompt, last.get("role") == "tool")
    response_format = body.get("response_format") or {}
    if function:
        arguments = json.dumps(value_for(function.get("parameters") or {"type": "object"}, prompt), ensure_ascii=False)
        reply.tool_calls = [
            {"index": 0, "id": f"chatcmpl-tool-{uuid.uuid4().hex}", "type": "function", "function": {"name": function.get("name"), "arguments": arguments}}
        ]
        reply.finish = "tool_calls"
        return reply
    if last.get("role") == "tool":
        reply.text = f"The tool answered: {text_of(last.get('content'))}"
    elif response_format.get("type") == "json_schema":
        reply.text = json.dumps(value_for((response_format.get("json_schema") or {}).get("schema") or {}, prompt), ensure_ascii=False)
    elif response_format.get("type") == "json_object":
        reply.text = json.dumps({"answer": answer_to(prompt)}, ensure_ascii=False)
    else:
        reply.text = answer_to(prompt)
    if index:
        reply.text += f" (choice {index + 1})"
    return trim(reply, body)


def pieces(text: str) -> list[str]:
    """What stands for tokens: runs of up to six letters, the last word whole; they join to the text."""
    words = text.rsplit(None, 1)
    if not words:
        return [text] if text else []
    head = text[: text.rindex(words[-1])].rstrip()
    return [*PIECES.findall(head), text[len(head) :]]


def trim(reply: Reply, body: Json) -> Reply:
    """Applies `stop` and the token limit."""
    stops = body.get("stop") or []
    for stop in [stops] if isinstance(stops, str) else stops:
        at = reply.text.find(stop) if stop else -1
        if at >= 0:
            reply.text = reply.text[:at]
    limit = body.get("max_completion_tokens") or body.get("max_tokens")
    if limit:
        tokens = pieces(reply.text)
        if len(tokens) > limit:
            reply.text, reply.finish = "".join(tokens[:limit]), "length"
    return reply


def usage_of(body: Json, made: int) -> Json:
    words = body.get("prompt") if "prompt" in body else " ".join(text_of(m.get("content")) for m in body.get("messages") or [])
    prompt = max(1, len(pieces(str(words))))
    return {"prompt_tokens": prompt, "total_tokens": prompt + made, "completion_tokens": made, "prompt_tokens_details": None}


def replies(body: Json, thinking: bool, chat: bool) -> list[Reply]:
    count = 1 if body.get("n") is None else body["n"]
    if not isinstance(count, int) or not 1 <= count <= 16:
        raise refused("n must be between 1 and 16")
    check_regex(body)
    check_types(body)
    if chat:
        return [reply_to(body, thinking, index) for index in range(count)]
    prompt = body.get("prompt")
    if not isinstance(prompt, str | list):
        raise refused("prompt is required")
    text = answer_to(prompt if isinstance(prompt, str) else str(prompt[0]) if prompt else "")
    return [trim(Reply(text=text), body) for _ in range(count)]


def completion(body: Json, model: str, thinking: bool, reasoning_name: str, now: float, chat: bool) -> Json:
    """The whole answer at once."""
    made, choices, total = replies(body, thinking, chat), [], 0
    for index, reply in enumerate(made):
        total += len(pieces(reply.reasoning + reply.text)) + 8 * len(reply.tool_calls)
        if chat:
            calls = [{key: value for key, value in call.items() if key != "index"} for call in reply.tool_calls]
            message = {"role": "assistant", "content": reply.text or None, reasoning_name: reply.reasoning or None, "tool_calls": calls}
            choices.append({"index": index, "message": message, "logprobs": None, "finish_reason": reply.finish, "stop_reason": None})
        else:
            choices.append({"index": index, "text": reply.text, "logprobs": None, "finish_reason": reply.finish, "stop_reason": None})
    kind, prefix = ("chat.completion", "chatcmpl") if chat else ("text_completion", "cmpl")
    head = {"id": f"{prefix}-{uuid.uuid4().hex}", "object": kind, "created": int(now), "model": model}
    return {**head, "choices": choices, "usage": usage_of(body, total)}


def deltas(reply: Reply, reasoning_name: str) -> list[Json]:
    steps: list[Json] = [{"role": "assistant", "content": ""}]
    steps += [{reasoning_name: piece} for piece in pieces(reply.reasoning)]
    for call in reply.tool_calls:
        arguments = call["function"]["arguments"]
        steps.append({"tool_calls": [{**call, "function": {"name": call["function"]["name"], "arguments": ""}}]})
        cuts = [arguments[start : start + 7] for start in range(0, len(arguments), 7)]
        steps += [{"tool_calls": [{"index": call["index"], "function": {"arguments": cut}}]} for cut in cuts]
    return steps + [{"content": piece} for piece in pieces(reply.text)]


def chunks(body: Json, model: str, thinking: bool, reasoning_name: str, now: float, chat: bool) -> list[Json]:
    """The chunks of the stream: usage on every one, and a last one without choices, as the platform forces it."""
    made = replies(body, thinking, chat)
    kind, prefix = ("chat.completion.chunk", "chatcmpl") if chat else ("text_completion", "cmpl")
    head = {"id": f"{prefix}-{uuid.uuid4().hex}", "object": kind, "created": int(now), "model": model}
    lanes = [deltas(reply, reasoning_name) if chat else [{"text": piece} for piece in pieces(reply.text)] for reply in made]
    out: list[Json] = []
    sent = 0
    for step in range(max(len(lane) for lane in lanes) + 1):
        for index, lane in enumerate(lanes):
            if step > len(lane):
                continue
            last = step == len(lane)
            part = ({} if chat else {"text": ""}) if last else lane[step]
            sent += not last and step > 0
            finish = made[index].finish if last else None
            choice = {"index": index, **({"delta": part} if chat else part), "logprobs": None, "finish_reason": finish}
            out.append({**head, "choices": [choice], "usage": usage_of(body, sent)})
    return [*out, {**head, "choices": [], "usage": usage_of(body, sent)}]


async def events(parts: list[Json], delay: float) -> AsyncIterator[bytes]:
    """One server-sent event per chunk, one token delay apart, then `[DONE]`."""
    for part in parts:
        yield b"data: " + dumps(part) + b"\n\n"
        if delay:
            await asyncio.sleep(delay)
    yield b"data: [DONE]\n\n"

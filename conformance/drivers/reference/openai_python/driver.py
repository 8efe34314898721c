"""OpenAI's Python SDK as a guest: `driver.py --variant sync|async`."""

from __future__ import annotations

import asyncio
import ssl
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import openai
from openai.lib.streaming.chat import ChatCompletionStreamState

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from lines import Json, Skip, Watch, clear_environment, error_object, refuse_unknown, seconds, serve  # noqa: E402

KINDS = {
    "OpenAIError": "config",
    "APIConnectionError": "connection",
    "APITimeoutError": "timeout",
    "BadRequestError": "bad_request",
    "AuthenticationError": "unauthenticated",
    "PermissionDeniedError": "permission_denied",
    "NotFoundError": "not_found",
    "ConflictError": "conflict",
    "UnprocessableEntityError": "unprocessable",
    "RateLimitError": "rate_limited",
    "InternalServerError": "server",
    "APIStatusError": "api_status",
    "APIResponseValidationError": "unexpected_response",
    "APIError": "stream_error",
}
SESSIONS: dict[str, Any] = {}
LOCK = threading.Lock()
OPS = {"chat.create", "chat.stream", "completions.create", "completions.stream", "embeddings.create", "models.list", "error.repr"}


def client_options(request: Json) -> Json:
    client = request.get("client") or {}
    unknown = set(client) - {"max_retries", "timeout_ms", "idle_timeout_ms", "first_byte_timeout_ms", "connect_timeout_ms", "headers", "ca_pem"}
    if unknown:
        raise Skip(f"no option {sorted(unknown)}")
    base = request.get("base_url", "") + "/llm/v1" if request.get("base_url") else (request.get("endpoints") or {}).get("llm")
    if request["op"] == "embeddings.create":
        base = request["endpoints"]["embed"] + "/v1"
    options: Json = {"api_key": (request.get("auth") or {}).get("api_key"), "base_url": base}
    if "max_retries" in client:
        options["max_retries"] = client["max_retries"]
    waits = {name: seconds(client[name]) for name in client if name.endswith("_timeout_ms") or name == "timeout_ms"}
    if waits:  # one number does every job here: the shortest that was asked for
        options["timeout"] = min((w for w in waits.values() if w is not None), default=None)
    if client.get("headers"):
        options["default_headers"] = client["headers"]
    return options


def trust(request: Json, variant: str) -> Json:
    pem = (request.get("client") or {}).get("ca_pem")
    if not pem:
        return {}
    context = ssl.create_default_context(cadata=pem)
    maker = openai.DefaultHttpxClient if variant == "sync" else openai.DefaultAsyncHttpxClient
    return {"http_client": maker(verify=context)}


def call_options(request: Json) -> Json:
    options = request.get("options") or {}
    known = {"extra_headers", "extra_query", "extra_body", "timeout_ms", "max_retries"}
    if set(options) - known:
        raise Skip(f"no call option {sorted(set(options) - known)}")
    result = {name: options[name] for name in ("extra_headers", "extra_query", "extra_body") if name in options}
    if "timeout_ms" in options:
        result["timeout"] = seconds(options["timeout_ms"])
    return result


def dump(value: Any) -> Any:
    return value.model_dump(exclude_unset=True, mode="json", warnings=False)


async def step(value: Any) -> Any:
    """One value from either variant."""
    return await value if asyncio.iscoroutine(value) or hasattr(value, "__await__") else value


async def each(stream: Any) -> AsyncIterator[Any]:
    """Chunks of either variant."""
    if hasattr(stream, "__aiter__"):
        async for chunk in stream:
            yield chunk
    else:
        for chunk in stream:
            yield chunk


async def play_stream(stream: Any, request: Json, watch: Watch) -> Json:
    watch.see("open")
    chat, stop, seen = request["op"] == "chat.stream", request.get("stop") or {}, 0
    state = ChatCompletionStreamState() if chat else None
    pieces: list[Any] = []
    if stop.get("before_iterate") or request.get("consume") == "none":
        await step(stream.close())
        watch.see("stopped")
        return {"final": None}
    try:
        async for chunk in each(stream):
            seen += 1
            if request.get("consume") == "text":
                if chunk.choices and chunk.choices[0].delta.content:
                    watch.see("text", text=chunk.choices[0].delta.content)
            else:
                watch.see("chunk", chunk=dump(chunk))
            if state is not None:
                state.handle_chunk(chunk)
            pieces.append(chunk)
            if seen == stop.get("after_chunks"):
                if stop.get("how") == "close":
                    await step(stream.close())
                watch.see("stopped")
                return {"final": None}
    except Exception as error:
        watch.see("error")
        return {"final": None, "error": error_object(error, KINDS)}
    watch.see("end")
    if state is not None:
        return {"final": dump(state.get_final_completion())}
    text = "".join(c.choices[0].text for c in pieces if c.choices)
    return {"final": {"choices": [{"index": 0, "text": text, "finish_reason": "stop"}]} if pieces else None}


def make(request: Json, variant: str) -> Any:
    """A client, or the one of the session. An asynchronous one is bound to the loop of its call, so it has no sessions."""
    maker = openai.OpenAI if variant == "sync" else openai.AsyncOpenAI
    name = request.get("session")
    if name is None:
        return maker(**client_options(request), **trust(request, variant))
    with LOCK:
        if name not in SESSIONS:
            SESSIONS[name] = maker(**client_options(request), **trust(request, variant))
        return SESSIONS[name]


def drop(name: str) -> None:
    with LOCK:
        client = SESSIONS.pop(name, None)
    if client is not None:
        client.close()


async def play_one(request: Json, watch: Watch, variant: str) -> Json:
    args, client = dict(request.get("args") or {}), None
    try:
        client = make(request, variant)
        per_call = (request.get("options") or {}).get("max_retries")
        api = client.with_options(max_retries=per_call) if per_call is not None else client
        options = call_options(request)
        if request["op"] == "models.list":
            return {"final": {"items": [dump(m) for m in (await step(api.models.list(**options))).data]}}
        if request["op"] == "embeddings.create":
            return {"final": dump(await step(api.embeddings.create(**args, **options)))}
        create = api.completions.create if request["op"].startswith("completions") else api.chat.completions.create
        if request["op"].endswith(".stream"):
            stream = await step(create(**args, stream=True, **options))
            return await play_stream(stream, request, watch)
        return {"final": dump(await step(create(**args, **options)))}
    except Skip:
        raise
    except TypeError as error:
        raise Skip(f"not in the typed surface: {error}") from None
    except Exception as error:
        shown = {"strings": [str(error), repr(error), repr(client)]} if request["op"] == "error.repr" else None
        return {"final": shown, "error": error_object(error, KINDS)}
    finally:
        if client is not None and not request.get("session"):
            await step(client.close())


def main() -> None:
    variant = sys.argv[sys.argv.index("--variant") + 1]
    clear_environment()

    def play(request: Json, watch: Watch) -> Json:
        refuse_unknown(request, OPS, sessions=variant == "sync")
        return asyncio.run(play_one(request, watch, variant))

    serve({"sdk": "openai-python", "version": openai.__version__, "variant": variant}, play, drop)


main()

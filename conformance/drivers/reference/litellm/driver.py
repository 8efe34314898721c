"""LiteLLM's `chutes/` provider as a guest: `driver.py --variant sync|async`."""

from __future__ import annotations

import asyncio
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # or it looks for a price list on the network

import litellm  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from lines import Json, Skip, Watch, clear_environment, error_object, refuse_unknown, seconds, serve  # noqa: E402

KINDS = {
    "APIConnectionError": "connection",
    "Timeout": "timeout",
    "BadRequestError": "bad_request",
    "AuthenticationError": "unauthenticated",
    "PermissionDeniedError": "permission_denied",
    "NotFoundError": "not_found",
    "UnprocessableEntityError": "unprocessable",
    "RateLimitError": "rate_limited",
    "ServiceUnavailableError": "unavailable",
    "BadGatewayError": "unavailable",
    "InternalServerError": "server",
    "MidStreamFallbackError": "stream_error",
    "APIError": "api_status",
}
OPS = {"chat.create", "chat.stream", "error.repr"}
PROVIDER = "chutes/"


def arguments(request: Json) -> Json:
    client, options = request.get("client") or {}, request.get("options") or {}
    known = {"max_retries", "timeout_ms", "idle_timeout_ms", "first_byte_timeout_ms", "connect_timeout_ms", "headers"}
    if set(client) - known:
        raise Skip(f"no option {sorted(set(client) - known)}")
    args = dict(request.get("args") or {})
    args["model"] = PROVIDER + str(args.get("model", ""))
    args["api_base"] = (request.get("endpoints") or {}).get("llm") or request.get("base_url", "") + "/llm/v1"
    args["api_key"] = (request.get("auth") or {}).get("api_key")
    retries = options.get("max_retries", client.get("max_retries"))
    if retries is not None:
        args["num_retries"] = retries
    waits = [seconds(v) for k, v in {**client, **options}.items() if k.endswith("timeout_ms") and v is not None]
    if waits:
        args["timeout"] = min(w for w in waits if w is not None)
    headers = {**(client.get("headers") or {}), **(options.get("extra_headers") or {})}
    if headers:
        args["extra_headers"] = headers
    if options.get("extra_body"):
        args["extra_body"] = options["extra_body"]
    return args


def dump(value: Any) -> Any:
    return value.model_dump(exclude_none=True, mode="json", warnings=False)


async def play_stream(stream: Any, request: Json, watch: Watch) -> Json:
    watch.see("open")
    stop, chunks = request.get("stop") or {}, []
    if stop.get("before_iterate") or request.get("consume") == "none":
        watch.see("stopped")
        return {"final": None}

    async def each() -> Any:
        if hasattr(stream, "__aiter__") and not hasattr(stream, "__next__"):
            async for chunk in stream:
                yield chunk
        else:
            for chunk in stream:
                yield chunk

    try:
        async for chunk in each():
            chunks.append(chunk)
            if request.get("consume") == "text":
                if chunk.choices and chunk.choices[0].delta.content:
                    watch.see("text", text=chunk.choices[0].delta.content)
            else:
                watch.see("chunk", chunk=dump(chunk))
            if len(chunks) == stop.get("after_chunks"):
                watch.see("stopped")
                return {"final": None}
    except Exception as error:
        watch.see("error")
        return {"final": None, "error": error_object(error, KINDS)}
    watch.see("end")
    whole = litellm.stream_chunk_builder(chunks)
    return {"final": dump(whole) if whole is not None else None}


async def play_one(request: Json, watch: Watch, variant: str) -> Json:
    try:
        args = arguments(request)
        stream = request["op"] == "chat.stream"
        if variant == "sync":
            answer = litellm.completion(**args, stream=stream)
        else:
            answer = await litellm.acompletion(**args, stream=stream)
        return await play_stream(answer, request, watch) if stream else {"final": dump(answer)}
    except Skip:
        raise
    except Exception as error:
        shown = {"strings": [str(error), repr(error)]} if request["op"] == "error.repr" else None
        if request["op"] == "chat.stream":
            watch.see("error")
        return {"final": shown, "error": error_object(error, KINDS)}


def main() -> None:
    variant = sys.argv[sys.argv.index("--variant") + 1]
    clear_environment()
    litellm.suppress_debug_info = True

    def play(request: Json, watch: Watch) -> Json:
        refuse_unknown(request, OPS)
        return asyncio.run(play_one(request, watch, variant))

    serve({"sdk": "litellm", "version": version("litellm"), "variant": variant}, play)


main()

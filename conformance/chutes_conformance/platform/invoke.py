"""The invocation layer: find the chute, find its cord, check, answer."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

from . import aliases, cords, llm, media, scenarios
from .http import HttpError, Request, Response, dumps, json_response
from .state import Chute, State, User, naive

Json = dict[str, Any]
NO_CORD, NO_CHUTE = "No matching cord found!", "No matching chute found!"
HOST_TEMPLATES = {"llm": ("vllm",), "image": ("diffusion",), "embed": ("embedding", "tei")}
ALIASES = {"deepseek-ai/DeepSeek-V3.2": "deepseek-ai/DeepSeek-V3.2-TEE", "Qwen/Qwen3-32B": "Qwen/Qwen3-32B-TEE"}
TRACED_ERRORS = {400: "bad_request", 429: "infra_overload"}
TEE_ONLY = "This chute does not have TEE enabled. Please remove the X-TEE-Only header, or use a TEE-enabled chute."


class Invoker:
    """Answers calls of models and cords for one platform."""

    def __init__(self, state: State, token_delay: float, strict: bool) -> None:
        self.state = state
        self.token_delay = token_delay
        self.strict = strict
        self.chooser = scenarios.Chooser()

    def body_of(self, request: Request) -> Json:
        if request.method not in ("POST", "PUT", "PATCH"):
            return {}
        try:
            body = request.json() if request.body else {}
        except ValueError as error:
            raise HttpError(400, f"Invalid request JSON: {error}") from None
        if not isinstance(body, dict):
            raise _PlainError
        return body

    async def call(self, request: Request, user: User | None, host: str, path: str, chute: Chute | None) -> Response:
        """`host` is llm, image, embed or chute; `path` is what the cord is compared with."""
        if user is None:
            raise HttpError(401, "Authentication required.")
        try:
            body = self.body_of(request)
        except _PlainError:
            return Response(500, b"Internal Server Error", {"content-type": "text/plain; charset=utf-8"})
        named = body.get("model")
        model = named if isinstance(named, str) else ""
        chosen = self.chooser.choose(request, model or (chute.name if chute else ""))
        early = await scenarios.before(chosen, request, self.state.midnight())
        if early:
            return early
        thinking = request.headers.get("x-enable-thinking", "").lower() == "true"
        if model.endswith(":THINKING"):
            model, thinking = model.removesuffix(":THINKING"), True
        template = body.get("chat_template_kwargs")
        if isinstance(template, dict):
            thinking = bool(template.get("thinking", template.get("enable_thinking", thinking)))
        if host != "chute":
            chute = self.pick(host, model, user)
        if chute is None or not self.state.visible(chute, user):
            raise HttpError(404, NO_CHUTE)
        self.check(chute, request)
        return await self.answer(Call(request, user, chute, host, path, body, thinking), scenarios.stream_scenario(chosen))

    def pick(self, host: str, model: str, user: User) -> Chute:
        """By name, id, rewritten name, or the first usable of a list: one with commas, or what an alias of the user stands for."""
        if not model:
            raise HttpError(404, NO_CHUTE)
        if scenarios.named_by(model):
            model = {"llm": "mock/open-model", "image": "FLUX.1-schnell", "embed": "Qwen/Qwen3-Embedding-8B-TEE"}[host]
        found = []
        for part in model.split(","):
            name = part.strip().removesuffix(":latency").removesuffix(":throughput")
            direct = self.state.find_chute(ALIASES.get(name, name), user)
            refs = [] if direct else aliases.expand(self.state, user, name) or []
            for chute in (direct, *(self.state.find_chute(ref, user) for ref in refs)):
                if chute and chute.standard_template in HOST_TEMPLATES[host]:
                    found.append(chute)
        usable = [chute for chute in found if chute.is_hot(self.state.now()) and not chute.disabled]
        if not found:
            raise HttpError(404, f"model not found: {model}")
        return (usable or found)[0]

    def check(self, chute: Chute, request: Request) -> None:
        if chute.disabled:
            raise HttpError(503, "This chute is currently disabled.")
        if request.headers.get("x-tee-only", "").lower() == "true" and not chute.tee:
            raise HttpError(426, TEE_ONLY)

    def find_cord(self, call: Call) -> Json:
        """A path may have two cords, one that streams: the body's `stream` decides, so null fits neither."""
        request, chute = call.request, call.chute
        stream = call.body.get("stream", call.request.query.get("stream") == "true")
        if "stream" in call.body and call.body["stream"] is None and chute.standard_template == "vllm":
            raise HttpError(404, NO_CORD)
        fitting = [
            cord
            for cord in chute.cords
            if cord["public_api_path"] == call.path and (cord["public_api_method"] or "POST") == ("GET" if request.method == "HEAD" else request.method)
        ]
        exact = [cord for cord in fitting if bool(cord["stream"]) == bool(stream)]
        if chute.standard_template == "vllm" and not exact:
            fitting = []
        if not fitting:
            raise HttpError(404, NO_CORD)
        return (exact or fitting)[0]

    async def answer(self, call: Call, broken: str) -> Response:
        state, chute, body = self.state, call.chute, call.body
        pictures = chute.standard_template == "diffusion" and call.path == "/v1/images/generations" and not self.strict
        cord: Json = {} if pictures and call.request.method == "POST" else self.find_cord(call)
        if not chute.is_hot(state.now()):
            state.create_bounty(chute)
            chute.wake(state.now())
            if not chute.is_hot(state.now()):
                raise HttpError(503, f"No instances available (yet) for chute_id='{chute.chute_id}'")
        headers = state.quota_headers(call.user, chute)
        chute.invocation_count += 1
        if not cord:
            return media.openai_images(without_model(body), headers, state.now())
        if chute.upstream:
            try:
                response = await cords.forward(chute, cord, dumps(body) if call.request.method == "POST" else b"", headers)
            except HttpError as error:
                if error.status not in TRACED_ERRORS or not wants_trace(call.request):
                    raise
                response = Response(200, dumps({"error": TRACED_ERRORS[error.status], "detail": error.detail}), headers)
        elif chute.standard_template == "vllm":
            response = self.engine(call, cord, headers, broken)
        elif chute.standard_template == "diffusion":
            response = media.generate(without_model(body), headers)
        elif chute.standard_template in ("embedding", "tei"):
            response = media.embeddings(body, chute.name, headers)
        else:
            response = cords.answer(chute, cord, body, headers, self.token_delay)
        kind = response.headers.get("content-type", "")
        if response.stream is None and kind and not kind.startswith(("application/json", "text/")):
            response.headers = {**cords.STREAM_HEADERS, **response.headers}  # the server streams bytes
        if broken and response.stream and not (chute.standard_template == "vllm"):
            response.stream = scenarios.broken(response.stream, broken, call.request, nothing())
        return self.traced(call, cord, response) if wants_trace(call.request) else response

    def engine(self, call: Call, cord: Json, headers: dict[str, str], broken: str) -> Response:
        """What the vLLM cords answer."""
        body, chute, now = call.body, call.chute, self.state.now()
        if call.path == "/v1/models":
            return json_response({"object": "list", "data": [model_entry(chute)]}, headers=headers)
        if call.path in ("/tokenize", "/detokenize"):
            return json_response(tokens(call.path, body), headers=headers)
        reasoning = "reasoning_content" if "sglang" in chute.image.name else "reasoning"
        chat = call.path == "/v1/chat/completions"
        if not cord["stream"] or broken == "json":
            return json_response(llm.completion(body, chute.name, call.thinking, reasoning, now, chat), headers=headers)
        if "stream_options" in body and body["stream_options"] is None:
            return Response(500, b"Internal Server Error", {"content-type": "text/plain; charset=utf-8"})
        events = llm.events(llm.chunks(body, chute.name, call.thinking, reasoning, now, chat), self.token_delay)
        if broken:
            again = llm.events(llm.chunks(body, chute.name, call.thinking, reasoning, now, chat), self.token_delay)
            events = scenarios.broken(events, broken, call.request, again)
        return Response(200, headers={"content-type": cords.STREAM_TYPE, **cords.STREAM_HEADERS, **headers}, stream=events)

    def traced(self, call: Call, cord: Json, response: Response) -> Response:
        """`X-Chutes-Trace: true`: always an event stream, the answer wrapped in `result`."""
        trace = {
            "timestamp": naive(self.state.now()),
            "invocation_id": response.headers.get("x-chutes-invocationid", ""),
            "chute_id": call.chute.chute_id,
            "function": cord["function"],
            "message": "identified 1 available targets",
        }
        headers = {**response.headers, **cords.STREAM_HEADERS, "content-type": cords.STREAM_TYPE}
        return Response(200, headers=headers, stream=trace_events(trace, response))


def wants_trace(request: Request) -> bool:
    return request.headers.get("x-chutes-trace", "").lower() == "true"


class Call:
    """One invocation on its way."""

    def __init__(self, request: Request, user: User, chute: Chute, host: str, path: str, body: Json, thinking: bool) -> None:
        self.request, self.user, self.chute, self.host, self.path, self.body, self.thinking = request, user, chute, host, path, body, thinking


class _PlainError(Exception):
    """A body that is JSON but no object: the server falls over with a plain 500."""


async def nothing() -> AsyncIterator[bytes]:
    return
    yield b""


async def trace_events(trace: Json, response: Response) -> AsyncIterator[bytes]:
    yield b"data: " + dumps({"trace": trace}) + b"\n\n"
    if response.stream is None:
        kind = response.headers.get("content-type", "")
        if not kind:  # a failure, which a trace reports with status 200
            yield b"data: " + response.body + b"\n\n"
            return
        content: Json = {"content_type": kind}
        if kind.startswith("application/json"):
            content["json"] = json.loads(response.body)
        else:
            content["text" if kind.startswith("text/") else "bytes"] = (
                response.body.decode() if kind.startswith("text/") else base64.b64encode(response.body).decode()
            )
        yield b"data: " + dumps({"result": content}) + b"\n\n"
        return
    async for piece in response.stream:
        yield b"data: " + dumps({"result": piece.decode("utf-8", "replace")}) + b"\n\n"


def without_model(body: Json) -> Json:
    return {key: value for key, value in body.items() if key != "model"}


def tokens(path: str, body: Json) -> Json:
    if path == "/detokenize":
        return {"prompt": "".join(chr(token) for token in body.get("tokens") or [] if isinstance(token, int) and 0 <= token < 0x110000)}
    text = str(body.get("prompt") or "")
    return {"count": len(text), "max_model_len": 131072, "tokens": [ord(character) for character in text]}


def model_entry(chute: Chute) -> Json:
    price = (chute.price or {}).get("per_million_tokens") or {}
    usd = {key: value["usd"] for key, value in price.items()}
    return {
        "id": chute.name,
        "root": chute.name,
        "created": int(chute.created_at),
        "object": "model",
        "owned_by": "sglang" if "sglang" in chute.image.name else "vllm",
        "chute_id": chute.chute_id,
        "confidential_compute": chute.tee,
        "context_length": 131072,
        "max_model_len": 131072,
        "max_output_length": 65536,
        "input_modalities": ["text"],
        "output_modalities": ["text"],
        "supported_features": ["tools", "json_mode", "structured_outputs", "reasoning"],
        "supported_sampling_parameters": ["temperature", "top_p", "top_k", "stop", "seed", "max_tokens"],
        "quantization": "fp8",
        "pricing": {"prompt": usd.get("input"), "completion": usd.get("output"), "input_cache_read": usd.get("input_cache_read")},
        "price": price,
        "permission": [],
    }


def models(state: State) -> Response:
    """`GET /v1/models` of the llm host: public, only the platform's own chat models."""
    own = [c for c in state.chutes.values() if c.standard_template == "vllm" and c.public and c.user.username == "chutes" and not c.disabled]
    return json_response({"object": "list", "data": [model_entry(chute) for chute in own if "affine" not in chute.name]})

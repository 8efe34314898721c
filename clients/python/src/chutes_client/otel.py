"""Spans of OpenTelemetry, by its conventions for generative AI. Needs the extra `otel`, and an SDK to see them.

    from chutes_client import Chutes
    from chutes_client.otel import otel

    client = Chutes(hooks=otel())

Prompts and answers are never in a span.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from ._errors import ConfigError
from ._hooks import AttemptInfo, CallInfo, Hooks, RetryInfo, StreamInfo

__all__ = ["otel"]

_OPERATIONS = {
    "createChatCompletion": "chat",
    "createCompletion": "text_completion",
    "createEmbeddings": "embeddings",
    "generateImage": "generate_content",
    "createImage": "generate_content",
}
"""The conventions' words for operations; others keep their own id."""


def otel(tracer: Any = None) -> Hooks:
    """Hooks that make a span of each call: named by operation and model, with the tokens of its answer, and an event for each
    attempt and retry. It is a child of the span that is current when the call's first attempt begins.

    Args:
        tracer: of `opentelemetry.trace`; default: that of the global provider for `chutes_client`.

    Raises:
        ConfigError: if `opentelemetry-api` is not installed.
    """
    try:
        api: Any = import_module("opentelemetry.trace")
    except ImportError:
        raise ConfigError("otel() needs opentelemetry-api: pip install 'chutes-client[otel]'") from None
    spans = _Spans(api, tracer if tracer is not None else api.get_tracer("chutes_client"))
    return Hooks(spans.before_attempt, spans.after_attempt, spans.on_retry, spans.on_stream_end, spans.on_call_end)


class _Spans:
    """The spans of the calls that are open, by their number."""

    def __init__(self, api: Any, tracer: Any) -> None:
        self._api, self._tracer = api, tracer
        self._open: dict[int, Any] = {}
        self._lock = threading.Lock()

    def before_attempt(self, info: AttemptInfo) -> None:
        with self._lock:
            span = self._open.get(info.call)
            if span is None:
                span = self._open[info.call] = self._begin(info)
        if info.model is not None:
            span.set_attribute("gen_ai.request.model", info.model)
        about = {"http.request.method": info.method, "url.full": info.url, "http.request.resend_count": info.number - 1}
        span.add_event("attempt.start", about)

    def after_attempt(self, info: AttemptInfo) -> None:
        about = {"chutes.attempt": info.number, "http.response.status_code": info.status, "error.type": info.kind}
        self._event(info.call, "attempt.end", {**about, "chutes.request_id": info.request_id})

    def on_retry(self, info: RetryInfo) -> None:
        self._event(info.call, "retry", {"chutes.attempt": info.number, "error.type": info.kind, "chutes.wait_s": info.wait})

    def on_stream_end(self, info: StreamInfo) -> None:
        span = self._open.get(info.call)
        if span is not None:
            first = {"gen_ai.response.time_to_first_chunk": info.first_chunk_seconds}
            span.set_attributes(_told({**first, "chutes.chunks": info.chunks}))

    def on_call_end(self, info: CallInfo) -> None:
        with self._lock:
            span = self._open.pop(info.call, None)
        if span is None:
            return
        usage = info.usage or {}
        about = {
            "gen_ai.response.model": info.response_model,
            "gen_ai.usage.input_tokens": usage.get("prompt_tokens"),
            "gen_ai.usage.output_tokens": usage.get("completion_tokens"),
            "http.response.status_code": info.status,
            "chutes.attempts": info.attempts,
            "error.type": info.kind,
        }
        span.set_attributes(_told(about))
        if info.kind is not None:
            span.set_status(self._api.Status(self._api.StatusCode.ERROR, info.kind))
        span.end()

    def _begin(self, info: AttemptInfo) -> Any:
        name, url = _OPERATIONS.get(info.operation, info.operation), urlsplit(info.url)
        about = {
            "gen_ai.operation.name": name,
            "gen_ai.system": "chutes",
            "gen_ai.provider.name": "chutes",
            "gen_ai.request.model": info.model,
            "server.address": url.hostname,
            "server.port": url.port or (443 if url.scheme == "https" else 80),
        }
        title = name if info.model is None else f"{name} {info.model}"
        return self._tracer.start_span(title, kind=self._api.SpanKind.CLIENT, attributes=_told(about))

    def _event(self, call: int, name: str, about: Mapping[str, Any]) -> None:
        span = self._open.get(call)
        if span is not None:
            span.add_event(name, _told(about))


def _told(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if isinstance(value, (str, int, float))}

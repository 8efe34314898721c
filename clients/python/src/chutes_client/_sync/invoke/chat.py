# Made from _async/invoke/chat.py by scripts/unasync.py. Do not edit.
"""Chat completions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Literal

from typing_extensions import Unpack

from ..._config import OMIT, Omit
from ..._fallback import models_of
from ..._params import ChatParams, refuse_stream, split, stream_body
from ..._partial import PartialChatCompletion
from ..._request import Call
from ..._stream import ChatMachine
from ...types import ChatCompletion, ChatCompletionChunk
from .._stream import ChatStream
from ._where import Resource

ChatCompletionStream = ChatStream[ChatCompletionChunk, ChatCompletion]


class Chat(Resource):
    """`client.chat`: holds `completions`."""

    @cached_property
    def completions(self) -> ChatCompletions:
        """Answers to conversations."""
        return ChatCompletions(self._client, self._chute)


class ChatCompletions(Resource):
    """Answers to conversations, whole or streamed."""

    def _call(self, body: dict[str, Any], stream: bool, models: Sequence[str] | Omit | None) -> Call:
        base = self._base()
        path = "/chat/completions" if base is None else "/v1/chat/completions"
        result: Literal["sse", "json"] = "sse" if stream else "json"
        return Call(
            "createChatCompletion",
            "POST",
            [path],
            body=body,
            result=result,
            host="llm",
            surface="invocation",
            base=base,
            models=models_of(body["model"], models),
        )

    def create(
        self,
        *,
        messages: Sequence[Mapping[str, Any]],
        model: str | Omit | None = OMIT,
        models: Sequence[str] | Omit | None = OMIT,
        **params: Unpack[ChatParams],
    ) -> ChatCompletion:
        """Answers a conversation at once.

        Args:
            messages: the conversation, as `{"role": …, "content": …}`.
            model: name of the model; may be left out where a chute's own host is called.
            models: instead of `model`, names that are asked in turn while one is full, cold, disabled or unknown;
                `response.model` tells which one answered.
            **params: parameters of the engine and options of the call; unknown ones are sent as they are.

        Raises:
            ConfigError: for `stream`, or a bad option.
            ChutesError: what the server refused, or the connection did.

        Example:
            >>> messages = [{"role": "user", "content": "Hello"}]
            >>> answer = client.chat.completions.create(model="mock/open-model", messages=messages)
            >>> [choice.finish_reason for choice in answer.choices or ()]
            ['stop']
        """
        body, options = split(params)
        refuse_stream(body)
        call = self._call({"model": model, "messages": messages, **body}, False, models)
        value: ChatCompletion = self._perform(call, ChatCompletion, options)
        return value

    def stream(
        self,
        *,
        messages: Sequence[Mapping[str, Any]],
        model: str | Omit | None = OMIT,
        models: Sequence[str] | Omit | None = OMIT,
        on_restart: Literal["error", "discard"] | None = None,
        **params: Unpack[ChatParams],
    ) -> ChatCompletionStream:
        """Answers a conversation piece by piece. Returns when the headers are in, so that HTTP errors come from here.

        Args:
            messages, model, models, **params: as `create`. Usage is asked for unless `stream_options` is given.
            on_restart: what to do when the server begins anew on another instance, default as the client's.

        Raises:
            ChutesError: what the server refused, or the connection did.
        """
        body, options = split(params)
        call = self._call({"model": model, "messages": messages, **stream_body(body)}, True, models)
        config = self._client._config
        machine = ChatMachine(ChatCompletionChunk, True, on_restart or config.on_restart, config.max_event_bytes)
        return self._stream(call, options, machine, (ChatCompletion, PartialChatCompletion))


__all__ = ["Chat", "ChatCompletionStream", "ChatCompletions"]

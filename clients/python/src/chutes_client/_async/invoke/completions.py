"""Text completions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from typing_extensions import Unpack

from ..._config import OMIT, Omit
from ..._params import CompletionParams, refuse_stream, split, stream_body
from ..._partial import PartialTextCompletion
from ..._request import Call
from ..._stream import ChatMachine
from ...types import TextCompletion
from .._pager import AsyncOpening, opening
from .._stream import AsyncChatStream
from ._where import AsyncResource

AsyncTextCompletionStream = AsyncChatStream[TextCompletion, TextCompletion]


class AsyncCompletions(AsyncResource):
    """Continuations of texts, whole or streamed."""

    def _call(self, body: dict[str, Any], stream: bool, models: Sequence[str] | Omit | None, options: Mapping[str, Any]) -> Call:
        path = "/completions" if self._chute is None else "/v1/completions"
        result: Literal["sse", "json"] = "sse" if stream else "json"
        call = Call("createCompletion", "POST", [path], body=body, result=result, host="llm", surface="invocation")
        call.models = self._models(body["model"], models, options)
        return call

    async def create(
        self,
        *,
        prompt: str | Sequence[str] | Sequence[int],
        model: str | Omit | None = OMIT,
        models: Sequence[str] | Omit | None = OMIT,
        **params: Unpack[CompletionParams],
    ) -> TextCompletion:
        """Continues a text.

        Args:
            prompt: the text, or several, or tokens.
            model: name of the model; may be left out where a chute's own host is called.
            models: instead of `model`, names that are asked in turn while one is full, cold, disabled or unknown;
                `response.model` tells which one answered.
            **params: parameters of the engine and options of the call; unknown ones are sent as they are.

        Raises:
            ConfigError: for `stream`, or a bad option.
            ChutesError: what the server refused, or the connection did.
        """
        body, options = split(params)
        refuse_stream(body, options)
        call = self._call({"model": model, "prompt": prompt, **body}, False, models, options)
        value: TextCompletion = await self._perform(call, TextCompletion, options)
        return value

    def stream(
        self,
        *,
        prompt: str | Sequence[str] | Sequence[int],
        model: str | Omit | None = OMIT,
        models: Sequence[str] | Omit | None = OMIT,
        on_restart: Literal["error", "discard"] | None = None,
        **params: Unpack[CompletionParams],
    ) -> AsyncOpening[AsyncTextCompletionStream, TextCompletion]:
        """Continues a text piece by piece. Returns when the headers are in, so that HTTP errors come from here.

        Raises:
            ChutesError: what the server refused, or the connection did.
        """

        async def begin() -> AsyncTextCompletionStream:
            body, options = split(params)
            call = self._call({"model": model, "prompt": prompt, **stream_body(body, options)}, True, models, options)
            config = self._client._config
            machine = ChatMachine(TextCompletion, False, on_restart or config.on_restart, config.max_event_bytes)
            return await self._stream(call, options, machine, (TextCompletion, PartialTextCompletion))

        return opening(begin)

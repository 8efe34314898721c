"""Chat completions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from typing_extensions import Unpack

from ..._config import MAX_TURNS, OMIT, Omit, call_options
from ..._errors import ChutesError
from ..._params import ChatParams, Json, Message, refuse_stream, split, stream_body
from ..._partial import PartialChatCompletion
from ..._request import Call
from ..._stream import ChatMachine
from ...content import check_parts
from ...types import ChatCompletion, ChatCompletionChunk
from .._pager import AsyncOpening, opening
from .._stream import AsyncChatStream
from ._where import AsyncResource

if TYPE_CHECKING:
    from ..._output import ParsedCompletion
    from ...tools import Step, Tool, ToolRun

T = TypeVar("T")
AsyncChatCompletionStream = AsyncChatStream[ChatCompletionChunk, ChatCompletion]


class AsyncChat(AsyncResource):
    """`client.chat`: holds `completions`."""

    @cached_property
    def completions(self) -> AsyncChatCompletions:
        """Answers to conversations."""
        return AsyncChatCompletions(self._client, self._chute)


class AsyncChatCompletions(AsyncResource):
    """Answers to conversations, whole or streamed."""

    def _call(self, body: dict[str, Any], stream: bool, models: Sequence[str] | Omit | None, options: Json) -> Call:
        check_parts(body.get("messages"))
        path = "/chat/completions" if self._chute is None else "/v1/chat/completions"
        result: Literal["sse", "json"] = "sse" if stream else "json"
        return Call(
            "createChatCompletion",
            "POST",
            [path],
            body=body,
            result=result,
            host="llm",
            surface="invocation",
            models=self._models(body["model"], models, options),
        )

    async def create(
        self,
        *,
        messages: Sequence[Message],
        model: str | Omit | None = OMIT,
        models: Sequence[str] | Omit | None = OMIT,
        **params: Unpack[ChatParams],
    ) -> ChatCompletion:
        """Answers a conversation at once.

        Args:
            messages: the conversation, as `{"role": …, "content": …}`, or the message of an answer as it came.
            model: name of the model; may be left out where a chute's own host is called.
            models: instead of `model`, names that are asked in turn while one is full, cold, disabled or unknown;
                `response.model` tells which one answered.
            **params: parameters of the engine and options of the call; unknown ones are sent as they are.

        Raises:
            ConfigError: for `stream`, or a bad option.
            ChutesError: what the server refused, or the connection did.

        Example:
            >>> messages = [{"role": "user", "content": "Hello"}]
            >>> answer = await client.chat.completions.create(model="mock/open-model", messages=messages)
            >>> [choice.finish_reason for choice in answer.choices or ()]
            ['stop']
        """
        body, options = split(params)
        refuse_stream(body, options)
        call = self._call({"model": model, "messages": messages, **body}, False, models, options)
        value: ChatCompletion = await self._perform(call, ChatCompletion, options)
        return value

    @overload
    async def parse(
        self,
        output: type[T],
        *,
        messages: Sequence[Message],
        model: str | Omit | None = OMIT,
        models: Sequence[str] | Omit | None = OMIT,
        **params: Unpack[ChatParams],
    ) -> ParsedCompletion[T]: ...

    @overload
    async def parse(
        self,
        output: Any,
        *,
        messages: Sequence[Message],
        model: str | Omit | None = OMIT,
        models: Sequence[str] | Omit | None = OMIT,
        **params: Unpack[ChatParams],
    ) -> ParsedCompletion[Any]: ...

    async def parse(
        self,
        output: Any,
        *,
        messages: Sequence[Message],
        model: str | Omit | None = OMIT,
        models: Sequence[str] | Omit | None = OMIT,
        **params: Unpack[ChatParams],
    ) -> ParsedCompletion[Any]:
        """Asks for an answer of a certain shape, and reads it. Nothing is sent again for an answer that does not fit.

        Args:
            output: a pydantic model, anything `TypeAdapter` takes (dataclass, `list[int]`, TypedDict), or a JSON Schema as a dict.
            messages, model, models, **params: as `create`, but for `response_format`.

        Returns:
            The completion, with the value in `parsed`.

        Raises:
            InvalidOutputError: for an answer that is cut off, refused, filtered, empty, no JSON, or of another shape: see
                `reason`. The raw text is in `text`, the completion in `partial`.
            ChutesError: what the server refused, or the connection did.

        Example:
            >>> from pydantic import BaseModel
            >>> class Answer(BaseModel):
            ...     city: str
            >>> question = [{"role": "user", "content": "Where is the Eiffel tower?"}]
            >>> answer = await client.chat.completions.parse(Answer, model="mock/open-model", messages=question)
            >>> isinstance(answer.parsed.city, str)
            True
        """
        from ..._output import ParsedCompletion, parse_output, refuse_format, response_format

        body, options = split(params)
        refuse_format(body, call_options(options))
        body["response_format"] = response_format(output)
        call = self._call({"model": model, "messages": messages, **body}, False, models, options)
        value: ParsedCompletion[Any] = await self._perform(call, ParsedCompletion, options)
        try:
            vars(value)["__parsed__"] = parse_output(value, output)
        except ChutesError as error:
            raise self._client._executor.own(error, None) from None
        return value

    async def run_tools(
        self,
        *,
        messages: Sequence[Message],
        tools: Sequence[Tool],
        model: str | Omit | None = OMIT,
        models: Sequence[str] | Omit | None = OMIT,
        max_turns: int = MAX_TURNS,
        on_step: Callable[[Step], object] | None = None,
        **params: Any,
    ) -> ToolRun:
        """Lets the model call tools until it answers without one.

        The calls of a turn run at once. What goes wrong in a call (an unknown tool, arguments that do not fit, a failure, a
        time-out) is told to the model and never raised.

        Args:
            messages, model, models, **params: as `create`; each turn sends them with the whole conversation.
            tools: made with `chutes_client.tools.tool`, or `Tool(…)`.
            max_turns: answers of the model at most, default 10.
            on_step: called after each turn.

        Returns:
            The last answer, the conversation and the steps.

        Raises:
            ConfigError: for two tools of one name or `max_turns` below 1, before anything is sent.
            InvalidOutputError: with the reason `max_turns`, `steps` and `messages`, if the last turn still asks for tools.
            ChutesError: what the server refused, or the connection did. Nothing that was paid is lost: the error has the
                `steps` before, and the run goes on with `run_tools(messages=error.messages, …)`.

        Example:
            >>> from chutes_client.tools import tool
            >>> @tool
            ... def add(a: int, b: int) -> int:
            ...     "Adds two numbers."
            ...     return a + b
            >>> question = [{"role": "user", "content": "How much is 1 + 2?"}]
            >>> run = await client.chat.completions.run_tools(model="mock/open-model", messages=question, tools=[add])
            >>> len(run.steps) >= 1
            True
        """
        from .tools import run_tools

        return await run_tools(self, messages, tools, max_turns, on_step, {"model": model, "models": models, **params})

    def stream(
        self,
        *,
        messages: Sequence[Message],
        model: str | Omit | None = OMIT,
        models: Sequence[str] | Omit | None = OMIT,
        on_restart: Literal["error", "discard"] | None = None,
        **params: Unpack[ChatParams],
    ) -> AsyncOpening[AsyncChatCompletionStream, ChatCompletionChunk]:
        """Answers a conversation piece by piece. Returns when the headers are in, so that HTTP errors come from here.

        Args:
            messages, model, models, **params: as `create`. Usage is asked for unless `stream_options` is given.
            on_restart: what to do when the server begins anew on another instance, default as the client's.

        Raises:
            ChutesError: what the server refused, or the connection did.
        """

        async def begin() -> AsyncChatCompletionStream:
            body, options = split(params)
            call = self._call({"model": model, "messages": messages, **stream_body(body, options)}, True, models, options)
            config = self._client._config
            machine = ChatMachine(ChatCompletionChunk, True, on_restart or config.on_restart, config.max_event_bytes)
            return await self._stream(call, options, machine, (ChatCompletion, PartialChatCompletion))

        return opening(begin)


__all__ = ["AsyncChat", "AsyncChatCompletionStream", "AsyncChatCompletions"]

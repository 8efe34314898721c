"""Where an invocation goes: to the shared hosts, or to the host of one chute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ..._config import OMIT, Omit, call_options
from ..._fallback import models_of, need_model
from ..._request import Call
from ..._stream import ChatMachine
from ..._values import Model
from .._stream import AsyncChatStream
from .._transport import AsyncAnswer

if TYPE_CHECKING:
    from .._client import AsyncChutes
    from .chute import AsyncChute

C = TypeVar("C", bound=Model)
F = TypeVar("F", bound=Model)


class AsyncResource:
    """A group of invocation calls of a client, or of one chute."""

    def __init__(self, client: AsyncChutes, chute: AsyncChute | None = None) -> None:
        self._client, self._chute = client, chute

    def _models(self, model: Any, models: Sequence[str] | Omit | None, options: Mapping[str, Any]) -> tuple[str, ...]:
        """The list of models of a call; without one a shared host needs a model."""
        found = models_of(model, models)
        if not found and self._chute is None:
            need_model(model, options.get("extra_body"))
        return found

    async def _execute(self, call: Call, options: Mapping[str, Any]) -> AsyncAnswer:
        chosen = call_options(options)
        if self._chute is not None:
            return await self._chute.patient(call, chosen)
        ready = self._client._config.ready if chosen.ready is OMIT else chosen.ready
        return await self._client._executor.execute(call, chosen, self._client._wake if ready == "wait" else None)

    async def _stream(
        self, call: Call, options: Mapping[str, Any], machine: ChatMachine[C], kinds: tuple[type[F], type[F]]
    ) -> AsyncChatStream[C, F]:
        """Makes a call that streams an answer, and returns when its headers are in."""
        stream = AsyncChatStream(await self._execute(call, options), machine, self._client._executor, kinds)
        await stream._open()
        return stream

    async def _perform(self, call: Call, kind: Any, options: Mapping[str, Any]) -> Any:
        return await self._client._decode(call, kind, await self._execute(call, options))

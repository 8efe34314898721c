# Made from _async/invoke/_where.py by scripts/unasync.py. Do not edit.
"""Where an invocation goes: to the shared hosts, or to the host of one chute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ..._config import OMIT, Omit, call_options
from ..._fallback import models_of, need_model
from ..._request import Call
from ..._stream import ChatMachine
from ..._values import Model
from .._stream import ChatStream
from .._transport import Answer

if TYPE_CHECKING:
    from .._client import Chutes
    from .chute import Chute

C = TypeVar("C", bound=Model)
F = TypeVar("F", bound=Model)


class Resource:
    """A group of invocation calls of a client, or of one chute."""

    def __init__(self, client: Chutes, chute: Chute | None = None) -> None:
        self._client, self._chute = client, chute

    def _models(self, model: Any, models: Sequence[str] | Omit | None, options: Mapping[str, Any]) -> tuple[str, ...]:
        """The list of models of a call; without one a shared host needs a model."""
        found = models_of(model, models)
        if not found and self._chute is None:
            need_model(model, options.get("extra_body"))
        return found

    def _execute(self, call: Call, options: Mapping[str, Any]) -> Answer:
        chosen = call_options(options)
        if self._chute is not None:
            return self._chute.patient(call, chosen)
        ready = self._client._config.ready if chosen.ready is OMIT else chosen.ready
        return self._client._executor.execute(call, chosen, self._client._wake if ready == "wait" else None)

    def _stream(
        self, call: Call, options: Mapping[str, Any], machine: ChatMachine[C], kinds: tuple[type[F], type[F]]
    ) -> ChatStream[C, F]:
        """Makes a call that streams an answer, and returns when its headers are in."""
        stream = ChatStream(self._execute(call, options), machine, self._client._executor, kinds)
        stream._open()
        return stream

    def _perform(self, call: Call, kind: Any, options: Mapping[str, Any]) -> Any:
        return self._client._decode(call, kind, self._execute(call, options))

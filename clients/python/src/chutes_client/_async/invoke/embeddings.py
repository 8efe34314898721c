"""Embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from typing_extensions import Unpack

from ..._config import OMIT, Omit
from ..._params import EmbeddingParams, split
from ..._request import Call
from ...types import EmbeddingList
from ._where import AsyncResource


class AsyncEmbeddings(AsyncResource):
    """Vectors of texts. They live on a host of their own; the router of the language models does not serve them."""

    async def create(
        self,
        *,
        input: str | Sequence[str] | Sequence[int] | Sequence[Sequence[int]],
        model: str | Omit | None = OMIT,
        models: Sequence[str] | Omit | None = OMIT,
        **params: Unpack[EmbeddingParams],
    ) -> EmbeddingList:
        """Turns texts into vectors, in the order of the texts.

        Args:
            input: a text, or several, or tokens.
            model: name of the model; may be left out where a chute's own host is called.
            models: instead of `model`, names that are asked in turn, as in `chat.completions.create`.
            **params: `dimensions`, `encoding_format`, … and options of the call; unknown ones are sent as they are.

        A vector is a list of floats. With `encoding_format="base64"` some engines answer with base64, which is several times
        cheaper: such a vector is an `array` of 32-bit floats, which `list(…)` and numpy take.

        Raises:
            UnexpectedResponseError: for a vector that is neither, and where there is no list of them.
            ChutesError: what the server refused, or the connection did.

        Example:
            >>> made = await client.embeddings.create(model="Qwen/Qwen3-Embedding-8B-TEE", input=["a", "b"])
            >>> len(made.data)
            2
        """
        body, options = split(params)
        whole = {"model": model, "input": input, **body}
        call = Call("createEmbeddings", "POST", ["/v1/embeddings"], body=whole, host="embed", surface="invocation")
        call.models = self._models(model, models, options)
        value: EmbeddingList = await self._client._decode(call, EmbeddingList, await self._execute(call, options))
        value.data.sort(key=_place)
        return value


def _place(item: Any) -> int:
    place = getattr(item, "index", 0)
    return place if isinstance(place, int) else 0

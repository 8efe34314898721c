# Made from _async/invoke/models.py by scripts/unasync.py. Do not edit.
"""The models behind the router."""

from __future__ import annotations

from typing_extensions import Unpack

from ..._params import Options, split
from ..._request import Call
from ...types import ModelList
from ._where import Resource


class Models(Resource):
    """The models behind the router. They come and go within weeks: read the list instead of writing names into programs."""

    def list(self, **options: Unpack[Options]) -> ModelList:
        """Lists the models; `data` holds them. No key is needed.

        Raises:
            ChutesError: what the server refused, or the connection did.
        """
        base = self._base()
        path = "/models" if base is None else "/v1/models"
        call = Call("listModels", "GET", [path], host="llm", base=base)
        value: ModelList = self._perform(call, ModelList, split(options)[1])
        return value

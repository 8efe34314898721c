# Made from _async/management/model_aliases.py by scripts/unasync.py. Do not edit.
# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING

from typing_extensions import Unpack

from ..._params import Options
from ..._request import Call, Param
from ..._results import Items
from ...management import _models as models

if TYPE_CHECKING:
    from .._client import Chutes


class ModelAliasesApi:
    """Names for ranked lists of chutes."""

    def __init__(self, client: Chutes) -> None:
        self._client = client

    def list(
        self,
        **options: Unpack[Options],
    ) -> Items[models.ModelAlias]:
        """List your model aliases.

        Calls `GET /model_aliases/`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401), or the connection did.
        """
        call = Call(
            "listModelAliases",
            "GET",
            ["/model_aliases/"],
        )
        made: Items[models.ModelAlias] = self._client._perform(call, builtins.list[models.ModelAlias], options)
        return made

    def create(
        self,
        *,
        alias: str,
        chute_ids: Sequence[str],
        **options: Unpack[Options],
    ) -> models.ModelAlias:
        """Create a model alias, or replace it.

        An alias stands for a ranked list of chutes; it is written in place of a model.

        Calls `POST /model_aliases/`.

        Args:
            alias: Printable ASCII, without spaces and colons; the server lowers its case.
            chute_ids: The first is tried first. One that the server does not know is a 400; repeated ones count once.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (400, 401, 422), or the connection did.
        """
        call = Call(
            "setModelAlias",
            "POST",
            ["/model_aliases/"],
            body={
                "alias": alias,
                "chute_ids": chute_ids,
            },
        )
        made: models.ModelAlias = self._client._perform(call, models.ModelAlias, options)
        return made

    def delete(
        self,
        alias: str,
        **options: Unpack[Options],
    ) -> None:
        """Delete a model alias.

        An alias that holds a slash cannot be deleted; its path is a 404.

        Calls `DELETE /model_aliases/{alias}`.

        Args:
            alias: The alias, in any case.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404, 422), or the connection did.
        """
        call = Call(
            "deleteModelAlias",
            "DELETE",
            ["/model_aliases/", Param("alias", alias)],
            result="none",
        )
        self._client._perform(call, None, options)

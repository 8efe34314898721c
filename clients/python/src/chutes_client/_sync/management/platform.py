# Made from _async/management/platform.py by scripts/unasync.py. Do not edit.
# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import Unpack

from ..._config import OMIT, Omit
from ..._params import Options
from ..._request import Call
from ...management import _models as models

if TYPE_CHECKING:
    from .._client import Chutes


class PlatformApi:
    """Whether it is alive; model repositories."""

    def __init__(self, client: Chutes) -> None:
        self._client = client

    def ping(
        self,
        **options: Unpack[Options],
    ) -> models.Pong:
        """Ask whether the platform is alive.

        Calls `GET /ping`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (503), or the connection did.
        """
        call = Call(
            "ping",
            "GET",
            ["/ping"],
            public=True,
        )
        made: models.Pong = self._client._perform(call, models.Pong, options)
        return made

    def hf_repo_info(
        self,
        *,
        repo_id: str,
        repo_type: str | Omit = OMIT,
        revision: str | Omit = OMIT,
        hf_token: str | Omit = OMIT,
        **options: Unpack[Options],
    ) -> models.HfRepoInfo:
        """List the files of a model repository.

        Only of repositories that a chute serves (404). One that is gated or refuses the token is a 403. A token travels in the
        query string, where logs keep it: leave it out for public repositories.

        Calls `GET /misc/hf_repo_info`.

        Args:
            repo_id: `owner/name` of the repository.
            repo_type: `model`, `dataset` or `space`.
            revision: Branch, tag or commit.
            hf_token: Token of the hub; ends up in logs.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (403, 404, 422, 500, 502), or the connection did.
        """
        call = Call(
            "getHfRepoInfo",
            "GET",
            ["/misc/hf_repo_info"],
            query={
                "repo_id": repo_id,
                "repo_type": repo_type,
                "revision": revision,
                "hf_token": hf_token,
            },
            public=True,
        )
        made: models.HfRepoInfo = self._client._perform(call, models.HfRepoInfo, options)
        return made

# Made from _async/management/nodes.py by scripts/unasync.py. Do not edit.
# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import Unpack

from ..._config import OMIT, Omit
from ..._params import Options
from ..._request import Call
from ..._results import Table
from ...management import _models as models

if TYPE_CHECKING:
    from .._client import Chutes


class NodesApi:
    """GPUs of the platform."""

    def __init__(self, client: Chutes) -> None:
        self._client = client

    def list(
        self,
        *,
        model: str | Omit = OMIT,
        hotkey: str | Omit = OMIT,
        **options: Unpack[Options],
    ) -> Table[models.GpuInventory]:
        """Count the GPUs of the platform.

        Calls `GET /nodes/`.

        Args:
            model: Ignored by the server of 2026-05.
            hotkey: Only this miner; ignored where miners are not told apart.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (422), or the connection did.
        """
        call = Call(
            "listNodes",
            "GET",
            ["/nodes/"],
            query={
                "model": model,
                "hotkey": hotkey,
            },
            public=True,
        )
        made: Table[models.GpuInventory] = self._client._perform(call, dict[str, models.GpuInventory], options)
        return made

    def list_detailed(
        self,
        *,
        model: str | Omit = OMIT,
        hotkey: str | Omit = OMIT,
        **options: Unpack[Options],
    ) -> Table[models.MinerNodes]:
        """Count the GPUs of the platform, miner by miner.

        By hotkey of the miner, the one with the most GPUs first.

        Calls `GET /nodes/`.

        Args:
            model: Ignored by the server of 2026-05.
            hotkey: Only this miner; ignored where miners are not told apart.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (422), or the connection did.
        """
        call = Call(
            "listNodes",
            "GET",
            ["/nodes/"],
            query={
                "detailed": "true",
                "model": model,
                "hotkey": hotkey,
            },
            public=True,
        )
        made: Table[models.MinerNodes] = self._client._perform(call, dict[str, models.MinerNodes], options)
        return made

    def supported(
        self,
        **options: Unpack[Options],
    ) -> Table[models.SupportedGpu]:
        """List the GPUs that chutes can run on.

        Calls `GET /nodes/supported`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused, or the connection did.
        """
        call = Call(
            "listSupportedGpus",
            "GET",
            ["/nodes/supported"],
            public=True,
        )
        made: Table[models.SupportedGpu] = self._client._perform(call, dict[str, models.SupportedGpu], options)
        return made

    def guess_vllm_config(
        self,
        *,
        model: str,
        **options: Unpack[Options],
    ) -> models.GpuRequirements:
        """Guess which GPUs a model needs.

        Calls `GET /guess/vllm_config`.

        Args:
            model: Name of the model repository.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (400, 404, 422, 500), or the connection did.
        """
        call = Call(
            "guessVllmConfig",
            "GET",
            ["/guess/vllm_config"],
            query={
                "model": model,
            },
            public=True,
        )
        made: models.GpuRequirements = self._client._perform(call, models.GpuRequirements, options)
        return made

"""The models, and what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..._prices import PRICES_TTL, Cost, cost_of
from ..._values import Model
from ..management.models import AsyncModelsApi

if TYPE_CHECKING:
    from .._client import AsyncChutes


class AsyncModelsResource(AsyncModelsApi):
    """The models behind the OpenAI-compatible router."""

    def __init__(self, client: AsyncChutes) -> None:
        super().__init__(client)
        self._prices: dict[str, Any] = {}
        self._until = float("-inf")

    async def cost(self, completion: Model) -> Cost | None:
        """What a completion costs in USD at the prices of the list.

        The list is fetched once and kept for an hour. It is not what is billed: quota, discounts and prompts that are sent
        again make a call cheaper.

        Args:
            completion: any answer with `model` and `usage`; that of a stream comes from `final()`.

        Returns:
            None where the model, its price or the usage is not known.

        Raises:
            ChutesError: if the list cannot be had.

        Example:
            >>> messages = [{"role": "user", "content": "Hello"}]
            >>> answer = await client.chat.completions.create(model="mock/open-model", messages=messages)
            >>> cost = await client.models.cost(answer)
            >>> cost is not None and cost.total == cost.input + cost.output
            True
        """
        now = self._client._config.seam.monotonic
        if now() >= self._until:
            listed = await self.list()
            self._prices = {str(name): model.to_dict() for model in listed.data if (name := getattr(model, "id", None))}
            self._until = now() + PRICES_TTL
        plain = completion.to_dict()
        return cost_of(plain.get("usage"), self._prices.get(plain.get("model") or ""))

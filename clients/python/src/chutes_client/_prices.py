"""What a completion costs, by the price list of the models."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from ._json import is_object

PRICES_TTL = 3600.0
"""Seconds for which the price list is kept."""
_MILLION = 1_000_000


@dataclass(frozen=True)
class Cost:
    """USD for the tokens read (`input`), the tokens written (`output`) and both."""

    input: float
    output: float
    total: float


def cost_of(usage: Any, model: Any) -> Cost | None:
    """The cost of some tokens of a model of the list, both in wire shape; None where the usage or a price is not known.

    Cached tokens count at the input price unless the list has one of their own.

    >>> cost_of({"prompt_tokens": 1_000_000, "completion_tokens": 500_000}, {"pricing": {"prompt": 2, "completion": 8}})
    Cost(input=2.0, output=4.0, total=6.0)
    """
    if not is_object(usage) or not is_object(model):
        return None
    prices = [_price(model, *names) for names in (("prompt", "input"), ("completion", "output"), ("input_cache_read",) * 2)]
    read, written, cached_price = prices
    if read is None or written is None:
        return None
    details = usage.get("prompt_tokens_details")
    tokens = _tokens(usage.get("prompt_tokens"))
    cached = min(_tokens(details.get("cached_tokens")), tokens) if is_object(details) else 0
    first = ((tokens - cached) * read + cached * (read if cached_price is None else cached_price)) / _MILLION
    second = _tokens(usage.get("completion_tokens")) * written / _MILLION
    return Cost(first, second, first + second)


def _price(model: dict[str, Any], name: str, other: str) -> float | None:
    """USD a million tokens: `pricing.<name>`, else `price.<other>.usd`."""
    pricing, price = model.get("pricing"), model.get("price")
    found = _number(pricing.get(name)) if is_object(pricing) else None
    amount = price.get(other) if is_object(price) else None
    return found if found is not None else _number(amount.get("usd")) if is_object(amount) else None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _tokens(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0

"""The list of models of a call: what it may hold, and when the next one is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ._config import OMIT, Omit
from ._errors import ConfigError, Kind
from ._json import is_object

if TYPE_CHECKING:
    from ._request import Call

FALLS_THROUGH: frozenset[Kind] = frozenset({"capacity", "cold_start", "disabled", "not_found"})
"""Kinds on which the next model is asked; they are not retried on a model that has a successor."""


def models_of(model: str | Omit | None, models: Sequence[str] | Omit | None) -> tuple[str, ...]:
    """The models of a call in their order, or nothing where no list was given.

    Raises:
        ConfigError: for an empty list, one of something else than names, or one beside `model`.

    >>> models_of(OMIT, ["a", "b"])
    ('a', 'b')
    """
    if models is OMIT or models is None:
        return ()
    if isinstance(models, str) or not models or not all(isinstance(name, str) and name for name in models):
        raise ConfigError("models must be a list of one or more names")
    if model is not OMIT and model is not None:
        raise ConfigError("give model or models, not both")
    return tuple(models)


def need_model(model: Any, extra_body: Any) -> None:
    """Refuses a call of a shared host that names no model: the server would answer that there is no such chute."""
    if isinstance(model, (list, tuple)):
        raise ConfigError("model is one name; give models=[…] for several")
    if not isinstance(model, (str, Omit)) and model is not None:
        raise ConfigError(f"model must be a string, not {type(model).__name__}")
    if not model and not (is_object(extra_body) and extra_body.get("model")):
        raise ConfigError("model is missing: client.models.list() tells which there are")


def model_of(call: Call) -> str | None:
    """The model that a call asks; what the fields of other calls mean is not known."""
    if call.surface == "management" or call.operation_id == "callCord" or not is_object(call.body):
        return None
    found = call.body.get("model")
    return found if isinstance(found, str) else None

"""What a result says of its making: the course of a call over attempts and models, and what it cost."""

from __future__ import annotations

from typing import Any

from faults import Fault

Json = dict[str, Any]
FALLS = frozenset({"capacity", "cold_start", "disabled", "not_found"})
PRICES_TTL = 3600.0


def split_models(args: Json) -> tuple[Json, list[str]]:
    """The parameters without `models`, and the models to ask one after another."""
    if args.get("model") == "":
        raise Fault("config", "model is missing")
    if "models" not in args:
        return args, []
    models = args["models"]
    if not isinstance(models, list) or not models or "model" in args:
        raise Fault("config", "models must name at least one model, and does not go together with model")
    return {"model": models[0], **{k: v for k, v in args.items() if k != "models"}}, list(models)


class Course:
    """Where a call stands: the model at hand, how often it was retried, what was sent so far."""

    def __init__(self, models: list[str], body: Any) -> None:
        own = body.get("model") if isinstance(body, dict) else None
        self.models: list[Any] = models or [own]
        self.index = 0
        self.retry = 0
        self.number = 0
        self.history: list[Json] = []
        self.failed: list[list[str]] = []

    @property
    def model(self) -> Any:
        return self.models[self.index]

    def begin(self) -> int:
        self.number += 1
        return self.number

    def note(self, status: int | None, kind: str | None) -> None:
        self.history.append({"number": self.number, "status": status, "kind": kind, "wait_ms": None})

    def waits(self, seconds: float) -> None:
        self.history[-1]["wait_ms"] = seconds * 1000

    def falls(self, fault: Fault) -> bool:
        """Whether this failure passes on to the next model; if so that one is now at hand."""
        if fault.kind not in FALLS or self.index + 1 >= len(self.models):
            return False
        self.failed.append([self.model, fault.kind])
        self.index, self.retry = self.index + 1, 0
        self.waits(0)
        return True

    def tell(self, fault: Fault) -> None:
        """What an error says of the models before it."""
        fault.attempts = self.number
        if len(self.models) > 1:
            fault.tried = [*self.failed, [self.model, fault.kind]]

    def report(self) -> Json:
        return {"model": self.model, "tried": self.failed, "history": self.history}


def _number(value: Any) -> float | None:
    try:
        return None if value is None or isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def _price(entry: Json, name: str, other: str) -> float | None:
    """USD per million: `pricing.prompt`, else `price.input.usd`."""
    found = _number((entry.get("pricing") or {}).get(name))
    return found if found is not None else _number(((entry.get("price") or {}).get(other) or {}).get("usd"))


def cost(entry: Json | None, usage: Json | None) -> Json | None:
    """What a completion cost; None where the model, a price or the usage is not known."""
    if not entry or not usage:
        return None
    prompt, answer = _price(entry, "prompt", "input"), _price(entry, "completion", "output")
    if prompt is None or answer is None:
        return None
    kept = _price(entry, "input_cache_read", "input_cache_read")
    cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
    fresh = (usage.get("prompt_tokens") or 0) - cached
    paid = (fresh * prompt + cached * (prompt if kept is None else kept)) / 1e6
    made = (usage.get("completion_tokens") or 0) * answer / 1e6
    return {"input": paid, "output": made, "total": paid + made}


class Prices:
    """The model list, kept for an hour of the client's clock."""

    def __init__(self) -> None:
        self.entries: dict[str, Json] = {}
        self.until: float | None = None

    def costs(self, client: Any, completions: list[Json], options: Json) -> list[Json | None]:
        import resources

        if self.until is None or client.seam.now() >= self.until:
            self.entries = {e.get("id"): e for e in resources.models(client, options)["items"] if isinstance(e, dict)}
            self.until = client.seam.now() + PRICES_TTL
        return [cost(self.entries.get(c.get("model") or ""), c.get("usage")) for c in completions]

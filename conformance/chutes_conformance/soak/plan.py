"""What one stream will go through, drawn from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

# How a stream ends, and how often. What the server does: whole (normally), fin, rst, chunk (cut), stall (falls silent), quiet (never
# answers). What the caller does: leave (after so many tokens), cancel (from outside, whenever).
ENDINGS = {"whole": 40, "leave": 20, "fin": 8, "rst": 8, "chunk": 6, "cancel": 8, "stall": 6, "quiet": 4}
ENDLESS = 1 << 30


@dataclass(frozen=True)
class Plan:
    """One stream. `tokens`: what the server sends before it does what `ending` says."""

    number: int
    ending: str
    tokens: int
    consume: str = "chunks"
    how: str = ""
    leave: int = 0
    after_ms: int = 0
    keep: bool = True  # the server keeps the connection after a whole answer

    def call(self, session: str, pace: Pace) -> dict[str, Any]:
        """The driver's call; the number in the message is how the server knows the plan."""
        options: dict[str, Any] = {}
        call: dict[str, Any] = {"cmd": "call", "op": "chat.stream", "session": session, "consume": self.consume,
                                "args": {"model": "soak", "messages": [{"role": "user", "content": f"soak {self.number}"}]}}
        if self.ending == "leave":
            call["stop"] = {"after_chunks": self.leave, "how": self.how}
        elif self.ending == "cancel":
            call["stop"] = {"after_ms": self.after_ms, "how": "cancel"}
        elif self.ending == "stall":
            options["idle_timeout_ms"] = pace.patience_ms
        elif self.ending == "quiet":
            options |= {"first_byte_timeout_ms": pace.patience_ms, "max_retries": 0}
        return {**call, "options": options} if options else call


@dataclass(frozen=True)
class Pace:
    """How fast and how long the streams are. `patience_ms`: the time-out of the callers whose stream falls silent; far above
    `token_ms`, so that a busy machine is not taken for a silent server."""

    token_ms: int
    tokens: int  # at most
    patience_ms: int


def draw(number: int, seed: int, pace: Pace, cancels: bool) -> Plan:
    """The plan of a stream: the same for the same number and seed. `cancels`: the column can end a call from outside."""
    rng = random.Random(seed << 32 | number)
    ending = rng.choices(list(ENDINGS), list(ENDINGS.values()))[0]
    if ending == "cancel" and not cancels:
        ending = "leave"
    tokens = rng.randint(2, pace.tokens)
    consume = rng.choices(["chunks", "text", "final"], [5, 4, 1])[0]
    if ending == "leave":
        how = rng.choice(["break", "close", "cancel"] if cancels else ["break", "close"])
        return Plan(number, ending, ENDLESS, "chunks" if consume == "final" else consume, how, tokens)
    if ending == "cancel":
        return Plan(number, ending, ENDLESS, "text" if consume == "final" else consume, after_ms=rng.randint(1, pace.tokens * pace.token_ms))
    return Plan(number, ending, 0 if ending == "quiet" else tokens, consume, keep=rng.random() < 0.5)


def token(number: int, attempt: int, index: int) -> str:
    """The text of one token; no two tokens of a run are equal, so that one in the wrong place is seen."""
    return f"{number}.{attempt}.{index} "

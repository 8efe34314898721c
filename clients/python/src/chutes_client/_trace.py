"""What the platform did with a call, step by step: the trace that it sends when it is asked to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from ._errors import StreamError
from ._json import is_object
from ._results import Binary, decode_base64
from ._values import Model, UTCDatetime, from_plain


class TraceEntry(Model):
    """One step. For finding out what happened to a call; the words are the platform's own and may change."""

    timestamp: UTCDatetime | None = None
    invocation_id: str | None = None
    child_id: str | None = None
    chute_id: str | None = None
    function: str | None = None
    message: str | None = None


@dataclass
class Trace:
    """A call with its trace.

    Attributes:
        entries: the steps, in order.
        result: what the cord answered: a JSON value, a text (of a cord that streams, its whole stream), a `Binary`, or None.
        error: what went wrong, as the server wrote it (`{"error": …, "detail": …}`), or None.
    """

    entries: list[TraceEntry] = field(default_factory=list[TraceEntry])
    result: Any = None
    error: dict[str, Any] | None = None
    _ended: bool = field(default=False, repr=False)

    def timeline(self) -> list[str]:
        """One line for each step, with the seconds since the first.

        >>> first, second = ({"timestamp": f"2026-01-02T00:00:0{n}", "message": word} for n, word in ((1, "asked"), (3, "done")))
        >>> Trace([TraceEntry(**first), TraceEntry(**second)]).timeline()
        ['+0.000 s  asked', '+2.000 s  done']
        """
        moments = [entry.timestamp if isinstance(entry.timestamp, UTCDatetime) else None for entry in self.entries]
        first = next((moment for moment in moments if moment is not None), None)
        lines: list[str] = []
        for entry, moment in zip(self.entries, moments, strict=True):
            seconds = 0.0 if moment is None or first is None else (moment - first).total_seconds()
            lines.append(f"+{seconds:.3f} s  {entry.message or ''}")
        return lines

    @property
    def complete(self) -> bool:
        """Whether its end has come: a result or an error."""
        return self._ended

    def take(self, data: str) -> None:
        """Takes the data of one event.

        Raises:
            StreamError: if it is no JSON object.
        """
        if not data.strip() or data.lstrip().startswith(":"):
            return
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            value = None
        if not is_object(value):
            raise StreamError(f"an event of the trace is no JSON object: {data[:200]}", body=data.encode())
        if is_object(value.get("trace")):
            self.entries.append(from_plain(value["trace"], TraceEntry))
        elif value.get("error") is not None:
            self.error, self._ended = value, True
        elif "result" in value:
            self._result(value["result"])

    def _result(self, wrapped: Any) -> None:
        self._ended = True
        if isinstance(wrapped, str):  # a piece of the stream within
            self.result = self.result + wrapped if isinstance(self.result, str) else wrapped
        elif is_object(wrapped) and "bytes" in wrapped:
            try:
                data = decode_base64(str(wrapped["bytes"])) if wrapped["bytes"] else b""
            except ValueError as error:
                raise StreamError(f"the result of the trace cannot be read: {error}") from None
            self.result = Binary(data, str(wrapped.get("content_type") or "application/octet-stream"))
        elif is_object(wrapped):
            self.result = next((wrapped[name] for name in ("json", "text") if name in wrapped), wrapped)
        else:
            self.result = wrapped

"""Many calls at once: what each one brings, and the bar that shows how far they are. See `_async/_mapping.py`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TextIO, TypeVar

from ._errors import ConfigError

T = TypeVar("T")
V = TypeVar("V")

MAP_CONCURRENCY = 8
"""Calls of `client.map` that are open at once, unless another number is given."""
_WIDTH = 30


@dataclass(frozen=True)
class MapResult(Generic[T, V]):
    """What became of one item.

    Attributes:
        index: its place among the items, from 0.
        item: the item.
        value: what the function returned, None where it failed.
        error: what it raised, or None.
    """

    index: int
    item: T
    value: V | None = None
    error: Exception | None = None

    def get(self) -> V:
        """The value; raises the error if there is one."""
        if self.error is not None:
            raise self.error
        return self.value  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


class Bar:
    """A bar on standard error, drawn only where that is a terminal.

    >>> import io
    >>> bar = Bar(True, [1, 2], io.StringIO())  # no terminal
    >>> bar.done(); bar.close()
    """

    def __init__(self, wanted: bool, items: Any, stream: TextIO | None = None) -> None:
        self._stream: Any = stream if stream is not None else sys.stderr  # None where a program has no standard error
        self._shown = wanted and self._stream is not None and self._stream.isatty()
        try:
            self._total: int | None = len(items)
        except TypeError:
            self._total = None
        self._done = 0
        self._failed = 0
        self._draw()

    def done(self, failed: bool = False) -> None:
        """Counts one more."""
        self._done += 1
        self._failed += failed
        self._draw()

    def close(self) -> None:
        """Leaves the bar as it is, and goes on to the next line."""
        if self._shown:
            self._stream.write("\n")
            self._stream.flush()
            self._shown = False

    def _draw(self) -> None:
        if not self._shown:
            return
        text = str(self._done)
        if self._total:
            full = _WIDTH * self._done // self._total
            text = f"[{'#' * full}{'.' * (_WIDTH - full)}] {self._done}/{self._total}"
        self._stream.write(f"\r{text}{f', {self._failed} failed' if self._failed else ''}")
        self._stream.flush()


def check_concurrency(concurrency: Any) -> None:
    """Refuses a number of calls below one.

    Raises:
        ConfigError: naming it.
    """
    if isinstance(concurrency, bool) or not isinstance(concurrency, int) or concurrency < 1:
        raise ConfigError("concurrency must be a whole number from 1 on")


def check_map(function: Any, items: Any) -> None:
    """Refuses what cannot be run, before anything is.

    Raises:
        ConfigError: where there is no function, or nothing to iterate.
    """
    if not callable(function):
        raise ConfigError("map takes a function and the items, in this order")
    if not isinstance(items, Iterable):
        raise ConfigError(f"the items of map must be iterable, not {type(items).__name__}")

"""What `list()` and `stream()` of the sync client return: the first page, which iterates on, and the stream. Written by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ._pagination import Page

T = TypeVar("T")


def paged(fetch: Callable[[int], Page[T]], start: int) -> Page[T]:
    return fetch(start)


def opening(open: Callable[[], T]) -> T:
    return open()


__all__ = ["Page", "opening", "paged"]

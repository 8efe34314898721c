"""What `list()` of the sync client returns: the first page, which iterates on through the others. Written by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ._pagination import Page

T = TypeVar("T")


def paged(fetch: Callable[[int], Page[T]], start: int) -> Page[T]:
    return fetch(start)


__all__ = ["Page", "paged"]

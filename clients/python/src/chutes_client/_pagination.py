"""Pages of a list; the half that asks for them is `_async/_pagination.py`."""

from __future__ import annotations

from typing import Any

from ._errors import PaginationStuckError

MAX_PAGES = 10_000


def is_last(items: int, total: int | None, page: int, limit: int | None) -> bool:
    """Whether no page follows: it is empty, or `(page + 1) * limit >= total`. Without a total only an empty page ends the list."""
    if items == 0:
        return True
    if total is None:
        return False
    return (page + 1) * (limit or items) >= total


def check_progress(previous: Any, items: Any, page: int) -> None:
    """Raises `PaginationStuckError` for a page that repeats the one before, or beyond 10,000 pages."""
    if previous and previous == items:
        raise PaginationStuckError(f"page {page} repeats the page before it")
    if page >= MAX_PAGES:
        raise PaginationStuckError(f"gave up after {MAX_PAGES:,} pages")


def with_cords(page: Any) -> Any:
    """Gives the items of a page of chutes the cords that stand beside them under `cord_ref_id`."""
    refs: Any = getattr(page, "cord_refs", None)
    for item in (page.items or ()) if refs else ():
        ref = getattr(item, "cord_ref_id", None)  # an item may be no object
        if isinstance(ref, str) and ref in refs and not item.cords:
            item.cords = refs[ref]
    return page

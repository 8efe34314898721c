# Made from _async/_pagination.py by scripts/unasync.py. Do not edit.
"""Lists that come in pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from .._pagination import check_progress, is_last
from .._results import ResponseInfo

T = TypeVar("T")


class Page(Generic[T]):
    """One page. Iterating it goes on through all the pages after it, asking for each when it is needed.

    Attributes:
        items: the items of this page.
        total, page, limit: as the server says; `page` counts from 0.
        raw: the page as typed by the document, with everything else the server put into it.
    """

    def __init__(self, raw: Any, number: int, limit: int | None, fetch: Callable[[int], Page[T]], offset: int = 0) -> None:
        self.raw = raw
        self.items: list[T] = list(raw.items or ())
        self.total: int | None = raw.total
        self.page: int = raw.page if isinstance(raw.page, int) else number
        self.limit: int | None = raw.limit if isinstance(raw.limit, int) and raw.limit > 0 else limit
        self._number, self._fetch, self._offset = number, fetch, offset

    @property
    def response(self) -> ResponseInfo | None:
        """Status, headers, request id and attempts of this page's answer."""
        return self.raw.response  # type: ignore[no-any-return]

    @property
    def has_next(self) -> bool:
        total = None if self.total is None else self.total - self._offset
        return not is_last(len(self.items), total, self._number, self.limit)

    def next_page(self) -> Page[T] | None:
        """The next page, or None after the last.

        Raises:
            PaginationStuckError: if the server sends the same page again.
        """
        if not self.has_next:
            return None
        following = self._fetch(self._number + 1)
        check_progress([plain(i) for i in self.items], [plain(i) for i in following.items], following._number)
        return following

    def __iter__(self) -> Iterator[T]:
        page: Page[T] | None = self
        while page is not None:
            for item in page.items:
                yield item
            page = page.next_page()

    def to_dict(self) -> dict[str, Any]:
        """The wire shape of this page."""
        return self.raw.to_dict()  # type: ignore[no-any-return]

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"<page {self.page}: {len(self.items)} of {self.total}>"


def plain(item: Any) -> Any:
    return item.to_dict() if hasattr(item, "to_dict") else item

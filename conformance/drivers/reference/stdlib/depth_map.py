"""`client.map`: many calls, a few at once; results as they complete, failures as values."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from client import Client, config
from faults import Fault

MAP_CONCURRENCY = 8
Result = tuple[int, Any, Fault | None]


def run(client: Client, function: Callable[[Any], Any], items: Iterable[Any], concurrency: int = MAP_CONCURRENCY, ordered: bool = False) -> Iterator[Result]:
    """Index, value and failure of each item. Leaving the iteration ends what is open."""
    if concurrency < 1:
        raise config("concurrency must be at least 1")
    source = enumerate(items)
    done: queue.Queue[Result] = queue.Queue()
    workers: list[threading.Thread] = []

    def work(index: int, item: Any) -> None:
        try:
            done.put((index, function(item), None))
        except Fault as exc:
            done.put((index, None, exc))

    def begin() -> bool:
        taken = next(source, None)
        if taken is not None:
            workers.append(threading.Thread(target=work, args=taken, daemon=True))
            workers[-1].start()
        return taken is not None

    open_ = sum(begin() for _ in range(concurrency))
    waiting: dict[int, Result] = {}
    due = 0
    try:
        while open_:
            result = done.get()
            open_ -= 1
            waiting[result[0]] = result
            while waiting and (not ordered or due in waiting):
                yield waiting.pop(due if ordered else next(iter(waiting)))
                due += 1
                open_ += begin()  # what waits for its turn counts as taken ahead
    finally:
        if open_:
            client.cancel()
        for worker in workers:
            worker.join()

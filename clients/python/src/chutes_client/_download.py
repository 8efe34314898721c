"""A download on its way to a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from ._errors import ConfigError
from ._results import named, placed

OnProgress: TypeAlias = "Callable[[int, int | None], None]"
"""Is told the bytes received, and the bytes in all or None."""
CHUNK_BYTES = 64 * 1024
"""Progress is told at least this often."""


def target_of(to: str | os.PathLike[str], fallback: str, headers: Mapping[str, str]) -> Path:
    """The path a download goes to: `to` itself, or a file in it under the server's name.

    Raises:
        ConfigError: if its folder does not exist.
    """
    path = Path(to)
    if path.is_dir():
        return path / (named(headers) or "".join(c if c.isalnum() or c in "._-" else "_" for c in fallback))
    if not path.parent.is_dir():
        raise ConfigError(f"there is no folder {str(path.parent)!r} to save into")
    return path


def length_of(headers: Mapping[str, str]) -> int | None:
    """The bytes to come, None where the server does not tell, or tells only how long their compressed form is."""
    text = headers.get("content-length", "")
    return int(text) if text.isdecimal() and "content-encoding" not in headers else None


@contextmanager
def write(
    path: Path, total: int | None, on_progress: Callable[[int, int | None], None] | None
) -> Generator[Callable[[bytes], None]]:
    """Writes beside `path` and renames at the end; on any failure nothing is left, and what was there stays."""
    received = 0
    with placed(path) as file:

        def take(piece: bytes) -> None:
            nonlocal received
            for start in range(0, len(piece), CHUNK_BYTES):
                part = piece[start : start + CHUNK_BYTES]
                file.write(part)
                received += len(part)
                if on_progress is not None:
                    on_progress(received, total)

        yield take
        if on_progress is not None and not received:
            on_progress(0, total)

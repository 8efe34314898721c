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


def check_folder(to: str | os.PathLike[str]) -> None:
    """Refuses a path whose folder does not exist.

    Raises:
        ConfigError: naming the folder.
    """
    path = Path(to)
    if not path.is_dir() and not path.parent.is_dir():
        raise ConfigError(f"there is no folder {str(path.parent)!r} to save into")


def length_of(headers: Mapping[str, str]) -> int | None:
    """The bytes to come, None where the server does not tell, or tells only how long their compressed form is."""
    text = headers.get("content-length", "")
    return int(text) if text.isdecimal() and "content-encoding" not in headers else None


@contextmanager
def write(
    to: str | os.PathLike[str], fallback: str, headers: Mapping[str, str], on_progress: OnProgress | None
) -> Generator[tuple[Path, Callable[[bytes], None]]]:
    """Writes to `to`, or into that folder under the server's name, else `fallback`; on any failure nothing is left.

    Raises:
        ConfigError: for what cannot be written, and for a file of that name in a folder: only a path that the caller chose is
            replaced.
    """
    path = Path(to)
    inside = path.is_dir()
    if inside:
        path /= named(headers) or "".join(c if c.isalnum() or c in "._-" else "_" for c in fallback)
    total, received = length_of(headers), 0
    with placed(path, fresh=inside) as put:

        def take(piece: bytes) -> None:
            nonlocal received
            for start in range(0, len(piece), CHUNK_BYTES):
                part = piece[start : start + CHUNK_BYTES]
                put(part)
                received += len(part)
                if on_progress is not None:
                    on_progress(received, total)

        yield path, take
        if on_progress is not None and not received:
            on_progress(0, total)

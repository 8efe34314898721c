"""The corpus: streams as files, one per fault that was ever found or is known to be hard. `*.lines` are for the decoder, `*.chat` for the chat layer."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

from ..library import Case


def files(folder: Path, kind: str) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every stream of the kind, by name."""
    for path in sorted(folder.glob(f"*.{kind}")):
        yield path.name, path.read_bytes()


def from_cases(cases: list[Case]) -> Iterator[tuple[str, bytes]]:
    """The streams of the decoder's own cases: they are corpus, too."""
    seen = set()
    for case in cases:
        for call in case.calls:
            slices = call.get("args", {}).get("slices") if call["op"] == "sse.decode" else None
            data = b"".join(base64.b64decode(s) for s in slices or [])
            if data and len(data) < 2000 and data not in seen and "max_event_bytes" not in call["args"]:
                seen.add(data)
                yield case.name, data


def save(folder: Path, kind: str, data: bytes) -> Path:
    """Keep a stream that clients disagreed about; its name is its digest, so that it is kept once."""
    path = folder / f"found-{hashlib.sha256(data).hexdigest()[:12]}.{kind}"
    path.write_bytes(data)
    return path


def parts(data: bytes, cuts: tuple[int, ...]) -> list[bytes]:
    """The bytes cut at these places."""
    places = [0, *cuts, len(data)]
    return [data[a:b] for a, b in zip(places, places[1:]) if a < b]

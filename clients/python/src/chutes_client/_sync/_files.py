# Made from _async/_files.py by scripts/unasync.py. Do not edit.
"""An answer on its way to a file."""

from __future__ import annotations

import os
from pathlib import Path

from .._download import OnProgress, write
from .._errors import ChutesError, parse_body
from .._journey import info_of, reading
from .._media import not_bytes
from .._results import MAX_JSON_BYTES, media_type, unexpected
from ._request import Executor
from ._transport import Answer


def to_file(answer: Answer, to: str | os.PathLike[str], name: str, on_progress: OnProgress | None, executor: Executor) -> Path:
    """Streams the body of an answer to `to`, or into that folder under the server's name, else `name`.

    Raises:
        UnexpectedResponseError: for JSON or HTML, with the server's text.
        ChutesError: if the body breaks; nothing is left behind.
    """
    with reading(answer):
        return _written(answer, to, name, on_progress, executor)


def _written(answer: Answer, to: str | os.PathLike[str], name: str, on_progress: OnProgress | None, executor: Executor) -> Path:
    kind = media_type(answer.headers.get("content-type", ""))
    if kind == "text/html" or kind == "application/json" or kind.endswith("+json"):
        body = answer.read(MAX_JSON_BYTES)
        words = parse_body(body, kind).message or f"{kind} came where bytes were due"
        raise executor.own(unexpected(words, info_of(answer), body), answer.request.journey)
    if kind == "text/event-stream":
        body = answer.read_error()  # as far as it comes: events may have no end
        raise executor.own(not_bytes(info_of(answer), body), answer.request.journey)
    pieces = answer.chunks()
    try:
        with write(to, name, answer.headers, on_progress) as (path, take):
            for piece in pieces:
                take(piece)
    except ChutesError as error:
        error.attempts = answer.attempts
        raise executor.own(error, answer.request.journey) from error.__cause__
    finally:
        pieces.close()
        answer.close()
    return path

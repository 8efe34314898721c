"""What must hold for any bytes: the decoder and the reader of error bodies. Replayed by `test_fuzz.py`, searched by `fuzz/run.py`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from chutes_client import _errors, _redact
from chutes_client.sse import Decoder, Event, Tail

CORPUS = Path(__file__).resolve().parents[3] / "conformance" / "corpus"
SECRET = "known-secret-0123456789"
Outcome = tuple[list[Event], list[str], Tail]


def seeds(target: str) -> Iterator[bytes]:
    """The streams and bodies on which all clients of the suite are tried."""
    for kind in ("lines", "chat") if target == "decoder" else ("body",):
        for path in sorted(CORPUS.glob(f"*.{kind}")):
            yield path.read_bytes()


def outcome(data: bytes, cuts: list[int]) -> Outcome:
    """All that a decoder tells of a stream, apart from where its reads were cut."""
    decoder, events = Decoder(), []
    for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
        events += decoder.feed(data[start:end])
    return events, [line for _, line in decoder.ignored], decoder.finish()


def decoder(data: bytes) -> None:
    """Where the reads are cut makes no difference. The first two bytes say where, the rest is the stream."""
    if len(data) < 3:
        return
    places, stream = data[:2], data[2:]
    whole = outcome(stream, [])
    cuts = sorted(place * (len(stream) + 1) // 256 for place in places)
    plans = [cuts[:1], cuts]
    if len(stream) < 4096:
        plans.append(list(range(1, len(stream))))
    for plan in plans:
        assert outcome(stream, plan) == whole, (stream, plan)


def error_body(data: bytes) -> None:
    """An error shows a bounded message that a terminal and a log can take, with no secret in it, whatever the server wrote. Two bytes
    say where it echoes a secret."""
    if len(data) < 2:
        return
    place, body = data[0] * len(data) // 256, data[2:]
    for sent in (body, body[:place] + SECRET.encode() + b" " + body[place:]):
        for status, kind in ((400, ""), (402, ""), (429, "text/html"), (503, "")):
            error = _errors.classify(status, {"content-type": kind}, sent, attempts=1).scrub((SECRET,))
            longest = _errors.MAX_BODY_BYTES if status == 402 else _errors.MAX_MESSAGE_CHARS
            for text in (error.message, error.code or "", error.quota_reset_timestamp or ""):
                shown(text, longest)
                longest = _errors.MAX_MESSAGE_CHARS


def shown(text: str, longest: int) -> None:
    assert len(text) <= longest, len(text)
    text.encode()  # no half of a pair: such a text can be neither printed nor sent
    assert not any(unicodedata.category(char) == "Cc" for char in text), text
    assert SECRET not in text and _redact.redact(text) == text, text


TARGETS = {"decoder": decoder, "error_body": error_body}

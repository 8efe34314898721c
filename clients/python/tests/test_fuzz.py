"""The fuzz targets on their seeds, and on seeded changes of them. `make fuzz` searches further."""

from __future__ import annotations

import random

import fuzz_targets
import pytest

from chutes_client import _errors
from chutes_client.sse import Decoder

PIECES = [
    b"\r",
    b"\n",
    b"\r\n",
    b"\n\n",
    b"data: ",
    b":",
    b"\xef\xbb\xbf",
    b"\xff",
    b"\xe2\x82",
    b"\0",
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b"5",
    b"null",
    b'{"detail":',
    b"\\ud83d",
]


def changed(data: bytes, rng: random.Random) -> bytes:
    """The bytes with some replaced, removed or put in."""
    for _ in range(rng.randint(1, 4)):
        at = rng.randint(0, len(data))
        data = data[:at] + rng.choice(PIECES) + data[at + rng.randint(0, 3) :]
    return data


@pytest.mark.skipif(not fuzz_targets.CORPUS.is_dir(), reason="the package alone has no corpus")
@pytest.mark.parametrize("target", fuzz_targets.TARGETS)
def test_holds_on_the_corpus_and_near_it(target: str) -> None:
    found, rng = list(fuzz_targets.seeds(target)), random.Random(target)
    assert len(found) > 20
    for seed in found:
        fuzz_targets.TARGETS[target](rng.randbytes(2) + seed)
    for _ in range(1500):
        fuzz_targets.TARGETS[target](rng.randbytes(2) + changed(rng.choice(found)[:2000], rng))


def test_a_decoder_that_minds_its_cuts_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Decoder.feed

    def forgets(self: Decoder, chunk: bytes) -> object:
        self._skip_lf = False
        return plain(self, chunk)

    monkeypatch.setattr(Decoder, "feed", forgets)
    with pytest.raises(AssertionError):
        fuzz_targets.decoder(b"\x80\x80data: a\r\ndata: b\r\n\r\n")


def test_secrets_and_escapes_are_found() -> None:
    for text in ("a\x1b[31m", "cpk_abc.def", fuzz_targets.SECRET, "x" * 11):
        with pytest.raises(AssertionError):
            fuzz_targets.shown(text, 30 if len(text) != 11 else 10)


def test_no_half_of_a_secret_is_left_where_a_message_is_cut() -> None:
    for size in range(1970, 2001):
        body = b'{"detail":"' + b"x" * size + f' {fuzz_targets.SECRET}"}}'.encode()
        error = _errors.classify(400, {}, body, attempts=1).scrub((fuzz_targets.SECRET,))
        assert fuzz_targets.SECRET[:4] not in error.message and len(error.message) <= _errors.MAX_MESSAGE_CHARS

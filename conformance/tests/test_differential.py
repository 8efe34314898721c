"""The comparison of clients: what it plays, what it notices, what it keeps."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from chutes_conformance import columns, differential
from chutes_conformance.differential import corpus, grammar, play

from .conftest import ROOT

COLUMNS = columns.load(ROOT / "columns.toml", ROOT)
ORACLE = COLUMNS["stdlib"]


def compare(column: str, folder: Path, last: int, keep: bool = True) -> differential.Report:
    return asyncio.run(differential.fuzz([COLUMNS[column]], ORACLE, folder, [], range(last), every=False, keep=keep))


def test_the_reference_agrees_with_itself(tmp_path: Path) -> None:
    report = compare("stdlib", tmp_path, 20)
    assert report.streams == 40 and report.plays > 200 and report.disagreements == []


def test_a_broken_driver_is_found_and_its_stream_made_small_and_kept(tmp_path: Path) -> None:
    report = compare("broken-json", tmp_path, 30)
    assert report.disagreements
    first = report.disagreements[0]
    assert first.column == "broken-json" and first.kind == "chat"
    assert first.saved is not None and first.saved.read_bytes() == first.data
    assert len(first.data) < len(grammar.chat(int(first.name.removeprefix("seed-")))) / 4
    again = compare("broken-json", tmp_path, 0, keep=False)
    assert [d.name for d in again.disagreements] == sorted(p.name for p in tmp_path.iterdir())[: play.SHOWN]


@pytest.mark.parametrize("make", [grammar.lines, grammar.chat])
def test_a_seed_makes_the_same_stream_every_time(make: object) -> None:
    assert callable(make)
    made = [make(seed) for seed in range(300)]
    assert made == [make(seed) for seed in range(300)] and len(set(made)) > 250


def test_parts_join_to_the_whole() -> None:
    data = bytes(range(20))
    for cuts in play.plans("lines", data, __import__("random").Random(1), every=True):
        assert b"".join(corpus.parts(data, cuts)) == data
    assert corpus.parts(data, (5, 12)) == [data[:5], data[5:12], data[12:]]


def test_broken_bytes_and_halves_of_pairs_count_as_one_replacement() -> None:
    text = {"choices": [{"index": 0, "message": {"content": "a\ufffd\ufffd\ud83db"}, "finish_reason": None}]}
    assert play.outcome({"final": text})["choices"][0]["content"] == "a\ufffdb"

"""The shares that stand at the head of a column."""

from __future__ import annotations

import pytest

from chutes_conformance.result import Cell, ColumnInfo, Run


def run(kind: str, *verdicts: str) -> Run:
    names = [f"a/b/c{i}" for i in range(len(verdicts))]
    cells = [Cell(case=name, column="x", verdict=verdict) for name, verdict in zip(names, verdicts)]
    return Run({}, [ColumnInfo("x", kind)], [{"name": n, "level": "must"} for n in names], cells)


@pytest.mark.parametrize(
    "kind, verdicts, share",
    [
        ("ours", ("pass", "fail"), (1, 2)),
        ("ours", ("pass", "skip"), (1, 2)),
        ("ours", ("pass", "n/a"), (1, 1)),
        ("reference", ("pass", "fail", "skip"), (1, 2)),
        ("reference", ("skip",), (0, 0)),
    ],
)
def test_a_guest_has_no_share_in_what_it_was_never_asked(kind: str, verdicts: tuple[str, ...], share: tuple[int, int]) -> None:
    assert run(kind, *verdicts).share("x", "must") == share

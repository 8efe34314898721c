"""Every broken driver is caught by the cases that claim to catch it, and by them for the right reason."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from pathlib import Path

import pytest

from chutes_conformance import columns, library
from chutes_conformance.runner import Options, run

from .conftest import ROOT

BROKEN = [c for c in columns.load(ROOT / "columns.toml", ROOT).values() if c.kind == "broken"]
REASON = {
    "broken-truncation": "ended as complete",
    "broken-json": "ended as complete",
    "broken-late-retry": "attempts: expected 1, got 2",
    "broken-leak": "the API key is in answer",
    "broken-retry-after": "sleeps_ms: expected [3000]",
    "broken-restart": "ended as complete",
    "broken-body": "bodies of the attempts differ",
    "broken-close": "did not close the connection",
    "broken-sign-nothing": "does not fit the bytes of the body",
    "broken-multipart-order": "parts[0].name: expected",
    "broken-log-as-events": "items: expected 1 elements, got 0",
    "broken-download-in-place": "final.kept: expected",
    "broken-deploy-always": "expected the call to end as complete",
    "broken-build-from-start": "requests[2].query: expected",
    "broken-refresh-each": "attempts: expected 21",
    "broken-lose-refresh": 'refresh_token: expected "refresh-2"',
    "broken-guardless": "attempts: expected 0, got 1",
    "broken-known-only": "expected",
    "broken-submit-twice": "attempts: expected 1, got 3",
    "broken-wait-for-ever": "ended as complete",
    "broken-lf-only": "expected",
    "broken-decode-each-read": "expected",
    "broken-no-cap": "expected",
    "broken-join-role": "final.role: expected",
    "broken-sum-usage": "usage.total_tokens: expected 4",
    "broken-tools-by-index": "expected 2 elements, got 1",
    "broken-retry-all": "attempts: expected 1, got 3",
    "broken-no-jitter": "1 different waits among 200",
    "broken-no-deadline": "sleeps_ms: expected",
    "broken-idle-is-total": "ended as error",
    "broken-deaf-sleep": "at most 400 allowed",
    "broken-status-only": "error.message: expected",
    "broken-text-first": "error.kind: expected",
    "broken-keys-abroad": "the API key reached another origin",
    "broken-any-certificate": "expected",
    "broken-null-options": "expected exactly",
    "broken-any-header": "attempts: expected 0, got 1",
    "broken-header-type": "final.content_type: expected",
    "broken-short-page": "items: expected 4, got",
    "broken-no-reuse": "connections: expected 1",
    "broken-stale-reuse": "ended as error",
    "broken-environment-first": "expected",
    "broken-half-body": "ended as complete",
    "broken-half-coding": "ended as complete",
    "broken-cord-tail": "ended as complete",
    "broken-by-arrival": "data[1].index: expected 1",
    "broken-no-extensions": "ended as error",
    "broken-talkative": "is in the driver's standard error",
    "broken-repeated-post": "attempts: expected 1, got 2",
    "broken-length-is-good": "ended as complete",
    "broken-any-fence": "ended as complete",
    "broken-by-completion": "steps[0].calls[0].id: expected",
    "broken-raw-arguments": "function.arguments: expected",
    "broken-late-fallback": "attempts: expected 1, got 2",
    "broken-fall-on-all": "attempts: expected 1, got 2",
    "broken-no-limiter": "sleeps_ms: expected [30000]",
    "broken-short-places": "requests were open at once",
    "broken-unchecked": "ended as complete",
    "broken-true-is-one": "ended as complete",
    "broken-always-ordered": "results[0].index: expected 1",
    "broken-media-header": "content_type: expected",
    "broken-half-file": "final.kept: expected",
    "broken-raised-trace": "ended as error",
    "broken-whole-url": "stands in the answer",
    "broken-any-url": "ended as complete",
    "broken-no-zero": "expected exactly",
}


@lru_cache
def every_case(root: Path) -> list[library.Case]:
    return library.load(root)


def test_every_broken_driver_names_its_cases() -> None:
    assert len(BROKEN) >= 20
    assert {c.name for c in BROKEN} == set(REASON)
    assert all(c.caught_by for c in BROKEN)


THEMES = ("sse chat end cancel time retry conn http redirect errors requests images embeddings cords mgmt paging config secrets "
          "helpers signing oauth fallback output tools function content limits map media trace hooks tables").split()


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_catches_a_broken_driver(theme: str) -> None:
    assert [c.name for c in BROKEN if any(p.startswith(f"{theme}/") for p in c.caught_by)], f"no flaw is caught by a case of {theme}"


@pytest.mark.parametrize("column", BROKEN, ids=lambda c: c.name)
def test_is_caught(column: columns.Column, root: Path) -> None:
    every = every_case(root)
    for pattern in column.caught_by:
        cases = library.select(every, [pattern])
        assert cases, pattern
        result = asyncio.run(run(cases, [column], Options(root=root)))
        failed = [c for c in result.cells if c.verdict == "fail"]
        assert failed, f"{column.name} passes {pattern}"
        assert any(REASON[column.name] in text for c in failed for text in c.complaints), [c.complaints for c in failed]


@pytest.mark.parametrize("column", BROKEN, ids=lambda c: c.name)
def test_differs_in_one_behaviour_only(column: columns.Column, root: Path) -> None:
    """A broken driver still passes what its flaw does not touch, so a catch is no accident."""
    cases = library.select(every_case(root), ["smoke/core/create", "smoke/core/decode"])
    result = asyncio.run(run(cases, [column], Options(root=root)))
    assert {c.verdict for c in result.cells} == {"pass"}

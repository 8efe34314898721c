"""A local Chutes for users' own tests: install `chutes-conformance`, and the fixtures are there.

    def test_my_code(chutes_mock, monkeypatch):
        monkeypatch.setenv("CHUTES_BASE_URL", chutes_mock.base_url)
        monkeypatch.setenv("CHUTES_API_KEY", chutes_mock.api_key)
        assert my_code() == "…"

`chutes_mock` is one platform for the whole run; `fresh_chutes_mock` one for each test, with nothing in it but what it starts with.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .platform import Platform


def _platform() -> Platform:
    from .platform import Options, Platform  # only for who asks for it: every run of pytest loads this file

    return Platform(Options(token_delay=0))


@pytest.fixture(scope="session")
def chutes_mock() -> Iterator[Platform]:
    """A local platform for all tests of a run."""
    with _platform() as running:
        yield running


@pytest.fixture
def fresh_chutes_mock() -> Iterator[Platform]:
    """A local platform for this test alone."""
    with _platform() as running:
        yield running

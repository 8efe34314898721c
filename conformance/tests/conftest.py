"""What the tests share: the harness folder, and a running mock server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chutes_conformance.server import MockServer

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def server() -> Iterator[MockServer]:
    with MockServer() as running:
        yield running

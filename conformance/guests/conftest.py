"""Guests against the local platform: each is run in its own environment, as a user of that SDK would have it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chutes_conformance.platform import Platform

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / ".build"
HERE = Path(__file__).parent

INTERPRETERS = {
    "openai_python": [str(BUILD / "guests/openai/bin/python")],
    "litellm": [str(BUILD / "guests/litellm/bin/python")],
    "openai_node": ["node"],
}


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    with Platform() as running:
        yield running


@pytest.fixture
def play(platform: Platform) -> Callable[..., str]:
    """Runs a guest's program against the platform and returns what it printed."""

    def run(guest: str, program: str, *arguments: str, **environment: str) -> str:
        done = subprocess.run(
            [*INTERPRETERS[guest], str(HERE / program), *arguments],
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "BASE_URL": platform.base_url, "API_KEY": "cpk_guest", **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run

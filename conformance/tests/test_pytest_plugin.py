"""What users get for their own tests by installing this package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TEST = """
import os, urllib.request

def test_one(chutes_mock, monkeypatch):
    monkeypatch.setenv("CHUTES_BASE_URL", chutes_mock.base_url)
    monkeypatch.setenv("CHUTES_API_KEY", chutes_mock.api_key)
    from chutes_client import Chutes
    with Chutes() as client:
        assert client.users.me().username
        assert client.api_keys.create(name="mine", admin=True).name == "mine"

def test_the_same_platform(chutes_mock, fresh_chutes_mock):
    from chutes_client import Chutes
    assert chutes_mock.base_url != fresh_chutes_mock.base_url
    for platform, known in ((chutes_mock, True), (fresh_chutes_mock, False)):
        with Chutes(platform.api_key, base_url=platform.base_url) as client:
            assert ("mine" in [key.name for key in client.api_keys.list()]) is known
"""


def test_fixtures_are_there_without_a_word(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(TEST)
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", str(tmp_path)], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout

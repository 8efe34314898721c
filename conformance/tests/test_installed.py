"""A stranger's way: the wheel in a clean environment, an own driver and columns.toml in another folder (README, "A fifth language")."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT

COLUMNS = """[columns.sample]
kind = "reference"
command = ["{python}", "driver.py"]
"""


@pytest.fixture(scope="module")
def scripts() -> Path:
    """The folder of programs of a fresh environment that holds only the wheel and what it depends on."""
    home = ROOT.parent / ".build" / "installed-harness"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    subprocess.run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(home), str(ROOT)], check=True)
    subprocess.run([sys.executable, "-m", "venv", str(home / "venv")], check=True)
    (wheel,) = home.glob("*.whl")
    programs = home / "venv" / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run([str(programs / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", str(wheel)], check=True)
    return programs


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "drivers" / "sample" / "driver.py", tmp_path)
    (tmp_path / "my.toml").write_text(COLUMNS)
    return tmp_path


def play(scripts: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "CONFORMANCE_BUILD")}
    return subprocess.run([str(scripts / "chutes-conformance"), *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


def test_the_sample_driver_is_driven_from_another_folder(scripts: Path, elsewhere: Path) -> None:
    done = play(scripts, elsewhere, "--columns", "my.toml", "run", "--case", "smoke/**", "--out", "out")
    assert done.returncode == 0, done.stdout + done.stderr
    data = json.loads((elsewhere / "out" / "results.json").read_text())
    assert {c["name"]: c["kind"] for c in data["columns"]} == {"stdlib": "oracle", "sample": "reference"}
    verdicts = {(c["column"], c["case"]): c["verdict"] for c in data["cells"]}
    assert {v for (column, _), v in verdicts.items() if column == "stdlib"} == {"pass"}, "the reference client came along in the wheel"
    assert verdicts["sample", "smoke/core/create"] == "pass" and verdicts["sample", "smoke/core/decode/slice:1"] == "pass"
    assert verdicts["sample", "smoke/core/unauthenticated"] == "fail" and verdicts["sample", "smoke/core/stream/slice:1/framing:chunked/coding:gzip/eol:lf"] == "skip"
    assert "window" not in done.stderr and (elsewhere / "out" / "matrix.html").stat().st_size > 50_000
    repro = next(c["repro"] for c in data["cells"] if c["column"] == "sample")
    assert repro.startswith("python -m chutes_conformance --columns my.toml repro "), "the line works where it is read"


def test_an_own_column_decides_and_its_baseline_stands_beside_it(scripts: Path, elsewhere: Path) -> None:
    words = ("--columns", "my.toml", "run", "--case", "smoke/core/create", "--case", "smoke/core/unauthenticated")
    (elsewhere / "my.toml").write_text(COLUMNS.replace('"reference"', '"ours"'))
    assert play(scripts, elsewhere, *words).returncode == 1
    (elsewhere / "baseline").mkdir()
    today = subprocess.run([str(scripts / "python"), "-c", "import datetime; print(datetime.date.today())"], capture_output=True, text=True, check=True).stdout.strip()
    (elsewhere / "baseline" / "sample.yaml").write_text(f"- {{pattern: smoke/core/unauthenticated, reason: the body is not read, issue: '1', date: {today}}}\n")
    assert play(scripts, elsewhere, *words).returncode == 0


def test_every_case_and_the_document_are_in_the_wheel(scripts: Path, elsewhere: Path) -> None:
    here = subprocess.run([sys.executable, "-m", "chutes_conformance", "validate"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert play(scripts, elsewhere, "validate").stdout == here
    path = subprocess.run([str(scripts / "python"), "-c", "from chutes_conformance import document as d; print(d.DOCUMENT, len(d._operations()))"],
                          cwd=elsewhere, capture_output=True, text=True, check=True).stdout
    assert "site-packages" in path and int(path.split()[-1]) > 50


def test_nothing_is_left_in_the_repository(scripts: Path) -> None:
    assert not (ROOT / "build").exists() and not (ROOT / "chutes_conformance" / "_data").exists()

"""The quick starts of the README, run as they stand against the local platform, with the packages as a user would install them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from chutes_conformance import library
from chutes_conformance.platform import Platform

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = ROOT / ".build/installed"
FENCE = re.compile(r"^```(python|ts|go|rust)\n(.*?)^```$", re.M | re.S)
BLOCKS = FENCE.findall((ROOT / "README.md").read_text())
MANIFEST = """[package]
name = "readme"
version = "0.0.0"
edition = "2024"

[dependencies]
chutes-client = { path = "../chutes-client" }
tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
"""
RELATIVE = re.compile(r"\]\((?!https?:|#)([^)#]+)")
PLAYED = re.compile(r"(?:repro|--case) '?([a-z]+/[^\s'`]+)")
CODE = re.compile(r"^```.*?^```$|`[^`\n]+`", re.M | re.S)  # no links in there: Go's `Ptr[int64](1)` looks like one


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with Platform() as running:
        yield running


def command(language: str, code: str, folder: Path) -> tuple[list[str], Path, dict[str, str]]:
    """How a block is run: the program, where, and with what in the environment."""
    if language == "python":
        (folder / "block.py").write_text(code)
        return [str(INSTALLED / "python/bin/python"), str(folder / "block.py")], folder, {}
    if language == "ts":  # the blocks keep to what JavaScript shares with TypeScript
        (INSTALLED / "ts/readme.mjs").write_text(code)
        return ["node", str(INSTALLED / "ts/readme.mjs")], folder, {}
    if language == "go":
        go = INSTALLED / "go"
        work = go / "readme"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        (work / "main.go").write_text(code)
        (work / "go.mod").write_text((go / "driver/go.mod").read_text().replace("/driver", "/readme"))
        proxy = dict(line.split("=", 1) for line in (go / "env").read_text().splitlines())
        return ["go", "run", "."], work, proxy
    work = INSTALLED / "rust/readme"
    (work / "src").mkdir(parents=True, exist_ok=True)
    (work / "src/main.rs").write_text(code)
    (work / "Cargo.toml").write_text(MANIFEST)
    return ["cargo", "run", "-q"], work, {"CARGO_TARGET_DIR": str(ROOT / ".build/cargo")}


@pytest.mark.parametrize("language, code", BLOCKS, ids=[language for language, _ in BLOCKS])
def test_quick_start(language: str, code: str, platform: Platform, tmp_path: Path) -> None:
    program, folder, extra = command(language, code, tmp_path)
    environment = {**os.environ, "CHUTES_BASE_URL": platform.base_url, "CHUTES_API_KEY": "cpk_readme", **extra}
    picture = folder / "lighthouse.jpg"
    picture.unlink(missing_ok=True)
    done = subprocess.run(program, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(done.stdout.strip()) > 40, done.stdout
    assert picture.read_bytes().startswith(b"\xff\xd8\xff")
    picture.unlink()


def test_there_is_a_quick_start_for_each_language() -> None:
    assert [language for language, _ in BLOCKS] == ["python", "ts", "go", "rust"]


PAGES = [ROOT / name for name in subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()]


@pytest.mark.parametrize("page", PAGES, ids=[page.relative_to(ROOT).as_posix() for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    for target in RELATIVE.findall(CODE.sub("", page.read_text())):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_cases_that_the_pages_tell_to_play_exist() -> None:
    cases = library.load(ROOT / "conformance")
    named = {found for page in PAGES for found in PLAYED.findall(page.read_text())}
    assert named
    for pattern in named:
        assert library.select(cases, [pattern]), pattern


def test_the_files_of_the_map_exist() -> None:
    """The tables of clients/README.md that name a file in each language."""
    places = ("python/src/chutes_client", "ts/src", "go", "rust/src")
    rows = [line.strip("| \n").split(" | ") for line in (ROOT / "clients/README.md").read_text().splitlines() if line.startswith("| ")]
    mapped = [row for row in rows if len(row) == 5 and row[0] != "stem"]
    assert len(mapped) > 30
    for stem, *cells in mapped:
        for place, cell in zip(places, cells):
            for name in re.findall(r"`([\w{},*/]+(?:\.(?:py|ts|go|rs)|/))`", cell):
                head, _, rest = name.partition("{")
                inside, _, tail = rest.partition("}")
                for one in inside.split(",") if rest else [""]:
                    assert list((ROOT / "clients" / place).glob(head + one + tail)), f"{stem}: {place}/{head}{one}{tail}"

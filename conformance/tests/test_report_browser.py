"""matrix.html in a real browser, where there is one: every view is drawn from the address alone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from chutes_conformance.report import html

from .test_report import sample

BROWSER = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "matrix.html"
    path.write_text(html.render(sample()), "utf-8")
    return path


def drawn(page: Path, address: str) -> str:
    """The document after the script has run, without the scripts and the views that are hidden."""
    command = [str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={page.parent / 'profile'}", "--virtual-time-budget=8000", "--dump-dom",
               f"file://{page}#{address}"]
    text = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout.split('<script type="application/json"')[0]
    return "".join(part for part in text.split("<section ")[1:] if not part.split(">")[0].endswith('hidden=""'))


def test_the_overview(page: Path) -> None:
    text = drawn(page, "")
    assert 'id="view-overview"' in text and "chutes-go 1" in text and "view-cases" not in text


def test_where_we_differ_names_each_sdk_and_what_it_did(page: Path) -> None:
    text = drawn(page, "differ")
    assert text.count("<ul class=\"differ\">") == 1 and "a (2)" in text
    assert 'title="ended as if all had arrived">guest <b>silent</b>' in text
    assert "<b>hang</b><small> 1/2</small>" in text, "permutations are folded"
    assert "b/c/x" not in text, "what was not asked is no difference"


def test_filters_stand_in_the_address(page: Path) -> None:
    assert "1 cases" in drawn(page, "differ?word=hang")
    assert "0 cases" in drawn(page, "differ?word=raw")
    assert "1 of 3 cases" in drawn(page, "cases?theme=b")
    assert "2 of 3 cases" in drawn(page, "cases?verdict=not+passing&column=guest")
    assert "0 of 3 cases" in drawn(page, "cases?verdict=not+passing&column=go")
    assert "1 of 3 cases" in drawn(page, "cases?q=many+SSE-001")
    assert "1 of 3 cases" in drawn(page, "cases?level=should")


def test_a_cell_has_its_own_address(page: Path) -> None:
    text = drawn(page, "cell/guest/a/b/plain")
    for part in ("t a/b/plain &lt;/script&gt;", "repro 'a/b/plain' guest", "op: models.list", "client ▸", "◂ server", "data 1 &lt;/script&gt;\\r\\n",
                 "expected the call to end as error", "a sentence", "why", 'aria-current="page"', "… 200 more"):
        assert part in text, part


def test_an_address_of_nothing_says_so(page: Path) -> None:
    assert "No such cell" in drawn(page, "cell/guest/no/such")

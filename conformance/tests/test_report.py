"""results.json and matrix.html: what is kept, what is cut, and that the page stands by itself."""

from __future__ import annotations

import base64
import gzip
import html.parser
import json
import re
from pathlib import Path
from typing import Any

import pytest

from chutes_conformance import report
from chutes_conformance.report import html as page_of
from chutes_conformance.report import json as data_of
from chutes_conformance.report.manner import LEGEND, manner
from chutes_conformance.result import Cell, ColumnInfo, Run, percent, template

ROW: dict[str, Any] = {"level": "must", "theme": "a", "requirements": ["SSE-001"], "source": "s", "tags": [], "calls": [{"op": "models.list"}],
                       "server": [], "expect": {}, "listen": "plain"}
TRACE = [[float(i), "<" if i % 2 else ">", f"data {i} </script>\r\n"] for i in range(500)]
JOURNAL = [{"method": "POST", "target": "/t/x", "origin": "own", "connection": 1, "headers": [], "client_closed_ms": None, "closed_how": None, "trace": TRACE}]


def sample() -> Run:
    columns = [ColumnInfo("go", "ours", "chutes-go", "1", decides=True), ColumnInfo("guest", "reference", "theirs", "2.1")]
    rows = [{"name": n, "title": f"t {n} </script>", **ROW} for n in ("a/b/plain", "a/b/many/slice:1", "a/b/many/slice:7", "b/c/x")]
    rows[3]["theme"], rows[3]["level"] = "b", "should"
    bad = {"obs": [{"t": 1, "k": "open"}], "final": {"content": "x" * 9000}, "elapsed_ms": 3}
    cells = [Cell(r["name"], "go", "pass", answers=[{"obs": [{"t": 0, "k": "item", "item": i} for i in range(40)]}], journal=JOURNAL, stderr="noise") for r in rows]
    cells += [
        Cell("a/b/plain", "guest", "fail", ["client: expected the call to end as error, it ended as complete"], 5, [bad], JOURNAL, "why", "repro 'a/b/plain' guest"),
        Cell("a/b/many/slice:1", "guest", "pass"), Cell("a/b/many/slice:7", "guest", "hang", ["no answer within 300 ms"]), Cell("b/c/x", "guest", "skip", ["no models.list"]),
    ]
    return Run({"seconds": 1.5, "version": "0", "started": 1795234668.7, "requirements": {"SSE-001": "a sentence"}}, columns, rows, cells)


# ---- shares ----

def test_permutations_are_one_case_that_passes_as_a_whole() -> None:
    run = sample()
    assert run.share("go", "must") == (2, 2)
    assert run.share("guest", "must") == (0, 2), "one permutation of `many` hangs"
    assert run.share("guest", "should") == (0, 0), "it was not asked"
    assert run.share("go", "must", "b") == (0, 0) and run.share("go", "should", "b") == (1, 1)
    assert template("a/b/c:d/slice:mid-utf8/framing:close/coding:gzip/eol:crlf") == "a/b/c:d"


@pytest.mark.parametrize(("share", "text"), [((0, 0), "–"), ((1, 1), "100 %"), ((999, 1000), "99.9 %"), ((9999, 10000), "99.9 %"), ((1, 3), "33.3 %"), ((0, 5), "0 %")])
def test_a_percentage_is_rounded_down(share: tuple[int, int], text: str) -> None:
    assert percent(*share) == text


# ---- manner ----

def missed(*complaints: str, verdict: str = "fail", error: dict[str, Any] | None = None) -> Cell:
    return Cell("a/b/c", "guest", verdict, list(complaints), answers=[{"obs": [], "error": error}])


TYPED = {"kind": "connection", "class": "APIConnectionError", "message": "lost"}
RAW = {"kind": None, "class": "ReadError", "message": "peer   closed"}


@pytest.mark.parametrize(("cell", "word", "told"), [
    (missed(verdict="pass"), "", ""),
    (missed("no chute.call", verdict="skip"), "not asked", "no chute.call"),
    (missed("no answer within 300 ms", verdict="hang"), "hang", "300 ms"),
    (missed("the driver exited with 3", verdict="crash"), "crash", "exited"),
    (missed("client: expected the call to end as error, it ended as complete", "canary: the API key is in answer 0: final"), "leaks", "API key"),
    (missed("server.requests[1]: carries a credential"), "leaks", "credential"),
    (missed("client: expected the call to end as error, it ended as complete", "client.text: expected \"a\", got \"b\""), "silent", "as if all"),
    (missed("client.text: expected \"ab\", got \"b\""), "silent", "got \"b\""),
    (missed("client: expected the call to end as complete, it ended as error: connection \"lost\"", error=TYPED), "raises", "APIConnectionError: lost"),
    (missed("client: a foreign exception reached the caller: ReadError: x", error=RAW), "raw", "ReadError: peer closed"),
    (missed("client.error.kind: expected \"timeout\", got \"connection\"", error=TYPED), "typed", "got \"connection\" (APIConnectionError)"),
    (missed("client.error.attempts: expected 3, got null", "server.attempts: expected 1, got 3", error=TYPED), "wire", "expected 1, got 3"),
    (missed("client: took 900 ms, at most 500 allowed"), "late", "900 ms"),
    (missed("client.error.attempts: expected 3, got null", "client.error.partial: expected a map {}, got null", error=TYPED), "terse", "attempts"),
    (missed("client.partial: expected a map {}, got null"), "terse", "partial"),
    (missed("client.error.attempts: expected 3, got null", verdict="warn", error=TYPED), "terse", "attempts"),
])
def test_manner(cell: Cell, word: str, told: str) -> None:
    got = manner(cell)
    assert got[0] == word and told in got[1]
    assert not word or word in LEGEND


def test_manner_reads_the_error_of_a_run() -> None:
    cell = Cell("a", "g", "fail", ["client.runs[1]: a foreign exception reached the caller: ReadError: x"], answers=[{"runs": [{"error": None}, {"error": RAW}]}])
    assert manner(cell)[0] == "raw"


# ---- results.json ----

def test_results_can_be_read_back_and_keep_less_of_what_passed(tmp_path: Path) -> None:
    report.write(sample(), tmp_path)
    text = (tmp_path / "results.json").read_text()
    data = json.loads(text)
    assert text.count("\n") > len(data["cells"]) + len(data["cases"]), "a line each"
    good, bad = data["cells"][0], data["cells"][4]
    assert (good["stderr"], bad["stderr"]) == ("", "why")
    assert len(good["journal"][0]["trace"]) == data_of.TRACE_PASSED and good["journal"][0]["left_out"] == 500 - data_of.TRACE_PASSED
    assert len(bad["journal"][0]["trace"]) == data_of.TRACE_SHOWN
    assert len(good["answers"][0]["obs"]) == data_of.OBS_PASSED + 1
    assert len(bad["answers"][0]["final"]["content"]) < 5000 and "9000 characters" in bad["answers"][0]["final"]["content"]
    assert bad["manner"] == "silent" and data["columns"][1]["themes"] == {"a": [0, 2], "b": [0, 0]}
    again = Run.from_json(data)
    assert [(c.case, c.column, c.verdict) for c in again.cells] == [(c.case, c.column, c.verdict) for c in sample().cells]
    assert again.share("guest", "must") == (0, 2) and again.meta["started"] == 1795234668.7


def test_the_sample_itself_is_left_as_it_was() -> None:
    run = sample()
    data_of.render(run)
    assert len(run.cells[0].journal[0]["trace"]) == 500 and "left_out" not in run.cells[0].journal[0]


# ---- matrix.html ----

class Elements(html.parser.HTMLParser):
    """Every start tag with its attributes, and the text of scripts by id."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: dict[str, str] = {}
        self._id: str | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._id = dict(attrs).get("id") or "code" if tag == "script" else None

    def handle_data(self, data: str) -> None:
        if self._id:
            self.scripts[self._id] = self.scripts.get(self._id, "") + data

    def handle_endtag(self, tag: str) -> None:
        self._id = None

    def packed(self, name: str) -> Any:
        return json.loads(gzip.decompress(base64.b64decode(self.scripts[name])))


@pytest.fixture(scope="module")
def page() -> Elements:
    return Elements(page_of.render(sample()))


def test_the_page_loads_nothing(page: Elements) -> None:
    for tag, attrs in page.tags:
        assert tag not in ("link", "img", "iframe")
        assert not attrs.get("src")
        assert (attrs.get("href") or "#").startswith("#")
    text = page_of.render(sample())
    assert not re.search(r"https?://|@import|url\(", text.split('id="data"')[0])
    assert not re.search(r"https?://|\bfetch\(|\bimport\(", page.scripts["code"])
    assert not re.search(r"/\*(STYLE|SCRIPT|DATA)\*/|<!--(SUMMARY|PACKED)-->", text)


def test_the_index_holds_verdicts_in_the_order_of_the_cases(page: Elements) -> None:
    index = json.loads(page.scripts["data"])
    assert [c["name"] for c in index["cases"]] == ["a/b/plain", "a/b/many/slice:1", "a/b/many/slice:7", "b/c/x"]
    assert index["cases"][0]["title"] == "t a/b/plain </script>"
    guest = index["columns"][1]
    assert [c[0] for c in guest["cells"]] == ["fail", "pass", "hang", "skip"]
    assert guest["cells"][0][1:] == ["silent", "ended as if all had arrived"] and len(guest["cells"][1]) == 1
    assert index["requirements"] == {"SSE-001": "a sentence"} and "requirements" not in index["meta"]


def test_what_a_cell_shows_is_packed_by_column(page: Elements) -> None:
    cell = page.packed("column-guest")["a/b/plain"]
    assert cell["repro"] == "repro 'a/b/plain' guest" and cell["stderr"] == "why" and cell["answers"][0]["elapsed_ms"] == 3
    assert cell["journal"][0]["trace"][1] == [1.0, "<", "data 1 </script>\r\n"]
    assert page.packed("cases")["a/b/plain"]["calls"] == [{"op": "models.list"}]
    assert set(page.packed("column-go")) == {c["name"] for c in sample().cases}


def test_the_shares_are_read_without_a_script(page: Elements) -> None:
    text = page_of.render(sample())
    assert "<b>100 %</b> <small>2/2</small>" in text and "<b>0 %</b> <small>0/2</small>" in text
    rows = [attrs for tag, attrs in page.tags if tag == "th" and attrs.get("scope") == "row"]
    assert len(rows) == 2 + 2, "two columns, two themes"
    assert [tag for tag, _ in page.tags].count("caption") == 2


def test_names_are_escaped() -> None:
    run = sample()
    run.columns[1].name = '"><script>'
    for cell in run.cells:
        cell.column = run.columns[1].name if cell.column == "guest" else cell.column
    assert '"><script>' not in page_of.render(run).split('id="data"')[0]

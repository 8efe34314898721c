"""Whole runs with small drivers: verdicts, crashes, hangs, protocol faults, reports, exit codes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from chutes_conformance import cli, library, report
from chutes_conformance.columns import Column, ColumnError, load
from chutes_conformance.result import Cell, ColumnInfo, Run
from chutes_conformance.runner import Options, run
from chutes_conformance.server import MockServer

LOOP = """
import json, sys, time
def say(o): print(json.dumps(o), flush=True)
for line in sys.stdin:
    m = json.loads(line)
    if m["cmd"] == "hello": say({"seq": m["seq"], "sdk": "toy", "version": "1", "concurrency": 4, "capabilities": []}); continue
    if m["cmd"] == "drop": say({"seq": m["seq"]}); continue
    BODY
"""


def toy(tmp_path: Path, body: str, kind: str = "ours", **more: Any) -> Column:
    path = tmp_path / "toy.py"
    path.write_text(LOOP.replace("BODY", body.replace("\n", "\n    ")))
    return Column("toy", (sys.executable, str(path)), tmp_path, kind, **more)


def cases(*specs: dict[str, Any]) -> list[library.Case]:
    base: dict[str, Any] = {"id": "x", "title": "t", "requirement": "SSE-001", "source": "s", "call": {"op": "models.list"}, "expect": {"client": {"final": {"n": 1}}}}
    return [library.build(f"a/b/c{i}", base | spec, {}) for i, spec in enumerate(specs)]


def played(column: Column, *specs: dict[str, Any]) -> Run:
    return asyncio.run(run(cases(*(specs or ({},))), [column], Options(root=library.package_root())))


GOOD = 'say({"seq": m["seq"], "obs": [], "final": {"n": 1}})'


@pytest.mark.parametrize(("body", "verdict", "text"), [
    (GOOD, "pass", ""),
    ('say({"seq": m["seq"], "obs": [], "final": {"n": 2}})', "fail", "expected 1, got 2"),
    ('say({"seq": m["seq"], "obs": [], "error": {"kind": None, "class": "OSError"}})', "fail", "foreign exception"),
    ('say({"seq": m["seq"], "obs": [], "error": {"kind": "invented"}})', "fail", "breaks the schema"),
    ('say({"seq": m["seq"], "driver_error": "oops"})', "fail", "driver: oops"),
    ('say({"seq": m["seq"], "skip": "cannot"})', "skip", "cannot"),
    ('say({"seq": m["seq"], "obs": [], "final": {"n": 1, "choices": [7]}})', "fail", "cannot be judged"),
    ("sys.exit(3)", "crash", "exited with 3"),
    ('print("hello", flush=True)', "crash", "not a JSON line"),
    ('sys.stderr.write(m["auth"]["api_key"]); sys.stderr.flush(); time.sleep(0.2); ' + GOOD, "fail", "standard error"),
    ('say({"seq": m["seq"], "obs": [], "final": {"n": 1, "k": m["auth"]["api_key"]}})', "fail", "the API key is in answer"),
])
def test_verdicts(tmp_path: Path, body: str, verdict: str, text: str) -> None:
    result = played(toy(tmp_path, body))
    assert result.cells[0].verdict == verdict
    assert text in " ".join(result.cells[0].complaints)
    assert result.ok == (verdict == "pass")


def test_a_hang_is_ended_and_its_neighbours_are_played_again(tmp_path: Path) -> None:
    body = f'if m["case"] != "a/b/c0": {GOOD}'
    result = played(toy(tmp_path, body), {"deadline_ms": 300}, {}, {})
    assert {c.case: c.verdict for c in result.cells} == {"a/b/c0": "hang", "a/b/c1": "pass", "a/b/c2": "pass"}


def test_a_failure_while_the_server_stood_still_is_played_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = """
n = globals().get("n", 0) + 1
say({"seq": m["seq"], "obs": [], "final": {"n": 1 if n == 3 else 2}})"""
    assert [c.verdict for c in played(toy(tmp_path, body)).cells] == ["fail"]
    stood_still = iter([0.2, 0.2, 0.0])
    monkeypatch.setattr(MockServer, "late_since", lambda self, began: next(stood_still))
    result = played(toy(tmp_path, body))
    assert [c.verdict for c in result.cells] == ["pass"] and result.cells[0].complaints == []
    assert result.columns[0].replayed == 2
    monkeypatch.setattr(MockServer, "late_since", lambda self, began: 1.0)
    result = played(toy(tmp_path, 'say({"seq": m["seq"], "obs": [], "final": {"n": 2}})'))
    assert [c.verdict for c in result.cells] == ["fail"]  # in the end it counts: a client may be what keeps the machine busy


def test_the_server_knows_that_it_stood_still() -> None:
    with MockServer() as server:
        began = time.monotonic()
        time.sleep(0.05)
        assert server.late_since(began) < 0.5
        server._loop.call_soon_threadsafe(time.sleep, 0.6)
        time.sleep(0.8)
        assert server.late_since(began) >= 0.5
        assert server.late_since(time.monotonic()) < 0.5


def test_a_driver_that_no_longer_reads_is_ended_in_the_time_of_its_call(tmp_path: Path) -> None:
    long = {"call": {"op": "models.list", "args": {"x": "y" * (4 << 20)}}, "deadline_ms": 500}
    result = played(toy(tmp_path, 'time.sleep(60) if "x" not in m["args"] else ' + GOOD), {"deadline_ms": 2500}, long)
    assert result.cells[1].verdict == "hang" and "1000 ms" in result.cells[1].complaints[0]


def test_a_run_ends_though_something_else_holds_the_pipes_of_a_driver(tmp_path: Path) -> None:
    began = time.monotonic()
    left = "import subprocess; p = subprocess.Popen(['sleep', '60'], start_new_session=True); open('pid', 'w').write(str(p.pid)); "
    try:
        result = played(toy(tmp_path, left + GOOD))
        assert [c.verdict for c in result.cells] == ["pass"]
        assert time.monotonic() - began < 30
    finally:
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)


def test_a_driver_that_cannot_start(tmp_path: Path) -> None:
    result = played(Column("none", ("/no/such/program",), tmp_path, "ours"))
    assert result.cells[0].verdict == "crash" and not result.ok
    assert "none: cannot start" in result.problems[0]


def test_levels_capabilities_and_kinds(tmp_path: Path) -> None:
    bad = 'say({"seq": m["seq"], "obs": [], "final": {"n": 2}})'
    result = played(toy(tmp_path, bad), {"level": "should"}, {"level": "info"})
    assert [c.verdict for c in result.cells] == ["warn", "info"] and result.ok
    assert played(toy(tmp_path, bad, "reference")).ok
    assert played(toy(tmp_path, GOOD), {"requires": ["virtual-clock"]}).cells[0].verdict == "skip"
    exempt = toy(tmp_path, GOOD, not_applicable={"virtual-clock": "a reason"})
    assert [c.verdict for c in played(exempt, {"requires": ["virtual-clock"]}).cells] == ["n/a"]


def test_a_case_the_oracle_cannot_pass_is_the_harness_fault(tmp_path: Path) -> None:
    bad = toy(tmp_path, 'say({"seq": m["seq"], "obs": [], "final": {"n": 2}})', "oracle")
    other = Column("own", bad.command, tmp_path, "ours")
    options = Options(root=library.package_root(), oracle=bad)
    result = asyncio.run(run(cases({}), [other], options))
    assert [(c.column, c.verdict) for c in result.cells] == [("toy", "harness-error"), ("own", "harness-error")]
    assert not result.ok


def test_environment_calls_run_alone(tmp_path: Path) -> None:
    body = 'time.sleep(0.05); say({"seq": m["seq"], "obs": [], "final": {"n": 1 if (m.get("env") or {}).get("CHUTES_X", "no") in ("no", "yes") else 0}})'
    result = played(toy(tmp_path, body), {"call": {"op": "models.list", "env": {"CHUTES_X": "yes"}}}, {}, {})
    assert {c.verdict for c in result.cells} == {"pass"}


def sample() -> Run:
    columns = [ColumnInfo("go", "ours", "sdk", "1", decides=True), ColumnInfo("ref", "reference")]
    row = {"title": "t </script>", "level": "must", "theme": "a", "requirements": ["SSE-001"], "source": "s", "tags": [], "calls": [], "server": [], "expect": {}, "listen": "plain"}
    rows = [{"name": n, **row} for n in ("a/b/good", "a/b/bad", "a/b/skipped")]
    cells = [Cell("a/b/good", "go", "pass"), Cell("a/b/bad", "go", "fail", ["broke \x00 here </script>"], repro="again"), Cell("a/b/skipped", "go", "skip", ["no"]),
             Cell("a/b/good", "ref", "fail", ["theirs"]), Cell("a/b/bad", "ref", "pass"), Cell("a/b/skipped", "ref", "n/a", ["why"])]
    return Run({"seconds": 1, "version": "0"}, columns, rows, cells)


def test_reports(tmp_path: Path) -> None:
    report.write(sample(), tmp_path)
    data = json.loads((tmp_path / "results.json").read_text())
    assert data["ok"] is False and len(data["cells"]) == 6 and data["columns"][0]["must"] == [1, 3]
    suites = ET.parse(tmp_path / "junit.xml").getroot()
    own, theirs = suites.findall("testsuite")
    assert (own.get("tests"), own.get("failures"), theirs.get("failures")) == ("3", "2", "0")
    failure = own.find("testcase[@name='b/bad']/failure")
    assert failure is not None and failure.get("message") == "broke \ufffd here </script>"
    assert (tmp_path / "matrix.html").exists()


def test_only_passes_count_as_passed() -> None:
    assert cli._counts(sample()) == (1, 2, 0)
    shown = sample()
    for column in shown.columns:
        column.decides = False
    assert cli._counts(shown) == (2, 2, 2)


def test_command_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert cli.main(["run", "--column", "stdlib", "--case", "smoke/core/create", "--out", str(tmp_path / "o")]) == 0
    assert capsys.readouterr().out.rstrip().splitlines()[-1] == "1 passed, 0 failed"
    assert (tmp_path / "o" / "matrix.html").exists()
    assert cli.main(["run", "--column", "broken-restart", "--case", "smoke/core/restart"]) == 0, "a broken column never decides"
    assert capsys.readouterr().out.rstrip().splitlines()[-1] == "1 passed, 1 failed", "but what failed is counted"
    assert cli.main(["run", "--column", "nobody"]) == 2
    assert cli.main(["run", "--case", "no/such"]) == 2
    assert "no such column" in capsys.readouterr().err
    assert cli.main(["validate"]) == 0
    assert cli.main(["list", "--requirements"]) == 0


def test_columns_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "columns.toml"
    path.write_text('[columns.a]\nkind="ours"\ncommand=["{python}","{root}/x"]\nenv={P="{repo}"}\n')
    column = load(path, tmp_path)["a"]
    assert column.command == (sys.executable, f"{tmp_path}/x") and column.env == {"P": str(tmp_path.parent)}
    monkeypatch.chdir(tmp_path)
    column = load(Path("columns.toml"), Path("."))["a"]
    assert (column.command[1], column.directory) == (f"{tmp_path}/x", tmp_path), "relative folders are meant from here, not from where a driver starts"
    path.write_text('[columns.a]\nkind="mine"\ncommand=["x"]\n')
    with pytest.raises(ColumnError, match="kind"):
        load(path, tmp_path)


def test_guests_are_timed_beside_each_other_and_our_columns_are_not(tmp_path: Path) -> None:
    body = f"time.sleep(0.4 if m['case'] == 'a/b/c0' else 0); {GOOD}"
    specs = ({"tags": ["timing"]}, {})

    def seconds(kind: str) -> float:
        first = toy(tmp_path, body, kind)
        columns = [first, *(Column(f"toy{i}", first.command, tmp_path, kind) for i in range(3))]
        result = asyncio.run(run(cases(*specs), columns, Options(root=library.package_root())))
        assert [(c.column, c.case, c.verdict) for c in result.cells] == [(c.name, f"a/b/c{n}", "pass") for c in columns for n in (1, 0)]
        return float(result.meta["seconds"])

    assert seconds("ours") > 4 * 0.4
    assert seconds("reference") < seconds("ours") - 0.8

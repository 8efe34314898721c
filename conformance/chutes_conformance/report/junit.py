"""junit.xml: a suite per column, a test case per case."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from ..result import Cell, Run

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Without the characters XML 1.0 cannot hold."""
    return _ILLEGAL.sub("\ufffd", text)


def render(run: Run) -> str:
    top = ET.Element("testsuites", name="conformance", time=str(run.meta.get("seconds", 0)))
    failing = {id(c) for c in run.failures()}
    for column in run.columns:
        cells = [c for c in run.cells if c.column == column.name]
        suite = ET.SubElement(top, "testsuite", name=column.name, tests=str(len(cells)))
        suite.set("failures", str(sum(id(c) in failing and c.verdict != "harness-error" for c in cells)))
        suite.set("errors", str(sum(c.verdict == "harness-error" for c in cells)))
        suite.set("skipped", str(sum(_skipped(c) and id(c) not in failing for c in cells)))
        for cell in cells:
            _case(suite, cell, id(cell) in failing)
    ET.indent(top)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(top, encoding="unicode") + "\n"


def _skipped(cell: Cell) -> bool:
    return cell.verdict in ("skip", "n/a", "xfail", "flaky")


def _case(suite: ET.Element, cell: Cell, failing: bool) -> None:
    theme, _, rest = cell.case.partition("/")
    node = ET.SubElement(suite, "testcase", classname=f"{cell.column}.{theme}", name=rest, time=f"{cell.ms / 1000:.3f}")
    first = clean((cell.complaints or [cell.verdict])[0])
    if failing:
        tag = "error" if cell.verdict == "harness-error" else "failure"
        problem = ET.SubElement(node, tag, message=first[:300], type=cell.verdict)
        problem.text = clean("\n".join(cell.complaints))
    elif _skipped(cell) or cell.verdict in ("fail", "hang", "crash"):
        ET.SubElement(node, "skipped", message=f"{cell.verdict}: {first[:300]}")
    if failing or cell.verdict not in ("pass", "n/a"):
        ET.SubElement(node, "system-out").text = clean(_trace(cell))


def _trace(cell: Cell) -> str:
    lines = [cell.repro]
    for request in cell.journal:
        lines.append(f"{request['method']} {request['target']} connection {request['connection']}")
        lines += [f"{at:10.2f} {kind} {text!r}"[:400] for at, kind, text in request["trace"][:60]]
    return "\n".join(lines)

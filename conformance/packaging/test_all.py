"""Runs make targets one after another and ends with a one-screen summary: `test_all.py TARGET…`.

Every target runs even when an earlier one failed, so that one run shows everything. A target's own output goes to the
terminal as it comes; its test counts are read from the closing lines of its runner. The last line, `N passed, N failed`, counts
what the runners counted, and a target that fails without a count (a linter, a compiler) as one failure.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from dataclasses import dataclass

# The closing lines of the runners in use: pytest and our own, node's test runner, go test, cargo test.
PATTERNS = (
    re.compile(r"^(?:=+ )?(?P<passed>\d+) passed(?:, (?P<failed>\d+) failed)?(?:, \d+ \w+)*(?: in [\d.]+s.*)?$"),
    re.compile(r"^(?:=+ )?(?P<failed>\d+) failed(?:, (?P<passed>\d+) passed)?(?:, \d+ \w+)*(?: in [\d.]+s.*)?$"),
    re.compile(r"^(?:#|ℹ) pass (?P<passed>\d+)$"),
    re.compile(r"^(?:#|ℹ) fail (?P<failed>\d+)$"),
    re.compile(r"^(?P<one>ok)  \t\S+\t"),
    re.compile(r"^(?P<bad>FAIL)\t\S+"),
    re.compile(r"^test result: \w+\. (?P<passed>\d+) passed; (?P<failed>\d+) failed;"),
)


@dataclass
class Part:
    name: str
    passed: int = 0
    failed: int = 0
    code: int = 0
    seconds: float = 0


def count(part: Part, line: str) -> None:
    for pattern in PATTERNS:
        if found := pattern.match(line):
            groups = found.groupdict()
            part.passed += int(groups.get("passed") or 0) + bool(groups.get("one"))
            part.failed += int(groups.get("failed") or 0) + bool(groups.get("bad"))
            return


def play(name: str) -> Part:
    part, start = Part(name), time.monotonic()
    print(f"\n──── make {name}", flush=True)
    process = subprocess.Popen(["make", name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    assert process.stdout
    for line in process.stdout:
        print(line, end="", flush=True)
        count(part, line.rstrip("\n"))
    part.code = process.wait()
    part.seconds = time.monotonic() - start
    if part.code and not part.failed:
        part.failed = 1
    return part


def main() -> int:
    parts = [play(name) for name in sys.argv[1:]]
    print(f"\n{'part':<18}{'':<6}{'passed':>8}{'failed':>8}{'time':>9}")
    for part in parts:
        counts = f"{part.passed or '':>8}{part.failed or '':>8}"
        print(f"{part.name:<18}{'ok' if not part.code else 'FAIL':<6}{counts}{part.seconds:>8.0f}s")
    print(f"\n{sum(p.passed for p in parts)} passed, {sum(p.failed for p in parts)} failed")
    return 1 if any(p.code for p in parts) else 0


if __name__ == "__main__":
    sys.exit(main())

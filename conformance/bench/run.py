"""The benchmark: `python conformance/bench/run.py [--quick] [--rounds N] [--only TEXT]` (`make bench`, `make bench-quick`).

Every figure is CPU (user and system) of the client's process over the measured part, after a warm-up; a ratio is ours / peer within
one round, and the median over the rounds is what counts. The order of the runs is shuffled anew in each round (seeded).
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import random
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rows import ROWS, Row

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = Path(os.environ.get("BENCH_BUILD", ROOT / ".build/bench"))
PYTHON = BUILD / "venv/bin/python"
RUNNERS: dict[str, list[str]] = {"python": [str(PYTHON), str(HERE / "python/run.py")]}


@contextmanager
def server() -> Iterator[tuple[str, str, str]]:
    """The URLs of the bench server, plain and TLS, and the file of its certificate."""
    certificate = BUILD / "server.pem"
    process = subprocess.Popen([str(BUILD / "server"), str(certificate)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout and process.stdin
    try:
        plain, secure = process.stdout.readline().split()
        yield f"http://127.0.0.1:{plain}", f"https://127.0.0.1:{secure}", str(certificate)
    finally:
        process.stdin.close()
        process.wait(5)


def environment() -> dict[str, str]:
    """Without proxies and without keys: both would change what is measured."""
    return {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy") and not k.startswith(("CHUTES_", "OPENAI_"))} | {"PYTHONHASHSEED": "0"}


def spend(command: list[str]) -> tuple[str, float]:
    """Runs a command; its output and the CPU it took, microseconds."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())
    out, err = process.communicate() if command[1:2] != ["-c"] else ("", "")
    if command[1:2] == ["-c"]:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        cpu = (used.ru_utime + used.ru_stime) * 1e6
    else:
        cpu = 0.0
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{err[-2000:]}")
    return out, cpu


def play(row: Row, who: str, plain: str, secure: str, certificate: str) -> dict[str, Any]:
    """One run of one client."""
    if row.work == "import":
        return {"cpu_us": statistics.median(spend([str(PYTHON), "-c", f"import {who}"])[1] - spend([str(PYTHON), "-c", ""])[1] for _ in range(3))}
    command = [*RUNNERS[row.language], who, row.work, secure if row.tls else plain, *([certificate] if row.tls else [])]
    if row.work == "fresh":
        code = "import runpy, sys; sys.path.insert(0, sys.argv[1]); del sys.argv[1]; runpy.run_path(sys.argv[0], run_name='__main__')"
        return {"cpu_us": spend([str(PYTHON), "-c", f"import sys; sys.argv = {[str(HERE / 'python/run.py'), str(HERE / 'python'), *command[2:]]!r}; {code}"])[1]}
    return dict(json.loads(spend(command)[0]))


def measure(rows: list[Row], rounds: int, seed: int) -> dict[tuple[str, str, str, bool], list[dict[str, Any]]]:
    """All runs, round by round; rows that share a run share its figures."""
    found: dict[tuple[str, str, str, bool], list[dict[str, Any]]] = {}
    runs = {(r.language, r.work, who, r.tls): (r, who) for r in rows for who in (r.ours, r.peer)}
    with server() as (plain, secure, certificate):
        for number in range(rounds):
            order = list(runs)
            random.Random(seed + number).shuffle(order)
            for at, key in enumerate(order):
                print(f"\r\033[Kround {number + 1}/{rounds}, {at + 1}/{len(order)}: {' '.join(map(str, key[:3]))}", end="", file=sys.stderr, flush=True)
                row, who = runs[key]
                found.setdefault(key, []).append(play(row, who, plain, secure, certificate))
    print("\r\033[K", end="", file=sys.stderr)
    return found


def judge(row: Row, found: dict[tuple[str, str, str, bool], list[dict[str, Any]]]) -> dict[str, Any]:
    """The figures of a row and whether it reaches what it should."""
    ours = [run[row.value] for run in found[row.language, row.work, row.ours, row.tls]]
    peer = [run[row.value] for run in found[row.language, row.work, row.peer, row.tls]]
    ratios = sorted(a / b for a, b in zip(ours, peer))
    ratio = statistics.median(ratios)
    verdict = "-"
    if row.limit is not None:
        verdict = "reached" if statistics.median(ours) <= row.limit else "missed"
    elif row.reach is not None:
        verdict = "stretch" if row.stretch is not None and ratio <= row.stretch else "reached" if ratio <= row.reach else "missed"
    return {"language": row.language, "title": row.title, "unit": row.value, "ours": statistics.median(ours), "peer": statistics.median(peer),
            "min": ratios[0], "ratio": ratio, "max": ratios[-1], "reach": row.reach, "stretch": row.stretch, "limit": row.limit, "verdict": verdict}


def table(results: list[dict[str, Any]]) -> str:
    lines = ["| work | ours | peer | ratio (min – max) | reach | |", "|---|---:|---:|---:|---:|---|"]
    for r in results:
        goal = f"{r['reach']:g}" if r["reach"] is not None else f"≤ {r['limit']:g}" if r["limit"] is not None else ""
        lines.append(f"| {r['language']}: {r['title']} | {r['ours']:,.1f} | {r['peer']:,.1f} | **{r['ratio']:.2f}** ({r['min']:.2f} – {r['max']:.2f}) | {goal} | {r['verdict']} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rows and rounds: under two minutes")
    parser.add_argument("--rounds", type=int, default=None, help="default 5, quick 3")
    parser.add_argument("--only", default="", help="rows whose language or title contains this")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rows = [r for r in ROWS if (r.quick or not args.quick) and args.only in f"{r.language}: {r.title}"]
    rounds = args.rounds or (3 if args.quick else 5)
    results = [judge(row, found) for found in [measure(rows, rounds, args.seed)] for row in rows]
    print(table(results))
    meta = {"date": datetime.date.today().isoformat(), "python": platform.python_version(), "rounds": rounds, "cores": os.cpu_count(), "load": os.getloadavg()[0]}
    (BUILD / "results.json").write_text(json.dumps({"meta": meta, "rows": results}, indent=1))
    missed = [r for r in results if r["verdict"] == "missed"]
    print(f"\n{len(results) - len(missed)} of {len(results)} rows reached; {rounds} rounds, load {meta['load']:.1f} on {meta['cores']} cores")
    return 0


if __name__ == "__main__":
    sys.exit(main())

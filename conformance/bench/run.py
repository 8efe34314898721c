"""The benchmark: `python conformance/bench/run.py [--quick] [--rounds N] [--only TEXT]` (`make bench`, `make bench-quick`).

Every figure is CPU (user and system) of the client's process over the measured part, after a warm-up, unless its row says otherwise; a
ratio is ours / peer within one round, and the median over the rounds is what counts. The order of the runs is shuffled anew in each round
(seeded). What fails to run is told in its row, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import versions
from rows import ROWS, Row

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = Path(os.environ.get("BENCH_BUILD", ROOT / ".build/bench"))
PYTHON = BUILD / "venv/bin/python"
NODE = HERE / "ts/node_modules/.bin/node"
RUNNERS: dict[str, list[str]] = {
    "python": [str(PYTHON), str(HERE / "python/run.py")],
    "ts": [str(NODE), str(HERE / "ts/run.mjs")],
    "go": [str(BUILD / "go")],
    "rust": [str(BUILD / "rust")],
}
TIME_LIMIT = 120.0  # seconds of one run

Key = tuple[str, str, str, bool]  # language, work, who, over TLS
Found = dict[Key, list[dict[str, Any]]]


@contextmanager
def server() -> Iterator[tuple[str, str, str]]:
    """The URLs of the bench server, plain and TLS, and the file of its certificate."""
    certificate = BUILD / f"server-{os.getpid()}.pem"  # its own: another run may be under way
    process = subprocess.Popen([str(BUILD / "server"), str(certificate)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout and process.stdin
    try:
        plain, secure = process.stdout.readline().split()
        yield f"http://127.0.0.1:{plain}", f"https://127.0.0.1:{secure}", str(certificate)
    finally:
        process.stdin.close()
        process.wait(5)
        certificate.unlink(missing_ok=True)


def environment() -> dict[str, str]:
    """Without proxies and without keys: both would change what is measured."""
    return {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy") and not k.startswith(("CHUTES_", "OPENAI_"))} | {"PYTHONHASHSEED": "0"}


def spend(code: str) -> float:
    """The CPU of a whole Python process that runs the code, microseconds."""
    process = subprocess.Popen([str(PYTHON), "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"exit status {process.returncode}: {code}")
    return (used.ru_utime + used.ru_stime) * 1e6


def ask(command: list[str]) -> dict[str, Any]:
    """The JSON line that a runner prints."""
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=TIME_LIMIT, check=False)
    if done.returncode:
        raise RuntimeError(f"exit status {done.returncode}: {' '.join(done.stderr.split())[-300:]}")
    return dict(json.loads(done.stdout))


def play(row: Row, work: str, who: str, place: tuple[str, str, str]) -> dict[str, Any]:
    """One run of one client."""
    plain, secure, certificate = place
    if work == "import":
        return {"cpu_us": statistics.median(spend(f"import {who}") - spend("") for _ in range(3))}
    if work == "bundle":
        return ask([str(NODE), str(HERE / "ts/bundle.mjs"), who])
    args = [who, work, secure if row.tls else plain, *([certificate] if row.tls else [])]
    if work == "fresh":
        script, folder = str(HERE / "python/run.py"), str(HERE / "python")
        return {"cpu_us": spend(f"import runpy, sys; sys.argv = {[script, *args]!r}; sys.path.insert(0, {folder!r}); runpy.run_path({script!r}, run_name='__main__')")}
    return ask([*RUNNERS[row.language], *args])


def keys(row: Row) -> tuple[Key, Key]:
    """The runs a row compares."""
    return (row.language, row.work, row.ours, row.tls), (row.language, row.against or row.work, row.peer, row.tls)


def measure(rows: list[Row], rounds: int, seed: int) -> Found:
    """All runs, round by round; rows that share a run share its figures."""
    found: Found = {}
    runs = {key: row for row in rows for key in keys(row)}
    with server() as place:
        for number in range(rounds):
            order = list(runs)
            random.Random(seed + number).shuffle(order)
            for at, key in enumerate(order):
                _, work, who, _ = key
                print(f"\r\033[Kround {number + 1}/{rounds}, {at + 1}/{len(order)}: {' '.join(key[:3])}", end="", file=sys.stderr, flush=True)
                try:
                    got = play(runs[key], work, who, place)
                except (RuntimeError, ValueError, OSError, subprocess.TimeoutExpired) as error:
                    got = {"failed": str(error)}
                found.setdefault(key, []).append(got)
    print("\r\033[K", end="", file=sys.stderr)
    return found


def judge(row: Row, found: Found) -> dict[str, Any]:
    """The figures of a row and whether it reaches what it should."""
    ours, peer = (found[key] for key in keys(row))
    alone = keys(row)[0] == keys(row)[1]
    out: dict[str, Any] = {"language": row.language, "title": row.title, "unit": row.value, "reach": row.reach, "stretch": row.stretch, "limit": row.limit}
    failed = [run["failed"] for run in (*ours, *peer) if "failed" in run]
    if failed:
        return out | {"verdict": "failed", "why": failed[0]}
    a, b = [run[row.value] for run in ours], [run[row.value] for run in peer]
    ratios = sorted(x / y for x, y in zip(a, b))
    value, ratio, verdict = statistics.median(a), statistics.median(ratios), "-"
    if row.limit is not None:
        verdict = "reached" if value <= row.limit else "missed"
    elif row.reach is not None:
        verdict = "stretch" if row.stretch is not None and ratio <= row.stretch else "reached" if ratio <= row.reach else "missed"
    return out | {"alone": alone, "ours": value, "peer": statistics.median(b), "min": ratios[0], "ratio": ratio, "max": ratios[-1], "verdict": verdict}


def line(r: dict[str, Any]) -> str:
    goal = f"{r['reach']:g}" if r["reach"] is not None else f"{r['limit']:,.0f} at most" if r["limit"] is not None else ""
    title = f"| {r['language']}: {r['title']}"
    if r["verdict"] == "failed":
        return f"{title} | – | – | – | {goal} | failed |"
    if r["alone"]:
        return f"{title} | {r['ours']:,.1f} | | | {goal} | {r['verdict']} |"
    low, mid, high = (f"{r[k]:.3f}" if r["ratio"] < 1 else f"{r[k]:.1f}" for k in ("min", "ratio", "max"))
    return f"{title} | {r['ours']:,.1f} | {r['peer']:,.1f} | **{mid}** ({low} – {high}) | {goal} | {r['verdict']} |"


def table(results: list[dict[str, Any]]) -> str:
    """Markdown; microseconds where a row does not say otherwise."""
    return "\n".join(["| work | ours | peer | ratio (min – max) | reach | |", "|---|---:|---:|---:|---:|---|", *map(line, results)])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rows and one round: under two minutes")
    parser.add_argument("--rounds", type=int, default=None, help="default 5, quick 1")
    parser.add_argument("--only", default="", help="rows whose `language: title` contains this")
    parser.add_argument("--seed", type=int, default=1, help="of the order of the runs")
    parser.add_argument("--readme", action="store_true", help="write the table into README.md")
    args = parser.parse_args()
    rows = [r for r in ROWS if (r.quick or not args.quick) and args.only in f"{r.language}: {r.title}"]
    rounds, began, load = args.rounds or (1 if args.quick else 5), time.monotonic(), os.getloadavg()[0]
    found = measure(rows, rounds, args.seed)
    results = [judge(row, found) for row in rows]
    print(table(results))
    for r in results:
        if r["verdict"] == "failed":
            print(f"{r['language']}: {r['title']}: {r['why']}", file=sys.stderr)
    meta = {"date": datetime.date.today().isoformat(), "command": " ".join(["run.py", *sys.argv[1:]]), "rounds": rounds, "cores": os.cpu_count(),
            "load": [round(load, 1), round(os.getloadavg()[0], 1)], "seconds": round(time.monotonic() - began), "versions": versions.collect(ROOT, BUILD, HERE)}
    runs = [{"language": k[0], "work": k[1], "who": k[2], "tls": k[3], "rounds": v} for k, v in found.items()]
    (BUILD / "results.json").write_text(json.dumps({"meta": meta, "rows": results, "runs": runs}, indent=1))
    reached = sum(r["verdict"] in ("reached", "stretch") for r in results)
    goals = sum(r["reach"] is not None or r["limit"] is not None for r in results)
    print(f"\n{reached} of {goals} goals reached; {rounds} rounds in {meta['seconds']} s, load {load:.1f} to {meta['load'][1]:.1f} on {meta['cores']} cores")
    if args.readme:
        versions.write(HERE / "README.md", meta, table(results), f"{reached} of {goals} goals reached.")
    return 1 if any(r["verdict"] == "failed" for r in results) else 0


if __name__ == "__main__":
    sys.exit(main())

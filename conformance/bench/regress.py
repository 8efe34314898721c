"""Without a clock: what a chunk costs now against the previous commit, in the same run. `regress.py [--base COMMIT] [--only python ts go rust]`.

Python and Rust: instructions per chunk under valgrind's callgrind (PYTHONHASHSEED=0). Go: allocations and bytes per chunk. Node has neither: the
CPU of a stream as a ratio to a bare JSON.parse of the same events, the least of five processes. More than 5 % above the base fails (Node: 15 %).
The base of a client is HEAD where it has changes that are not committed, else the commit before HEAD; a client that is the same there is not measured.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from run import BUILD, HERE, NODE, PYTHON, ROOT, ask, environment, server

BASE = BUILD / "base"
EVENTS = 400
LIMITS = {"python": 1.05, "ts": 1.15, "go": 1.05, "rust": 1.05}


def run(*command: str, cwd: Path = ROOT, **more: str) -> str:
    done = subprocess.run(command, cwd=cwd, env=environment() | more, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr[-600:]}")
    return done.stdout


def body(folder: Path) -> Path:
    """The body of a stream as the server of the benchmark writes it, without its HTTP chunks."""
    event = (
        'data: {"id":"chatcmpl-2f1c7a9be0d44a6f","object":"chat.completion.chunk","created":1763700000,"model":"deepseek-ai/DeepSeek-V3.1",'
        '"choices":[{"index":0,"delta":{"content":" %s"},"logprobs":null,"finish_reason":%s,"token_ids":null}],"usage":null}\n\n'
    )
    words = ["the", "model", "answers", "with", "words"]
    file = folder / "body"
    file.write_text("".join(event % (words[i % 5], '"stop"' if i == EVENTS - 1 else "null") for i in range(EVENTS)) + "data: [DONE]\n\n")
    return file


def base_of(language: str, commit: str | None) -> str | None:
    """The commit a client is compared with; None where its folder is the same there as in the work tree."""
    folder = f"clients/{language}"
    changed = run("git", "status", "--porcelain", "--untracked-files=no", "--", folder).strip()
    base = run("git", "rev-parse", commit or ("HEAD" if changed else "HEAD~1")).strip()
    same = not run("git", "diff", "--name-only", base, "--", folder).strip()
    return None if same else base


def unpack(language: str, commit: str) -> Path:
    """The client of the base with the runner of now, so that both are asked the same; kept, since what it builds is used again."""
    root = BASE / f"{language}-{run('git', 'rev-parse', f'{commit}:clients/{language}').strip()[:12]}"
    if not root.exists():
        for old in BASE.glob(f"{language}-*"):
            shutil.rmtree(old)
        fresh = root.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        archive = subprocess.run(["git", "archive", commit, f"clients/{language}"], cwd=ROOT, capture_output=True, check=True).stdout
        subprocess.run(["tar", "-x", "-C", str(fresh)], input=archive, check=True)
        fresh.rename(root)
    if language in ("go", "rust"):
        shutil.copytree(HERE / language, root / "conformance/bench" / language, dirs_exist_ok=True)
    return root


def instructions(*command: str) -> int:
    """Instructions of a process, by callgrind."""
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command], env=environment(), capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not found:
        raise RuntimeError(f"{' '.join(command)} under callgrind: {done.stderr[-600:]}")
    return int(found[1])


def per_chunk(*command: str, few: int, many: int) -> float:
    """The cost of a chunk, start-up taken away: the difference of two runs."""
    return (instructions(*command, str(many)) - instructions(*command, str(few))) / ((many - few) * EVENTS)


def python(root: Path, file: Path, interpreter: Path = PYTHON) -> dict[str, float]:
    return {"instructions": per_chunk(str(interpreter), "-B", str(HERE / "python/decode.py"), str(root / "clients/python/src"), str(file), few=1, many=4)}


def rust(root: Path, file: Path) -> dict[str, float]:
    target = BUILD.parent / "cargo-bench"
    run("cargo", "build", "-q", "--release", "--no-default-features", "--bin", "decode", cwd=root / "conformance/bench/rust", CARGO_TARGET_DIR=str(target))
    binary = file.parent / "decode"
    shutil.copy(target / "release/decode", binary)
    return {"instructions": per_chunk(str(binary), str(file), few=1, many=11)}


def go(root: Path, file: Path) -> dict[str, float]:
    binary = file.parent / "go"
    run("go", "build", "-o", str(binary), ".", cwd=root / "conformance/bench/go")
    with server() as (plain, _, _):
        found = ask([str(binary), "ours", "stream", plain])
    return {"allocations": found["allocations"], "allocated_bytes": found["allocated_bytes"]}


def ts(root: Path, file: Path) -> dict[str, float]:
    folder = root / "clients/ts"
    if root != ROOT and not (folder / "dist/esm/index.js").exists():
        if not (folder / "node_modules").exists():
            (folder / "node_modules").symlink_to(ROOT / "clients/ts/node_modules")
        run("node", "scripts/build.mjs", cwd=folder)
    index = folder / "dist/esm/index.js" if root != ROOT else HERE / "ts/node_modules/chutes-client/dist/esm/index.js"
    steady = ("--single-threaded", "--max-semi-space-size=64")  # compilers and collectors beside the stream doubled the spread
    return {"ratio": ask([str(NODE), *steady, str(HERE / "ts/decode.mjs"), str(index), str(file)])["ratio"]}


def both(language: str, base: Path, file: Path) -> tuple[dict[str, float], dict[str, float]]:
    """Then and now; where the figure is of time, the least of processes that take turns."""
    found: dict[Path, list[dict[str, float]]] = {base: [], ROOT: []}
    for _ in range(5 if language == "ts" else 1):
        for root, figures in found.items():
            figures.append(MEASURES[language](root, file))
    then, now = ({name: min(f[name] for f in figures) for name in figures[0]} for figures in found.values())
    return then, now


MEASURES: dict[str, Callable[..., dict[str, float]]] = {"python": python, "ts": ts, "go": go, "rust": rust}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", help="a commit")
    parser.add_argument("--only", nargs="*", default=list(MEASURES), choices=list(MEASURES))
    args = parser.parse_args()
    worse = 0
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        file = body(Path(folder))
        for language in args.only:
            commit = base_of(language, args.base)
            if commit is None:
                print(f"{language:6} is the same as before", flush=True)
                continue
            then, now = both(language, unpack(language, commit), file)
            for name, value in now.items():
                ratio = value / then[name]
                bad = ratio > LIMITS[language]
                worse += bad
                print(f"{language:6} {name:15} {then[name]:12,.2f} at {commit[:7]}, {value:12,.2f} now: {100 * ratio - 100:+.1f} %{' WORSE' if bad else ''}", flush=True)
    return 1 if worse else 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())

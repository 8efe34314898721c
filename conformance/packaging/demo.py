"""`make demo`: the newcomer's first minute. Starts the local platform and runs each language's demo against it.

    python conformance/packaging/demo.py python ts go rust

A language whose toolchain is missing is named in one line and skipped. The pictures land in `demo-output/<language>/`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / ".build"
INSTALLED = BUILD / "installed"
NAMES = {"python": "Python", "ts": "TypeScript", "go": "Go", "rust": "Rust"}
TOOLS = {"python": ["python3"], "ts": ["node", "npm"], "go": ["go"], "rust": ["cargo"]}
COMMANDS = {
    "python": [INSTALLED / "python/bin/python", ROOT / "clients/python/examples/demo.py"],
    "ts": ["node", INSTALLED / "ts/examples/demo.mjs"],
    "go": [INSTALLED / "go/bin/demo"],
    "rust": [INSTALLED / "rust/bin/demo"],
}
DONE = re.compile(r"^DEMO (\S+) ok (.*)$")
KEY = "cpk_demo"  # the local platform takes any key of this shape


def start_platform() -> tuple[subprocess.Popen[str], str]:
    """Starts chutes-mock from the source tree (it needs the standard library alone) and returns its base URL."""
    process = subprocess.Popen(
        [sys.executable, "-m", "chutes_conformance.platform", "--port", "0"],
        cwd=ROOT / "conformance",
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    line = process.stdout.readline().strip()
    if not line.startswith("CHUTES_BASE_URL="):
        process.terminate()
        sys.exit(f"the local platform did not start: {line}")
    return process, line.partition("=")[2]


def play(language: str, base_url: str) -> tuple[dict[str, str], float]:
    """Runs one demo with its output on the terminal; returns the facts of its last line and the time it took."""
    output = ROOT / "demo-output" / language
    output.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "CHUTES_BASE_URL": base_url, "CHUTES_API_KEY": KEY, "DEMO_OUT": str(output)}
    start, facts = time.monotonic(), {}
    command = [str(part) for part in COMMANDS[language]]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout
    line = b""
    while byte := os.read(process.stdout.fileno(), 4096):  # as it comes: token by token
        sys.stdout.buffer.write(byte)
        sys.stdout.buffer.flush()
        line = (line + byte)[-4096:]
    if process.wait() == 0:
        for text in line.decode("utf-8", "replace").splitlines():
            if found := DONE.match(text):
                facts = dict(pair.split("=", 1) for pair in found[2].split())
    return facts, time.monotonic() - start


def main() -> int:
    rows, failed = [], False
    platform, base_url = start_platform()
    print(f"A local Chutes listens at {base_url}\n")
    try:
        for language in sys.argv[1:]:
            missing = [tool for tool in TOOLS[language] if not shutil.which(tool)]
            if missing:
                print(f"{NAMES[language]}: skipped, {' and '.join(missing)} not found")
                continue
            print(f"──── {NAMES[language]}", flush=True)
            if subprocess.run(["make", "-s", f"install-{language}"], cwd=ROOT, check=False).returncode:
                failed = True
                continue
            facts, seconds = play(language, base_url)
            failed |= not facts
            rows.append((NAMES[language], facts, seconds))
            print()
    finally:
        platform.terminate()
        platform.wait()
    print(f"{'':<12}{'chutes':>7}{'tokens':>8}{'image':>10}{'retries':>9}{'cut off':>9}{'time':>8}")
    for name, facts, seconds in rows:
        image = f"{int(facts['bytes']):,} B" if "bytes" in facts else "failed"
        cells = f"{facts.get('chutes', '-'):>7}{facts.get('tokens', '-'):>8}{image:>10}{facts.get('retries', '-'):>9}"
        print(f"{name:<12}{cells}{facts.get('interrupted', '-'):>9}{seconds:>7.1f}s")
    for name, facts, _ in rows:
        if "image" in facts:
            print(f"{name}'s picture: {facts['image']}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

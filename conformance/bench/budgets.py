"""Holds what the packages weigh to budgets.yaml: `python conformance/bench/budgets.py` (part of `make check`). `--show` prints the figures only.

No figure here depends on how busy the machine is, but one: the CPU of an import, which is a ratio to `import httpx` in the same minute.
What a chunk costs is counted: instructions under callgrind (Python, Rust), allocations (Go).
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import regress
import yaml
from run import HERE, ROOT

BUILD = ROOT / ".build"
PYTHON = BUILD / "installed/python/bin/python"
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("CHUTES_", "PYTHON"))}


def out(*command: str, cwd: Path = ROOT) -> str:
    return subprocess.run(command, cwd=cwd, env=CLEAN, capture_output=True, text=True, check=True).stdout


def import_modules() -> int:
    """Modules that `import chutes_client` loads beyond those of the bare interpreter."""
    return int(out(str(PYTHON), "-c", "import sys; before = set(sys.modules); import chutes_client; print(len(set(sys.modules) - before))"))


def spent(code: str) -> float:
    process = subprocess.Popen([str(PYTHON), "-c", code], env=CLEAN)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        raise SystemExit(f"{code}: status {status}")
    return used.ru_utime + used.ru_stime


def import_ratio() -> float:
    """CPU of `import chutes_client` above the bare interpreter, by that of `import httpx`; the median of seven."""
    rounds = [(spent(""), spent("import chutes_client"), spent("import httpx")) for _ in range(7)]
    bare, ours, httpx = (statistics.median(column) for column in zip(*rounds))
    return round((ours - bare) / (httpx - bare), 3)


def only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise SystemExit(f"{len(found)} files {pattern} in {folder}: run `make installed`")
    return found[0]


def wheel() -> Path:
    return only(BUILD / "dist", "chutes_client-*.whl")


def python_requirements() -> int:
    with zipfile.ZipFile(wheel()) as archive:
        metadata = archive.read(next(n for n in archive.namelist() if n.endswith("/METADATA"))).decode()
    return sum("extra ==" not in line for line in re.findall(r"^Requires-Dist: .*$", metadata, re.M))


def python_packages() -> int:
    """Distributions that a plain `pip install` brings, the client itself not counted."""
    code = """
from importlib.metadata import distribution
import re
def walk(name, seen):
    key = re.sub(r'[-_.]+', '-', name).lower()
    if key in seen: return
    try: found = distribution(name)
    except Exception: return
    seen.add(key)
    for line in found.requires or []:
        if 'extra ==' not in line: walk(re.match(r'[A-Za-z0-9._-]+', line)[0], seen)
seen = set(); walk('chutes-client', seen); print(len(seen) - 1)
"""
    return int(out(str(PYTHON), "-c", code))


def ts_dependencies() -> int:
    return len(json.loads((ROOT / "clients/ts/package.json").read_text()).get("dependencies", {}))


def go_modules() -> int:
    """Modules that the main module needs, its own not counted."""
    return len(out("go", "list", "-m", "all", cwd=ROOT / "clients/go").splitlines()) - 1


def rust_dependencies() -> int:
    """What the client needs: the dependencies that its default feature turns on, and those that are always there."""
    manifest = tomllib.loads((ROOT / "clients/rust/Cargo.toml").read_text())
    needed = manifest["features"]["client"]
    return sum(f"dep:{name}" in needed or not (isinstance(d, dict) and d.get("optional")) for name, d in manifest["dependencies"].items())


def rust_crates() -> int:
    """Crates that a build with default features compiles for this host, build scripts' included, the client itself not counted."""
    listed = out("cargo", "tree", "--locked", "--edges", "normal,build", "--prefix", "none", "--format", "{p}", cwd=ROOT / "clients/rust")
    return len({line.split(" (")[0] for line in listed.splitlines() if line}) - 1


def bundle() -> int:
    return int(json.loads(out(str(HERE / "ts/node_modules/.bin/node"), str(HERE / "ts/bundle.mjs"), "ours"))["bytes"])


def go_zip() -> Path:
    return only(BUILD / "installed/go/proxy/github.com/chutes-client/chutes-client/clients/go/@v", "*.zip")


def chunk(language: str, **more: Path) -> float:
    """What a chunk of a stream costs the client: instructions, for Go allocations."""
    with tempfile.TemporaryDirectory() as folder:
        figures = regress.MEASURES[language](ROOT, regress.body(Path(folder)), **more)
    return round(figures["allocations" if language == "go" else "instructions"], 1)


MEASURES: dict[str, Callable[[], float]] = {
    "python.import_modules": import_modules,
    "python.import_cpu_by_httpx": import_ratio,
    "python.chunk_instructions": lambda: chunk("python", interpreter=PYTHON),
    "python.requirements": python_requirements,
    "python.packages": python_packages,
    "python.wheel_bytes": lambda: wheel().stat().st_size,
    "ts.dependencies": ts_dependencies,
    "ts.tarball_bytes": lambda: only(BUILD / "dist", "chutes-client-*.tgz").stat().st_size,
    "ts.chat_bundle_bytes": bundle,
    "go.chunk_allocations": lambda: chunk("go"),
    "go.modules": go_modules,
    "go.zip_bytes": lambda: go_zip().stat().st_size,
    "rust.chunk_instructions": lambda: chunk("rust"),
    "rust.requirements": rust_dependencies,
    "rust.crates": rust_crates,
    "rust.crate_bytes": lambda: only(BUILD / "cargo/package", "chutes-client-*.crate").stat().st_size,
}


def main() -> int:
    budgets = yaml.safe_load((HERE / "budgets.yaml").read_text())
    if set(budgets) != set(MEASURES):
        print(f"budgets.yaml and the measures differ: {sorted(set(budgets) ^ set(MEASURES))}")
        return 1
    over = 0
    for name, measure in MEASURES.items():
        value, bound = measure(), budgets[name]["bound"]
        over += value > bound
        if value > bound or "--show" in sys.argv:
            print(f"{name}: {value:,} of {bound:,}{' OVER' if value > bound else ''}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())

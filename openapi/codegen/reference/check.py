"""Compiles or type-checks every example of the pages: `python -m codegen check-docs FOLDER`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ..ir import Api
from ..render import ROOT
from .examples import EXAMPLES

BIN = Path(sys.executable).parent


def check(api: Api, folder: Path) -> list[str]:
    """Writes one program for each language below the folder and lets its checker read it; sentences about what it refuses."""
    problems = []
    for language, kind in EXAMPLES.items():
        place = folder / language
        place.mkdir(parents=True, exist_ok=True)
        for command in PREPARE[language](place, kind(api).all()):
            done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
            if done.returncode:
                problems.append(f"{language}: {Path(command[0]).name} refuses the examples:\n{(done.stdout + done.stderr)[-4000:]}")
                break
        else:
            print(f"{language}: {sum(len(r.operations) for r in api.resources)} examples pass")
    return problems


def _python(place: Path, text: str) -> list[list[str]]:
    (place / "examples.py").write_text(text, encoding="utf-8")
    return [[str(BIN / "mypy"), "--strict", "examples.py"], [str(BIN / "pyright"), "--pythonpath", sys.executable, "examples.py"]]


def _ts(place: Path, text: str) -> list[list[str]]:
    (place / "examples.ts").write_text(text, encoding="utf-8")
    source = ROOT / "clients/ts/dist/esm/index.d.ts"
    config = (
        '{"extends": "%s", "compilerOptions": {"noEmit": true, "rootDir": "/", "noUnusedLocals": false, "types": ["node"], "typeRoots": ["%s"],'
        ' "paths": {"chutes-client": ["%s"]}}, "include": ["examples.ts"]}'
    )
    types = ROOT / "clients/ts/node_modules/@types"
    (place / "tsconfig.json").write_text(config % (ROOT / "clients/ts/tsconfig.json", types, source), encoding="utf-8")
    build = ["npm", "run", "--silent", "build", "--prefix", str(ROOT / "clients/ts")]
    return [build, [str(ROOT / "clients/ts/node_modules/.bin/tsc"), "-p", "."]]


def _go(place: Path, text: str) -> list[list[str]]:
    (place / "examples.go").write_text(text, encoding="utf-8")
    module = "github.com/chutes-client/chutes-client/clients/go"
    version = next(line for line in (ROOT / "clients/go/go.mod").read_text().splitlines() if line.startswith("go "))
    (place / "go.mod").write_text(f"module examples\n\n{version}\n\nrequire {module} v0.0.0\n\nreplace {module} => {ROOT / 'clients/go'}\n", encoding="utf-8")
    return [["gofmt", "-l", "examples.go"], ["go", "vet", "./..."]]


def _rust(place: Path, text: str) -> list[list[str]]:
    (place / "src").mkdir(exist_ok=True)
    (place / "src/lib.rs").write_text(text, encoding="utf-8")
    manifest = (
        '[package]\nname = "examples"\nversion = "0.0.0"\nedition = "2024"\n\n[dependencies]\n'
        f'chutes-client = {{ path = "{ROOT / "clients/rust"}" }}\nfutures-util = "0.3"\nserde_json = "1"\n\n[workspace]\n'
    )
    (place / "Cargo.toml").write_text(manifest, encoding="utf-8")
    return [["cargo", "check", "--quiet"]]


PREPARE = {"python": _python, "ts": _ts, "go": _go, "rust": _rust}

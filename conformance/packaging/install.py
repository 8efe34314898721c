"""Builds what a user would install and installs it where the drivers and demos run: never the source tree.

    python conformance/packaging/install.py python ts go rust

| language | artefact | where it is installed |
|---|---|---|
| python | wheel | `.build/installed/python` (its own venv) |
| ts | npm tarball | `.build/installed/ts/node_modules` |
| go | zips of the module and of its optional one, behind a file-based module proxy | `.build/installed/go` (own module cache; driver and demo binaries in `bin/`) |
| rust | `.crate`, unpacked | `.build/installed/rust` (driver and demo built against it) |

A part whose sources are unchanged since its last installation is left alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("CONFORMANCE_BUILD", ROOT / ".build"))  # where the suite looks for what is installed, too
DIST = BUILD / "dist"
INSTALLED = BUILD / "installed"
GO_MODULE = "github.com/chutes-client/chutes-client/clients/go"
VERSION_FILE = ROOT / "clients/python/pyproject.toml"


def run(*command: str, cwd: Path = ROOT, env: dict[str, str] | None = None) -> str:
    """Runs a build step; its output is shown only when it fails."""
    done = subprocess.run(command, cwd=cwd, env={**os.environ, **(env or {})}, text=True, capture_output=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def version() -> str:
    """The one version all four packages carry in step."""
    found = re.search(r'^version = "([^"]+)"', VERSION_FILE.read_text(), re.M)
    if not found:
        sys.exit(f"no version in {VERSION_FILE}")
    return found[1]


def tracked(*folders: str) -> list[Path]:
    """Files of the project below some folders: what git tracks and what it does not ignore."""
    listed = run("git", "ls-files", "-co", "--exclude-standard", "--", *folders).splitlines()
    return [ROOT / name for name in sorted(set(listed)) if (ROOT / name).is_file()]


def fingerprint(*folders: str) -> str:
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in tracked(*folders):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def install_python() -> None:
    venv = INSTALLED / "python"
    for old in DIST.glob("chutes_client-*.whl"):
        old.unlink()
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(DIST), "clients/python")
    wheel = next(DIST.glob("chutes_client-*.whl"))
    run(sys.executable, "-m", "venv", "--clear", str(venv))
    run(str(venv / "bin/pip"), "install", "-q", f"{wheel}[hotkey]")


def install_ts() -> None:
    source, target = ROOT / "clients/ts", fresh(INSTALLED / "ts")
    if not (source / "node_modules").exists():
        run("npm", "ci", cwd=source)
    run("npm", "run", "build", cwd=source)
    for old in DIST.glob("chutes-client-*.tgz"):
        old.unlink()
    run("npm", "pack", "--pack-destination", str(DIST), cwd=source)
    (target / "package.json").write_text('{"name": "installed", "private": true, "type": "module"}\n')
    # The optional peer of chutes-client/hotkey, in the version that the client is tested with.
    signing = f"@scure/sr25519@{json.loads((source / 'package.json').read_text())['devDependencies']['@scure/sr25519']}"
    run("npm", "install", str(next(DIST.glob("chutes-client-*.tgz"))), signing, cwd=target)
    shutil.copytree(ROOT / "conformance/drivers/ts", target / "driver", ignore=shutil.ignore_patterns("node_modules", "package*.json"))
    shutil.copytree(source / "examples", target / "examples", ignore=shutil.ignore_patterns("node_modules"))


def pack_go_module(proxy: Path, folder: str = "") -> None:
    """Writes one version of a module (the main one, or one nested in it) the way a module proxy serves it."""
    source, name, tag = ROOT / "clients/go" / folder, f"{GO_MODULE}/{folder}".rstrip("/"), f"v{version()}"
    versions = fresh(proxy / name / "@v")
    (versions / "list").write_text(tag + "\n")
    (versions / f"{tag}.info").write_text(f'{{"Version":"{tag}","Time":"2026-01-01T00:00:00Z"}}')
    shutil.copy(source / "go.mod", versions / f"{tag}.mod")
    files = [p for p in tracked("clients/go") if p.is_relative_to(source)]
    nested = {p.parent for p in files if p.name == "go.mod" and p.parent != source}
    with zipfile.ZipFile(versions / f"{tag}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            if not any(n in path.parents for n in nested):  # a nested module is a module of its own
                archive.write(path, f"{name}@{tag}/{path.relative_to(source)}")
        archive.write(ROOT / "LICENSE", f"{name}@{tag}/LICENSE")


def go_proxies(ours: Path) -> str:
    """Our modules come from their zips; what they depend on from what this machine has already, else from where it always looks."""
    cache, usual = run("go", "env", "GOMODCACHE", "GOPROXY").splitlines()
    return ",".join([f"file://{ours}", f"file://{cache}/cache/download", usual])


def install_go() -> None:
    target = INSTALLED / "go"
    for old in target.glob("modcache-*"):
        run("go", "clean", "-modcache", env={"GOMODCACHE": str(old)})
    fresh(target)
    # The build cache remembers what a module's folder held; another folder for each state keeps it honest.
    modcache = target / f"modcache-{fingerprint('clients/go')[:12]}"
    pack_go_module(target / "proxy")
    for optional in ("hotkey", "otel"):
        pack_go_module(target / "proxy", optional)
    env = {
        "GOPROXY": go_proxies(target / "proxy"),
        "GONOSUMDB": "*",
        "GONOSUMCHECK": "1",
        "GOFLAGS": "-mod=mod",
        "GOWORK": "off",
        "GOMODCACHE": str(modcache),
    }
    for name, source in (("driver", ROOT / "conformance/drivers/go"), ("demo", ROOT / "clients/go/examples/demo")):
        if not source.exists():
            continue
        work = fresh(target / name)
        shutil.copytree(source, work, dirs_exist_ok=True)
        (target / "env").write_text("\n".join(f"{k}={v}" for k, v in env.items()))  # for whoever builds beside us
        requires = [f"{GO_MODULE} v{version()}"]
        if name == "driver":
            requires.append(f"{GO_MODULE}/hotkey v{version()}")
        (work / "go.mod").write_text(f"module example.invalid/{name}\n\ngo 1.25.0\n\nrequire (\n" + "".join(f"\t{r}\n" for r in requires) + ")\n")
        # The sums of what hotkey depends on are those it was tested with; our own are not in it.
        sums = (ROOT / "clients/go/hotkey/go.sum").read_text() if name == "driver" else ""
        (work / "go.sum").write_text(sums)
        run("go", "build", "-o", str(target / "bin" / name), ".", cwd=work, env=env)


def install_rust() -> None:
    source, target = ROOT / "clients/rust", INSTALLED / "rust"
    cargo = {"CARGO_TARGET_DIR": str(BUILD / "cargo")}
    run("cargo", "package", "--no-verify", "--allow-dirty", "-q", cwd=source, env=cargo)
    crate = BUILD / f"cargo/package/chutes-client-{version()}.crate"
    fresh(target)
    with tarfile.open(crate) as archive:
        archive.extractall(target, filter="data")
    for path in target.rglob("*"):  # packed files carry a fixed time, by which cargo would take them for unchanged
        path.touch()
    (target / f"chutes-client-{version()}").rename(target / "chutes-client")
    run("cargo", "build", "-q", "--examples", cwd=target / "chutes-client", env=cargo)
    driver = target / "driver"
    shutil.copytree(ROOT / "conformance/drivers/rust", driver, ignore=shutil.ignore_patterns("target"))
    manifest = driver / "Cargo.toml"
    text, count = re.subn(r'path = "[^"]*clients/rust"', 'path = "../chutes-client"', manifest.read_text())
    if count != 1:
        sys.exit(f"{manifest}: expected one path to the source tree, found {count}")
    manifest.write_text(text)
    run("cargo", "build", "-q", cwd=driver, env=cargo)
    (target / "bin").mkdir()
    shutil.copy(BUILD / "cargo/debug/chutes-conformance-driver", target / "bin/driver")
    shutil.copy(BUILD / "cargo/debug/examples/demo", target / "bin/demo")


PARTS: dict[str, tuple[Callable[[], None], tuple[str, ...]]] = {
    "python": (install_python, ("clients/python",)),
    "ts": (install_ts, ("clients/ts", "conformance/drivers/ts")),
    "go": (install_go, ("clients/go", "conformance/drivers/go")),
    "rust": (install_rust, ("clients/rust", "conformance/drivers/rust")),
}


def main() -> None:
    DIST.mkdir(parents=True, exist_ok=True)
    INSTALLED.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or PARTS:
        install, folders = PARTS[name]
        stamp, now = INSTALLED / f"{name}.stamp", fingerprint(*folders)
        if stamp.exists() and stamp.read_text() == now:
            continue
        stamp.unlink(missing_ok=True)
        install()
        stamp.write_text(now)
        print(f"installed {name} {version()}")


if __name__ == "__main__":
    main()

"""The four clients: where their stems are, and how a changed copy of one is built and driven."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from chutes_conformance import columns as all_columns
from chutes_conformance.columns import Column

from .mutant import Mutant
from .operators import mutants_of

ROOT = Path(__file__).resolve().parents[2]
CONFORMANCE = ROOT / "conformance"
BUILD = Path(os.environ.get("CONFORMANCE_BUILD", ROOT / ".build")) / "mutants"
GO_MODULE = "github.com/chutes-client/chutes-client/clients/go"
UNIT_LIMIT_S = 300.0


def run(*command: str | Path, cwd: Path, env: Mapping[str, str] | None = None, limit: float = 600) -> tuple[bool, str]:
    """Whether a command succeeded, and what it printed. One that takes too long did not, and is ended with all that it started."""
    with subprocess.Popen([str(c) for c in command], cwd=cwd, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True) as process:  # fmt: skip
        try:
            said, _ = process.communicate(timeout=limit)
        except BaseException as error:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
            return False, f"not finished after {limit:.0f} s"
        return process.returncode == 0, said


def copy_project(folder: str, target: Path) -> None:
    """Copies what git tracks or would track below a folder; a file that is the same already keeps its time."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "--", folder], cwd=ROOT, capture_output=True, text=True, check=True)
    wanted: set[Path] = set()
    for name in listed.stdout.splitlines():
        source, to = ROOT / name, target / Path(name).relative_to(folder)
        if source.is_file():
            wanted.add(to)
            if not to.exists() or to.read_bytes() != source.read_bytes():
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, to)
    _drop(target, wanted)


def copy_folder(source: Path, target: Path) -> None:
    """Makes `target` hold the files of `source`; a file that is the same already keeps its time."""
    wanted: set[Path] = set()
    for path in (p for p in source.rglob("*") if p.is_file()):
        to = target / path.relative_to(source)
        wanted.add(to)
        if not to.exists() or to.read_bytes() != path.read_bytes():
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, to)
    _drop(target, wanted)


def _drop(target: Path, wanted: set[Path]) -> None:
    """Removes sources that are no more; what a build has made is left alone."""
    for top in ("src", "tests", "test", "sse"):
        for old in (target / top).rglob("*"):
            if old.is_file() and old not in wanted and "__pycache__" not in old.parts:
                old.unlink()


@dataclass(frozen=True)
class Language:
    """`stems` are paths below `clients/<name>`; `columns` are played in this order until one notices the fault."""

    name: str
    stems: Mapping[str, Sequence[str]]
    columns: Sequence[str]
    _texts: dict[str, str] = field(default_factory=dict[str, str], compare=False, repr=False)

    @property
    def source(self) -> Path:
        return ROOT / "clients" / self.name

    @property
    def snapshot(self) -> Path:
        """The client as it was when the last run began: whoever works on it meanwhile changes nothing here."""
        return BUILD / self.name / "source"

    def take_snapshot(self) -> None:
        copy_project(f"clients/{self.name}", self.snapshot)
        for file in (f for files in self.stems.values() for f in files):
            self._texts[file] = (self.snapshot / file).read_text("utf-8")

    def read(self, file: str) -> str:
        """A file of the snapshot, if this process has taken one, else of the client as it is."""
        return self._texts.get(file) or ((self.snapshot if self._texts else self.source) / file).read_text("utf-8")

    def mechanical(self) -> list[Mutant]:
        """Every mechanical mutant of the stems."""
        return [m for stem, files in self.stems.items() for f in files for m in mutants_of(self.read(f), self.name, stem, f)]

    def prepare(self, place: Path) -> None:
        """Makes the copy that will be changed. It is built by `build`."""
        copy_folder(self.snapshot, place / "client")

    def build(self, place: Path, changed: Sequence[str]) -> tuple[bool, str]:
        raise NotImplementedError

    def column(self, place: Path, column: Column) -> Column:
        raise NotImplementedError

    def unit(self, place: Path) -> tuple[bool, str]:
        """Runs the client's own unit tests on the copy."""
        raise NotImplementedError

    def columns_at(self, place: Path) -> list[Column]:
        known = all_columns.load(CONFORMANCE / "columns.toml", CONFORMANCE)
        return [self.column(place, known[name]) for name in self.columns]


class Python(Language):
    def prepare(self, place: Path) -> None:
        super().prepare(place)
        # Pycs that are checked by content: loading is fast, and a changed file is never taken for the old one.
        command = (sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", "src")
        run(*command, cwd=place / "client")

    def build(self, place: Path, changed: Sequence[str]) -> tuple[bool, str]:
        for name in changed:
            try:
                compile((place / "client" / name).read_text("utf-8"), name, "exec")
            except SyntaxError as error:
                return False, str(error)
        return True, ""

    def _env(self, place: Path) -> dict[str, str]:
        return {"PYTHONPATH": str(place / "client/src"), "PYTHONDONTWRITEBYTECODE": "1"}

    def column(self, place: Path, column: Column) -> Column:
        return replace(column, command=(sys.executable, *column.command[1:]), env={**column.env, **self._env(place)})

    def unit(self, place: Path) -> tuple[bool, str]:
        tests = [f"tests/test_{name}.py" for name in ("core", "retry", "sse", "stems", "streams", "transport")]
        tests = [name for name in tests if (place / "client" / name).exists()]
        return run(sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests, cwd=place / "client", env=self._env(place), limit=UNIT_LIMIT_S)


class TypeScript(Language):
    def prepare(self, place: Path) -> None:
        super().prepare(place)
        modules, installed = place / "node_modules", self.source / "node_modules"
        copy_project("conformance/drivers/ts", place / "driver")
        modules.mkdir(exist_ok=True)
        for name, target in (("chutes-client", place / "client"), ("@scure", installed / "@scure")):
            (modules / name).unlink(missing_ok=True)
            (modules / name).symlink_to(target)
        (place / "client/node_modules").unlink(missing_ok=True)
        (place / "client/node_modules").symlink_to(installed)
        # What is merely unused is no fault that a compiler or the unit tests may claim to have noticed.
        settings = place / "client/tsconfig.json"
        settings.write_text(re.sub(r'("noUnused\w+"): true', r"\1: false", settings.read_text("utf-8")), "utf-8")

    def build(self, place: Path, changed: Sequence[str]) -> tuple[bool, str]:
        loose = ("--allowUnreachableCode", "true", "--declaration", "false")
        return run("node", "node_modules/typescript/bin/tsc", "-p", "tsconfig.esm.json", *loose, cwd=place / "client")

    def column(self, place: Path, column: Column) -> Column:
        return replace(column, command=("node", str(place / "driver/driver.mjs")))

    def unit(self, place: Path) -> tuple[bool, str]:
        names = ("accumulate", "errors", "retry", "sse", "stems", "stream")
        return run("node", "scripts/test.mjs", *names, cwd=place / "client", limit=UNIT_LIMIT_S)


class Go(Language):
    ENV = {"GOFLAGS": "-mod=mod", "GOWORK": "off"}

    def prepare(self, place: Path) -> None:
        super().prepare(place)
        copy_project("conformance/drivers/go", place / "driver")
        requires = "".join(f"require {GO_MODULE}{part} v0.0.0\nreplace {GO_MODULE}{part} => ../client{part}\n" for part in ("", "/hotkey"))
        (place / "driver/go.mod").write_text(f"module example.invalid/driver\n\ngo 1.25.0\n\n{requires}")
        shutil.copyfile(place / "client/hotkey/go.sum", place / "driver/go.sum")

    def build(self, place: Path, changed: Sequence[str]) -> tuple[bool, str]:
        return run("go", "build", "-o", place / "driver.bin", ".", cwd=place / "driver", env=self.ENV)

    def column(self, place: Path, column: Column) -> Column:
        return replace(column, command=(str(place / "driver.bin"),))

    def unit(self, place: Path) -> tuple[bool, str]:
        return run("go", "test", "-vet=off", ".", "./sse", cwd=place / "client", env={"GOWORK": "off"}, limit=UNIT_LIMIT_S)


class Rust(Language):
    def _env(self, place: Path) -> dict[str, str]:
        return {"CARGO_TARGET_DIR": str(place / "target"), "RUSTFLAGS": "-A warnings", "CARGO_PROFILE_DEV_DEBUG": "0", "CARGO_INCREMENTAL": "1"}

    def prepare(self, place: Path) -> None:
        super().prepare(place)
        copy_project("conformance/drivers/rust", place / "driver")
        manifest = place / "driver/Cargo.toml"
        manifest.write_text(manifest.read_text("utf-8").replace("../../../clients/rust", "../client"), "utf-8")

    def build(self, place: Path, changed: Sequence[str]) -> tuple[bool, str]:
        return run("cargo", "build", "-q", cwd=place / "driver", env=self._env(place))

    def column(self, place: Path, column: Column) -> Column:
        return replace(column, command=(str(place / "target/debug/chutes-conformance-driver"),))

    def unit(self, place: Path) -> tuple[bool, str]:
        tests = [word for name in ("raw_events", "with_options") for word in ("--test", name)]  # those that script the network
        return run("cargo", "test", "-q", "--lib", *tests, cwd=place / "client", env=self._env(place), limit=UNIT_LIMIT_S)


def _python(*names: str) -> list[str]:
    return [f"src/chutes_client/{name}.py" for name in names]


LANGUAGES: dict[str, Language] = {
    # The sync half is generated from the async one, and held to it by the client's own check: its column would tell nothing more.
    "python": Python("python", {
        "sse": _python("_sse"), "stream": _python("_stream", "_async/_stream"), "accumulate": _python("_accumulate"), "retry": _python("_retry"),
        "deadline": _python("_deadline"), "errors": _python("_errors")}, ("py-async",)),
    "ts": TypeScript("ts", {
        "sse": ["src/sse.ts"], "stream": ["src/stream.ts", "src/stream_base.ts"], "accumulate": ["src/accumulate.ts"], "retry": ["src/retry.ts"],
        "deadline": ["src/deadline.ts"], "errors": ["src/errors.ts", "src/errors_body.ts"]}, ("ts",)),
    "go": Go("go", {
        "sse": ["sse/sse.go", "sse/utf8.go"], "stream": ["stream.go", "stream_events.go"], "accumulate": ["accumulate.go"], "retry": ["retry.go"],
        "deadline": ["deadline.go"], "errors": ["errors.go", "errors_body.go"]}, ("go",)),
    "rust": Rust("rust", {
        "sse": ["src/sse.rs"], "stream": ["src/stream.rs", "src/stream_events.rs"], "accumulate": ["src/accumulate.rs"], "retry": ["src/retry.rs"],
        "deadline": ["src/deadline.rs"], "errors": ["src/errors.rs", "src/errors_body.rs"]}, ("rust",)),
}  # fmt: skip

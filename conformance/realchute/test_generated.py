"""A typed client of the real chute, generated for each language from the schemas that the development kit itself makes.

`chutes-codegen chute` writes it, the language's strict checker reads it together with the program in `generated/` that calls every cord
through it, and what comes of the calls must be what `expect.json` says. The clients are the installed ones; `REALCHUTE_TREE=1` takes the
source tree instead. `REALCHUTE_LANGUAGES=go,rust` narrows the languages.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import serve
from codegen import chute as command
from codegen.cords import read
from codegen.tests.chute_torture import TORTURE
from test_realchute import CALLS, made, platform, real  # noqa: F401  (fixtures)

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = Path(os.environ.get("CONFORMANCE_BUILD", ROOT / ".build"))
INSTALLED = BUILD / "installed"
PLACE = BUILD / "realchute-generated"
TREE = bool(os.environ.get("REALCHUTE_TREE"))
BIN = Path(sys.executable).parent
WANTED = os.environ.get("REALCHUTE_LANGUAGES", "")
LANGUAGES = WANTED.split(",") if WANTED else ["python", "ts", "go", "rust"]
LIE = {"error": {"kind": "unexpected_response", "status": 200, "contains": ""}}
UNTYPED = {"input against the schema", "no such cord", "route beside the cords"}
"""Calls that a typed client cannot make: an unknown field, an unknown path."""
LIES: dict[str, dict[str, Any]] = {
    "health": {"output_schema": {"type": "array", "items": {"type": "integer"}}},
    "text": {"output_schema": {"type": "object"}, "output_content_type": "application/json"},
    "generate": {"output_schema": {}, "output_content_type": "text/plain"},
    "echo": {"output_schema": {}, "output_content_type": "image/png"},
}
"""What a chute may say of a cord that answers with something else: a list, JSON, text, bytes."""
WRONG = {".py": "wrong.py", ".ts": "wrong/wrong.ts", ".go": "_wrong/wrong.go", ".rs": "src/wrong.rs"}
"""Where no build of the rest sees it."""
MODULE = "github.com/chutes-client/chutes-client/clients/go"


def run(command: list[Any], cwd: Path, **environment: str) -> str:
    done = subprocess.run(list(map(str, command)), cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True)
    assert done.returncode == 0, f"{Path(command[0]).name} {command[1]}:\n{(done.stdout + done.stderr)[-6000:]}"
    return done.stdout


@pytest.fixture(scope="session")
def definition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The chute as the kit describes it, in a file."""
    path = tmp_path_factory.mktemp("chute") / "real.json"
    known = {**serve.definition(), "user": {"username": "demo"}}
    path.write_text(json.dumps(known), "utf-8")
    lies = [{**cord, **LIES[cord["function"]]} for cord in known["cords"] if cord["function"] in LIES]
    path.with_name("lie.json").write_text(json.dumps({**known, "cords": lies}), "utf-8")
    path.with_name("hard.json").write_text(json.dumps(TORTURE), "utf-8")
    return path


def generate(definition: Path, language: str, name: str) -> Path:
    """Writes the clients into their language's folder, beside the program that calls them; that of the hard schemas is for the checkers alone."""
    out = PLACE / language / name
    for stem in ("real", "hard", "lie"):
        source, target = definition.with_name(f"{stem}.json"), PLACE / language / name.replace("real", stem)
        place(target, command.generate(read(json.loads(source.read_text("utf-8")), stem), language))
    suffix = out.suffix
    target = {".rs": out.parent / "main.rs", ".go": PLACE / "go/call.go"}.get(suffix, out.parent / f"call{suffix}")
    place(target, (HERE / f"generated/call{suffix}").read_text("utf-8"))
    place(PLACE / language / WRONG[suffix], (HERE / f"generated/wrong{suffix}").read_text("utf-8"))
    return PLACE / language


def place(path: Path, text: str) -> None:
    """Leaves a file alone that has this text already, so that nothing is compiled twice."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")


def python(definition: Path) -> list[Any]:
    folder = generate(definition, "python", "real_chute.py")
    place(folder / "pyrightconfig.json", '{"typeCheckingMode": "strict"}')
    interpreter = BIN / "python" if TREE else INSTALLED / "python/bin/python"
    run([BIN / "mypy", "--strict", "--python-executable", interpreter, "real_chute.py", "hard_chute.py", "lie_chute.py", "call.py"], folder)
    run([BIN / "pyright", "--pythonpath", interpreter, "real_chute.py", "hard_chute.py", "lie_chute.py", "call.py"], folder)
    return [interpreter, folder / "call.py"]


def ts(definition: Path) -> list[Any]:
    folder = generate(definition, "ts", "real_chute.ts")
    link = folder / "node_modules/chutes-client"
    target = ROOT / "clients/ts" if TREE else INSTALLED / "ts/node_modules/chutes-client"
    if not link.is_symlink() or link.resolve() != target.resolve():
        shutil.rmtree(link.parent, ignore_errors=True)
        link.parent.mkdir(parents=True)
        link.symlink_to(target)
    options = json.loads((ROOT / "clients/ts/tsconfig.json").read_text("utf-8"))["compilerOptions"]
    for key in ("paths", "rootDir"):
        del options[key]
    types = [str(ROOT / "clients/ts/node_modules/@types")]
    options |= {"outDir": "out", "declaration": False, "typeRoots": types, "noPropertyAccessFromIndexSignature": True}
    place(folder / "tsconfig.json", json.dumps({"compilerOptions": options, "include": ["*.ts"]}))
    place(folder / "package.json", '{"type": "module"}')
    place(folder / "wrong/tsconfig.json", '{"extends": "../tsconfig.json", "compilerOptions": {"rootDir": ".."}, "include": ["*.ts"]}')
    run([ROOT / "clients/ts/node_modules/.bin/tsc", "-p", "."], folder)
    return ["node", folder / "out/call.js"]


def go(definition: Path) -> list[Any]:
    folder = generate(definition, "go", "realchute/real_chute.go")
    environment = go_environment()
    lines = ["module example.invalid/call", "go 1.25.0", f"require {MODULE} {'v0.0.0' if TREE else version()}"]
    if TREE:
        lines.append(f"replace {MODULE} => {ROOT / 'clients/go'}")
    (folder / "go.mod").write_text("\n\n".join(lines) + "\n", "utf-8")
    (folder / "go.sum").unlink(missing_ok=True)
    assert run(["gofmt", "-l", "."], folder) == ""
    run(["go", "vet", "./..."], folder, **environment)
    run(["go", "build", "-o", "call", "."], folder, **environment)
    return [folder / "call"]


def go_environment() -> dict[str, str]:
    if TREE:
        return {"GOFLAGS": "-mod=mod", "GOWORK": "off"}
    return dict(line.split("=", 1) for line in (INSTALLED / "go/env").read_text("utf-8").splitlines())


def version() -> str:
    """What the module proxy of the installed client serves."""
    (found,) = (INSTALLED / "go/proxy" / MODULE / "@v").glob("*.mod")
    return found.stem


def rust(definition: Path) -> list[Any]:
    folder = generate(definition, "rust", "src/real_chute.rs")
    crate = ROOT / "clients/rust" if TREE else INSTALLED / "rust/chutes-client"
    driver = (ROOT / "conformance/drivers/rust/Cargo.toml").read_text("utf-8")  # its dependencies, which are compiled already
    head = '[package]\nname = "call"\nversion = "0.0.0"\nedition = "2024"\nautobins = false\n\n[lints.rust]\nwarnings = "deny"\n\n'
    head += '[features]\nwrong = []\n\n[[bin]]\nname = "call"\npath = "src/main.rs"\n\n[[bin]]\nname = "wrong"\npath = "src/wrong.rs"\nrequired-features = ["wrong"]\n\n'
    place(folder / "Cargo.toml", head + driver[driver.index("[dependencies]") :].replace("../../../clients/rust", str(crate)))
    if not (folder / "Cargo.lock").exists():
        shutil.copy(ROOT / "conformance/drivers/rust/Cargo.lock", folder / "Cargo.lock")
    target = os.environ.get("CARGO_TARGET_DIR", str(BUILD / "cargo"))
    run(["rustfmt", "--check", "--edition", "2024", "--config-path", ROOT / "clients/rust", "src/real_chute.rs"], folder)
    run(["cargo", "build", "--quiet"], folder, CARGO_TARGET_DIR=target)
    return [Path(target) / "debug/call"]


BUILDERS: dict[str, Callable[[Path], list[Any]]] = {"python": python, "ts": ts, "go": go, "rust": rust}


@pytest.fixture(scope="session", params=LANGUAGES)
def caller(request: pytest.FixtureRequest, definition: Path) -> list[Any]:
    """The checked and compiled program of one language."""
    return BUILDERS[request.param](definition)


def checks(language: str) -> tuple[list[Any], dict[str, str]]:
    """What reads the program of wrong lines, in its folder."""
    interpreter = BIN / "python" if TREE else INSTALLED / "python/bin/python"
    command: dict[str, list[Any]] = {
        "python": [BIN / "mypy", "--strict", "--python-executable", interpreter, "wrong.py"],
        "ts": [ROOT / "clients/ts/node_modules/.bin/tsc", "--noEmit", "-p", "wrong"],
        "go": ["go", "build", "-gcflags=-e", "./_wrong"],
        "rust": ["cargo", "build", "--quiet", "--bin", "wrong", "--features", "wrong"],
    }
    environment = {"go": go_environment(), "rust": {"CARGO_TARGET_DIR": os.environ.get("CARGO_TARGET_DIR", str(BUILD / "cargo"))}}
    return command[language], environment.get(language, {})


def test_wrong_arguments_do_not_pass_the_checker(request: pytest.FixtureRequest, caller: list[Any]) -> None:
    language = request.node.callspec.params["caller"]
    suffix = {"python": ".py", "ts": ".ts", "go": ".go", "rust": ".rs"}[language]
    command, environment = checks(language)
    done = subprocess.run(list(map(str, command)), cwd=PLACE / language, env={**os.environ, **environment}, capture_output=True, text=True)
    said = done.stdout + done.stderr
    refused = {int(line) for line in re.findall(rf"wrong\{suffix}[:(](\d+)[:,]", said)}
    lines = (HERE / f"generated/wrong{suffix}").read_text("utf-8").splitlines()
    assert refused == {number for number, line in enumerate(lines, 1) if " wrong: " in line}, said


@pytest.mark.parametrize("way", ["direct", "platform"])
def test_every_cord_answers_its_typed_client(caller: list[Any], way: str, real: serve.RealChute, platform: Any) -> None:  # noqa: F811
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CHUTES_")}
    environment |= {"CHUTES_BASE_URL": platform.base_url, "CHUTES_API_KEY": serve.KEY}
    command = list(map(str, [*caller, real.url if way == "direct" else "demo/real"]))
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    expected = {call["name"]: call.get(way) or call["expect"] for call in CALLS}
    expected = {name: want for name, want in expected.items() if name not in UNTYPED} | {f"lie: {name}": LIE for name in LIES}
    assert {answer["name"] for answer in answers} == set(expected)
    wrong = {answer["name"]: (answer, expected[answer["name"]]) for answer in answers if not fits(answer, expected[answer["name"]])}
    assert not wrong, json.dumps(wrong, indent=1, ensure_ascii=False)


def fits(answer: dict[str, Any], expected: dict[str, Any]) -> bool:
    if "error" in expected:
        error, want = answer.get("error") or {}, expected["error"]
        return (error.get("kind"), error.get("status")) == (want["kind"], want["status"]) and want["contains"] in error["message"]
    if "json" in expected:
        return "json" in answer and without_nulls(answer["json"]) == without_nulls(expected["json"])
    if "text" in expected:
        return bool(answer.get("text") == expected["text"])
    if "events" in expected:
        want_events = expected["events"]
        seen = [
            {"event": event["event"], "data": event["data"] if isinstance(want["data"], str) else json.loads(event["data"])}
            for event, want in zip(answer.get("events", []), want_events)
        ]
        return len(answer.get("events", [])) == len(want_events) and seen == want_events
    data = made(expected["made_by"])
    held = answer.get("bytes") or {}
    want_bytes = {"content_type": expected["content_type"], "length": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return {**held, "content_type": str(held.get("content_type")).split(";")[0]} == want_bytes


def without_nulls(value: Any) -> Any:
    """A typed object leaves out what is null, or holds its zero value: the two are one to it, at the top where the types are."""
    if isinstance(value, dict) and "tokens_used" in value:
        return {key: each for key, each in value.items() if each not in (None, "")}
    return value


@pytest.mark.parametrize("ref", ["demo/real", "demo-real"])
def test_a_ref_is_read_from_the_platform(definition: Path, ref: str, real: serve.RealChute, platform: Any) -> None:  # noqa: F811
    environment = {"CHUTES_BASE_URL": platform.base_url, "CHUTES_API_KEY": serve.KEY, "CHUTES_API_URL": ""}
    said = run([sys.executable, "-m", "codegen", "chute", ref, "--lang", "go"], ROOT / "openapi", **environment)
    known = command.generate(read(json.loads(definition.read_text("utf-8"))), "go")
    methods = [line for line in known.splitlines() if line.startswith("func (c *RealChute) ")]
    assert [line for line in said.splitlines() if line.startswith("func (c *RealChute) ")] == methods and len(methods) == 20

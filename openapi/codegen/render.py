"""Renders the IR through the templates of each language and formats the result with that language's formatter."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import jinja2

from .cases import cases, operation_table
from .ir import Api
from .languages import LANGUAGES, Language
from .languages.base import camel, pascal, snake
from .load import DialectError
from .models import python_models

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BANNER = "Generated from openapi/chutes.yaml. Do not edit; run `make gen`."


@dataclass(frozen=True)
class Target:
    """One template. `output` may hold `{resource}` (per resource)."""

    language: str
    template: str
    output: str
    per: Literal["api", "resource"] = "api"


def load_targets(path: Path = HERE / "targets.json") -> list[Target]:
    return [Target(**row) for row in json.loads(path.read_text())]


def render(api: Api, targets: list[Target], root: Path = ROOT) -> dict[str, str]:
    """All outputs, by path below the project."""
    out: dict[str, str] = {}
    for target in targets:
        if target.language == "cases":
            out[target.output] = operation_table(api) if target.template == "operations" else f"# {BANNER}\n{cases(api)}"
            continue
        language = LANGUAGES[target.language]
        check_names(api, language)
        check_results(api, language)
        if target.template == "datamodel-code-generator":
            group = "invocation" if "types" in target.output else "management"
            out[target.output] = f"# {BANNER}\n" + python_models(api, group)
            continue
        template = environment(language).get_template(f"{target.language}/{target.template}")
        banner = f"{language.comment} {BANNER}"
        if target.per == "resource":
            for resource in api.resources:
                path = target.output.replace("{resource}", language.stem(resource.name))
                out[path] = f"{banner}\n{template.render(api=api, resource=resource)}"
        else:
            out[target.output] = f"{banner}\n{template.render(api=api)}"
    return {path: text for path, text in format_all(out, root).items()}


def environment(language: Language) -> jinja2.Environment:
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    env.filters |= {
        "type": language.type, "ident": language.ident, "pascal": pascal, "camel": camel, "snake": snake, "stem": language.stem, "member": language.member,
        "doc": language.doc, "remark": language.remark, "quote": language.quote,
    }  # fmt: skip
    for extra in ("full", "prop", "exported"):
        if hasattr(language, extra):
            env.filters[extra] = getattr(language, extra)
    return env


def check_names(api: Api, language: Language) -> None:
    for name in api.schemas:
        if name in language.taken:
            raise DialectError(f"schema {name!r} is a name {language.name} has taken; rename it in the document")


def check_results(api: Api, language: Language) -> None:
    for resource in api.resources:
        for o in resource.operations:
            if o.result not in language.results:
                raise DialectError(f"{o.id}: the {language.name} client cannot hand out {o.result!r}; teach its runtime and template first")


def format_all(outputs: dict[str, str], root: Path) -> dict[str, str]:
    """Runs each file through its formatter; the result is what the formatter would leave alone."""
    return {path: format_one(path, text, root) for path, text in outputs.items()}


def format_one(path: str, text: str, root: Path) -> str:
    suffix = path.rpartition(".")[2]
    if suffix == "py":
        ruff = str(Path(sys.executable).parent / "ruff")
        config = ["--config", str(root / "clients/python/pyproject.toml")] if (root / "clients/python/pyproject.toml").exists() else []
        text = _pipe([ruff, "check", "-q", "--fix", "--select", "I,F401", *config, "--stdin-filename", path, "-"], text, root, (0, 1))
        return _pipe([ruff, "format", "-q", *config, "--stdin-filename", path, "-"], text, root)
    if suffix == "go":
        return _pipe(["gofmt"], text, root)
    if suffix == "rs":
        config = ["--config-path", str(root / "clients/rust")] if (root / "clients/rust").exists() else []
        return _pipe(["rustfmt", "--edition", "2024", *config, "--emit", "stdout", "-q"], text, root)
    if suffix == "ts":
        prettier = root / "openapi/node_modules/prettier/bin/prettier.cjs"
        return _pipe(["node", str(prettier), "--stdin-filepath", path], text, root)
    return text


def _pipe(command: list[str], text: str, cwd: Path, ok: tuple[int, ...] = (0,)) -> str:
    if not shutil.which(command[0]):
        raise DialectError(f"{command[0]} is needed to format what is generated, and is not installed")
    done = subprocess.run(command, input=text, capture_output=True, text=True, cwd=cwd, check=False)
    if done.returncode not in ok:
        raise DialectError(f"{' '.join(command[:2])} refuses generated code:\n{done.stderr[-2000:]}")
    return done.stdout

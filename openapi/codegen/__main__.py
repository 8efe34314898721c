"""`python -m codegen gen` rewrites every generated file; `check` fails where the tree differs from what would be written.

`gen go rust` rewrites the files of these languages only, for working on their templates. `docs FOLDER` writes the pages of the
reference, `check-docs FOLDER` compiles or type-checks their examples. `chute <ref | file.json> --lang LANGUAGE` writes the typed client of
one chute; `chutes-codegen` is the same as a command.
"""

from __future__ import annotations

import sys
from pathlib import Path

from . import cdk, chute, coverage
from .languages import LANGUAGES
from .load import DialectError, load
from .manifest import check, write, write_some
from .render import ROOT, load_targets, render

README = ROOT / "openapi/README.md"


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["chute"]:
        return chute.main(arguments[1:])
    if len(arguments) == 2 and arguments[0] in ("docs", "check-docs"):
        return reference(*arguments)
    only = arguments[1:]
    if arguments[:1] not in (["gen"], ["check"]) or set(only) - {*LANGUAGES, "cases"} or (only and arguments[0] == "check"):
        print("usage: python -m codegen check | gen [language ...] | docs FOLDER | check-docs FOLDER | chute …", file=sys.stderr)
        return 2
    try:
        targets = [t for t in load_targets() if not only or t.language in only]
        api = load(ROOT / "openapi/chutes.yaml")
        outputs = render(api, targets) | ({} if only and "cases" not in only else cdk.outputs(ROOT))
    except DialectError as error:
        print(f"openapi/chutes.yaml: {error}", file=sys.stderr)
        return 1
    if arguments[0] == "gen":
        changed = write_some(outputs, ROOT) if only else write(outputs, ROOT)
        if not only:
            text, _ = coverage.table(api, outputs, ROOT)
            README.write_text(coverage.fill(README.read_text(encoding="utf-8"), text), encoding="utf-8")
        print(f"{len(outputs)} files generated, {len(changed)} changed")
        return 0
    problems = check(outputs, ROOT)
    text, holes = coverage.table(api, outputs, ROOT)
    if coverage.fill(README.read_text(encoding="utf-8"), text) != README.read_text(encoding="utf-8"):
        problems.append("openapi/README.md: the table of operations is not up to date")
    problems += holes
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(outputs)} generated files checked, {len(problems)} problems" + ("; run `make gen`" if problems else ""))
    return 1 if problems else 0


def reference(command: str, folder: str) -> int:
    """The pages of the reference, or the check of their examples."""
    from .reference import check as examples
    from .reference import pages

    api = load(ROOT / "openapi/chutes.yaml")
    if command == "docs":
        print(f"{pages.write(api, Path(folder))} pages in {folder}")
        return 0
    problems = examples.check(api, Path(folder))
    print("\n".join(problems), file=sys.stderr)
    return 1 if problems else 0


def run() -> None:
    """The command `chutes-codegen`."""
    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    run()

"""`python -m codegen gen` rewrites every generated file; `check` fails where the tree differs from what would be written."""

from __future__ import annotations

import sys

from .load import DialectError, load
from .manifest import check, write
from .render import ROOT, load_targets, render


def main(arguments: list[str]) -> int:
    if arguments not in (["gen"], ["check"]):
        print("usage: python -m codegen gen|check", file=sys.stderr)
        return 2
    try:
        outputs = render(load(ROOT / "openapi/chutes.yaml"), load_targets())
    except DialectError as error:
        print(f"openapi/chutes.yaml: {error}", file=sys.stderr)
        return 1
    if arguments == ["gen"]:
        changed = write(outputs, ROOT)
        print(f"{len(outputs)} files generated, {len(changed)} changed")
        return 0
    problems = check(outputs, ROOT)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(outputs)} generated files checked, {len(problems)} problems" + ("; run `make gen`" if problems else ""))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

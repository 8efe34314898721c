"""`python -m codegen gen` rewrites every generated file; `check` fails where the tree differs from what would be written.

`gen go rust` rewrites the files of these languages only, for working on their templates.
"""

from __future__ import annotations

import sys

from .languages import LANGUAGES
from .load import DialectError, load
from .manifest import check, write, write_some
from .render import ROOT, load_targets, render


def main(arguments: list[str]) -> int:
    only = arguments[1:]
    if arguments[:1] not in (["gen"], ["check"]) or set(only) - set(LANGUAGES) or (only and arguments[0] == "check"):
        print("usage: python -m codegen check | gen [language ...]", file=sys.stderr)
        return 2
    try:
        targets = [t for t in load_targets() if not only or t.language in only]
        outputs = render(load(ROOT / "openapi/chutes.yaml"), targets)
    except DialectError as error:
        print(f"openapi/chutes.yaml: {error}", file=sys.stderr)
        return 1
    if arguments[0] == "gen":
        changed = write_some(outputs, ROOT) if only else write(outputs, ROOT)
        print(f"{len(outputs)} files generated, {len(changed)} changed")
        return 0
    problems = check(outputs, ROOT)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(outputs)} generated files checked, {len(problems)} problems" + ("; run `make gen`" if problems else ""))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

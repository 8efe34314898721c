#!/usr/bin/env python3
"""Pack this module as a file tree that the go command accepts as a module proxy.

    python3 scripts/pack_module.py PROXY_DIR
    GOPROXY=file://PROXY_DIR,… go get github.com/chutes-client/chutes-client/clients/go@v0.1.0

The tree holds what a proxy serves for one version: list, .info, .mod and .zip. Only the standard library is used, and equal input gives
an equal zip. Tests and folders with a go.mod of their own are handled as the go command handles them: tests go in, nested modules stay out.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOREIGN = {".git", ".build", "demo-output"}


def module_path() -> str:
    match = re.search(r"^module\s+(\S+)", (ROOT / "go.mod").read_text(), re.MULTILINE)
    assert match, "go.mod names no module"
    return match.group(1)


def version() -> str:
    match = re.search(r'^const Version = "([^"]+)"', (ROOT / "version.go").read_text(), re.MULTILINE)
    assert match, "version.go names no version"
    return "v" + match.group(1)


def files() -> list[Path]:
    nested = {p.parent for p in ROOT.rglob("go.mod") if p.parent != ROOT}
    chosen = []
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT).parts
        if path.is_file() and not FOREIGN & set(inside) and not any(folder in path.parents for folder in nested):
            chosen.append(path)
    return chosen


def pack(proxy: Path) -> Path:
    module, tag = module_path(), version()
    # The protocol writes capitals as "!" and the small letter; this path has none.
    folder = proxy / module / "@v"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "list").write_text(tag + "\n")
    (folder / f"{tag}.info").write_text(json.dumps({"Version": tag, "Time": "2026-01-01T00:00:00Z"}) + "\n")
    (folder / f"{tag}.mod").write_bytes((ROOT / "go.mod").read_bytes())
    archive = folder / f"{tag}.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for path in files():
            entry = zipfile.ZipInfo(f"{module}@{tag}/{path.relative_to(ROOT).as_posix()}", (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(entry, path.read_bytes())
    return archive


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(pack(Path(sys.argv[1]).resolve()))

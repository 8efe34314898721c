#!/usr/bin/env python3
"""Build a program that requires this module against the packed module, never against the source tree.

    python3 scripts/build_driver.py SOURCE_DIR OUTPUT

SOURCE_DIR has a go.mod that requires the module at its version and no replace. The module is packed (see pack_module.py), served from a file
proxy, unpacked into a module cache of its own, and the program is built from there. Nothing is fetched from anywhere else.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pack_module


def build(source: Path, output: Path) -> None:
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        proxy, cache, work = Path(scratch, "proxy"), Path(scratch, "cache"), Path(scratch, "work")
        pack_module.pack(proxy)
        # A copy, because the go command writes go.sum beside go.mod.
        shutil.copytree(source, work)
        environment = os.environ | {
            "GOPROXY": f"file://{proxy}",
            "GOMODCACHE": str(cache),
            "GOFLAGS": "-mod=mod -modcacherw -buildvcs=false",
            "GONOSUMDB": "*",
            "GONOSUMCHECK": "1",
            "GOSUMDB": "off",
            "GOWORK": "off",
            "GOTOOLCHAIN": "local",
        }
        environment.setdefault("GOCACHE", str(Path.home() / ".cache" / "go-build"))
        subprocess.run(["go", "build", "-trimpath", "-o", str(output), "."], cwd=work, env=environment, check=True)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    build(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
    print(sys.argv[2])

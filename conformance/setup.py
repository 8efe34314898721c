"""Puts the data of the suite (cases, schemas, the document, the reference client) into the wheel, below `chutes_conformance/_data`.

In the repository they stay where they are read and edited; only a build copies them.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent
DATA = {
    HERE / "cases": "cases", HERE / "schema": "schema", HERE / "corpus": "corpus", HERE / "requirements.md": "requirements.md",
    HERE / "columns.toml": "columns.toml", HERE / "PROTOCOL.md": "PROTOCOL.md", HERE / "AUTHORING.md": "AUTHORING.md",
    HERE / "drivers/reference/stdlib": "drivers/reference/stdlib", HERE / "drivers/sample": "drivers/sample",
    HERE.parent / "openapi/chutes.yaml": "openapi/chutes.yaml",
}


class WithData(build_py):
    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for source, place in DATA.items():
            target = Path(self.build_lib) / "chutes_conformance/_data" / place
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "*.pyc", ".*"))
            else:
                shutil.copy2(source, target)


# A folder of its own for every build: nothing is left in the repository, and no case that was taken away comes back.
with tempfile.TemporaryDirectory() as folder:
    setup(cmdclass={"build_py": WithData}, options={"build": {"build_base": folder}})

"""Writes what was rendered, or says in which way the tree differs from it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

from .render import BANNER

MANIFEST = "openapi/generated_files.json"
FOLDERS = ("clients", "conformance/drivers")
SKIPPED = {"node_modules", "target", "dist", ".build", ".mypy_cache", ".ruff_cache", ".pytest_cache"}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def extra_steps(root: Path) -> list[list[str]]:
    """Generators that work on our own sources instead of the document: Python's sync half is derived from the async one."""
    unasync = root / "clients/python/scripts/unasync.py"
    return [[sys.executable, str(unasync)]] if unasync.exists() else []


def write_some(outputs: dict[str, str], root: Path) -> list[str]:
    """Writes the outputs of a few languages while another one's templates are in the works; the rest stays as it is."""
    listed: dict[str, str] = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
    changed = put(outputs, root)
    listed |= {path: digest(text) for path, text in outputs.items()}
    (root / MANIFEST).write_text(json.dumps(dict(sorted(listed.items())), indent=2) + "\n", encoding="utf-8")
    return changed


def write(outputs: dict[str, str], root: Path) -> list[str]:
    """Writes every output and the manifest, removes stale ones, and returns the paths that changed."""
    changed = [path for path in sorted(stale(outputs, root))]
    for path in changed:
        (root / path).unlink(missing_ok=True)
    changed += put(outputs, root)
    (root / MANIFEST).write_text(manifest(outputs), encoding="utf-8")
    return changed


def put(outputs: dict[str, str], root: Path) -> list[str]:
    changed = []
    for path, text in outputs.items():
        target = root / path
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            changed.append(path)
    for step in extra_steps(root):
        subprocess.run(step, check=True, cwd=root)
    return changed


def check(outputs: dict[str, str], root: Path) -> list[str]:
    """Sentences about drift: what differs, what is missing, what is stale. Empty when there is none."""
    problems = [f"{path}: stale, no longer generated" for path in sorted(stale(outputs, root))]
    for path, text in outputs.items():
        target = root / path
        if not target.exists():
            problems.append(f"{path}: missing")
        elif target.read_text(encoding="utf-8") != text:
            problems.append(f"{path}: differs from what would be generated")
    listed = root / MANIFEST
    if not listed.exists() or listed.read_text(encoding="utf-8") != manifest(outputs):
        problems.append(f"{MANIFEST}: differs from what would be written")
    for step in extra_steps(root):
        done = subprocess.run([*step, "--check"], cwd=root, capture_output=True, text=True, check=False)
        if done.returncode:
            problems.append((done.stdout + done.stderr).strip())
    return problems


def manifest(outputs: dict[str, str]) -> str:
    return json.dumps({path: digest(outputs[path]) for path in sorted(outputs)}, indent=2) + "\n"


def stale(outputs: dict[str, str], root: Path) -> set[str]:
    """Files that were generated once and are not any more: by the last manifest, or by their first line."""
    known: set[str] = set()
    if (root / MANIFEST).exists():
        known = set(json.loads((root / MANIFEST).read_text(encoding="utf-8")))
    for folder in FOLDERS:
        for path in (root / folder).rglob("*"):
            if path.suffix in (".py", ".ts", ".go", ".rs") and not SKIPPED & set(path.parts):
                with path.open(encoding="utf-8", errors="replace") as file:
                    if BANNER in file.readline():
                        known.add(str(path.relative_to(root)))
    return {path for path in known - set(outputs) if (root / path).exists()}

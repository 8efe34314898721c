"""What was measured with what, and the place of the table in README.md."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"


def said(*command: str) -> str:
    """The first version number a command prints."""
    try:
        out = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:
        return "?"
    found = re.search(r"\d+\.\d+(\.\d+)?", out)
    return found[0] if found else "?"


def python(folder: Path) -> dict[str, str]:
    """Versions of the packages that matter, by the names of their folders: nothing is imported."""
    names = ("openai", "httpx", "httpx2", "httpcore", "pydantic", "msgspec")
    installed = {p.name.split("-")[0].lower(): p.name.removesuffix(".dist-info").split("-")[1] for p in folder.glob("lib/python*/site-packages/*.dist-info")}
    return {name: installed[name] for name in names if name in installed}


def locked(file: Path, name: str) -> str:
    found = re.search(rf'name = "{name}"\nversion = "([^"]+)"', file.read_text())
    return found[1] if found else "?"


def collect(root: Path, build: Path, here: Path) -> dict[str, str]:
    packages = json.loads((here / "ts/package.json").read_text())["dependencies"]
    commit = subprocess.run(["git", "-C", str(root), "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    peer_go = re.search(r"openai-go/v3 v(\S+)", (here / "go/go.mod").read_text())
    rust = {name: locked(here / "rust/Cargo.lock", name) for name in ("async-openai", "reqwest", "hyper", "tokio", "serde_json")}
    return {
        "commit": commit or "?",
        "Python": said(str(build / "venv/bin/python"), "--version"),
        **python(build / "venv"),
        "Node": packages["node"],
        "openai (npm)": packages["openai"],
        "esbuild": packages["esbuild"],
        "Go": said("go", "version"),
        "openai-go": peer_go[1] if peer_go else "?",
        "Rust": said("rustc", "--version"),
        **rust,
    }


def write(readme: Path, meta: dict[str, Any], table: str, summary: str) -> None:
    """Replaces what stands between the two marks."""
    versions = ", ".join(f"{name} {version}" for name, version in meta["versions"].items())
    text = (
        f"Measured on {meta['date']} with `{meta['command']}`: {meta['rounds']} rounds, {meta['cores']} cores, load {meta['load'][0]} before and "
        f"{meta['load'][1]} after (others' work included). {summary}\n\nVersions: {versions}.\n\n{table}"
    )
    before, rest = readme.read_text().split(BEGIN)
    readme.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}")

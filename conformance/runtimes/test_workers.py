"""The TypeScript client in workerd, the runtime of Cloudflare Workers: bundled as a worker, called against the local platform."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chutes_conformance.platform import Platform

HERE = Path(__file__).resolve().parent
BUILD = Path(os.environ.get("CONFORMANCE_BUILD", HERE.parents[1] / ".build"))
BIN = HERE / "node_modules/.bin"
CONFIG = """using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker", esModule = embed "worker.js")],
      compatibilityDate = "2026-01-01",
      bindings = [(name = "BASE_URL", text = "%s"), (name = "MODEL", text = "%s"), (name = "IMAGE", text = "%s")],
      globalOutbound = "internet")),
    (name = "internet", network = (allow = ["private", "public"]))
  ],
  sockets = [(name = "http", address = "127.0.0.1:%d", http = (), service = "main")]
);
"""


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("worker")
    subprocess.run(
        [str(BIN / "esbuild"), str(HERE / "worker.mjs"), "--bundle", "--format=esm", "--conditions=workerd,worker,browser", f"--outfile={folder / 'worker.js'}", "--log-level=warning"],
        env={**os.environ, "NODE_PATH": str(BUILD / "installed/ts/node_modules")}, check=True,
    )  # fmt: skip
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Platform() as platform:
        (folder / "config.capnp").write_text(CONFIG % (platform.base_url, platform.model("vllm"), platform.model("diffusion"), port))
        process = subprocess.Popen([str(BIN / "workerd"), "serve", str(folder / "config.capnp")], stderr=subprocess.PIPE, start_new_session=True)
        try:
            url = f"http://127.0.0.1:{port}"
            ready(url, process)
            yield url
        finally:
            process.kill()  # on a polite signal it waits for connections that are kept open
            process.wait(10)


def ready(url: str, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        try:
            urllib.request.urlopen(f"{url}/ready", timeout=5).close()
            return
        except (urllib.error.URLError, ConnectionError):
            assert process.poll() is None, process.communicate()[1]
            time.sleep(0.05)
    raise AssertionError("workerd did not start")


def ask(url: str, what: str) -> Any:
    with urllib.request.urlopen(f"{url}/{what}", timeout=30) as answer:
        return json.load(answer)


@pytest.mark.parametrize("scenario", ["chat", "alone"])
def test_chat(worker: str, scenario: str) -> None:
    answer = ask(worker, scenario)
    assert answer["chunks"] > 2 and answer["streamed"] == answer["whole"] != ""


def test_left_early(worker: str) -> None:
    assert ask(worker, "leave") == {"chunks": 2}


def test_error(worker: str) -> None:
    assert ask(worker, "error")["kind"] == "not_found"


def test_image(worker: str) -> None:
    answer = ask(worker, "image")
    assert answer["type"].startswith("image/") and answer["length"] > 100


def test_management(worker: str) -> None:
    assert ask(worker, "list")["names"]


def test_what_a_worker_has_not(worker: str) -> None:
    assert ask(worker, "file")["kind"] == "config"

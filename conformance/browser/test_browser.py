"""The TypeScript client in a real browser: the page of its examples, driven in Chromium, against the local platform."""

from __future__ import annotations

import json
import os
import queue
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from chutes_conformance.platform import Options, Platform

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "clients/ts/examples/browser"
PACKAGE = Path(os.environ.get("CONFORMANCE_BUILD", ROOT / ".build")) / "installed/ts/node_modules/chutes-client"
BROWSER = shutil.which(os.environ.get("CHROMIUM", "chromium")) or shutil.which("google-chrome")
PATIENCE = 60  # seconds; a cold start of the browser takes a few

Drive = Callable[..., dict[str, Any]]


class Site(ThreadingHTTPServer):
    """Serves the page, the package as it was installed, and hears the report."""

    def __init__(self, settings: dict[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), Visitor)
        self.settings = settings
        self.reports: queue.Queue[dict[str, Any]] = queue.Queue()
        self.url = f"http://127.0.0.1:{self.server_port}"


class Visitor(SimpleHTTPRequestHandler):
    server: Site

    def translate_path(self, path: str) -> str:
        name = urlsplit(path).path.lstrip("/")
        if name.startswith("chutes-client/"):
            return str(PACKAGE / name.removeprefix("chutes-client/"))
        return str((Path(__file__).parent if name == "drive.js" else PAGE) / name)

    def do_GET(self) -> None:
        if self.path == "/settings.json":
            self._answer(json.dumps(self.server.settings).encode(), "application/json")
        elif self.path == "/token":
            self._answer(b"cpk_page", "text/plain")
        elif self.path.startswith("/index.html?drive="):
            page = (PAGE / "index.html").read_text("utf-8")
            self._answer(page.replace("</body>", '<script type="module" src="drive.js"></script></body>').encode(), "text/html; charset=utf-8")
        else:
            super().do_GET()

    def do_POST(self) -> None:
        self.server.reports.put(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self._answer(b"", "text/plain")

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silent: what matters is in the report."""


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    with Platform(Options(cors=True, token_delay=0.03)) as running:
        yield running


@pytest.fixture
def drive(platform: Platform, tmp_path: Path) -> Drive:
    """Opens the page in the browser, lets a scenario play, and returns its report."""
    if BROWSER is None:
        pytest.skip("Chromium is needed: apt-get install chromium, or name a browser in CHROMIUM")

    def run(scenario: str, **settings: str) -> dict[str, Any]:
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            defaults = {"baseUrl": platform.base_url, "model": platform.model("vllm"), "image": platform.model("diffusion"), "nobody": f"http://127.0.0.1:{nobody.getsockname()[1]}"}
            site = Site({**defaults, **settings})
            threading.Thread(target=site.serve_forever, daemon=True).start()
            flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", f"--user-data-dir={tmp_path}"]
            browser = subprocess.Popen([str(BROWSER), *flags, f"{site.url}/index.html?drive={scenario}"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
            try:
                return site.reports.get(timeout=PATIENCE)
            except queue.Empty:
                browser.terminate()
                raise AssertionError(f"no report from the page:\n{browser.communicate()[1].decode('utf-8', 'replace')[-3000:]}") from None
            finally:
                browser.terminate()
                browser.wait(10)
                site.shutdown()
                site.server_close()

    return run


def test_a_page_streams_a_chat(drive: Drive) -> None:
    report = drive("chat")["value"]
    assert report["error"] == "" and len(report["answer"]) > 10
    assert report["pieces"] > 2  # it came piece by piece


def test_a_page_stops_a_chat_and_keeps_what_came(drive: Drive) -> None:
    whole = drive("chat")["value"]["answer"]
    report = drive("stop")["value"]
    assert report["error"] == "Stopped." and report["answer"] != "" and len(report["answer"]) < len(whole)


def test_a_page_shows_an_error(drive: Drive) -> None:
    report = drive("error", model="no/such-model")["value"]
    assert report["error"].startswith("not_found: ") and "no/such-model" in report["error"]


def test_a_key_needs_a_switch(drive: Drive) -> None:
    report = drive("key")["value"]
    assert report["refused"]["kind"] == "config" and "allowKeyInBrowser" in report["refused"]["message"]
    assert "cpk_page" not in report["refused"]["message"]
    assert report["text"] and report["anonymous"] > 0


def test_pictures_limits_and_what_a_browser_has_not(drive: Drive) -> None:
    report = drive("more")["value"]
    assert report["width"] > 0
    assert report["aborted"]["kind"] == "cancelled" and report["late"]["kind"] == "timeout"
    assert report["file"]["kind"] == "config" and report["nobody"]["kind"] == "connection"

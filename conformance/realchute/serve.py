"""Serves the chute with its own runtime in dev mode and puts it behind a local platform.

    python conformance/realchute/serve.py        # prints REALCHUTE_URL=… and CHUTES_BASE_URL=…; Ctrl-C ends both
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from upstream import Upstream  # noqa: E402

from chutes_conformance.platform import Options, Platform  # noqa: E402

READY_SECONDS = 90.0
KEY = "cpk_demo_realchute"


def venv() -> Path:
    """The development kit's own environment, made by `make test-realchute`."""
    return Path(os.environ.get("REALCHUTE_VENV", HERE.parents[1] / ".build" / "realchute-venv"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def definition() -> dict[str, Any]:
    """Name, cords and jobs of the chute, read by the development kit itself."""
    done = subprocess.run([venv() / "bin" / "python", "dump.py"], cwd=HERE, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def ask(method: str, url: str, body: Any = None) -> Any:
    """One JSON request with the platform's key; HTTPError for anything but success."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method), timeout=10) as answer:
        return json.loads(answer.read())


class RealChute:
    """`with RealChute() as real`: `real.url` is the runtime; `real.register(base_url)` puts it behind a platform."""

    def __init__(self) -> None:
        self.url = ""
        self.folder = Path()
        self._stack = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> RealChute:
        if not (venv() / "bin" / "chutes").exists():
            raise RuntimeError(f"the development kit is not installed in {venv()}; run `make test-realchute`")
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="realchute-")))
        upstream = self._stack.enter_context(Upstream())
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CHUTES_")}
        environment |= {"CHUTES_EXECUTION_CONTEXT": "REMOTE", "REALCHUTE_FOLDER": str(self.folder), "REALCHUTE_UPSTREAM_PORT": str(upstream)}
        command = [str(venv() / "bin" / "chutes"), "run", "chute:chute", "--dev", "--host", "127.0.0.1", "--port", str(port), "--logging-port", str(free_port())]
        log = self._stack.enter_context((self.folder / "log.txt").open("wb"))
        self._process = subprocess.Popen(command, cwd=HERE, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _wait(self) -> None:
        assert self._process
        limit = time.monotonic() + READY_SECONDS
        while time.monotonic() < limit:
            try:
                urllib.request.urlopen(f"{self.url}/health", timeout=5).close()
                return
            except OSError:
                if self._process.poll() is not None:
                    break
                time.sleep(0.2)
        raise RuntimeError(f"the chute did not start:\n{self.log()[-3000:]}")

    def log(self) -> str:
        return (self.folder / "log.txt").read_text("utf-8", "replace")

    def notes(self) -> list[str]:
        """What the start-up hooks left, in order."""
        return (self.folder / "notes.txt").read_text("utf-8").split("\n")[:-1]

    def __exit__(self, *_: object) -> None:
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)  # its own group: nothing else is in it
            try:
                self._process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        self._stack.close()

    def register(self, base_url: str) -> str:
        """Deploys the chute to a platform as `demo/real` and lets its calls reach the runtime; returns the chute id."""
        made = ask("POST", f"{base_url}/chutes/?accept_fee=true", deployment(definition()))
        answer = ask("POST", f"{base_url}/_mock/chutes", {"user": "demo", "name": made["name"], "upstream": self.url})
        return str(answer["chute_id"])


def deployment(chute: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The body of `POST /chutes/`. Its jobs stay out: a chute has cords or jobs, not both."""
    return {
        "name": chute["name"],
        "tagline": "One cord of each kind",
        "readme": "",
        "image": "chutes/python:3.12",
        "public": False,
        "code": (HERE / "chute.py").read_text("utf-8"),
        "filename": "chute.py",
        "ref_str": "chute:chute",
        "node_selector": {"gpu_count": 1, "min_vram_gb_per_gpu": 16, "include": ["pro_6000"]},
        "cords": chute["cords"],
        "concurrency": 4,
        "tee": True,
        **changes,
    }


def main() -> int:
    def leave(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, leave)
    try:
        with Platform(Options()) as platform, RealChute() as real:
            real.register(platform.base_url)
            print(f"REALCHUTE_URL={real.url}\nCHUTES_BASE_URL={platform.base_url}", flush=True)
            while True:
                time.sleep(3600)
    except KeyboardInterrupt:
        return 0
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

"""Starts and stops a platform: in the foreground, or in a thread of the process that tests it."""

from __future__ import annotations

import asyncio
import threading
from types import TracebackType

from .app import App
from .http import HttpServer
from .options import Options

__all__ = ["Options", "Platform"]


class Platform:
    """A platform in a thread: `with Platform(Options(token_delay=0)) as p: p.base_url`."""

    api_key = "cpk_local"
    """A key of the account that is there from the start, as every unknown `cpk_…` key is."""

    def __init__(self, options: Options | None = None, host: str = "127.0.0.1", port: int = 0) -> None:
        self.app = App(options or Options())
        self.base_url = ""
        self._host, self._port = host, port
        self._loop = asyncio.new_event_loop()
        self._server = HttpServer(self.app)
        self._thread = threading.Thread(target=self._run, name="chutes-mock", daemon=True)
        self._ready = threading.Event()
        self._failed: BaseException | None = None

    @property
    def connections(self) -> int:
        """How many connections were opened so far."""
        return self._server.connections

    @property
    def faults(self) -> list[str]:
        """Requests at which the platform itself fell over; they were answered with a 500."""
        return self._server.faults

    def model(self, template: str) -> str:
        """The name of the public chute of this template (`vllm`, `diffusion`, `embedding`) that is called most: what a client names as the model."""
        of_template = [chute for chute in self.app.state.chutes.values() if chute.public and chute.standard_template == template]
        return max(of_template, key=lambda chute: chute.invocation_count).name

    def start(self) -> Platform:
        self._thread.start()
        self._ready.wait()
        if self._failed:
            raise self._failed
        return self

    def stop(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout=10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            port = self._loop.run_until_complete(self._server.start(self._host, self._port))
            self.base_url = f"http://{self._host}:{port}"
        except OSError as error:
            self._failed = error
            self._loop.close()
            return
        finally:
            self._ready.set()
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(self._server.stop())
            self._loop.close()

    def __enter__(self) -> Platform:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

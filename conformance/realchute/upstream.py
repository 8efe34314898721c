"""The small server behind the passthrough cords: what an inference engine would be in a real chute."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", "0"))) or b"{}")
        if self.headers.get("x-engine") != "real":
            self.send_error(403)
        elif self.path == "/v1/completions":
            self._answer("application/json", json.dumps({"path": self.path, "received": body}).encode())
        elif self.path == "/v1/tokens":
            events = [f"data: {json.dumps({'token': word})}\n\n" for word in str(body.get("prompt", "")).split()]
            self._answer("text/event-stream", "".join(events).encode())
        else:
            self.send_error(404)

    def _answer(self, content_type: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: the tests read what comes back."""


class Upstream:
    """`with Upstream() as port`: serves on a free port in a thread."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> int:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return int(self._server.server_address[1])

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

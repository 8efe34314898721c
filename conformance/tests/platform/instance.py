"""An instance behind a chute of the platform, which answers as it is told to."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Instance:
    """Set `answer`: {json} | {status, text} | {base64, content_type} | {chunks, break_after?} | {full: true}."""

    def __init__(self) -> None:
        self.answer: dict[str, Any] = {}
        self.url = ""

    def play(self, handler: BaseHTTPRequestHandler) -> None:
        handler.rfile.read(int(handler.headers.get("content-length") or 0))
        answer = self.answer
        if "chunks" in answer:
            self.stream(handler, answer["chunks"], answer.get("break_after"))
        elif "json" in answer:
            self.whole(handler, 200, "application/json", json.dumps(answer["json"], separators=(",", ":")).encode())
        elif "base64" in answer:
            self.whole(handler, 200, answer["content_type"], base64.b64decode(answer["base64"]))
        else:
            self.whole(handler, 429 if answer.get("full") else answer["status"], "text/plain", answer.get("text", "").encode())

    def whole(self, handler: BaseHTTPRequestHandler, status: int, kind: str, body: bytes) -> None:
        handler.send_response(status)
        handler.send_header("content-type", kind)
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def stream(self, handler: BaseHTTPRequestHandler, chunks: list[str], break_after: int | None) -> None:
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.send_header("transfer-encoding", "chunked")
        handler.end_headers()
        for index, chunk in enumerate(chunks):
            if index == break_after:
                return
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(chunk.encode()), chunk.encode()))
        handler.wfile.write(b"0\r\n\r\n")


@contextmanager
def running() -> Iterator[Instance]:
    instance = Instance()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        close_connection = True

        def do_POST(self) -> None:
            self.close_connection = True
            instance.play(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    instance.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield instance
    finally:
        server.shutdown()
        server.server_close()

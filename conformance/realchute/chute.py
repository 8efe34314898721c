"""A chute written with the official CDK: one cord for every kind of answer a client must take."""

from __future__ import annotations

import json
import math
import os
import struct
import tempfile
import zlib
from collections.abc import AsyncIterator, Iterator

from chutes.chute import Chute, NodeSelector
from chutes.chute.job import Port
from chutes.image import Image
from fastapi import Depends, HTTPException, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import FileResponse, StreamingResponse
from pydantic import BaseModel, Field

UPSTREAM_PORT = int(os.environ.get("REALCHUTE_UPSTREAM_PORT", "8000"))
FOLDER = os.environ.get("REALCHUTE_FOLDER", "") or tempfile.mkdtemp(prefix="realchute-")  # holds notes.txt and report.pdf

image = Image(username="demo", name="real", tag="1.0").from_base("parachutes/python:3.12").run_command("pip install pydantic")
chute = Chute(
    username="demo",
    name="real",
    image=image,
    tagline="One cord of each kind",
    readme="## Real\n\nServed by the runtime of the official development kit.",
    node_selector=NodeSelector(gpu_count=1, min_vram_gb_per_gpu=16),
    concurrency=4,
    max_instances=1,
    shutdown_after_seconds=300,
    scaling_threshold=0.75,
    allow_external_egress=False,
    passthrough_headers={"X-Engine": "real"},  # the server behind the passthrough cords refuses calls without it
)


def note(text: str) -> None:
    """The hooks leave a line here, so that a test can see that they ran and in which order."""
    with open(os.path.join(FOLDER, "notes.txt"), "a", encoding="utf-8") as file:
        file.write(text + "\n")


@chute.on_startup(priority=10)
async def load(self: Chute) -> None:
    self.prefix = "ready"
    note("startup 10")


@chute.on_startup(priority=20)
def allow_browsers(self: Chute) -> None:
    self.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])
    note("startup 20")


@chute.on_startup(priority=90)
async def add_route(self: Chute) -> None:
    @self.get("/custom")
    async def custom() -> dict[str, str]:
        return {"message": "Custom endpoint"}

    note("startup 90")


@chute.on_shutdown(priority=10)
async def unload(self: Chute) -> None:
    note("shutdown 10")


class SimpleInput(BaseModel):
    prompt: str = Field(..., description="What to write about")


class FullInput(BaseModel):
    prompt: str = Field(..., min_length=1, max_length=10000)
    max_tokens: int = Field(100, ge=1, le=2000)
    temperature: float = Field(0.7, ge=0.0, le=2.0)
    tags: list[str] = Field(default_factory=list)


class Output(BaseModel):
    text: str
    tokens_used: int
    note: str | None = None


@chute.cord(public_api_path="/generate", public_api_method="POST", input_schema=FullInput, minimal_input_schema=SimpleInput, output_schema=Output)
async def generate(self: Chute, params: FullInput) -> Output:
    words = f"{self.prefix}: {params.prompt}".split()[: params.max_tokens]
    return Output(text=" ".join(words), tokens_used=len(words))


@chute.cord(public_api_path="/minimal", minimal_input_schema=SimpleInput)
async def minimal(self: Chute, params: SimpleInput) -> dict:
    return {"prompt": params.prompt}


@chute.cord(path="/inner_echo", public_api_path="/echo", provision_timeout=60)
async def echo(self: Chute, body: dict) -> dict:
    return {"echo": body}


@chute.cord(public_api_path="/sync")
def sync(self: Chute, body: dict) -> dict:
    return {"sync": True, "keys": sorted(body)}


@chute.cord(public_api_path="/simple")
async def simple(self: Chute, text: str, number: int = 10) -> dict:
    """Documented as keyword arguments, but the runtime passes the whole body as the first one."""
    return {"text": text, "number": number}


async def verify_token(token: str) -> str:
    if token != "secret":
        raise HTTPException(401, "Invalid token")
    return token


@chute.cord(public_api_path="/protected")
async def protected(self: Chute, token: str = Depends(verify_token)) -> dict:
    """Documented, but a cord's dependencies are never resolved: the body stands in their place."""
    return {"message": "Protected content", "token": token}


@chute.cord(public_api_path="/health", public_api_method="GET")
async def health(self: Chute) -> dict:
    return {"status": "healthy", "model_loaded": hasattr(self, "prefix")}


@chute.cord(public_api_path="/v1/list-all", public_api_method="GET")
async def listing(self: Chute) -> list:
    return [{"start": 0.0, "end": 1.5, "text": "héllo 🌍"}]


@chute.cord(public_api_path="/text", output_content_type="text/plain")
async def text(self: Chute, params: SimpleInput) -> Response:
    return Response(content=f"{params.prompt} ✓", media_type="text/plain; charset=utf-8")


@chute.cord(public_api_path="/stream", stream=True)
async def stream(self: Chute, params: SimpleInput) -> AsyncIterator[str]:
    for word in params.prompt.split():
        yield f"data: {json.dumps({'token': word, 'finished': False})}\n\n"
    yield f"data: {json.dumps({'token': '', 'finished': True})}\n\n"


@chute.cord(public_api_path="/sync_stream", stream=True)
def sync_stream(self: Chute, params: SimpleInput) -> Iterator[str]:
    for index, word in enumerate(params.prompt.split()):
        yield f"event: word\nid: {index}\ndata: {word}\n\n"


@chute.cord(public_api_path="/returned_stream", stream=True)
async def returned_stream(self: Chute, params: SimpleInput) -> StreamingResponse:
    """Documented, but the runtime wants a generator: it answers 500."""

    async def events() -> AsyncIterator[str]:
        yield f"data: {params.prompt}\n\n"

    return StreamingResponse(events(), media_type="text/event-stream")


@chute.cord(public_api_path="/failing_stream", stream=True)
async def failing_stream(self: Chute, params: SimpleInput) -> AsyncIterator[str]:
    raise HTTPException(status_code=400, detail=f"Cannot stream {params.prompt}")
    yield ""


def png(width: int, height: int) -> bytes:
    """Stored, not compressed, so that its bytes do not depend on the zlib in use."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((x * 8 % 256, y * 8 % 256, 128)[i] for x in range(width) for i in range(3)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 0)) + chunk(b"IEND", b"")


def wav(samples: int) -> bytes:
    body = b"".join(struct.pack("<h", round(8000 * math.sin(index / 10))) for index in range(samples))
    return struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(body), b"WAVE", b"fmt ", 16, 1, 1, 24000, 48000, 2, 16, b"data", len(body)) + body


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@chute.cord(public_api_path="/picture", output_content_type="image/png")
async def picture(self: Chute, params: SimpleInput) -> Response:
    return Response(content=png(24, 16), media_type="image/png", headers={"Content-Disposition": "inline; filename=generated.png"})


@chute.cord(public_api_path="/speak", output_content_type="audio/wav")
async def speak(self: Chute, params: SimpleInput) -> Response:
    return Response(content=wav(480), media_type="audio/wav")


@chute.cord(public_api_path="/download", public_api_method="GET", output_content_type="application/pdf")
async def download(self: Chute) -> FileResponse:
    path = os.path.join(FOLDER, "report.pdf")
    with open(path, "wb") as file:
        file.write(PDF)
    return FileResponse(path, media_type="application/pdf", filename="report.pdf")


@chute.cord(public_api_path="/refuse")
async def refuse(self: Chute, params: SimpleInput) -> dict:
    if not params.prompt.strip():
        raise HTTPException(status_code=400, detail="Prompt cannot be empty")
    return {"prompt": params.prompt}


@chute.cord(public_api_path="/crash")
async def crash(self: Chute, body: dict) -> dict:
    raise RuntimeError("the model fell over")


@chute.cord(
    public_api_path="/v1/completions", public_api_method="POST", passthrough=True, passthrough_path="/v1/completions", passthrough_port=UPSTREAM_PORT
)
async def completions(self: Chute, data: dict) -> dict:
    return data


@chute.cord(public_api_path="/v1/tokens", passthrough=True, passthrough_path="/v1/tokens", passthrough_port=UPSTREAM_PORT, stream=True)
async def tokens(self: Chute, data: dict) -> dict:
    return data


@chute.job(ports=[Port(name="web", port=8080, proto="http")], timeout=3600)
async def training_job(self: Chute, **job_data: object) -> dict:
    return {"status": "completed"}

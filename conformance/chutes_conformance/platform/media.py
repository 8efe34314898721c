"""Bytes of the media cords: pictures, sound and vectors that depend on what was asked, and on nothing else."""

from __future__ import annotations

import base64
import hashlib
import math
import struct
from typing import Any

from .http import HttpError, Response, json_response
from .jpeg import gradient_jpeg, solid_png

IMAGE_FIELDS = {
    "prompt", "negative_prompt", "height", "width", "num_inference_steps", "guidance_scale", "seed", "img_guidance_scale", "image_b64",
    "true_cfg_scale",
}  # fmt: skip
NAUGHTY = "bad request, naughty naughty"
LIMITS: dict[str, tuple[float, float]] = {
    "width": (128, 2048), "height": (128, 2048), "num_inference_steps": (1, 10**6), "guidance_scale": (1, 20), "seed": (0, 2**32 - 1)
}  # fmt: skip


def check_image(body: dict[str, Any]) -> None:
    """Refuses what the diffusion template's schema refuses, always with the same five words."""
    good = set(body) <= IMAGE_FIELDS and isinstance(body.get("prompt"), str)
    for name, (low, high) in LIMITS.items():
        value = body.get(name)
        if value is not None:
            good = good and isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
            good = good and (name == "guidance_scale" or isinstance(value, int))
    if not good:
        raise HttpError(400, NAUGHTY)


def make_jpeg(prompt: str, seed: int, width: int, height: int) -> bytes:
    """A gradient whose two colours follow from prompt and seed."""
    digest = hashlib.sha256(f"{seed}:{prompt}".encode()).digest()
    corners = (40 + digest[0] // 3, digest[1], digest[2], 150 + digest[3] // 3, digest[4], digest[5])
    return gradient_jpeg(width, height, corners, f"prompt={prompt[:200]} seed={seed}")


def generate(body: dict[str, Any], headers: dict[str, str]) -> Response:
    """`POST /generate` of a diffusion chute: raw JPEG bytes."""
    check_image(body)
    picture = make_jpeg(body["prompt"], body.get("seed") or 0, body.get("width") or 1024, body.get("height") or 1024)
    return Response(200, picture, {"content-type": "image/jpeg", **headers})


def openai_images(body: dict[str, Any], headers: dict[str, str], now: float) -> Response:
    """`POST /v1/images/generations`: the public server has no such path; offered here for clients of that shape."""
    if not isinstance(body.get("prompt"), str):
        raise HttpError(400, NAUGHTY)
    count = body.get("n") or 1
    width, _, height = str(body.get("size") or "1024x1024").partition("x")
    if not (width.isdigit() and height.isdigit() and 128 <= int(width) <= 2048 and 128 <= int(height) <= 2048):
        raise HttpError(400, NAUGHTY)
    if not isinstance(count, int) or not 1 <= count <= 10:
        raise HttpError(400, NAUGHTY)
    if body.get("response_format") not in (None, "b64_json"):
        raise HttpError(400, "Only b64_json is supported")
    seed = body.get("seed") or 0
    pictures = [make_jpeg(body["prompt"], seed + index, int(width), int(height)) for index in range(count)]
    data = [{"b64_json": base64.b64encode(picture).decode(), "revised_prompt": body["prompt"]} for picture in pictures]
    return json_response({"created": int(now), "data": data}, headers=headers)


def make_png(text: str) -> bytes:
    digest = hashlib.sha256(text.encode()).digest()
    return solid_png(32, 32, (digest[0], digest[1], digest[2]))


def make_wav(text: str, speed: float = 1.0) -> bytes:
    """24 kHz mono 16-bit sound: one short tone per word, so that longer text gives a longer file."""
    rate, samples = 24000, bytearray()
    for word in text.split() or ["silence"]:
        pitch = 220 + hashlib.sha256(word.encode()).digest()[0] * 2
        for index in range(int(rate * 0.08 / speed)):
            samples += struct.pack("<h", round(8000 * math.sin(2 * math.pi * pitch * index / rate)))
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16, b"data", len(samples))
    return head + bytes(samples)


def unit_vector(text: str, size: int) -> list[float]:
    """A unit vector that is a function of the text; components are exact in 32-bit floats."""
    raw: list[float] = []
    block = 0
    while len(raw) < size:
        digest = hashlib.sha256(f"{block}:{text}".encode()).digest()
        raw += [value / 32768 - 1 for (value,) in struct.iter_unpack("<H", digest)]
        block += 1
    raw = raw[:size]
    norm = math.sqrt(sum(value * value for value in raw)) or 1.0
    return [struct.unpack("<f", struct.pack("<f", value / norm))[0] for value in raw]


def embeddings(body: dict[str, Any], model: str, headers: dict[str, str]) -> Response:
    """`POST /v1/embeddings`, OpenAI shape; `encoding_format` float or base64 (little-endian 32-bit floats)."""
    given = body.get("input")
    texts = [given] if isinstance(given, str) else given
    if isinstance(texts, list) and texts and all(isinstance(token, int) for token in texts):
        texts = [" ".join(map(str, texts))]
    if not isinstance(texts, list) or not texts:
        raise HttpError(400, 'Invalid request: {"object":"error","message":"input must be a string, an array of strings or of tokens"}')
    size = body.get("dimensions") or 64
    if not isinstance(size, int) or not 1 <= size <= 4096:
        raise HttpError(400, 'Invalid request: {"object":"error","message":"dimensions must be between 1 and 4096"}')
    data, tokens = [], 0
    for index, text in enumerate(texts):
        words = text if isinstance(text, str) else " ".join(map(str, text))
        tokens += max(1, len(words.split()))
        vector: Any = unit_vector(words, size)
        if body.get("encoding_format") == "base64":
            vector = base64.b64encode(struct.pack(f"<{size}f", *vector)).decode()
        data.append({"object": "embedding", "index": index, "embedding": vector})
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return json_response({"object": "list", "model": model, "data": data, "usage": usage}, headers=headers)

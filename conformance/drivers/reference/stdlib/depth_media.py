"""Audio, video and files of chutes."""

from __future__ import annotations

import base64
import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import resources
from client import Client, config
from depth_content import read_source, sniff, source_of
from faults import Fault, clean, parse_body
from wire import Body, Broken, Silent, translate

Json = dict[str, Any]
PATHS = {"audio.speech": "/speak", "audio.transcribe": "/transcribe", "audio.music": "/generate", "video.generate": "/generate"}
PIECE = 64 * 1024


def call(client: Client, op: str, args: Json, options: Json) -> Json:
    """Speech, transcription, music and video: `args` are those of the protocol."""
    chute = resources.Chute(client, args.pop("chute"), options)
    path, to = args.pop("path", PATHS[op]), args.pop("to", False)
    given = {"path": path, "json": args}
    if op == "audio.transcribe":
        return {"segments": segments(client, *chute.call(given))}
    if to:
        with tempfile.TemporaryDirectory() as folder:
            made = download(chute, given, Path(folder) / "out.bin", media=True)
            head = (Path(folder) / "out.bin").read_bytes()[:64]
            return {"kind": "bytes", **made, "content_type": sniff(head) or made["content_type"]}
    answer, value = chute.call(given, media=True)
    if not isinstance(value, bytes):
        if no_bytes(answer.headers.get("content-type", "")):
            raise due_bytes(client, answer.raw, answer.status, answer.attempts)
        value = answer.raw
    kind = sniff(value) or answer.headers.get("content-type", "").split(";")[0].strip() or "application/octet-stream"
    return {"kind": "bytes", "content_type": kind, "length": len(value), "sha256": hashlib.sha256(value).hexdigest()}


def no_bytes(content_type: str) -> bool:
    return any(word in content_type for word in ("json", "html", "event-stream"))


def due_bytes(client: Client, raw: bytes, status: int, attempts: int) -> Fault:
    """JSON where bytes are due, with the server's text."""
    words = clean(parse_body(raw, "application/json")[0], client.key)
    return Fault("unexpected_response", words or "JSON came where bytes are due", status=status, attempts=attempts, raw_body=raw)


def segments(client: Client, answer: Any, value: Any) -> list[Json]:
    found = value.get("segments") if isinstance(value, dict) else value
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise client.unexpected(answer, parse_body(answer.raw, "application/json")[0] or "the answer holds no segments")
    return [{"start": one.get("start"), "end": one.get("end"), "text": one.get("text")} for one in found]


def download(chute: resources.Chute, args: Json, target: Path, media: bool = False, tell: Callable[[int, int | None], None] = lambda a, b: None) -> Json:
    """Stream an answer into a file that is there whole or not at all."""
    client = chute.client
    body, attempts = client.perform(chute._call(args, "*/*", False), chute.options)
    head = body.head.map()
    kind = head.get("content-type", "").split(";")[0].strip()
    temporary = target.with_name(f".{target.name}.part")
    try:
        if media and no_bytes(kind):
            raise due_bytes(client, body.read_all(1 << 20), body.head.status, attempts)
        received, total = _write(body, temporary, head, tell)
        client._finish(body)
        temporary.replace(target)
    except (Broken, Silent) as exc:
        body.close()
        fault = translate(exc)
        fault.attempts = attempts
        raise fault from None
    finally:
        temporary.unlink(missing_ok=True)
    data = target.read_bytes()
    return {"length": len(data), "sha256": hashlib.sha256(data).hexdigest(), "content_type": kind, "progress": [received, total]}


def _write(body: Body, path: Path, head: dict[str, str], tell: Callable[[int, int | None], None]) -> tuple[int, int | None]:
    length = head.get("content-length", "")
    total = int(length) if length.isdigit() and not head.get("content-encoding") else None
    received = 0
    with path.open("wb") as file:
        while data := body.read():
            for at in range(0, len(data), PIECE):
                file.write(data[at : at + PIECE])
                received += len(data[at : at + PIECE])
                tell(received, total)
    return received, total


def download_op(chute: resources.Chute, args: Json) -> Json:
    """The driver's chute.download: also tells what is left in the folder when it fails."""
    with tempfile.TemporaryDirectory() as name:
        out: Json = {}
        try:
            out["final"] = download(chute, args, Path(name) / "out.bin")
        except Fault as exc:
            out = {"fault": exc, "final": {"kept": sorted(p.name for p in Path(name).iterdir())}}
        return out


def inputs(args: Json) -> Json:
    """Image inputs of edit chutes: `image`, a source or a list of them, becomes `image_b64`."""
    if args.get("image") is None:
        return args
    if args.get("mode") == "openai":
        raise config("image inputs exist in native mode only")
    given = args["image"] if isinstance(args["image"], list) else [args["image"]]
    with tempfile.TemporaryDirectory() as folder:
        made = [_encoded(source_of(one, folder)) for one in given]
    return {**{k: v for k, v in args.items() if k != "image"}, "image_b64": made}


def _encoded(source: bytes | Path | str) -> str:
    if isinstance(source, str):
        head, _, data = source.partition(",")
        if not head.lower().startswith("data:image/") or not head.lower().endswith(";base64"):
            raise config("an image input is bytes, a file or a data URL: a chute fetches nothing")
        return data
    data = read_source(source)
    if not (sniff(data) or "").startswith("image/"):
        raise config("these bytes are no image of a known type")
    return base64.b64encode(data).decode()


def many(client: Client, base: str, args: Json, options: Json) -> tuple[list[Any], list[list[int]]]:
    """`generate_many`: images in order (or faults as values), and its progress."""
    import depth_map

    as_values, n = args.pop("return_errors", False), int(args.pop("n", 1))
    if n < 1:
        raise config("n must be 1 or more")
    each = [{**args, "seed": args["seed"] + i} if "seed" in args else args for i in range(n)]
    out: list[Any] = [None] * n
    progress: list[list[int]] = []
    for index, value, error in depth_map.run(client, lambda one: resources.image(client, base, one, options), each):
        if error and not as_values:
            raise error
        out[index] = error or value
        progress.append([len(progress) + 1, n])
    return out, progress


"""What needs more than one request: deploying, building, waiting, downloading."""

from __future__ import annotations

import json
import re
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from client import Client, config
from faults import Fault
from management import LogStream, filename, manage, operation, stream
from policy import backoff
from wire import Broken, Silent, translate

Json = dict[str, Any]
See = Callable[[Json], None]
RESUME_ATTEMPTS = 5
POLL_SECONDS = 5.0
BUILT = "built and pushed"
EMPTY_ZIP = b"PK\x05\x06" + bytes(18)
NO_PICKLE = "gAROLg=="  # None


def oid(text: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, text))


def predict(args: Json) -> Json:
    """Ids and versions as the server makes them."""
    out = {}
    user = args["username"]
    if "name" in args:
        out["chute_id"] = oid(f"{user}::chute::{args['name']}")
    if "image" in args:
        out["image_id"] = oid(f"{user}/{args['image']['name']}:{args['image']['tag']}".lower())
    if "code" in args:
        out["version"] = oid(f"{args['image_id']}:{args['patch_version']}:{args['code']}")
    return out


def deploy(client: Client, args: Json, options: Json) -> Json:
    body = args["body"]
    me = manage(client, {"resource": "users", "method": "me"}, options)
    image = manage(client, {"resource": "container_images", "method": "get", "path": {"image_id_or_name": body["image"]}}, options)
    known = {"username": me["username"], "name": body["name"], "image_id": image["image_id"], "patch_version": image.get("patch_version"), "code": body["code"]}
    wanted = predict(known)
    before = None
    try:
        before = manage(client, {"resource": "chutes", "method": "get", "path": {"chute_id_or_name": wanted["chute_id"]}}, options)
    except Fault as exc:
        if exc.kind != "not_found":
            raise
    if before and before.get("version") == wanted["version"] and before.get("public") == body["public"] and not args.get("force"):
        return {"status": "unchanged", "chute": before}
    query = {"accept_fee": True} if args.get("accept_fee") else {}
    try:
        chute = manage(client, {"resource": "chutes", "method": "create", "query": query, "body": body}, options)
    except Fault as exc:
        found = re.search(r"\$\s*(\d[\d,]*(?:\.\d+)?)", exc.message)
        if exc.status == 402 and "deployment fee" in exc.message.lower() and found:
            exc.fee = float(found[1].replace(",", ""))
        raise
    return {"status": "updated" if before else "created", "chute": chute}


def until(client: Client, options: Json, ends: float | None) -> Json:
    """The options of a question whose wait ends then; the last one has a second."""
    if ends is None:
        return options
    return {**options, "deadline_ms": min(max(1.0, ends - client.seam.now()) * 1000, options.get("deadline_ms") or 120_000)}


def wait_ready(client: Client, args: Json, options: Json, see: See) -> Json:
    seconds = args.get("timeout_ms", 600_000) / 1000
    ends, path = client.seam.now() + seconds, {"chute_id_or_name": args["ref"]}
    while client.seam.now() < ends:
        if "poll_interval_ms" in args:
            state = manage(client, {"resource": "chutes", "method": "warmup_status", "path": path}, until(client, options, ends))
            see(state)
            if state.get("status") == "hot":
                return dict(state)
            client.seam.sleep(min(args["poll_interval_ms"] / 1000, max(0.0, ends - client.seam.now())))
            continue
        try:
            events, _ = stream(client, {"resource": "chutes", "method": "warmup", "path": path}, options)
            for event in events:
                see(json.loads(event.data))
                if json.loads(event.data).get("status") == "hot":
                    events.close()
                    return {"status": "hot"}
        except Fault as exc:
            if exc.kind not in ("stream_interrupted", "connection"):
                raise
            client.seam.sleep(backoff(0, exc.kind, client.seam))
            continue
        break
    raise Fault("timeout", f"the chute did not become hot within {seconds:g} s", attempts=1)


def build(client: Client, args: Json, options: Json, see: See) -> Json:
    user = args.get("username") or manage(client, {"resource": "users", "method": "me"}, options)["username"]
    body = {"wait": False, "username": user, "name": args["name"], "readme": args.get("readme") or f"{args['name']}:{args['tag']}", "logo_id": args.get("logo_id") or "__none__",
            "tag": args["tag"], "dockerfile": args["dockerfile"], "image": args.get("image") or NO_PICKLE, "public": bool(args.get("public"))}
    context = args.get("context") or {"fill": None}
    file = {"filename": "chutes.zip", "content_type": "application/zip", **context}
    if file.get("fill", 0) is None:
        import base64

        file = {**{k: v for k, v in file.items() if k != "fill"}, "b64": base64.b64encode(EMPTY_ZIP).decode()}
    image = manage(client, {"resource": "container_images", "method": "create", "body": body, "files": {"build_context": file}}, options)
    if args.get("wait") is False:
        return dict(image)
    return wait_built(client, {"image_id": image["image_id"], **({"timeout_ms": args["timeout_ms"]} if "timeout_ms" in args else {})}, options, see)


def wait_built(client: Client, args: Json, options: Json, see: See) -> Json:
    offset, failures, heard = args.get("offset"), 0, 0
    ends = client.seam.now() + args["timeout_ms"] / 1000 if "timeout_ms" in args else None
    while True:
        query = {"offset": offset} if offset else {}
        call, _ = operation(client, {"resource": "container_images", "method": "logs", "path": {"image_id": args["image_id"]}, "query": query})
        known, told = heard, 0
        try:
            for record in LogStream(client, call, options):
                offset, failures = record.get("offset") or offset, 0
                told += str(record.get("log") or "").removesuffix("\n").count("\n") + 1
                if record.get("offset") or told > known:  # a finished log comes as a whole
                    heard = max(heard, known + told if record.get("offset") else told)
                    see(record)
            break
        except Fault as exc:
            failures += 1
            if exc.kind not in ("stream_interrupted", "connection") or failures > RESUME_ATTEMPTS:
                raise
            client.seam.sleep(backoff(failures - 1, exc.kind, client.seam))
        _check(client, ends, "the build")
    while True:
        image = manage(client, {"resource": "container_images", "method": "get", "path": {"image_id_or_name": args["image_id"]}}, options)
        status = str(image.get("status"))
        if status.startswith("error"):
            raise Fault("stream_error", f"the build failed: {status.partition(':')[2].strip() or status}", attempts=1)
        if status == BUILT:
            return dict(image)
        _check(client, ends, "the build")
        client.seam.sleep(POLL_SECONDS)


def _check(client: Client, ends: float | None, what: str) -> None:
    if ends is not None and client.seam.now() >= ends:
        raise Fault("timeout", f"{what} did not end in time", attempts=1)


def create_job(client: Client, args: Json, options: Json) -> Json:
    given = dict(args.get("args") or {})
    if "disk_gb" in args:
        if not 10 < args["disk_gb"] < 1000:
            raise config("disk_gb is above 10 and below 1000")
        given["_disk_gb"] = args["disk_gb"]
    ident = args["chute"]
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", ident, re.I):
        ident = manage(client, {"resource": "chutes", "method": "get", "path": {"chute_id_or_name": ident}}, options)["chute_id"]
    return dict(manage(client, {"resource": "jobs", "method": "submit", "path": {"chute_id": ident, "job_method": args["method"]}, "args": given}, options))


def state_of(run: Json) -> str:
    result = run.get("result")
    if run.get("finished_at"):
        inner = result.get("status") if isinstance(result, dict) else None
        return str(inner or run.get("status") or "complete")
    return "running" if run.get("instance_id") or run.get("active") else "queued"


def wait_job(client: Client, args: Json, options: Json, see: See) -> Json:
    ends = client.seam.now() + args["timeout_ms"] / 1000 if "timeout_ms" in args else None
    while True:
        run = manage(client, {"resource": "jobs", "method": "get", "path": {"job_id": args["job_id"]}}, until(client, options, ends))
        see({"state": state_of(run)})
        if run.get("finished_at"):
            return {**run, "state": state_of(run)}
        _check(client, ends, "the job")
        pause = args.get("poll_interval_ms", POLL_SECONDS * 1000) / 1000
        client.seam.sleep(pause if ends is None else min(pause, max(0.0, ends - client.seam.now())))


def download(client: Client, args: Json, options: Json, folder: Path) -> Json:
    """Into the folder: under a temporary name first."""
    target = folder if args.get("to") == "directory" else folder / ("gone/out.bin" if args.get("to") == "missing" else "out.bin")
    if not target.parent.is_dir():
        raise config(f"there is no folder {target.parent.name!r}")
    call, _ = operation(client, {"resource": "jobs", "method": "file", "path": {"job_id": args["job_id"], "file_id": args["file_id"]}})
    body, attempts = client.perform(call, options)
    head = body.head.map()
    if target.is_dir():
        target /= filename(head) or args["file_id"]
        if target.exists():
            body.close()
            raise config(f"{target.name} exists already")
    total, received, calls = head.get("content-length"), 0, 0
    handle, temporary = tempfile.mkstemp(dir=target.parent)
    try:
        with open(handle, "wb") as file:
            while data := body.read():
                file.write(data)
                received, calls = received + len(data), calls + 1
        client._finish(body)
        Path(temporary).replace(target)
    except (Broken, Silent) as exc:
        body.close()
        fault = translate(exc)
        fault.attempts = attempts
        raise fault from None
    finally:
        Path(temporary).unlink(missing_ok=True)
    return {"path": target, "progress": {"calls": max(calls, 1), "received": received, "total": int(total) if total else None}}

"""The management API in depth: generated methods with every kind of input, and the helpers."""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import chutes_client
from chutes_client import predict
from runs import BaseRun, Skip, settle, wire

HEADERS = {"X-Chute-Id": "chute_id", "X-Instance-Id": "instance_id", "X-E2E-Nonce": "e2e_nonce", "X-E2E-Path": "e2e_path"}


def file_of(spec: dict[str, Any], stack: ExitStack) -> chutes_client.File:
    """A file input as the case wants it given."""
    if spec.get("missing"):
        return chutes_client.File(os.path.join(tempfile.gettempdir(), "chutes-no-such-file", spec.get("filename", "x")))
    data = bytes([spec["fill"][0]]) * spec["fill"][1] if "fill" in spec else base64.b64decode(spec["b64"])
    source: Any = data
    if spec.get("as") == "path":
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        source = os.path.join(folder, "content")
        Path(source).write_bytes(data)
    return chutes_client.File(source, spec.get("filename"), spec.get("content_type"))


class DeepRun(BaseRun):
    """Management ops and helpers."""

    @contextmanager
    def management(self, args: dict[str, Any]) -> Iterator[Any]:
        """The call of a generated method, not yet waited for; files live until the block ends."""
        resource = getattr(self.client, args["resource"], None)
        method = getattr(resource, args["method"], None)
        if method is None:
            raise Skip(f"no method {args['resource']}.{args['method']}")
        named = {**(args.get("query") or {}), **(args.get("body") or {}), **(args.get("flags") or {})}
        named.update({HEADERS[name]: value for name, value in (args.get("headers") or {}).items()})
        if "args" in args:
            named["args"] = args["args"]
        if "data" in args:
            named["blob"] = base64.b64decode(args["data"])
        if "fingerprint" in args:
            named["current_fingerprint" if "fingerprint" in named else "fingerprint"] = args["fingerprint"]
        with ExitStack() as stack:
            named.update({name: file_of(spec, stack) for name, spec in (args.get("files") or {}).items()})
            yield method(*(args.get("path") or {}).values(), **named, **self.options)

    async def op_mgmt(self) -> Any:
        with self.management(self.args) as call:
            value = await settle(call)
        back = self.args.get("send_back")
        if back is not None:
            own = {name: getattr(value, name) for name in back["fields"]}
            value = await settle(self.client.chutes.create(**back["body"], **own, **self.options))
        return self.shown(value)

    async def op_mgmt_list_all(self) -> Any:
        if self.args.get("max_items") is not None:
            self.stop = {"after_chunks": self.args["max_items"]}
        with self.management(self.args) as call:
            await self.read(call, "item", item)
        return {"count": self.count("item")}

    async def op_mgmt_stream(self) -> Any:
        with self.management(self.args) as call:
            stream = self.open = await settle(call)
        self.told = stream.response
        self.see("open")
        if not await self.read(stream, "item", item):
            return None
        return {"count": self.count("item"), **({"offset": stream.offset} if hasattr(stream, "offset") else {})}

    def count(self, kind: str) -> int:
        return sum(o["k"] == kind for o in self.obs)

    def seconds(self, *names: str) -> dict[str, float]:
        """Durations of the op's own arguments, where they are given."""
        return {name: self.args[f"{name}_ms"] / 1000 for name in names if f"{name}_ms" in self.args}

    def tell(self, value: Any) -> None:
        self.see("item", **item(value))

    async def op_chutes_deploy(self) -> Any:
        extra = {name: self.args[name] for name in ("accept_fee", "force") if name in self.args}
        made = await settle(self.client.chutes.deploy(self.args["body"], **extra, options=self.options))
        return {"status": made.status, "chute": made.chute.to_dict()}

    async def op_chutes_wait_ready(self) -> Any:
        durations = self.seconds("timeout", "poll_interval")
        return wire(await settle(self.client.chutes.wait_ready(self.args["ref"], on_progress=self.tell, **durations, options=self.options)))

    async def op_chutes_predict(self) -> Any:
        args, made = self.args, {}
        if "name" in args:
            made["chute_id"] = predict.predict_chute_id(args["username"], args["name"])
        if "image" in args:
            made["image_id"] = predict.predict_image_id(args["username"], **args["image"])
        if "code" in args:
            made["version"] = predict.predict_version(args["image_id"], args["patch_version"], args["code"])
        return made

    async def op_container_images_build(self) -> Any:
        given = {name: value for name, value in self.args.items() if name not in ("context", "timeout_ms")}
        with ExitStack() as stack:
            if "context" in self.args:
                given["context"] = file_of(self.args["context"], stack)
            built = self.client.container_images.build(**given, on_log=self.tell, **self.seconds("timeout"), options=self.options)
            return wire(await settle(built))

    async def op_container_images_wait_built(self) -> Any:
        given = {"offset": self.args.get("offset"), **self.seconds("timeout"), "options": self.options}
        return wire(await settle(self.client.container_images.wait_built(self.args["image_id"], on_log=self.tell, **given)))

    async def op_jobs_create(self) -> Any:
        extra = {"disk_gb": self.args["disk_gb"]} if "disk_gb" in self.args else {}
        run = self.client.jobs.create(self.args["chute"], self.args["method"], self.args.get("args"), **extra, options=self.options)
        return wire(await settle(run))

    async def op_jobs_wait(self) -> Any:
        def tell(run: Any) -> None:
            self.see("item", item={"state": chutes_client.job_state(run)})

        durations = self.seconds("timeout", "poll_interval")
        run = await settle(self.client.jobs.wait(self.args["job_id"], on_progress=tell, **durations, options=self.options))
        return {**wire(run), "state": chutes_client.job_state(run)}

    async def op_jobs_download(self) -> Any:
        progress: list[tuple[int, int | None]] = []
        with tempfile.TemporaryDirectory() as name:
            folder, old = Path(name), self.args.get("existing")
            file = folder / "out.bin"
            if old is not None:
                file.write_text(old)
            to = {"directory": folder, "missing": folder / "gone" / "out.bin"}.get(self.args.get("to", ""), file)
            made: dict[str, Any] = {}
            try:
                call = self.client.jobs.download(self.args["job_id"], self.args["file_id"], to, on_progress=lambda *p: progress.append(p), options=self.options)
                path = await settle(call)
                data = path.read_bytes()
                made = {"name": path.name, "length": len(data), "sha256": hashlib.sha256(data).hexdigest()}
                made["progress"] = {"calls": len(progress), "received": progress[-1][0], "total": progress[-1][1]}
            except chutes_client.ChutesError as error:
                self.fail(error)
            made["left"] = sorted(str(p.name) for p in folder.rglob("*"))
            if old is not None and file.exists() and file.read_text(errors="replace") == old:
                made["kept"] = old
            return made


def item(value: Any) -> dict[str, Any]:
    return {"item": wire(value)}

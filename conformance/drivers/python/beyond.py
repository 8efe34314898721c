"""What people do with a model beyond one call: structured output, tools, media, many calls, functions, traces."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import chutes_client
from chutes_client import content
from chutes_client.tools import Tool
from runs import BaseRun, image, settle, step_object


def behaving(spec: dict[str, Any], variant: str) -> Callable[[dict[str, Any]], Any]:
    """A tool that does what the case says."""

    def finish(given: dict[str, Any]) -> Any:
        if "fail" in spec:
            raise RuntimeError(spec["fail"])
        return given if spec.get("echo") else spec.get("return")

    def run(given: dict[str, Any]) -> Any:
        time.sleep(spec.get("sleep_ms", 0) / 1000)
        return finish(given)

    async def run_async(given: dict[str, Any]) -> Any:
        await asyncio.sleep(spec.get("sleep_ms", 0) / 1000)
        return finish(given)

    return run if variant == "sync" else run_async


def source_of(spec: dict[str, Any], stack: ExitStack) -> Any:
    """A picture or film as the case wants it given."""
    if "url" in spec:
        return spec["url"]
    if "missing" in spec:
        return os.path.join(tempfile.gettempdir(), "chutes-no-such-folder", spec["missing"])
    if "fill" in spec:
        return base64.b64decode(spec.get("head_b64", "")) + bytes([spec["fill"][0]]) * spec["fill"][1]
    if "path_b64" in spec:
        path = Path(stack.enter_context(tempfile.TemporaryDirectory()), spec["filename"])
        path.write_bytes(base64.b64decode(spec["path_b64"]))
        return path
    return base64.b64decode(spec["b64"])


class BeyondRun(BaseRun):
    """Invocation in depth."""

    async def op_chat_parse(self) -> Any:
        schema = self.args.pop("output", {}).get("schema", {})
        made = await settle(self.client.chat.completions.parse(schema, **self.args, **self.options))
        return {**self.shown(made), "parsed": made.parsed}

    async def op_chat_run_tools(self) -> Any:
        limit = {"timeout": self.args.pop("tool_timeout_ms") / 1000} if "tool_timeout_ms" in self.args else {}
        tools = []
        for spec in self.args.pop("tools"):
            run = behaving(spec["behave"], self.variant)
            tools.append(Tool(spec["name"], spec["description"], spec["parameters"], run, **limit))
        told: list[Any] = []
        tell = {"on_step": lambda one: told.append(step_object(one))} if self.args.pop("on_step", False) else {}
        made = await settle(self.client.chat.completions.run_tools(**self.args, tools=tools, **tell, **self.options))
        steps = [step_object(one) for one in made.steps]
        shown = {"completion": self.shown(made.completion), "messages": made.messages, "steps": steps}
        return {**shown, "told": told} if tell else shown

    @contextmanager
    def sources(self, name: str) -> Iterator[dict[str, Any]]:
        """The argument that holds sources, while their files are there."""
        spec = self.args.pop(name, None)
        with ExitStack() as stack:
            if spec is None:
                yield {}
            else:
                yield {name: [source_of(one, stack) for one in spec] if isinstance(spec, list) else source_of(spec, stack)}

    async def op_content_part(self) -> Any:
        make = content.image_part if self.args["what"] == "image" else content.video_part
        extra = {"detail": self.args["detail"]} if "detail" in self.args else {}
        with self.sources("source") as given:
            part = make(given["source"], **extra)
        inner = part[part["type"]]
        length = len(inner["url"])
        if length > 200:
            inner["url"] = inner["url"][:60]
        return {"part": part, "length": length}

    # ---- media ----

    async def media(self, call: Callable[..., Any], *given: Any) -> Any:
        chute, to = self.args.pop("chute"), self.args.pop("to", False)
        progress: list[tuple[int, int | None]] = []
        extra = {"options": chutes_client.CallOptions(**self.options)} if self.options else {}
        if not to:
            made = await settle(call(chute, *given, **self.args, **extra))
            self.told = made.response
            return {"kind": "bytes", **image(made)}
        with tempfile.TemporaryDirectory() as folder:
            path = await settle(call(chute, *given, to=folder, on_progress=lambda *p: progress.append(p), **self.args, **extra))
            data = Path(path).read_bytes()
        return {"kind": "bytes", "length": len(data), "sha256": hashlib.sha256(data).hexdigest(), "progress": list(progress[-1])}

    async def op_audio_speech(self) -> Any:
        return await self.media(self.client.audio.speech, self.args.pop("text"))

    async def op_audio_music(self) -> Any:
        return await self.media(self.client.audio.music)

    async def op_audio_transcribe(self) -> Any:
        chute, sound = self.args.pop("chute"), base64.b64decode(self.args.pop("audio_b64"))
        extra = {"options": chutes_client.CallOptions(**self.options)} if self.options else {}
        segments = await settle(self.client.audio.transcribe(chute, sound, **self.args, **extra))
        self.told = segments.response
        return {"segments": [vars(one) for one in segments]}

    async def op_video_generate(self) -> Any:
        if "image_b64" in self.args:
            self.args["image"] = base64.b64decode(self.args.pop("image_b64"))
        return await self.media(self.client.video.generate)

    # ---- a chute as a function ----

    def chute(self) -> Any:
        """The handle of a reference; a session keeps it, with what it has learned."""
        ref = self.args.pop("ref")
        if self.call.get("session") is None:
            return self.client.chute(ref)
        return self.session.handles.setdefault(ref, self.client.chute(ref))

    async def cord(self) -> tuple[Any, str]:
        """The handle, its cords read if the case wants that, and the name or path that is called."""
        chute = self.chute()
        if self.args.get("resolve"):
            await settle(chute.cords())
        return chute, self.args.get("cord") or self.args["path"]

    async def op_chute_cords(self) -> Any:
        names = ("name", "path", "method", "stream", "content_type")
        return {"cords": [{name: getattr(one, name) for name in names} for one in await settle(self.chute().cords())]}

    async def op_chute_download(self) -> Any:
        progress: list[tuple[int, int | None]] = []
        extra = {"options": chutes_client.CallOptions(**self.options)} if self.options else {}
        with tempfile.TemporaryDirectory() as name:
            target = Path(name) / "out.bin"
            try:
                call = self.chute().download(self.args["path"], target, args=self.args.get("json"), on_progress=lambda *p: progress.append(p), **extra)
                data = (await settle(call)).read_bytes()
                return {"length": len(data), "sha256": hashlib.sha256(data).hexdigest(), "progress": list(progress[-1])}
            except chutes_client.ChutesError as error:
                self.fail(error)
                return {"kept": sorted(path.name for path in Path(name).iterdir())}

    async def op_chute_trace(self) -> Any:
        extra = {"options": chutes_client.CallOptions(**self.options)} if self.options else {}
        made = await settle(self.chute().trace(self.args["path"], self.args.get("json"), **extra))
        result = made.result
        if isinstance(result, chutes_client.Binary):
            result = {"content_type": result.content_type, "length": len(result.bytes), "sha256": hashlib.sha256(result.bytes).hexdigest()}
        return {"entries": [one.to_dict() for one in made.entries], "result": result, "error": made.error, "timeline": made.timeline()}

    # ---- many calls ----

    async def op_map(self) -> Any:
        given = {name: self.args[name] for name in ("concurrency", "ordered") if name in self.args}
        found: list[dict[str, Any]] = []
        results = self.client.map(lambda call: self.client.chat.completions.create(**call, **self.options), self.args["calls"], **given)
        async for one in self.each(results):
            kind = getattr(one.error, "kind", type(one.error).__name__)
            found.append({"index": one.index, **({"kind": kind} if one.error else {"content": one.value.choices[0].message.content})})
            if len(found) == self.args.get("take"):
                break
        await self.close(results)
        return {"results": found}

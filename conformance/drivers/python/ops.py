"""What a call of the protocol does: one public method of the client per op."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import pickle
import tempfile
import traceback
from typing import Any

import chutes_client
from beyond import BeyondRun
from chutes_client.sse import Decoder
from credentials import CredentialRun
from deep import DeepRun
from deep import item as _item
from runs import Skip, error_object, hook_fields, image, settle, step, wire

__all__ = ["Run", "Skip", "error_object", "hook_fields", "settle", "step"]


class Run(DeepRun, CredentialRun, BeyondRun):
    """The ops."""

    async def completion_stream(self, resource: Any) -> Any:
        extra = {"on_restart": self.args.pop("on_restart")} if "on_restart" in self.args else {}
        output = self.args.pop("output", None)
        stream = self.open = await settle(resource.stream(**self.args, **extra, **self.options))
        self.see("open")
        self.told = stream.response
        if self.stop.get("before_iterate") or self.call.get("consume") == "none":
            return await self.leave(stream)
        consume = self.call.get("consume") or "chunks"
        if consume != "final":
            if consume == "text":
                whole = await self.read(stream, "text", _text, stream.text_stream)
            elif consume == "events":
                whole = await self.read(stream, "event", _event, stream.events())
            else:
                whole = await self.read(stream, "chunk", _chunk)
            if not whole:
                return None
        final = await settle(stream.final())
        parsed = {} if output is None else {"parsed": chutes_client.parse_output(final, output["schema"])}
        return {**final.to_dict(), **parsed}

    async def op_chat_create(self) -> Any:
        return self.shown(await settle(self.client.chat.completions.create(**self.args, **self.options)))

    async def op_chat_stream(self) -> Any:
        return await self.completion_stream(self.client.chat.completions)

    async def op_completions_create(self) -> Any:
        return self.shown(await settle(self.client.completions.create(**self.args, **self.options)))

    async def op_completions_stream(self) -> Any:
        return await self.completion_stream(self.client.completions)

    async def op_embeddings_create(self) -> Any:
        return self.shown(await settle(self.client.embeddings.create(**self.args, **self.options)))

    async def op_models_list(self) -> Any:
        found = self.shown(await settle(self.client.models.list(**self.options)))
        return {**found, "items": found.get("data")}

    async def op_models_cost(self) -> Any:
        completions = [chutes_client.types.ChatCompletion(**given) for given in self.args["completions"]]
        costs = [await settle(self.client.models.cost(one)) for one in completions]
        return {"costs": [None if cost is None else vars(cost) for cost in costs]}

    async def generate(self, images: Any) -> Any:
        save = self.args.pop("save", False)
        with self.sources("image") as given:
            made = await settle(images.generate(**self.args, **given, **self.options))
        self.told = made.response
        shown = image(made)
        if save:
            with tempfile.TemporaryDirectory() as folder:
                path = made.save(os.path.join(folder, "image"))
                with open(path, "rb") as file:
                    shown["saved_sha256"] = hashlib.sha256(file.read()).hexdigest()
        return shown

    async def op_images_generate(self) -> Any:
        return await self.generate(self.client.images)

    async def op_images_generate_many(self) -> Any:
        told: list[list[int]] = []
        tell = {"on_progress": lambda *counts: told.append(list(counts))} if self.args.pop("progress", False) else {}
        made = await settle(self.client.images.generate_many(**self.args, **tell, **self.options))
        shown = [{"kind": one.kind} if isinstance(one, Exception) else image(one) for one in made]
        return {"images": shown, "progress": told} if tell else {"images": shown}

    def call_args(self) -> dict[str, Any]:
        made = {name: self.args[name] for name in ("method", "json", "validate") if name in self.args}
        return {**made, "options": chutes_client.CallOptions(**self.options)} if self.options else made

    async def op_chute_call(self) -> Any:
        chute, cord = await self.cord()
        if self.call.get("report"):  # a JSON value carries nothing by itself
            answer = await settle(chute.with_response(cord, **self.call_args()))
            value, self.told = answer.value, answer.response
        else:
            value = await settle(chute.call(cord, **self.call_args()))
        if isinstance(value, chutes_client.Binary):
            return {"kind": "bytes", **image(value)}
        return {"kind": "text", "text": value} if isinstance(value, chutes_client.Text) else {"kind": "json", "json": value}

    async def op_chute_stream(self) -> Any:
        chute, cord = await self.cord()
        stream = self.open = await settle(chute.stream(cord, **self.call_args()))
        self.told = stream.response
        self.see("open")
        if self.stop.get("before_iterate"):
            return await self.leave(stream)
        if await self.read(stream, "event", _event):
            return {"count": sum(o["k"] == "event" for o in self.obs)}
        return None

    async def op_chute_chat(self) -> Any:
        chat = self.chute().chat.completions
        if self.call.get("consume") is not None:
            return await self.completion_stream(chat)
        return self.shown(await settle(chat.create(**self.args, **self.options)))

    async def op_chute_image(self) -> Any:
        return await self.generate(self.chute().images)

    async def op_chute_embedding(self) -> Any:
        return self.shown(await settle(self.chute().embeddings.create(**self.args, **self.options)))

    async def op_chute_resolve(self) -> Any:
        chute = await settle(self.chute().resolve())
        return {"url": chute.url, "chute_id": chute.chute_id, "slug": chute.slug, "name": chute.name}

    async def op_chute_warmup(self) -> Any:
        timeout = {} if self.args.get("timeout_ms") is None else {"timeout": self.args["timeout_ms"] / 1000}
        if self.args.get("wait"):
            return wire(await settle(self.chute().wait_ready(**timeout)))
        stream = await settle(self.chute().warmup(**timeout, **self.options))
        self.see("open")
        await self.read(stream, "item", _item)
        items = [o["item"] for o in self.obs if o["k"] == "item"]
        return {"status": items[-1].get("status") if items else None}

    async def op_request(self) -> Any:
        named = {name: self.args[name] for name in ("query", "json") if name in self.args}
        answer = await settle(self.client.request(self.args["method"], self.args["path"], **named, **self.options))
        self.told = answer.response
        if answer.content and "json" in answer.headers.get("content-type", ""):
            return {"status": answer.status, "json": answer.json()}
        return {"status": answer.status, "text": answer.text}

    async def op_stream_second_iteration(self) -> Any:
        stream = await settle(self.client.chat.completions.stream(**self.args, **self.options))
        self.see("open")
        await self.read(stream, "chunk", _chunk)
        final = (await settle(stream.final())).to_dict()
        try:
            async for _ in self.each(stream):
                pass
        except Exception as error:
            self.error = error_object(error)
        return final

    async def op_error_repr(self) -> Any:
        then = self.args.pop("then", None)
        try:
            if then is not None:
                self.args = then["args"]
                await getattr(self, "op_" + then["op"].replace(".", "_"))()
            else:
                await settle(self.client.chat.completions.create(**self.args, **self.options))
        except chutes_client.ChutesError as error:
            self.error = error_object(error)
            again = pickle.loads(pickle.dumps(error))
            strings = [str(error), repr(error), "".join(traceback.format_exception(error)), str(again), repr(again)]
            return {"strings": [*strings, str(vars(error)), repr(self.client), str(self.client)]}
        return None

    def decode(self) -> None:
        limit = {"max_event_bytes": self.args["max_event_bytes"]} if "max_event_bytes" in self.args else {}
        decoder, events = Decoder(**limit), []
        try:
            for piece in self.args["slices"]:
                events += decoder.feed(base64.b64decode(piece))
            decoder.finish()
        except chutes_client.ChutesError as error:
            self.error = error_object(error)
            return
        shown = [{"event": e.event, "data": e.data, "id": e.id, "retry_ms": e.retry} for e in events]
        self.final = json.loads(json.dumps({"events": shown}))


def _chunk(chunk: Any) -> dict[str, Any]:
    return {"chunk": chunk.to_dict()}


def _event(event: Any) -> dict[str, Any]:
    return {"event": event.event, "data": event.data, "id": event.id}


def _text(text: Any) -> dict[str, Any]:
    return {"text": text}

"""Driver of the reference client: PROTOCOL.md on one side, the modules beside this file on the other."""

from __future__ import annotations

import base64
import gc
import hashlib
import json
import os
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import credentials
import deep
import depth
import depth_media
import depth_output
import depth_trace
import management
import resources
from chat import ChatStream, choices_of
from client import VERSION, Call, Client, as_it_reads, usable
from faults import Fault
from policy import Seam
from sse import Decoder

Json = dict[str, Any]


class Observer:
    """Collects what the caller sees and leaves early when told to."""

    def __init__(self, stop: Json | None, client: Client) -> None:
        self.began = time.monotonic()
        self.stop, self.client = stop or {}, client
        self.obs: list[Json] = []
        self.stopped = False
        if "after_ms" in self.stop:
            timer = threading.Timer(self.stop["after_ms"] / 1000, self._cancel)
            timer.daemon = True
            timer.start()

    def _cancel(self) -> None:
        self.stopped = True
        self.client.cancel()

    def see(self, kind: str, **fields: Any) -> None:
        self.obs.append({"t": round((time.monotonic() - self.began) * 1000, 3), "k": kind, **fields})

    def leaves(self, count: int) -> bool:
        return self.stop.get("after_chunks") == count

    def walk(self, items: Iterable[Any], close: Callable[[], None], show: Callable[[Any], None]) -> int:
        """Iterate with the stop rules; number of items seen."""
        self.see("open")
        count = 0
        try:
            if self.stop.get("before_iterate"):
                return self._leave(close, count)
            for item in items:
                count += 1
                show(item)
                if self.leaves(count):
                    return self._leave(close, count)
        except Fault:
            if self.stopped:
                return self._leave(close, count)
            self.see("error")
            raise
        self.see("end")
        return count

    def _leave(self, close: Callable[[], None], count: int) -> int:
        close()
        self.stopped = True
        self.see("stopped")
        return count


def fault_json(exc: Fault) -> Json:
    return {"kind": exc.kind, "class": type(exc).__name__, "class_parents": exc.parents, "status": exc.status, "message": exc.message,
            "code": exc.code, "param": exc.param, "type": exc.type, "request_id": exc.request_id, "retry_after_ms": exc.retry_after_ms, "retryable": exc.retryable,
            "attempts": exc.attempts, "reason": exc.reason, "partial": exc.partial, "raw_body_len": len(exc.raw_body), "repr": repr(exc), "offset": exc.offset, "fee": exc.fee,
            "text": exc.text, "quota_reset_timestamp": exc.reset, "tried": exc.tried, "steps": exc.steps, "messages": exc.messages, "cause": exc.cause}


def image_json(image: Json, save: bool) -> Json:
    data: bytes = image["bytes"]
    out: Json = {"content_type": image["content_type"], "length": len(data), "sha256": hashlib.sha256(data).hexdigest(),
                 "revised_prompt": image.get("revised_prompt")}
    out["data_url_prefix"] = f"data:{image['content_type']};base64,"[:22]
    if save:
        handle, path = tempfile.mkstemp()
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        with open(path, "rb") as file:
            out["saved_sha256"] = hashlib.sha256(file.read()).hexdigest()
        os.unlink(path)
    return out


def stream_op(message: Json, see: Observer, stream: ChatStream) -> Json:
    consume = message.get("consume") or "chunks"
    if consume == "final":
        see.see("open")
        return {"final": stream.final()}

    def show(chunk: Json) -> None:
        if consume == "chunks":
            see.see("chunk", chunk=chunk)
        else:
            for choice in choices_of(chunk):
                text = (choice.get("delta") or {}).get("content") or choice.get("text")
                if text and not choice.get("index"):
                    see.see("text", text=text)

    if consume == "none":
        see.stop.setdefault("before_iterate", True)
    if consume == "events":
        see.walk(stream.events(), stream.close, lambda e: see.see("event", event=e.event, data=e.data, id=e.id))
    else:
        see.walk(stream, stream.close, show)
    return {"partial": stream.partial} if see.stopped else {"final": stream.final()}


def events_op(see: Observer, stream: resources.EventStream) -> Json:
    count = see.walk(stream, stream.close, lambda e: see.see("event", event=e.event, data=e.data, id=e.id))
    return {} if see.stopped else {"final": {"count": count}}


def play(client: Client, message: Json, see: Observer) -> Json:
    """One op: `final` and what else belongs to its answer."""
    op, args, options = message["op"], dict(message.get("args") or {}), message.get("options") or {}
    ends = client.endpoints
    handle = handle_of(client, args.pop("ref"), options) if op.startswith("chute.") else None
    if op in depth.OPS:
        return depth.play(client, op, args, options)
    if op in deep.OPS:
        return deep.play(client, op, args, options, see)
    if op == "error.repr" and "then" in args:
        return play(client, {**message, "op": args["then"]["op"], "args": args["then"]["args"]}, see)
    if op in ("chat.create", "error.repr"):
        return {"final": resources.chat_create(client, ends["llm"], args, options)}
    if op == "completions.create":
        return {"final": resources.chat_create(client, ends["llm"], args, options, "/completions")}
    if op in ("chat.stream", "completions.stream", "stream.second_iteration"):
        path = "/completions" if op.startswith("completions") else "/chat/completions"
        wanted = args.pop("output", None)
        stream = resources.chat_stream(client, ends["llm"], args, options, path)
        out = stream_op(message, see, stream)
        if wanted:
            out["final"] = {**out["final"], "parsed": depth_output.read(out["final"], wanted["schema"])}
        if op == "stream.second_iteration":
            return {**out, "error": _second(stream)}
        return out
    if op == "signal.listeners":
        return {"final": listeners(client, args, options)}
    if op == "embeddings.create":
        return {"final": resources.embeddings(client, ends["embed"], args, options)}
    if op == "models.list":
        return {"final": resources.models(client, options)}
    if op == "images.generate":
        save = bool(args.pop("save", False))
        return {"final": image_json(resources.image(client, ends["image"], depth_media.inputs(args), options), save)}
    if op == "images.generate_many":
        tell = args.pop("progress", False)
        made, progress = depth_media.many(client, ends["image"], depth_media.inputs(args), options)
        images = [{"kind": one.kind} if isinstance(one, Fault) else image_json(one, False) for one in made]
        return {"final": {"images": images, **({"progress": progress} if tell else {})}}
    if handle is not None:
        return chute_op(client, handle, message, args, options, see)
    return manage_op(client, op, args, options, see)


def handle_of(client: Client, ref: str, options: Json) -> resources.Chute:
    """The handle on a chute: one per client, so that its look-up is made once."""
    handle: resources.Chute = client.handles.setdefault(ref, resources.Chute(client, ref, options))
    handle.options = options
    return handle


def listeners(client: Client, args: Json, options: Json) -> Json:
    """Many calls on the one event that ends the calls of this client; nothing is ever registered at it."""
    count, streamed = args.pop("calls"), args.pop("stream", False)
    for n in range(count):
        if streamed:
            stream = resources.chat_stream(client, client.endpoints["llm"], args, options)
            if n % 2:
                next(iter(stream))
                stream.close()
            else:
                stream.final()
        else:
            resources.chat_create(client, client.endpoints["llm"], args, options)
    return {"left": 0, "warnings": 0, "calls": count}


def _second(stream: ChatStream) -> Json | None:
    try:
        list(stream)
    except Fault as exc:
        return fault_json(exc)
    return None


def chute_op(client: Client, handle: resources.Chute, message: Json, args: Json, options: Json, see: Observer) -> Json:
    op = message["op"]
    if op == "chute.resolve":
        return {"final": handle.resolve()}
    if op == "chute.download":
        return depth_media.download_op(handle, args)
    if op == "chute.trace":
        return {"final": depth_trace.trace(handle, args)}
    if op == "chute.cords":
        return {"final": {"cords": handle.cords()}}
    if op == "chute.call":
        answer, value = handle.call(args)
        if isinstance(value, bytes):
            final: Json = {"kind": "bytes", "content_type": resources.sniff(value, answer.headers.get("content-type", "")),
                           "length": len(value), "sha256": hashlib.sha256(value).hexdigest()}
        elif isinstance(value, str) and "json" not in answer.headers.get("content-type", ""):
            final = {"kind": "text", "text": value}
        else:
            final = {"kind": "json", "json": value}
        return {"final": final}
    if op == "chute.stream":
        return events_op(see, handle.stream(args))
    if op == "chute.chat":
        if "consume" in message:
            return stream_op(message, see, resources.chat_stream(client, handle.url + "/v1", args, options))
        return {"final": resources.chat_create(client, handle.url + "/v1", args, options)}
    if op == "chute.image":
        return {"final": image_json(resources.image(client, handle.url, args, options), False)}
    if op == "chute.embedding":
        return {"final": resources.embeddings(client, handle.url, args, options)}
    if op == "chute.warmup":
        return warm_op(client, handle, args, options)
    raise KeyError(op)


def warm_op(client: Client, handle: resources.Chute, args: Json, options: Json) -> Json:
    found = handle.resolve()
    ref = found.get("chute_id") or found.get("slug") or handle.ref
    status = None
    call, _ = management.operation(client, {"resource": "chutes", "method": "warmup", "path": {"chute_id_or_name": ref}})
    body, attempts = client.perform(call, options)
    for event in resources.EventStream(client, body, attempts):
        status = json.loads(event.data).get("status")
        if status == "hot":
            body.close()
            break
    if status != "hot" and args.get("wait"):
        raise Fault("timeout", "the chute did not become hot", attempts=attempts)
    return {"final": {"status": status}}


def manage_op(client: Client, op: str, args: Json, options: Json, see: Observer) -> Json:
    if op == "mgmt":
        return {"final": management.manage(client, args, options)}
    if op == "mgmt.list_all":
        most = args.pop("max_items", None)
        if most:
            see.stop["after_chunks"] = most
        count = see.walk(management.pages(client, args, options), lambda: None, lambda i: see.see("item", item=i))
        see.obs.pop(0)
        return {"final": {"count": count}}
    if op == "mgmt.stream":
        stream, log = management.stream(client, args, options)
        items = stream if log else (item for event in stream if (item := stream.step(event)) is not None)
        count = see.walk(items, stream.close, lambda item: see.see("item", item=item))
        return {} if see.stopped else {"final": {"count": count, **({"offset": stream.offset} if log else {})}}
    if op == "request":
        path = as_it_reads(args["path"])
        url = path if path.startswith("http") else client.endpoints["api"] + path
        if not usable(url):
            raise Fault("config", "the path is neither below the API's host nor a URL with a host")
        answer = client.fetch(Call(args["method"], url, args.get("json"), query=args.get("query") or {}), options)
        text = answer.raw.decode("utf-8", "replace")
        if "json" in answer.headers.get("content-type", "") and text:
            return {"final": {"status": answer.status, "json": json.loads(text)}}
        return {"final": {"status": answer.status, "text": text}}
    raise KeyError(op)


def decode(args: Json) -> Json:
    decoder = Decoder(args["max_event_bytes"]) if args.get("max_event_bytes") else Decoder()
    events = []
    for piece in args["slices"]:
        events += decoder.feed(base64.b64decode(piece))
    decoder.finish()
    return {"final": {"events": [{"event": e.event, "data": e.data, "id": e.id} for e in events], "retry_ms": decoder.retry_ms}}


class Driver:
    """Sessions and the answer to each line."""

    def __init__(self) -> None:
        self.sessions: dict[str, Client] = {}
        self.lock = threading.Lock()
        self.environment = threading.Lock()

    def answer(self, message: Json) -> Json:
        command = message.get("cmd")
        if command == "hello":
            return {"sdk": "stdlib-reference", "version": VERSION, "variant": "", "concurrency": 16, "capabilities": ["virtual-clock", "async-cancel", "shared-signal"]}
        if command == "census":
            gc.collect()
            return {"obs": [], "final": {"heap": sys.getallocatedblocks(), "unit": "blocks"}}  # its threads are of a pool
        if command == "drop":
            client = self.sessions.pop(message["session"], None)
            if client:
                client.close()
            return {}
        try:
            return self.call(message)
        except KeyError as exc:
            return {"skip": f"unknown op or method {exc}"}
        except Exception:
            return {"driver_error": traceback.format_exc()[-2000:]}

    def make(self, message: Json) -> Client:
        start = message.get("now_ms")
        seam = Seam(message.get("clock") == "virtual", None if start is None else start / 1000, message.get("random"))
        with self.environment:
            saved = {k: v for k, v in os.environ.items() if k.startswith("CHUTES_")}
            for name in saved:
                del os.environ[name]
            os.environ.update(message.get("env") or {})
            config = (message.get("auth") or {}).get("config")
            handle, path = tempfile.mkstemp()
            with os.fdopen(handle, "w") as file:
                file.write(config or "")
            if config is not None:
                os.environ["CHUTES_CONFIG_PATH"] = path
            try:
                return Client(endpoints=message.get("endpoints"), base_url=message.get("base_url"), auth=message.get("auth"),
                              options=message.get("client"), seam=seam)
            finally:
                os.unlink(path)
                os.environ.pop("CHUTES_CONFIG_PATH", None)
                for name in message.get("env") or {}:
                    os.environ.pop(name, None)
                os.environ.update(saved)

    def client(self, message: Json) -> Client:
        name = message.get("session")
        with self.lock:
            if name and name in self.sessions:
                return self.sessions[name]
            client = self.make(message)
            if name:
                self.sessions[name] = client
            return client

    def call(self, message: Json) -> Json:
        began = time.monotonic()
        if message["op"] == "sse.decode":
            try:
                return {"obs": [], **decode(message["args"])}
            except Fault as exc:
                return {"obs": [], "error": fault_json(exc)}
        try:
            client = kept = self.client(message)
            if "with_options" in message:
                client = kept.with_options(message["with_options"])
        except Fault as exc:
            return {"obs": [], "error": fault_json(exc), "elapsed_ms": 0}
        count = message.get("repeat") or message.get("parallel") or 1
        try:
            if message.get("parallel"):
                with ThreadPoolExecutor(count) as pool:
                    runs = list(pool.map(lambda _: self.run(client, message), range(count)))
            else:
                runs = [self.run(client, message) for _ in range(count)]
        finally:
            if not message.get("session"):
                kept.close()
        if count > 1:
            return {"runs": runs, "elapsed_ms": (time.monotonic() - began) * 1000}
        return runs[0]

    def provide(self, client: Client, message: Json, see: Observer) -> None:
        """The OAuth provider of this client; its callback reports to the call at hand."""
        auth = message.get("auth") or {}
        if auth.get("mode") != "oauth":
            return
        failures = {"fail": 1 << 30, "fail-once": 1}.get(auth.get("store", "ok"), 0)

        def store(token: Json) -> None:
            see.see("token", access_token=token["access_token"], refresh_token=token.get("refresh_token"))
            client.stored += 1
            if client.stored <= failures:
                raise Fault("config", "the token could not be stored")

        with self.lock:
            if client.provider is None:
                client.secrets += [auth["token"]["access_token"], auth["token"]["refresh_token"], auth.get("client_secret") or ""]
                client.provider = credentials.Provider(auth, auth["token"], store, client.seam.now)
            client.provider.store = store

    def run(self, client: Client, message: Json) -> Json:
        slept = len(client.seam.slept)
        client.seam.cancelled.clear()
        see = Observer(message.get("stop"), client)
        told: list[Json] = []
        client.watch.listen(told.append if message.get("hooks") else None, fails=message.get("hooks") == "fail")
        out: Json = {"obs": see.obs, "final": None, "error": None}
        self.provide(client, message, see)
        try:
            out |= play(client, message, see)
            if "fault" in out:
                raise out.pop("fault")
        except Fault as exc:
            if see.stopped and message.get("stop"):
                exc = Fault("cancelled", "the call was cancelled", partial=exc.partial, attempts=exc.attempts)
            out["error"] = fault_json(exc)
            if message["op"] == "error.repr":
                out["final"] = {"strings": [str(exc), repr(exc), "".join(traceback.format_exception(exc)), repr(client)]}
        if message.get("report"):
            out["response"] = client.last
        if message.get("hooks"):
            out["hooks"] = told
        out["elapsed_ms"] = (time.monotonic() - see.began) * 1000
        if client.seam.virtual:
            out["sleeps_ms"] = [s * 1000 for s in client.seam.slept[slept:]]
        return out


def main(stdin: Iterable[str] = sys.stdin) -> None:
    """Read lines until the end of input; answers may come out of order."""
    driver, lock = Driver(), threading.Lock()

    def handle(line: str) -> None:
        message = json.loads(line)
        text = json.dumps({"seq": message["seq"], **driver.answer(message)})
        with lock:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()

    with ThreadPoolExecutor(32) as pool:
        for line in stdin:
            if line.strip():
                pool.submit(handle, line)


if __name__ == "__main__":
    main()

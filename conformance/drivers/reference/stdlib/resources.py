"""What can be called: chat, images, embeddings, chutes, management."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

import depth_cords
from chat import ChatStream, error_text, loads
from client import Answer, Call, Client, as_it_reads, config, escape
from depth_content import check_parts
from depth_meta import split_models
from faults import Fault, clean, without_choices
from sse import Decoder, Event
from wire import Body, Broken, Silent, translate

MAGIC = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"GIF8": "image/gif"}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)


def chat_create(client: Client, base: str, args: dict[str, Any], options: dict[str, Any], path: str = "/chat/completions") -> Any:
    if "stream" in args or "stream" in (options.get("extra_body") or {}):
        raise config("create never streams: use .stream()")
    check_parts(args.get("messages"))
    body, models = split_models(args)
    name = "createChatCompletion" if path.startswith("/chat") else "createCompletion"
    value = client.json(Call("POST", base + path, body, invocation=True, operation=name, models=models), options)
    if not isinstance(value.get("choices"), list):
        raise Fault("unexpected_response", without_choices(value, client.key, *client.secrets), status=200, attempts=1)
    return value


def chat_stream(client: Client, base: str, args: dict[str, Any], options: dict[str, Any], path: str = "/chat/completions") -> ChatStream:
    check_parts(args.get("messages"))
    given, models = split_models(args)
    body = {**given, "stream": True}
    body.setdefault("stream_options", {"include_usage": True})
    name = "createChatCompletion" if path.startswith("/chat") else "createCompletion"
    call = Call("POST", base + path, body, accept="text/event-stream", invocation=True, stream=True, operation=name, models=models)
    answer, attempts = client.perform(call, options)
    headers = answer.head.map()
    model = (client.last or {}).get("model")
    return ChatStream(answer, secrets=[client.key, *client.secrets], attempts=attempts, release=client.release,
                      on_restart=client.options.get("on_restart", "error"), max_event=client.options.get("max_event_bytes"),
                      request_id=headers.get("x-request-id") or headers.get("x-chutes-invocationid"),
                      tell=lambda kind, chunks, usage: client.watch.stream_end(operation=name, kind=kind, chunks=chunks, usage=usage, model=model))


def embeddings(client: Client, base: str, args: dict[str, Any], options: dict[str, Any]) -> Any:
    body, models = split_models(args)
    value = client.json(Call("POST", base + "/v1/embeddings", body, invocation=True, operation="createEmbeddings", models=models), options)
    if not isinstance(value.get("data"), list):
        raise Fault("unexpected_response", "the answer has no vectors", status=200, attempts=1)
    return value


def models(client: Client, options: dict[str, Any]) -> Any:
    value = client.json(Call("GET", client.endpoints["llm"] + "/models"), options)
    return {"items": value.get("data") or []}


def sniff(data: bytes, header: str) -> str:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    found = next((t for magic, t in MAGIC.items() if data.startswith(magic)), None)
    return found or header.split(";")[0].strip() or "application/octet-stream"


def image(client: Client, base: str, args: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """One image: `{"bytes", "content_type", "revised_prompt"}`."""
    args = dict(args)
    mode = args.pop("mode", "native")
    if "n" in args:
        raise config("generate makes one image; n belongs to generate_many")
    if mode == "openai":
        path = "/v1/images/generations"
        args["response_format"] = "b64_json"
    else:
        path = "/generate"
        if "response_format" in args:
            raise config("response_format does not exist in native mode, which answers with bytes")
        if args.get("size"):
            size = re.fullmatch(r"(\d+)x(\d+)", str(args.pop("size")))
            if not size:
                raise config("size must look like 1024x768")
            args |= {"width": int(size.group(1)), "height": int(size.group(2))}
    accept, name = ("image/*", "generateImage") if mode != "openai" else ("application/json", "createImage")
    call = Call("POST", base + path, args, accept=accept, invocation=True, operation=name)
    return _image_of(client, client.fetch(call, options))


def _image_of(client: Client, answer: Answer) -> dict[str, Any]:
    content_type = answer.headers.get("content-type", "")
    if "html" in content_type or not answer.raw:
        raise client.unexpected(answer, "no image came")
    if "json" not in content_type:
        return {"bytes": answer.raw, "content_type": sniff(answer.raw, content_type)}
    try:
        value = loads(answer.raw.decode("utf-8", "replace"))
        entry = value["data"][0]
        data = base64.b64decode(entry["b64_json"], validate=True)
    except (ValueError, KeyError, IndexError, TypeError, binascii.Error):
        raise client.unexpected(answer, "the answer holds no decodable image") from None
    if not data:
        raise client.unexpected(answer, "the image is empty")
    return {"bytes": data, "content_type": sniff(data, ""), "revised_prompt": entry.get("revised_prompt")}


class Chute:
    """A handle on one chute; looked up once, when first needed."""

    def __init__(self, client: Client, ref: str, options: dict[str, Any]) -> None:
        self.client, self.ref, self.options = client, ref, options
        self._found: dict[str, Any] | None = None
        self._cords: list[dict[str, Any]] | None = None

    def resolve(self) -> dict[str, Any]:
        if self._found is None:
            begun = self.client.seam.now()
            self._found = self._resolve()
            if "deadline_ms" in self.options:  # one deadline for the look-up and the call
                left = self.options["deadline_ms"] - (self.client.seam.now() - begun) * 1000
                self.options = {**self.options, "deadline_ms": max(1.0, left)}
        return self._found

    @property
    def _limits(self) -> dict[str, Any]:
        """The options of a call but for what belongs to its own request."""
        return {name: value for name, value in self.options.items() if not name.startswith("extra_")}

    def _resolve(self) -> dict[str, Any]:
        ref = self.ref
        if re.match(r"https?://", ref):
            return {"url": ref.rstrip("/")}
        if not ref:
            raise config("a chute reference must not be empty")
        if UUID.fullmatch(ref) or "/" in ref:
            found = self._look_up(ref)
            return {"url": self.client.endpoints["chute"].replace("{slug}", found["slug"]), "slug": found["slug"],
                    "chute_id": found.get("chute_id"), "name": found.get("name")}
        if "." in ref:
            return {"url": f"https://{ref}"}
        return {"url": self.client.endpoints["chute"].replace("{slug}", ref), "slug": ref}

    def _look_up(self, ref: str) -> dict[str, Any]:
        api = self.client.endpoints["api"]
        try:
            found = self.client.json(Call("GET", f"{api}/chutes/{escape('ref', ref, True)}"), self._limits)
        except Fault as exc:
            if exc.kind != "not_found":
                raise
            found = self._by_name(ref) if "/" in ref else None
        if not found or not found.get("slug"):
            raise Fault("not_found", f"there is no chute {ref!r}", status=404, attempts=1)
        if "cords" in found:
            self._cords = depth_cords.listed(found)
        return dict(found)

    def cords(self) -> list[dict[str, Any]]:
        """The cords of the chute, read once."""
        found = self.resolve()
        if self._cords is None:
            if "slug" not in found:
                raise config("the cords of a URL cannot be read: give a slug, an id or user/name")
            ident = found.get("chute_id") or self._by_slug(found["slug"])
            chute = self.client.json(Call("GET", f"{self.client.endpoints['api']}/chutes/{ident}"), self._limits)
            self._cords = depth_cords.listed(chute)
        return self._cords

    def _by_slug(self, slug: str) -> str:
        call = Call("GET", self.client.endpoints["api"] + "/chutes/", query={"slug": slug, "include_public": True})
        page = self.client.json(call, self._limits)
        for item in page.get("items") or []:
            if item.get("slug") == slug and item.get("chute_id"):
                return str(item["chute_id"])
        raise Fault("not_found", f"there is no chute {slug!r}", status=404, attempts=1)

    def _by_name(self, ref: str) -> dict[str, Any] | None:
        user, _, name = ref.partition("/")
        call = Call("GET", self.client.endpoints["api"] + "/chutes/", query={"name": name, "include_public": True})
        page = self.client.json(call, self._limits)
        for item in page.get("items") or []:
            if item.get("name") == name and (item.get("user") or {}).get("username") == user:
                return dict(item)
        return None

    @property
    def url(self) -> str:
        found = self.resolve()
        if self.client.options.get("via") == "api":
            ident = found.get("chute_id") or (self.ref if UUID.fullmatch(self.ref) else None)
            if not ident:
                raise config("via='api' needs a chute id or user/name")
            return f"{self.client.endpoints['api']}/chutes/{ident}"
        if found.get("chute_id") or found.get("slug"):
            self.client.chutes[str(found["url"])] = found.get("chute_id") or found["slug"]
        return str(found["url"])

    def _call(self, args: dict[str, Any], accept: str, stream: bool) -> Call:
        url, given = self.url, args.get("json") or {}
        what = args.get("cord") or args["path"]
        known = self.cords() if args.get("cord") or args.get("resolve") else self._cords or []
        cord = depth_cords.cord_for(known, what, stream) if known or args.get("cord") else None
        method = args.get("method") or (cord["method"] if cord else "POST")
        if method == "GET" and given:
            raise config("a GET cord takes no arguments")
        if cord and args.get("validate") is not False:
            depth_cords.check(cord, given)
        path = as_it_reads(cord["path"] if cord else what if what.startswith("/") else f"/{what}")
        if "?" in path:
            raise config("the path of a cord holds no query")
        return Call(method, url + path, None if method == "GET" else given, accept=accept, invocation=True, stream=stream, operation="callCord")

    def call(self, args: dict[str, Any], media: bool = False) -> tuple[Answer, Any]:
        """The answer and its value: decoded JSON, text, or bytes. Who wants media looks at an event stream himself."""
        body, attempts = self.client.perform(self._call(args, "*/*", False), self.options)
        content_type = body.head.map().get("content-type", "")
        if "text/event-stream" in content_type and not media:
            body.close()
            raise config("this cord answers with a stream: use .stream()")
        try:
            raw = body.read_all(1 << 28)
        except (Broken, Silent) as exc:
            body.close()
            raise translate(exc) from None
        self.client._finish(body)
        answer = Answer(body.head.status, body.head.map(), raw, attempts)
        if "json" in content_type:
            try:
                return answer, loads(raw.decode("utf-8", "replace"))
            except ValueError:
                raise self.client.unexpected(answer, "the answer is no valid JSON") from None
        if content_type.startswith("text/"):
            return answer, raw.decode("utf-8", "replace")
        return answer, raw

    def stream(self, args: dict[str, Any]) -> EventStream:
        body, attempts = self.client.perform(self._call(args, "text/event-stream", True), self.options)
        return EventStream(self.client, body, attempts, "callCord")


class EventStream:
    """Events of a cord or a warm-up; ends at the end of the body."""

    def __init__(self, client: Client, body: Body, attempts: int, operation: str = "") -> None:
        self.client, self.body, self.attempts, self.operation = client, body, attempts, operation
        self._count = 0
        headers = body.head.map()
        self.request_id = headers.get("x-request-id") or headers.get("x-chutes-invocationid")

    def close(self) -> None:
        self._ended("cancelled")
        self.body.close()

    def _ended(self, kind: str | None) -> None:
        """Told once: None at the end of the body."""
        operation, self.operation = self.operation, ""
        if operation:
            self.client.watch.stream_end(operation=operation, kind=kind, chunks=self._count, usage=None, model=None)

    def __iter__(self) -> Iterator[Event]:
        try:
            for event in self._events():
                self._count += 1
                yield event
            self._ended(None)
        except Fault as exc:
            self._ended(exc.kind)
            raise

    def _events(self) -> Iterator[Event]:
        decoder = Decoder()
        try:
            while data := self.body.read():
                yield from decoder.feed(data)
        except Silent as exc:
            raise Fault("timeout", str(exc), reason="idle_timeout", attempts=self.attempts, request_id=self.request_id) from None
        except Broken as exc:
            raise Fault("stream_interrupted", str(exc.args[0]), reason="connection", attempts=self.attempts, request_id=self.request_id) from None
        finally:
            self.client._finish(self.body) if self.body.ended else self.body.close()
        tail = decoder.finish()
        self._check_tail(tail)
        name, _, value = tail.partition(":")
        rest = [decoder.open_data] if decoder.open_data is not None else []
        if name == "data" and tail:
            rest.append(value.removeprefix(" "))
        if rest:
            yield Event(decoder.open_event or "message", "\n".join(rest), decoder.last_id)

    def value(self, event: Event) -> Any:
        """The JSON of an event, where every event but pings is to be some; None for a ping."""
        if event.data.strip()[:1] in ("", ":"):
            return None
        try:
            return loads(event.data)
        except ValueError:
            text = clean(event.data[:200], self.client.key)
            raise Fault("stream_error", f"broken JSON in an event: {text}", attempts=self.attempts, request_id=self.request_id) from None

    def step(self, event: Event) -> Any:
        """A step of a warm-up: its value, unless that reports an error, which ends the call; in a trace an error is a value."""
        found = self.value(event)
        told = error_text(found, self.client.key) if isinstance(found, dict) else None
        if told is not None:
            raise Fault("stream_error", told, attempts=self.attempts, request_id=self.request_id)
        return found

    def _check_tail(self, tail: str) -> None:
        try:
            value = loads(tail)
        except ValueError:
            return
        if isinstance(value, dict) and value.get("error") is not None:
            text = value["error"] if isinstance(value["error"], str) else str(value["error"].get("message", "error"))
            raise Fault("stream_error", clean(text, self.client.key), attempts=self.attempts, request_id=self.request_id)

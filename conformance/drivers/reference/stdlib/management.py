"""The management API of the reference client: every operation of the table beside this file, with all kinds of bodies and results."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

from chat import loads
from client import Call, Client, config, escape
from faults import Fault, clean
from resources import EventStream, sniff
from wire import Broken, Silent, translate

Json = dict[str, Any]
OPERATIONS: Json = json.loads((Path(__file__).parent / "operations.json").read_text())
TEXTS = ("text", "html", "csv")


def operation(client: Client, args: Json) -> tuple[Call, Json]:
    """A call from its resource, method and arguments, and its row of the table."""
    op = OPERATIONS[f"{args['resource']}.{args['method']}"]
    path = op["path"]
    for name in re.findall(r"{(\w+)}", path):
        path = path.replace("{" + name + "}", escape(name, str((args.get("path") or {}).get(name, "")), op["keep_slash"]))
    headers = {**op["headers"], **{k: str(v) for k, v in (args.get("headers") or {}).items()}}
    body, media = _body(op, args)
    if media:
        headers["Content-Type"] = media
    if op["auth"] == "fingerprint":
        client.secrets.append(args["fingerprint"])
    base = client.endpoints["llm" if op["host"] == "llm" else "api"]
    stream = op["result"] in ("sse", "lines")
    call = Call(
        op["verb"], base + path, body, query={**(args.get("query") or {}), **op["fixed"]}, headers=headers, accept=op["accept"],
        idempotent=not op["once"], stream=stream, no_idle=op["endless"], purpose=op["purpose"], name=op["id"],
        credential=args.get("fingerprint") if op["auth"] == "fingerprint" else None, public=op["auth"] == "none",
        long=op["result"] in ("bytes", "text", "html", "csv") or op["body"] == "multipart",
    )
    return call, op


def _body(op: Json, args: Json) -> tuple[Any, str]:
    """What to send, and its content type where it is no JSON."""
    given = args.get("body")
    if op["guard"]:
        field, flag, message = op["guard"]
        said = bool((args.get("flags") or {}).get(flag))
        if (field in (given or {})) == said:
            raise config(message)
    if op["body"] == "free":
        return args.get("args") or {}, ""
    if op["body"] == "bytes":
        return base64.b64decode(args["data"]), "application/octet-stream"
    if op["body"] == "form":
        pairs = {k: str(v).lower() if isinstance(v, bool) else str(v) for k, v in given.items() if v is not None}
        return urlencode(pairs).encode(), "application/x-www-form-urlencoded"
    if op["body"] == "multipart":
        return multipart(op["fields"], given or {}, args.get("files") or {})
    return given, ""


def multipart(fields: list[str], plain: Json, files: Json) -> tuple[bytes, str]:
    """The parts in the order of the document."""
    boundary = f"chutes-client-{secrets.token_hex(16)}"
    out = bytearray()
    for name in fields:
        if name in files:
            one = files[name]
            if one.get("missing"):
                raise config(f"the file for {name} cannot be read")
            data = bytes([one["fill"][0]]) * one["fill"][1] if "fill" in one else base64.b64decode(one["b64"])
            kind = one.get("content_type") or sniff(data, "")
            file_name = re.sub('["\r\n]', lambda m: f"%{ord(m[0]):02X}", one.get("filename") or name)
            head = f'Content-Disposition: form-data; name="{name}"; filename="{file_name}"\r\nContent-Type: {kind}\r\n'
        elif plain.get(name) is not None:
            value = plain[name]
            data = (str(value).lower() if isinstance(value, bool) else str(value)).encode()
            head = f'Content-Disposition: form-data; name="{name}"\r\n'
        else:
            continue
        out += f"--{boundary}\r\n{head}\r\n".encode() + data + b"\r\n"
    return bytes(out) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def filename(headers: dict[str, str]) -> str | None:
    """The name that the server gives a file: no folder, and no leading dot, which hides a file."""
    told = headers.get("content-disposition", "")
    extended, plain = re.search(r"filename\*=UTF-8''([^;]+)", told), re.search(r'filename="?([^";]+)', told)
    name = unquote(extended[1]) if extended else plain[1] if plain else ""
    return re.split(r"[\\/]", name)[-1].lstrip(". ") or None


def manage(client: Client, args: Json, options: Json) -> Any:
    call, op = operation(client, args)
    if op["result"] == "none":
        client.fetch(call, options)
        return None
    if op["result"] in TEXTS:
        return {"text": client.fetch(call, options).raw.decode("utf-8", "replace")}
    if op["result"] == "bytes":
        answer = client.fetch(call, options)
        return {"content_type": sniff(answer.raw, answer.headers.get("content-type", "")), "length": len(answer.raw),
                "sha256": hashlib.sha256(answer.raw).hexdigest(), "filename": filename(answer.headers)}
    value = client.json(call, options, object)
    if isinstance(value, (int, float)):
        raise Fault("unexpected_response", "a bare number came where a record is due", status=200, attempts=1)
    if "send_back" in args:
        return _send_back(client, args["send_back"], value, options)
    if args["resource"] == "chutes" and args["method"] == "list":
        with_cords(value)
    return {"items": value} if isinstance(value, list) else value


def _send_back(client: Client, how: Json, value: Json, options: Json) -> Any:
    body = {**how["body"], **{field: value[field] for field in how["fields"]}}
    return manage(client, {"resource": "chutes", "method": "create", "body": body}, options)


def with_cords(page: Any) -> Any:
    """The items of a page with the cords that stand beside them."""
    refs = page.get("cord_refs") or {} if isinstance(page, dict) else {}
    for item in page.get("items") or []:
        if not item.get("cords") and item.get("cord_ref_id") in refs:
            item["cords"] = refs[item["cord_ref_id"]]
    return page


def pages(client: Client, args: Json, options: Json) -> Iterator[Any]:
    """Every item of every page."""
    page, before = int((args.get("query") or {}).get("page", 0)), None
    while True:
        query = {**(args.get("query") or {}), **({"page": page} if page or "page" in (args.get("query") or {}) else {})}
        value = manage(client, {**args, "query": query}, options)
        items = value.get("items") or []
        if items and items == before:
            raise Fault("pagination_stuck", f"page {page} repeats the page before it")
        yield from items
        total, size = value.get("total"), value.get("limit") or len(items)
        if not items or total is None and "total" not in value or (total is not None and (page + 1) * size >= total):
            return
        before, page = items, page + 1
        if page >= 10000:
            raise Fault("pagination_stuck", "more than 10000 pages")


def no_page(body: Any, attempts: int) -> tuple[Any, int]:
    """Refuses a page of HTML where a stream was due."""
    if "html" in body.head.map().get("content-type", "").lower():
        raise Fault("unexpected_response", "an HTML page came instead of a stream", status=body.head.status, attempts=attempts)
    return body, attempts


class LogStream:
    """Records of a build log, in either form; `offset` is the last one seen."""

    def __init__(self, client: Client, call: Call, options: Json) -> None:
        self.client, self.offset = client, None
        self.body, self.attempts = no_page(*client.perform(call, options))

    def close(self) -> None:
        self.body.close()

    def __iter__(self) -> Iterator[Json]:
        rest, plain = b"", "event-stream" not in self.body.head.map().get("content-type", "")
        try:
            while data := self.body.read():
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    item = self._record(line.rstrip(b"\r"), plain)
                    if item == "done":
                        return self.close()
                    if item:
                        yield item
        except (Broken, Silent) as exc:
            raise self._broken(translate(exc).kind, str(exc.args[0])) from None
        self.client._finish(self.body) if self.body.ended else self.body.close()
        if rest and (item := self._record(rest, plain)) and item != "done":
            yield item
        elif rest != b"DONE" and not plain:
            raise self._broken("", "the log ended before the build did")

    def _broken(self, kind: str, message: str) -> Fault:
        if kind == "timeout":
            fault = Fault("timeout", message, attempts=self.attempts)
        else:
            fault = Fault("stream_interrupted", message, reason="connection" if kind else "truncated", attempts=self.attempts)
        fault.offset = self.offset
        return fault

    def _record(self, line: bytes, plain: bool) -> Any:
        text = line.decode("utf-8", "replace")
        if plain:
            return {"log_type": None, "log": text, "offset": None}
        if text == "DONE":
            return "done"
        if not text.startswith("data:"):
            return None
        text = text[5:].removeprefix(" ")
        if text.startswith("ERROR:"):
            fault = Fault("stream_error", clean(text.removeprefix("ERROR:").strip(), self.client.key), attempts=self.attempts)
            fault.offset = self.offset
            raise fault
        value = loads(text)
        self.offset = value.get("offset") or self.offset
        inner = value.get("log")
        inner = inner if isinstance(inner, dict) else {"log_type": None, "log": inner}
        return {"log_type": inner.get("log_type"), "log": inner.get("log"), "offset": value.get("offset")}


def stream(client: Client, args: Json, options: Json) -> tuple[Any, bool]:
    """A stream of records or of events, and whether it is a log."""
    call, op = operation(client, args)
    if op["result"] == "lines":
        return LogStream(client, call, options), True
    return EventStream(client, *no_page(*client.perform(call, options))), False

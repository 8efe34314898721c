"""Flaws of calls, streams, retries and connections: each replaces one function of the reference client."""

from __future__ import annotations

import re
import ssl
import sys
import time
from collections.abc import Callable
from typing import Any

import chat
import client
import faults
import management
import policy
import resources
import sse
import wire


def lf_only() -> None:
    """Knows no line end but LF (and CRLF)."""
    sse._LINE_END = re.compile(rb"\r?\n")


def decode_each_read() -> None:
    """Decodes every read by itself."""
    plain = sse.Decoder.feed
    sse.Decoder.feed = lambda self, data: plain(self, data.decode("utf-8", "replace").encode())  # type: ignore[method-assign]


def no_cap() -> None:
    """Grows with the event, without end."""
    sse.Decoder._check = lambda self, more: None  # type: ignore[method-assign]


def join_role() -> None:
    """Joins whatever is a text."""
    plain = chat.Accumulator._delta

    def delta(self: chat.Accumulator, mine: dict[str, Any], part: dict[str, Any]) -> None:
        before = mine["message"]["role"]
        plain(self, mine, part)
        mine["message"]["role"] = before + (part.get("role") or "")

    chat.Accumulator._delta = delta  # type: ignore[method-assign]


def sum_usage() -> None:
    """Adds up the usages of all chunks."""
    plain = chat.Accumulator.add

    def add(self: chat.Accumulator, chunk: dict[str, Any]) -> None:
        before = self.top.get("usage") or {}
        plain(self, chunk)
        if chunk.get("usage"):
            self.top["usage"] = {k: v + before.get(k, 0) if isinstance(v, int) else v for k, v in chunk["usage"].items()}

    chat.Accumulator.add = add  # type: ignore[method-assign]


def tools_by_index() -> None:
    """Takes a missing index for 0."""
    plain = chat.Accumulator._call
    chat.Accumulator._call = lambda self, calls, part: plain(self, calls, {**part, "index": part.get("index") or 0})  # type: ignore[method-assign]


def retry_all() -> None:
    """Tries every error status again."""
    plain = policy._worth
    policy._worth = lambda tried, method, invocation, asked: bool(tried.fault.status) or plain(tried, method, invocation, asked)


def no_jitter() -> None:
    """Waits the same every time."""
    policy.Seam.random = lambda self: 0.5 if self.fixed is None else self.fixed  # type: ignore[method-assign]


def no_deadline() -> None:
    """Looks at the deadline only while bytes are waited for."""
    plain = policy.decide
    client.decide = lambda tried, **more: plain(tried, **{**more, "deadline": None})


def idle_is_total() -> None:
    """Counts the idle limit from the headers on, whatever comes."""
    plain = wire.Body._more

    def more(self: wire.Body) -> bytes:
        if not hasattr(self, "ends"):
            self.ends = time.monotonic() + self.limits.idle if self.limits.idle else None  # type: ignore[attr-defined]
        if self.ends and time.monotonic() > self.ends:
            raise wire.Silent("no byte within the time-out")
        return plain(self)

    wire.Body._more = more  # type: ignore[method-assign]


def deaf_sleep() -> None:
    """Sleeps on before a retry, though the call was cancelled."""
    def sleep(self: policy.Seam, seconds: float) -> None:
        if self.virtual:
            self.slept.append(seconds)
            self._now += seconds
        else:
            time.sleep(min(seconds, 1.0))

    policy.Seam.sleep = sleep  # type: ignore[method-assign]


def status_only() -> None:
    """Says the status and nothing of the server's words."""
    plain = faults.classify

    def classify(status: int, headers: dict[str, str], raw: bytes, *secrets: str | None, **more: Any) -> faults.Fault:
        out = plain(status, headers, raw, *secrets, **more)
        out.message = f"Error code: {status}"
        return out

    client.classify = classify


def text_first() -> None:
    """Takes the kind from the words, whatever the status."""
    plain = faults.kind_for
    faults.kind_for = lambda status, text, body=None: "rate_limited" if "rate" in text.lower() else plain(status, text, body)


def keys_abroad() -> None:
    """Follows a GET to another origin with everything it has."""
    plain = client.Client._send

    def send(self: client.Client, call: Any, url: Any, headers: Any, body: Any, limits: Any, attempt: int, home: str, keyed: bool) -> Any:
        return plain(self, call, url, headers, body, limits, attempt, client.origin(url), keyed)

    client.Client._send = send  # type: ignore[method-assign]


def any_certificate() -> None:
    """Trusts every certificate."""
    plain = ssl.create_default_context

    def context(**more: Any) -> ssl.SSLContext:
        out = plain(**more)
        out.check_hostname, out.verify_mode = False, ssl.CERT_NONE
        return out

    wire.ssl.create_default_context = context  # type: ignore[attr-defined]


def null_options() -> None:
    """Sends an option that was not given, as null."""
    plain = resources.embeddings
    resources.embeddings = lambda cl, base, args, options: plain(cl, base, {"dimensions": None, **args}, options)


def any_header() -> None:
    """Sends headers as they come, and cuts what does not fit."""
    client.check_headers = lambda headers: headers.update({k: str(v).splitlines()[0] for k, v in headers.items()})


def header_type() -> None:
    """Believes the header about the type of an image."""
    resources.sniff = lambda data, header: header or "application/octet-stream"


def short_page() -> None:
    """Takes a page that is not full for the last one."""
    plain = management.pages

    def pages(cl: Any, args: dict[str, Any], options: dict[str, Any]) -> Any:
        seen = 0
        for item in plain(cl, args, options):
            seen += 1
            yield item
            if seen % int((args.get("query") or {}).get("limit", 25)):
                return

    management.pages = pages


def no_reuse() -> None:
    """Opens a connection for every call."""
    client.Client.release = lambda self, body: body.close()  # type: ignore[method-assign]


def stale_reuse() -> None:
    """Takes pooled connections unseen."""
    wire.Connection.stale = property(lambda self: False)  # type: ignore[method-assign, assignment]


def environment_first() -> None:
    """Lets the environment win over what is given."""
    plain = client.Client._endpoints

    def endpoints(self: client.Client, given: Any, base: str | None) -> dict[str, str]:
        return {**plain(self, given, base), **{k: v for k, v in plain(self, None, None).items() if client.os.environ.get(f"CHUTES_{k.upper()}_URL")}}

    client.Client._endpoints = endpoints  # type: ignore[method-assign]


def half_body() -> None:
    """Takes the end of the connection for the end of a body."""
    def counted(self: wire.Body) -> Any:
        while self._left and (data := self._more()):
            self._left -= len(data)
            yield data
        self._finish()

    wire.Body._counted = counted  # type: ignore[method-assign]


def half_coding() -> None:
    """Is content with what a cut-off gzip body held."""
    plain = wire.Body.read

    def read(self: wire.Body) -> bytes:
        try:
            return plain(self)
        except wire.Broken as exc:
            if "coded body is cut off" in str(exc.args[0]):
                return b""
            raise

    wire.Body.read = read  # type: ignore[method-assign]


def repeated_post() -> None:
    """Sends an invocation again, however late its connection was lost."""
    plain = policy.decide

    def decide(tried: policy.Attempt, **more: Any) -> float | None:
        tried.since_written = 0.0
        return plain(tried, **more)

    client.decide = decide


def no_extensions() -> None:
    """Knows chunk sizes, but no extensions of chunks."""
    plain = wire.Body._line
    wire.Body._line = lambda self: plain(self).replace(b";", b"!")  # type: ignore[method-assign]


def cord_tail() -> None:
    """Reads the end of a cord's stream as any end."""
    resources.EventStream._check_tail = lambda self, tail: None  # type: ignore[method-assign]


def by_arrival() -> None:
    """Hands out embeddings in the order of their arrival, without their index."""
    plain = resources.embeddings

    def embeddings(cl: Any, base: str, args: dict[str, Any], options: dict[str, Any]) -> Any:
        value = plain(cl, base, args, options)
        return {**value, "data": [{k: v for k, v in one.items() if k != "index"} for one in value.get("data") or []]}

    resources.embeddings = embeddings


def talkative() -> None:
    """Logs the headers of every request where a log was asked for."""
    plain, made = client.Client._credentials, client.Client.__init__

    def init(self: client.Client, **given: Any) -> None:
        made(self, **given)
        self.log = client.os.environ.get("CHUTES_LOG") == "debug"  # type: ignore[attr-defined]

    def credentials(self: client.Client, call: Any, body: bytes | None, *more: Any) -> dict[str, str]:
        headers = plain(self, call, body, *more)
        if self.log:  # type: ignore[attr-defined]
            print(f"{call.method} {call.url} {headers}", file=sys.stderr, flush=True)
        return headers

    client.Client.__init__, client.Client._credentials = init, credentials  # type: ignore[method-assign]


FLAWS: dict[str, Callable[[], None]] = {
    "lf-only": lf_only, "decode-each-read": decode_each_read, "no-cap": no_cap, "join-role": join_role, "sum-usage": sum_usage,
    "tools-by-index": tools_by_index, "retry-all": retry_all, "no-jitter": no_jitter, "no-deadline": no_deadline, "idle-is-total": idle_is_total,
    "deaf-sleep": deaf_sleep, "status-only": status_only, "text-first": text_first, "keys-abroad": keys_abroad, "any-certificate": any_certificate,
    "null-options": null_options, "any-header": any_header, "header-type": header_type, "short-page": short_page, "no-reuse": no_reuse,
    "stale-reuse": stale_reuse, "environment-first": environment_first, "half-body": half_body, "half-coding": half_coding, "repeated-post": repeated_post,
    "no-extensions": no_extensions, "cord-tail": cord_tail, "by-arrival": by_arrival, "talkative": talkative,
}

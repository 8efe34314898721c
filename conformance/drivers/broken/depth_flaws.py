"""Flaws of what goes beyond one call: each replaces one function of the reference client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import depth_content
import depth_cords
import depth_hooks
import depth_limits
import depth_map
import depth_media
import depth_meta
import depth_output
import depth_schema
import depth_tools
import depth_trace
import resources
from faults import Fault


def length_is_good() -> None:
    """Reads an answer that was cut off like any other."""
    plain = depth_output.read

    def read(completion: dict[str, Any], schema: Any) -> Any:
        choices = [{**c, "finish_reason": "stop" if c.get("finish_reason") == "length" else c.get("finish_reason")} for c in completion["choices"]]
        return plain({**completion, "choices": choices}, schema)

    depth_output.read = read


def any_fence() -> None:
    """Takes whatever stands between the first brace and the last for the answer."""
    plain = depth_output.strict
    depth_output.strict = lambda text: plain(text[text.find("{") : text.rfind("}") + 1] if "{" in text else text)


def by_completion() -> None:
    """Puts the results of tools back as they come."""
    plain = depth_tools.run_calls

    def run(client: Any, tools: Any, calls: list[Any]) -> list[Any]:
        def slow(call: Any) -> float:
            tool = tools.get(call["function"].get("name"))
            return float(tool.behave.get("sleep_ms", 0)) if tool else 0.0

        return plain(client, tools, sorted(calls, key=slow))

    depth_tools.run_calls = run


def raw_arguments() -> None:
    """Puts arguments back that the server refuses."""
    depth_tools.put_back = lambda message: message


def late_fallback() -> None:
    """Begins the next model's stream when the one that is being read breaks."""
    begin = resources.chat_stream

    def stream(cl: Any, base: str, args: dict[str, Any], options: dict[str, Any], path: str = "/chat/completions") -> Any:
        first = begin(cl, base, args, options, path)
        plain = first._chunks

        def chunks() -> Iterator[dict[str, Any]]:
            try:
                yield from plain()
            except Fault:
                if len(args.get("models") or []) < 2:
                    raise
                yield from begin(cl, base, {**args, "models": args["models"][1:]}, options, path)
                first.done = True

        first._chunks = chunks
        return first

    resources.chat_stream = stream


def fall_on_all() -> None:
    """Asks the next model whatever happened."""
    plain = depth_meta.Course.falls

    def falls(self: depth_meta.Course, fault: Fault) -> bool:
        kind, fault.kind = fault.kind, "capacity"
        out = plain(self, fault)
        fault.kind = kind
        return out

    depth_meta.Course.falls = falls  # type: ignore[method-assign]


def no_limiter() -> None:
    """Knows a limit and does not keep to it."""
    depth_limits.Limiter.wait = lambda self, deadline: None  # type: ignore[method-assign]


def short_places() -> None:
    """Counts a request as over when its headers are in."""
    plain = depth_limits.Places.take

    def take(self: depth_limits.Places, until: float | None) -> Callable[[], None]:
        plain(self, until)()
        return lambda: None

    depth_limits.Places.take = take  # type: ignore[method-assign]


def unchecked() -> None:
    """Sends arguments as they come."""
    depth_cords.check = lambda cord, arguments: None


def true_is_one() -> None:
    """Takes true for 1, as its language does."""
    depth_schema._TYPES["integer"] = lambda v: isinstance(v, (int, float)) and float(v).is_integer()


def always_ordered() -> None:
    """Holds results back until their turn."""
    plain = depth_map.run
    depth_map.run = lambda client, function, items, **more: plain(client, function, items, **{**more, "ordered": True})


def media_header() -> None:
    """Believes the header about the type of media."""
    depth_media.sniff = lambda data: None


def half_file() -> None:
    """Writes a download where it is to be in the end."""
    plain = depth_media._write
    depth_media._write = lambda body, path, head, tell: plain(body, path.with_name("out.bin"), head, tell)


def raised_trace() -> None:
    """Raises the error that a trace tells of."""
    plain = depth_trace.trace

    def trace(chute: Any, args: Any) -> Any:
        out = plain(chute, args)
        if out["error"]:
            raise Fault("stream_error", str(out["error"]["error"]))
        return out

    depth_trace.trace = trace


def whole_url() -> None:
    """Tells hooks the URL with everything in it."""
    plain = depth_hooks._attempt
    depth_hooks._attempt = lambda call, course: {**plain(call, course), "url": call.url + "?token=query-secret"}


def any_url() -> None:
    """Sends the server to any port."""
    depth_content._checked = lambda what, url: url


def no_zero() -> None:
    """Leaves out what counts as nothing in its language."""
    plain = resources.chat_create
    resources.chat_create = lambda cl, base, args, options, path="/chat/completions": plain(cl, base, {k: v for k, v in args.items() if v}, options, path)


FLAWS: dict[str, Callable[[], None]] = {
    "length-is-good": length_is_good, "any-fence": any_fence, "by-completion": by_completion, "raw-arguments": raw_arguments, "late-fallback": late_fallback,
    "fall-on-all": fall_on_all, "no-limiter": no_limiter, "short-places": short_places, "unchecked": unchecked, "true-is-one": true_is_one,
    "always-ordered": always_ordered, "media-header": media_header, "half-file": half_file, "raised-trace": raised_trace, "whole-url": whole_url,
    "any-url": any_url, "no-zero": no_zero,
}

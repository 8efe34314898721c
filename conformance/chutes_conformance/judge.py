"""Judge one played case by both sides: what the client reported and what the server saw."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any
from urllib.parse import parse_qs

from . import document, signing
from .library import Case
from .match import Complaints, match, show
from .server.journal import Journal, RequestRecord

EARLY_MS, LATE_MS = 60, 1500  # wall-clock tolerance: a loaded machine may be late, never early


def judge(case: Case, answers: list[dict[str, Any]], journal: Journal, started: list[float], key: str) -> Complaints:
    """Complaints of the main expectation, or none if it or one of `also_ok` holds."""
    main = _judge_one(case, case.client_expect, case.server_expect, answers, journal, started, key)
    if not main:
        return []
    for other in case.also_ok:
        clients = case.client_expect
        if "client" in other:
            clients = (*clients[:-1], other["client"])
        server = other.get("server", case.server_expect)
        if not _judge_one(case, clients, server, answers, journal, started, key):
            return []
    return main


def _judge_one(
    case: Case, clients: tuple[dict[str, Any] | None, ...], server: dict[str, Any],
    answers: list[dict[str, Any]], journal: Journal, started: list[float], key: str,
) -> Complaints:
    out: Complaints = []
    for i, (call, expect, answer) in enumerate(zip(case.calls, clients, answers)):
        at = "client" if len(answers) == 1 else f"client[{i}]"
        how = (call.get("stop") or {}).get("how")
        runs = answer.get("runs") or [answer]
        wanted = call.get("repeat") or call.get("parallel") or 1
        if len(runs) != wanted:
            out.append(f"{at}: {wanted} runs were asked for, {len(runs)} reported")
        each = (expect or {}).get("runs") or [expect] * len(runs)
        if len(each) != len(runs):
            out.append(f"{at}: {len(each)} runs are expected, {len(runs)} reported")
        if expect and "spread" in expect:
            out += _spread(expect["spread"], runs, at)
        for name in (expect or {}).get("distinct", ()):
            out += _distinct(name, runs, at)
        for n, (one, run) in enumerate(zip(each, runs)):
            label = at if len(runs) == 1 else f"{at}.runs[{n}]"
            out += _invariants(run, label)
            if (call.get("client") or {}).get("on_restart") != "discard":
                out += _told_and_kept(run, label)
            if one:
                out += judge_client({k: v for k, v in one.items() if k not in ("runs", "sent", "spread", "distinct")}, run, label, how)
                out += _as_sent(case, run, label) if one.get("sent") else []
    if case.server and not journal.requests and not server.keys() & {"attempts", "requests"}:
        out.append("server: nothing was asked, and the case does not say that nothing is due")
    left = _left_at(answers, started)
    return out + judge_server(server, journal, key, left, case.calls[-1].get("args") or {})


def _spread(expect: dict[str, Any], runs: list[dict[str, Any]], at: str) -> Complaints:
    """Waits that are drawn, not fixed: so many different ones, and some in every given part of the range."""
    sleeps = [s for run in runs for s in run.get("sleeps_ms") or []]
    out: Complaints = []
    if len(set(sleeps)) < expect["distinct"]:
        out.append(f"{at}.spread: {len(set(sleeps))} different waits among {len(sleeps)}, at least {expect['distinct']} expected")
    for lo, hi in expect.get("reach", []):
        if not any(lo <= s <= hi for s in sleeps):
            out.append(f"{at}.spread: no wait between {lo} and {hi} ms among {len(sleeps)}")
    return out


def _distinct(name: str, runs: list[dict[str, Any]], at: str) -> Complaints:
    """What is drawn anew each time: there, and another in every run."""
    drawn = [(run.get("final") or {}).get(name) for run in runs]
    return [] if all(drawn) and len(set(drawn)) == len(drawn) else [f"{at}.final.{name}: not another one in each of {len(runs)} runs: {show(drawn)}"]


def _as_sent(case: Case, run: dict[str, Any], at: str) -> Complaints:
    """The result holds every field of the answer, as it was sent."""
    sent = case.server[0]["json"]
    if run.get("final") is None:
        return [f"{at}: no result, so nothing of the answer reached the caller"]
    return match({"items": sent} if isinstance(sent, list) else sent, run["final"], f"{at}.final")


def _left_at(answers: list[dict[str, Any]], started: list[float]) -> float | None:
    """When the caller left or failed, on the server's clock: start of the last call plus its own time."""
    if not answers or not started:
        return None
    last = answers[-1]
    for one in reversed(last.get("obs") or []):
        if one["k"] in ("stopped", "error"):
            return started[-1] + float(one["t"]) / 1000
    return started[-1] + float(last.get("elapsed_ms") or 0) / 1000


def _invariants(run: dict[str, Any], at: str) -> Complaints:
    out: Complaints = []
    error = run.get("error")
    if error and error.get("kind") is None:
        out.append(f"{at}: a foreign exception reached the caller: {error.get('class')}: {error.get('message')}")
    kinds = [o["k"] for o in run.get("obs") or []]
    if "chunk" in kinds and "open" not in kinds:
        out.append(f"{at}: chunks without a stream having been opened")
    return out


def _whole(text: str) -> str:
    """A lone surrogate and what stands for it are one."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def _told_and_kept(run: dict[str, Any], at: str) -> Complaints:
    """What a stream handed out is what it has accumulated, in the final message as in a partial one."""
    chunks = [o["chunk"] for o in run.get("obs") or [] if o["k"] == "chunk"]
    told = "".join(chunk_text(c) for c in chunks)
    out: Complaints = []
    for name, kept in (("final", run.get("final")), ("partial", run.get("partial")), ("error.partial", (run.get("error") or {}).get("partial"))):
        if chunks and isinstance(kept, dict) and isinstance(kept.get("choices"), list):
            first: dict[str, Any] = next((c for c in kept["choices"] if not c.get("index")), {})
            text = (first.get("message") or {}).get("content") or first.get("text") or ""
            if isinstance(text, str) and _whole(text) != _whole(told):
                out.append(f"{at}.{name}: {show(text)} was kept, {show(told)} was handed out")
    return out


def outcome(run: dict[str, Any], how: str | None = None) -> str:
    """complete, error or stopped."""
    error = run.get("error")
    kinds = [o["k"] for o in run.get("obs") or []]
    if error and how == "cancel" and error.get("kind") == "cancelled":
        return "stopped"
    if error:
        return "error"
    return "stopped" if "stopped" in kinds else "complete"


def judge_client(expect: dict[str, Any], run: dict[str, Any], at: str, how: str | None = None) -> Complaints:
    """Complaints about one run."""
    out: Complaints = []
    wanted_error = dict(expect.get("error") or {})
    if "kind" in expect:
        kind = expect["kind"]
        wanted_error["kind"] = {"$any": kind} if isinstance(kind, list) else kind
    end = expect.get("end") or ("error" if wanted_error else "complete")
    got = outcome(run, how)
    error = run.get("error") or {}
    if end not in ("any", got):
        detail = f": {error.get('kind')} {show(error.get('message'))}" if error else ""
        out.append(f"{at}: expected the call to end as {end}, it ended as {got}{detail}")
    if wanted_error and got != "complete":
        partial = wanted_error.pop("partial", None)
        out += match(wanted_error, error, f"{at}.error")
        if partial is not None:
            out += _match_result(partial, error.get("partial"), f"{at}.error.partial")
    if "response" in expect:
        out += match(expect["response"], run.get("response") or {"missing": True}, f"{at}.response")
    if "hooks" in expect:
        out += _sequence(expect["hooks"], run.get("hooks") or [], f"{at}.hooks")
    if "tokens" in expect:
        tokens = [{k: o.get(k) for k in ("access_token", "refresh_token")} for o in run.get("obs") or [] if o["k"] == "token"]
        out += _sequence(expect["tokens"], tokens, f"{at}.tokens")
    for name in ("final", "partial"):
        if name in expect:
            out += _match_result(expect[name], run.get(name), f"{at}.{name}")
    out += _judge_seen(expect, run, at)
    return out + _judge_time(expect, run, at)


def _judge_seen(expect: dict[str, Any], run: dict[str, Any], at: str) -> Complaints:
    out: Complaints = []
    obs = run.get("obs") or []
    chunks = [o["chunk"] for o in obs if o["k"] == "chunk"]
    if "text" in expect:
        text = "".join(o.get("text") or "" for o in obs if o["k"] == "text") or "".join(chunk_text(c) for c in chunks)
        out += match(expect["text"], text, f"{at}.text")
    if "chunks" in expect:
        out += _sequence(expect["chunks"], [flat_chunk(c) for c in chunks], f"{at}.chunks")
    if "events" in expect:
        events = [{k: o.get(k) for k in ("event", "data", "id")} for o in obs if o["k"] == "event"]
        final = run.get("final")
        if not events and isinstance(final, dict) and isinstance(final.get("events"), list):
            events = final["events"]
        events = [{**e, "event": e.get("event") or "message"} for e in events]
        out += _sequence(expect["events"], events, f"{at}.events")
    if "items" in expect:
        items = [o["item"] for o in obs if o["k"] == "item"]
        final = run.get("final")
        if not items and isinstance(final, dict) and isinstance(final.get("items"), list):
            items = final["items"]
        out += _sequence(expect["items"], items, f"{at}.items")
    for text in expect.get("absent", []):
        if text in show(run, 1 << 30):
            out.append(f"{at}: {text!r} stands in the answer")
    return out


def _judge_time(expect: dict[str, Any], run: dict[str, Any], at: str) -> Complaints:
    out: Complaints = []
    if "sleeps_ms" in expect:
        sleeps = run.get("sleeps_ms") or []
        wanted = [s if isinstance(s, list) else [s - 1, s + 1] for s in expect["sleeps_ms"]]
        if len(wanted) != len(sleeps) or any(not lo <= s <= hi for (lo, hi), s in zip(wanted, sleeps)):
            out.append(f"{at}.sleeps_ms: expected {expect['sleeps_ms']}, got {sleeps}")
    elapsed = run.get("elapsed_ms")
    if elapsed is not None:
        if "max_ms" in expect and elapsed > expect["max_ms"]:
            out.append(f"{at}: took {elapsed:.0f} ms, at most {expect['max_ms']} allowed")
        if "min_ms" in expect and elapsed < expect["min_ms"] - EARLY_MS:
            out.append(f"{at}: took {elapsed:.0f} ms, at least {expect['min_ms']} expected")
    for rule in expect.get("timing", []):
        times = [o["t"] for o in run.get("obs") or [] if o["k"] == rule["k"]]
        lo, hi = rule["between"]
        if len(times) < rule["n"]:
            out.append(f"{at}.timing: there was no {rule['k']} number {rule['n']}")
        elif not lo <= times[rule["n"] - 1] <= hi:
            out.append(f"{at}.timing: {rule['k']} {rule['n']} came after {times[rule['n'] - 1]:.0f} ms, not in {lo}..{hi}")
    return out


def _sequence(expect: Any, actual: list[Any], at: str) -> Complaints:
    if isinstance(expect, dict):
        if "count" in expect and len(actual) != expect["count"]:
            return [f"{at}: expected {expect['count']}, got {len(actual)}"]
        if "min" in expect and len(actual) < expect["min"]:
            return [f"{at}: expected at least {expect['min']}, got {len(actual)}"]
        return []
    return match(expect, actual, at)


def _match_result(expect: Any, actual: Any, at: str) -> Complaints:
    return match(expect, flat_completion(actual), at)


def _fields(source: dict[str, Any]) -> dict[str, Any]:
    calls = [
        {"index": c.get("index"), "id": c.get("id"), "type": c.get("type"), **(c.get("function") or {})}
        for c in source.get("tool_calls") or []
    ]
    out = {**source, "reasoning": source.get("reasoning_content") or source.get("reasoning")}
    out["tool_calls"] = calls or None
    return out


def flat_completion(value: Any) -> Any:
    """Choice 0's message fields at the top, so that a case can say `final: {content: pong}`."""
    if isinstance(value, dict) and isinstance(value.get("completion"), dict):
        return {**value, "completion": flat_completion(value["completion"])}
    if not isinstance(value, dict) or not isinstance(value.get("choices"), list):
        return value
    choices = []
    for choice in value["choices"]:
        message = _fields(choice.get("message") or {})
        choices.append({**message, **choice, "text": choice.get("text"), "finish_reason": choice.get("finish_reason")})
    first = {k: v for k, v in choices[0].items() if k not in ("index", "message")} if choices else {}
    return {**first, **value, "choices": choices}


def flat_chunk(chunk: dict[str, Any]) -> dict[str, Any]:
    """The first choice's delta at the top of a chunk."""
    choice = next(iter(_choices(chunk)), {})
    delta = _fields(choice.get("delta") or {})
    out = {**delta, **{k: v for k, v in choice.items() if k != "delta"}, **chunk}
    return {**out, "choice": choice.get("index")}


def chunk_text(chunk: dict[str, Any]) -> str:
    """Content (or text) of choice 0 in one chunk."""
    text = ""
    for choice in _choices(chunk):
        if not choice.get("index"):
            text += (choice.get("delta") or {}).get("content") or choice.get("text") or ""
    return text


def _choices(chunk: dict[str, Any]) -> list[dict[str, Any]]:
    """The choices of a chunk, which a server may have made of anything."""
    choices = chunk.get("choices")
    return [c for c in choices if isinstance(c, dict)] if isinstance(choices, list) else []


def judge_server(
    expect: dict[str, Any], journal: Journal, key: str, left: float | None = None, args: dict[str, Any] | None = None
) -> Complaints:
    """Complaints about what the server saw."""
    out: Complaints = []
    seen = journal.requests
    out += _count(expect, "attempts", len(seen))
    out += _count(expect, "connections", journal.connections)
    for origin, count in expect.get("origins", {}).items():
        out += _count({origin: count}, origin, sum(r.origin == origin for r in seen))
    if "requests" in expect and len(expect["requests"]) != len(seen):
        out.append(f"server: expected {len(expect['requests'])} requests, saw {len(seen)}: "
                   + show([f"{r.method} {r.path}" for r in seen], 300))
    for i, (one, record) in enumerate(zip(expect.get("requests", []), seen)):
        out += _request(one, record, f"server.requests[{i}]")
    for record in seen if "every" in expect else []:
        out += _request(expect["every"], record, f"server.requests[{record.index}]")
    if "document" in expect:
        out += [c for r in seen for c in document.compare(expect["document"], r, args or {}, f"server.requests[{r.index}]")]
    if expect.get("same_body") and len({r.body for r in seen}) > 1:
        out.append("server: the bodies of the attempts differ")
    if "auth" in expect:
        out += _auth(expect["auth"], seen, key)
    if "gaps_ms" in expect:
        gaps = journal.gaps_ms()
        if len(gaps) != len(expect["gaps_ms"]) or any(not lo <= g <= hi for (lo, hi), g in zip(expect["gaps_ms"], gaps)):
            out.append(f"server: expected gaps {expect['gaps_ms']} ms, saw {[round(g) for g in gaps]}")
    if "arrivals_ms" in expect:
        rule = expect["arrivals_ms"]
        times = sorted(r.arrived for r in seen)[rule["after"]:]
        spread = (times[-1] - times[0]) * 1000 if times else 0.0
        if spread < rule["min"]:
            out.append(f"server: the requests after the first {rule['after']} came within {spread:.0f} ms, at least {rule['min']} expected")
    if "max_open" in expect and journal.max_open > expect["max_open"]:
        out.append(f"server: {journal.max_open} requests were open at once, at most {expect['max_open']} allowed")
    return out + _closing(expect, seen, left)


def to_be_closed(wanted: Any, seen: list[RequestRecord]) -> list[RequestRecord]:
    """The requests whose connections are looked at: those whose body matches `when`, else the last one."""
    if isinstance(wanted, dict) and "when" in wanted:
        return [r for r in seen if not match(wanted["when"], _json_of(r.body), "")]
    return seen[-1:]


def _json_of(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _closed(wanted: Any, record: RequestRecord, left: float | None) -> Complaints:
    if wanted is False:
        return ["server: the client closed a connection that it should have kept"] if record.client_closed is not None else []
    if record.client_closed is None:
        return ["server: the client did not close the connection"]
    since = max(record.last_sent or record.arrived, left or 0)
    took = (record.client_closed - since) * 1000
    return [f"server: the client closed after {took:.0f} ms, at most {wanted['within_ms']} allowed"] if took > wanted["within_ms"] else []


def _closing(expect: dict[str, Any], seen: list[RequestRecord], left: float | None) -> Complaints:
    out: Complaints = []
    last = seen[-1] if seen else None
    if "client_closed" in expect:
        chosen = to_be_closed(expect["client_closed"], seen)
        if not chosen:
            out.append("server: no request was seen, so no close either")
        for record in chosen:
            out += _closed(expect["client_closed"], record, left)
    if "sent_max" in expect and last is not None and last.body_sent > expect["sent_max"]:
        out.append(f"server: the client took {last.body_sent} body bytes, at most {expect['sent_max']} allowed")
    if expect.get("idle_after"):
        closes = [r.client_closed for r in seen if r.client_closed is not None]
        if closes and any(r.arrived > min(closes) for r in seen):
            out.append("server: a request came after the client had closed")
    return out


def _count(expect: dict[str, Any], name: str, got: int) -> Complaints:
    if name not in expect:
        return []
    want = expect[name]
    lo, hi = want, want
    if isinstance(want, list):
        lo, hi = want
    elif isinstance(want, dict):
        lo, hi = want.get("min", 0), want.get("max", 1 << 30)
    return [] if lo <= got <= hi else [f"server.{name}: expected {show(want)}, got {got}"]


def _auth(wanted: str, seen: list[RequestRecord], key: str) -> Complaints:
    out: Complaints = []
    for r in seen:
        has = r.header("authorization") == f"Bearer {key}" or r.header("x-api-key") == key
        any_credential = bool(r.header("authorization") or r.header("x-api-key"))
        if wanted == "every" and not has:
            out.append(f"server.requests[{r.index}]: without the credential")
        if wanted == "none" and any_credential or wanted == "same-origin" and r.origin == "other" and any_credential:
            out.append(f"server.requests[{r.index}]: carries a credential")
        if wanted == "same-origin" and r.origin == "own" and not has:
            out.append(f"server.requests[{r.index}]: without the credential")
    return out


def _request(expect: dict[str, Any], record: RequestRecord, at: str) -> Complaints:
    out: Complaints = []
    plain = {"method": record.method, "path": record.path, "query": record.query_map(), "origin": record.origin,
             "on_connection": record.connection, "body": record.body.decode("utf-8", "replace"), "body_len": len(record.body)}
    for name, value in expect.items():
        if name == "signed":
            out += signing.check(value, record, f"{at}.signed")
        elif name == "parts":
            out += _parts(value, record, f"{at}.parts")
        elif name == "form":
            form = {k: v[0] for k, v in parse_qs(str(plain["body"]), keep_blank_values=True).items()}
            out += match(value, form, f"{at}.form")
        elif name == "headers":
            for header, wanted in value.items():
                out += match(wanted, record.header(header), f"{at}.headers.{header}")
        elif name in ("json", "json_exact"):
            try:
                body = json.loads(record.body)
            except ValueError:
                out.append(f"{at}: the body is no JSON: {show(plain['body'])}")
                continue
            # A request is compared as it was sent: there null is not absent.
            if name == "json":
                out += match(value, body, f"{at}.json")
            elif body != value:
                out.append(f"{at}.json: expected exactly {show(value, 400)}, got {show(body, 400)}")
        else:
            out += match(value, plain[name], f"{at}.{name}")
    return out


def _parts(expect: list[dict[str, Any]], record: RequestRecord, at: str) -> Complaints:
    """The parts of a multipart body; `text` and `sha256` stand for the data."""
    found = []
    for part in document.parts(record.header("content-type") or "", record.body):
        data = part.pop("data")
        found.append({**part, "text": data.decode("utf-8", "replace"), "sha256": hashlib.sha256(data).hexdigest(), "length": len(data)})
    return match(expect, found, at)


LOG_WORDS = re.compile(r"(?<![\w.])(call\.start|call\.end|attempt\.start|attempt\.end|retry|stream\.end)(?![\w.=])")


def judge_log(case: Case, stderr: bytes) -> Complaints:
    """The words of the log vocabulary on standard error, one a line, where a case is about them: its driver was its own."""
    wanted = [word for one in case.client_expect if one for word in one.get("log", ())]
    if not any(one and "log" in one for one in case.client_expect):
        return []
    lines = [LOG_WORDS.search(line) for line in stderr.decode("utf-8", "replace").splitlines()]
    found = [line[1] for line in lines if line]
    return [] if found == wanted else [f"log: expected {show(wanted, 400)}, got {show(found, 400)}"]

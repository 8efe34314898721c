"""A driver in fifty lines: what a fifth language writes first (PROTOCOL.md). Its "SDK" is urllib, so much of the suite is red or skipped."""
import base64
import json
import sys
import time
import urllib.error
import urllib.request

HELLO = {"sdk": "sample", "version": "1", "concurrency": 1, "capabilities": []}
KINDS = {400: "bad_request", 401: "unauthenticated", 404: "not_found", 429: "rate_limited", 500: "server"}


def post(call):
    request = urllib.request.Request(call["endpoints"]["llm"] + "/chat/completions", json.dumps(call["args"]).encode(), {
        "Content-Type": "application/json", "Authorization": "Bearer " + call["auth"]["api_key"], "User-Agent": "sample/1"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def decode(call):
    events, block, last = [], {}, ""
    for line in b"".join(base64.b64decode(s) for s in call["args"]["slices"]).decode().splitlines():
        name, _, value = line.partition(":")
        last = value.strip() if name == "id" else last
        if line and name:
            block.setdefault(name, []).append(value.removeprefix(" "))
        elif not line:
            if "data" in block:
                events.append({"event": block.get("event", ["message"])[-1], "data": "\n".join(block["data"]), "id": last})
            block = {}
    return {"events": events}


def play(call):
    op = {"chat.create": post, "sse.decode": decode}.get(call["op"])
    if op is None or call.get("session") or call.get("clock") == "virtual" or "endpoints" not in call and op is post:
        return {"skip": f"no {call['op']} of this kind"}
    began, answer = time.monotonic(), {"obs": [], "final": None, "error": None}
    try:
        answer["final"] = op(call)
    except urllib.error.HTTPError as error:
        answer["error"] = {"kind": KINDS.get(error.code, "api_status"), "status": error.code, "message": error.reason}
    except OSError as error:
        answer["error"] = {"kind": "connection", "message": str(error)}
    return {**answer, "elapsed_ms": (time.monotonic() - began) * 1000}


for line in sys.stdin:
    message = json.loads(line)
    answer = play(message) if message["cmd"] == "call" else HELLO if message["cmd"] == "hello" else {}
    print(json.dumps({"seq": message["seq"], **answer}), flush=True)

"""Writes one conformance case for every operation: the call with all its parameters, the request by the document, the answer with all its fields."""

from __future__ import annotations

import json
from typing import Any

from . import samples
from .coverage import operations
from .ir import Api, Operation

RAW = {"text": ("text/plain", "print('é')\n"), "html": ("text/html", "<html>é</html>"), "csv": ("text/csv", "a,b\n1,é\n")}
LOG = 'data: {"log": {"log_type": "stdout", "log": "Step 1"}, "offset": "1764000000000-1"}\n.\nDONE\n'


def cases(api: Api) -> str:
    """The file: JSON within lines, which is YAML, and stays readable at a hundred cases."""
    lines = ["suite: mgmt/operations", "source: openapi/chutes.yaml", "cases:"]
    for name, operation in operations(api):
        made = case(api, name, operation)
        lines += [f"- id: {made.pop('id')}", *(f"  {key}: {json.dumps(value, ensure_ascii=False)}" for key, value in made.items()), ""]
    return "\n".join(lines[:-1]) + "\n"


def operation_table(api: Api) -> str:
    """What the reference client, which has no dependencies, knows of each operation."""
    table = {
        name: {
            "id": o.id, "verb": o.verb, "host": o.host, "body": o.body_kind, "result": o.result, "pages": o.page_item is not None, "once": not o.idempotent,
            "path": "".join(p.literal or "{" + p.name + "}" for p in o.parts), "keep_slash": any(p.keep_slash for p in o.parts),
            "query": [p.wire for p in o.query_params], "fixed": o.fixed, "headers": o.fixed_headers, "accept": o.accept or "application/json",
            "fields": [f.name for f in o.body.fields] if o.body else [], "auth": o.auth, "purpose": o.purpose, "endless": o.endless,
            "guard": [o.guard.field, o.guard.flag, o.guard.message] if o.guard else None,
        }
        for name, o in operations(api)
    }  # fmt: skip
    return "{\n" + ",\n".join(f" {json.dumps(k)}: {json.dumps(v)}" for k, v in table.items()) + "\n}\n"


def case(api: Api, name: str, o: Operation) -> dict[str, Any]:
    streams = o.result in ("sse", "lines")
    arguments = {"resource": o.resource, "method": o.method, **samples.arguments(api, o)}
    server, client = reply(api, o)
    return {
        "id": name.replace(".", "-").replace("_", "-"),
        "title": f"{o.verb} {o.path} is sent as documented and its answer read field by field",
        "requirement": ["MGMT-001", "MGMT-020"],
        "call": {"op": "mgmt.stream" if streams else "mgmt", "args": arguments},
        "server": [server],
        "expect": {"client": client, "server": {"attempts": 1, "document": o.id}},
    }


def reply(api: Api, o: Operation) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the server answers, and what the caller must get."""
    if o.result == "none":
        return {"status": 204}, {"end": "complete"}
    if o.result in RAW:
        media, body = RAW[o.result]
        return {"text": body, "content_type": f"{media}; charset=utf-8"}, {"final": {"text": body}}
    if o.result == "bytes":
        return {"hex": "89504e470d0a1a0aff00", "content_type": "image/png"}, {"final": {"length": 10, "content_type": {"$contains": "image/png"}}}
    if o.result == "lines":
        item = {"log_type": "stdout", "log": "Step 1", "offset": "1764000000000-1"}
        return {"text": LOG, "content_type": "text/event-stream"}, {"items": [item]}
    made = samples.answer(api, o)
    if o.result == "sse":
        if "status" in made:
            made["status"] = "hot"  # the word that ends a warm-up
        return {"sse": [{"json": made}]}, {"items": [made]}
    return {"json": made}, {"sent": True}

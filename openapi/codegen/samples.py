"""Believable values for every parameter, body and answer: what the generated cases send, and the examples of the reference show."""

from __future__ import annotations

import base64
from typing import Any

from .ir import Api, Field, Operation, Param, Type

UUID = "2ff25e81-4586-5ec8-b892-3a6f342693d7"
BIG = 2**40 + 1  # more than 32 bits, less than a double holds exactly
WORDS = {
    "chute_id_or_name": "deepseek-ai/DeepSeek-V3", "image_id_or_name": "alice/tools:1.0", "user_id_or_name": "bob", "name": "demo/echo", "slug": "alice-demo-echo",
    "username": "alice", "alias": "best", "nonce": "ab" * 32, "repo_id": "Qwen/Qwen3-32B", "model": "Qwen/Qwen3-32B", "dockerfile": "FROM python:3.12",
    "code": "x = 1", "filename": "echo.py", "ref_str": "echo:chute", "hotkey": "5FnoWRL4FYzd29q8zXoY3JWio9PtBPgrAFu2RcgQazRQsiCs",
    "hour_format": "07.csv", "offset": "1764000000000-7", "scope": "profile chutes:invoke", "grant_type": "refresh_token", "tag": "1.0", "image": "alice/tools:1.0",
    "start_date": "2026-05-01", "end_date": "2026-05-31", "job_method": "train", "path": "reports/7.csv", "log": "Step 1: FROM python", "status": "ok",
    "revision": "0" * 40, "e2e_path": "/v1/chat/completions", "user_id": "dff3e6bb-3a6b-5a2b-9c48-da3abcd5ca5f",
}  # fmt: skip
NUMBERS = {
    "page": 0,
    "limit": 25,
    "offset": 50,
    "year": 2026,
    "month": 5,
    "day": 26,
    "gpu_count": 1,
    "days": 30,
    "backfill": 10,
    "min_vram_gb_per_gpu": 24,
    "shutdown_after_seconds": 300,
    "disk_gb": 20,
    "port": 8080,
}


def text(name: str) -> str:
    """A text for a name: an id looks like one, everything else says what it is."""
    if name in WORDS:
        return WORDS[name]
    return UUID if name.endswith("_id") else f"some {name.replace('_', ' ')}"


def value(api: Api, of: Type, name: str, depth: int = 0) -> Any:
    """A value of a type, as JSON; every field of an object, down to a depth where it would repeat itself."""
    if of.kind == "string":
        return text(name)
    if of.kind in ("int", "int64"):
        return NUMBERS.get(name, 7 if of.kind == "int" or depth < 0 else BIG if name.endswith(("_count", "_size", "amount")) else 7)
    if of.kind == "array":
        return [] if depth > 5 or of.item is None else [value(api, of.item, name.removesuffix("s"), depth + 1)]
    if of.kind == "map":
        return {} if depth > 5 or of.item is None else {"a": value(api, of.item, name, depth + 1)}
    if of.kind == "ref":
        return reference(api, of.ref or "", name, depth)
    plain: dict[str, Any] = {
        "float": 0.5, "bool": True, "datetime": "2026-05-26T12:00:00.123456", "json": {"of": ["the", "user", 1]},
        "file": {"b64": base64.b64encode(b"PK\x05\x06" + bytes(18)).decode(), "filename": "context.zip"},
    }  # fmt: skip
    return plain[of.kind]


def reference(api: Api, ref: str, name: str, depth: int) -> Any:
    schema = api.schemas[ref]
    if schema.kind == "enum":
        return schema.values[0]
    if schema.kind == "union":
        return value(api, schema.members[0].type, name, depth)
    deep = [f for f in schema.fields if depth < 6 or f.required]
    return {f.name: value(api, f.type, f.name, depth + 1) for f in deep}


def answer(api: Api, operation: Operation) -> Any:
    """The JSON of a result, or of one event of a stream."""
    if operation.result_type is None:
        return None
    made = value(api, operation.result_type, operation.resource.removesuffix("s"))
    if operation.page_item:
        made |= {"total": 1, "page": 0, "limit": 25}
    return made


def arguments(api: Api, operation: Operation) -> dict[str, Any]:
    """All parameters of a call by the driver protocol: path, query, headers, body, files, args, data, fingerprint."""
    made: dict[str, Any] = {}
    groups: list[tuple[str, list[Param]]] = [
        ("path", operation.path_params), ("query", operation.query_params), ("headers", operation.header_params),
    ]  # fmt: skip
    for key, params in groups:
        if params:
            made[key] = {(p.wire if key == "headers" else p.name): value(api, p.type, p.name, -1) for p in params}
    if {"page", "offset"} <= set(made.get("query", {})):
        del made["query"]["offset"]
    if operation.body:
        fields: list[Field] = operation.body.fields
        files = {f.name: value(api, f.type, f.name) for f in fields if f.type.kind == "file"}
        made["body"] = {f.name: value(api, f.type, f.name) for f in fields if f.name not in files}
        if files:
            made["files"] = files
    if operation.body_kind == "free":
        made["args"] = {"epochs": 3, "name": "first", "nested": {"a": [1, None]}}
    if operation.body_kind == "bytes":
        made["data"] = base64.b64encode(bytes(range(256))).decode()
    if operation.auth == "fingerprint":
        made["fingerprint"] = "a-fingerprint-of-32-characters-xx"
    return made

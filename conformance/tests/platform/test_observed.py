"""The platform repeats the replies of the real server: `conformance/corpus/observed/*.yaml`, status, headers and body."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from chutes_conformance.platform import Options, Platform
from chutes_conformance.platform.data import add_chute
from chutes_conformance.platform.state import Chute

from . import instance as instances
from .conftest import Answer, Client
from .instance import Instance

CORPUS = Path(__file__).parents[2] / "corpus/observed"
OWN_HEADERS = ("x-chutes-", "cache-control", "x-accel-buffering", "retry-after", "www-authenticate")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00)?")
ADDRESS = re.compile(r"\b5[A-Za-z]\w{8,}")
FILES = sorted(CORPUS.glob("*.yaml"))
ROWS = [pytest.param(row, id=f"{path.stem}/{row['id']}") for path in FILES for row in yaml.safe_load(path.read_text(encoding="utf-8"))["replies"]]


@pytest.fixture(scope="module")
def strict() -> Iterator[Platform]:
    with Platform(Options(token_delay=0, strict=True)) as platform:
        yield platform


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    with instances.running() as started:
        yield started


def prepare(platform: Platform, instance: Instance, row: dict[str, Any]) -> Chute:
    """`org/model` and `org/pictures` of the user `chutes`, in front of the instance; the caller has made three calls today."""
    platform.app.reset()
    state = platform.app.state
    owner, caller = state.user_by_name("chutes"), state.user_by_name("demo")
    assert owner and caller
    image = next(iter(state.images.values()))
    chute = add_chute(state, owner, "org/model", image, "vllm", public=True, upstream=instance.url)
    add_chute(state, owner, "org/pictures", image, "diffusion", public=True, upstream=instance.url)
    state.quota_used[caller.user_id] = 3
    instance.answer = row.get("instance") or {"status": 500}
    if instance.answer.get("down"):
        chute.upstream = "http://127.0.0.1:1"
    changes: dict[str, dict[str, Any]] = {"cold": {"hot_at": None, "cold_seconds": 60}, "disabled": {"disabled": True}, "untrusted": {"tee": False}}
    for name, value in changes.get(row.get("chute", ""), {}).items():
        setattr(chute, name, value)
    return chute


def ask(client: Client, row: dict[str, Any], chute_id: str) -> Answer:
    request = json.loads(json.dumps(row["request"]).replace("<chute>", chute_id))
    path = f"/{request['host']}{request['path']}" if "host" in request else request["path"]
    authorization = request.get("authorization", "Bearer cpk_test")
    headers = {**request.get("headers", {}), **({"authorization": authorization} if authorization else {})}
    body = request["text"].encode() if "text" in request else request.get("json")
    return client(request["method"], path, body, headers, key=False)


def normal(text: str, chute_id: str) -> str:
    return ADDRESS.sub("<address>", TIME.sub("<time>", UUID.sub("<uuid>", text.replace(chute_id, "<chute>"))))


def test_the_corpus_is_there() -> None:
    assert len(ROWS) == 40 and len({row.id for row in ROWS}) == 40
    assert [row.id for row in ROWS if "differs" in row.values[0]] == ["streams/server-fails-after-the-first-chunk"]  # type: ignore[operator]


@pytest.mark.parametrize("row", ROWS)
def test_reply(strict: Platform, instance: Instance, row: dict[str, Any]) -> None:
    chute = prepare(strict, instance, row)
    answer = ask(Client(strict), row, chute.chute_id)
    headers = {name: normal(value, chute.chute_id) for name, value in answer.headers.items() if name == "content-type" or name.startswith(OWN_HEADERS)}
    if row.get("compare") == "end":  # another chute, of whose quota three calls are used as well
        assert (answer.status, headers) == (row["status"], row["headers"])
        assert answer.body.decode().endswith(row["body"]) and answer.body.startswith(b"data: ")
        return
    if "body_base64" in row:
        assert (answer.status, headers, answer.body) == (row["status"], row["headers"], base64.b64decode(row["body_base64"]))
        return
    assert (answer.status, headers, normal(answer.body.decode(), chute.chute_id)) == (row["status"], row["headers"], row["body"])


def test_a_cold_call_creates_a_bounty(call: Client) -> None:
    assert call.chat(model="mock/cold-model").status == 503
    chute_id = call("GET", "/chutes/mock/cold-model").json["chute_id"]
    assert [entry["chute_id"] for entry in call("GET", "/bounties/", key=False).json] == [chute_id]


def test_used_counts_on(call: Client) -> None:
    first, second = call.chat(), call.chat()
    assert int(second.headers["x-chutes-quota-used"]) == int(first.headers["x-chutes-quota-used"]) + 1
    assert first.headers["x-chutes-invocationid"] != second.headers["x-chutes-invocationid"]


def test_a_quota_resets_at_midnight(call: Client) -> None:
    detail = call.chat(headers={"x-mock-scenario": "quota-402"}).detail
    assert detail["quota_reset_timestamp"].endswith("T00:00:00+00:00")

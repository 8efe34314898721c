"""Every client calls every cord of a chute that really runs: by its URL, and by name through the platform.

Columns come from `columns.toml`; `REALCHUTE_COLUMNS=go,rust` narrows them. A client that is not built fails: `make installed` builds it.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import struct
import subprocess
import sys
import urllib.error
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import serve  # noqa: E402

from chutes_conformance import columns  # noqa: E402
from chutes_conformance.platform import Options, Platform  # noqa: E402

CALLS = json.loads((HERE / "expect.json").read_text("utf-8"))["calls"]
ALL = columns.load(HERE.parent / "columns.toml", HERE.parent)
WANTED = os.environ.get("REALCHUTE_COLUMNS", "")
COLUMNS = [column for column in ALL.values() if (column.name in WANTED.split(",") if WANTED else column.kind in ("ours", "oracle"))]
FORBIDDEN = {"PUT": "public_api_method", "DELETE": "public_api_method", "PATCH": "public_api_method", "/users/{user_id}": "public_api_path"}


class Player:
    """One driver process, asked one thing at a time."""

    def __init__(self, column: columns.Column) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CHUTES_")} | column.env
        self.process = subprocess.Popen(
            column.command, cwd=column.directory, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.seq = 0
        self.ask(cmd="hello", protocol=1)

    def ask(self, **message: Any) -> dict[str, Any]:
        assert self.process.stdin and self.process.stdout
        self.seq += 1
        self.process.stdin.write(json.dumps({"seq": self.seq, **message}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the driver ended"
        return dict(json.loads(line))

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    with Platform(Options(token_delay=0)) as running:
        yield running


@pytest.fixture(scope="session")
def real(platform: Platform) -> Iterator[serve.RealChute]:
    with serve.RealChute() as running:
        running.register(platform.base_url)
        yield running


@pytest.fixture(scope="session", params=COLUMNS, ids=[column.name for column in COLUMNS])
def player(request: pytest.FixtureRequest, real: serve.RealChute) -> Iterator[Player]:
    try:
        running = Player(request.param)
    except OSError as error:
        pytest.fail(f"{request.param.name} is not built ({error}); run `make installed`")
    yield running
    running.close()


def made(kind: str) -> bytes:
    """The bytes of a media cord, worked out here once more."""
    if kind == "pdf":
        return b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    if kind == "wav":
        samples = struct.pack("<480h", *(round(8000 * math.sin(index / 10)) for index in range(480)))
        return struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 996, b"WAVE", b"fmt ", 16, 1, 1, 24000, 48000, 2, 16, b"data", 960) + samples

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + b"".join(bytes((x * 8 % 256, y * 8 % 256, 128)) for x in range(24)) for y in range(16))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 24, 16, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows, 0)) + chunk(b"IEND", b"")


def check(answer: dict[str, Any], expected: dict[str, Any]) -> None:
    assert "skip" not in answer and "driver_error" not in answer, answer
    if "error" in expected:
        error = answer["error"]
        assert error and (error["kind"], error["status"]) == (expected["error"]["kind"], expected["error"]["status"]), answer
        assert expected["error"]["contains"] in error["message"]
        return
    assert not answer.get("error"), answer["error"]
    final = answer["final"]
    if "json" in expected:
        assert (final["kind"], final["json"]) == ("json", expected["json"])
    elif "events" in expected:
        seen = [entry for entry in answer["obs"] if entry["k"] == "event"]
        assert [entry.get("event") or "message" for entry in seen] == [entry["event"] for entry in expected["events"]]
        assert [entry["data"] if isinstance(want["data"], str) else json.loads(entry["data"]) for entry, want in zip(seen, expected["events"], strict=True)] == [
            want["data"] for want in expected["events"]
        ]
        assert final["count"] == len(seen)
    elif "text" in expected:
        text = expected["text"]
        assert final.get("text") == text or final.get("sha256") == hashlib.sha256(text.encode()).hexdigest(), final
    else:
        data = made(expected["made_by"])
        assert final["kind"] == "bytes" and final["content_type"].split(";")[0] == expected["content_type"]
        assert (final["length"], final["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("way", ["direct", "platform"])
@pytest.mark.parametrize("call", CALLS, ids=[call["name"] for call in CALLS])
def test_call(player: Player, real: serve.RealChute, platform: Platform, call: dict[str, Any], way: str) -> None:
    args = {"ref": real.url if way == "direct" else "demo/real", "path": call["path"]}
    args |= {key: call[key] for key in ("method", "json", "validate") if key in call}
    answer = player.ask(
        cmd="call",
        case=f"realchute/{way}/{call['name']}",
        op=f"chute.{call.get('op', 'call')}",
        base_url=platform.base_url,
        auth={"api_key": serve.KEY, "mode": "bearer"},
        client={"max_retries": 0, "timeout_ms": 20000},
        args=args,
    )
    check(answer, call.get(way) or call["expect"])


def test_every_cord_is_called(real: serve.RealChute) -> None:
    assert {cord["public_api_path"] for cord in serve.definition()["cords"]} == {call["path"] for call in CALLS} - {"/nope", "/custom"}


def test_hooks_ran_in_order(real: serve.RealChute) -> None:
    assert real.notes() == ["startup 10", "startup 20", "startup 90"]  # the kit keeps shut-down hooks but never runs them


def test_the_kit_and_the_platform_agree_on_the_id(real: serve.RealChute, platform: Platform) -> None:
    view = serve.ask("GET", f"{platform.base_url}/chutes/demo/real")
    assert view["chute_id"] == serve.definition()["chute_id"] and view["slug"] == "demo-real" and view["hot"] is True


def test_schemas_survive_the_deployment(real: serve.RealChute, platform: Platform) -> None:
    cords = {cord["function"]: cord for cord in serve.ask("GET", f"{platform.base_url}/chutes/demo/real")["cords"]}
    full, minimal = cords["generate"]["input_schema"], cords["generate"]["minimal_input_schema"]
    assert set(full["definitions"]["FullInput"]["properties"]) == {"prompt", "max_tokens", "temperature", "tags"}
    assert set(minimal["definitions"]["SimpleInput"]["properties"]) == {"prompt"}
    assert set(cords["generate"]["output_schema"]["properties"]) == {"text", "tokens_used", "note"}
    assert cords["completions"]["passthrough"] is True and cords["picture"]["output_content_type"] == "image/png"


@pytest.mark.parametrize("value", FORBIDDEN)
def test_what_the_documentation_shows_and_the_platform_refuses(real: serve.RealChute, platform: Platform, value: str) -> None:
    chute = serve.definition()
    cords = [{**chute["cords"][0], FORBIDDEN[value]: value}, *chute["cords"][1:]]
    words = f"Invalid cord public path: {value}" if value.startswith("/") else f"Unsupported public API method: {value}"
    assert refusal(platform, name="refused", cords=cords) == (400, f"Validation failure: {words}")


def test_jobs_beside_cords_are_refused(real: serve.RealChute, platform: Platform) -> None:
    assert refusal(platform, name="refused", jobs=serve.definition()["jobs"]) == (400, "A chute can have jobs or cords not both.")


def refusal(platform: Platform, **changes: Any) -> tuple[int, str]:
    with pytest.raises(urllib.error.HTTPError) as caught:
        serve.ask("POST", f"{platform.base_url}/chutes/?accept_fee=true", serve.deployment(serve.definition(), **changes))
    return caught.value.code, json.loads(caught.value.read())["detail"]


def test_path_parameters_do_not_even_pass_the_kit(real: serve.RealChute) -> None:
    code = "from chute import chute\nchute.cord(public_api_path='/users/{user_id}')"
    environment = {**os.environ, "CHUTES_EXECUTION_CONTEXT": "REMOTE", "REALCHUTE_FOLDER": str(real.folder)}
    done = subprocess.run([serve.venv() / "bin" / "python", "-c", code], cwd=HERE, env=environment, capture_output=True, text=True)
    assert done.returncode != 0 and "InvalidPath" in done.stderr

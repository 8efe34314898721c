"""Images: upload, the rules of it, the life of a build, and its log in both forms."""

from __future__ import annotations

import http.client
import json
import time
import uuid
from typing import Any

import pytest

from .conftest import KEY, Answer, Client

BOB = {"authorization": "Bearer cpk_bob_x"}
FORM = {
    "wait": "False",
    "username": "demo",
    "name": "tool-box",
    "readme": "A box",
    "logo_id": "__none__",
    "tag": "1.0",
    "dockerfile": "FROM parachutes/python:3.12\nRUN pip install numpy\n",
    "image": "cGlja2xl",
    "public": "False",
}
VERSION = {"x-chutes-version": "0.6.9"}


def encoded(fields: dict[str, str], file: bytes | None = b"PK\x05\x06\r\n--inside\r\n") -> tuple[bytes, dict[str, str]]:
    parts = [f'--edge\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    if file is not None:
        head = b'--edge\r\nContent-Disposition: form-data; name="build_context"; filename="chute.zip"\r\nContent-Type: application/zip\r\n\r\n'
        parts.append(head + file + b"\r\n")
    return b"".join(parts) + b"--edge--\r\n", {"content-type": "multipart/form-data; boundary=edge"}


def upload(call: Client, headers: dict[str, str] | None = None, **change: str) -> Answer:
    body, kind = encoded({**FORM, **change})
    return call("POST", "/images/", body, {**kind, **VERSION, **(headers or {})})


def log_lines(call: Client, path: str, until: str = "DONE", seconds: float = 5) -> tuple[str, list[str]]:
    """Content type and lines of a log, read until a line or the end."""
    connection = http.client.HTTPConnection(call.host, timeout=seconds)
    connection.request("GET", path, headers=KEY)
    response, lines = connection.getresponse(), []
    for raw in response:
        lines.append(raw.decode().rstrip("\n"))
        if lines[-1] == until:
            break
    connection.close()
    return response.headers["content-type"], lines


def settled(call: Client, image_id: str) -> Any:
    for _ in range(100):
        image = call("GET", f"/images/{image_id}").json
        if image["status"].startswith(("built", "error")):
            return image
        time.sleep(0.02)
    raise AssertionError("the build does not end")


def test_an_upload_is_a_row_and_then_an_image(call: Client) -> None:
    answer = upload(call)
    row = answer.json
    assert answer.status == 202 and row["status"] == "pending build" and row["logo_id"] is None and row["public"] is False
    assert row["image_id"] == str(uuid.uuid5(uuid.NAMESPACE_OID, "demo/tool-box:1.0")) and "user_id" in row
    image = settled(call, row["image_id"])
    assert image["status"] == "built and pushed" and image["build_completed_at"] > image["build_started_at"] > image["created_at"][:19]
    assert call("GET", "/images/demo/tool-box:1.0").json == call("GET", "/images/tool-box:1.0").json == image
    assert call("GET", f"/images/{row['image_id']}", headers=BOB).status == 404


def test_the_statuses_come_in_order(call: Client) -> None:
    call("POST", "/_mock/builds", {"seconds": 1000})
    image_id, seen = upload(call).json["image_id"], []
    for seconds in (0, 200, 800):
        call("POST", "/_mock/advance", {"seconds": seconds})
        image = call("GET", f"/images/{image_id}").json
        seen.append((image["status"], image["build_started_at"] is not None, image["build_completed_at"] is not None))
    assert seen == [("pending build", False, False), ("building", True, False), ("built and pushed", True, True)]


@pytest.mark.parametrize(
    "change, headers, status, text",
    [
        ({"username": "bob"}, {}, 401, "Cannot make images for users other than yourself!"),
        ({}, {"x-chutes-version": "0.3.60"}, 400, "Please upgrade your local chutes lib to version >= 0.3.61"),
        ({}, {"x-chutes-version": ""}, 400, "Please upgrade your local chutes lib to version >= 0.3.61"),
        ({"username": "bob"}, BOB, 402, "You must have a balance of >= $50 to create images."),
        ({"name": "tools"}, {}, 409, "Image with name='tools' and tag='1.0' aready exists"),
        ({"name": "Tools"}, {}, 409, "Image with name='Tools' and tag='1.0' aready exists"),
    ],
)
def test_refused_uploads(call: Client, change: dict[str, str], headers: dict[str, str], status: int, text: str) -> None:
    answer = upload(call, headers, **change)
    assert answer.status == status and answer.detail.startswith(text)


def test_twenty_four_a_day(call: Client) -> None:
    assert all(upload(call, tag=f"v{number}0").status == 202 for number in range(24))
    assert upload(call, tag="v99").status == 429
    call("POST", "/_mock/advance", {"seconds": 86401})
    assert upload(call, tag="v99").status == 202


@pytest.mark.parametrize("name", [*FORM, "build_context"])
def test_all_ten_parts_are_needed(call: Client, name: str) -> None:
    body, kind = encoded({key: value for key, value in FORM.items() if key != name}, b"x" if name != "build_context" else None)
    answer = call("POST", "/images/", body, {**kind, **VERSION})
    assert answer.status == 422
    assert answer.detail == [{"type": "missing", "loc": ["body", name], "msg": "Field required", "input": None}]


def test_what_a_part_must_be(call: Client) -> None:
    assert upload(call, readme="").detail[0]["type"] == "missing"  # the framework takes an empty text for none
    assert upload(call, public="perhaps").detail[0]["type"] == "bool_parsing"
    body, kind = encoded({**FORM, "build_context": "text"}, None)
    assert call("POST", "/images/", body, {**kind, **VERSION}).detail[0]["msg"] == "Value error, Expected UploadFile, received: <class 'str'>"
    assert call("POST", "/images/", b"--edge\r\nnonsense", {**kind, **VERSION}).detail == "There was an error parsing the body"
    assert len(call("POST", "/images/", {"wait": False}, VERSION).detail) == 10


def test_the_context_arrives_byte_for_byte(call: Client) -> None:
    from chutes_conformance.platform.images import Builds

    image_id = upload(call).json["image_id"]
    assert call.platform.app.state.of(Builds).contexts[image_id] == b"PK\x05\x06\r\n--inside\r\n"


def test_the_log_of_a_running_build(call: Client) -> None:
    image_id = upload(call).json["image_id"]
    kind, lines = log_lines(call, f"/images/{image_id}/logs")
    events = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
    assert kind.startswith("text/event-stream") and lines[-1] == "DONE" and "." in lines and "" not in lines
    assert set(lines) - {".", "DONE"} == {line for line in lines if line.startswith("data: ")}
    assert events[0]["log"] == {"log_type": "stdout", "log": "STEP 1/2: FROM parachutes/python:3.12"}
    moments = [tuple(int(part) for part in event["offset"].split("-")) for event in events]
    assert moments == sorted(set(moments)) and all(moment[0] > 1_600_000_000_000 for moment in moments)


def test_after_done_the_server_only_sends_dots(call: Client) -> None:
    image_id = upload(call).json["image_id"]
    connection = http.client.HTTPConnection(call.host, timeout=5)
    connection.request("GET", f"/images/{image_id}/logs", headers=KEY)
    lines, response = [], connection.getresponse()
    while lines[-4:-3] != [b"DONE\n"]:
        lines.append(response.readline())
    assert lines[-3:] == [b".\n"] * 3
    connection.close()


def test_a_resumed_log_repeats_nothing(call: Client) -> None:
    image_id = upload(call).json["image_id"]
    path = f"/images/{image_id}/logs"
    call("POST", "/_mock/builds", {"drop_after": 2})
    _, lines = log_lines(call, path)
    first = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
    assert len(first) == 2 and "DONE" not in lines
    _, rest = log_lines(call, f"{path}?offset={first[-1]['offset']}")
    second = [json.loads(line[6:]) for line in rest if line.startswith("data: ")]
    settled(call, image_id)
    assert rest[-1] == "DONE" and [event["log"]["log"] for event in (*first, *second)] == call("GET", path).body.decode().splitlines()


def test_a_dropped_log_leaves_its_body_unfinished(call: Client) -> None:
    path = f"/images/{upload(call).json['image_id']}/logs"
    call("POST", "/_mock/builds", {"drop_after": 1})
    with pytest.raises(http.client.IncompleteRead):
        call("GET", path)


def test_the_log_of_a_finished_build_is_text(call: Client) -> None:
    image_id = upload(call).json["image_id"]
    settled(call, image_id)
    answer = call("GET", f"/images/{image_id}/logs")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8" and answer.body.startswith(b"STEP 1/2: FROM")
    assert answer.headers["content-disposition"] == f'inline; filename="{image_id}.log"'
    public = call("GET", "/images/?include_public=true&name=vllm").json["items"][0]["image_id"]
    assert call("GET", f"/images/{public}/logs", key=False).body == b"built and pushed"  # its log is lost, so the status stands for it
    assert call("GET", f"/images/{image_id}/logs", key=False).detail == "Image not found, or does not belong to you"


def test_a_failing_build(call: Client) -> None:
    image_id = upload(call, dockerfile="FROM x\nRUN false\nRUN true").json["image_id"]
    _, lines = log_lines(call, f"/images/{image_id}/logs")
    logs = [json.loads(line[6:])["log"] for line in lines if line.startswith("data: ")]
    assert [entry["log_type"] for entry in logs] == ["stdout", "stdout", "stderr", "stderr"] and logs[2]["log"].startswith("ERROR:")
    assert lines[-1] == "DONE" and settled(call, image_id)["status"] == "error: Build of demo/tool-box:1.0 failed!"


def test_an_error_of_the_log_itself(call: Client) -> None:
    call("POST", "/_mock/builds", {"error": "Timeout reading from redis", "seconds": 0.6})
    _, lines = log_lines(call, f"/images/{upload(call).json['image_id']}/logs")
    assert lines[-1] == "data: ERROR: Timeout reading from redis" and "DONE" not in lines


def test_lists_and_filters(call: Client) -> None:
    assert [image["name"] for image in call("GET", "/images/").json["items"]] == ["tools"]
    assert call("GET", "/images/?include_public=true").json["total"] == 5
    assert [image["name"] for image in call("GET", "/images/?include_public=true&name=LANG").json["items"]] == ["sglang"]
    assert call("GET", "/images/?include_public=true&tag=0.11").json["total"] == 1
    upload(call)
    assert call("GET", "/images/").json["items"][0]["name"] == "tool-box"  # the latest first
    assert call("GET", "/images/", key=False).detail == "Can't find a user with that api key in our db :("


def test_deletion(call: Client) -> None:
    assert call("DELETE", "/images/demo/tools:1.0").json["deleted"] is True
    assert call("DELETE", "/images/demo/tools:1.0").detail == "Image not found, or does not belong to you"
    assert call("DELETE", "/images/chutes/vllm:0.11.1").status == 404  # visible, but not one's own
    used = call("DELETE", "/images/chutes/vllm:0.11.1", headers={"authorization": "Bearer cpk_chutes_x"})
    assert (used.status, used.detail) == (409, "Image is in use by one or more chutes")

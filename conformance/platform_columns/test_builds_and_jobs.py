"""What takes time: builds with their logs, jobs with their files, logs of an instance."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from chutes_conformance.platform.jobs import Jobs

from .client import Client, Json, key_of

IMAGE: Json = {"name": "tool-box", "tag": "1.0", "dockerfile": "FROM parachutes/python:3.12\nRUN true\n"}
WEBP = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0"  # one pixel


def texts(items: list[Any]) -> list[str]:
    return [str(item["log"]) for item in items]


def check_log(items: list[Any]) -> None:
    """Every line once and in order."""
    assert texts(items)[:2] == ["STEP 1/2: FROM parachutes/python:3.12", "STEP 2/2: RUN true"]
    assert len(items) == 6 and texts(items)[-1].startswith("completed forging image")


def test_an_image_is_built_and_its_log_followed(client: Client) -> None:
    built = client.call("container_images.build", IMAGE)
    assert built.final["status"] == "built and pushed" and built.final["user"]["username"] == "demo"
    check_log(built.items)
    assert len({item["offset"] for item in built.items}) == 6
    predicted = client.call("chutes.predict", {"username": "demo", "image": {"name": "tool-box", "tag": "1.0"}}).final
    assert predicted["image_id"] == built.final["image_id"]
    later = client.call("container_images.wait_built", {"image_id": built.final["image_id"]})  # its log is plain text by now
    assert later.final["status"] == "built and pushed" and texts(later.items) == texts(built.items)
    client.refused("conflict", 409, "container_images.build", IMAGE)
    assert client.manage("container_images", "delete", path={"image_id_or_name": "demo/tool-box:1.0"})["deleted"] is True
    client.no_manage("not_found", 404, "container_images", "get", path={"image_id_or_name": "demo/tool-box:1.0"})


def test_a_log_that_breaks_off_is_taken_up_again(client: Client) -> None:
    client.control("builds", {"drop_after": 1, "seconds": 2})
    built = client.call("container_images.build", IMAGE)
    assert built.final["status"] == "built and pushed"
    check_log(built.items)


def test_a_build_that_fails_says_why(client: Client) -> None:
    answer = client.play("container_images.build", {**IMAGE, "dockerfile": "FROM scratch\nRUN false\n"})
    assert answer.error["kind"] == "stream_error" and "Build of demo/tool-box:1.0 failed!" in answer.error["message"]
    assert any(text.startswith('ERROR: building at STEP "RUN false"') for text in texts(answer.items))
    status = client.manage("container_images", "get", path={"image_id_or_name": "demo/tool-box:1.0"})["status"]
    assert status == "error: Build of demo/tool-box:1.0 failed!"


def test_an_image_needs_a_balance(client: Client) -> None:
    error = client.as_user(key_of("bob")).refused("payment_required", 402, "container_images.build", IMAGE)
    assert "$50" in error["message"]


def test_a_job_runs_and_leaves_its_files(client: Client) -> None:
    started = client.call("jobs.create", {"chute": "demo/worker", "method": "train", "args": {"epochs": 3}, "disk_gb": 50}).final
    assert started["job_args"] == {"epochs": 3, "_disk_gb": 50}
    run = client.call("jobs.wait", {"job_id": started["job_id"], "poll_interval_ms": 50})
    assert run.final["state"] == "complete" and run.final["result"]["arguments"] == {"epochs": 3}
    states = [item["state"] for item in run.items]
    assert [state for index, state in enumerate(states) if state not in states[:index]] == ["queued", "running", "complete"]
    files = run.final["output_files"]
    file_id = next(file_id for file_id, file in files.items() if file["filename"] == "model/weights.bin")
    got = client.call("jobs.download", {"job_id": started["job_id"], "file_id": file_id, "to": "directory"}).final
    body = client.platform.app.state.of(Jobs).runs[started["job_id"]].files[file_id].body
    assert body
    assert (got["name"], got["left"], got["sha256"]) == ("weights.bin", ["weights.bin"], hashlib.sha256(body).hexdigest())
    assert got["progress"]["received"] == got["progress"]["total"] == len(body) == got["length"]


@pytest.mark.parametrize("outcome", ["complete_pending_uploads", "partial_failure", "error"])
def test_a_job_ends_in_another_way(client: Client, outcome: str) -> None:
    client.control("jobs", {"seconds": 0.2, "outcome": outcome})
    started = client.call("jobs.create", {"chute": "worker", "method": "train"}).final
    assert client.call("jobs.wait", {"job_id": started["job_id"], "poll_interval_ms": 50}).final["state"] == outcome


def test_a_job_needs_a_quota_and_a_chute(client: Client) -> None:
    chute_id = client.manage("chutes", "get", path={"chute_id_or_name": "worker"})["chute_id"]
    client.manage("chutes", "share", body={"chute_id_or_name": "worker", "user_id_or_name": "bob"})
    bob = client.as_user(key_of("bob"))
    error = bob.refused("quota_exhausted", 429, "jobs.create", {"chute": chute_id, "method": "train"})
    assert error["message"].count("Daily job quota exceeded") == 1
    client.refused("not_found", 404, "jobs.create", {"chute": chute_id, "method": "nope"})


def test_the_log_of_an_instance_is_followed(client: Client) -> None:
    instance = client.manage("chutes", "get", path={"chute_id_or_name": "echo"})["instances"][0]["instance_id"]
    log = {"resource": "instances", "method": "logs", "path": {"instance_id": instance}, "query": {"backfill": 3}}
    seen = client.call("mgmt.stream", log, stop={"after_chunks": 3, "how": "break"})
    assert len(seen.items) == 3 and all(item["log"] for item in seen.items)


def test_a_logo_goes_up_and_comes_back(client: Client) -> None:
    upload = {"b64": base64.b64encode(WEBP).decode(), "filename": "a.webp", "content_type": "image/webp", "as": "path"}
    logo = client.manage("logos", "create", files={"logo": upload})
    for extension in ("webp", "png"):  # the second is a redirect to the first
        got = client.manage("logos", "get", path={"logo_id": logo["logo_id"], "format": extension})
        assert (got["content_type"], got["length"], got["sha256"]) == ("image/webp", len(WEBP), hashlib.sha256(WEBP).hexdigest())
    assert client.manage("users", "set_logo", query={"logo_id": logo["logo_id"]})["logo_id"] == logo["logo_id"]

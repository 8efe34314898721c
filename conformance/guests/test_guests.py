"""The OpenAI SDKs and LiteLLM keep working when they are pointed at Chutes: create, stream, retry, and where embeddings live."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chutes_conformance.platform import Platform

from .conftest import BUILD, HERE

Play = Callable[..., str]


@pytest.mark.parametrize("guest, program", [("openai_python", "openai_guest.py"), ("openai_node", "openai_guest.mjs")])
def test_openai_sdk(guest: str, program: str, platform: Platform, play: Play) -> None:
    chat, embedding = platform.model("vllm"), platform.model("embedding")
    lines = play(guest, program, MODEL=chat, EMBED_MODEL=embedding).lower().splitlines()
    assert lines == ["create true", "stream true true true", "retry 1", "embeddings 2"]


def test_litellm_provider(platform: Platform, play: Play) -> None:
    chat = platform.model("vllm")
    assert play("litellm", "litellm_guest.py", MODEL=chat, HOME="/nonexistent").splitlines() == [
        "create True",
        "stream True True",
        "retry True",
    ]


@pytest.fixture
def proxy(platform: Platform, tmp_path: Path) -> Iterator[str]:
    """LiteLLM's proxy with the documented configuration, in front of the platform."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    chat = platform.model("vllm")
    config = tmp_path / "proxy.yaml"
    config.write_text((HERE / "proxy.yaml").read_text().replace("os.environ/MODEL", chat))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "CHUTES_API_KEY": "cpk_guest",
        "CHUTES_LLM_URL": f"{platform.base_url}/llm/v1",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_MASTER_KEY": "sk-proxy",
    }
    command = [str(BUILD / "guests/litellm/bin/litellm"), "--config", str(config), "--host", "127.0.0.1", "--port", str(port)]
    log = (tmp_path / "proxy.log").open("w")
    process = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=log, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health/liveliness", timeout=2).close()
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < deadline, (tmp_path / "proxy.log").read_text()[-3000:]
                time.sleep(0.25)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def test_litellm_proxy(proxy: str) -> None:
    """The proxy answers, whole and streamed, under the name its configuration gives the model."""

    def ask(**extra: object) -> bytes:
        body = {"model": "chutes-model", "messages": [{"role": "user", "content": "Say hello"}], **extra}
        headers = {"Authorization": "Bearer sk-proxy", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{proxy}/v1/chat/completions", json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            data: bytes = answer.read()
            return data

    whole = json.loads(ask())["choices"][0]["message"]["content"]
    events = [line[6:] for line in ask(stream=True).decode().splitlines() if line.startswith("data: ")]
    deltas = [json.loads(e)["choices"] for e in events if e != "[DONE]"]
    assert whole and "".join(c[0]["delta"].get("content") or "" for c in deltas if c) == whole
    assert events[-1] == "[DONE]"

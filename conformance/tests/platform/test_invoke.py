"""Models, chat, completions, pictures, vectors and cords."""

from __future__ import annotations

import base64
import io
import json
import math
import struct
import time
import wave
from typing import Any

import pytest
from PIL import Image

from chutes_conformance.platform import Options, Platform

from .conftest import Client

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Current weather of a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}, "unit": {"enum": ["c", "f"]}}},
    },
}


def test_models_are_public(call: Client) -> None:
    answer = call("GET", "/llm/v1/models", key=False).json
    entry = answer["data"][0]
    assert answer["object"] == "list" and entry["id"] == "deepseek-ai/DeepSeek-V3.2-TEE" and entry["pricing"]["prompt"] == 0.25
    assert {"chute_id", "confidential_compute", "context_length", "supported_features", "quantization", "price"} <= set(entry)


def test_chat(call: Client) -> None:
    answer = call.chat("What is the capital of France?").json
    choice = answer["choices"][0]
    assert choice["message"]["content"] == "The capital of France is Paris." and choice["finish_reason"] == "stop"
    usage = answer["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] and answer["object"] == "chat.completion"


def test_stream_says_the_same_and_carries_usage(call: Client) -> None:
    whole = call.chat("Write a poem").json["choices"][0]["message"]["content"]
    events = call.chat("Write a poem", stream=True).events
    assert events[-1] == "[DONE]" and events[-2]["choices"] == [] and events[-2]["usage"]["completion_tokens"] > 5
    chunks = events[:-2]
    assert "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks) == whole
    assert chunks[0]["choices"][0]["delta"]["role"] == "assistant" and chunks[-1]["choices"][0]["finish_reason"] == "stop"
    assert all(chunk["usage"] for chunk in chunks) and len({chunk["id"] for chunk in chunks}) == 1


def test_a_long_word_does_not_hold_the_platform(call: Client) -> None:
    """The time to cut a text into tokens grows with its length: 200 kB without a space took a minute once."""
    began = time.monotonic()
    answer = call.chat("x" * 400_000 + " and no more").json
    assert answer["usage"]["prompt_tokens"] > 60_000 and time.monotonic() - began < 10


def test_limits_and_choices(call: Client) -> None:
    short = call.chat("Write a poem", max_tokens=3).json["choices"][0]
    assert short["finish_reason"] == "length" and len(short["message"]["content"]) < 30
    assert call.chat("Write a poem", stop=["lights"]).json["choices"][0]["message"]["content"] == "Small "
    assert [choice["index"] for choice in call.chat(n=3).json["choices"]] == [0, 1, 2]
    events = call.chat(n=2, stream=True).events
    assert {choice["index"] for event in events[:-1] for choice in event["choices"]} == {0, 1}


def test_tools(call: Client) -> None:
    prompt = "What is the weather in Paris?"
    message = call.chat(prompt, tools=[WEATHER]).json["choices"][0]
    called = message["message"]["tool_calls"][0]
    assert message["finish_reason"] == "tool_calls" and json.loads(called["function"]["arguments"]) == {"city": "Paris", "unit": "c"}
    events = call.chat(prompt, tools=[WEATHER], stream=True).events[:-2]
    fragments = [f for event in events for f in event["choices"][0]["delta"].get("tool_calls") or []]
    assert fragments[0]["id"] and all("id" not in fragment for fragment in fragments[1:]) and len(fragments) > 3
    assert json.loads("".join(fragment["function"]["arguments"] for fragment in fragments)) == {"city": "Paris", "unit": "c"}
    assert not call.chat("Tell me a story", tools=[WEATHER]).json["choices"][0]["message"]["tool_calls"]
    history: list[dict[str, Any]] = [
        {"role": "user", "content": prompt},
        {"role": "assistant", "content": None, "tool_calls": [called]},
        {"role": "tool", "tool_call_id": called["id"], "content": "18 degrees"},
    ]
    assert call.chat(messages=history, tools=[WEATHER]).json["choices"][0]["message"]["content"] == "The tool answered: 18 degrees"
    history[1]["tool_calls"] = [{"function": {"name": "x", "arguments": "{"}}]
    assert call.chat(messages=history).detail == "Invalid tool_calls.function.arguments value, expected JSON"


def test_reasoning_by_suffix_header_and_template(call: Client) -> None:
    assert call.chat(model="mock/open-model:THINKING").json["choices"][0]["message"]["reasoning"]
    assert call.chat(headers={"x-enable-thinking": "true"}).json["choices"][0]["message"]["reasoning"]
    assert not call.chat().json["choices"][0]["message"]["reasoning"]
    events = call.chat(model="Qwen/Qwen3-32B-TEE", stream=True, chat_template_kwargs={"thinking": True}).events[:-2]
    assert any("reasoning_content" in event["choices"][0]["delta"] for event in events)


def test_json_answers(call: Client) -> None:
    assert json.loads(call.chat("2 + 3", response_format={"type": "json_object"}).json["choices"][0]["message"]["content"]) == {"answer": "2 + 3 = 5"}
    schema = {"type": "object", "properties": {"count": {"type": "integer"}, "ok": {"type": "boolean"}, "tags": {"type": "array", "items": {"type": "string"}}}}
    made = call.chat("give me 7", response_format={"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}).json
    assert json.loads(made["choices"][0]["message"]["content"])["count"] == 7


@pytest.mark.parametrize(
    "extra",
    [
        {"stop": 5},
        {"stop": [5]},
        {"tools": 5},
        {"tools": [{"function": {"name": "f", "parameters": 5}}]},
        {"response_format": "json"},
        {"max_tokens": 0},
        {"n": 0},
        {"messages": []},
        {"messages": [5]},
        {"messages": [{"role": "user", "tool_calls": [5]}]},
    ],
)
def test_wrong_types_are_the_callers_error(call: Client, extra: dict[str, Any]) -> None:
    answer = call.chat(**extra)
    assert answer.status == 400 and answer.detail.startswith('Invalid request: {"object":"error","message":')


def test_text_completions(call: Client) -> None:
    body = {"model": "mock/open-model", "prompt": "2+2"}
    assert call("POST", "/llm/v1/completions", body).json["choices"][0]["text"] == "2 + 2 = 4"
    events = call("POST", "/llm/v1/completions", {**body, "stream": True}).events
    assert "".join(choice["text"] for event in events[:-1] for choice in event["choices"]) == "2 + 2 = 4"


def test_routing(call: Client) -> None:
    assert call.chat(model="deepseek-ai/DeepSeek-V3.2").json["model"] == "deepseek-ai/DeepSeek-V3.2-TEE"
    assert call.chat(model="mock/cold-model,mock/open-model").json["model"] == "mock/open-model"
    body = {"model": "ignored", "messages": [{"role": "user", "content": "hi"}]}
    assert call("POST", "/chute/chutes-mock-open-model/v1/chat/completions", body).json["model"] == "mock/open-model"
    assert call.chat(stream=True, stream_options=None).status == 500
    assert call("POST", "/llm/v1/chat/completions?stream=true", {"model": "mock/open-model", "messages": body["messages"]}).events[-1] == "[DONE]"
    assert call("POST", "/llm/v1/embeddings", {"model": "mock/open-model", "input": "x"}).detail == "No matching cord found!"
    assert call("POST", "/llm/v1/chat/completions", [1]).body == b"Internal Server Error"
    part = {"role": "user", "content": [{"type": "file", "file": {}}]}
    assert call.chat(messages=[part]).detail == "File content not currently supported"


@pytest.mark.parametrize("host", ["", "/llm", "/image", "/embed", "/chute/demo-echo"])
def test_management_wins_on_every_host(call: Client, host: str) -> None:
    assert call("GET", f"{host}/ping", key=False).json == {"message": "pong"}
    assert call("GET", f"{host}/users/me").json["username"] == "demo"


def test_regular_expressions_are_refused(call: Client) -> None:
    def asked(**schema: object) -> object:
        return {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object", **schema}}}

    inside = {"properties": {"codes": {"type": "array", "items": {"type": "string", "pattern": "^[A-Z]+$"}}}}
    bodies = [{"guided_regex": "a+"}, {"structured_outputs": {"regex": "a+"}}, {"response_format": asked(**inside)}]
    for body in bodies:
        for stream in (False, True):
            answer = call.chat(**body, stream=stream)
            assert answer.status == 400 and "temporarily disabled" in answer.detail
    named = asked(properties={"pattern": {"type": "string"}}, required=["pattern"])
    assert call.chat(response_format=named).status == 200 and call.chat(structured_outputs={"json": {}}).status == 200


@pytest.mark.parametrize("width, height", [(256, 128), (129, 131), (1024, 1024), (2048, 128)])
def test_generated_jpeg_decodes(call: Client, width: int, height: int) -> None:
    answer = call("POST", "/image/generate", {"model": "FLUX.1-schnell", "prompt": "a cat", "width": width, "height": height, "seed": 7})
    assert answer.status == 200 and answer.headers["content-type"] == "image/jpeg" and answer.body[:3] == b"\xff\xd8\xff"
    picture = Image.open(io.BytesIO(answer.body))
    picture.load()
    assert (picture.format, picture.size, picture.mode) == ("JPEG", (width, height), "RGB")
    assert picture.getpixel((0, 0)) != picture.getpixel((width - 1, height - 1))


def test_pictures_follow_prompt_and_seed(call: Client) -> None:
    def picture(**body: Any) -> bytes:
        return call("POST", "/image/generate", {"model": "FLUX.1-schnell", "width": 128, "height": 128, **body}).body

    assert picture(prompt="a", seed=1) == picture(prompt="a", seed=1)
    assert len({picture(prompt="a", seed=1), picture(prompt="a", seed=2), picture(prompt="b", seed=1)}) == 3


@pytest.mark.parametrize("extra", [{"n": 1}, {"size": "1x1"}, {"width": 64}, {"width": "512"}, {"seed": -1}, {"prompt": None}])
def test_refused_pictures(call: Client, extra: dict[str, Any]) -> None:
    answer = call("POST", "/image/generate", {"model": "FLUX.1-schnell", "prompt": "x", **extra})
    assert (answer.status, answer.detail) == (400, "bad request, naughty naughty")


def test_openai_pictures_are_a_local_extension(call: Client) -> None:
    body = {"model": "FLUX.1-schnell", "prompt": "x", "size": "128x256", "n": 2, "response_format": "b64_json"}
    data = call("POST", "/image/v1/images/generations", body).json["data"]
    assert len(data) == 2 and base64.b64decode(data[0]["b64_json"])[:3] == b"\xff\xd8\xff"
    with Platform(Options(strict=True)) as strict:
        assert Client(strict)("POST", "/image/v1/images/generations", body).detail == "No matching cord found!"


def test_embeddings(call: Client) -> None:
    body = {"model": "Qwen/Qwen3-Embedding-8B-TEE", "input": ["a", "b"], "dimensions": 32}
    plain = call("POST", "/embed/v1/embeddings", body).json
    packed = call("POST", "/embed/v1/embeddings", {**body, "encoding_format": "base64"}).json
    for one, other in zip(plain["data"], packed["data"], strict=True):
        assert list(struct.unpack("<32f", base64.b64decode(other["embedding"]))) == one["embedding"]
        assert math.isclose(sum(value * value for value in one["embedding"]), 1, rel_tol=1e-5)
    assert plain["data"][0]["embedding"] != plain["data"][1]["embedding"] and plain["usage"]["total_tokens"] == 2


def test_demo_cords(call: Client) -> None:
    base = "/chute/demo-echo"
    assert call("POST", f"{base}/echo", {"text": "hi"}).json["echo"] == {"text": "hi"}
    assert call("GET", f"{base}/health").json["status"] == "healthy"
    assert call("POST", f"{base}/health", {}).detail == "No matching cord found!"
    stream = call("POST", f"{base}/stream", {"text": "one two three"})
    assert stream.headers["content-type"] == "text/event-stream; charset=utf-8" and b"[DONE]" not in stream.body
    assert [event["token"] for event in stream.events] == ["one", "two", "three"]
    picture = call("POST", f"{base}/picture", {"text": "x"})
    assert picture.headers["content-type"] == "image/png" and picture.body.startswith(b"\x89PNG")
    Image.open(io.BytesIO(picture.body)).load()
    sound = call("POST", f"{base}/speak", {"text": "two words"})
    with wave.open(io.BytesIO(sound.body)) as file:
        assert (file.getframerate(), file.getnframes()) == (24000, 2 * 1920)
    assert call("POST", "/chute/nobody/echo", {}).detail == "No matching chute found!"


def test_call_by_id_is_answered_here_and_refused_when_strict(call: Client) -> None:
    chute_id = call("GET", "/chutes/echo").json["chute_id"]
    assert call("POST", f"/chutes/{chute_id}/echo", {"a": 1}).json["echo"] == {"a": 1}
    assert call("GET", f"/chutes/{chute_id}/health").status == 200
    with Platform(Options(strict=True)) as strict:
        refused = Client(strict)("POST", f"/chutes/{chute_id}/echo", {"a": 1})
        assert (refused.status, refused.detail) == (404, "No matching cord found!")


def test_x_api_key_only_with_the_switch(call: Client) -> None:
    given = {"x-api-key": "cpk_test"}
    assert call("GET", "/users/me", headers=given, key=False).status == 401
    with Platform(Options(accept_x_api_key=True)) as open_platform:
        assert Client(open_platform)("GET", "/users/me", headers=given, key=False).status == 200

"""Structured output and tools: what the cases of the suite cannot say, because it is Python's own."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field
from test_transport import MESSAGES, Either, settle, variant  # noqa: F401
from wire import answer, answers, chunked, serve

import chutes_client
from chutes_client import BadRequestError, ConfigError, InvalidOutputError
from chutes_client._schema import complaints
from chutes_client.tools import Step, Tool, tool


class Place(BaseModel):
    city: str
    people: int = Field(ge=0)


@dataclass
class Point:
    x: float
    y: float


def named() -> None:
    """Does nothing."""


def said(**message: Any) -> bytes:
    reason = "tool_calls" if "tool_calls" in message else "stop"
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": reason}
    return answer(json.dumps({"id": "c", "choices": [choice]}).encode())


def asks(*calls: tuple[str, Any]) -> bytes:
    listed = [
        {"id": f"c{n}", "type": "function", "function": {"name": name, "arguments": json.dumps(given)}}
        for n, (name, given) in enumerate(calls)
    ]
    return said(content=None, tool_calls=listed)


async def run_tools(either: Either, tools: list[Tool], **more: Any) -> Any:
    return await settle(either.client.chat.completions.run_tools(model="m", messages=MESSAGES, tools=tools, **more))


@pytest.mark.parametrize(
    ("output", "text", "value", "name"),
    [
        (Place, '{"city":"Bonn","people":"320000"}', Place(city="Bonn", people=320000), "Place"),
        (Point, '{"x":1,"y":2.5}', Point(1, 2.5), "Point"),
        (list[int], "[1,2]", [1, 2], "output"),
        (dict[str, date], '{"a":"2026-01-02"}', {"a": date(2026, 1, 2)}, "output"),
        ({"title": "A b", "type": "object"}, '{"z":1}', {"z": 1}, "A_b"),
    ],
)
async def test_parse_takes_what_pydantic_takes(variant: str, output: Any, text: str, value: Any, name: str) -> None:  # noqa: F811
    with serve(answers(said(content=text))) as server:
        either = Either(variant, server.url)
        made = await settle(either.client.chat.completions.parse(output, model="m", messages=MESSAGES))
        assert made.parsed == value and made.choices[0].message.content == text and made.response.attempts == 1
        assert "__parsed__" not in made.to_dict()
        await either.close()
    sent = json.loads(server.requests[0].partition(b"\r\n\r\n")[2])
    assert sent["response_format"]["json_schema"]["name"] == name and sent["response_format"]["json_schema"]["strict"] is True


async def test_a_pydantic_complaint_names_the_place(variant: str) -> None:  # noqa: F811
    with serve(answers(said(content='{"city":7,"people":-1}'))) as server:
        either = Either(variant, server.url)
        with pytest.raises(InvalidOutputError, match=r"city: .*string; people: .*greater") as caught:
            await settle(either.client.chat.completions.parse(Place, model="m", messages=MESSAGES))
        assert caught.value.reason == "schema" and caught.value.text == '{"city":7,"people":-1}'
        assert caught.value.partial.choices[0].message.content == caught.value.text
        with pytest.raises(ConfigError, match="no JSON Schema"):
            await settle(either.client.chat.completions.parse(Callable[[], int], model="m", messages=MESSAGES))
        await either.close()


async def test_parse_output_reads_a_stream(variant: str) -> None:  # noqa: F811
    chunk = b'data: {"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":"[1,"}}]}\n\n'
    last = b'data: {"id":"c","choices":[{"index":0,"delta":{"content":" 2]"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
    with serve(answers(chunked(chunk, last))) as server:
        either = Either(variant, server.url)
        final = await settle((await either.stream()).final())
        assert chutes_client.parse_output(final, list[int]) == [1, 2]
        await either.close()


async def test_a_run_that_failed_goes_on_where_it_was(variant: str) -> None:  # noqa: F811
    def double(n: int) -> int:
        return 2 * n

    refused = answer(b'{"detail":"no"}', "400 Bad Request")
    with serve(answers(asks(("double", {"n": 4})), refused, said(content="eight"))) as server:
        either = Either(variant, server.url)
        with pytest.raises(BadRequestError) as caught:
            await run_tools(either, [tool(double)])
        assert [step.calls[0].content for step in caught.value.steps] == ["8"]
        assert [message["role"] for message in caught.value.messages] == ["user", "assistant", "tool"]
        completions: Any = either.client.chat.completions
        run = await settle(completions.run_tools(model="m", messages=caught.value.messages, tools=[tool(double)]))
        assert run.messages[:3] == caught.value.messages and run.messages[-1]["content"] == "eight"
        await either.close()


def test_a_tool_of_a_function() -> None:
    @tool
    def weather(
        city: str, at: Annotated[date, Field(description="the day")], where: Place | None = None, *, unit: str = "C"
    ) -> str:
        """The weather of a city.

        On one day.

        Args:
            city: its name,
                such as Bonn.
            unit (str): C or F.

        Returns:
            Words.
        """
        return f"{city} {at.isoformat()} {type(where).__name__} {unit}"

    assert weather.name == "weather" and weather.description == "The weather of a city.\n\nOn one day."
    fields = weather.parameters["properties"]
    assert fields["city"]["description"] == "its name, such as Bonn." and fields["unit"] == {
        "default": "C",
        "description": "C or F.",
        "title": "Unit",
        "type": "string",
    }
    assert fields["at"]["description"] == "the day" and weather.parameters["required"] == ["city", "at"]
    assert weather.run({"city": "Bonn", "at": "2026-01-02", "where": {"city": "x", "people": 1}}) == "Bonn 2026-01-02 Place C"
    assert weather("Bonn", date(2026, 1, 2), unit="F") == "Bonn 2026-01-02 NoneType F"
    with pytest.raises(ValueError, match="at: "):
        weather.run({"city": "Bonn", "at": "tomorrow"})
    assert weather.definition["function"]["name"] == "weather" and "run" not in repr(weather)

    @tool(name="other", description="d", timeout=3)
    def named(anything) -> None:  # type: ignore[no-untyped-def]
        """Not this."""

    assert (named.name, named.description, named.timeout) == ("other", "d", 3)
    assert complaints(named.parameters, {"anything": None}) == ""


def test_a_tool_of_what_can_be_called() -> None:
    def add(a: int, b: int) -> int:
        return a + b

    class Adds:
        def __call__(self, a: int, b: int = 1) -> int:
            return a + b

    for function in (partial(add, b=1), Adds()):
        made = tool(name="add")(function)
        assert made.parameters["properties"]["a"]["type"] == "integer" and made.run({"a": 2}) == 3


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"parameters": {"type": "integer"}}, "those of an object"),
        ({"parameters": None}, "those of an object"),
        ({"run": None}, "no function"),
        ({"timeout": 0}, "positive"),
    ],
)
def test_a_tool_that_no_model_could_call(given: dict[str, Any], words: str) -> None:
    whole: dict[str, Any] = {"name": "t", "description": "", "parameters": {"type": ["object", "null"]}, "run": print}
    assert Tool(**whole).name == "t"
    with pytest.raises(ConfigError, match=words):
        Tool(**whole | given)


@pytest.mark.parametrize("given", [{"tools": None}, {"tools": tool(named)}, {"messages": "hi"}, {"messages": None}, {"on_step": 5}])
async def test_a_run_of_what_is_no_list(variant: str, given: dict[str, Any]) -> None:  # noqa: F811
    with serve(answers(said(content="done"))) as server:
        either = Either(variant, server.url)
        with pytest.raises(ConfigError, match=r"must be a (list|function)"):
            await settle(either.client.chat.completions.run_tools(**{"model": "m", "messages": MESSAGES, "tools": [], **given}))
        await either.close()
        assert not server.requests


async def test_bytes_of_a_tool_are_its_text(variant: str) -> None:  # noqa: F811
    def raw(text: str) -> bytes:
        return text.encode("latin-1")

    with serve(answers(asks(("raw", {"text": "a b"}), ("raw", {"text": "\xe9"})), said(content="done"))) as server:
        either = Either(variant, server.url)
        calls = (await run_tools(either, (one for one in [tool(raw)]))).steps[0].calls  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        assert calls[0].content == "a b" and calls[1].error.startswith("the result of raw is no JSON")
        await either.close()


def test_a_tool_that_cannot_be() -> None:
    def anything(*numbers: int) -> None: ...

    def odd(what: Callable[[], int]) -> None: ...

    for function in (anything, odd):
        with pytest.raises(ConfigError):
            tool(function)
    with pytest.raises(ConfigError, match="cannot be named"):
        tool(lambda x: x)

    def unknown(what: Nowhere) -> None: ...  # type: ignore[name-defined]  # noqa: F821  # pyright: ignore[reportUndefinedVariable, reportUnknownParameterType]

    with pytest.raises(ConfigError, match="annotations of unknown cannot be read: name 'Nowhere'"):
        tool(unknown)  # pyright: ignore[reportUnknownArgumentType]
    with pytest.raises(ConfigError, match="timeout"):
        Tool("t", "d", {}, print, timeout=0)


async def test_a_run_calls_functions_and_tells_each_step(variant: str) -> None:  # noqa: F811
    seen: list[str] = []

    def add(a: int, b: int = 0) -> int:
        seen.append(threading.current_thread().name)
        return a + b

    with serve(
        answers(asks(("add", {"a": 1, "b": 2}), ("add", {"a": "x"}), ("add", {"a": 1, "c": 1})), said(content="3"))
    ) as server:
        either = Either(variant, server.url)
        steps: list[Step] = []
        run = await run_tools(either, [tool(add)], on_step=steps.append, temperature=0)
        assert run.completion.choices[0].message.content == "3" and run.steps == steps and [s.turn for s in steps] == [1, 2]
        first = steps[0].calls
        assert (first[0].content, first[0].arguments, first[0].error) == ("3", {"a": 1, "b": 2}, None) and first[0].seconds >= 0
        assert [c.error for c in first[1:]] == [
            "invalid arguments: a: expected integer",
            "invalid arguments: c: expected no such field",
        ]
        assert seen == ["chutes-tool"]
        await either.close()


async def test_a_thread_that_is_late_is_left_behind(variant: str) -> None:  # noqa: F811
    gate = threading.Event()

    def late() -> None:
        gate.wait(5)
        raise TimeoutError("of its own")

    with serve(answers(asks(("late", {}), ("quick", {})), said(content="done"))) as server:
        either = Either(variant, server.url)
        began = time.monotonic()
        run = await run_tools(
            either,
            [
                tool(timeout=0.1)(late),
                Tool("quick", "", {}, lambda _: {"at": date(2026, 1, 2)}),
            ],
        )
        assert time.monotonic() - began < 2
        assert [call.content for call in run.steps[0].calls] == ['{"error":"timed out after 0.1 s"}', '{"at":"2026-01-02"}']
        gate.set()
        await either.close()


async def test_failures_are_told_and_keep_their_words(variant: str) -> None:  # noqa: F811
    def own() -> None:
        raise TimeoutError

    with serve(answers(asks(("own", {}), ("odd", {}), ("ours", {})), said(content="done"))) as server:
        either = Either(variant, server.url)

        def ours(_: Any) -> None:
            raise chutes_client.NotFoundError("no such thing", status=404)

        run = await run_tools(either, [tool(own), Tool("odd", "", {}, lambda _: object()), Tool("ours", "", {}, ours)])
        errors = [call.error for call in run.steps[0].calls]
        assert errors[0] == "TimeoutError" and errors[1].startswith("the result of odd is no JSON") and errors[2] == "no such thing"
        await either.close()


async def test_coroutine_tools_are_cancelled_with_the_run() -> None:
    ended = asyncio.Event()

    async def slow() -> None:
        """Waits."""
        try:
            await asyncio.sleep(5)
        finally:
            ended.set()

    with serve(answers(asks(("slow", {})), said(content="done"))) as server:
        either = Either("async", server.url)
        task = asyncio.create_task(run_tools(either, [tool(slow)]))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(ended.wait(), 1)
        blocking = Either("sync", server.url)
        with pytest.raises(ConfigError, match="AsyncChutes"):
            await run_tools(blocking, [tool(slow)])
        await either.close()
        await blocking.close()


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": [], "required": "a", "items": 3, "type": 7, "enum": "x", "minLength": "a", "pattern": 1, "anyOf": {}, "$ref": 5},
        {"minimum": "1", "multipleOf": 0, "prefixItems": {}, "allOf": None, "additionalProperties": None, "minItems": None},
        {"$ref": "#/$defs"}, {"$ref": "#nowhere"}, {"oneOf": []}, 7, None, [], "text",
    ],
)  # fmt: skip
@pytest.mark.parametrize("value", [None, True, 1, 1.5, "x", [1], {"a": 1}])
def test_a_schema_that_is_none_complains_of_nothing(schema: Any, value: Any) -> None:
    assert complaints(schema, value) == ""

# Made from _async/invoke/tools.py by scripts/unasync.py. Do not edit.
"""The loop of tools: ask the model, make the calls it asks for, give it the results, until it asks for no more."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ..._errors import ChutesError
from ..._request import plain
from ..._tools import Asked, check_run, result_of, said, too_many_turns, words_of
from ...tools import InvalidArguments, Step, Tool, ToolResult, ToolRun
from .._platform import settle
from .._tasks import LateError, Running, refuse_coroutines

if TYPE_CHECKING:
    from .chat import ChatCompletions


def run_tools(
    completions: ChatCompletions,
    messages: Sequence[Any],
    tools: Sequence[Tool],
    max_turns: int,
    on_step: Callable[[Step], object] | None,
    params: Any,
) -> ToolRun:
    """See `chat.completions.run_tools`."""
    named = check_run(messages, tools, max_turns, on_step, params)
    refuse_coroutines(tool.run for tool in named.values())
    history: list[dict[str, Any]] = [plain(message) for message in messages]
    fields: dict[str, Any] = {**params, **({"tools": [tool.definition for tool in named.values()]} if named else {})}
    steps: list[Step] = []
    try:
        while True:
            completion = completions.create(messages=history, **fields)
            message, asked = said(completion, named)
            history = [*history, message]
            last = len(steps) + 1 >= max_turns
            calls = [] if last else _make(asked)
            history += [{"role": "tool", "tool_call_id": call.id, "content": call.content} for call in calls]
            steps.append(Step(len(steps) + 1, completion, calls))
            if on_step is not None:
                settle(on_step(steps[-1]))
            if not asked:
                return ToolRun(completion, history, steps)
            if last:
                raise too_many_turns(completion, len(steps))
    except ChutesError as error:
        error.steps, error.messages = tuple(steps), history
        raise


def _make(asked: list[Asked]) -> list[ToolResult]:
    """Makes the calls of one turn, all at once, and returns their results in order."""
    began = time.monotonic()
    running: list[Running | None] = []
    try:
        for one in asked:
            tool, arguments = one.tool, one.arguments
            made = None if tool is None or arguments is None else Running(partial(tool.run, arguments), tool.timeout)
            running.append(made)
        return [_finish(one, work, began) for one, work in zip(asked, running, strict=True)]
    finally:
        for work in running:
            if work is not None:
                work.cancel()


def _finish(asked: Asked, work: Running | None, began: float) -> ToolResult:
    value, error = None, asked.error
    if work is not None:
        try:
            value = work.result()
        except LateError:
            error = f"timed out after {asked.tool.timeout if asked.tool else 0:g} s"
        except InvalidArguments as failure:
            error = f"invalid arguments: {failure}"
        except Exception as failure:
            error = words_of(failure)
    return result_of(asked, value, error, time.monotonic() - began)

"""The decoder alone, for counts of instructions: `decode.py SOURCE FILE TIMES` takes the body of a stream so often, in reads of 16 KiB."""

import sys

source, file, times = sys.argv[1:]
sys.path.insert(0, source)

from chutes_client import _stream  # noqa: E402
from chutes_client.types import ChatCompletionChunk  # noqa: E402

with open(file, "rb") as opened:
    body = opened.read()
for _ in range(int(times)):
    machine = _stream.ChatMachine(ChatCompletionChunk, True, "error", 1 << 26)
    count = sum(1 for at in range(0, len(body), 16384) for _ in machine.feed(body[at : at + 16384]))
    assert machine.done and count > 50, (machine.failure, count)

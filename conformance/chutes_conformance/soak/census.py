"""What a driver's process holds: counted from outside by the kernel and from inside by its language, and held to a level of before."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

MIB = 1 << 20

# The margins of the rule, for two moments in which nothing is open. Sockets, other descriptors and tasks have none.
THREADS = 8  # runtimes keep threads for later; one per lost stream would be hundreds
HEAP_SHARE, HEAP_BYTES, HEAP_BLOCKS = 0.10, MIB, 20_000
RESIDENT_SHARE, RESIDENT_BYTES = 0.25, 32 * MIB
# And for two moments in which equally many streams are open, one third and all of the way.
LOAD_SHARE, LOAD_BYTES = 0.20, 32 * MIB


@dataclass
class Census:
    """One count. `tasks` and `heap` are the language's own (PROTOCOL.md, census); None where it cannot say."""

    sockets: int
    descriptors: int
    threads: int
    resident: int
    tasks: int | None = None
    heap: int | None = None
    unit: str = "bytes"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        heap = "" if self.heap is None else f", heap {self.heap / MIB:.1f} MiB" if self.unit == "bytes" else f", heap {self.heap} {self.unit}"
        tasks = "" if self.tasks is None else f", {self.tasks} tasks"
        return f"{self.sockets} sockets, {self.descriptors} other descriptors, {self.threads} threads{tasks}{heap}, {self.resident / MIB:.0f} MiB resident"


def outside(pid: int) -> Census:
    """What the kernel knows of a process."""
    sockets = others = 0
    for entry in os.scandir(f"/proc/{pid}/fd"):
        try:
            is_socket = os.readlink(entry.path).startswith("socket:")
        except FileNotFoundError:  # closed meanwhile
            continue
        sockets, others = sockets + is_socket, others + (not is_socket)
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return Census(sockets, others, int(status["Threads"]), int(status["VmRSS"].split()[0]) * 1024)


def whole(pid: int, answer: dict[str, Any]) -> Census:
    """The same with what the driver says of itself. It counts first: counting gives free memory back, which the kernel is to see."""
    inside = answer.get("final") or {}
    made = outside(pid)
    made.tasks, made.heap, made.unit = inside.get("tasks"), inside.get("heap"), inside.get("unit") or "bytes"
    return made


def left_behind(before: Census, after: Census) -> list[str]:
    """What is above the level of before, although nothing is open at either time."""
    found = []
    for name in ("sockets", "descriptors", "tasks"):
        was, now = getattr(before, name), getattr(after, name)
        if was is not None and now is not None and now > was:
            found.append(f"{now - was} {name} are left: {was} before, {now} after")
    if after.threads > before.threads + THREADS:
        found.append(f"{after.threads - before.threads} threads are left: {before.threads} before, {after.threads} after")
    if before.heap is not None and after.heap is not None:
        least = HEAP_BYTES if after.unit == "bytes" else HEAP_BLOCKS
        if after.heap > before.heap + max(least, HEAP_SHARE * before.heap):
            found.append(f"the heap grew from {before.heap} to {after.heap} {after.unit}")
    if after.resident > before.resident + max(RESIDENT_BYTES, RESIDENT_SHARE * before.resident):
        found.append(f"resident memory grew from {before.resident / MIB:.0f} to {after.resident / MIB:.0f} MiB")
    return found


def growing(samples: list[Census]) -> list[str]:
    """Whether memory grows while equally many streams are open: the middle of the last third against that of the second third."""
    third = len(samples) // 3
    if third < 2:
        return []
    early, late = (sorted(s.resident for s in part)[third // 2] for part in (samples[third : 2 * third], samples[-third:]))
    if late > early + max(LOAD_BYTES, LOAD_SHARE * early):
        return [f"under the same load resident memory grew from {early / MIB:.0f} to {late / MIB:.0f} MiB"]
    return []

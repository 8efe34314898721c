"""The life of an image build by the clock, and its log in both forms.

While it runs the log is an event stream of its own dialect: `data: {json}` with one newline, `.` each second without news, then a bare
`DONE`, after which the server goes on sending `.` for ever. When it is over the log is plain text.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from .http import Break, dumps
from .state import Image, Json, State

HEARTBEAT = 1.0
PENDING_SHARE = 0.15  # of the whole time, before the builder takes the image up


@dataclass
class Build:
    """One build: `lines` are (seconds after the start, log type, text); `failure` is the text after `error: `."""

    started: float
    seconds: float
    lines: list[tuple[float, str, str]] = field(default_factory=list)
    failure: str = ""
    log_lost: bool = False

    @property
    def ends(self) -> float:
        return self.started + self.seconds

    def status(self, now: float) -> str:
        if now >= self.ends:
            return f"error: {self.failure}" if self.failure else "built and pushed"
        return "building" if now >= self.started + self.seconds * PENDING_SHARE else "pending build"

    def entries(self, now: float) -> list[tuple[tuple[int, int], Json]]:
        """What the log holds so far: (milliseconds, sequence) and the line; several lines may share a millisecond."""
        found: list[tuple[tuple[int, int], Json]] = []
        for after, kind, text in self.lines:
            if self.started + after <= now:
                moment = int((self.started + after) * 1000)
                sequence = found[-1][0][1] + 1 if found and found[-1][0][0] == moment else 0
                found.append(((moment, sequence), {"log_type": kind, "log": text}))
        return found

    def text(self) -> str:
        return "".join(f"{text}\n" for _, _, text in self.lines)


@dataclass
class Faults:
    """What `POST /_mock/builds` sets: for coming builds, and for coming log streams."""

    seconds: float | None = None
    log_lost: bool = False
    drop_after: int | None = None  # lines after which a stream breaks off
    error: str = ""  # text of an `ERROR:` that ends a stream
    times: int = 1  # how many streams `drop_after` or `error` meet

    def take(self) -> Faults:
        """The faults of one stream."""
        if self.times < 1 or (self.drop_after is None and not self.error):
            return Faults(times=0)
        self.times -= 1
        return Faults(drop_after=self.drop_after, error=self.error, times=0)


def plan(image: Image, dockerfile: str, started: float, seconds: float) -> Build:
    """The log that a Dockerfile leads to. `RUN false` fails like a command that returns 1."""
    tag = f"{image.user.username}/{image.name}:{image.tag}"
    steps = [line.strip() for line in dockerfile.splitlines() if line.strip() and not line.strip().startswith("#")]
    lines: list[tuple[str, str]] = []
    failure = ""
    for number, step in enumerate(steps, 1):
        lines.append(("stdout", f"STEP {number}/{len(steps)}: {step}"))
        if step == "RUN false":
            failure = f"Build of {tag} failed!"
            lines += [("stderr", 'ERROR: building at STEP "RUN false": while running runtime: exit status 1'), ("stderr", failure)]
            break
    if not failure:
        lines += [
            ("stdout", f"Successfully built {tag} in {seconds:g} seconds, pushing..."),
            ("stdout", "pushing image to registry..."),
            ("stdout", f"finished pushing image {image.image_id} in {seconds:g} seconds"),
            ("stdout", f"completed forging image {image.image_id} in {seconds:g} seconds"),
        ]
    begin = seconds * PENDING_SHARE
    step_time = (seconds - begin) / (len(lines) + 1)
    timed = [(begin + step_time * (index + 1), kind, text) for index, (kind, text) in enumerate(lines)]
    return Build(started, seconds, timed, failure)


def parse_offset(text: str | None) -> tuple[int, int]:
    """`<ms>-<seq>` as a position; without one the log starts at its beginning."""
    moment, _, sequence = (text or "0-0").partition("-")
    return int(moment or 0), int(sequence or 0)


async def stream(state: State, build: Build, offset: str | None, faults: Faults) -> AsyncIterator[bytes]:
    """The event stream from an offset on. Each line carries the offset after it, so a resumed stream repeats nothing."""
    sent = 0
    try:
        at = parse_offset(offset)
    except ValueError:
        yield b"data: ERROR: Invalid stream ID specified as stream command argument"
        return
    while True:
        ended = state.now() >= build.ends
        fresh = [entry for entry in build.entries(state.now()) if entry[0] >= at]
        for (moment, sequence), log in fresh:
            if faults.drop_after == sent:
                raise Break("fin")
            at = (moment, sequence + 1)
            yield b"data: " + dumps({"log": log, "offset": f"{at[0]}-{at[1]}"}) + b"\n"
            sent += 1
        if faults.error and sent:
            yield b"data: ERROR: " + faults.error.encode()
            return
        if ended:
            break
        if not fresh:
            yield b".\n"
        await asyncio.sleep(min(HEARTBEAT, max(0.02, build.seconds / 20)))
    yield b"DONE\n"
    while True:
        await asyncio.sleep(HEARTBEAT if build.seconds > HEARTBEAT else 0.05)
        yield b".\n"

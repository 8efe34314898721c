"""One driver process: start it, talk JSON lines to it, and end it by its pid when it hangs."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import Any

import jsonschema

from .columns import Column
from .library import schema

LINE_LIMIT = 512 * 1024 * 1024  # an answer may hold a message of many megabytes
STDERR_KEPT = 256 * 1024
LEAVING_S = 2.0  # what each step of a driver's end may take


class DriverError(Exception):
    """The driver broke the protocol, crashed or was ended; `verdict` is crash, hang or protocol."""

    def __init__(self, verdict: str, text: str) -> None:
        super().__init__(text)
        self.verdict = verdict


class Driver:
    """A running driver. `call` may be used concurrently; answers are matched by seq."""

    def __init__(self, column: Column, checked: bool = True) -> None:
        self.column = column
        self.checked = checked  # answers are held to the schema; fuzzing plays too many for that
        self.hello: dict[str, Any] = {}
        self.stderr = bytearray()
        self._seq = 0
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._failure: DriverError | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._answers = jsonschema.Draft202012Validator(
            {"$ref": "#/$defs/answer", "$defs": schema("driver")["$defs"]}
        )

    @property
    def alive(self) -> bool:
        return self._process is not None and self._failure is None

    @property
    def pid(self) -> int:
        """The running process's id."""
        assert self._process is not None
        return self._process.pid

    async def start(self, timeout: float = 30) -> None:
        """Start the process and say hello; DriverError if it does not answer."""
        # Neither a key nor a proxy of this machine; a column or a case may set its own.
        environment = {k: v for k, v in os.environ.items() if not k.startswith("CHUTES_") and not k.lower().endswith("_proxy")}
        try:
            async with asyncio.timeout(timeout):
                self._process = await asyncio.create_subprocess_exec(
                    *self.column.command, cwd=self.column.directory, env={**environment, **self.column.env},
                    stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
                    limit=LINE_LIMIT, start_new_session=True,
                )
        except OSError as exc:  # TimeoutError is one, too
            self._failure = DriverError("crash", f"cannot start {self.column.command[0]}: {exc.strerror or 'it took too long'}")
            raise self._failure from exc
        self._tasks = [asyncio.create_task(self._read_answers()), asyncio.create_task(self._read_stderr())]
        self.hello = await self.ask({"cmd": "hello", "protocol": 1}, timeout)

    async def ask(self, message: dict[str, Any], timeout: float) -> dict[str, Any]:
        """Send one request and wait for its answer. A time-out kills the process."""
        if self._failure or self._process is None or self._process.stdin is None:
            raise self._failure or DriverError("crash", "the driver is not running")
        self._seq += 1
        seq = self._seq
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[seq] = future
        try:
            async with asyncio.timeout(timeout):  # a driver that does not read is as silent as one that does not answer
                self._process.stdin.write(json.dumps({"seq": seq, **message}).encode() + b"\n")
                await self._process.stdin.drain()
                return await future
        except TimeoutError:
            self.kill(DriverError("hang", f"no answer within {timeout * 1000:.0f} ms"), but=seq)
            raise DriverError("hang", f"no answer within {timeout * 1000:.0f} ms") from None
        except (BrokenPipeError, ConnectionResetError):
            if self._failure is None:  # or nobody would start it anew
                self.kill(DriverError("crash", "the driver's input is closed"), but=seq)
            raise self._failure or DriverError("crash", "the driver's input is closed") from None
        finally:
            self._waiting.pop(seq, None)

    def kill(self, reason: DriverError, but: int | None = None) -> None:
        """End the process by its pid; calls that merely shared it fail as `collateral`."""
        self._failure = reason
        if self._process and self._process.returncode is None:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        for seq, future in self._waiting.items():
            if seq != but and not future.done():
                verdict = "collateral" if reason.verdict == "hang" else reason.verdict
                future.set_exception(DriverError(verdict, str(reason)))

    async def stop(self) -> None:
        """Close its input, give it two seconds to leave, then end it. What still holds its pipes after that is waited for no longer."""
        if self._process is None:
            return
        if self._process.returncode is None and self._process.stdin:
            self._process.stdin.close()
            if not await self._left():
                self.kill(DriverError("crash", "stopped"))
                await self._left()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=LEAVING_S)
            if late:
                self._process._transport.close()  # type: ignore[attr-defined]  # there is no public way to let go of the pipes
            for task in late:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _left(self) -> bool:
        """Whether the process ended, and its pipes with it: a child of its own may keep those open."""
        assert self._process is not None
        try:
            await asyncio.wait_for(self._process.wait(), LEAVING_S)
        except TimeoutError:
            return False
        return True

    async def _read_answers(self) -> None:
        assert self._process and self._process.stdout
        while line := await self._process.stdout.readline():
            problem = self._take(line)
            if problem:
                self.kill(DriverError("protocol", problem))
                return
        await self._process.wait()
        await asyncio.sleep(0.05)  # let the rest of stderr arrive: it says why
        if not self._failure:
            tail = self.stderr[-400:].decode("utf-8", "replace").strip()
            self.kill(DriverError("crash", f"the driver exited with {self._process.returncode}: {tail}"))

    def _take(self, line: bytes) -> str | None:
        """Hand an answer to its caller; a text if the line is not one."""
        try:
            answer = json.loads(line)
        except ValueError:
            return f"not a JSON line on standard output: {line[:200]!r}"
        if not isinstance(answer, dict) or not isinstance(answer.get("seq"), int):
            return f"an answer without seq: {line[:200]!r}"
        if self.checked and len(line) < 1 << 20:  # schema-checking many megabytes costs more than the case
            error = next(self._answers.iter_errors(answer), None)
            if error:
                best = jsonschema.exceptions.best_match([error])
                place = "/".join(map(str, best.absolute_path))
                answer = {"seq": answer["seq"], "driver_error": f"answer breaks the schema at {place or 'top'}: {best.message[:300]}"}
        future = self._waiting.get(answer["seq"])
        if future and not future.done():
            future.set_result(answer)
        return None

    async def _read_stderr(self) -> None:
        assert self._process and self._process.stderr
        while data := await self._process.stderr.read(65536):
            self.stderr += data
            if len(self.stderr) > 2 * STDERR_KEPT:
                del self.stderr[:-STDERR_KEPT]


def repro(root: Path, case: str, column: str) -> str:
    """The command that plays one cell again and keeps the server open."""
    return f"python -m chutes_conformance repro '{case}' {column}"

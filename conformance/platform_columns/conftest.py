"""Every test runs once for each column of ours, on a platform of its own. `PLATFORM_COLUMNS=go,rust` narrows the columns.

A client that is not built fails, and so does one that skips an op: `make installed` builds all of them.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from chutes_conformance import columns
from chutes_conformance.columns import Column
from chutes_conformance.driver import Driver
from chutes_conformance.platform import Options, Platform

from .client import Client

ROOT = Path(__file__).resolve().parents[1]
ALL = columns.load(ROOT / "columns.toml", ROOT)
WANTED = os.environ.get("PLATFORM_COLUMNS", "")
COLUMNS = [column for column in ALL.values() if (column.name in WANTED.split(",") if WANTED else column.decides)]


class Drivers:
    """One process for each column, started when it is first needed and again when it was lost."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.running: dict[str, Driver] = {}

    def of(self, column: Column) -> Driver:
        driver = self.running.get(column.name)
        if driver is None or not driver.alive:
            driver = self.running[column.name] = Driver(column)
            self.loop.run_until_complete(driver.start())
        return driver

    def stop(self) -> None:
        for driver in self.running.values():
            self.loop.run_until_complete(driver.stop())
        self.loop.close()


@pytest.fixture(scope="session")
def drivers() -> Iterator[Drivers]:
    running = Drivers()
    yield running
    running.stop()


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform(Options(token_delay=0, cold_seconds=0.2, build_seconds=0.6, job_seconds=0.6)) as running:
        yield running
        assert running.faults == []


@pytest.fixture(params=COLUMNS, ids=[column.name for column in COLUMNS])
def client(request: pytest.FixtureRequest, drivers: Drivers, platform: Platform) -> Client:
    return Client(drivers.loop, drivers.of(request.param), platform)

"""These tests find a client that is wrong: the reference client with one behaviour broken each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chutes_conformance.platform import Platform

from . import test_builds_and_jobs as work
from . import test_journey as journey
from . import test_signing_in as signing
from .client import Client
from .conftest import ALL, Drivers

FOUND = [
    ("deploy-always", journey.test_a_deployment_that_changes_nothing_is_not_sent),
    ("build-from-start", work.test_a_log_that_breaks_off_is_taken_up_again),
    ("sign-nothing", signing.test_hotkeys_sign_reads_writes_uploads_and_chats),
    ("lose-refresh", signing.test_a_token_that_ran_out_is_renewed_on_the_way),
]


@pytest.mark.parametrize("broken, test", FOUND, ids=[broken for broken, _ in FOUND])
def test_a_broken_client_is_found(drivers: Drivers, platform: Platform, broken: str, test: Callable[[Client], None]) -> None:
    with pytest.raises(AssertionError):
        test(Client(drivers.loop, drivers.of(ALL[f"broken-{broken}"]), platform))
    platform.app.reset()
    test(Client(drivers.loop, drivers.of(ALL["stdlib"]), platform))

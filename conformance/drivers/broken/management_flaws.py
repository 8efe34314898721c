"""Flaws of the management API: each replaces one function of the reference client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import credentials
import helpers
import management
from faults import Fault
from sse import Decoder


def sign_nothing() -> None:
    """Signs the hash of an empty body whatever is sent."""
    plain = credentials.sign_request
    credentials.sign_request = lambda key, call, body, now: plain(key, call, None, now)


def multipart_order() -> None:
    """Sends the parts by name instead of in the document's order."""
    plain = management.multipart
    management.multipart = lambda fields, given, files: plain(sorted(fields), given, files)


def log_as_events() -> None:
    """Reads a build log as server-sent events, which it only looks like: nothing is ever dispatched."""
    class Log(management.LogStream):
        def __iter__(self) -> Iterator[Any]:
            decoder = Decoder()
            while data := self.body.read():
                yield from ({"log_type": None, "log": e.data, "offset": None} for e in decoder.feed(data))

    management.LogStream = Log  # type: ignore[misc]


def download_in_place() -> None:
    """Writes straight into the target."""
    plain = helpers.download

    def download(client: Any, args: Any, options: Any, folder: Path) -> Any:
        (folder / "out.bin").write_bytes(b"")
        return plain(client, args, options, folder)

    helpers.download = download


def deploy_always() -> None:
    """Never notices that nothing has changed."""
    plain = helpers.deploy
    helpers.deploy = lambda client, args, options: plain(client, {**args, "force": True}, options)


def build_from_start() -> None:
    """Follows a log from its beginning after every drop."""
    plain = helpers.operation

    def operation(client: Any, args: Any) -> Any:
        return plain(client, {**args, "query": {}} if args.get("method") == "logs" else args)

    helpers.operation = operation


def refresh_each() -> None:
    """Lets every caller renew the token."""
    def access(self: Any, client: Any, until: float | None = None) -> str:
        failed = self._renew(client, until) if self.token["expires_at"] - self.now() < credentials.LEEWAY else None
        if failed:
            raise failed
        return str(self.token["access_token"])

    credentials.Provider.access = access  # type: ignore[method-assign]


def lose_refresh() -> None:
    """Goes on with the refresh token that was used up."""
    plain = credentials.token_request
    credentials.token_request = lambda client, args, fields, now, until=None: {**plain(client, args, fields, now, until), "refresh_token": fields.get("refresh_token")}


def guardless() -> None:
    """Moves the whole balance without being told to."""
    for row in management.OPERATIONS.values():
        row["guard"] = None


def known_only() -> None:
    """Hands out only the fields that it knows."""
    plain = management.manage

    def manage(client: Any, args: Any, options: Any) -> Any:
        value = plain(client, args, options)
        return {k: v for k, v in value.items() if k not in ("cursor", "plan", "shiny")} if isinstance(value, dict) else value

    management.manage = manage


def submit_twice() -> None:
    """Retries what must be sent once."""
    plain = management.operation

    def operation(client: Any, args: Any) -> Any:
        call, row = plain(client, args)
        call.idempotent = True
        return call, row

    management.operation = operation


def wait_for_ever() -> None:
    """Takes the end of a warm-up for success."""
    plain = helpers.wait_ready

    def wait(client: Any, args: Any, options: Any, see: Any) -> Any:
        try:
            return plain(client, args, options, see)
        except Fault:
            return {"status": "hot"}

    helpers.wait_ready = wait


FLAWS: dict[str, Callable[[], None]] = {
    "sign-nothing": sign_nothing, "multipart-order": multipart_order, "log-as-events": log_as_events, "download-in-place": download_in_place,
    "deploy-always": deploy_always, "build-from-start": build_from_start, "refresh-each": refresh_each, "lose-refresh": lose_refresh,
    "guardless": guardless, "known-only": known_only, "submit-twice": submit_twice, "wait-for-ever": wait_for_ever,
}

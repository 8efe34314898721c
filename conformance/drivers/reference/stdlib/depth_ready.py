"""`ready: wait`: a cold chute is warmed up and asked again, instead of being retried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import helpers
import management
from faults import Fault

if TYPE_CHECKING:
    from client import Call, Client


def wait(client: Client, call: Call, model: Any, options: dict[str, Any]) -> bool:
    """Whether the chute behind a cold start is hot now; False if there is none to wait for."""
    ref = next((ident for base, ident in client.chutes.items() if call.url.startswith(f"{base}/")), None)
    if ref is None:
        if not isinstance(model, str) or not call.operation:
            return False
        args = {"resource": "chutes", "method": "get", "path": {"chute_id_or_name": model}}
        try:
            ref = management.manage(client, args, options)["chute_id"]
        except Fault as exc:
            if exc.kind != "not_found":
                raise
            return False
    limit = {"timeout_ms": options["deadline_ms"]} if "deadline_ms" in options else {}
    helpers.wait_ready(client, {"ref": ref, **limit}, options, lambda value: None)
    return True

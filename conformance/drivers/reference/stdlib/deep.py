"""The driver's operations of the management API in depth: helpers, signing, OAuth, files."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any, Protocol

import credentials
import helpers
from client import Client

Json = dict[str, Any]


class Sees(Protocol):
    def see(self, kind: str, **fields: Any) -> None: ...


OPS = frozenset(
    "chutes.deploy chutes.wait_ready chutes.predict container_images.build container_images.wait_built jobs.create jobs.wait jobs.download "
    "hotkey.sign hotkey.verify oauth.authorize_url oauth.exchange oauth.refresh oauth.revoke".split()
)


def play(client: Client, op: str, args: Json, options: Json, see: Sees) -> Json:
    def item(value: Json) -> None:
        see.see("item", item=value)

    if op == "jobs.download":
        return download(client, args, options)
    return {"final": _value(client, op, args, options, item)}


def _value(client: Client, op: str, args: Json, options: Json, item: helpers.See) -> Any:
    now = client.seam.now()
    if op == "chutes.deploy":
        return helpers.deploy(client, args, options)
    if op == "chutes.wait_ready":
        return helpers.wait_ready(client, args, options, item)
    if op == "chutes.predict":
        return helpers.predict(args)
    if op == "container_images.build":
        return helpers.build(client, args, options, item)
    if op == "container_images.wait_built":
        return helpers.wait_built(client, args, options, item)
    if op == "jobs.create":
        return helpers.create_job(client, args, options)
    if op == "jobs.wait":
        return helpers.wait_job(client, args, options, item)
    if op == "hotkey.sign":
        key = credentials.Hotkey(args["seed"])
        return {"address": key.address, "public_key": key.public.hex(), "signature": key.sign(args["message"])}
    if op == "hotkey.verify":
        return {"valid": credentials.verify(args["address"], args["message"], args["signature"])}
    if op == "oauth.authorize_url":
        return credentials.authorize_url(client, args)
    if op == "oauth.exchange":
        fields = {"grant_type": "authorization_code", "code": args["code"], "code_verifier": args["code_verifier"], "redirect_uri": args.get("redirect_uri")}
        return credentials.token_request(client, args, fields, now)
    if op == "oauth.refresh":
        return credentials.token_request(client, args, {"grant_type": "refresh_token", "refresh_token": args["refresh_token"]}, now)
    return credentials.revoke(client, args)


def download(client: Client, args: Json, options: Json) -> Json:
    """Always tells what is left in the folder."""
    with tempfile.TemporaryDirectory() as name:
        folder, old = Path(name), args.get("existing")
        if old is not None:
            (folder / "out.bin").write_text(old)
        out: Json = {"final": {}}
        try:
            made = helpers.download(client, args, options, folder)
            path = made.pop("path")
            data = path.read_bytes()
            out["final"] = {"name": path.name, "length": len(data), "sha256": hashlib.sha256(data).hexdigest(), **made}
        except helpers.Fault as exc:
            out["fault"] = exc
        out["final"]["left"] = sorted(p.name for p in folder.rglob("*"))
        if old is not None and (folder / "out.bin").exists() and (folder / "out.bin").read_text(errors="replace") == old:
            out["final"]["kept"] = old
    return out

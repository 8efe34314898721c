"""Hotkeys and OAuth: the auth modes of a session, and the ops on keys and tokens themselves."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from typing import Any

import chutes_client
from chutes_client import auth as auths
from runs import BaseRun, settle

Told = Callable[[Any], None]


def auth_of(given: dict[str, Any], oauth: Callable[..., Any], now: Callable[[], float], told: Told) -> Any:
    """The `auth=` of a client for the modes that are objects, None for the others."""
    mode = given.get("mode")
    if mode not in ("hotkey", "hotkey-config", "oauth"):
        return None
    if mode == "oauth":
        return provider(given, oauth, now, told)
    from chutes_client.hotkey import Hotkey

    if mode == "hotkey":
        return auths.hotkey(Hotkey.from_seed(given["seed"]))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "config.ini")
        with open(path, "w", encoding="utf-8") as file:
            file.write(given["config"])
        os.environ["CHUTES_CONFIG_PATH"] = path  # the caller puts the environment back
        return auths.hotkey(Hotkey.from_config())


def provider(given: dict[str, Any], oauth: Callable[..., Any], now: Callable[[], float], told: Told) -> Any:
    """A provider over the case's token, whose callback tells the token first and then fails as the case says."""
    from chutes_client.oauth import Token

    fails = {"fail": 1 << 30, "fail-once": 1}.get(given.get("store", "ok"), 0)

    def store(token: Any) -> None:
        nonlocal fails
        told(token)
        if fails:
            fails -= 1
            raise chutes_client.ConfigError("the store is full")

    token = given["token"]
    first = Token(token["access_token"], token.get("refresh_token"), now() + token["expires_in_ms"] / 1000)
    return oauth(given["client_id"], given.get("client_secret")).provider(first, on_token=store)


class CredentialRun(BaseRun):
    """The ops `hotkey.*` and `oauth.*`."""

    async def op_hotkey_sign(self) -> Any:
        from chutes_client.hotkey import Hotkey

        key = Hotkey.from_seed(self.args["seed"])
        return {"address": key.address, "public_key": key.public_key.hex(), "signature": key.sign(self.args["message"]).hex()}

    async def op_hotkey_verify(self) -> Any:
        from chutes_client.hotkey import verify

        return {"valid": verify(self.args["address"], self.args["message"], self.args["signature"])}

    def app(self) -> Any:
        return self.session.oauth(self.args["client_id"], self.args.get("client_secret"), self.args.get("redirect_uri"))

    async def op_oauth_authorize_url(self) -> Any:
        made = self.app().authorize_url(self.args["scopes"], self.args.get("state"), **(self.args.get("extra") or {}))
        return {"url": made.url, "state": made.state, "code_verifier": made.code_verifier}

    async def op_oauth_exchange(self) -> Any:
        return vars(await settle(self.app().exchange(self.args["code"], self.args["code_verifier"])))

    async def op_oauth_refresh(self) -> Any:
        return vars(await settle(self.app().refresh(self.args["refresh_token"])))

    async def op_oauth_revoke(self) -> Any:
        return await settle(self.app().revoke(self.args["token"]))

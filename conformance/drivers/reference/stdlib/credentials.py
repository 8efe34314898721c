"""Credentials of the reference client: a key, a hotkey's signature, or an OAuth token that renews itself."""

from __future__ import annotations

import base64
import configparser
import hashlib
import os
import re
import secrets
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from faults import Fault

if TYPE_CHECKING:
    from client import Call, Client

Json = dict[str, Any]
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
LEEWAY = 60


class Hotkey:
    """An sr25519 key from its 32 bytes of seed."""

    def __init__(self, seed: str) -> None:
        import sr25519

        plain = seed.strip().removeprefix("0x")
        if not re.fullmatch(r"[0-9a-fA-F]{64}", plain):
            raise Fault("config", "a hotkey seed is 32 bytes in hexadecimal")
        self.seed = plain  # to find it in what servers echo
        self.public, self._secret = sr25519.pair_from_seed(bytes.fromhex(plain))
        self.address = ss58(self.public)

    @classmethod
    def from_config(cls) -> Hotkey:
        path = os.environ.get("CHUTES_CONFIG_PATH") or os.path.expanduser("~/.chutes/config.ini")
        parser = configparser.ConfigParser()
        try:
            found = parser.read(path)
        except configparser.Error:
            raise Fault("config", f"{path} is no configuration file") from None
        if not found or not parser.has_option("auth", "hotkey_seed"):
            raise Fault("config", f"{path} has no hotkey_seed in its section auth")
        try:
            key = cls(parser.get("auth", "hotkey_seed"))
        except Fault:
            raise Fault("config", f"hotkey_seed of {path} is not 32 bytes in hexadecimal") from None
        address = parser.get("auth", "hotkey_ss58address", fallback=key.address)
        if address != key.address:
            raise Fault("config", f"hotkey_seed and hotkey_ss58address of {path} do not belong together")
        return key

    def sign(self, message: str) -> str:
        import sr25519

        return str(sr25519.sign((self.public, self._secret), message.encode()).hex())


def ss58(public: bytes) -> str:
    """The address of a public key, prefix 42."""
    data = bytes([42]) + public
    number = int.from_bytes(data + hashlib.blake2b(b"SS58PRE" + data).digest()[:2], "big")
    out = ""
    while number:
        number, rest = divmod(number, 58)
        out = ALPHABET[rest] + out
    return out


def public_of(address: str) -> bytes:
    """The public key of an address."""
    number = 0
    for character in address:
        number = number * 58 + ALPHABET.index(character)
    return number.to_bytes(35, "big")[1:33]


def verify(address: str, message: str, signature: str) -> bool:
    import sr25519

    try:
        return bool(sr25519.verify(bytes.fromhex(signature), message.encode(), public_of(address)))
    except ValueError:
        return False


def sign_request(key: Hotkey, call: Call, body: bytes | None, now: float) -> dict[str, str]:
    if call.public:
        return {}
    if call.purpose is not None:
        about = call.purpose
    elif call.method in ("POST", "PUT", "PATCH"):
        about = hashlib.sha256(body or b"").hexdigest()
    else:
        raise Fault("config", f"{call.name or call.method} cannot be signed by a hotkey; use an API key")
    nonce = str(int(now))
    return {"X-Chutes-Hotkey": key.address, "X-Chutes-Nonce": nonce, "X-Chutes-Signature": key.sign(f"{key.address}:{nonce}:{about}")}


def authorize_url(client: Client, args: Json) -> Json:
    verifier = secrets.token_urlsafe(48)
    state = args.get("state") or secrets.token_urlsafe(24)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    query = {"response_type": "code", "client_id": args["client_id"], "redirect_uri": args["redirect_uri"], "scope": " ".join(args["scopes"]),
             "state": state, "code_challenge": challenge, "code_challenge_method": "S256", **(args.get("extra") or {})}
    return {"url": f"{client.endpoints['api']}/idp/authorize?{urlencode(query)}", "state": state, "code_verifier": verifier}


def token_request(client: Client, args: Json, fields: Json, now: float, until: float | None = None) -> Json:
    from client import Call

    pairs = {k: v for k, v in {**fields, "client_id": args["client_id"], "client_secret": args.get("client_secret")}.items() if v is not None}
    client.secrets += [v for k, v in pairs.items() if k in ("client_secret", "refresh_token", "code", "code_verifier")]
    call = Call("POST", client.endpoints["api"] + "/idp/token", urlencode(pairs).encode(), idempotent=False, public=True, signed=False,
                headers={"Content-Type": "application/x-www-form-urlencoded"})
    made: Json = client.json(call, {} if until is None else {"deadline_ms": max(1.0, (until - time.monotonic()) * 1000)})
    if not made.get("access_token"):
        raise Fault("unexpected_response", "the answer has no access token", status=200, attempts=1)
    made["refresh_token"] = made.get("refresh_token") or fields.get("refresh_token")
    return {**made, "expires_at": now + float(made.get("expires_in") or 3600)}


def revoke(client: Client, args: Json) -> None:
    from client import Call

    client.secrets += [args["token"], args.get("client_secret") or ""]
    pairs = {k: args[k] for k in ("token", "client_id", "client_secret") if args.get(k)}
    client.fetch(Call("POST", client.endpoints["api"] + "/idp/token/revoke", urlencode(pairs).encode(), public=True, signed=False,
                      headers={"Content-Type": "application/x-www-form-urlencoded"}))


class Provider:
    """One token for all callers, renewed once when it is about to expire."""

    def __init__(self, app: Json, token: Json, store: Callable[[Json], None], now: Callable[[], float]) -> None:
        self.app, self.store, self.now = app, store, now
        self.token = {**token, "expires_at": now() + token["expires_in_ms"] / 1000}
        self.lock = threading.Lock()
        self.unstored: Json | None = None
        self.renewal: threading.Event | None = None
        self.failed: Fault | None = None

    def access(self, client: Client, until: float | None = None) -> str:
        with self.lock:
            mine = self.renewal
            if mine is None:
                if not self._stale() and self.unstored is None:
                    return str(self.token["access_token"])
                mine = self.renewal = threading.Event()
                self.failed, leader = None, True
            else:
                leader = False
        if not leader:
            if not mine.wait(None if until is None else until - time.monotonic()):
                raise Fault("timeout", "the deadline passed while the token was renewed", attempts=0)
            failed = self.failed
        else:
            failed = self._renew(client, until)
            self.failed = failed
            with self.lock:
                self.renewal = None
            mine.set()
        if failed:
            raise failed
        return str(self.token["access_token"])

    def _stale(self) -> bool:
        """It must be renewed, and can be."""
        return self.token.get("refresh_token") is not None and self.token["expires_at"] - self.now() < LEEWAY

    def _renew(self, client: Client, until: float | None) -> Fault | None:
        try:
            if self._stale():
                made = token_request(client, self.app, {"grant_type": "refresh_token", "refresh_token": self.token["refresh_token"]}, self.now(), until)
                self.token = self.unstored = made
            if self.unstored:
                self.store(self.unstored)
                self.unstored = None
        except Fault as exc:
            exc.attempts = 0  # of the call that needs the token
            return exc
        return None

"""What the platform must hold for a call to succeed, and one good call for every operation of the document."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import sr25519

from chutes_conformance.platform import Platform, signing

HOTKEY = "5FnoWRL4FYzd29q8zXoY3JWio9PtBPgrAFu2RcgQazRQsiCs"  # of the public test seed, 32 bytes of 0x42
PAIR, FRESH = sr25519.pair_from_seed(b"\x42" * 32), sr25519.pair_from_seed(b"\x44" * 32)
FRESH_ADDRESS = signing.address_of(FRESH[0])
NONCE, UUID = "a5" * 32, "11111111-2222-3333-4444-555555555555"
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
BACK, VERIFIER = "https://app.example/back", "a-verifier-of-at-least-forty-three-characters-0123"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


def sign(message: str, pair: Any = PAIR) -> str:
    return bytes(sr25519.sign(pair, message.encode())).hex()


@dataclass
class Good:
    """A call that succeeds. `authorization` None sends none."""

    path: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    media_type: str | None = None
    authorization: str | None = "Bearer cpk_test"
    files: dict[str, tuple[str, bytes, str]] | None = None  # with their names and types, which the generator leaves out
    status: int = 0  # where it is no 2xx, although nothing is wrong with the call


class World:
    """A platform as it starts, with one of everything that the user `demo` can have. `values` are good path parameters by name."""

    def __init__(self, platform: Platform) -> None:
        platform.app.reset()
        self.platform = platform
        self.host = urlsplit(platform.base_url).netloc
        self.echo = self.ask("GET", "/chutes/echo")
        self.worker = self.ask("GET", "/chutes/worker")["chute_id"]
        self.instance = self.echo["instances"][0]["instance_id"]
        self.open = self.ask("GET", "/chutes/Qwen/Qwen3-32B-TEE")["chute_id"]
        self.key = self.ask("POST", "/api_keys/", {"name": "one", "admin": True})["api_key_id"]
        self.secret = self.ask("POST", "/secrets/", {"purpose": "echo", "key": "TOKEN", "value": "x"})["secret_id"]
        self.job = self.finished_job()
        self.ask("POST", "/model_aliases/", {"alias": "best", "chute_ids": [self.open]})
        self.logo = self.upload_logo()
        self.app = self.ask("POST", "/idp/apps", {"name": "My App", "redirect_uris": [BACK]})
        self.ask("POST", f"/idp/apps/{self.app['app_id']}/share", {"app_id_or_name": self.app["app_id"], "user_id_or_name": "bob"})
        self.bob = self.ask("GET", "/users/me", authorization="Bearer cpk_bob_x")["user_id"]
        tools = self.ask("GET", "/images/demo/tools:1.0")["image_id"]
        self.values: dict[str, Any] = {
            "chute_id": self.echo["chute_id"],
            "chute_id_or_name": "echo",
            "image_id": tools,
            "image_id_or_name": "demo/tools:1.0",
            "instance_id": self.instance,
            "api_key_id": self.key,
            "secret_id": self.secret,
            "job_id": self.job["job_id"],
            "file_id": next(iter(self.job["output_files"])),
            "method": "train",
            "alias": "best",
            "logo_id": self.logo,
            "extension": "webp",
            "ext": "json",
            "user_id": "me",
            "hotkey": HOTKEY,
            "app_id": self.app["app_id"],
        }

    def send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPConnection(self.host, timeout=10)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def ask(self, method: str, path: str, body: Any = None, authorization: str = "Bearer cpk_test", kind: str = JSON) -> Any:
        raw = None if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        status, _, answer = self.send(method, path, raw, {"authorization": authorization, "content-type": kind})
        assert status < 300, (method, path, status, answer)
        return json.loads(answer) if answer else None

    def finished_job(self) -> Any:
        job_id = self.ask("POST", f"/jobs/{self.worker}/train", {"epochs": 1})["job_id"]
        self.ask("POST", "/_mock/jobs", {"job_id": job_id})
        return self.ask("GET", f"/jobs/{job_id}")

    def upload_logo(self) -> str:
        body = b'--b\r\nContent-Disposition: form-data; name="logo"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n' + PNG + b"\r\n--b--\r\n"
        headers = {"authorization": "Bearer cpk_test", "content-type": "multipart/form-data; boundary=b"}
        return str(json.loads(self.send("POST", "/logos/", body, headers)[2])["logo_id"])

    def code(self, scope: str = "profile openid") -> str:
        query = {"response_type": "code", "client_id": self.app["client_id"], "redirect_uri": BACK, "state": "s", "scope": scope}
        _, headers, _ = self.send("GET", "/idp/authorize?" + urlencode({**query, "code_challenge": CHALLENGE, "code_challenge_method": "S256"}), None, {})
        return parse_qs(urlsplit(headers["location"]).query)["code"][0]

    def exchange(self) -> dict[str, str]:
        return {"grant_type": "authorization_code", "code": self.code(), "redirect_uri": BACK, "code_verifier": VERIFIER, **self.client()}

    def client(self) -> dict[str, str]:
        return {"client_id": self.app["client_id"], "client_secret": self.app["client_secret"]}

    def token(self) -> str:
        return str(self.ask("POST", "/idp/token", urlencode(self.exchange()), kind=FORM)["access_token"])

    def encrypted(self) -> dict[str, str]:
        found = self.ask("GET", f"/e2e/instances/{self.open}")["instances"][0]
        return {
            "X-Chute-Id": self.open,
            "X-Instance-Id": found["instance_id"],
            "X-E2E-Nonce": found["nonces"][0],
            "X-E2E-Path": "/v1/chat/completions",
        }

    def signed(self, body: Any, pair: Any = PAIR, address: str = HOTKEY) -> dict[str, str]:
        nonce = str(int(time.time()))
        digest = hashlib.sha256(json.dumps(body).encode()).hexdigest()
        return {"X-Chutes-Hotkey": address, "X-Chutes-Nonce": nonce, "X-Chutes-Signature": sign(f"{address}:{nonce}:{digest}", pair)}

    def agent(self) -> Any:
        return self.ask("POST", "/users/agent_registration", AGENT)

    def paid_agent(self) -> Good:
        user_id = str(self.agent()["user_id"])
        self.ask("POST", f"/_mock/agent_registrations/{FRESH_ADDRESS}/pay", {"usd": 50})
        body = {"hotkey": FRESH_ADDRESS, "signature": sign(f"chutes_setup:{user_id}", FRESH)}
        return Good({"user_id": user_id}, body=body, authorization=None)


def image_form(name: str) -> dict[str, Any]:
    fields = {"wait": "false", "username": "demo", "name": name, "tag": "1.0", "readme": "r", "logo_id": "__none__", "dockerfile": "FROM scratch"}
    return {**fields, "image": "gAROLg==", "public": "false", "build_context": b"PK\x05\x06" + bytes(18)}


CHUTE = {
    "name": "fresh", "image": "chutes/python:3.12", "public": False, "code": "x = 1\n", "filename": "chute.py", "ref_str": "chute:chute",
    "tee": True, "node_selector": {"gpu_count": 1, "include": ["pro_6000"]},
    "cords": [{"method": "POST", "path": "/run", "function": "run", "stream": False, "public_api_path": "/run", "public_api_method": "POST"}],
}  # fmt: skip
CHAT = {"model": "mock/open-model", "messages": [{"role": "user", "content": "hi"}]}
PERSON = {"username": "newbie", "coldkey": HOTKEY}
AGENT = {"hotkey": FRESH_ADDRESS, "coldkey": HOTKEY, "signature": sign(f"chutes_signup:{FRESH_ADDRESS}:{HOTKEY}", FRESH), "username": "agent-1"}
SHARE = {"chute_id_or_name": "echo", "user_id_or_name": "bob"}

# What a call needs beyond good path parameters, by operation. An operation that is not here needs nothing else.
NEEDS: dict[str, Callable[[World], Good]] = {
    "createChute": lambda w: Good(query={"accept_fee": "true"}, body=CHUTE),
    "updateChute": lambda w: Good(body={"tagline": "new"}),
    "deleteChute": lambda w: Good({"chute_id_or_name": w.worker}),
    "shareChute": lambda w: Good(body=SHARE),
    "unshareChute": lambda w: Good(body=SHARE),
    "getMinerMeans": lambda w: Good({"chute_id": w.open}),
    "getMinerMeansFile": lambda w: Good({"chute_id": w.open, "ext": "csv"}),
    "deployVllmChute": lambda w: Good(body={"model": "a/b"}, status=403),
    "deployDiffusionChute": lambda w: Good(body={"model": "a/b", "name": "n"}, status=403),
    "increaseBounty": lambda w: Good(status=403),
    "createContainerImage": lambda w: Good(headers={"X-Chutes-Version": "0.6.10"}, body=image_form("fresh"), media_type="multipart/form-data"),
    "deleteMe": lambda w: Good(authorization="demo-fingerprint"),
    "changeWalletKeys": lambda w: Good(body={"coldkey": FRESH_ADDRESS}, authorization="demo-fingerprint"),
    "registerUser": lambda w: Good(query={"token": UUID}, headers=w.signed(PERSON, FRESH, FRESH_ADDRESS), body=PERSON, authorization=None),
    "registerAgent": lambda w: Good(body=AGENT, authorization=None),
    "getAgentRegistration": lambda w: Good({"hotkey": w.agent()["hotkey"]}, authorization=None),
    "setUpAgent": lambda w: w.paid_agent(),
    "transferBalance": lambda w: Good(body={"user_id": "bob", "amount": 1.5}),
    "setLogo": lambda w: Good(query={"logo_id": w.logo}),
    "login": lambda w: Good(body={"fingerprint": "demo-fingerprint"}),
    "changeFingerprint": lambda w: Good(body={"fingerprint": "fresh"}, authorization="demo-fingerprint"),
    "checkUsername": lambda w: Good(query={"username": "free"}),
    "createApiKey": lambda w: Good(body={"name": "two", "admin": False, "scopes": [{"object_type": "chutes", "action": "invoke"}]}),
    "createSecret": lambda w: Good(body={"purpose": "echo", "key": "OTHER", "value": "x"}),
    "getChuteEvidence": lambda w: Good(query={"nonce": NONCE}),
    "getInstanceEvidence": lambda w: Good(query={"nonce": NONCE}),
    "submitJob": lambda w: Good({"chute_id": w.worker}, body={"epochs": 1}),
    "deleteJob": lambda w: Good(status=500),
    "setModelAlias": lambda w: Good(body={"alias": "Other", "chute_ids": [w.open]}),
    "createLogo": lambda w: Good(body={"logo": PNG}, media_type="multipart/form-data", files={"logo": ("a.png", PNG, "image/png")}),
    "followInstanceLogs": lambda w: Good(query={"backfill": 3}),
    "listE2eInstances": lambda w: Good({"chute_id": w.open}),
    "invokeE2e": lambda w: Good(headers=w.encrypted(), body=bytes(1400), media_type="application/octet-stream"),
    "returnDeposit": lambda w: Good(body={"address": HOTKEY}),
    "guessVllmConfig": lambda w: Good(query={"model": "mock/open-model"}),
    "exportInvocations": lambda w: Good({"year": 2025, "month": 1, "day": 2, "hour_format": "07.csv"}),
    "downloadAudit": lambda w: Good(query={"path": w.ask("GET", "/audit/")[0]["path"]}),
    "getHfRepoInfo": lambda w: Good(query={"repo_id": "mock/open-model"}),
    "createOauthApp": lambda w: Good(body={"name": "Other App", "redirect_uris": [BACK]}),
    "updateOauthApp": lambda w: Good(body={"description": "new"}),
    "shareOauthApp": lambda w: Good(body={"app_id_or_name": w.app["app_id"], "user_id_or_name": "carol"}),
    "unshareOauthApp": lambda w: Good({"user_id": w.bob}),
    "revokeOauthAuthorization": lambda w: Good(headers={"X-Unused": w.token()[:3]}),
    "createOauthToken": lambda w: Good(body=w.exchange(), media_type=FORM, authorization=None),
    "revokeOauthToken": lambda w: Good(body={"token": w.token(), **w.client()}, media_type=FORM, authorization=None),
    "introspectOauthToken": lambda w: Good(body={"token": w.token(), **w.client()}, media_type=FORM, authorization=None),
    "getUserinfo": lambda w: Good(authorization=f"Bearer {w.token()}"),
    "createChatCompletion": lambda w: Good(body=CHAT),
    "createCompletion": lambda w: Good(body={"model": "mock/open-model", "prompt": "hi"}),
    "createEmbeddings": lambda w: Good(body={"model": "Qwen/Qwen3-Embedding-8B-TEE", "input": "hi"}),
    "generateImage": lambda w: Good(body={"model": "FLUX.1-schnell", "prompt": "a cat"}),
    "createImage": lambda w: Good(body={"model": "FLUX.1-schnell", "prompt": "a cat"}),
}

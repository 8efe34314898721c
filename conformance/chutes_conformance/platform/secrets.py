"""Secrets of chutes. Values go in and never come out: the creation answers with what the server would store."""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass, field

from .routes import Context, Field, HttpError, route
from .state import Json, User, naive

NOT_FOUND = "Secret not found, or does not belong to you"
TEXT = Field("string", required=True, nullable=False)
CREATE: dict[str, Field] = {"purpose": TEXT, "key": TEXT, "value": TEXT}
SUSPECT = re.compile(r"python|sglang|^sgl_|^ld_", re.IGNORECASE)
ALLOWED = {"UV_SYSTEM_PYTHON", "PYTHONUNBUFFERED", "PYTHONIOENCODING", "PYTHONWARNINGS"}
BANNED = {"HTTP_PROXY", "HTTPS_PROXY", "HF_HUB_DISABLE_SSL_VERIFY"}
SUBNETS = ("affine", "turbovision")
SUBNET_KEYS = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")


@dataclass
class Secret:
    secret_id: str
    user: User
    purpose: str
    key: str
    created_at: float
    stored: str

    def view(self) -> Json:
        """SecretResponse, without the value."""
        return {"secret_id": self.secret_id, "key": self.key, "purpose": self.purpose, "created_at": naive(self.created_at)}


@dataclass
class Secrets:
    by_id: dict[str, Secret] = field(default_factory=dict)

    def of(self, ctx: Context, secret_id: str) -> Secret:
        found = self.by_id.get(secret_id)
        if found is None or found.user is not ctx.caller:
            raise HttpError(404, NOT_FOUND)
        return found


def sealed(user: User, value: str) -> str:
    """Stands for the encrypted value: hexadecimal, of the right length, and no way back."""
    length = 32 + 16 * (len(value.encode()) // 16 + 1)
    return hashlib.shake_256(f"{user.user_id}:{value}".encode()).hexdigest(length)


@route("GET /secrets/", purpose="secrets")
def list_secrets(ctx: Context) -> Json:
    own = [secret for secret in ctx.of(Secrets).by_id.values() if secret.user is ctx.caller]
    return ctx.page([secret.view() for secret in sorted(own, key=lambda secret: -secret.created_at)])


@route("POST /secrets/")
def create_secret(ctx: Context) -> Json:
    args, user, secrets = ctx.body(CREATE), ctx.caller, ctx.of(Secrets)
    purpose, key = args["purpose"], args["key"]
    own = [chute for chute in ctx.state.chutes.values() if chute.user is user]
    chute = next((one for one in own if purpose == one.chute_id or purpose.lower() == one.name.lower()), None)
    if chute is None:
        raise HttpError(404, f"Did not find target chute {purpose}, or it does not belong to you")
    if key.upper() in BANNED or (SUSPECT.search(key) and key.upper() not in ALLOWED):
        raise HttpError(403, f"Banned secret key: {key}")
    if any(word in chute.name.lower() for word in SUBNETS) and key.upper() not in SUBNET_KEYS:
        raise HttpError(403, "Only HF_TOKEN/HUGGING_FACE_HUB_TOKEN secrets are allowed for integrated subnet chutes")
    secret_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{user.user_id}:{chute.chute_id}:{key}"))
    if secret_id in secrets.by_id:
        raise HttpError(409, "A secret already exists for this purpose with this key.")
    made = Secret(secret_id, user, chute.chute_id, key, ctx.now(), sealed(user, args["value"]))
    secrets.by_id[secret_id] = made
    return {**made.view(), "value": made.stored, "user_id": user.user_id}


@route("GET /secrets/{secret_id}", purpose="secrets")
def get_secret(ctx: Context, secret_id: str) -> Json:
    return ctx.of(Secrets).of(ctx, secret_id).view()


@route("DELETE /secrets/{secret_id}", purpose="secrets")
def delete_secret(ctx: Context, secret_id: str) -> Json:
    secrets = ctx.of(Secrets)
    del secrets.by_id[secrets.of(ctx, secret_id).secret_id]
    return {"status": f"Successfully deleted secret {secret_id}", "secret_id": secret_id}

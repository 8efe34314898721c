"""API keys. A created key really signs in, with its scopes; its secret is shown once; a deleted one is refused at once."""

from __future__ import annotations

import hashlib
import random
import re
import string
import uuid
from dataclasses import dataclass, field

from .credential import Credential, Scope
from .routes import Context, Field, HttpError, route
from .state import Json, State, User, naive

FORMAT = re.compile(r"cpk_([a-f0-9]{32})\.([a-f0-9]{32})\.([a-zA-Z0-9]{32})")
NAME = re.compile(r"[\$\w\u0080-\uFFFF\._\s-]{1,24}$")
BAD_NAME = (
    "API key name should start with alphanumeric character and contain up to 32 total allowed characters "
    "(letters, numbers, dashes, underscores, or spaces)"
)
MALFORMED = "Missing or invalid authorization header(s)"
REFUSED = "Invalid token or user not found"
REFUSED_KEYS = ("cpk_invalid", "cpk_unknown", "cpk_revoked")
TYPES = ("images", "chutes", "invocations")
ACTIONS = ("read", "write", "delete", "invoke")
CREATE: dict[str, Field] = {
    "admin": Field("boolean", required=True, nullable=False),
    "name": Field("string", required=True, nullable=False),
    "scopes": Field(
        "list",
        default=[],
        fields={
            "object_type": Field("string", required=True, nullable=False),
            "object_id": Field("string"),
            "action": Field("string", enum=ACTIONS),
        },
    ),
}


@dataclass
class Key:
    key_id: str
    user: User
    name: str
    admin: bool
    scopes: list[tuple[str, Scope]]
    created_at: float
    digest: str
    last_used_at: float | None = None

    def view(self) -> Json:
        """APIKeyResponse. The server's `method` of a scope is always null: it reads a column of another name."""
        return {
            "api_key_id": self.key_id,
            "user_id": self.user.user_id,
            "admin": self.admin,
            "name": self.name,
            "created_at": naive(self.created_at),
            "last_used_at": naive(self.last_used_at) if self.last_used_at else None,
            "scopes": [
                {"scope_id": scope_id, "object_type": scope.object_type, "object_id": scope.object_id, "method": None} for scope_id, scope in self.scopes
            ],
        }


@dataclass
class Keys:
    by_id: dict[str, Key] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)

    @classmethod
    def seeded(cls, state: State) -> Keys:
        """The accounts of the start have one full key each; nobody knows its secret."""
        keys = cls()
        for user in (user for user in state.users.values() if user.created_at < state.started):
            key_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"key:{user.username}"))
            keys.by_id[key_id] = Key(key_id, user, "default", True, [], user.created_at + 60, "")
        return keys

    def of_user(self, user: User) -> list[Key]:
        return [key for key in self.by_id.values() if key.user is user]

    def create(self, state: State, user: User, args: Json) -> tuple[Key, str]:
        """A new key and its secret, which only its digest remembers."""
        for scope in args["scopes"] or []:
            if not args["admin"] and scope["object_type"] not in TYPES:
                raise HttpError(400, "Invalid request: Invalid object_type, must be one of images, chutes, invocations")
        if not NAME.match(args["name"]):
            raise HttpError(400, f"Invalid request: {BAD_NAME}")
        if any(key.name == args["name"] for key in self.of_user(user)):
            raise HttpError(409, "An API key already exists with this name")
        key_id = str(uuid.uuid4())
        secret = "".join(random.SystemRandom().choices(string.ascii_letters + string.digits, k=32))
        text = f"cpk_{key_id.replace('-', '')}.{user.user_id.replace('-', '')}.{secret}"
        scopes = [] if args["admin"] else args["scopes"] or []
        made = [(str(uuid.uuid4()), Scope(scope["object_type"], scope["object_id"], scope["action"])) for scope in scopes]
        key = Key(key_id, user, args["name"], args["admin"], made, state.now(), hashlib.sha256(text.encode()).hexdigest())
        self.by_id[key_id] = key
        return key, text

    def known(self, token: str) -> Key | None:
        """The key of a whole secret, or None when it was never made here. 401 for one that was deleted or does not fit."""
        found = FORMAT.fullmatch(token)
        key_id = str(uuid.UUID(found[1])) if found else ""
        key = self.by_id.get(key_id)
        if key_id in self.deleted or (key and key.digest != hashlib.sha256(token.encode()).hexdigest()):
            raise HttpError(401, REFUSED)
        return key


def credential(state: State, token: str) -> Credential | None:
    """What a created key stands for; None when the token is none of them."""
    key = state.of(Keys).known(token)
    if key is None:
        return None
    key.last_used_at = state.now()
    return Credential(key.user, "key", key.admin, tuple(scope for _, scope in key.scopes))


def any_credential(state: State, token: str) -> Credential:
    """A created key, or any other `cpk_…`, so that no test needs an account: `cpk_bob…` is bob's, the rest demo's. 401 else."""
    if not token.startswith("cpk_") or len(token) == 4:
        raise HttpError(401, MALFORMED)
    if token.startswith(REFUSED_KEYS):
        raise HttpError(401, REFUSED)
    created = credential(state, token)
    if created:
        return created
    for user in state.users.values():
        if token == f"cpk_{user.username}" or token.startswith((f"cpk_{user.username}_", f"cpk_{user.username}.")):
            return Credential(user)
    demo = state.user_by_name("demo")
    if demo is None:
        raise HttpError(401, REFUSED)
    return Credential(demo)


@route("GET /api_keys/", purpose="api_keys")
def list_keys(ctx: Context) -> Json:
    return ctx.page([key.view() for key in ctx.of(Keys).of_user(ctx.caller)])


@route("POST /api_keys/")
def create_key(ctx: Context) -> Json:
    key, secret = ctx.of(Keys).create(ctx.state, ctx.caller, ctx.body(CREATE))
    return {**key.view(), "secret_key": secret}


@route("GET /api_keys/{api_key_id}", purpose="api_keys")
def get_key(ctx: Context, api_key_id: str) -> Json:
    key = ctx.of(Keys).by_id.get(api_key_id)
    if key is None or key.user is not ctx.caller:
        raise HttpError(404, f"API key with id {api_key_id} not found or doesn't belong to you")
    return key.view()


@route("DELETE /api_keys/{api_key_id}", purpose="api_keys")
def delete_key(ctx: Context, api_key_id: str) -> Json:
    keys = ctx.of(Keys)
    key = keys.by_id.get(api_key_id)
    if key is None or key.user is not ctx.caller:
        raise HttpError(404, "API key not found, or does not belong to you")
    del keys.by_id[api_key_id]
    keys.deleted.add(api_key_id)
    return {"api_key_id": api_key_id, "deleted": True}

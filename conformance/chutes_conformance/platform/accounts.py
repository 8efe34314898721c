"""Signing in and up: login, fingerprint, the keys of an account, registration by a person and by a program."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from . import signing, tokens
from .http import HttpError
from .keys import Keys
from .oauth_tokens import random_text
from .routes import Context, control, route
from .state import Json, State, User, naive
from .users import by_fingerprint, fingerprint_hash, me
from .validate import Field, problem

USERNAME = re.compile(r"^[a-zA-Z0-9_-]{3,15}$")
BAD_USERNAME = "Username must be 3-15 characters and contain only alphanumeric/underscore/dash characters"
NONCE_SECONDS = 300
TAO_USD, THRESHOLD_USD, TOLERANCE = 400.0, 50.0, 0.10
POOR_COLDKEY = signing.invented("a coldkey without tao")
TEXT = Field("string", required=True, nullable=False)
CHANGE: dict[str, Field] = {"fingerprint": TEXT}
REGISTER: dict[str, Field] = {"username": TEXT, "coldkey": TEXT, "logo_id": Field("string")}
AGENT: dict[str, Field] = {"hotkey": TEXT, "coldkey": TEXT, "signature": TEXT, "username": Field("string")}
SETUP: dict[str, Field] = {"hotkey": TEXT, "signature": TEXT}
INSTRUCTIONS = (
    "Save the config above to ~/.chutes/config.ini and replace 'REPLACE_WITH_YOUR_HOTKEY_SEED' with your actual hotkey seed (hex). "
    "The payment address accepts both TAO and subnet alpha tokens to top up your balance. "
    "Store your API key securely — this endpoint cannot be called again. "
    "You can use either the API key or hotkey signature for authentication."
)


@dataclass
class Registration:
    registration_id: str
    user_id: str
    hotkey: str
    coldkey: str
    username: str
    payment_address: str
    received_usd: float = 0.0
    state: str = "pending_payment"
    set_up: bool = False

    def view(self) -> Json:
        return {
            "registration_id": self.registration_id,
            "user_id": self.user_id,
            "hotkey": self.hotkey,
            "coldkey": self.coldkey,
            "payment_address": self.payment_address,
            "required_amount": round(THRESHOLD_USD / TAO_USD, 4),
        }


@dataclass
class Accounts:
    nonces: dict[str, float] = field(default_factory=dict)  # login nonce → when it ends
    agents: dict[str, Registration] = field(default_factory=dict)  # by hotkey
    sign_ups: int = 0


def object_body(ctx: Context) -> dict[str, Any]:
    """A body that the server reads without a model; it answers 500 to what is no object, and this an empty one."""
    try:
        body = ctx.request.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


@route("GET /users/login/nonce", auth="public")
def login_nonce(ctx: Context) -> Json:
    nonce = str(uuid.uuid4())
    ctx.of(Accounts).nonces[nonce] = ctx.now() + NONCE_SECONDS
    return {"nonce": nonce, "expires_in": NONCE_SECONDS}


def login_by_hotkey(ctx: Context, hotkey: str, signature: str, nonce: str) -> User:
    if ctx.of(Accounts).nonces.pop(nonce, 0.0) <= ctx.now():
        raise HttpError(401, "Invalid or expired nonce. Please request a new one.")
    try:
        raw = bytes.fromhex(signature)
    except ValueError:
        raise HttpError(401, "Invalid signature format.") from None
    if not signing.fits(hotkey, nonce, raw):
        raise HttpError(401, "Invalid signature.")
    user = signing.by_hotkey(ctx.state, hotkey)
    if user is None:
        raise HttpError(401, "No account found for this hotkey.")
    return user


@route("POST /users/login", auth="public")
def login(ctx: Context) -> Json:
    body = object_body(ctx)
    fingerprint = body.get("fingerprint")
    if isinstance(fingerprint, str) and fingerprint.strip():
        user = by_fingerprint(ctx.state, fingerprint)
        if user is None:
            raise HttpError(401, "Invalid fingerprint.")
        return {"token": tokens.create(ctx.state, user)}
    parts = [body.get(name) for name in ("hotkey", "signature", "nonce")]
    if not all(isinstance(part, str) and part for part in parts):
        raise HttpError(400, "Please provide either 'fingerprint' or 'hotkey'+'signature'+'nonce' for authentication.")
    return {"token": tokens.create(ctx.state, login_by_hotkey(ctx, *(str(part) for part in parts)))}


@route("POST /users/change_fingerprint", auth="public")
def change_fingerprint(ctx: Context) -> Json:
    """By the current fingerprint, bare in `Authorization`, or by a signature of `address:new fingerprint:nonce`."""
    fingerprint, headers = ctx.body(CHANGE)["fingerprint"], ctx.request.headers
    if headers.get("authorization"):
        user = by_fingerprint(ctx.state, headers["authorization"])
        if user is None:
            raise HttpError(401, "Missing or invalid fingerprint provided.")
    else:
        user = signer_of(ctx, fingerprint)
    user.fingerprint_hash = fingerprint_hash(fingerprint)
    return {"status": "Fingerprint updated"}


def signer_of(ctx: Context, fingerprint: str) -> User:
    hotkey, coldkey, nonce, signature = (ctx.request.headers.get(f"x-chutes-{name}", "") for name in ("hotkey", "coldkey", "nonce", "signature"))
    if not nonce or not signature:
        raise HttpError(401, "Missing or invalid BT signature.")
    try:
        raw = bytes.fromhex(signature)
    except ValueError:
        raise HttpError(401, "Invalid signature") from None
    if not nonce.isdigit() or abs(int(ctx.now()) - int(nonce)) > 300:
        raise HttpError(401, f"Invalid nonce: {nonce}")
    if not coldkey and not hotkey:
        raise HttpError(401, "You must provide either coldkey or hotkey along with a signature and nonce.")
    for address, attribute in ((coldkey, "coldkey"), (hotkey, "hotkey")):
        if address and signing.fits(address, f"{address}:{fingerprint}:{nonce}", raw):
            user = next((one for one in ctx.state.users.values() if getattr(one, attribute) == address), None)
            if user:
                return user
            break
    raise HttpError(401, "No user found with the provided hotkey/coldkey")


@route("POST /users/change_bt_auth", auth="public")
def change_bt_auth(ctx: Context) -> Json:
    given = ctx.request.headers.get("authorization")
    if given is None:
        raise HttpError(422, [problem("missing", ["header", "Authorization"], "Field required", None)])
    user, body = by_fingerprint(ctx.state, given), object_body(ctx)
    if user is None:
        raise HttpError(401, "Missing or invalid fingerprint provided.")
    changed, wrong = False, ""
    for name in ("coldkey", "hotkey"):
        address = body.get(name)
        if not address:
            continue
        if not isinstance(address, str) or signing.public_key(address) is None:
            wrong = f"Invalid {name}: {address}"
            continue
        if name == "hotkey" and signing.by_hotkey(ctx.state, address):
            raise HttpError(409, f"Hotkey already associated with another user: {address}")
        setattr(user, name, address)
        changed = True
    if not changed:
        raise HttpError(400, wrong or "Invalid request, please provide a coldkey and/or hotkey")
    return me(user)


def taken(ctx: Context, username: str) -> str:
    """Why a name is not free, or an empty text."""
    lowered = username.lower()
    if any(user.username.lower() == lowered for user in ctx.state.users.values()):
        return f"Username {username} already exists, sorry! Please choose another."
    pending = (agent for agent in ctx.of(Accounts).agents.values() if agent.state == "pending_payment")
    if any(agent.username.lower() == lowered for agent in pending):
        return f"Username {username} is reserved by a pending registration. Please choose another."
    return ""


def check_username(ctx: Context, username: str) -> None:
    if not USERNAME.match(username):
        raise HttpError(400, BAD_USERNAME)
    reason = taken(ctx, username)
    if reason:
        raise HttpError(409, reason)


@route("GET /users/name_check", auth="public")
def name_check(ctx: Context) -> Json:
    username = ctx.query({"username": TEXT, "readonly": Field("boolean")})["username"]
    valid = bool(USERNAME.match(username))
    return {"valid": valid, "available": valid and not taken(ctx, username)}


def open_account(state: State, user_id: str, username: str, hotkey: str, coldkey: str, balance: float = 0.0) -> User:
    user = User(user_id, username, balance, state.now(), quota=0, hotkey=hotkey, coldkey=coldkey)
    user.payment_address = signing.invented(f"{username} payment")
    state.users[user_id] = user
    return user


@route("POST /users/register", auth="public")
def register(ctx: Context) -> Json:
    """Any UUID counts as the token of the captcha page, three sign-ups a day; `POOR_COLDKEY` holds too little."""
    args, hotkey, accounts = ctx.body(REGISTER), ctx.request.headers.get("x-chutes-hotkey"), ctx.of(Accounts)
    if hotkey is None:
        raise HttpError(422, [problem("missing", ["header", "X-Chutes-Hotkey"], "Field required", None)])
    known = signing.of_request(ctx.request, ctx.state, None, required=False)
    if accounts.sign_ups > 2:
        raise HttpError(429, "Too may registration requests.")
    token = ctx.request.query.get("token")
    if not token:
        raise HttpError(
            400, "Missing registration token in URL query params, please ensure you have upgraded to chutes>=0.3.33 and try again."
        )
    if not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", token):
        raise HttpError(403, "Invalid registration token, or registration token does not match expected IP address")
    if known:
        raise HttpError(409, "This hotkey is already registered to a user!")
    check_username(ctx, args["username"])
    if args["coldkey"] == POOR_COLDKEY:
        raise HttpError(402, "You must have at least 0.25 tao on your coldkey to register an account.")
    accounts.sign_ups += 1
    user_id = str(uuid.uuid5(uuid.NAMESPACE_OID, args["username"]))
    user = open_account(ctx.state, user_id, args["username"], hotkey, args["coldkey"])
    fingerprint = random_text(32)
    user.fingerprint_hash = fingerprint_hash(fingerprint)
    account = {name: getattr(user, name) for name in ("hotkey", "coldkey", "payment_address")}
    return {**user.public(), **account, "fingerprint": fingerprint, "api_key": None}


def proven(hotkey: str, message: str, signature: str) -> bool:
    try:
        return signing.fits(hotkey, message, bytes.fromhex(signature.removeprefix("0x")))
    except ValueError:
        return False


@route("POST /users/agent_registration", auth="public")
def agent_registration(ctx: Context) -> Json:
    args, agents = ctx.body(AGENT), ctx.of(Accounts).agents
    hotkey, coldkey = args["hotkey"], args["coldkey"]
    if not proven(hotkey, f"chutes_signup:{hotkey}:{coldkey}", args["signature"]):
        raise HttpError(400, "Invalid signature. Message must be 'chutes_signup:{hotkey}:{coldkey}' signed by the hotkey.")
    if signing.public_key(coldkey) is None:
        raise HttpError(400, "Invalid hotkey or coldkey SS58 address.")
    if signing.by_hotkey(ctx.state, hotkey):
        raise HttpError(409, "This hotkey is already registered to a user.")
    if hotkey in agents:
        pending = agents[hotkey].state == "pending_payment"
        used = "This hotkey has already been used for agent registration. A new hotkey is required."
        raise HttpError(409, "This hotkey already has a pending agent registration." if pending else used)
    username = args["username"] or f"chuter_{random_text(6, '0123456789abcdef')}"
    check_username(ctx, username)
    address = signing.invented(f"{hotkey} payment")
    made = Registration(str(uuid.uuid4()), str(uuid.uuid4()), hotkey, coldkey, username, address)
    agents[hotkey] = made
    tao = THRESHOLD_USD / TAO_USD
    message = f"Send at least {tao:.4f} TAO (${THRESHOLD_USD} USD) to the payment address. A 10% tolerance is applied for price fluctuations."
    return {**made.view(), "message": message}


@route("GET /users/agent_registration/{hotkey}", auth="public")
def agent_status(ctx: Context, hotkey: str) -> Json:
    agent = ctx.of(Accounts).agents.get(hotkey)
    user = signing.by_hotkey(ctx.state, hotkey)
    if agent is None and user is None:
        raise HttpError(404, "No agent registration found for this hotkey.")
    if agent is None:
        assert user
        agent = Registration("", user.user_id, hotkey, user.coldkey, user.username, user.payment_address, state="completed")
    missing = (THRESHOLD_USD * (1 - TOLERANCE) - agent.received_usd) / TAO_USD
    messages = {
        "pending_payment": f"Awaiting payment. Received ${agent.received_usd:.2f} of ${THRESHOLD_USD:.2f} required. "
        f"Send ~{missing:.4f} more TAO to {agent.payment_address}.",
        "completed": f"Registration complete. Your account has been created. Call POST /users/{agent.user_id}/agent_setup to get your API key and config.",
        "expired": "Registration expired. Please create a new registration.",
    }
    view = {**agent.view(), "received_amount": agent.received_usd, "status": agent.state, "message": messages[agent.state]}
    return {**view, "registration_id": agent.registration_id or None}


@route("POST /users/{user_id}/agent_setup", auth="public")
def agent_setup(ctx: Context, user_id: str) -> Json:
    args, user = ctx.body(SETUP), ctx.state.users.get(user_id)
    if user is None:
        raise HttpError(404, "User not found. Ensure payment has been received and account was created.")
    agent = next((agent for agent in ctx.of(Accounts).agents.values() if agent.user_id == user_id and agent.state == "completed"), None)
    if agent is None:
        raise HttpError(403, "This user was not created via agent registration.")
    if args["hotkey"] != user.hotkey:
        raise HttpError(403, "Hotkey does not match the registered hotkey for this user.")
    if not proven(args["hotkey"], f"chutes_setup:{user_id}", args["signature"]):
        raise HttpError(403, "Invalid signature. Message must be 'chutes_setup:{user_id}' signed by the hotkey.")
    if agent.set_up:
        raise HttpError(409, "Agent setup has already been completed for this user. This endpoint is one-time only.")
    agent.set_up = True
    _, secret = ctx.of(Keys).create(ctx.state, user, {"name": "default", "admin": True, "scopes": []})
    config = (
        "[api]\nbase_url = https://api.chutes.ai\n\n"
        f"[auth]\nusername = {user.username}\nuser_id = {user_id}\nhotkey_seed = REPLACE_WITH_YOUR_HOTKEY_SEED\n"
        f"hotkey_name = default\nhotkey_ss58address = {user.hotkey}\n\n[payment]\naddress = {user.payment_address}\n"
    )
    return {
        "user_id": user_id,
        "api_key": secret,
        "hotkey_ss58address": user.hotkey,
        "payment_address": user.payment_address,
        "username": user.username,
        "config_ini": config,
        "setup_instructions": INSTRUCTIONS,
    }


@control("POST /_mock/agent_registrations/{hotkey}/{event}")
def agent_event(ctx: Context, hotkey: str, event: str) -> Json:
    """`pay` (`{"usd"?: 50}`) opens the account once enough has come; `expire` ends the wait."""
    agent = ctx.of(Accounts).agents.get(hotkey)
    if agent is None or agent.state != "pending_payment" or event not in ("pay", "expire"):
        raise HttpError(404, "no such pending registration or event")
    if event == "expire":
        agent.state = "expired"
    else:
        agent.received_usd += float(object_body(ctx).get("usd", THRESHOLD_USD)) if ctx.request.body else THRESHOLD_USD
        if agent.received_usd >= THRESHOLD_USD * (1 - TOLERANCE):
            agent.state = "completed"
            user = open_account(ctx.state, agent.user_id, agent.username, hotkey, agent.coldkey, agent.received_usd)
            user.payment_address = agent.payment_address
    return {"status": agent.state, "at": naive(ctx.now())}

"""`POST /chutes/`: the rules of a deployment in the order in which the server checks them, with its own words."""

from __future__ import annotations

import ast
import re

from .http import HttpError, Request, Response, json_response
from .state import GPUS, Chute, Image, Json, State, User, make_chute_id, make_slug, make_version, naive, supported_gpus
from .validate import Field, body_of, query_of

NAME = re.compile(r"^(?:([a-zA-Z0-9_\.-]+)/)*([a-z0-9][a-z0-9_\.\/-]*)$", re.I)
PUBLIC_PATH = re.compile(r"^(/[a-z][a-z0-9_-]*)+$", re.I)
INNER_PATH = re.compile(r"^(/[a-z][a-z0-9_]*)+$", re.I)
RESERVED_GPUS = {"b200", "mi300x"}
SUBNETS = {"affine": ("affine", 120), "babelbit": ("babelbit", 59), "leoma": ("leoma", 99), "turbovision": ("score", 44), "vocence": ("vocence", 78)}
IMMUTABLE = "This chute is immutable and cannot be modified. Only deletion is allowed."
FREE_ACCOUNT = 1 << 4


def _gpus(direction: str) -> Field:
    def check(names: object) -> str | None:
        extra = {str(name).lower() for name in names} - set(GPUS) if isinstance(names, list) else set()
        return f"Invalid GPU identifiers `{direction}`: {extra}" if extra else None

    return Field("list", check=check)


NODE_SELECTOR: dict[str, Field] = {
    "gpu_count": Field("integer", ge=1, le=8, default=1),
    "min_vram_gb_per_gpu": Field("integer", ge=16, le=140, default=16),
    "max_hourly_price_per_gpu": Field("number", gt=0, lt=10),
    "exclude": _gpus("exclude"),
    "include": _gpus("include"),
    "dynamic": Field("boolean", default=False),
}
CORD: dict[str, Field] = {
    "method": Field("string", required=True, nullable=False),
    "path": Field("string", required=True, nullable=False),
    "function": Field("string", required=True, nullable=False),
    "stream": Field("boolean", required=True, nullable=False),
    "passthrough": Field("boolean", default=False),
    "public_api_path": Field("string"),
    "public_api_method": Field("string"),
    "input_schema": Field("object", default={}),
    "output_schema": Field("object", default={}),
    "output_content_type": Field("string"),
    "minimal_input_schema": Field("object", default={}),
}
def _port(port: object) -> str | None:
    return None if port == 2202 or (isinstance(port, int) and 8001 < port <= 65535) else "Port must be 2202 or in range 8002-65535"


PORT: dict[str, Field] = {
    "name": Field("string", required=True, nullable=False),
    "port": Field("integer", required=True, nullable=False, check=_port),
    "proto": Field("string", required=True, nullable=False),  # optional by the server's schema, but its default is no value
    "default": Field("boolean", default=True),
}
JOB: dict[str, Field] = {
    "name": Field("string", required=True, nullable=False),
    "upload": Field("boolean", default=False),
    "timeout": Field("integer"),
    "ports": Field("list", fields=PORT, default=[]),
    "disk_gb": Field("integer", ge=10, le=1000, default=10),
}
UPDATE: dict[str, Field] = {
    "tagline": Field("string", max_length=1024, default=""),
    "readme": Field("string", max_length=16384, default=""),
    "tool_description": Field("string", max_length=16384, default=""),
    "logo_id": Field("string"),
    "max_instances": Field("integer", ge=1, le=100),
    "scaling_threshold": Field("number", ge=0, le=1),
    "shutdown_after_seconds": Field("integer", ge=60, le=604800, default=300),
    "disabled": Field("boolean"),
}
CHUTE: dict[str, Field] = {
    "name": Field("string", required=True, nullable=False, min_length=3, max_length=128),
    "tagline": UPDATE["tagline"],
    "readme": UPDATE["readme"],
    "tool_description": Field("string", max_length=16384),
    "logo_id": Field("string"),
    "image": Field("string", required=True, nullable=False),
    "public": Field("boolean", required=True, nullable=False),
    "code": Field("string", required=True, nullable=False, max_length=150000),
    "filename": Field("string", required=True, nullable=False),
    "ref_str": Field("string", required=True, nullable=False),
    "standard_template": Field("string"),
    "node_selector": Field("object", required=True, nullable=False, fields=NODE_SELECTOR),
    "cords": Field("list", fields=CORD, default=[]),
    "jobs": Field("list", fields=JOB, default=[]),
    "concurrency": Field("integer", le=256),
    "revision": Field("string", pattern=r"^[a-fA-F0-9]{40}$"),
    "max_instances": Field("integer", ge=1, le=100, default=1),
    "scaling_threshold": Field("number", ge=0, le=1, default=0.75),
    "shutdown_after_seconds": Field("integer", ge=60, le=604800, default=300),
    "allow_external_egress": Field("boolean", default=False),
    "encrypted_fs": Field("boolean", default=False),
    "tee": Field("boolean", default=False),
    "lock_modules": Field("boolean"),
    "use_rolling_update": Field("boolean", default=True),
}


def check_name_and_image(args: Json, state: State, user: User) -> Image:
    """Subnet names, TEE hardware, how many a day, public, image. `tee: null` slips past the rule about hardware and counts as true later."""
    name, selector = args["name"], args["node_selector"]
    for word, (subnet, netuid) in SUBNETS.items():
        if word in name.lower():
            raise HttpError(403, f"You must be a registered miner on subnet={subnet!r} netuid={netuid} to deploy models with {word}")
    if args["tee"] and (selector["gpu_count"] != 1 or [gpu.lower() for gpu in selector["include"] or []] != ["pro_6000"]):
        raise HttpError(400, "TEE private deployments are limited at this time due to infrastructure capacity limitations.")
    state.count_deploy(user)
    if ("TEE" in name or name.lower().endswith("tee")) and not args["tee"]:
        raise HttpError(400, "Avoid using 'TEE' in the chute name unless tee=True in the chute definition")
    if args["public"]:
        raise HttpError(
            400,
            "Chutes no longer supports public chutes. You can instead deploy the chute as a private chute and share it with other users.",
        )
    image = state.find_image(args["image"], user)
    if image is None:
        raise HttpError(400, "Chute image not found, or does not belong to you")
    return image


def check_hardware(args: Json) -> list[str]:
    """The GPUs that may be used. None left is a 400 here, where the server fails while it estimates the price."""
    if args["tee"] is None:
        args["tee"] = True
    if not args["tee"]:
        raise HttpError(400, "Only TEE chutes are supported as of 2026-05-12, please set tee=True")
    if len(args["node_selector"]["exclude"] or []) > 5:
        raise HttpError(400, "Maximum of 5 GPUs can be included in the `exclude` field")
    allowed = supported_gpus(args["node_selector"])
    if not allowed:
        raise HttpError(400, "No supported GPUs based on node selector!")
    return allowed


def fee_notice(fee: float, allowed: list[str], count: int) -> str:
    prices = [round(GPUS[name][1] * count, 2) for name in allowed]
    if len(allowed) > 1:
        hourly = (
            f"Your hourly rate per instance will range from ~${min(prices)}/hr to ~${max(prices)}/hr ({count} GPU(s)), "
            "subject to change with pricing/market rate adjustments, based on the *actual* GPU assigned when an instance is created.\n"
            "You can control max prices in the node selector by specifying either explicit include=[..] lists, or setting max_hourly_price_per_gpu=\n"
        )
    else:
        hourly = f"Your hourly rate per instance will be ~${prices[0]}/hr ({count} GPU(s)), subject to change with pricing/market rate adjustments.\n"
    return (
        "DEPLOYMENT FEE NOTICE:\n===\nThere is a deployment fee of (hourly price per GPU * number of GPUs * 3), "
        f"which for this configuration is: ${round(fee, 2)}\n{hourly}"
        "To acknowledge this fee and hourly rate, ensure you have chutes>=0.3.23 and re-run the deployment command with `--accept-fee`"
    )


def check_fee(args: Json, allowed: list[str], user: User, accept_fee: bool, known: bool) -> float:
    """The first deployment costs three hours of its GPUs; the caller must have said yes and be able to pay."""
    count, free = args["node_selector"]["gpu_count"] or 1, bool(user.permissions & FREE_ACCOUNT)
    fee = 0.0 if known or free else min(GPUS[name][1] for name in allowed) * count * 3
    if fee and not accept_fee:
        raise HttpError(402, fee_notice(fee, allowed, count))
    if user.balance <= fee and not free:
        raise HttpError(
            402,
            f"The deployment fee, based on your node selector, is ${fee}, but you have a balance of {user.balance}.\n"
            f"Please top up your account with tao @ {user.payment_address} or via fiat.",
        )
    return fee


def check_rest(args: Json, allowed: list[str], known: Chute | None) -> None:
    excluded = args["node_selector"]["exclude"] or sorted(RESERVED_GPUS)
    if not set(allowed) - set(excluded):
        raise HttpError(400, "No supported GPUs based on node selector!")
    if not set(allowed) - RESERVED_GPUS:
        raise HttpError(403, "You are not allowed to limit deployments to b200/mi300x at this time.")
    if args["standard_template"] == "vllm" and not args["revision"]:
        raise HttpError(400, "Missing required revision parameter for vllm template.")
    if known and known.immutable:
        raise HttpError(403, IMMUTABLE)
    if known and known.tee:
        old = known.node_selector
        if old["gpu_count"] != args["node_selector"]["gpu_count"] or set(supported_gpus(old)) != set(allowed):
            raise HttpError(400, "Cannot change node selector placement constraints on a TEE chute")


def check_definition(args: Json) -> None:
    """What the server's table refuses; it answers each with `Validation failure: …`."""
    checks: list[tuple[bool, str]] = [
        (bool(NAME.match(args["name"])) and len(args["name"]) < 128, f"Invalid chute name: {args['name']}"),
        (bool(re.match(r"^[a-z][a-z0-9_]*\.py$", args["filename"])), f"Invalid entrypoint filename: '{args['filename']}'"),
        (bool(re.match(r"^[a-z][a-z0-9_]*:[a-z][a-z0-9_]*$", args["ref_str"])), f"Invalid reference string: '{args['ref_str']}'"),
        (
            args["standard_template"] in (None, "vllm", "diffusion", "tei", "embedding"),
            f"Invalid standard template: {args['standard_template']}",
        ),
    ]
    for cord in args["cords"] or []:
        checks.append((bool(INNER_PATH.match(cord["path"])), f"Invalid cord path: {cord['path']}"))
        if cord["public_api_path"]:
            checks.append((bool(PUBLIC_PATH.match(cord["public_api_path"])), f"Invalid cord public path: {cord['public_api_path']}"))
            checks.append((cord["public_api_method"] in ("GET", "POST"), f"Unsupported public API method: {cord['public_api_method']}"))
    for good, text in checks:
        if not good:
            raise HttpError(400, f"Validation failure: {text}")
    try:
        ast.parse(args["code"])
    except (SyntaxError, ValueError) as error:
        raise HttpError(400, f"Validation failure: Invalid code submited: {error}") from None
    if not args["cords"] and not args["jobs"]:
        raise HttpError(400, "A chute must define at least one cord() or job() function!")
    if args["cords"] and args["jobs"]:
        raise HttpError(400, "A chute can have jobs or cords not both.")


def deploy(request: Request, state: State, user: User) -> Response:
    """Creates or replaces the caller's chute of that name and answers with a ChuteResponse (200, not 201)."""
    accept_fee = query_of(request, {"accept_fee": Field("boolean", default=False)})["accept_fee"]
    args = body_of(request, CHUTE)
    image = check_name_and_image(args, state, user)
    version = make_version(image, args["code"])
    known = next((c for c in state.chutes.values() if c.user is user and c.name.lower() == args["name"].lower()), None)
    if known and known.version == version and known.public == args["public"]:
        raise HttpError(409, f"Chute with name={args['name']}, version='{version}' and public={args['public']} already exists")
    allowed = check_hardware(args)
    fee = check_fee(args, allowed, user, bool(accept_fee), known is not None)
    check_rest(args, allowed, known)
    check_definition(args)
    user.balance -= fee
    state.record_deploy(user)
    chute = store(args, state, user, image, version, known)
    return json_response(state.chute_view(chute))


def store(args: Json, state: State, user: User, image: Image, version: str, known: Chute | None) -> Chute:
    now, name = state.now(), known.name if known else args["name"]
    chute_id = known.chute_id if known else make_chute_id(user.username, name)
    if known and args["use_rolling_update"] is not False and state.instances(known):
        state.rolling[chute_id] = {
            "chute_id": chute_id,
            "old_version": known.version,
            "new_version": version,
            "started_at": naive(now),
            "permitted": {"5MockMinerHotkey": 1},
        }
    template = args["standard_template"]
    chute = Chute(
        chute_id,
        user,
        name,
        known.slug if known else make_slug(state, user.username, name, chute_id),
        image,
        args["code"],
        args["filename"],
        args["ref_str"],
        version,
        known.created_at if known else now,
        now,
        node_selector=args["node_selector"],
        cords=args["cords"] or [],
        jobs=args["jobs"] or [],
        standard_template=template,
        tagline=args["tagline"] or "",
        readme=args["readme"] or "",
        tool_description=args["tool_description"],
        logo_id=args["logo_id"],
        tee=bool(args["tee"]),
        revision=args["revision"],
        concurrency=args["concurrency"],
        max_instances=args["max_instances"] or 1,
        scaling_threshold=args["scaling_threshold"] or 0.75,
        shutdown_after_seconds=args["shutdown_after_seconds"] or 300,
        allow_external_egress=bool(args["allow_external_egress"]),
        lock_modules=True if template else bool(args["lock_modules"]),
        shared_with=known.shared_with if known else {},
        upstream=known.upstream if known else "",
        hot_at=known.hot_at if known else None,
        cold_seconds=state.cold_seconds,
    )
    state.chutes[chute_id] = chute
    return chute


def update(request: Request, state: State, user: User, ref: str) -> Response:
    """`PUT /chutes/{ref}`: empty or blank texts change nothing, and `shutdown_after_seconds` is accepted but ignored."""
    args = body_of(request, UPDATE)
    chute = state.find_chute(ref, user)
    if chute is None or chute.user is not user:
        raise HttpError(404, "Chute not found, or does not belong to you")
    if chute.immutable:
        raise HttpError(403, IMMUTABLE)
    for name in ("tagline", "readme", "tool_description", "logo_id"):
        if (args[name] or "").strip():
            setattr(chute, name, args[name])
    for name in ("max_instances", "scaling_threshold"):
        if args[name] is not None:
            setattr(chute, name, args[name])
    if args["disabled"] is not None:
        chute.disabled = args["disabled"]
        if chute.disabled and not chute.public:
            chute.hot_at = None
            state.bounties.pop(chute.chute_id, None)
    chute.updated_at = state.now()
    return json_response(state.chute_view(chute))

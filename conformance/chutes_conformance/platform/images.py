"""Container images: upload, list, one, deletion, and the build log."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field

from .builds import Build, Faults, plan, stream
from .forms import form_of
from .http import HttpError, Response, json_response, text_response
from .routes import Context, control, route
from .state import Image, Json, State, User, naive
from .validate import Field

NOT_FOUND = "Image not found, or does not belong to you"
NAME = re.compile(r"^[a-z0-9][a-z0-9_\.\/-]{2,64}$", re.IGNORECASE)
TAG = re.compile(r"^[a-z0-9][a-z0-9_\.\/-]{1,32}$", re.IGNORECASE)
FULL_NAME = re.compile(r"(?:([a-z0-9][a-z0-9_\.-]*)/)?([a-z0-9][a-z0-9_\.-]*):([a-z0-9][a-z0-9_\.-]*)$", re.IGNORECASE)
OLDEST = (0, 3, 61)
DAILY = 24
TEXT, FLAG = Field("string", required=True, nullable=False), Field("boolean", required=True, nullable=False)
UPLOAD: dict[str, Field] = {
    "wait": FLAG,
    "build_context": Field("file", required=True, nullable=False),
    "username": TEXT,
    "name": TEXT,
    "readme": TEXT,
    "logo_id": TEXT,
    "tag": TEXT,
    "dockerfile": TEXT,
    "image": TEXT,
    "public": FLAG,
}
FAULTS: dict[str, Field] = {
    "seconds": Field("number", gt=0),
    "log_lost": Field("boolean", default=False),
    "drop_after": Field("integer", ge=0),
    "error": Field("string", default=""),
    "times": Field("integer", ge=1, default=1),
}


@dataclass
class Builds:
    by_image: dict[str, Build] = field(default_factory=dict)
    uploads: dict[str, list[float]] = field(default_factory=dict)
    contexts: dict[str, bytes] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)

    def settle(self, image: Image, now: float) -> Image:
        """Brings an image's status and times up to the clock."""
        build = self.by_image.get(image.image_id)
        if build:
            image.status = build.status(now)
            image.build_started_at = build.started if image.status != "pending build" else None
            image.build_completed_at = build.ends if now >= build.ends else None
        return image


def version_of(text: str) -> tuple[int, ...]:
    """`0.3.61.rc1` as numbers; what is no number counts as the end."""
    numbers = []
    for part in text.split("."):
        if not part.isdigit():
            break
        numbers.append(int(part))
    return tuple(numbers)


def find(ctx: Context, ref: str, user: User) -> Image:
    """By id, or by `name:tag` of one's own, or by `user/name:tag`; only public ones and one's own exist."""
    named = FULL_NAME.match(ref.lstrip("/"))
    for image in ctx.state.images.values():
        wanted = (named[1] or user.username, named[2], named[3]) if named else None
        fits = wanted == (image.user.username, image.name, image.tag) if wanted else image.image_id == ref
        if fits and (image.public or image.user is user):
            return ctx.of(Builds).settle(image, ctx.now())
    raise HttpError(404, NOT_FOUND)


def check_upload(ctx: Context, args: Json, user: User) -> str:
    """The server's checks in its order; the id of the image that may be built."""
    if user.username != args["username"]:
        raise HttpError(401, "Cannot make images for users other than yourself!")
    builds = ctx.of(Builds)
    day = [moment for moment in builds.uploads.get(user.user_id, []) if moment > ctx.now() - 86400]
    if len(day) >= DAILY and user.username != "chutes":
        raise HttpError(429, f"You many only update/create {DAILY} imagehistorys per 24 hours.")
    builds.uploads[user.user_id] = day
    if version_of(ctx.request.headers.get("x-chutes-version") or "0.0.0") < OLDEST:
        raise HttpError(
            400, "Please upgrade your local chutes lib to version >= 0.3.61, e.g. `pip3 install chutes==0.3.61` and try again"
        )
    if user.balance < 50:
        raise HttpError(402, "You must have a balance of >= $50 to create images.")
    name, tag = args["name"], args["tag"]
    image_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{user.username}/{name}:{tag}".lower()))
    if image_id in ctx.state.images:
        raise HttpError(409, f"Image with name={name!r} and tag={tag!r} aready exists")
    return image_id


@route("POST /images/")
def create_image(ctx: Context) -> Response:
    """202 with the bare row of the table, which is not an ImageResponse. A bad name or tag fails in the table: a plain 500."""
    args, user, builds = form_of(ctx.request, UPLOAD), ctx.caller, ctx.of(Builds)
    image_id = check_upload(ctx, args, user)
    if not NAME.match(args["name"]) or not TAG.match(args["tag"]):
        return text_response("Internal Server Error", "text/plain; charset=utf-8", 500)
    logo_id = args["logo_id"] if args["logo_id"] != "__none__" else None
    now = ctx.now()
    image = Image(image_id, user, args["name"], args["tag"], args["public"], now, readme=args["readme"], logo_id=logo_id)
    image.status, image.build_started_at, image.build_completed_at = "pending build", None, None
    ctx.state.images[image_id] = image
    builds.uploads[user.user_id].append(now)
    builds.contexts[image_id] = args["build_context"].body
    build = plan(image, args["dockerfile"], now, builds.faults.seconds or ctx.options.build_seconds)
    build.log_lost = builds.faults.log_lost
    builds.by_image[image_id] = build
    if args["wait"]:
        text = f'data: {{"redirect": "/images/{image_id}/stream", "reason": "log streaming is now a separate endpoint, please update chutes library"}}\n'
        return text_response(text, "text/plain; charset=utf-8", 202)
    return json_response(row(image), 202)


def row(image: Image) -> Json:
    return {
        "image_id": image.image_id,
        "user_id": image.user.user_id,
        "name": image.name,
        "tag": image.tag,
        "readme": image.readme,
        "logo_id": image.logo_id,
        "public": image.public,
        "status": image.status,
        "created_at": naive(image.created_at),
        "chutes_version": image.chutes_version,
        "patch_version": image.patch_version,
        "build_started_at": None,
        "build_completed_at": None,
        "inspecto": None,
        "package_hashes": None,
    }


@route("GET /images/{image_id}/logs", auth="optional", purpose="images")
def build_logs(ctx: Context, image_id: str) -> Response:
    image = ctx.state.images.get(image_id)
    if image is None or not (image.public or image.user is ctx.user):
        raise HttpError(404, NOT_FOUND)
    builds = ctx.of(Builds)
    build, status = builds.by_image.get(image_id), builds.settle(image, ctx.now()).status
    if status.startswith(("built and pushed", "error:")):
        if build is None or build.log_lost:
            return text_response(status, "text/plain")
        response = text_response(build.text(), "text/plain; charset=utf-8")
        response.headers["content-disposition"] = f'inline; filename="{image_id}.log"'
        return response
    assert build
    offset = ctx.request.query.get("offset")
    headers = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache", "x-accel-buffering": "no"}
    return Response(200, headers=headers, stream=stream(ctx.state, build, offset, builds.faults.take()))


@route("GET /images/", purpose="images")
def list_images(ctx: Context) -> Json:
    query = ctx.query({"include_public": Field("boolean", default=False), "name": Field("string"), "tag": Field("string")})
    name, tag = (query[key].lower() if (query[key] or "").strip() else "" for key in ("name", "tag"))
    builds = ctx.of(Builds)
    found = [
        image
        for image in ctx.state.images.values()
        if (image.user is ctx.user or (query["include_public"] and image.public)) and name in image.name.lower() and tag in image.tag.lower()
    ]
    found.sort(key=lambda image: -image.created_at)
    return ctx.page([builds.settle(image, ctx.now()).view() for image in found])


@route("GET /images/{ref:path}", purpose="images")
def get_image(ctx: Context, ref: str) -> Json:
    return find(ctx, ref, ctx.caller).view()


@route("DELETE /images/{ref:path}", purpose="images")
def delete_image(ctx: Context, ref: str) -> Json:
    image = find(ctx, ref, ctx.caller)
    if image.user is not ctx.caller:
        raise HttpError(404, NOT_FOUND)
    if any(chute.image is image for chute in ctx.state.chutes.values()):
        raise HttpError(409, "Image is in use by one or more chutes")
    forget(ctx.state, image)
    return {"image_id": image.image_id, "deleted": True}


def forget(state: State, image: Image) -> None:
    builds = state.of(Builds)
    del state.images[image.image_id]
    builds.by_image.pop(image.image_id, None)
    builds.contexts.pop(image.image_id, None)


@control("POST /_mock/builds")
def set_faults(ctx: Context) -> Json:
    """How coming builds and log streams behave: `{"seconds"?, "log_lost"?, "drop_after"?, "error"?, "times"?}`; `{}` is back to normal."""
    args = ctx.body(FAULTS)
    args.pop("_given")
    ctx.of(Builds).faults = Faults(**args)
    return {"status": "set"}

"""Logos: an upload, and the image. Nothing is converted here: the bytes come back as they were sent, under image/webp."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from .forms import form_of
from .http import HttpError, Response
from .routes import Context, route
from .state import Json
from .validate import Field

MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM")
UPLOAD: dict[str, Field] = {"logo": Field("file", required=True, nullable=False)}


@dataclass
class Logos:
    images: dict[str, bytes] = field(default_factory=dict)


def is_image(body: bytes) -> bool:
    return body.startswith(MAGIC) or (body[:4] == b"RIFF" and body[8:12] == b"WEBP")


@route("POST /logos/")
def create_logo(ctx: Context) -> Json:
    part = form_of(ctx.request, UPLOAD)["logo"]
    if not part.content_type.startswith("image/"):
        raise HttpError(400, "Uploaded logo is not an image!")
    if not is_image(part.body):
        raise HttpError(400, "Invalid image file: cannot identify image file")
    logo_id = str(uuid.uuid4())
    ctx.of(Logos).images[logo_id] = part.body
    ctx.state.logo_ids.add(logo_id)
    return {"logo_id": logo_id, "path": f"/logos/{logo_id}.webp"}


@route("GET /logos/{logo_id}.{extension}", auth="public")
def get_logo(ctx: Context, logo_id: str, extension: str) -> Response:
    """Every logo is kept as WebP: `.png` is a redirect, any other extension the image. The text of the 404 has literal braces."""
    body = ctx.of(Logos).images.get(logo_id)
    if body is None:
        raise HttpError(404, "Logo not found: {logo_id}")
    if extension == "png":
        return Response(307, headers={"location": f"/logos/{logo_id}.webp"})
    return Response(200, body, {"content-type": "image/webp"})

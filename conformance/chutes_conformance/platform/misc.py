"""What belongs to no resource: health, bounties, the files of a model repository."""

from __future__ import annotations

import hashlib

from .http import HttpError
from .routes import Context, Response, route
from .state import Json
from .validate import Field

REVISIONS = ("main",)
REPO_QUERY: dict[str, Field] = {
    "repo_id": Field("string", required=True, nullable=False),
    "repo_type": Field("string", nullable=False, default="model"),
    "revision": Field("string", nullable=False, default="main"),
    "hf_token": Field("string"),
}


@route("GET /ping", auth="public")
def ping(ctx: Context) -> Json:
    return {"message": "pong"}


@route("GET /bounties/", auth="public")
def bounties(ctx: Context) -> list[Json]:
    return ctx.state.live_bounties()


@route("GET /bounties/{chute_id}/increase")
def increase_bounty(ctx: Context, chute_id: str) -> Response:
    """Refused before anything is looked at, except that `boost` must be a number."""
    ctx.query({"boost": Field("number")})
    raise HttpError(403, "Only billing admins may perform this action")


@route("GET /misc/hf_repo_info", auth="public")
def hf_repo_info(ctx: Context) -> Json:
    """A made-up repository for every chute of a language model; none other is known, as on the server."""
    query = ctx.query(REPO_QUERY)
    repo_id, repo_type, revision = query["repo_id"], query["repo_type"], query["revision"]
    names = [chute.name for chute in ctx.state.chutes.values() if chute.public and chute.standard_template]
    if repo_id not in names and f"{repo_id}-TEE" not in names:
        raise HttpError(404, f"No chute found for model {repo_id}")
    if repo_type != "model":
        raise HttpError(404, f"Repository '{repo_id}' not found on HuggingFace")
    if revision not in REVISIONS:
        raise HttpError(404, f"Revision '{revision}' not found in repository '{repo_id}'")
    return {"repo_id": repo_id, "repo_type": repo_type, "revision": revision, "files": files(repo_id), "directories": ["original"]}


def files(repo_id: str) -> list[Json]:
    """Large files have a SHA-256, small ones the id of their blob."""

    def small(path: str, size: int) -> Json:
        return {"path": path, "size": size, "blob_id": hashlib.sha1(f"{repo_id}/{path}".encode()).hexdigest(), "is_lfs": False}

    def large(path: str, size: int) -> Json:
        return {"path": path, "size": size, "sha256": hashlib.sha256(f"{repo_id}/{path}".encode()).hexdigest(), "is_lfs": True}

    shards = [large(f"model-{number:05d}-of-00003.safetensors", 4_900_000_000 + number) for number in (1, 2, 3)]
    return [small("config.json", 1280), small("tokenizer_config.json", 10_834), *shards, large("original/params.bin", 42_000_000)]

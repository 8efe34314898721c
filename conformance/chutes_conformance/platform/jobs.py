"""Jobs: runs of the jobs of chutes, from queued over running to an end with files. There is no list of them, as on the server.

A run lives by the clock: queued for a quarter of its time, then on an instance of its own, then finished. `POST /_mock/jobs` sets how
coming runs go, or ends one now.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field

from .http import HttpError, Response, text_response
from .routes import Context, control, route
from .state import Chute, Json, State, User, naive
from .validate import Field

NOT_FOUND = "Job not found, or does not belong to you"
QUEUED_SHARE = 0.25  # of the whole time, before an instance takes the run up
QUOTAS = {"demo": 100, "chutes": 1000}  # jobs a day; everybody else has none, like most accounts of the server
WEIGHTS = 200_000  # bytes of the larger file, so that a download comes in several pieces
OUTCOMES = ("complete", "complete_pending_uploads", "partial_failure", "error")
CONTROL: dict[str, Field] = {
    "job_id": Field("string"),
    "seconds": Field("number", gt=0),
    "outcome": Field("string", enum=OUTCOMES),
}


@dataclass
class File:
    filename: str
    path: str
    body: bytes | None  # None: deleted from the store
    uploaded: bool = True


@dataclass
class Run:
    job_id: str
    user: User
    chute: Chute
    method: str
    args: Json
    created: float
    ends: float
    outcome: str = "complete"
    port_mappings: list[Json] | None = None
    files: dict[str, File] = field(default_factory=dict)

    @property
    def starts(self) -> float:
        return self.created + (self.ends - self.created) * QUEUED_SHARE

    @property
    def instance_id(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.job_id}:instance"))


@dataclass
class Jobs:
    runs: dict[str, Run] = field(default_factory=dict)
    seconds: float | None = None
    outcome: str | None = None


def broken() -> Response:
    """What the server answers where it falls over."""
    return text_response("Internal Server Error", "text/plain; charset=utf-8", 500)


def counts(ctx: Context, chute_id: str) -> tuple[int, int]:
    """How many runs the caller has started since midnight UTC, of this chute and in all."""
    midnight = ctx.now() - ctx.now() % 86400
    today = [run for run in ctx.of(Jobs).runs.values() if run.user is ctx.caller and run.created >= midnight]
    return sum(run.chute.chute_id == chute_id for run in today), len(today)


def check_quota(ctx: Context, chute_id: str) -> None:
    chute_job_count, total_job_count = counts(ctx, chute_id)
    job_quota = total_quota = QUOTAS.get(ctx.caller.username, 0)
    if not job_quota or chute_job_count >= job_quota or total_job_count >= total_quota:
        raise HttpError(429, f"Daily job quota exceeded: {chute_job_count=} {total_job_count=} of {job_quota=} and {total_quota=}")


def disk(args: Json) -> int:
    """`_disk_gb` of the arguments: above 10, below 1000, 10 without one."""
    wanted = args.get("_disk_gb")
    if wanted is None:
        return 10
    if not isinstance(wanted, int | float) or not 10 < wanted < 1000:
        raise HttpError(400, f"Invalid disk size specified: {wanted}")
    return int(wanted)


def definition(chute: Chute, method: str) -> Json | None:
    return next((job for job in chute.jobs if job.get("name") == method), None)


@route("POST /jobs/{chute_id}/{method}")
def create_job(ctx: Context, chute_id: str, method: str) -> Response | Json:
    chute = ctx.state.chutes.get(chute_id)
    job = definition(chute, method) if chute else None
    if chute is None or job is None or not ctx.state.visible(chute, ctx.caller):
        raise HttpError(404, f"Chute {chute_id} not found")
    check_quota(ctx, chute_id)
    try:
        args = ctx.request.json()
    except ValueError:
        return broken()
    if not isinstance(args, dict):
        return broken()
    args["_disk_gb"] = disk(args)
    store, now = ctx.of(Jobs), ctx.now()
    run = Run(str(uuid.uuid4()), ctx.caller, chute, method, args, now, now + (store.seconds or ctx.options.job_seconds))
    run.outcome = store.outcome or "complete"
    run.port_mappings = mappings(job)
    if job.get("upload"):
        run.files = outputs(run)
    store.runs[run.job_id] = run
    return view(ctx.state, run)


def mappings(job: Json) -> list[Json] | None:
    """Where the ports of a job can be reached, once it runs; None for a job without ports."""
    ports = job.get("ports") or []
    return [
        {"internal_port": port["port"], "external_port": 31000 + index, "proto": port.get("proto", "tcp"), "default": port.get("default", False)}
        for index, port in enumerate(ports)
    ] or None


def outputs(run: Run) -> dict[str, File]:
    """The files that a run with `upload` leaves; of a partial failure the last has not arrived."""
    seed = hashlib.sha256(repr(sorted(run.args)).encode()).digest()
    bodies = {"report.txt": f"{run.chute.name} {run.method}: done\n".encode(), "model/weights.bin": hashlib.shake_256(seed).digest(WEIGHTS)}
    files: dict[str, File] = {}
    for name, body in bodies.items():
        path = f"jobs/{run.chute.chute_id}/{naive(run.created)[:10]}/{run.job_id}/outputs/{name}"
        files[str(uuid.uuid5(uuid.UUID(run.job_id), name))] = File(name, path, body)
    if run.outcome == "partial_failure":
        lost = list(files.values())[-1]
        lost.uploaded, lost.body = False, None
    return files


def result(run: Run) -> Json:
    if run.outcome == "error":
        return {"status": "error", "error": "the job has raised an exception", "detail": "ValueError: told to fail"}
    return {"status": run.outcome, "method": run.method, "arguments": {key: value for key, value in run.args.items() if key != "_disk_gb"}}


def view(state: State, run: Run) -> Json:
    """JobResponse: it has no `status`; what state a run is in follows from its times, its instance and its result."""
    now, chute, image = state.now(), run.chute, run.chute.image
    running, finished = run.starts <= now < run.ends, now >= run.ends
    instance = {"instance_id": run.instance_id, "region": "n/a", "active": True, "verified": True, "last_verified_at": naive(run.starts)}
    files = {file_id: {"filename": file.filename, "path": file.path, "uploaded": file.uploaded} for file_id, file in run.files.items()}
    return {
        "job_id": run.job_id,
        "user_id": run.user.user_id,
        "chute_id": chute.chute_id,
        "version": chute.version,
        "chutes_version": image.chutes_version,
        "method": run.method,
        "instance_id": run.instance_id if running else None,
        "active": running or finished,
        "verified": running or finished,
        "last_queried_at": None,
        "created_at": naive(run.created),
        "updated_at": naive(run.ends) if finished else None,
        "finished_at": naive(run.ends) if finished else None,
        "job_args": run.args,
        "result": result(run) if finished else None,
        "output_files": files if finished else None,
        "host": None,
        "port_mappings": run.port_mappings if running else None,
        "chute": {
            **{key: getattr(chute, key) for key in ("chute_id", "name", "public", "version", "slug", "tee")},
            "chutes_version": image.chutes_version,
            "preemptible": chute.public,
            "image": {key: getattr(image, key) for key in ("image_id", "name", "tag", "public", "chutes_version", "patch_version")},
        },
        "instance": instance if running else None,
        "output_storage_urls": {},
    }


def own(ctx: Context, job_id: str, detail: str = NOT_FOUND) -> Run:
    run = ctx.of(Jobs).runs.get(job_id)
    if run is None or run.user is not ctx.caller:
        raise HttpError(404, detail)
    return run


@route("GET /jobs/{job_id}")
def get_job(ctx: Context, job_id: str) -> Json:
    return view(ctx.state, own(ctx, job_id))


@route("DELETE /jobs/{job_id}")
def delete_job(ctx: Context, job_id: str) -> Response:
    """The server deletes the files, then fails on its own answer, and the run stays as it was."""
    run = own(ctx, job_id, f"Job {job_id} not found or does not belong to you")
    for file in run.files.values():
        file.body = None
    return broken()


@route("GET /jobs/{job_id}/download/{file_id}")
def download(ctx: Context, job_id: str, file_id: str) -> Response:
    """The whole file. It is a 500 before the run has ended, and for a file that never arrived or was deleted."""
    run = own(ctx, job_id)
    if ctx.now() < run.ends:
        return broken()
    file = run.files.get(file_id)
    if file is None:
        raise HttpError(404, f"Job output file not found {job_id=} {file_id=}")
    if file.body is None:
        return broken()
    headers = {"content-type": "application/octet-stream", "content-disposition": f'attachment; filename="{file.filename}"'}
    return Response(200, file.body, headers)


@control("POST /_mock/jobs")
def set_jobs(ctx: Context) -> Json:
    """`{"seconds"?, "outcome"?}` for coming runs (`{}` is back to normal); with `job_id` that run ends now, with that outcome."""
    args, store = ctx.body(CONTROL), ctx.of(Jobs)
    if not args["job_id"]:
        store.seconds, store.outcome = args["seconds"], args["outcome"]
        return {"status": "set"}
    run = store.runs.get(args["job_id"])
    if run is None:
        raise HttpError(404, "no such job")
    run.ends, run.outcome = ctx.now(), args["outcome"] or run.outcome
    if run.files:
        run.files = outputs(run)
    return {"status": "ended"}

"""Every resource of an account, with results read by their typed fields. Runs against the local platform: see the README."""

import zipfile
from datetime import datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from chutes_client import BadRequestError, Chutes, ChutesError, ConfigError, NotFoundError, PermissionDeniedError, job_state

NONCE = "ab" * 32
HARDWARE = {"gpu_count": 1, "include": ["pro_6000"]}
CORD = {
    "method": "POST", "path": "/hi", "function": "hi", "stream": False, "public_api_path": "/hi", "public_api_method": "POST",
}  # fmt: skip


def show(resource: str, *values: object) -> None:
    print(f"{resource:22}", *values)


def people_and_money(client: Chutes) -> None:
    me = client.users.me()
    quotas = client.users.quotas()
    # the defaults of the platform, or what this account has been given: two shapes, no cast
    limit = quotas.get("*") if isinstance(quotas, dict) else next((quota.quota for quota in quotas if quota.is_default), None)
    used = client.users.quota_usage("*")
    spent = sum(bucket.amount or 0 for bucket in client.users.usage(start_date=datetime.now(timezone.utc) - timedelta(days=1)))
    window = client.users.subscription_usage().four_hour
    show("users", me.username, me.balance, limit, used.quota, round(spent, 2), window.remaining if window else None)
    try:
        client.users.balance_transfer(user_id=me.user_id)
    except ConfigError as error:
        show("users", error.message)
    price = client.pricing.get()
    hourly = {gpu: estimate.usd.hour for gpu, estimate in (price.gpu_price_estimates or {}).items() if estimate.usd}
    show("pricing", price.tao_usd, len(hourly), client.pricing.fmv())
    for payment in client.payments.list(limit=2).items:
        show("payments", payment.usd_amount, payment.timestamp, payment.rao_amount)
    show("payments", client.payments.tao_summary().total)


def keys_and_secrets(client: Chutes) -> None:
    key = client.api_keys.create(
        name=f"example-{uuid4().hex[:8]}", admin=False, scopes=[{"object_type": "chutes", "action": "invoke"}]
    )
    scopes = [(scope.object_type, scope.object_id) for scope in key.scopes or ()]
    show("api_keys", key.api_key_id, scopes, "shown once" if key.secret_key else "hidden")
    show("api_keys", client.api_keys.delete(key.api_key_id).deleted, len(client.api_keys.list().items))
    secret = client.secrets.create(purpose=client.chutes.get("demo/echo").chute_id, key="HF_TOKEN", value="a value")
    show("secrets", client.secrets.get(secret.secret_id).key, client.secrets.delete(secret.secret_id).status)


def images_and_chutes(client: Chutes) -> None:
    context = BytesIO()
    with zipfile.ZipFile(context, "w") as archive:
        archive.writestr("app.py", "print('hello')\n")
    image = client.container_images.build(
        name=f"every-{uuid4().hex[:8]}", tag="1.0", dockerfile="FROM python:3.12\nCOPY app.py .\n", context=context,
        on_log=lambda event: show("container_images", event.log_type, event.log), timeout=60,
    )  # fmt: skip
    show("container_images", image.image_id, image.status, image.build_completed_at)
    made = client.chutes.deploy(
        name=f"every-{uuid4().hex[:8]}", image=image.image_id, public=False, code="print('hello')\n", filename="app.py",
        ref_str="app:chute", node_selector=HARDWARE, cords=[CORD], tee=True, accept_fee=True,
    )  # fmt: skip
    chute, estimate = made.chute, made.chute.current_estimated_price
    hour = estimate.usd.hour if estimate and estimate.usd else None
    show("chutes", made.status, chute.slug, [cord.public_api_path for cord in chute.cords or ()], hour)
    ready = client.chutes.wait_ready(chute.chute_id, timeout=60, on_progress=lambda state: show("chutes", state.status))
    show("chutes", ready.status, client.chutes.code(chute.chute_id).strip())
    shared = client.chutes.share(chute_id_or_name=chute.chute_id, user_id_or_name="bob")
    show("chutes", shared.status, len(client.users.shares()), len(client.chutes.utilization()))
    logo = client.logos.create(logo=b"\x89PNG\r\n\x1a\n" + bytes(64))
    show("logos", logo.logo_id, len(client.logos.get(logo.logo_id, "webp")))
    show("bounties", [(bounty.chute_id, bounty.bounty_amount) for bounty in client.bounties.list()])
    try:
        client.bounties.increase(chute.chute_id)
    except PermissionDeniedError as error:
        show("bounties", error.message)
    alias = client.model_aliases.create(alias=f"every-{uuid4().hex[:8]}", chute_ids=[chute.chute_id])
    show("model_aliases", alias.alias, alias.chute_ids)
    client.model_aliases.delete(alias.alias)
    what_runs(client, chute.chute_id)
    show("chutes", client.chutes.delete(chute.chute_id).deleted, client.container_images.delete(image.image_id).deleted)


def what_runs(client: Chutes, chute_id: str) -> None:
    running = client.chutes.get(chute_id).instances or []
    for instance in running[:1]:
        show("instances", instance.instance_id, instance.active)
        with client.instances.logs(instance.instance_id, backfill=10) as log:
            for event in log:
                show("instances", event.log)
                break
    try:
        evidence = client.chutes.evidence(chute_id, nonce=NONCE)
        show("instances", [(one.instance_id, len(one.quote)) for one in evidence.evidence])
    except ChutesError as error:
        show("instances", error.kind)
    sessions = client.encrypted_logs.sessions(chute_id)
    show("encrypted_logs", [(session.instance_id, session.chunk_count) for session in sessions])
    try:
        ends = client.e2e.instances(chute_id)
        show("e2e", [(one.instance_id, len(one.nonces or ())) for one in ends.instances], ends.nonce_expires_in)
    except (NotFoundError, BadRequestError) as error:
        show("e2e", error.kind)


def jobs(client: Chutes) -> None:
    run = client.jobs.create("demo/worker", "train", epochs=2)
    done = client.jobs.wait(run.job_id, timeout=60, poll_interval=0.5, on_progress=lambda run: show("jobs", job_state(run)))
    with TemporaryDirectory() as folder:
        for file_id, file in (done.output_files or {}).items():
            path = client.jobs.download(run.job_id, file_id, Path(folder))
            show("jobs", file.filename, path.name, path.stat().st_size)
    ports = [(mapping.internal_port, mapping.proto) for mapping in done.port_mappings or ()]
    show("jobs", job_state(done), done.finished_at, ports)


def sign_in(client: Chutes) -> None:
    app = client.oauth_apps.create(name=f"every-{uuid4().hex[:8]}", redirect_uris=["http://localhost/callback"])
    secret = client.oauth_apps.regenerate_secret(app.app_id)
    show("oauth_apps", app.client_id, client.oauth_apps.update(app.app_id, description=None).description, len(secret.client_secret))
    show(
        "oauth",
        client.oauth.introspect(token="cak_unknown", client_id=app.client_id or "", client_secret=secret.client_secret).active,
    )
    show("oauth", sorted(client.oauth.scopes().scopes)[:3], client.oauth.discovery().issuer)
    show("oauth_authorizations", [(grant.app_name, grant.scopes) for grant in client.oauth_authorizations.list()])
    show("oauth_apps", client.oauth_apps.delete(app.app_id).deleted)


def the_platform(client: Chutes) -> None:
    show("platform", client.platform.ping().message)
    show("models", [model.id for model in client.models.list().data][:2])
    show("nodes", {gpu: nodes.idle for gpu, nodes in client.nodes.list().items()})
    show("nodes", {gpu: facts.memory for gpu, facts in list(client.nodes.supported().items())[:2]})
    for day in client.invocations.llm_stats(start_date="2026-11-01")[:2]:
        show("invocations", day.name, day.total_requests, day.average_tps)
    show("invocations", len(client.invocations.usage()), client.invocations.export_recent(limit=5).splitlines()[:1])
    for entry in client.audit.list()[:1]:
        show("audit", entry.block, entry.path, len(client.audit.download(path=entry.path or "")))
    show("tee", [(measurement.name, measurement.gpu_count) for measurement in client.tee.measurements()])


client = Chutes()
people_and_money(client)
keys_and_secrets(client)
images_and_chutes(client)
jobs(client)
sign_in(client)
the_platform(client)

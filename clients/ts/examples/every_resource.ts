// Every resource of an account, with results read by their typed fields. Runs against the local platform: `chutes-mock`.
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Chutes, ChutesError, jobState } from "chutes-client";

const client = new Chutes();
const HEX_64 = "ab".repeat(32);
const unique = (): string => `every-${crypto.randomUUID().slice(0, 8)}`;
const show = (resource: string, ...values: unknown[]): void => console.log(resource.padEnd(22), ...values);

/** What a call gives, or the kind of its error. */
async function orKind<T>(call: PromiseLike<T>): Promise<T | string> {
  try {
    return await call;
  } catch (error) {
    if (!ChutesError.is(error)) throw error;
    return `${error.kind}: ${error.message}`;
  }
}

async function peopleAndMoney(): Promise<void> {
  const me = await client.users.me();
  const quotas = await client.users.quotas();
  // Two shapes, told apart without a cast: the defaults of all chutes, or what this account has been given.
  const limit = Array.isArray(quotas) ? quotas.find(({ chute_id }) => chute_id === "*")?.quota : quotas["*"];
  const used = await client.users.quotaUsage("*");
  const left = typeof used.quota === "number" ? used.quota - (used.used ?? 0) : used.quota;
  const window = (await client.users.subscriptionUsage()).four_hour;
  show("users", me.username, me.balance, limit, left, window?.remaining);
  let spent = 0;
  for await (const { amount } of client.users.usage({ start_date: new Date(Date.now() - 86_400_000).toISOString() })) spent += amount ?? 0;
  show("users", spent.toFixed(2), await orKind(client.users.balanceTransfer({ user_id: me.user_id })));
  const price = await client.pricing.get();
  const [gpu, estimate] = Object.entries(price.gpu_price_estimates ?? {})[0] ?? [];
  show("pricing", price.tao_usd, gpu, estimate?.usd?.hour, (await client.pricing.fmv())["tao"]);
  for (const payment of (await client.payments.list({ limit: 2 })).items) show("payments", payment.usd_amount, payment.timestamp);
  show("payments", (await client.payments.taoSummary()).total);
}

async function keysAndSecrets(): Promise<void> {
  const key = await client.apiKeys.create({ name: unique(), admin: false, scopes: [{ object_type: "chutes", action: "invoke" }] });
  const scopes = (key.scopes ?? []).map(({ object_type, method }) => `${object_type}:${method}`);
  show("apiKeys", key.api_key_id, scopes, key.secret_key ? "shown once" : "hidden");
  show("apiKeys", (await client.apiKeys.delete(key.api_key_id)).deleted, (await client.apiKeys.list()).items.length);
  const { chute_id: purpose } = await client.chutes.get("demo/echo");
  const secret = await client.secrets.create({ purpose, key: "HF_TOKEN", value: "a value" });
  show("secrets", (await client.secrets.get(secret.secret_id)).key, (await client.secrets.delete(secret.secret_id)).status);
}

async function imagesAndChutes(): Promise<void> {
  const image = await client.containerImages.build(
    { name: unique(), tag: "1.0", dockerfile: "FROM python:3.12\nRUN pip install chutes\n" },
    { deadlineMs: 60_000, onLog: ({ log_type, log }) => show("containerImages", log_type, log) },
  );
  show("containerImages", image.image_id, image.status, image.build_completed_at);
  const cord = { method: "POST", path: "/hi", function: "hi", stream: false, public_api_path: "/hi", public_api_method: "POST" };
  const { chute, status } = await client.chutes.deploy(
    {
      name: unique(),
      image: image.image_id,
      public: false,
      code: "print('hello')\n",
      filename: "app.py",
      ref_str: "app:chute",
      node_selector: { gpu_count: 1, include: ["pro_6000"] },
      tee: true,
      cords: [cord],
    },
    { acceptFee: true },
  );
  const paths = (chute.cords ?? []).map(({ public_api_path }) => public_api_path);
  show("chutes", status, chute.slug, paths, chute.current_estimated_price?.usd?.hour);
  const onProgress = (now: { status?: string | undefined }): void => show("chutes", now.status);
  const ready = await client.chutes.waitReady(chute.chute_id, { deadlineMs: 60_000, onProgress });
  show("chutes", ready.status, (await client.chutes.code(chute.chute_id)).trim());
  const shared = await client.chutes.share({ chute_id_or_name: chute.chute_id, user_id_or_name: "bob" });
  show("chutes", shared.status, (await client.users.shares()).length, (await client.chutes.utilization()).length);
  const logo = await client.logos.create({
    logo: Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...new Uint8Array(64)]),
  });
  const picture = await client.logos.get(logo.logo_id, "webp");
  show("logos", logo.logo_id, picture.contentType, picture.bytes.length);
  show("bounties", await orKind(client.bounties.increase(chute.chute_id)));
  for (const bounty of await client.bounties.list()) show("bounties", bounty.chute_id, bounty.bounty_amount);
  const alias = await client.modelAliases.create({ alias: unique(), chute_ids: [chute.chute_id] });
  show("modelAliases", alias.alias, alias.chute_ids, await client.modelAliases.delete(alias.alias));
  await whatRuns(chute.chute_id);
  show("chutes", (await client.chutes.delete(chute.chute_id)).deleted, (await client.containerImages.delete(image.image_id)).deleted);
}

async function whatRuns(chuteId: string): Promise<void> {
  const [instance] = (await client.chutes.get(chuteId)).instances ?? [];
  if (instance?.instance_id !== undefined) {
    for await (const { log } of await client.instances.logs(instance.instance_id, { backfill: 10 })) {
      show("instances", instance.active, log);
      break; // closes the connection
    }
  }
  const evidence = await orKind(client.chutes.evidence(chuteId, { nonce: HEX_64 }));
  show(
    "instances",
    typeof evidence === "string" ? evidence : evidence.evidence.map(({ instance_id, quote }) => [instance_id, quote.length]),
  );
  for (const session of await client.encryptedLogs.sessions(chuteId)) show("encryptedLogs", session.instance_id, session.chunk_count);
  const ends = await orKind(client.e2e.instances(chuteId));
  show("e2e", typeof ends === "string" ? ends : ends.instances.map(({ instance_id, nonces }) => [instance_id, nonces?.length]));
}

async function jobs(): Promise<void> {
  const run = await client.jobs.create("demo/worker", "train", { epochs: 2 });
  const onProgress = (now: typeof run): void => show("jobs", jobState(now));
  const done = await client.jobs.wait(run.job_id, { deadlineMs: 60_000, pollIntervalMs: 500, onProgress });
  const folder = await mkdtemp(join(tmpdir(), "chutes-"));
  for (const [fileId, file] of Object.entries(done.output_files ?? {})) {
    const path = await client.jobs.download(run.job_id, fileId, folder);
    show("jobs", file.filename, (await stat(path)).size);
  }
  await rm(folder, { recursive: true });
  show(
    "jobs",
    jobState(done),
    done.finished_at,
    done.port_mappings?.map(({ internal_port, proto }) => `${proto}:${internal_port}`),
  );
}

async function signIn(): Promise<void> {
  const app = await client.oauthApps.create({ name: unique(), redirect_uris: ["http://localhost/callback"] });
  const { client_secret } = await client.oauthApps.regenerateSecret(app.app_id);
  show("oauthApps", app.client_id, (await client.oauthApps.update(app.app_id, { description: null })).description, client_secret.length);
  const found = await client.oauth.introspect({ token: "cak_unknown", client_id: app.client_id ?? "", client_secret });
  show("oauth", found.active, Object.keys((await client.oauth.scopes()).scopes).slice(0, 3), (await client.oauth.discovery()).issuer);
  const grants = await client.oauthAuthorizations.list();
  show(
    "oauthAuthorizations",
    grants.total,
    grants.items.map(({ app_name, scopes }) => [app_name, scopes]),
  );
  show("oauthApps", (await client.oauthApps.delete(app.app_id)).deleted);
}

async function thePlatform(): Promise<void> {
  show("platform", (await client.platform.ping()).message);
  show("models", (await client.models.list()).data.map(({ id }) => id).slice(0, 2));
  for (const [gpu, { idle }] of Object.entries(await client.nodes.list())) show("nodes", gpu, idle);
  for (const [gpu, { memory }] of Object.entries(await client.nodes.supported()).slice(0, 2)) show("nodes", gpu, memory);
  const [day] = await client.invocations.llmStats({ start_date: "2026-11-01" });
  show("invocations", day?.name, day?.total_requests, day?.average_tps, (await client.invocations.usage()).length);
  show("invocations", (await client.invocations.exportRecent({ limit: 5 })).split("\n")[0]);
  const [entry] = await client.audit.list();
  if (entry?.path !== undefined) show("audit", entry.block, entry.path, (await client.audit.download({ path: entry.path })).bytes.length);
  for (const { name, gpu_count } of await client.tee.measurements()) show("tee", name, gpu_count);
}

await peopleAndMoney();
await keysAndSecrets();
await imagesAndChutes();
await jobs();
await signIn();
await thePlatform();
client.close();

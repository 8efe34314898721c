// Helpers, signing and sign-in: one public function per op of the protocol.
import { rmSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { jobState, OAuth, predictChuteId, predictImageId, predictVersion } from "chutes-client";
import { hotkey, Hotkey, verify } from "chutes-client/hotkey";
import { withFiles } from "./mgmt.mjs";
import { defined, sha256 } from "./shared.mjs";

/** The sign-in of a call's app, at the call's hosts and clock. */
export function oauth({ call, clock }, { client_id: clientId, client_secret: clientSecret, redirect_uri: redirectUri }) {
  return new OAuth(defined({ clientId, clientSecret, redirectUri, endpoints: call.endpoints ?? undefined, baseUrl: call.base_url, seam: clock }));
}

const token = ({ accessToken, refreshToken, expiresAt, scope, tokenType }) => ({
  access_token: accessToken,
  refresh_token: refreshToken,
  expires_at: expiresAt.getTime() / 1000,
  scope,
  token_type: tokenType,
});

/** Always tells what is left in the folder. */
async function download({ client, args, options, run }) {
  const folder = await mkdtemp(join(tmpdir(), "chutes-driver-"));
  const out = join(folder, "out.bin");
  try {
    if (args.existing !== undefined) await writeFile(out, args.existing);
    const to = { file: out, directory: folder, missing: join(folder, "gone", "out.bin") }[args.to ?? "file"];
    const progress = { calls: 0, received: 0, total: null };
    const onProgress = (received, total) => Object.assign(progress, { calls: progress.calls + 1, received, total: total ?? null });
    let final = {};
    try {
      const path = await client.jobs.download(args.job_id, args.file_id, to, { ...options, onProgress });
      const bytes = await readFile(path);
      final = { name: basename(path), length: bytes.length, sha256: sha256(bytes), progress };
    } catch (error) {
      run.second = error;
    }
    final.left = (await readdir(folder)).sort();
    if (args.existing !== undefined && (await readFile(out, "utf8").catch(() => undefined)) === args.existing) final.kept = args.existing;
    return final;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const items = ({ see }, shape = (item) => item) => (item) => see("item", { item: shape(item) });
const timed = (options, args, more = {}) => defined({ ...options, deadlineMs: args.timeout_ms ?? options.deadlineMs, pollIntervalMs: args.poll_interval_ms, ...more });

export const DEEP = {
  "chutes.deploy": ({ client, args, options }) => client.chutes.deploy(args.body, defined({ ...options, acceptFee: args.accept_fee, force: args.force })),
  "chutes.wait_ready": (context) => context.client.chutes.waitReady(context.args.ref, timed(context.options, context.args, { onProgress: items(context) })),
  "chutes.predict": ({ args: { username, name, image, image_id: imageId, patch_version: patch, code } }) =>
    defined({
      chute_id: name === undefined ? undefined : predictChuteId(username, name),
      image_id: image === undefined ? undefined : predictImageId(username, image.name, image.tag),
      version: code === undefined ? undefined : predictVersion(imageId, patch, code),
    }),
  "container_images.build": (context) => {
    const { client, args, options } = context;
    const { context: given, wait, timeout_ms: _time, ...image } = args;
    // A context without a name of its own has the SDK's.
    return withFiles(given === undefined ? undefined : { context: given }, (files) =>
      client.containerImages.build({ ...image, ...files }, timed(options, args, { wait, onLog: items(context) })),
    );
  },
  "container_images.wait_built": (context) => {
    const { client, args, options } = context;
    return client.containerImages.waitBuilt(args.image_id, timed(options, args, { offset: args.offset, onLog: items(context) }));
  },
  "jobs.create": ({ client, args, options }) => client.jobs.create(args.chute, args.method, args.args, defined({ ...options, diskGb: args.disk_gb })),
  "jobs.wait": async (context) => {
    const { client, args, options } = context;
    const run = await client.jobs.wait(args.job_id, timed(options, args, { onProgress: items(context, (item) => ({ state: jobState(item) })) }));
    return { ...run, state: jobState(run) };
  },
  "jobs.download": download,
  "hotkey.sign": ({ args: { seed, message } }) => {
    const key = Hotkey.fromSeed(seed);
    return { address: key.address, public_key: Buffer.from(key.publicKey).toString("hex"), signature: key.sign(message) };
  },
  "hotkey.verify": ({ args: { address, message, signature } }) => ({ valid: verify(address, message, signature) }),
  "oauth.authorize_url": async (context) => {
    const { scopes, state, extra } = context.args;
    const { url, state: kept, codeVerifier } = await oauth(context, context.args).authorizeUrl(scopes, defined({ state, extra }));
    return { url, state: kept, code_verifier: codeVerifier };
  },
  "oauth.exchange": async (context) => token(await oauth(context, context.args).exchange(context.args.code, context.args.code_verifier, context.options)),
  "oauth.refresh": async (context) => token(await oauth(context, context.args).refresh(context.args.refresh_token, context.options)),
  "oauth.revoke": (context) => oauth(context, context.args).revoke(context.args.token, context.options),
};

/**
 * Prepares the signer of a call, to be made under its environment: a hotkey, that of a configuration file, or a token that renews
 * itself; `held.see` is told new tokens.
 */
export async function signer(call, clock, held) {
  const { auth = {} } = call;
  if (auth.mode === "hotkey") return () => hotkey(Hotkey.fromSeed(auth.seed));
  if (auth.mode === "hotkey-config") {
    const folder = await mkdtemp(join(tmpdir(), "chutes-driver-"));
    const path = join(folder, "config.ini");
    await writeFile(path, auth.config);
    return () => {
      process.env.CHUTES_CONFIG_PATH = path;
      try {
        return hotkey(Hotkey.fromConfig());
      } finally {
        rmSync(folder, { recursive: true });
      }
    };
  }
  if (auth.mode !== "oauth") return () => (auth.mode === "none" ? undefined : auth.mode); // "none" means: pass no key argument
  const { access_token: accessToken, refresh_token: refreshToken, expires_in_ms: left } = auth.token;
  let failures = { fail: Infinity, "fail-once": 1 }[auth.store ?? "ok"] ?? 0;
  const onToken = (made) => {
    held.see?.("token", { access_token: made.accessToken, refresh_token: made.refreshToken });
    if (failures-- > 0) throw new Error("the token could not be stored");
  };
  return () => {
    const expiresAt = (clock === undefined ? Date.now() : clock.now()) + left;
    return oauth({ call, clock }, auth).provider({ accessToken, refreshToken: refreshToken ?? undefined, expiresAt }, { onToken });
  };
}

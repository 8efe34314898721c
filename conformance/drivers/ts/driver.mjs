// Plays the calls of the conformance runner on the published TypeScript client: JSON lines in, JSON lines out.
import { createInterface } from "node:readline";
import { inspect } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Chutes, ChutesError, VERSION } from "chutes-client";
import { VirtualClock } from "chutes-client/testing";
import { signer } from "./deep.mjs";
import { step } from "./depth.mjs";
import { OPS } from "./ops.mjs";
import { defined, Skip } from "./shared.mjs";

const CONCURRENCY = 1024;
const sessions = new Map();

const write = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

/** Client options of a call. */
function clientOptions(call, clock, auth, held) {
  const { client = {} } = call;
  return defined({
    apiKey: call.auth?.api_key ?? undefined,
    auth,
    endpoints: call.endpoints ?? undefined,
    baseUrl: call.base_url,
    maxRetries: client.max_retries,
    timeoutMs: client.timeout_ms,
    connectTimeoutMs: client.connect_timeout_ms,
    firstByteTimeoutMs: client.first_byte_timeout_ms,
    idleTimeoutMs: client.idle_timeout_ms,
    deadlineMs: client.deadline_ms,
    caPem: client.ca_pem,
    onRestart: client.on_restart,
    headers: client.headers,
    via: client.via,
    ready: client.ready,
    retryBudget: client.retry_budget,
    rateLimitPerMinute: client.rate_limit_per_minute,
    maxConcurrency: client.max_concurrency,
    hooks: hooksOf(call, held),
    maxEventBytes: client.max_event_bytes,
    seam: clock,
  });
}

/** Hooks that tell what they were told, in order. */
function hooksOf(call, held) {
  if (call.hooks === undefined) return undefined;
  held.hooks = [];
  const plain = ({ durationMs: _ms, firstChunkMs: _first, call: _call, requestId: request_id, waitMs: wait_ms, ...rest }) => defined({ ...rest, request_id, wait_ms });
  const told = (hook) => (info) => {
    held.hooks.push({ hook, ...plain(info) });
    if (call.hooks === "fail") throw new Error("the hook failed");
  };
  return { beforeAttempt: told("before_attempt"), afterAttempt: told("after_attempt"), onRetry: told("on_retry"), onStreamEnd: told("on_stream_end") };
}

function callOptions(options = {}, signal) {
  return defined({
    signal,
    timeoutMs: options.timeout_ms,
    maxRetries: options.max_retries,
    connectTimeoutMs: options.connect_timeout_ms,
    firstByteTimeoutMs: options.first_byte_timeout_ms,
    idleTimeoutMs: options.idle_timeout_ms,
    deadlineMs: options.deadline_ms,
    extraHeaders: options.extra_headers,
    extraQuery: options.extra_query,
    extraBody: options.extra_body,
  });
}

/** Makes the client under exactly the environment that the call asks for. */
async function makeClient(call) {
  const clock = call.clock === "virtual" ? new VirtualClock(defined({ nowMs: call.now_ms, random: call.random })) : undefined;
  const held = { clock };
  const auth = await signer(call, clock, held);
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith("CHUTES_")) delete process.env[name];
  Object.assign(process.env, call.env ?? {});
  try {
    held.client = new Chutes(clientOptions(call, clock, auth(), held));
    return held;
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

/** Every kind as which the error may be caught, besides its own. */
const KINDS = ["payment_required", "rate_limited", "server", "api_status"];

function errorObject(error) {
  if (!ChutesError.is(error)) {
    return { kind: null, class: error?.constructor?.name ?? typeof error, message: String(error?.message ?? error), repr: inspect(error) };
  }
  return defined({
    kind: error.kind,
    class: error.name,
    class_parents: KINDS.filter((kind) => kind !== error.kind && error.is(kind)),
    status: error.status,
    message: error.message,
    code: error.code,
    param: error.param,
    type: error.type,
    request_id: error.requestId,
    retry_after_ms: error.retryAfterMs,
    retryable: error.retryable,
    attempts: error.attempts,
    reason: error.reason,
    partial: error.partial,
    offset: error.offset,
    fee: error.fee,
    quota_reset_timestamp: error.quotaResetTimestamp,
    text: error.text,
    tried: error.tried,
    steps: error.steps?.map(step),
    messages: error.messages,
    raw_body_len: error.rawBody?.length,
    cause: error.cause === undefined ? undefined : String(error.cause?.message ?? error.cause),
    repr: inspect(error),
  });
}

/** One play of the op: what the caller saw. */
async function play(call, held) {
  const { client, clock } = held;
  const began = performance.now();
  const obs = [];
  const see = (k, more = {}) => obs.push({ t: performance.now() - began, k, ...more });
  held.see = see;
  const aborter = new AbortController();
  const sleepsBefore = clock?.sleeps.length ?? 0;
  const run = { obs, final: null, error: null };
  const stop = call.stop ?? {};
  const timed = { stream: undefined, stopped: false };
  let timer;
  if (stop.after_ms !== undefined) {
    timer = setTimeout(async () => {
      timed.stopped = true;
      if (stop.how === "close" && timed.stream !== undefined) await timed.stream.close();
      else aborter.abort();
    }, stop.after_ms);
  }
  const toldBefore = held.hooks?.length ?? 0;
  const context = { call, client, clock, held, see, stop, aborter, timed, run, args: call.args ?? {}, options: callOptions(call.options, stop.how === "cancel" || timer ? aborter.signal : undefined) };
  try {
    run.final = (await OPS[call.op](context)) ?? null;
  } catch (error) {
    if (error instanceof Skip) return { skip: error.message };
    run.error = errorObject(error);
    if (obs.length > 0 && obs.at(-1).k !== "stopped") see(timed.stopped && error.kind === "cancelled" ? "stopped" : "error");
  }
  clearTimeout(timer);
  if (run.second !== undefined) {
    run.error = errorObject(run.second);
    delete run.second;
  }
  if (held.hooks !== undefined) run.hooks = held.hooks.slice(toldBefore);
  if (clock !== undefined) run.sleeps_ms = clock.sleeps.slice(sleepsBefore);
  run.elapsed_ms = performance.now() - began;
  return run;
}

const DISPATCHER = Symbol.for("undici.globalDispatcher.1");

/** Gives the dispatcher of `fetch` these limits of its own, in place of its 300 s; returns what puts the old one back. */
async function lowerTransport(ms) {
  await fetch("data:,"); // Node makes its dispatcher when it is first needed
  const before = globalThis[DISPATCHER];
  if (before === undefined) return () => undefined; // another runtime than Node has no such limits
  const { constructor: Agent } = before;
  globalThis[DISPATCHER] = new Agent({ headersTimeout: ms, bodyTimeout: ms });
  return () => (globalThis[DISPATCHER] = before);
}

async function answerCall(call) {
  if (call.transport_limit_ms === undefined) return answerFreely(call);
  const restore = await lowerTransport(call.transport_limit_ms);
  try {
    return await answerFreely(call);
  } finally {
    restore();
  }
}

async function answerFreely(call) {
  if (OPS[call.op] === undefined) return { skip: `unknown op ${call.op}` };
  if (call.op === "sse.decode") return play(call, {}); // needs no client
  const began = performance.now();
  let held = call.session ? sessions.get(call.session) : undefined;
  if (held === undefined) {
    held = makeClient(call);
    if (call.session) sessions.set(call.session, held);
  }
  let kept;
  try {
    held = kept = await held;
    if (call.with_options !== undefined) {
      const client = kept.client.withOptions(clientOptions({ client: call.with_options }));
      held = { ...kept, client, handles: new Map() };
    }
  } catch (error) {
    if (kept === undefined) sessions.delete(call.session);
    return { obs: [], final: null, error: errorObject(error), elapsed_ms: performance.now() - began };
  }
  try {
    if ((call.parallel ?? 1) > 1) return { runs: await Promise.all(Array.from({ length: call.parallel }, () => play(call, held))) };
    if ((call.repeat ?? 1) > 1) {
      const runs = [];
      for (let i = 0; i < call.repeat; i++) runs.push(await play(call, held));
      return { runs };
    }
    return await play(call, held);
  } finally {
    if (!call.session) kept.client.close();
  }
}

if (globalThis.Bun === undefined) setFlagsFromString("--expose-gc");
const collect = globalThis.Bun === undefined ? runInNewContext("gc") : () => globalThis.Bun.gc(true);

/** What is alive now: what keeps the loop running, and the heap, once garbage is gone. */
async function census() {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise(setImmediate); // finalizers run between turns
    collect();
  }
  const { heapUsed, external } = process.memoryUsage();
  return { obs: [], final: { tasks: process.getActiveResourcesInfo().length, heap: heapUsed + external, unit: "bytes" } };
}

async function answer(message) {
  switch (message.cmd) {
    case "hello":
      return { sdk: "chutes-client-ts", version: VERSION, variant: "", concurrency: CONCURRENCY, capabilities: ["virtual-clock", "async-cancel", "shared-signal"] };
    case "census":
      return census();
    case "drop":
      (await sessions.get(message.session))?.client.close();
      sessions.delete(message.session);
      return {};
    case "call":
      return answerCall(message);
    default:
      return { skip: `unknown command ${message.cmd}` };
  }
}

const open = new Set();
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  if (line.trim() === "") continue;
  const message = JSON.parse(line);
  const work = answer(message).then(
    (result) => write({ seq: message.seq, ...result }),
    (error) => write({ seq: message.seq, driver_error: inspect(error) }),
  );
  open.add(work);
  void work.finally(() => open.delete(work));
}
await Promise.all(open);

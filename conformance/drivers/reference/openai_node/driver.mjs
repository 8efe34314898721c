// OpenAI's Node SDK as a guest. The line loop and the table of kinds mirror ../lines.py and ../openai_python/driver.py.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { inspect } from "node:util";
import OpenAI from "openai";

const { version } = JSON.parse(readFileSync(new URL("./node_modules/openai/package.json", import.meta.url), "utf8"));
const KINDS = {
  OpenAIError: "config",
  APIConnectionError: "connection",
  APIConnectionTimeoutError: "timeout",
  APIUserAbortError: "cancelled",
  BadRequestError: "bad_request",
  AuthenticationError: "unauthenticated",
  PermissionDeniedError: "permission_denied",
  NotFoundError: "not_found",
  ConflictError: "conflict",
  UnprocessableEntityError: "unprocessable",
  RateLimitError: "rate_limited",
  InternalServerError: "server",
  APIError: "stream_error",
};
const OPS = new Set(["chat.create", "chat.stream", "completions.create", "completions.stream", "embeddings.create", "models.list", "error.repr"]);
const CLIENT_OPTIONS = new Set(["max_retries", "timeout_ms", "first_byte_timeout_ms", "connect_timeout_ms", "idle_timeout_ms", "headers"]);

class Skip extends Error {}

/** What a caller can read off a foreign error. The root class is thrown for a missing key, and by the stream helper for an odd end. */
function errorObject(error, opened) {
  const parents = [];
  for (let p = Object.getPrototypeOf(error?.constructor ?? Object); p?.name; p = Object.getPrototypeOf(p)) {
    if (KINDS[p.name]) parents.push(KINDS[p.name]);
  }
  return {
    kind: (opened && error?.constructor === OpenAI.OpenAIError ? "stream_error" : KINDS[error?.constructor?.name]) ?? null,
    class: error?.constructor?.name,
    class_parents: parents,
    status: error?.status,
    message: String(error?.message ?? error),
    code: error?.code == null ? null : String(error.code),
    request_id: error?.requestID ?? null,
    repr: inspect(error),
  };
}

/** Skips what no guest can do, in the words of ../lines.py. */
function refuseUnknown(request) {
  if (!OPS.has(request.op)) throw new Skip(`no ${request.op}`);
  if (request.clock === "virtual") throw new Skip("no virtual clock");
  if ((request.repeat ?? 1) > 1 || (request.parallel ?? 1) > 1) throw new Skip("one call, one client");
  if ((request.auth?.mode ?? "bearer") !== "bearer") throw new Skip("Bearer only");
  if (Object.keys(request.env ?? {}).length) throw new Skip("reads other variables");
  const unknown = Object.keys(request.client ?? {}).filter((name) => !CLIENT_OPTIONS.has(name));
  if (unknown.length) throw new Skip(`no option ${unknown}`);
}

const sessions = new Map();

/** A client, or the one of the session. */
function clientFor(request) {
  if (!request.session) return makeClient(request);
  if (!sessions.has(request.session)) sessions.set(request.session, makeClient(request));
  return sessions.get(request.session);
}

function makeClient(request) {
  const client = request.client ?? {};
  const base = request.base_url ? `${request.base_url}/llm/v1` : request.endpoints?.llm;
  const options = {
    apiKey: request.auth?.api_key ?? undefined,
    baseURL: request.op === "embeddings.create" ? `${request.endpoints.embed}/v1` : base,
  };
  if ("max_retries" in client) options.maxRetries = client.max_retries;
  const waits = Object.entries(client).filter(([k, v]) => k.endsWith("timeout_ms") && v != null);
  if (waits.length) options.timeout = Math.min(...waits.map(([, v]) => v)); // one number does every job here
  if (client.headers) options.defaultHeaders = client.headers;
  return new OpenAI(options);
}

function callOptions(request, signal) {
  const o = request.options ?? {};
  const result = { signal };
  if (o.extra_headers) result.headers = o.extra_headers;
  if (o.extra_query) result.query = o.extra_query;
  if ("timeout_ms" in o) result.timeout = o.timeout_ms;
  if ("max_retries" in o) result.maxRetries = o.max_retries;
  return result;
}

async function playStream(client, request, see, abort) {
  const body = { ...request.args, ...request.options?.extra_body };
  const chat = request.op === "chat.stream";
  const stop = request.stop ?? {};
  const stream = chat
    ? client.chat.completions.stream(body, callOptions(request, abort.signal))
    : await client.completions.create({ ...body, stream: true }, callOptions(request, abort.signal));
  let seen = 0;
  if (chat) {
    const opened = new Promise((resolve) => stream.once("connect", resolve));
    await Promise.race([opened, stream.done()]);
  }
  see("open");
  if (stop.before_iterate || request.consume === "none") {
    abort.abort();
    see("stopped");
    return { final: null };
  }
  let text = "";
  for await (const chunk of stream) {
    seen += 1;
    if (request.consume === "text") {
      const piece = chunk.choices?.[0]?.delta?.content;
      if (piece) see("text", { text: piece });
    } else see("chunk", { chunk });
    text += chunk.choices?.[0]?.text ?? "";
    if (seen === stop.after_chunks) {
      if (stop.how !== "break") abort.abort();
      else break;
      see("stopped");
      return { final: null };
    }
  }
  if (seen === stop.after_chunks) {
    see("stopped");
    return { final: null };
  }
  see("end");
  if (chat) return { final: await stream.finalChatCompletion() };
  return { final: { choices: [{ index: 0, text, finish_reason: "stop" }] } };
}

async function play(request, see, seen) {
  refuseUnknown(request);
  const abort = new AbortController();
  const timer = request.stop?.after_ms ? setTimeout(() => abort.abort(), request.stop.after_ms) : undefined;
  let client;
  try {
    client = clientFor(request);
    const options = callOptions(request, abort.signal);
    const body = { ...request.args, ...request.options?.extra_body };
    if (request.op === "models.list") return { final: { items: (await client.models.list(options)).data } };
    if (request.op === "embeddings.create") return { final: await client.embeddings.create(body, options) };
    if (request.op.endsWith(".stream")) return await playStream(client, request, see, abort);
    const api = request.op === "completions.create" ? client.completions : client.chat.completions;
    return { final: await api.create(body, options) };
  } catch (error) {
    if (error instanceof Skip) throw error;
    const opened = request.op.endsWith(".stream") && seen();
    if (request.op.endsWith(".stream")) see("error");
    const shown = request.op === "error.repr" ? { strings: [String(error), error?.stack, inspect(error), inspect(client)] } : null;
    return { final: shown, error: errorObject(error, opened) };
  } finally {
    clearTimeout(timer);
  }
}

for (const name of Object.keys(process.env)) {
  if (/^(CHUTES_|OPENAI_)/.test(name)) delete process.env[name];
}
process.on("unhandledRejection", () => {}); // the helper rejects twice on an abort; the first one is reported
const say = (answer) => process.stdout.write(JSON.stringify(answer) + "\n");
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  const { seq } = request;
  if (request.cmd === "hello") {
    say({ seq, sdk: "openai-node", version, variant: "", concurrency: 8, capabilities: ["async-cancel"] });
  } else if (request.cmd === "drop") {
    sessions.delete(request.session);
    say({ seq });
  } else {
    const start = performance.now();
    const ms = () => Math.round((performance.now() - start) * 100) / 100;
    const obs = [];
    play(request, (k, fields) => obs.push({ t: ms(), k, ...fields }), () => obs.length > 0)
      .catch((error) => (error instanceof Skip ? { skip: error.message } : { driver_error: inspect(error) }))
      .then((answer) => say({ seq, obs, ...answer, elapsed_ms: ms() }));
  }
}

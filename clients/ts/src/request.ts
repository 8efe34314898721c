/** Builds a request once, sends it as often as `retry` allows, and follows redirects by itself. */
import type { CallOptions, Config } from "./config.js";
import { checkCall, checkHeader, checkKey, secretsOf } from "./config.js";
import { Deadline, limitsFor, type Surface } from "./deadline.js";
import { ChutesError, classify, ConfigError, makeError, MAX_BODY_BYTES, type Kind } from "./errors.js";
import { fallsThrough } from "./fallback.js";
import { toHex } from "./hex.js";
import type { CallWatch } from "./hooks.js";
import { encodeMultipart, isSource, type BodySource } from "./multipart.js";
import { redact } from "./redact.js";
import { decide, parseRetryAfter, type Failure } from "./retry.js";
import { concat } from "./sse.js";
import { cancelled, realSeam } from "./testing.js";
import { failureError, translate, TransportFailure, type BodyReader, type TransportRequest, type TransportResponse } from "./transport.js";
import { MAX_JSON_BYTES, responseInfo, type Attempt, type ResponseInfo } from "./values.js";
import { VERSION } from "./version.js";
import { hashSource } from "#files";

export const MAX_REDIRECTS = 5;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A path parameter. */
export interface Param {
  readonly name: string;
  readonly value: string | number;
  /** `/` in the value stays. */
  readonly keepSlash?: boolean;
}

/** The body may lack `field` only where `said` is true; both and neither are refused before anything is sent. */
export interface Guard {
  readonly field: string;
  readonly said: boolean | undefined;
  readonly message: string;
}

/** What generated and hand-written methods describe; everything else is the runtime's. */
export interface Call {
  operationId: string;
  method: string;
  /** Literals and parameters, joined as they stand. */
  path: readonly (string | Param)[];
  query?: Readonly<Record<string, unknown>> | undefined;
  body?: unknown;
  /** How the body is written; default JSON. */
  bodyKind?: "json" | "form" | "multipart" | "bytes";
  /** Names of a multipart body in the order of the document. */
  fields?: readonly string[];
  /** Those of them that are files. */
  files?: readonly string[];
  headers?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  /** True where the platform asks for no credential. */
  public?: boolean;
  /** Stands bare in Authorization in place of the client's own. */
  credential?: string;
  /** What a hotkey signs where there is no body. */
  purpose?: string | undefined;
  /** A field that may be absent only if the caller says so. */
  guard?: Guard;
  /** A stream without an idle limit. */
  endless?: boolean;
  /** What the answer is read as. */
  result: "json" | "text" | "bytes" | "none" | "auto" | "stream";
  /** One of the five hosts, or `base`. */
  host?: "api" | "llm" | "image" | "embed";
  /** An absolute base in place of `host`. */
  base?: string | undefined;
  /** False for a write that must not be sent twice. */
  idempotent?: boolean;
  surface?: Surface;
  accept?: string;
  /** Top-level type that a JSON answer must have. */
  shape?: "object" | "list" | "any";
  /** A field that must be a list: what lacks it is no answer, such as `{"detail": …}`. */
  list?: string;
  /** The body may name several models in `models`. */
  takesModels?: boolean;
  /** The model that is asked. */
  model?: string | undefined;
  /** Another model comes after this one: what it is for is not retried here. */
  successor?: boolean;
  /** Follows a cold chute until it is hot, once, within the milliseconds that are left; false where that cannot be done. */
  onCold?: ((left: number | null) => Promise<boolean>) | undefined;
  /** Attempts that were made before, on other models. */
  run?: Run;
  /** Last touch on a decoded answer. */
  revise?: (value: unknown, open: OpenResponse) => unknown;
}

/** A request, built once; each attempt sends these bytes. */
export interface Request {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: Uint8Array | BodySource | undefined;
  operationId: string;
  purpose: string | undefined;
  public: boolean;
  /** SHA-256 of the body in hexadecimal, found out once. */
  bodyHash(): Promise<string>;
}

/** An open answer of a successful call. */
export interface OpenResponse {
  info: ResponseInfo;
  body: BodyReader;
  secrets: readonly string[];
  /** Told how the answer ends. */
  watch?: CallWatch;
}

/** Joins literals and escaped parameters. */
export function joinPath(parts: readonly (string | Param)[]): string {
  return parts
    .map((part) => (typeof part === "string" ? part : escapeSegment(checkPathParam(part.name, part.value), part.keepSlash ?? false)))
    .join("");
}

/** Percent-escapes all but unreserved characters. */
export function escapeSegment(text: string, keepSlash = false): string {
  const whole = (piece: string): string =>
    encodeURIComponent(piece.replace(LONE_SURROGATE, "\ufffd")).replace(
      /[!'()*]/g,
      (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  return keepSlash ? text.split("/").map(whole).join("/") : whole(text);
}

/** Refuses what would change the path: `""`, `"."`, `".."`, also as a segment of a value that keeps its slashes. */
export function checkPathParam(name: string, value: string | number): string {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || text === "") throw new ConfigError(`the path parameter ${name} is empty`);
  const segments = text.split("/");
  if (segments.some((segment) => segment === "." || segment === "..")) {
    throw new ConfigError(`the path parameter ${name} may not be or hold "." or ".." as a segment`);
  }
  if (segments.length > 1 && segments.some((segment) => segment === ""))
    throw new ConfigError(`the path parameter ${name} has an empty segment`);
  return text;
}

/** Encodes query parameters: undefined and null are left out, lists repeat the name. */
export function encodeQuery(query: Readonly<Record<string, unknown>>): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (item === undefined || item === null) continue;
      const text = typeof item === "object" ? JSON.stringify(item) : String(item as string | number | boolean);
      pairs.push(`${escapeSegment(name)}=${escapeSegment(text)}`);
    }
  }
  return pairs.join("&");
}

/** Encodes a JSON body: no white space, UTF-8, fields in their order, undefined left out. */
export function encodeBody(body: unknown, extra?: Readonly<Record<string, unknown>>): Uint8Array | undefined {
  if (body === undefined && extra === undefined) return undefined;
  if (extra !== undefined && (typeof (body ?? {}) !== "object" || Array.isArray(body))) {
    throw new ConfigError("extraBody needs a JSON object as body");
  }
  let text: string | undefined;
  try {
    text = JSON.stringify(extra === undefined ? body : { ...(body as object | undefined), ...extra });
  } catch (cause) {
    throw new ConfigError("the body cannot be written as JSON", { cause });
  }
  return text === undefined ? undefined : new TextEncoder().encode(text);
}

/** Encodes a form; absent and null fields are left out. */
export function encodeForm(body: Readonly<Record<string, unknown>>): Uint8Array {
  const pairs = Object.entries(body).filter(([, value]) => value !== undefined && value !== null);
  const text = new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, String(value as string | number | boolean)]));
  return new TextEncoder().encode(text.toString());
}

function checkGuard({ field, said, message }: Guard, body: Readonly<Record<string, unknown>>): void {
  const given = body[field] !== undefined && body[field] !== null;
  if (given === (said === true)) throw new ConfigError(message);
}

/** Encodes a body as its call wants it, and names its content type. */
async function encode(config: Config, call: Call, extra: CallOptions["extraBody"]): Promise<{ body?: Request["body"]; type?: string }> {
  const { body, bodyKind = "json", guard } = call;
  const fields = { ...(body as Record<string, unknown> | undefined), ...extra };
  if (guard !== undefined) checkGuard(guard, fields);
  switch (bodyKind) {
    case "form":
      return { body: encodeForm(fields), type: "application/x-www-form-urlencoded" };
    case "multipart": {
      const random = config.seam === realSeam ? undefined : () => config.seam.random();
      const plan = await encodeMultipart(call.fields ?? [], call.files ?? [], fields, random);
      return { body: plan, type: plan.contentType };
    }
    case "bytes":
      if (!(body instanceof Uint8Array)) throw new ConfigError(`the body of ${call.operationId} must be a Uint8Array`);
      if (extra !== undefined) throw new ConfigError("extraBody needs a JSON object as body");
      return { body, type: "application/octet-stream" };
    default: {
      const bytes = encodeBody(body, extra);
      return bytes === undefined ? {} : { body: bytes, type: "application/json" };
    }
  }
}

/** Builds a request: URL, headers and the body, encoded once. */
export async function build(config: Config, call: Call, options: CallOptions): Promise<Request> {
  const base = call.base ?? config.endpoints[call.host ?? "api"];
  const query = encodeQuery({ ...call.query, ...options.extraQuery });
  const path = joinPath(call.path);
  const url = `${base}${path}${query === "" ? "" : `${path.includes("?") ? "&" : "?"}${query}`}`;
  const { body, type } = await encode(config, call, options.extraBody);
  const headers: Record<string, string> = {
    "user-agent": `chutes-client-ts/${VERSION}`,
    accept: call.accept ?? "application/json",
    "accept-encoding": "gzip, deflate",
    ...(type === undefined ? {} : { "content-type": type }),
    ...config.headers,
  };
  for (const [name, value] of Object.entries(call.headers ?? {})) {
    if (value !== undefined && value !== null) headers[checkHeader(name, String(value))] = String(value);
  }
  if (call.credential !== undefined) {
    headers["authorization"] = checkKey(call.credential, "the fingerprint");
    config.learned.add(headers["authorization"]);
  }
  for (const [name, value] of Object.entries(options.extraHeaders ?? {})) headers[checkHeader(name, value)] = value;
  let hash: Promise<string> | undefined;
  return {
    method: call.method,
    url,
    headers,
    body,
    operationId: call.operationId,
    purpose: call.purpose,
    public: call.public ?? false,
    bodyHash: () => (hash ??= hashBody(body)),
  };
}

async function hashBody(body: Request["body"]): Promise<string> {
  if (isSource(body)) return hashSource(body);
  const digest = await crypto.subtle.digest("SHA-256", (body ?? new Uint8Array(0)) as BufferSource);
  return toHex(new Uint8Array(digest));
}

/** Scheme, host and port. */
export function origin(url: string): string {
  return new URL(url).origin;
}

/** What the attempts of one call share, over all its models. */
export interface Run {
  readonly history: Attempt[];
  readonly tried: [model: string, kind: Kind][];
  readonly watch: CallWatch;
  deadline: Deadline | undefined;
}

/** Begins a call. */
export function newRun(config: Config, call: Call): Run {
  return { history: [], tried: [], watch: config.telling.begin(call.operationId), deadline: undefined };
}

/** Sends a call until it succeeds or `retry.decide` says stop. */
export async function execute(config: Config, call: Call, options: CallOptions = {}): Promise<OpenResponse> {
  if (call.run !== undefined) return attempts(config, call, options, call.run);
  const run = newRun(config, call);
  try {
    return await attempts(config, call, options, run);
  } catch (error) {
    failed(run, error);
    throw error;
  }
}

/** The end of a call that failed: its history goes with the error. */
export function failed(run: Run, error: unknown): void {
  if (ChutesError.is(error)) error.history ??= run.history;
  run.watch.end(error);
}

/** The loop of one call on one model. */
async function attempts(config: Config, call: Call, options: CallOptions, run: Run): Promise<OpenResponse> {
  checkCall(options);
  const request = await build(config, call, options);
  const surface = call.surface ?? "management";
  const short = (call.result === "json" || call.result === "none") && call.bodyKind !== "multipart";
  const limits = limitsFor(surface, short, config, options, call.endless);
  const deadline = (run.deadline ??= new Deadline(limits.total, config.seam));
  const retryCall = {
    method: call.method,
    surface,
    idempotent: call.idempotent ?? true,
    maxRetries: options.maxRetries ?? config.maxRetries,
  };
  const { signal } = options;
  let { onCold } = call;
  config.budget?.firstAttempt();
  for (let retries = 0; ;) {
    const sent: Request & TransportRequest = { ...request, limits, deadline, signal, fresh: !retryCall.idempotent };
    if (retries > 0) sent.headers = { ...sent.headers, "x-chutes-retry-count": String(retries) };
    const outcome = await oneAttempt(config, call, sent, run);
    if (!("error" in outcome)) return outcome;
    const { error } = outcome;
    if (fallsThrough(call, error)) throw error;
    if (error.kind === "cold_start" && onCold !== undefined) {
      const warmed = await onCold(deadline.remaining());
      onCold = undefined;
      if (warmed) continue;
    }
    const wait = decide(outcome, retryCall, { retries, deadline, budget: config.budget, seam: config.seam });
    if (wait === undefined) throw error;
    const last = run.history.at(-1);
    if (last !== undefined) last.waitMs = wait;
    run.watch.retry(run.history.length, error.kind, wait);
    await pause(config, wait, signal, run.history.length);
    retries += 1;
  }
}

/** One attempt, when the limiter lets it go; told to the hooks and written into the history. */
async function oneAttempt(config: Config, call: Call, sent: Request & TransportRequest, run: Run): Promise<OpenResponse | Failure> {
  const number = run.history.length + 1;
  const { signal } = sent;
  const stop = (): void => {
    if (signal?.aborted === true) throw cancelled(signal, number - 1);
  };
  stop();
  let release: (() => void) | undefined;
  try {
    release = await config.limiter?.admit(sent.deadline, signal);
  } catch (error) {
    stop();
    throw error instanceof TransportFailure ? failureError(error, number - 1, secretsOf(config)) : error;
  }
  const told = run.watch.attempt(call.method, sent.url, number, call.model);
  const note = (status: number | undefined, kind: Kind | undefined, requestId: string | undefined): void => {
    run.history.push({ number, status, kind, waitMs: 0 });
    told(status, kind, requestId === undefined ? undefined : redact(requestId, secretsOf(config)));
  };
  try {
    const outcome = await attemptOnce(config, sent, number);
    if ("error" in outcome) {
      release?.();
      note(outcome.error.status, outcome.error.kind, outcome.error.requestId);
      return outcome;
    }
    config.limiter?.learn(outcome.info.headers);
    note(outcome.info.status, undefined, outcome.info.requestId);
    const info = { ...outcome.info, history: run.history, model: call.model, tried: run.tried };
    return { ...outcome, info, body: release === undefined ? outcome.body : releasing(outcome.body, release), watch: run.watch };
  } catch (error) {
    release?.();
    const ours = ChutesError.is(error) ? error : undefined;
    note(ours?.status, ours?.kind ?? "connection", ours?.requestId);
    throw error;
  }
}

/** A body that tells when it is over: read to its end, broken or closed. */
function releasing(body: BodyReader, release: () => void): BodyReader {
  return {
    async read() {
      try {
        const piece = await body.read();
        if (piece === null) release();
        return piece;
      } catch (error) {
        release();
        throw error;
      }
    },
    close() {
      body.close();
      release();
    },
    async settle() {
      await body.settle();
      release();
    },
  };
}

/** Reads an answer that is open, and tells the end of its call. */
export async function consume<T>(open: OpenResponse, read: () => T | Promise<T>): Promise<T> {
  try {
    const value = await read();
    open.watch?.note(value);
    open.watch?.end();
    return value;
  } catch (error) {
    open.watch?.end(error);
    throw error;
  }
}

/** Sleeps by the client's clock; a signal ends it as `cancelled`. */
export async function pause(config: Config, wait: number, signal: AbortSignal | undefined, attempts = 0): Promise<void> {
  try {
    await config.seam.sleep(wait, signal);
  } catch (error) {
    if (signal?.aborted === true) throw cancelled(signal, attempts);
    throw error;
  }
}

/** One attempt with its redirects; a failure comes back as a value, ready for the decision. */
async function attemptOnce(config: Config, request: Request & TransportRequest, attempts: number): Promise<OpenResponse | Failure> {
  let response: TransportResponse;
  try {
    response = await follow(config, request, attempts);
  } catch (error) {
    if (ChutesError.is(error)) throw error;
    return translate(error, attempts, secretsOf(config));
  }
  const secrets = secretsOf(config);
  const { status, headers, body } = response;
  if (status >= 200 && status < 300) return { info: responseInfo(status, headers, attempts), body, secrets };
  const raw = await readErrorBody(body);
  if (request.signal?.aborted === true) throw cancelled(request.signal, attempts);
  const error = classify(status, headers, raw, { retryAfterMs: parseRetryAfter(headers, config.seam.now()), attempts, secrets });
  const html =
    /text\/html/i.test(headers["content-type"] ?? "") || /^\s*<(?:!doctype|html)/i.test(new TextDecoder().decode(raw.subarray(0, 200)));
  return { error, stage: "response", html };
}

/** Sends, and follows redirects: same origin with everything, another origin only for GET and without credentials. */
export async function follow(config: Config, request: Request & TransportRequest, attempts: number): Promise<TransportResponse> {
  const home = origin(request.url);
  let { url } = request;
  for (let hops = 0; ; hops++) {
    const headers = { ...request.headers };
    if (origin(url) === home) await signed(config, request, url, headers);
    else for (const name of Object.keys(headers)) if (/^(?:authorization|x-api-key|cookie|x-chutes-.*)$/.test(name)) delete headers[name];
    const response = await config.transport.send({ ...request, url, headers });
    if (response.status < 300 || response.status >= 400) return response;
    const next = nextUrl(url, request, response, hops);
    if (typeof next !== "string") {
      const raw = await readErrorBody(response.body);
      throw makeError("unexpected_response", next.refusal, {
        status: response.status,
        headers: response.headers,
        rawBody: raw,
        attempts,
        secrets: secretsOf(config),
      });
    }
    await readErrorBody(response.body);
    url = next;
  }
}

async function signed(config: Config, request: Request & TransportRequest, url: string, headers: Record<string, string>): Promise<void> {
  // A header that the caller gave for this call wins over the client's credentials.
  if ("authorization" in headers || "x-api-key" in headers) return;
  const { method, body, operationId, purpose, bodyHash, signal } = request;
  const bytes = isSource(body) ? undefined : body;
  const now = (): number => config.seam.now();
  const work = config.auth.apply({ method, url, body: bytes, headers, operationId, purpose, public: request.public, bodyHash, now });
  if (work !== undefined) await unlessAborted(work, signal);
}

/** A signer may wait for a token that others wait for, too: this call leaves, the token still comes. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work;
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(cancelled(signal));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop);
  });
  work.catch(() => undefined);
  try {
    await Promise.race([work, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener("abort", stop);
  }
}

/** Where a redirect leads, or why it is not followed. */
function nextUrl(url: string, request: TransportRequest, response: TransportResponse, hops: number): string | { refusal: string } {
  const { status } = response;
  const location = response.headers["location"]?.trim();
  const read = request.method === "GET" || request.method === "HEAD";
  if (![301, 302, 303, 307, 308].includes(status)) return { refusal: `${status}: this answer is not one that can be followed` };
  if (location === undefined || location === "") return { refusal: `${status}: a redirect without a Location` };
  if (hops >= MAX_REDIRECTS) return { refusal: `${status}: more than ${MAX_REDIRECTS} redirects` };
  let next: URL;
  try {
    next = new URL(location, url);
  } catch {
    return { refusal: `${status}: a redirect to something that is no URL` };
  }
  if (next.protocol !== "http:" && next.protocol !== "https:")
    return { refusal: `${status}: a redirect to ${next.protocol}, which is not followed` };
  const home = origin(request.url);
  if (next.origin !== home && (!read || request.body !== undefined)) {
    return { refusal: `${status}: a redirect from ${home} to ${next.origin}; a ${request.method} never goes to another origin` };
  }
  if (!read && status < 307)
    return { refusal: `${status}: a redirect of a ${request.method} to ${next.origin} from ${home} is not followed` };
  next.hash = "";
  return next.href;
}

/** Reads at most 64 KiB of an error body; whatever goes wrong with it, the status stands. */
async function readErrorBody(body: BodyReader): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    while (size <= MAX_BODY_BYTES) {
      const part = await body.read();
      if (part === null) break;
      parts.push(part);
      size += part.length;
    }
  } catch {
    // A body cut short keeps its status.
  }
  body.close();
  return concat(parts).subarray(0, MAX_BODY_BYTES);
}

/** Reads a whole body of a success; too much is `too_large`, a break is an error and never retried. */
export async function readAll(open: OpenResponse, limit = MAX_JSON_BYTES): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const part = await open.body.read();
      if (part === null) return concat(parts);
      parts.push(part);
      size += part.length;
      if (size > limit)
        throw makeError("too_large", `the answer is larger than ${limit} bytes`, {
          status: open.info.status,
          attempts: open.info.attempts,
        });
    }
  } catch (error) {
    open.body.close();
    throw bodyError(error, open);
  }
}

/** What a failure in the middle of a body is told as. */
export function bodyError(error: unknown, open: OpenResponse): unknown {
  if (!(error instanceof TransportFailure)) return error;
  const ours = failureError(error, open.info.attempts, open.secrets);
  return makeError(ours.kind, ours.message, {
    status: open.info.status,
    requestId: open.info.requestId,
    attempts: open.info.attempts,
    cause: ours.cause,
    secrets: open.secrets,
  });
}

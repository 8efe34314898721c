/** Builds a request once, sends it as often as `retry` allows, and follows redirects by itself. */
import type { CallOptions, Config } from "./config.js";
import { checkCall, checkHeader, secretsOf } from "./config.js";
import { Deadline, limitsFor, type Surface } from "./deadline.js";
import { ChutesError, classify, ConfigError, makeError, MAX_BODY_BYTES, type Kind } from "./errors.js";
import { toHex } from "./hex.js";
import type { CallWatch } from "./hooks.js";
import { isSource, type MultipartBody } from "./multipart.js";
import { redact } from "./redact.js";
import { decide, parseRetryAfter, type Failure } from "./retry.js";
import { concat } from "./sse.js";
import { cancelled } from "./testing.js";
import {
  failureError,
  MAX_TIMER,
  translate,
  TransportFailure,
  type BodyReader,
  type TransportRequest,
  type TransportResponse,
} from "./transport.js";
import { MAX_JSON_BYTES, responseInfo, type Attempt, type ResponseInfo } from "./values.js";
import { VERSION } from "./version.js";

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
  /** True where the client's credentials have no business: a host that is none of its own. */
  unsigned?: boolean;
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
  /** Whether a failure is the business of another model that comes after this one: it is not retried here. */
  passes?: (error: ChutesError) => boolean;
  /** Follows a cold chute until it is hot, once, within the milliseconds that are left; false where that cannot be done. */
  onCold?: ((left: number | null) => Promise<boolean>) | undefined;
  /** The end of a call that began with a look-up. */
  deadline?: Deadline;
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
  body: Uint8Array | MultipartBody | undefined;
  operationId: string;
  purpose: string | undefined;
  public: boolean;
  unsigned?: boolean | undefined;
  /** SHA-256 of the body in hexadecimal, found out once. */
  bodyHash(): Promise<string>;
}

/** A request that is on its way. */
export interface Sending extends Request, TransportRequest {
  body: Request["body"];
  /** Credentials that it was signed with. */
  secrets: Set<string>;
}

/** An open answer of a successful call. */
export interface OpenResponse {
  info: ResponseInfo;
  body: BodyReader;
  secrets: readonly string[];
  /** Told how the answer ends. */
  watch?: CallWatch | undefined;
  /** Of the caller: once it has ended, nothing more is handed out, whatever has arrived; nor once the deadline has ended the answer. */
  signal?: AbortSignal | undefined;
  deadline?: Deadline | undefined;
}

const utf8 = new TextEncoder();

/** Encodes a JSON body: no white space, UTF-8, fields in their order, undefined left out. */
export function encodeBody(body: unknown, extra?: Readonly<Record<string, unknown>>): Uint8Array | undefined {
  if (body === undefined && extra === undefined) return undefined;
  if (extra !== undefined && (typeof (body ?? {}) !== "object" || Array.isArray(body))) {
    throw new ConfigError("extraBody needs a JSON object as body");
  }
  const whole = extra === undefined ? body : { ...(body as object | undefined), ...extra };
  let text: string | undefined;
  let cause: unknown;
  try {
    text = JSON.stringify(whole);
  } catch (error) {
    cause = error;
  }
  // NaN and Infinity are written as null.
  const lost = cause !== undefined || text?.includes("null") === true ? misfit(whole) : "";
  if (cause !== undefined || lost !== "") throw new ConfigError(`the body cannot be written as JSON${lost}`, { cause });
  return text === undefined ? undefined : utf8.encode(text);
}

/** Where a value holds what JSON lacks, as `: place: what`; empty where nothing is found. */
function misfit(value: unknown, place = "", seen = new Set<unknown>()): string {
  if (typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value)))
    return `: ${place.slice(1)}: ${typeof value} ${value}`;
  if (typeof value !== "object" || value === null || "toJSON" in value || seen.has(value) || place.length > 4e3) return "";
  seen.add(value);
  for (const [name, item] of Object.entries(value)) {
    const found = misfit(item, `${place}.${name}`, seen);
    if (found !== "") return found;
  }
  return "";
}

/** What a call is sent as, but for its URL and body: headers by their order of importance. */
export function seal(config: Config, call: Call, options: CallOptions, url: string, body: Request["body"], type?: string): Request {
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
  for (const [name, value] of Object.entries(options.extraHeaders ?? {})) headers[checkHeader(name, value)] = value;
  const { method, operationId, purpose } = call;
  return {
    method,
    url,
    headers,
    body,
    operationId,
    purpose,
    public: call.public ?? false,
    bodyHash: () => sha256(body),
  };
}

async function sha256(body: Request["body"]): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", (body ?? new Uint8Array(0)) as BufferSource);
  return toHex(new Uint8Array(digest));
}

/** Builds the request of a call with a JSON body and a path without parameters. */
export function buildJson(config: Config, call: Call, options: CallOptions): Request {
  const body = encodeBody(call.body, options.extraBody);
  return seal(config, call, options, `${config.endpoints[call.host ?? "api"]}${call.path.join("")}`, body, "application/json");
}

/** What the attempts of one call share, over all its models. */
export interface Run {
  readonly history: Attempt[];
  readonly tried: [model: string, kind: Kind][];
  readonly watch: CallWatch | undefined;
  deadline: Deadline | undefined;
}

/** Begins a call. */
export function newRun(config: Config, call: Call): Run {
  return { history: [], tried: [], watch: config.telling?.begin(call.operationId), deadline: undefined };
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
  run.watch?.end(error);
}

/** The loop of one call on one model. */
async function attempts(config: Config, call: Call, options: CallOptions, run: Run): Promise<OpenResponse> {
  config.check?.(config, options);
  checkCall(options);
  const surface = call.surface ?? "management";
  const short = (call.result === "json" || call.result === "none") && call.bodyKind !== "multipart";
  const limits = limitsFor(surface, short, config, options, call.endless);
  const deadline = (run.deadline ??= call.deadline ?? new Deadline(limits.total, config.seam));
  const request = await config.build(config, call, options, deadline); // reading files takes time of the call
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
    const sent: Sending = { ...request, secrets: new Set(), limits, deadline, signal, fresh: !retryCall.idempotent };
    if (retries > 0) sent.headers = { ...sent.headers, "x-chutes-retry-count": String(retries) };
    const outcome = await oneAttempt(config, call, sent, run);
    if (!("error" in outcome)) return outcome;
    const { error } = outcome;
    if (call.passes?.(error) === true) throw error;
    if (error.kind === "cold_start" && onCold !== undefined) {
      const warmed = await onCold(deadline.remaining());
      onCold = undefined;
      if (warmed) continue;
    }
    const wait = decide(outcome, retryCall, { retries, deadline, budget: config.budget, seam: config.seam });
    if (wait === undefined) throw error;
    const last = run.history.at(-1);
    if (last !== undefined) last.waitMs = wait;
    run.watch?.retry(run.history.length, error.kind, wait);
    await pause(config, wait, signal, run.history.length);
    retries += 1;
  }
}

/** One attempt, when the limiter lets it go; told to the hooks and written into the history. */
async function oneAttempt(config: Config, call: Call, sent: Sending, run: Run): Promise<OpenResponse | Failure> {
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
    if (ChutesError.is(error)) error.attempts = number - 1;
    throw error;
  }
  const told = run.watch?.attempt(call.method, sent.url, number, call.model);
  const note = (status: number | undefined, kind: Kind | undefined, requestId: string | undefined): void => {
    run.history.push({ number, status, kind, waitMs: 0 });
    told?.(status, kind, requestId === undefined ? undefined : redact(requestId, secretsFor(config, sent)));
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
    const body = (release && config.limiter?.holding(outcome.body, release)) ?? outcome.body;
    return { ...outcome, info, body, watch: run.watch, signal, deadline: sent.deadline };
  } catch (error) {
    release?.();
    const ours = ChutesError.is(error) ? error : undefined;
    note(ours?.status, ours?.kind ?? "config", ours?.requestId); // what is not ours was thrown by a signer
    throw error;
  }
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
async function attemptOnce(config: Config, request: Sending, attempts: number): Promise<OpenResponse | Failure> {
  let response: TransportResponse;
  try {
    response = await (config.follow ?? sendOnce)(config, request, attempts);
  } catch (error) {
    if (error instanceof Unsigned) throw error.cause;
    if (ChutesError.is(error)) throw error;
    return translate(error, attempts, secretsFor(config, request));
  }
  const secrets = secretsFor(config, request);
  const { status, headers, body } = response;
  if (status >= 200 && status < 300) return { info: responseInfo(status, headers, attempts), body, secrets };
  const raw = await readErrorBody(body);
  if (request.signal?.aborted === true) throw cancelled(request.signal, attempts);
  const retryAfterMs = parseRetryAfter(headers, config.seam.now());
  const error = classify(status, headers, raw, { retryAfterMs, attempts, secrets, note: config.remark?.(config, request, status) });
  return { error, stage: "response", html: /html/i.test(headers["content-type"] ?? "") };
}

/** What must be kept out of the errors of a request: the client's secrets, and what it was signed with. */
export function secretsFor(config: Config, { secrets }: Sending): readonly string[] {
  return [...secretsOf(config), ...secrets];
}

/** Whether the caller gave a credential by hand. */
export const hasCredential = (headers: Readonly<Record<string, string>>): boolean => "authorization" in headers || "x-api-key" in headers;

/** Sends an attempt to its own URL; an answer that leads elsewhere is no success. */
export async function sendOnce(config: Config, request: Sending): Promise<TransportResponse> {
  const headers = { ...request.headers };
  await signed(config, request, request.url, headers);
  return config.transport.send({ ...request, headers });
}

/** A failure of the one who signs: it reaches the caller as it is. */
class Unsigned {
  constructor(readonly cause: unknown) {}
}

/** Adds the client's credentials. */
export async function signed(config: Config, request: Sending, url: string, headers: Record<string, string>): Promise<void> {
  // A header that the caller gave for this call wins over the client's credentials.
  if (request.unsigned !== true && !hasCredential(headers)) {
    try {
      await sign(config, request, url, headers);
    } catch (cause) {
      throw new Unsigned(cause);
    }
  }
  const { authorization = "", "x-api-key": key = "" } = headers;
  request.secrets.add(authorization.replace(/^Bearer\s+/i, "")).add(key);
}

async function sign(config: Config, request: Sending, url: string, headers: Record<string, string>): Promise<void> {
  const { method, body, operationId, purpose, bodyHash, deadline, signal } = request;
  const bytes = isSource(body) ? undefined : body;
  const now = (): number => config.seam.now();
  const work = config.auth.apply({ method, url, body: bytes, headers, operationId, purpose, public: request.public, bodyHash, now });
  if (work !== undefined) await within(work, "there was no credential", deadline, signal);
}

/** Waits for work that is not this call's alone, and goes on without it, no longer than this call may take. */
export async function within<T>(work: Promise<T>, what: string, deadline: Deadline, signal: AbortSignal | undefined): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop: (() => void) | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    const left = deadline.remaining();
    const late = (): void => reject(makeError("timeout", `${what} before the deadline of the call`));
    if (left !== null) timer = setTimeout(late, Math.min(left, MAX_TIMER));
    stop = () => reject(cancelled(signal));
    if (signal?.aborted === true) stop();
    else signal?.addEventListener("abort", stop);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
    if (stop !== undefined) signal?.removeEventListener("abort", stop);
  }
}

/** Reads at most 64 KiB of an error body; whatever goes wrong with it, the status stands. */
export async function readErrorBody(body: BodyReader): Promise<Uint8Array> {
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
      if (size > limit) throw makeError("too_large", `the answer is larger than ${limit} bytes`, { ...open.info, secrets: open.secrets });
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
  return makeError(ours.kind, ours.message, { ...open.info, cause: ours.cause, secrets: open.secrets });
}

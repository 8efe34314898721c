/**
 * Everything that can go wrong, as one tree. `kind` is the data, the class is sugar over it.
 *
 *     ChutesError
 *     ├─ ConfigError                 config
 *     ├─ ConnectionError             connection
 *     ├─ TimeoutError                timeout
 *     ├─ CancelledError              cancelled
 *     ├─ APIStatusError              api_status (405, 408, 413 … and the parent of all below)
 *     │  ├─ BadRequestError 400 · UnauthenticatedError 401 · PermissionDeniedError 403 · NotFoundError 404
 *     │  ├─ ConflictError 409 · UnprocessableError 422 · TeeRequiredError 426
 *     │  ├─ PaymentRequiredError 402 ── quota_exhausted
 *     │  ├─ RateLimitedError 429 ────── capacity, quota_exhausted
 *     │  └─ ServerError 5xx ─────────── unavailable, cold_start, disabled
 *     ├─ StreamError                 stream_error
 *     ├─ StreamInterruptedError      stream_interrupted
 *     ├─ UnexpectedResponseError     unexpected_response
 *     ├─ InvalidOutputError          invalid_output
 *     ├─ TooLargeError               too_large
 *     └─ PaginationStuckError        pagination_stuck
 *
 * A class whose status may differ (quota_exhausted) is told by `error.is("quota_exhausted")`.
 */
import { redact, redactBytes, redactHeaders, redactValue } from "./redact.js";
import { parseBody, type ErrorBody } from "./errors_body.js";
import type { Step } from "./tools.js";
import type { ChatMessageParam } from "./types/index.js";
import type { Attempt } from "./values.js";

export { parseBody, cleanMessage, MAX_MESSAGE_CHARS, type ErrorBody } from "./errors_body.js";

/** Bytes of an answer that an error keeps. */
export const MAX_BODY_BYTES = 64 * 1024;

/** What went wrong; the same words in all four languages. */
export type Kind =
  | "config"
  | "connection"
  | "timeout"
  | "cancelled"
  | "bad_request"
  | "unauthenticated"
  | "payment_required"
  | "quota_exhausted"
  | "permission_denied"
  | "not_found"
  | "conflict"
  | "unprocessable"
  | "rate_limited"
  | "capacity"
  | "cold_start"
  | "disabled"
  | "tee_required"
  | "server"
  | "unavailable"
  | "api_status"
  | "stream_error"
  | "stream_interrupted"
  | "unexpected_response"
  | "invalid_output"
  | "too_large"
  | "pagination_stuck";

/** Why a stream was interrupted. */
export type InterruptReason = "truncated" | "restarted" | "connection" | "idle_timeout";

/** Why a model's answer cannot be used as asked. */
export type OutputReason = "length" | "empty" | "refusal" | "content_filter" | "json" | "schema" | "max_turns";

/** What an error is made of. */
export interface ErrorInit {
  status?: number | undefined;
  code?: string | undefined;
  param?: string | undefined;
  type?: string | undefined;
  requestId?: string | undefined;
  retryAfterMs?: number | undefined;
  retryable?: boolean | undefined;
  attempts?: number | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  rawBody?: Uint8Array | undefined;
  body?: unknown;
  quotaResetTimestamp?: string | undefined;
  reason?: InterruptReason | OutputReason | undefined;
  text?: string | undefined;
  partial?: unknown;
  offset?: string | undefined;
  fee?: number | undefined;
  cause?: unknown;
  secrets?: readonly string[] | undefined;
}

/** What a log shows of an error. */
const SHOWN = [
  "name",
  "kind",
  "message",
  "status",
  "code",
  "param",
  "type",
  "requestId",
  "retryAfterMs",
  "retryable",
  "attempts",
  "reason",
  "quotaResetTimestamp",
  "offset",
  "fee",
  "tried",
] as const;
const BRAND = Symbol.for("chutes-client.error");
const RETRYABLE: ReadonlySet<Kind> = new Set(["capacity", "rate_limited", "cold_start", "unavailable", "connection", "timeout"]);

/** Causes of causes that are kept. */
const MAX_CAUSES = 5;

/** Whether a dump of a cause shows no secret; where it cannot be told (a cycle, a bigint), it might. */
function isClean(cause: Error, secrets: readonly string[]): boolean {
  try {
    const text = `${cause.message}\n${cause.stack ?? ""}\n${JSON.stringify(cause, Object.getOwnPropertyNames(cause))}`;
    return redact(text, secrets) === text;
  } catch {
    return false;
  }
}

/** Keeps a cause, but never one whose text holds a key, or that cannot be read through: that one is replaced by a copy with the key masked. */
function safeCause(cause: unknown, secrets: readonly string[], depth = 1): unknown {
  if (cause === undefined || ChutesError.is(cause)) return cause;
  try {
    if (!(cause instanceof Error)) return redact(String(cause), secrets);
    if (cause.cause === undefined && isClean(cause, secrets)) return cause;
    const copy = new Error(redact(cause.message, secrets));
    copy.name = cause.name;
    copy.stack = redact(cause.stack ?? "", secrets);
    const code: unknown = (cause as { code?: unknown }).code;
    if (typeof code === "string") Object.assign(copy, { code });
    if (cause.cause !== undefined && depth < MAX_CAUSES)
      Object.defineProperty(copy, "cause", { value: safeCause(cause.cause, secrets, depth + 1), enumerable: false });
    return copy;
  } catch {
    return "unreadable"; // a getter that throws, or an object without a text
  }
}

/**
 * Root of all errors of this package.
 *
 * @example
 * try {
 *   await client.chat.completions.create({ model, messages });
 * } catch (error) {
 *   if (ChutesError.is(error) && error.kind === "capacity") console.log("full, try later");
 *   else throw error;
 * }
 */
export class ChutesError extends Error {
  /** What went wrong. */
  declare readonly kind: Kind;
  /** HTTP status, if there was an answer. */
  declare readonly status: number | undefined;
  /** The server's own code, if it gave one. */
  declare readonly code: string | undefined;
  /** The parameter that the server blames, if it names one. */
  declare readonly param: string | undefined;
  /** The server's own type of error, if it sent one. */
  declare readonly type: string | undefined;
  /** `x-request-id`, else `X-Chutes-InvocationID`. */
  declare readonly requestId: string | undefined;
  /** The wait that the server asked for, in milliseconds. */
  declare readonly retryAfterMs: number | undefined;
  /** Whether the same call might succeed later by itself. */
  declare readonly retryable: boolean;
  /** When a quota starts again, as the server wrote it. */
  declare readonly quotaResetTimestamp: string | undefined;
  /** Why a stream ended early (`stream_interrupted`), or why an answer cannot be used as asked (`invalid_output`). */
  declare readonly reason: InterruptReason | OutputReason | undefined;
  /** The last offset of a build log that broke: give it to `containerImages.logs` to go on. */
  declare readonly offset: string | undefined;
  /** What a first deployment costs, in USD, where a 402 names a deployment fee. */
  declare readonly fee: number | undefined;
  /** Requests sent, 1-based; 0 where nothing was sent. */
  declare attempts: number;
  /** What was received of a streamed answer, marked `complete: false`. Not enumerable. */
  declare partial: unknown;
  /** The models that failed and their kinds, in order, where the call named several. */
  declare tried: readonly (readonly [model: string, kind: Kind])[] | undefined;
  /** The requests that were sent, in order, as `responseOf(result).history` has them. Not enumerable. */
  declare history: readonly Attempt[] | undefined;
  /** The turns of `runTools` that were done before the error ended it. Not enumerable. */
  declare readonly steps?: readonly Step[] | undefined;
  /** The conversation of `runTools` as far as it goes, with the results of all tools that ran: ready to go on with. Not enumerable. */
  declare readonly messages?: readonly ChatMessageParam[] | undefined;
  /** What the model wrote, as it came (`invalid_output` only). Not enumerable. */
  declare readonly text: string | undefined;
  /** Headers of the answer, names in lower case. Not enumerable, so that no log shows them. */
  declare readonly headers: Readonly<Record<string, string>> | undefined;
  /** The first 64 KiB of the answer, with what is secret masked. Not enumerable, so that no log shows it. */
  declare readonly rawBody: Uint8Array | undefined;
  /** The answer as JSON, where it was JSON. Not enumerable. */
  declare readonly body: unknown;
  declare readonly cause?: unknown;

  constructor(kind: Kind, message: string, init: ErrorInit = {}) {
    const secrets = init.secrets ?? [];
    super(redact(message, secrets));
    const clean = (text: string | undefined): string | undefined => (text === undefined ? undefined : redact(text, secrets));
    this.kind = kind;
    this.status = init.status;
    this.code = clean(init.code);
    this.param = clean(init.param);
    this.type = clean(init.type);
    this.requestId = clean(init.requestId);
    this.retryAfterMs = init.retryAfterMs;
    this.retryable = init.retryable ?? (RETRYABLE.has(kind) || init.status === 408 || (kind === "server" && init.status !== 501));
    this.quotaResetTimestamp = clean(init.quotaResetTimestamp);
    this.reason = init.reason;
    this.offset = init.offset;
    this.fee = init.fee;
    this.attempts = init.attempts ?? 0;
    this.tried = undefined;
    const hide = (name: PropertyKey, value: unknown): void =>
      void Object.defineProperty(this, name, { value, configurable: true, writable: true });
    hide(BRAND, true);
    hide("name", nameOf(kind, init.status));
    hide("text", init.text);
    hide("partial", init.partial);
    hide("headers", init.headers && redactHeaders(init.headers, secrets));
    hide("rawBody", init.rawBody && redactBytes(init.rawBody.subarray(0, MAX_BODY_BYTES), secrets));
    hide("body", redactValue(init.body, secrets));
    hide("history", undefined);
    if (init.cause !== undefined) hide("cause", safeCause(init.cause, secrets));
  }

  /** True for errors of this package, also for those of another copy of it (ESM beside CommonJS). */
  static is(error: unknown): error is ChutesError {
    return typeof error === "object" && error !== null && (error as Record<symbol, unknown>)[BRAND] === true;
  }

  /** True when this error may be caught as `kind`: its own, or one of its parents. */
  is(kind: Kind): boolean {
    return this.kind === kind || parents(this.kind, this.status).includes(kind);
  }

  toJSON(): Record<string, unknown> {
    return Object.fromEntries(SHOWN.map((name) => [name, this[name]]));
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    const fields = Object.entries(this.toJSON()).filter(([name, value]) => value !== undefined && name !== "name" && name !== "message");
    return `${this.stack ?? `${this.name}: ${this.message}`} { ${fields.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(", ")} }`;
  }
}

/** An option is wrong; nothing was sent. */
export class ConfigError extends ChutesError {
  constructor(message: string, init: ErrorInit = {}) {
    super("config", message, init);
  }
}
/** No connection, or one that broke. */
export class ConnectionError extends ChutesError {}
/** A limit of time was passed. */
export class TimeoutError extends ChutesError {}
/** The caller's `AbortSignal` ended the call. */
export class CancelledError extends ChutesError {}
/** The server answered with an error status. */
export class APIStatusError extends ChutesError {}
/** 400: the request cannot work as it is. */
export class BadRequestError extends APIStatusError {}
/** 401: no credentials, or unknown ones. */
export class UnauthenticatedError extends APIStatusError {}
/** 402: balance, fee or quota. */
export class PaymentRequiredError extends APIStatusError {}
/** 403: the account may not do this. */
export class PermissionDeniedError extends APIStatusError {}
/** 404: no such thing, or no such path. */
export class NotFoundError extends APIStatusError {}
/** 409: it exists already or is in use. */
export class ConflictError extends APIStatusError {}
/** 422: a field or parameter is wrong. */
export class UnprocessableError extends APIStatusError {}
/** 426: a trusted chute was demanded and this one is not. */
export class TeeRequiredError extends APIStatusError {}
/** 429: `rate_limited`, `capacity` or `quota_exhausted`. */
export class RateLimitedError extends APIStatusError {}
/** 5xx: `server`, `unavailable`, `cold_start` or `disabled`. */
export class ServerError extends APIStatusError {}
/** The server reported an error inside a stream, or wrote something unreadable there. */
export class StreamError extends ChutesError {}
/** A stream ended before its answer was complete; `partial` holds what came. */
export class StreamInterruptedError extends ChutesError {}
/** An answer that is not what was asked for. */
export class UnexpectedResponseError extends ChutesError {}
/** The model's answer cannot be used as asked: `reason` says why, `text` is what it wrote, `partial` the completion. */
export class InvalidOutputError extends ChutesError {}
/** One of our own limits of size was passed. */
export class TooLargeError extends ChutesError {}
/** A list did not move on from one page to the next. */
export class PaginationStuckError extends ChutesError {}

type ErrorClass = new (kind: Kind, message: string, init?: ErrorInit) => ChutesError;

const CLASSES: Readonly<Partial<Record<Kind, ErrorClass>>> = {
  connection: ConnectionError,
  timeout: TimeoutError,
  cancelled: CancelledError,
  bad_request: BadRequestError,
  unauthenticated: UnauthenticatedError,
  payment_required: PaymentRequiredError,
  permission_denied: PermissionDeniedError,
  not_found: NotFoundError,
  conflict: ConflictError,
  unprocessable: UnprocessableError,
  rate_limited: RateLimitedError,
  tee_required: TeeRequiredError,
  server: ServerError,
  stream_error: StreamError,
  stream_interrupted: StreamInterruptedError,
  unexpected_response: UnexpectedResponseError,
  invalid_output: InvalidOutputError,
  too_large: TooLargeError,
  pagination_stuck: PaginationStuckError,
};

/** Makes an error of the class that belongs to a kind. */
export function makeError(kind: Kind, message: string, init: ErrorInit = {}): ChutesError {
  if (kind === "config") return new ConfigError(message, init);
  return new (CLASSES[family(kind, init.status)] ?? APIStatusError)(kind, message, init);
}

/** The kind that has a class of its own: this one, or the wider one. */
function family(kind: Kind, status: number | undefined): Kind {
  if (kind === "quota_exhausted") return status === 429 ? "rate_limited" : "payment_required";
  if (kind === "capacity") return "rate_limited";
  return kind === "cold_start" || kind === "disabled" || kind === "unavailable" ? "server" : kind;
}

/** The name of an error's class, told by its kind: a minifier of a user's bundle renames the classes themselves. */
function nameOf(kind: Kind, status: number | undefined): string {
  if (kind === "api_status") return "APIStatusError";
  const words = family(kind, status).replace("_error", "").split("_");
  return `${words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("")}Error`;
}

/** The wider kinds as which an error of this kind may be caught. */
export function parents(kind: Kind, status?: number): Kind[] {
  const wider = kind === "tee_required" ? "api_status" : family(kind, status);
  return wider === kind ? [] : [wider];
}

const BY_STATUS: Readonly<Record<number, Kind>> = {
  400: "bad_request",
  401: "unauthenticated",
  403: "permission_denied",
  404: "not_found",
  409: "conflict",
  422: "unprocessable",
  426: "tee_required",
  502: "unavailable",
  504: "unavailable",
};

/** The kind of an error answer: the status decides, then the text. */
export function kindFor(status: number, text: string, body?: ErrorBody): Kind {
  const lower = text.toLowerCase();
  const known = BY_STATUS[status];
  if (known !== undefined) return known;
  if (status === 402) {
    return body?.quotaResetTimestamp !== undefined || /quota|usage cap/.test(lower) ? "quota_exhausted" : "payment_required";
  }
  if (status === 429) {
    if (lower.includes("maximum capacity")) return "capacity";
    return /quota|limit reached for today/.test(lower) ? "quota_exhausted" : "rate_limited";
  }
  if (status === 503) {
    if (lower.includes("no instances available")) return "cold_start";
    return lower.includes("currently disabled") ? "disabled" : "unavailable";
  }
  if (status >= 520 && status <= 529) return "unavailable";
  if (status >= 500) return "server";
  return status >= 400 ? "api_status" : "unexpected_response";
}

/** The id under which the server knows a request. */
export function requestIdOf(headers: Readonly<Record<string, string>>): string | undefined {
  return headers["x-request-id"] || headers["x-chutes-invocationid"] || undefined;
}

/** Turns an answer that is no success into an error. */
export function classify(
  status: number,
  headers: Readonly<Record<string, string>>,
  raw: Uint8Array,
  extra: {
    retryAfterMs?: number | undefined;
    attempts?: number;
    secrets?: readonly string[];
    note?: string | undefined;
  } = {},
): ChutesError {
  // A fee is agreed to by its text: that of a 402 is never cut.
  const body = parseBody(raw, headers["content-type"], status === 402 ? MAX_BODY_BYTES : undefined, extra.secrets);
  const kind = kindFor(status, body.message, body);
  const message = (body.message || `the server answered ${status} without a reason`) + (extra.note ?? "");
  const fee = status === 402 ? feeOf(message) : undefined;
  return makeError(kind, message, {
    ...body,
    ...extra,
    status,
    requestId: requestIdOf(headers),
    headers,
    rawBody: raw,
    body: body.json,
    fee,
  });
}

/** The first dollar amount of a text that names a deployment fee. */
function feeOf(text: string): number | undefined {
  const found = /deployment fee/i.test(text) ? /\$\s*(\d[\d,]*(?:\.\d+)?)/.exec(text)?.[1] : undefined;
  return found === undefined ? undefined : Number(found.replaceAll(",", ""));
}

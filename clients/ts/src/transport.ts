/** What sends one request and reads one answer. Two implementations: `node:http` on Node, `fetch` everywhere else. */
import type { Deadline, Limits } from "./deadline.js";
import { makeError, type ChutesError } from "./errors.js";
import type { MultipartBody } from "./multipart.js";
import type { Failure } from "./retry.js";

/** One attempt. */
export interface TransportRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  /** Bytes, or a source that is read from its start by each attempt. */
  body: Uint8Array | MultipartBody | undefined;
  limits: Limits;
  deadline: Deadline;
  signal: AbortSignal | undefined;
  /** True for a write that must not be sent twice: it gets a connection of its own, so that no dead one can swallow it. */
  fresh: boolean;
}

/** The bytes of an answer, decoded from their content coding, pulled one piece at a time. */
export interface BodyReader {
  /** The next piece; null at the end. Rejects with `TransportFailure`. */
  read(): Promise<Uint8Array | null>;
  /** Ends the connection at once, unless the body is at its end. */
  close(): void;
  /** Takes what has already arrived; keeps the connection if that was the end of the body, closes it otherwise. */
  settle(): Promise<void>;
}

/** An answer whose headers are in. */
export interface TransportResponse {
  status: number;
  /** Names in lower case; repeated ones joined by ", ". */
  headers: Record<string, string>;
  body: BodyReader;
}

/** Sends requests and keeps connections. */
export interface Transport {
  /** Milliseconds after which the platform gives up waiting for headers, whatever our limits are; undefined where it does not. */
  readonly headerLimitMs?: number | undefined;
  send(request: TransportRequest): Promise<TransportResponse>;
  /** Closes idle connections. */
  close(): void;
}

/** Why an attempt failed below HTTP. */
export type FailureType =
  "connect" | "certificate" | "connect_timeout" | "first_byte_timeout" | "idle_timeout" | "deadline" | "reset" | "protocol" | "cancelled";

/** A failure below HTTP; `translate` makes an error of ours of it. */
export class TransportFailure extends Error {
  constructor(
    readonly type: FailureType,
    message: string,
    /** `beforeFirstByte`: of a reset, whether nothing of the answer had come. */
    readonly details: { beforeFirstByte?: boolean; sinceWrittenMs?: number; cause?: unknown } = {},
  ) {
    super(message);
  }
}

/** How a transport tells that its caller has ended the call. */
export const aborted = (signal: AbortSignal | undefined): TransportFailure =>
  new TransportFailure("cancelled", "the call was cancelled by its signal", { cause: signal?.reason });

/** The longest wait that a timer of JavaScript can hold, in milliseconds. */
export const MAX_TIMER = 2 ** 31 - 1;

/**
 * Ends a body whose reader waits too long for its next piece. One timer that looks at the clock, in place of one set and cleared for
 * each piece; a slow reader is not blamed on the server, since only the waits count.
 */
export class Silence {
  private since: number | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly request: Pick<TransportRequest, "url" | "limits" | "deadline">,
    private readonly fail: (failure: TransportFailure) => void,
  ) {
    if (request.deadline.remaining() !== null) this.#arm(0); // it ends a slow reader's answer, too
  }

  /** A wait begins. */
  begin(): void {
    this.since = performance.now();
    if (this.timer === undefined) this.#arm(0);
  }

  /** A sign of life during a wait. */
  heard(): void {
    if (this.since !== undefined) this.since = performance.now();
  }

  /** The wait is over. */
  end(): void {
    this.since = undefined;
  }

  /** The body is over. */
  stop(): void {
    this.since = undefined;
    clearTimeout(this.timer);
  }

  #arm(silent: number): void {
    const { limits, deadline } = this.request;
    const rest = limits.idle === null ? null : Math.max(limits.idle - silent, 0);
    const wait = deadline.clip(rest);
    if (wait === null) return;
    this.timer = setTimeout(() => this.#look(rest === null || wait < rest), Math.min(wait, MAX_TIMER));
  }

  #look(late: boolean): void {
    this.timer = undefined;
    const { deadline, limits } = this.request;
    const { idle } = limits;
    if (late)
      return this.fail((deadline.over = new TransportFailure("deadline", "the answer was not complete before the deadline of the call")));
    if (this.since === undefined && deadline.remaining() === null) return; // the next wait sets it again
    const silent = this.since === undefined ? 0 : performance.now() - this.since + 1; // a timer may come a little early
    if (idle !== null && silent >= idle)
      this.fail(new TransportFailure("idle_timeout", `no byte of the answer of ${hostOf(this.request)} for ${idle} ms`));
    else this.#arm(silent);
  }
}

/** The one function that turns foreign exceptions into ours. */
export function translate(cause: unknown, attempts: number, secrets: readonly string[]): Failure {
  if (!(cause instanceof TransportFailure)) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return { error: makeError("connection", `the request failed: ${message}`, { attempts, secrets, cause }), stage: "other" };
  }
  const error = failureError(cause, attempts, secrets);
  return { error, stage: stageOf(cause), sinceWrittenMs: cause.details.sinceWrittenMs };
}

function stageOf(failure: TransportFailure): Failure["stage"] {
  if (failure.type === "certificate") return "certificate";
  if (failure.type === "connect" || failure.type === "connect_timeout") return "connect";
  if (failure.type === "first_byte_timeout") return "first_byte_timeout";
  return failure.type === "reset" && failure.details.beforeFirstByte === true ? "before_first_byte" : "other";
}

/** The error of a failure, for those who do not retry (bodies). */
export function failureError(failure: TransportFailure, attempts: number, secrets: readonly string[]): ChutesError {
  const { type } = failure;
  const kind = type === "cancelled" ? type : /timeout|deadline/.test(type) ? "timeout" : "connection";
  return makeError(kind, failure.message, {
    attempts,
    secrets,
    cause: failure.details.cause,
    retryable: type !== "certificate" && type !== "cancelled",
  });
}

/** Whom an answer is waited for from, for messages. */
export const hostOf = ({ url }: Pick<TransportRequest, "url">): string => new URL(url).host;

/** Adds a header of an answer, joining repeated ones. */
export function addHeader(headers: Record<string, string>, name: string, value: string): void {
  const key = name.toLowerCase();
  const before = headers[key];
  headers[key] = before === undefined || key === "content-type" ? value : `${before}, ${value}`;
}

/** The one place that decides whether a failed attempt is repeated, and after which wait. */
import type { Deadline, Surface } from "./deadline.js";
import type { ChutesError, Kind } from "./errors.js";
import type { Seam } from "./testing.js";

/** Retries after the first attempt. */
export const MAX_RETRIES = 2;
/** First wait in milliseconds, before jitter. */
export const BACKOFF_BASE = 500;
/** First wait when the platform is full. */
export const BACKOFF_CAPACITY_BASE = 1000;
/** Longest wait of the backoff. */
export const BACKOFF_MAX = 8000;
export const JITTER_MIN = 0.5;
export const JITTER_MAX = 1;
/** A longer Retry-After is raised at once instead of slept. */
export const RETRY_AFTER_MAX = 120_000;
/** A longer Retry-After is nonsense and ignored. */
export const RETRY_AFTER_ABSURD = 1e12;
/** An invocation POST is repeated after a reset only so long after its last byte was written: later, it is a job that may be billed. */
export const INVOCATION_RESET_WINDOW = 2000;
export const BUDGET_MAX = 10;
export const BUDGET_GAIN = 0.1;

/** Whether a status is retried by itself. */
export function retryStatus(status: number, surface: Surface, method: string): boolean {
  if (status === 504) return method === "GET" || method === "HEAD";
  if (status === 409) return surface === "invocation";
  return [408, 429, 500, 502, 503].includes(status) || (status >= 520 && status <= 529);
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** Reads the three date forms of RFC 9110, 5.6.7; undefined for anything else. */
function parseHttpDate(text: string, now: number): number | undefined {
  const forms = [
    /^[a-z]{3}, (?<d>\d{2}) (?<m>[a-z]{3}) (?<y>\d{4}) (?<t>\d{2}:\d{2}:\d{2}) GMT$/i,
    /^[a-z]{6,9}, (?<d>\d{2})-(?<m>[a-z]{3})-(?<y>\d{2}) (?<t>\d{2}:\d{2}:\d{2}) GMT$/i,
    /^[a-z]{3} (?<m>[a-z]{3}) (?<d>[ \d]\d) (?<t>\d{2}:\d{2}:\d{2}) (?<y>\d{4})$/i,
  ];
  for (const form of forms) {
    const found = form.exec(text)?.groups;
    if (found === undefined) continue;
    const month = MONTHS.indexOf((found["m"] ?? "").toLowerCase());
    let year = Number(found["y"]);
    if ((found["y"] ?? "").length === 2) {
      // A two-digit year more than 50 years ahead means the past century.
      const thisYear = new Date(now).getUTCFullYear();
      year += Math.floor(thisYear / 100) * 100;
      if (year > thisYear + 50) year -= 100;
    }
    const [hour = 0, minute = 0, second = 0] = (found["t"] ?? "").split(":").map(Number);
    if (month < 0 || hour > 23 || minute > 59 || second > 60) return undefined;
    return Date.UTC(year, month, Number(found["d"]), hour, minute, second);
  }
  return undefined;
}

function sane(ms: number): number | undefined {
  return Number.isFinite(ms) && ms >= 0 && ms <= RETRY_AFTER_ABSURD ? ms : undefined;
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;

/** The wait a server asks for, in milliseconds; undefined if it asks for none or writes nonsense. */
export function parseRetryAfter(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const millis = headers["retry-after-ms"]?.trim();
  if (millis !== undefined && DECIMAL.test(millis)) {
    const wait = sane(Number(millis));
    if (wait !== undefined) return wait;
  }
  const value = headers["retry-after"]?.trim();
  if (!value) return undefined;
  for (const text of [value, value.split(",")[0]?.trim() ?? ""]) {
    if (DECIMAL.test(text)) return sane(Number(text) * 1000);
    const date = parseHttpDate(text, now);
    if (date !== undefined) return sane(Math.max(0, date - now));
  }
  return undefined;
}

/** The wait before retry n (from 0), in milliseconds: min(base·2ⁿ, 8 s) × U(0.5, 1). */
export function backoff(retryNumber: number, kind: Kind, random: number): number {
  const base = kind === "capacity" ? BACKOFF_CAPACITY_BASE : BACKOFF_BASE;
  return Math.min(base * 2 ** retryNumber, BACKOFF_MAX) * (JITTER_MIN + (JITTER_MAX - JITTER_MIN) * random);
}

/** What the decision needs to know about the call. */
export interface RetryCall {
  method: string;
  surface: Surface;
  /** False for a write that must not be sent twice. */
  idempotent: boolean;
  maxRetries: number;
}

/** What the decision needs to know about the failure. */
export interface Failure {
  error: ChutesError;
  /** `response`: an error status. The others come from the transport. */
  stage: "connect" | "before_first_byte" | "first_byte_timeout" | "certificate" | "response" | "other";
  /** Milliseconds since the last byte of the request was written. */
  sinceWrittenMs?: number | undefined;
  html?: boolean;
}

/** Whether a failure may be repeated at all; waits, counts and budgets are `decide`'s business. */
export function isRetryable(failure: Failure, call: RetryCall): boolean {
  if (!call.idempotent) return false;
  const read = call.method === "GET" || call.method === "HEAD";
  switch (failure.stage) {
    case "connect":
      return true;
    case "before_first_byte":
      return read || call.surface !== "invocation" || (failure.sinceWrittenMs ?? 0) <= INVOCATION_RESET_WINDOW;
    case "first_byte_timeout":
      return read;
    case "response":
      return retryResponse(failure, call);
    default:
      return false;
  }
}

function retryResponse(failure: Failure, call: RetryCall): boolean {
  const { error } = failure;
  const wish = error.headers?.["x-should-retry"]?.trim().toLowerCase();
  if (wish === "false") return false;
  if (wish === "true") return (error.status ?? 0) >= 400;
  if (error.kind === "quota_exhausted" || error.kind === "disabled") return false;
  if (error.status === 429 && failure.html === true && error.retryAfterMs === undefined) return false;
  return retryStatus(error.status ?? 0, call.surface, call.method);
}

/** The retry budget: full at 10, +0.1 per first attempt, −1 per retry. */
export class RetryBudget {
  #tokens = BUDGET_MAX;

  firstAttempt(): void {
    // Ten tenths are one, which ten additions of 0.1 are not.
    this.#tokens = Math.min(BUDGET_MAX, Math.round((this.#tokens + BUDGET_GAIN) * 1e6) / 1e6);
  }

  take(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

/** The decision: wait so many milliseconds and repeat, or undefined to stop. */
export function decide(
  failure: Failure,
  call: RetryCall,
  state: { retries: number; deadline: Deadline; budget?: RetryBudget | undefined; seam: Seam },
): number | undefined {
  if (state.retries >= call.maxRetries || !isRetryable(failure, call)) return undefined;
  const asked = failure.error.retryAfterMs;
  if (asked !== undefined && asked > RETRY_AFTER_MAX) return undefined;
  const wait = asked ?? backoff(state.retries, failure.error.kind, state.seam.random());
  if (!state.deadline.allows(wait)) return undefined;
  if (state.budget !== undefined && !state.budget.take()) return undefined;
  return wait;
}

/** The four limits of time. All durations are milliseconds; null means no limit. */
import { steady, type Seam } from "./testing.js";
import type { TransportFailure } from "./transport.js";

/** To open a connection, TLS included. */
export const CONNECT_TIMEOUT = 10_000;
/** Until the headers of a management answer. */
export const MANAGEMENT_FIRST_BYTE_TIMEOUT = 60_000;
/** Until the headers of a model's answer; the platform's own 504 comes at about 600 s. */
export const INVOCATION_FIRST_BYTE_TIMEOUT = 630_000;
/** Silence between two bytes of a management answer. */
export const MANAGEMENT_IDLE_TIMEOUT = 60_000;
/** Silence between two bytes of a model's answer; pings count as bytes. */
export const INVOCATION_IDLE_TIMEOUT = 120_000;
/** A whole management call with a JSON answer: attempts, sleeps and body. */
export const MANAGEMENT_DEADLINE = 120_000;

/** What is called: the platform's own API, or a model. */
export type Surface = "management" | "invocation";

/** Limits of one call, in milliseconds; null = none. */
export interface Limits {
  connect: number | null;
  firstByte: number | null;
  idle: number | null;
  total: number | null;
}

/** The options that set limits. `timeoutMs` sets first-byte and idle together. */
export interface LimitOptions {
  timeoutMs?: number | null | undefined;
  connectTimeoutMs?: number | null | undefined;
  firstByteTimeoutMs?: number | null | undefined;
  idleTimeoutMs?: number | null | undefined;
  deadlineMs?: number | null | undefined;
}

const pick = (...values: (number | null | undefined)[]): number | null => values.find((value) => value !== undefined) ?? null;

/** Merges call options over client options over the defaults of a surface; an endless stream may be silent unless a limit is given. */
export function limitsFor(surface: Surface, jsonAnswer: boolean, client: LimitOptions, call: LimitOptions = {}, endless = false): Limits {
  const management = surface === "management";
  const level = (name: "firstByteTimeoutMs" | "idleTimeoutMs"): (number | null | undefined)[] => [
    call[name],
    call.timeoutMs,
    client[name],
    client.timeoutMs,
  ];
  return {
    connect: pick(call.connectTimeoutMs, client.connectTimeoutMs, CONNECT_TIMEOUT),
    firstByte: pick(...level("firstByteTimeoutMs"), management ? MANAGEMENT_FIRST_BYTE_TIMEOUT : INVOCATION_FIRST_BYTE_TIMEOUT),
    idle: pick(...level("idleTimeoutMs"), endless ? null : management ? MANAGEMENT_IDLE_TIMEOUT : INVOCATION_IDLE_TIMEOUT),
    total: pick(call.deadlineMs, client.deadlineMs, management && jsonAnswer ? MANAGEMENT_DEADLINE : null),
  };
}

/** The point in time at which a whole call must be over. */
export class Deadline {
  readonly #at: number | null;
  readonly #clock: Pick<Seam, "now">;
  /** How it has ended an answer: what has arrived of that is not handed out either. */
  over: TransportFailure | undefined;

  constructor(total: number | null, seam: Seam) {
    this.#clock = steady(seam);
    this.#at = total === null ? null : this.#clock.now() + total;
  }

  /** Milliseconds left; null = unlimited, never negative. */
  remaining(): number | null {
    return this.#at === null ? null : Math.max(0, this.#at - this.#clock.now());
  }

  /** Whether a wait of so many milliseconds ends before the deadline. */
  allows(waitMs: number): boolean {
    const left = this.remaining();
    return left === null || waitMs < left;
  }

  /** The shorter of a limit and what is left. */
  clip(limit: number | null): number | null {
    const left = this.remaining();
    if (left === null) return limit;
    return limit === null ? left : Math.min(limit, left);
  }
}

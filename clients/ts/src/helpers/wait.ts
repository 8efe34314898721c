/** What helpers that wait have in common. */
import { checkDuration, type CallOptions, type Config } from "../config.js";
import { limitsFor } from "../deadline.js";
import { ChutesError, makeError } from "../errors.js";
import { pause } from "../request.js";
import { steady, type Seam } from "../testing.js";

/** Body, query and headers of the caller belong to the helper's own request, not to the look-ups around it. */
export function limitsOnly({
  signal,
  maxRetries,
  timeoutMs,
  connectTimeoutMs,
  firstByteTimeoutMs,
  idleTimeoutMs,
  deadlineMs,
}: CallOptions): CallOptions {
  const kept = { signal, maxRetries, timeoutMs, connectTimeoutMs, firstByteTimeoutMs, idleTimeoutMs, deadlineMs };
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
}

/** What the last question may take, in milliseconds: it is asked when the time is over. */
const LAST_QUESTION = 1000;

/** The time that a helper may take in all: requests, sleeps and streams. */
export class Until {
  readonly #at: number | null;
  readonly #clock: Pick<Seam, "now">;

  constructor(
    private readonly config: Config,
    private readonly options: CallOptions,
    limit: number | null,
  ) {
    this.#clock = steady(config.seam);
    this.#at = limit === null ? null : this.#clock.now() + limit;
  }

  /** Milliseconds left, never negative; null = unlimited. */
  left(): number | null {
    return this.#at === null ? null : Math.max(0, this.#at - this.#clock.now());
  }

  get over(): boolean {
    const left = this.left();
    return left !== null && left < 2; // a timer may fire a millisecond early
  }

  /** Whether an error tells that this time is over, rather than that of one request. */
  ended(error: unknown): boolean {
    return this.over && ChutesError.is(error) && error.kind === "timeout";
  }

  /** Options of one request within the helper's time. `stream`: a stream has no deadline of its own, a request keeps its default. */
  request(stream: boolean): CallOptions {
    const { deadlineMs: _whole, ...rest } = this.options;
    const left = this.left();
    if (left === null) return rest;
    const own = limitsFor("management", !stream, this.config).total ?? Infinity;
    return { ...rest, deadlineMs: Math.min(this.over ? LAST_QUESTION : left, own) };
  }

  /** Sleeps, but not beyond the end. */
  async sleep(ms: number): Promise<void> {
    const left = this.left();
    await pause(this.config, left === null ? ms : Math.min(ms, left), this.options.signal);
  }

  /** The error of a helper whose time is over. */
  error(what: string, response?: { status: number; attempts: number }): ChutesError {
    return makeError("timeout", what, { status: response?.status, attempts: response?.attempts ?? 1 });
  }
}

/** The longest wait that the options of a helper name. */
export function waitLimit(options: CallOptions, fallback: number | null): number | null {
  const given = checkDuration("deadlineMs", options.deadlineMs);
  return given === undefined ? fallback : given;
}

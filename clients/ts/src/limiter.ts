/** Good manners: a rate of requests, and how many may be open at once. Both are off until asked for. */
import { ConfigError, makeError } from "./errors.js";
import type { Deadline } from "./deadline.js";
import { within } from "./request.js";
import { steady, type Seam } from "./testing.js";
import type { BodyReader } from "./transport.js";

const MINUTE = 60_000;

/** A token bucket of one minute's requests. `"auto"` learns the rate from the platform's answers. */
class Bucket {
  #perMinute: number | undefined;
  #tokens = 0;
  #at = 0;
  readonly #clock: Pick<Seam, "now">;

  constructor(perMinute: number | "auto", seam: Seam) {
    this.#clock = steady(seam);
    if (perMinute !== "auto") this.set(perMinute);
  }

  /** Another rate; undefined = none. What is left is cut to the new size. */
  set(perMinute: number | undefined): void {
    if (perMinute === undefined) {
      this.#perMinute = undefined;
      return;
    }
    const size = Math.max(1, perMinute);
    if (this.#perMinute === undefined) {
      this.#tokens = size;
      this.#at = this.#clock.now();
    } else this.#fill();
    this.#perMinute = perMinute;
    this.#tokens = Math.min(this.#tokens, size);
  }

  #fill(): void {
    const now = this.#clock.now();
    const rate = this.#perMinute ?? 0;
    this.#tokens = Math.min(Math.max(1, rate), this.#tokens + (Math.max(0, now - this.#at) * rate) / MINUTE);
    this.#at = now;
  }

  /** Takes a token in advance; gives the milliseconds until it is due. */
  reserve(): number {
    if (this.#perMinute === undefined) return 0;
    this.#fill();
    this.#tokens -= 1;
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens * MINUTE) / this.#perMinute - 1e-6);
  }

  /** Gives back a token that was not used. */
  refund(): void {
    this.#tokens += 1;
  }
}

/** Places for requests that are open at the same time. */
class Places {
  #free: number;
  /** In the order of their coming; a set, so that thousands may leave at once. */
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /** Takes a place; what is given back frees it, once. */
  async take(deadline: Deadline, signal: AbortSignal | undefined): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait(deadline, signal);
    let held = true;
    return () => {
      if (held) this.#give();
      held = false;
    };
  }

  #give(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#free += 1;
    else next();
  }

  async #wait(deadline: Deadline, signal: AbortSignal | undefined): Promise<void> {
    let served = (): void => undefined;
    let given = false;
    const turn = new Promise<void>((resolve) => {
      served = () => {
        given = this.#waiting.delete(served);
        resolve();
      };
    });
    this.#waiting.add(served);
    try {
      await within(turn, "no other request of this client ended", deadline, signal);
    } catch (error) {
      this.#waiting.delete(served);
      if (given) this.#give(); // too late
      throw error;
    }
  }
}

interface LimiterOptions {
  rateLimitPerMinute?: number | "auto" | undefined;
  maxConcurrency?: number | undefined;
}

/** Holds attempts back until rate and places allow them. */
export class Limiter {
  readonly #bucket: Bucket | undefined;
  readonly #places: Places | undefined;
  readonly #auto: boolean;

  constructor(
    options: LimiterOptions,
    private readonly seam: Seam,
  ) {
    const { rateLimitPerMinute: rate, maxConcurrency } = options;
    if (rate !== undefined && rate !== "auto" && !(typeof rate === "number" && rate > 0 && Number.isFinite(rate)))
      throw new ConfigError(`rateLimitPerMinute must be above 0 or "auto", not ${String(rate)}`);
    if (maxConcurrency !== undefined && !(Number.isInteger(maxConcurrency) && maxConcurrency >= 1))
      throw new ConfigError(`maxConcurrency must be a whole number of at least 1, not ${String(maxConcurrency)}`);
    this.#auto = rate === "auto";
    this.#bucket = rate === undefined ? undefined : new Bucket(rate, seam);
    this.#places = maxConcurrency === undefined ? undefined : new Places(maxConcurrency);
  }

  /** Waits until an attempt may be sent; what it gives frees its place. A wait beyond the deadline is not begun. */
  async admit(deadline: Deadline, signal: AbortSignal | undefined): Promise<() => void> {
    const release = (await this.#places?.take(deadline, signal)) ?? (() => undefined);
    try {
      const wait = this.#bucket?.reserve() ?? 0;
      if (wait === 0) return release;
      try {
        if (!deadline.allows(wait))
          throw makeError("timeout", "the rate limit of this client allows no request before the deadline of the call");
        await this.seam.sleep(wait, signal);
      } catch (error) {
        this.#bucket?.refund();
        throw error;
      }
      return release;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** A body that tells when it is over: read to its end, broken or closed. */
  holding(body: BodyReader, release: () => void): BodyReader {
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

  /** Learns the rate from an answer: a number, or `inf` for none; anything else changes nothing. */
  learn(headers: Readonly<Record<string, string>>): void {
    if (!this.#auto) return;
    const told = headers["x-chutes-rl-user"]?.trim().toLowerCase();
    if (told === "inf") this.#bucket?.set(undefined);
    else if (told !== undefined && /^\d+(?:\.\d+)?$/.test(told) && Number(told) > 0) this.#bucket?.set(Number(told));
  }
}

/** The limiter of a client; undefined where it has no limits. */
export function limiterFor(options: LimiterOptions, seam: Seam): Limiter | undefined {
  return options.rateLimitPerMinute === undefined && options.maxConcurrency === undefined ? undefined : new Limiter(options, seam);
}

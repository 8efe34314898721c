/**
 * The seam through which a client takes its sleep, clock and random source, a clock that does not wait, and answers by script.
 *
 * @example
 * import { Chutes } from "chutes-client";
 * import { VirtualClock } from "chutes-client/testing";
 * const clock = new VirtualClock({ random: 0.5 });
 * const client = new Chutes({ apiKey: "cpk_test", seam: clock });
 * // after a call that was retried: clock.sleeps is, say, [375]
 */
import { CancelledError } from "./errors.js";

/** Where a client gets its time and its chance from. */
export interface Seam {
  /** Waits so many milliseconds; rejects with the abort reason when the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Unix time in milliseconds. */
  now(): number;
  /** A number in [0, 1). */
  random(): number;
}

/** The error of a call that its signal has ended. */
export function cancelled(signal: AbortSignal | undefined, attempts = 0): CancelledError {
  return new CancelledError("cancelled", "the call was cancelled by its signal", { cause: signal?.reason, attempts });
}

/** The real thing. */
export const realSeam: Seam = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(cancelled(signal));
        return;
      }
      const stop = (): void => {
        clearTimeout(timer);
        reject(cancelled(signal));
      };
      const timer = setTimeout(
        () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        },
        Math.min(ms, 2 ** 31 - 1),
      ); // the longest that a timer holds: a longer one would fire at once
      signal?.addEventListener("abort", stop, { once: true });
    }),
};

/** The clock for spans of time: the real one never steps, as that of the day may. */
export const steady = (seam: Seam): Pick<Seam, "now"> => (seam === realSeam ? performance : seam);

/** A clock that records sleeps, advances itself by them, and returns at once. */
export class VirtualClock implements Seam {
  /** Every sleep asked for, in milliseconds, in order. */
  readonly sleeps: number[] = [];
  #now: number;
  readonly #random: number | undefined;

  /** `nowMs`: Unix time to start at (default: the real time). `random`: a fixed draw (default: the real source). */
  constructor(options: { nowMs?: number | undefined; random?: number | undefined } = {}) {
    this.#now = options.nowMs ?? Date.now();
    this.#random = options.random;
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.#random ?? Math.random();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) throw cancelled(signal);
    this.sleeps.push(ms);
    this.#now += ms;
    await Promise.resolve();
  }

  /** Moves the clock on without a sleep. */
  advance(ms: number): void {
    this.#now += ms;
  }
}

export { scripted, type Script, type ScriptedAnswer, type ScriptedRequest, type ScriptedTransport } from "./scripted.js";

/** What several calls need and one of them fetches. */
import type { Deadline } from "../deadline.js";
import { ChutesError, makeError } from "../errors.js";
import { cancelled } from "../testing.js";
import { MAX_TIMER } from "../transport.js";

/** A value that the first caller fetches within its own limits, and all others wait for within theirs; a failure is not kept. */
export class Shared<T> {
  #work: Promise<T> | undefined;

  /** Whether it was asked for, and has not failed. */
  get begun(): boolean {
    return this.#work !== undefined;
  }

  async get(fetch: () => Promise<T>, deadline: Deadline, signal: AbortSignal | undefined): Promise<T> {
    for (;;) {
      const others = this.#work;
      if (others === undefined) return this.#begin(fetch());
      try {
        return await within(others, deadline, signal);
      } catch (error) {
        // Where the limits of the one who fetched were passed, the next one fetches.
        const theirs = this.#work !== others && ChutesError.is(error) && (error.kind === "timeout" || error.kind === "cancelled");
        if (!theirs) throw error;
      }
    }
  }

  #begin(work: Promise<T>): Promise<T> {
    this.#work = work;
    work.catch(() => {
      if (this.#work === work) this.#work = undefined;
    });
    return work;
  }
}

/** Waits for the work of another call no longer than this one may take. */
async function within<T>(work: Promise<T>, deadline: Deadline, signal: AbortSignal | undefined): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop: (() => void) | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    const left = deadline.remaining();
    const late = (): void => reject(makeError("timeout", "the chute was not looked up before the deadline of the call"));
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

/** What several calls need and one of them fetches. */
import type { Deadline } from "../deadline.js";
import { ChutesError } from "../errors.js";
import { within } from "../request.js";

/** A value that the first caller fetches within its own limits, and all others wait for within theirs; a failure is not kept. */
export class Shared<T> {
  #work: Promise<T> | undefined;

  constructor(private readonly what: string) {}

  /** Whether it was asked for, and has not failed. */
  get begun(): boolean {
    return this.#work !== undefined;
  }

  async get(fetch: () => Promise<T>, deadline: Deadline, signal: AbortSignal | undefined): Promise<T> {
    for (;;) {
      const others = this.#work;
      if (others === undefined) return this.#begin(fetch());
      try {
        return await within(others, `${this.what} not looked up`, deadline, signal);
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

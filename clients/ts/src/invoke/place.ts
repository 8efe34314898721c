/** Where an invocation goes: a host of the platform, or the host of one chute that may have to be looked up first. */
import type { CallOptions } from "../config.js";
import { ChutesError } from "../errors.js";
import type { Call, OpenResponse } from "../request.js";
import type { Runtime } from "../runtime.js";
import { ResultPromise } from "../values.js";

/** A base for calls. */
export class Place {
  constructor(
    /** Finds host or base, perhaps by a look-up. */
    private readonly locate: (options: CallOptions) => Promise<Partial<Call>> | Partial<Call>,
    /** Follows a cold chute until it is hot, where that can be done. */
    private readonly warm?: (call: Call, options: CallOptions) => Promise<void>,
  ) {}

  /** Sends a call and reads its whole answer. Errors in its description come from the promise, too. */
  perform<T>(runtime: Runtime, describe: () => Call, options: CallOptions): ResultPromise<T> {
    return new ResultPromise<T>(
      (async () => {
        const call = describe();
        const placed = { ...call, ...(await this.locate(options)) };
        return this.#ready(runtime, placed, options, () => runtime.fetch<T>(placed, options));
      })(),
    );
  }

  /** Sends a call and hands out its open answer. */
  async open(runtime: Runtime, call: Call, options: CallOptions): Promise<OpenResponse> {
    const placed = { ...call, ...(await this.locate(options)) };
    return this.#ready(runtime, placed, options, () => runtime.open(placed, options));
  }

  /** With `ready: "wait"`, a cold start is followed until the chute is hot, then the call is sent once more. */
  async #ready<T>(runtime: Runtime, call: Call, options: CallOptions, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      if (runtime.config.ready !== "wait" || this.warm === undefined || !ChutesError.is(error) || error.kind !== "cold_start") throw error;
      await this.warm(call, options);
      return send();
    }
  }
}

/** A host of the platform. */
export function here(host: "llm" | "image" | "embed"): Place {
  return new Place(() => ({ host }));
}

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
    private readonly warm?: (options: CallOptions) => Promise<void>,
  ) {}

  /** Sends a call and reads its whole answer. Errors in its description come from the promise, too. */
  perform<T>(runtime: Runtime, describe: () => Call, options: CallOptions): ResultPromise<T> {
    return new ResultPromise<T>(
      (async () => {
        const call = describe();
        const placed = { ...call, ...(await this.locate(options)) };
        return this.#ready(runtime, placed, options, (call) => runtime.fetch<T>(call, options));
      })(),
    );
  }

  /** Sends a call and hands out its open answer. */
  async open(runtime: Runtime, call: Call, options: CallOptions): Promise<OpenResponse> {
    const placed = { ...call, ...(await this.locate(options)) };
    return this.#ready(runtime, placed, options, (call) => runtime.open(call, options));
  }

  /** With `ready: "wait"`, a cold start is not retried but followed until the chute is hot; then the call is sent again. */
  async #ready<T>(runtime: Runtime, call: Call, options: CallOptions, send: (call: Call) => Promise<T>): Promise<T> {
    if (runtime.config.ready !== "wait" || this.warm === undefined) return send(call);
    try {
      return await send({ ...call, coldFails: true });
    } catch (error) {
      if (!ChutesError.is(error) || error.kind !== "cold_start") throw error;
      await this.warm(options);
      return send(call);
    }
  }
}

/** A host of the platform. */
export function here(host: "llm" | "image" | "embed"): Place {
  return new Place(() => ({ host }));
}

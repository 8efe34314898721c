// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { Runtime } from "../runtime.js";
import type { Pricing } from "../types/index.js";
import type { ResultPromise } from "../values.js";

/** Prices of GPUs and rates of currencies. `client.pricing` */
export class PricingResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * Get the prices of GPUs and the rate of TAO.
   */
  get(options: CallOptions = {}): ResultPromise<Pricing> {
    return this.#runtime.perform(
      {
        operationId: "getPricing",
        method: "GET",
        path: ["/pricing"],
        public: true,
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Get fair market values in USD.
   */
  fmv(options: CallOptions = {}): ResultPromise<Record<string, number>> {
    return this.#runtime.perform(
      {
        operationId: "getFairMarketValue",
        method: "GET",
        path: ["/fmv"],
        public: true,
        result: "json",
        shape: "object",
      },
      options,
    );
  }
}

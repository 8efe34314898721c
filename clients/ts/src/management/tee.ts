// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { Runtime } from "../runtime.js";
import type { TeeMeasurement } from "../types/index.js";
import type { ResultPromise } from "../values.js";

/** What trusted machines must show. `client.tee` */
export class TeeResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * List the measurements that a trusted machine must show.
   */
  measurements(options: CallOptions = {}): ResultPromise<TeeMeasurement[]> {
    return this.#runtime.perform(
      {
        operationId: "listTeeMeasurements",
        method: "GET",
        path: ["/servers/tee/measurements"],
        public: true,
        result: "json",
        shape: "list",
      },
      options,
    );
  }
}

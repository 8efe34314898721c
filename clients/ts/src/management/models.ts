// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { Runtime } from "../runtime.js";
import type { ModelList } from "../types/index.js";
import type { ResultPromise } from "../values.js";

/** The models behind the OpenAI-compatible router. `client.models` */
export class ModelsResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * List the models behind the router.
   *
   * Public. Models come and go within weeks, so read the list instead of writing names into
   * programs.
   */
  list(options: CallOptions = {}): ResultPromise<ModelList> {
    return this.#runtime.perform(
      {
        operationId: "listModels",
        method: "GET",
        path: ["/models"],
        public: true,
        result: "json",
        shape: "object",
        host: "llm",
      },
      options,
    );
  }
}

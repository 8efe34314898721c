// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { Runtime } from "../runtime.js";
import type { Account } from "../types/index.js";
import type { ResultPromise } from "../values.js";

/** Accounts. `client.users` */
export class UsersResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * Get your own account, balance included.
   */
  me(options: CallOptions = {}): ResultPromise<Account> {
    return this.#runtime.perform(
      {
        operationId: "getMe",
        method: "GET",
        path: ["/users/me"],
        result: "json",
        shape: "object",
      },
      options,
    );
  }
}

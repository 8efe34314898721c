// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { Runtime } from "../runtime.js";
import type { Bounty } from "../types/index.js";
import type { ResultPromise } from "../values.js";

/** Query of `bounties.increase`. */
export interface BountiesIncreaseQuery {
  /** Factor on the reward of the miners. */
  boost?: number | undefined;
}

/** Rewards that make miners start a chute. `client.bounties` */
export class BountiesResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * List the open bounties.
   */
  list(options: CallOptions = {}): ResultPromise<Bounty[]> {
    return this.#runtime.perform(
      {
        operationId: "listBounties",
        method: "GET",
        path: ["/bounties/"],
        public: true,
        result: "json",
        shape: "list",
      },
      options,
    );
  }

  /**
   * Raise the bounty of a chute, or open one.
   *
   * Only for administrators of the platform; everybody else gets a 403. It changes state although
   * it is a GET, so clients never repeat it.
   * @param chuteId Id of the chute.
   */
  increase(chuteId: string, query: BountiesIncreaseQuery = {}, options: CallOptions = {}): ResultPromise<unknown> {
    return this.#runtime.perform(
      {
        operationId: "increaseBounty",
        method: "GET",
        path: ["/bounties/", { name: "chute_id", value: chuteId }, "/increase"],
        query: { ...query },
        result: "json",
        idempotent: false,
      },
      options,
    );
  }
}

// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { Runtime } from "../runtime.js";
import type { HfRepoInfo, Pong } from "../types/index.js";
import type { ResultPromise } from "../values.js";

/** Query of `platform.hfRepoInfo`. */
export interface PlatformHfRepoInfoQuery {
  /** `owner/name` of the repository. */
  repo_id: string;
  /** `model`, `dataset` or `space`. */
  repo_type?: string | undefined;
  /** Branch, tag or commit. */
  revision?: string | undefined;
  /** Token of the hub; ends up in logs. */
  hf_token?: string | undefined;
}

/** Whether it is alive; model repositories. `client.platform` */
export class PlatformResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * Ask whether the platform is alive.
   */
  ping(options: CallOptions = {}): ResultPromise<Pong> {
    return this.#runtime.perform(
      {
        operationId: "ping",
        method: "GET",
        path: ["/ping"],
        public: true,
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * List the files of a model repository.
   *
   * Only of repositories that a chute serves (404). One that is gated or refuses the token is a
   * 403. A token travels in the query string, where logs keep
   * it: leave it out for public repositories.
   */
  hfRepoInfo(query: PlatformHfRepoInfoQuery, options: CallOptions = {}): ResultPromise<HfRepoInfo> {
    return this.#runtime.perform(
      {
        operationId: "getHfRepoInfo",
        method: "GET",
        path: ["/misc/hf_repo_info"],
        query: { ...query },
        public: true,
        result: "json",
        shape: "object",
      },
      options,
    );
  }
}

// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { Runtime } from "../runtime.js";
import type { GpuInventory, GpuRequirements, MinerNodes, SupportedGpu } from "../types/index.js";
import type { ResultPromise } from "../values.js";

/** Query of `nodes.list`. */
export interface NodesListQuery {
  /** Ignored by the server of 2026-05. */
  model?: string | undefined;
  /** Only this miner; ignored where miners are not told apart. */
  hotkey?: string | undefined;
}

/** Query of `nodes.listDetailed`. */
export interface NodesListDetailedQuery {
  /** Ignored by the server of 2026-05. */
  model?: string | undefined;
  /** Only this miner; ignored where miners are not told apart. */
  hotkey?: string | undefined;
}

/** Query of `nodes.guessVllmConfig`. */
export interface NodesGuessVllmConfigQuery {
  /** Name of the model repository. */
  model: string;
}

/** GPUs of the platform. `client.nodes` */
export class NodesResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * Count the GPUs of the platform.
   */
  list(query: NodesListQuery = {}, options: CallOptions = {}): ResultPromise<Record<string, GpuInventory>> {
    return this.#runtime.perform(
      {
        operationId: "listNodes",
        method: "GET",
        path: ["/nodes/"],
        query: { ...query },
        public: true,
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Count the GPUs of the platform, miner by miner.
   *
   * By hotkey of the miner, the one with the most GPUs first.
   */
  listDetailed(query: NodesListDetailedQuery = {}, options: CallOptions = {}): ResultPromise<Record<string, MinerNodes>> {
    return this.#runtime.perform(
      {
        operationId: "listNodes",
        method: "GET",
        path: ["/nodes/"],
        query: { ...query, detailed: "true" },
        public: true,
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * List the GPUs that chutes can run on.
   */
  supported(options: CallOptions = {}): ResultPromise<Record<string, SupportedGpu>> {
    return this.#runtime.perform(
      {
        operationId: "listSupportedGpus",
        method: "GET",
        path: ["/nodes/supported"],
        public: true,
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Guess which GPUs a model needs.
   */
  guessVllmConfig(query: NodesGuessVllmConfigQuery, options: CallOptions = {}): ResultPromise<GpuRequirements> {
    return this.#runtime.perform(
      {
        operationId: "guessVllmConfig",
        method: "GET",
        path: ["/guess/vllm_config"],
        query: { ...query },
        public: true,
        result: "json",
        shape: "object",
      },
      options,
    );
  }
}

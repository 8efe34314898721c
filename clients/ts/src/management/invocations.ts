// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { Runtime } from "../runtime.js";
import type { DiffusionStats, InvocationUsage, LlmStats } from "../types/index.js";
import type { ResultPromise } from "../values.js";

/** Query of `invocations.llmStats`. */
export interface InvocationsLlmStatsQuery {
  /** First day, `YYYY-MM-DD`. */
  start_date?: string | undefined;
  /** Last day, `YYYY-MM-DD`. */
  end_date?: string | undefined;
  /** Only this chute. */
  chute_id?: string | undefined;
}

/** Query of `invocations.exportRecent`. */
export interface InvocationsExportRecentQuery {
  /** Only this miner. */
  hotkey?: string | undefined;
  /** Rows; never more than 10000, and 100 for anything below 1. */
  limit?: number | undefined;
}

/** Statistics and tables of invocations. `client.invocations` */
export class InvocationsResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * List how much each chute was used, day by day.
   */
  usage(options: CallOptions = {}): ResultPromise<InvocationUsage[]> {
    return this.#runtime.perform(
      {
        operationId: "listInvocationUsage",
        method: "GET",
        path: ["/invocations/usage"],
        public: true,
        result: "json",
        shape: "list",
      },
      options,
    );
  }

  /**
   * List the statistics of language models.
   */
  llmStats(query: InvocationsLlmStatsQuery = {}, options: CallOptions = {}): ResultPromise<LlmStats[]> {
    return this.#runtime.perform(
      {
        operationId: "listLlmStats",
        method: "GET",
        path: ["/invocations/stats/llm"],
        query: { ...query },
        public: true,
        result: "json",
        shape: "list",
      },
      options,
    );
  }

  /**
   * List the statistics of image models.
   */
  diffusionStats(options: CallOptions = {}): ResultPromise<DiffusionStats[]> {
    return this.#runtime.perform(
      {
        operationId: "listDiffusionStats",
        method: "GET",
        path: ["/invocations/stats/diffusion"],
        public: true,
        result: "json",
        shape: "list",
      },
      options,
    );
  }

  /**
   * Get all invocations of one hour as a table.
   *
   * From 2024-12-14 on, in UTC. An hour that has no table is a 404, another form than `HH.csv` or
   * `HH-jobs.csv` a 400, a day or hour that does not exist a 500.
   * @param year Year.
   * @param month Month, 1 to 12.
   * @param day Day of the month.
   * @param hourFormat Hour and kind: `07.csv`, or `07-jobs.csv` for jobs.
   */
  export(
    year: string | number,
    month: string | number,
    day: string | number,
    hourFormat: string,
    options: CallOptions = {},
  ): ResultPromise<string> {
    return this.#runtime.perform(
      {
        operationId: "exportInvocations",
        method: "GET",
        path: [
          "/invocations/exports/",
          { name: "year", value: year },
          "/",
          { name: "month", value: month },
          "/",
          { name: "day", value: day },
          "/",
          { name: "hour_format", value: hourFormat },
        ],
        public: true,
        result: "text",
        accept: "text/csv",
      },
      options,
    );
  }

  /**
   * Get the latest invocations as a table.
   *
   * Those of the last day that worked, newest first. Columns: `invocation_id`, `chute_id`,
   * `chute_user_id`, `function_name`, `image_id`, `image_user_id`,
   * `instance_id`, `miner_uid`, `miner_hotkey`, `started_at`, `completed_at`, `error_message`,
   * `compute_multiplier`, `metrics`.
   */
  exportRecent(query: InvocationsExportRecentQuery = {}, options: CallOptions = {}): ResultPromise<string> {
    return this.#runtime.perform(
      {
        operationId: "exportRecentInvocations",
        method: "GET",
        path: ["/invocations/exports/recent"],
        query: { ...query },
        public: true,
        result: "text",
        accept: "text/csv",
      },
      options,
    );
  }
}

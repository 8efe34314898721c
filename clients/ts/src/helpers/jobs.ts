/** Jobs: starting one, waiting for its end, and fetching what it wrote. */
import { checkDuration, type CallOptions } from "../config.js";
import { download, type DownloadProgress } from "../download.js";
import { ConfigError } from "../errors.js";
import { ChutesResource } from "../management/chutes.js";
import { JobsResource } from "../management/jobs.js";
import type { Runtime } from "../runtime.js";
import type { JobRun } from "../types/index.js";
import type { OpenEnum } from "../values.js";
import { isUuid } from "./ids.js";
import { limitsOnly, Until, waitLimit } from "./wait.js";

/** Milliseconds between two questions for a run. */
export const POLL_INTERVAL = 5000;

/** Where a run stands. */
export type JobState = OpenEnum<"queued" | "running" | "complete" | "complete_pending_uploads" | "partial_failure" | "error">;

/**
 * Where a run stands: `queued`, `running`, or how it ended, from its times, its instance and its result.
 *
 * @example jobState(await client.jobs.get(jobId)) === "running"
 */
export function jobState(run: JobRun): JobState {
  if (run.finished_at === undefined || run.finished_at === null || run.finished_at === "")
    return run.active === true || (run.instance_id ?? "") !== "" ? "running" : "queued";
  const inner = (run.result as { status?: unknown } | null | undefined)?.status;
  if (typeof inner === "string" && inner !== "") return inner;
  return (run.status ?? "") === "" ? "complete" : (run.status as string);
}

/** Options of `create`. */
export interface CreateJobOptions extends CallOptions {
  /** Disk space in GB, above 10 and below 1000. */
  diskGb?: number | undefined;
}

/** Options of `wait`. `deadlineMs` is the longest wait in all; default none. */
export interface WaitJobOptions extends CallOptions {
  /** Milliseconds between two questions; default 5,000. */
  pollIntervalMs?: number | undefined;
  /** Told the run each time it was asked for. */
  onProgress?: ((run: JobRun) => void) | undefined;
}

/** Options of `download`. */
export interface DownloadOptions extends CallOptions {
  onProgress?: DownloadProgress | undefined;
}

/** `client.jobs` */
export class JobsHelpers extends JobsResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    super(runtime);
    this.#runtime = runtime;
  }

  /**
   * Starts a job of a chute, by id or `user/name`, with its arguments. Sent once and never repeated; the request itself is `submit`.
   *
   * Throws `config` for disk space out of range, `not_found`, and `quota_exhausted` (most accounts may start none).
   *
   * @example const run = await client.jobs.create("alice/trainer", "train", { epochs: 3 }, { diskGb: 50 });
   */
  async create(
    chute: string,
    method: string,
    args: Readonly<Record<string, unknown>> = {},
    options: CreateJobOptions = {},
  ): Promise<JobRun> {
    const { diskGb, ...call } = options;
    if (diskGb !== undefined && !(diskGb > 10 && diskGb < 1000))
      throw new ConfigError(`diskGb must be above 10 and below 1000, not ${String(diskGb)}`);
    const chuteId = isUuid(chute) ? chute : (await new ChutesResource(this.#runtime).get(chute, limitsOnly(call))).chute_id;
    return this.submit(chuteId, method, diskGb === undefined ? args : { ...args, _disk_gb: diskGb }, call);
  }

  /**
   * Waits until a run has ended, and gives it whatever its state is (`jobState(run)`). Throws `timeout` after `deadlineMs`.
   *
   * @example const run = await client.jobs.wait(jobId, { onProgress: (run) => console.log(jobState(run)) });
   */
  async wait(jobId: string, options: WaitJobOptions = {}): Promise<JobRun> {
    const { pollIntervalMs, onProgress, ...call } = options;
    const interval = checkDuration("pollIntervalMs", pollIntervalMs) ?? POLL_INTERVAL;
    const until = new Until(this.#runtime.config, call, waitLimit(call, null));
    for (;;) {
      const run = await this.get(jobId, until.request(false));
      onProgress?.(run);
      if (typeof run.finished_at === "string" && run.finished_at !== "") return run;
      if (until.over) throw until.error(`the job ${jobId} did not end in time (last state: ${jobState(run)})`);
      await until.sleep(interval);
    }
  }

  /**
   * Downloads a file of a run (Node, Deno and Bun): streamed into a temporary name beside `to`, then renamed. Gives its path.
   *
   * `to` may be a folder: the file then has the server's name, else `fileId`, and a file that has this name already is `config`. Throws
   * `config` before sending where the folder does not exist; whatever fails later leaves nothing behind, and a file that was there stays.
   *
   * @example await client.jobs.download(jobId, fileId, "weights.bin", { onProgress: (bytes, total) => console.log(bytes, total) });
   */
  download(jobId: string, fileId: string, to: string, options: DownloadOptions = {}): Promise<string> {
    const { onProgress, ...call } = options;
    return download(() => this.openFile(jobId, fileId, call), to, fileId, { onProgress, signal: call.signal });
  }
}

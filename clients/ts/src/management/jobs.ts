// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { OpenResponse } from "../request.js";
import type { Call, Runtime } from "../runtime.js";
import type { JobDeletion, JobRun } from "../types/index.js";
import type { Binary, ResultPromise } from "../values.js";

/** Runs of the jobs of chutes. `client.jobs` */
export class JobsResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * Start a job of a chute.
   *
   * The body is the arguments of the job; `_disk_gb` (above 10, below 1000; 10 without it) asks for
   * disk space. A chute that has no such job is a 404.
   * Most accounts have a daily quota of 0 and get a 429.
   * @param chuteId Id of the chute; its name does not do.
   * @param jobMethod Name of the job.
   */
  submit(
    chuteId: string,
    jobMethod: string,
    args: Readonly<Record<string, unknown>> = {},
    options: CallOptions = {},
  ): ResultPromise<JobRun> {
    return this.#runtime.perform(
      {
        operationId: "submitJob",
        method: "POST",
        path: ["/jobs/", { name: "chute_id", value: chuteId }, "/", { name: "job_method", value: jobMethod }],
        body: args,
        result: "json",
        shape: "object",
        idempotent: false,
      },
      options,
    );
  }

  /**
   * Get a run of a job.
   *
   * There is no list of runs: keep the id.
   * @param jobId Id of the run.
   */
  get(jobId: string, options: CallOptions = {}): ResultPromise<JobRun> {
    return this.#runtime.perform(
      {
        operationId: "getJob",
        method: "GET",
        path: ["/jobs/", { name: "job_id", value: jobId }],
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Cancel a run of a job; fails today.
   *
   * The server of 2026-05 stops the worker and deletes the files, then fails with a 500 and keeps
   * the run.
   * @param jobId Id of the run.
   */
  delete(jobId: string, options: CallOptions = {}): ResultPromise<JobDeletion> {
    return this.#runtime.perform(
      {
        operationId: "deleteJob",
        method: "DELETE",
        path: ["/jobs/", { name: "job_id", value: jobId }],
        result: "json",
        shape: "object",
        idempotent: false,
      },
      options,
    );
  }

  /**
   * Get a file that a run of a job has left.
   *
   * A 500 before the run has ended, and for a file whose `uploaded` is false.
   * @param jobId Id of the run.
   * @param fileId A key of `output_files`.
   */
  file(jobId: string, fileId: string, options: CallOptions = {}): ResultPromise<Binary> {
    return this.#runtime.perform(this.#fileCall(jobId, fileId), options);
  }

  /** The open answer of `file`, for what is written somewhere as it comes. */
  protected openFile(jobId: string, fileId: string, options: CallOptions = {}): Promise<OpenResponse> {
    return this.#runtime.open(this.#fileCall(jobId, fileId), options);
  }

  #fileCall(jobId: string, fileId: string): Call {
    return {
      operationId: "getJobFile",
      method: "GET",
      path: ["/jobs/", { name: "job_id", value: jobId }, "/download/", { name: "file_id", value: fileId }],
      result: "bytes",
      accept: "application/octet-stream",
    };
  }
}

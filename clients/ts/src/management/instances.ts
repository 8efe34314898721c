// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { Runtime } from "../runtime.js";
import type { JsonStream } from "../stream.js";
import type { InstanceEvidence, InstanceLogEvent } from "../types/index.js";
import type { ResultPromise } from "../values.js";

/** Query of `instances.logs`. */
export interface InstancesLogsQuery {
  /** Lines of the past to begin with. */
  backfill?: number | undefined;
}

/** Query of `instances.evidence`. */
export interface InstancesEvidenceQuery {
  /** 64 hexadecimal digits of your own choice. */
  nonce: string;
}

/** Running copies of chutes. `client.instances` */
export class InstancesResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * Follow the log of an instance of a private chute.
   *
   * Of your own, or one that is shared with you (otherwise 403). Has no end. After a drop open it
   * again with `backfill` 0; records are not numbered.
   * @param instanceId Id of the instance.
   */
  logs(instanceId: string, query: InstancesLogsQuery = {}, options: CallOptions = {}): Promise<JsonStream<InstanceLogEvent>> {
    return this.#runtime.stream(
      {
        operationId: "followInstanceLogs",
        method: "GET",
        path: ["/instances/", { name: "instance_id", value: instanceId }, "/logs"],
        query: { ...query },
        purpose: "logs",
        result: "stream",
        accept: "text/event-stream",
        endless: true,
      },
      options,
    );
  }

  /**
   * Get the attestation of one instance.
   *
   * As for a whole chute, with the same 60 calls a minute for all users together (429).
   * @param instanceId Id of the instance.
   */
  evidence(instanceId: string, query: InstancesEvidenceQuery, options: CallOptions = {}): ResultPromise<InstanceEvidence> {
    return this.#runtime.perform(
      {
        operationId: "getInstanceEvidence",
        method: "GET",
        path: ["/instances/", { name: "instance_id", value: instanceId }, "/evidence"],
        query: { ...query },
        purpose: "chutes",
        result: "json",
        shape: "object",
      },
      options,
    );
  }
}

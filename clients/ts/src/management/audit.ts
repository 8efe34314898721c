// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { Runtime } from "../runtime.js";
import type { AuditEntry } from "../types/index.js";
import type { Binary, ResultPromise } from "../values.js";

/** Query of `audit.download`. */
export interface AuditDownloadQuery {
  /** `path` of an entry. */
  path: string;
}

/** Reports of miners and validators. `client.audit` */
export class AuditResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * List the reports that miners and validators have filed.
   */
  list(options: CallOptions = {}): ResultPromise<AuditEntry[]> {
    return this.#runtime.perform(
      {
        operationId: "listAuditEntries",
        method: "GET",
        path: ["/audit/"],
        public: true,
        result: "json",
        shape: "list",
      },
      options,
    );
  }

  /**
   * Get one of the reports.
   */
  download(query: AuditDownloadQuery, options: CallOptions = {}): ResultPromise<Binary> {
    return this.#runtime.perform(
      {
        operationId: "downloadAudit",
        method: "GET",
        path: ["/audit/download"],
        query: { ...query },
        public: true,
        result: "bytes",
        accept: "application/json, text/csv",
      },
      options,
    );
  }
}

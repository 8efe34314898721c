// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { Runtime } from "../runtime.js";
import type { LogChunks, LogSession } from "../types/index.js";
import type { ResultPromise } from "../values.js";

/** Logs that only the owner can read. `client.encryptedLogs` */
export class EncryptedLogsResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * List the encrypted logs of a chute of your own.
   *
   * They hold how the instances of a private chute started, up to the moment each took calls, and
   * are kept for about four hours.
   * @param chuteId Id of the chute.
   */
  sessions(chuteId: string, options: CallOptions = {}): ResultPromise<LogSession[]> {
    return this.#runtime.perform(
      {
        operationId: "listLogSessions",
        method: "GET",
        path: ["/encrypted_logs/", { name: "chute_id", value: chuteId }, "/sessions"],
        purpose: "chutes",
        result: "json",
        shape: "list",
      },
      options,
    );
  }

  /**
   * Get the encrypted log of one instance.
   *
   * At most 5000 chunks of several lines. Each is base64 of a nonce of 12 bytes and AES-256-GCM
   * (ciphertext, then tag). The key is HKDF-SHA256 of the
   * Ristretto255 product of your private hotkey and the `ephemeral_pubkey` of the session, with
   * that key and your public one as salt, and
   * `chutes-encrypted-logs-v1` as info.
   * @param chuteId Id of the chute.
   * @param instanceId Id of the instance.
   */
  chunks(chuteId: string, instanceId: string, options: CallOptions = {}): ResultPromise<LogChunks> {
    return this.#runtime.perform(
      {
        operationId: "listLogChunks",
        method: "GET",
        path: [
          "/encrypted_logs/",
          { name: "chute_id", value: chuteId },
          "/sessions/",
          { name: "instance_id", value: instanceId },
          "/chunks",
        ],
        purpose: "chutes",
        result: "json",
        shape: "object",
      },
      options,
    );
  }
}

// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { Runtime } from "../runtime.js";
import type { JsonStream } from "../stream.js";
import type { E2eEvent, E2eInstances } from "../types/index.js";
import type { Binary, ResultPromise } from "../values.js";

/** Headers of `e2e.invoke`. */
export interface E2eInvokeHeaders {
  /** Id of the chute. */
  chute_id: string;
  /** Id of the instance. */
  instance_id: string;
  /** A nonce of that instance. */
  e2e_nonce: string;
  /** Public path of the cord, such as `/v1/chat/completions`, without a query. What the server takes without it reaches no cord. */
  e2e_path?: string | undefined;
}

/** Headers of `e2e.invokeStream`. */
export interface E2eInvokeStreamHeaders {
  /** Id of the chute. */
  chute_id: string;
  /** Id of the instance. */
  instance_id: string;
  /** A nonce of that instance. */
  e2e_nonce: string;
  /** Public path of the cord, such as `/v1/chat/completions`, without a query. What the server takes without it reaches no cord. */
  e2e_path?: string | undefined;
}

/** Calls that only the instance can read. `client.e2e` */
export class E2eResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * List the instances that take encrypted calls, with nonces for them.
   *
   * Up to five instances with ten nonces each. A nonce is good for you, this chute and its
   * instance, and used up by any attempt. A chute without a running
   * instance that can encrypt is a 404. All users together may ask 10 times a minute (429), so use
   * every nonce before you ask again.
   * @param chuteId Id of the chute.
   */
  instances(chuteId: string, options: CallOptions = {}): ResultPromise<E2eInstances> {
    return this.#runtime.perform(
      {
        operationId: "listE2eInstances",
        method: "GET",
        path: ["/e2e/instances/", { name: "chute_id", value: chuteId }],
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Call an instance with an encrypted request.
   *
   * Encryption is up to the caller. A used or expired nonce is a 403: ask for another instance and
   * nonce, encrypt again, try once more. Other errors have
   * used the nonce up, too. A 410, 429 or 502 speaks of this instance; another one may do.
   */
  invoke(blob: Uint8Array, headers: E2eInvokeHeaders, options: CallOptions = {}): ResultPromise<Binary> {
    return this.#runtime.perform(
      {
        operationId: "invokeE2e",
        method: "POST",
        path: ["/e2e/invoke"],
        headers: {
          "X-Chute-Id": headers.chute_id,
          "X-Instance-Id": headers.instance_id,
          "X-E2E-Nonce": headers.e2e_nonce,
          "X-E2E-Path": headers.e2e_path,
        },
        body: blob,
        bodyKind: "bytes",
        result: "bytes",
        idempotent: false,
        accept: "application/octet-stream, text/event-stream",
      },
      options,
    );
  }

  /**
   * Call an instance with an encrypted request and read an encrypted stream.
   *
   * Encryption is up to the caller. A used or expired nonce is a 403: ask for another instance and
   * nonce, encrypt again, try once more. Other errors have
   * used the nonce up, too. A 410, 429 or 502 speaks of this instance; another one may do.
   */
  invokeStream(blob: Uint8Array, headers: E2eInvokeStreamHeaders, options: CallOptions = {}): Promise<JsonStream<E2eEvent>> {
    return this.#runtime.stream(
      {
        operationId: "invokeE2e",
        method: "POST",
        path: ["/e2e/invoke"],
        headers: {
          "X-Chute-Id": headers.chute_id,
          "X-Instance-Id": headers.instance_id,
          "X-E2E-Nonce": headers.e2e_nonce,
          "X-E2E-Path": headers.e2e_path,
          "X-E2E-Stream": "true",
        },
        body: blob,
        bodyKind: "bytes",
        result: "stream",
        idempotent: false,
        accept: "text/event-stream",
      },
      options,
    );
  }
}

// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { PagePromise } from "../pagination.js";
import type { Runtime } from "../runtime.js";
import type { Secret, SecretArgs, SecretCreation, SecretDeletion, SecretPage } from "../types/index.js";
import type { ResultPromise } from "../values.js";

/** Query of `secrets.list`. */
export interface SecretsListQuery {
  /** Page number; 0 is the first. */
  page?: number | undefined;
  /** Items in a page. */
  limit?: number | undefined;
}

/** Environment variables that chutes get. `client.secrets` */
export class SecretsResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * List your secrets.
   */
  list(query: SecretsListQuery = {}, options: CallOptions = {}): PagePromise<SecretPage> {
    return this.#runtime.page(
      {
        operationId: "listSecrets",
        method: "GET",
        path: ["/secrets/"],
        query: { ...query },
        purpose: "secrets",
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Store a secret for one of your chutes.
   *
   * A secret cannot be changed: delete it and create it again. A second one of the same key and
   * chute is a 409, some names of keys are a 403.
   */
  create(body: SecretArgs, options: CallOptions = {}): ResultPromise<SecretCreation> {
    return this.#runtime.perform(
      {
        operationId: "createSecret",
        method: "POST",
        path: ["/secrets/"],
        body,
        result: "json",
        shape: "object",
        idempotent: false,
      },
      options,
    );
  }

  /**
   * Get a secret, without its value.
   * @param secretId Id of the secret.
   */
  get(secretId: string, options: CallOptions = {}): ResultPromise<Secret> {
    return this.#runtime.perform(
      {
        operationId: "getSecret",
        method: "GET",
        path: ["/secrets/", { name: "secret_id", value: secretId }],
        purpose: "secrets",
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Delete a secret.
   * @param secretId Id of the secret.
   */
  delete(secretId: string, options: CallOptions = {}): ResultPromise<SecretDeletion> {
    return this.#runtime.perform(
      {
        operationId: "deleteSecret",
        method: "DELETE",
        path: ["/secrets/", { name: "secret_id", value: secretId }],
        purpose: "secrets",
        result: "json",
        shape: "object",
      },
      options,
    );
  }
}

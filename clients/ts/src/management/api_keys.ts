// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { PagePromise } from "../pagination.js";
import type { Runtime } from "../runtime.js";
import type { ApiKey, ApiKeyArgs, ApiKeyCreation, ApiKeyDeletion, ApiKeyPage } from "../types/index.js";
import type { ResultPromise } from "../values.js";

/** Query of `apiKeys.list`. */
export interface ApiKeysListQuery {
  /** Page number; 0 is the first. */
  page?: number | undefined;
  /** Items in a page. */
  limit?: number | undefined;
}

/** Keys of the account. `client.apiKeys` */
export class ApiKeysResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * List your API keys.
   */
  list(query: ApiKeysListQuery = {}, options: CallOptions = {}): PagePromise<ApiKeyPage> {
    return this.#runtime.page(
      {
        operationId: "listApiKeys",
        method: "GET",
        path: ["/api_keys/"],
        query: { ...query },
        purpose: "api_keys",
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Create an API key.
   *
   * A key that is not administrative and has no scopes can do nothing. Scopes work for invocation;
   * management calls need an administrative key.
   */
  create(body: ApiKeyArgs, options: CallOptions = {}): ResultPromise<ApiKeyCreation> {
    return this.#runtime.perform(
      {
        operationId: "createApiKey",
        method: "POST",
        path: ["/api_keys/"],
        body,
        result: "json",
        shape: "object",
        idempotent: false,
      },
      options,
    );
  }

  /**
   * Get an API key.
   * @param apiKeyId Id of the key.
   */
  get(apiKeyId: string, options: CallOptions = {}): ResultPromise<ApiKey> {
    return this.#runtime.perform(
      {
        operationId: "getApiKey",
        method: "GET",
        path: ["/api_keys/", { name: "api_key_id", value: apiKeyId }],
        purpose: "api_keys",
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Delete an API key.
   *
   * It may go on working for a minute or two, because the server caches keys.
   * @param apiKeyId Id of the key.
   */
  delete(apiKeyId: string, options: CallOptions = {}): ResultPromise<ApiKeyDeletion> {
    return this.#runtime.perform(
      {
        operationId: "deleteApiKey",
        method: "DELETE",
        path: ["/api_keys/", { name: "api_key_id", value: apiKeyId }],
        purpose: "api_keys",
        result: "json",
        shape: "object",
      },
      options,
    );
  }
}

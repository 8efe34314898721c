// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { PagePromise } from "../pagination.js";
import type { Runtime } from "../runtime.js";
import type { OauthAuthorizationPage, OauthAuthorizationRevocation } from "../types/index.js";
import type { ResultPromise } from "../values.js";

/** Query of `oauthAuthorizations.list`. */
export interface OauthAuthorizationsListQuery {
  /** Page number; 0 is the first. */
  page?: number | undefined;
  /** Items in a page. */
  limit?: number | undefined;
}

/** Apps that you have authorized. `client.oauthAuthorizations` */
export class OauthAuthorizationsResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * List the apps that you have authorized.
   */
  list(query: OauthAuthorizationsListQuery = {}, options: CallOptions = {}): PagePromise<OauthAuthorizationPage> {
    return this.#runtime.page(
      {
        operationId: "listOauthAuthorizations",
        method: "GET",
        path: ["/idp/authorizations"],
        query: { ...query },
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Take the authorization of an app back.
   *
   * All tokens that the app holds for you die with it.
   * @param appId Id of the app.
   */
  revoke(appId: string, options: CallOptions = {}): ResultPromise<OauthAuthorizationRevocation> {
    return this.#runtime.perform(
      {
        operationId: "revokeOauthAuthorization",
        method: "DELETE",
        path: ["/idp/authorizations/", { name: "app_id", value: appId }],
        result: "json",
        shape: "object",
      },
      options,
    );
  }
}

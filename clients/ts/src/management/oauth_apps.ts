// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { PagePromise } from "../pagination.js";
import type { Runtime } from "../runtime.js";
import type {
  OauthApp,
  OauthAppArgs,
  OauthAppCreation,
  OauthAppDeletion,
  OauthAppPage,
  OauthAppShareArgs,
  OauthAppShareResult,
  OauthAppShares,
  OauthAppUnshareResult,
  OauthAppUpdateArgs,
  OauthSecret,
} from "../types/index.js";
import type { ResultPromise } from "../values.js";

/** Query of `oauthApps.list`. */
export interface OauthAppsListQuery {
  /** Add the public apps of everybody. */
  include_public?: boolean | undefined;
  /** Add the apps shared with you. */
  include_shared?: boolean | undefined;
  /** Only apps whose name, description or homepage contains this text. */
  search?: string | undefined;
  /** Page number; 0 is the first. */
  page?: number | undefined;
  /** Items in a page. */
  limit?: number | undefined;
  /** Whose apps take the place of yours: `me` or an id. Only administrators may name another account (403). Public and shared apps are still added. */
  user_id?: string | undefined;
}

/** Apps that sign users in with Chutes. `client.oauthApps` */
export class OauthAppsResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * List OAuth apps.
   *
   * Only active ones, newest first. Yours, and unless you say otherwise also the public ones of
   * everybody and those shared with you.
   */
  list(query: OauthAppsListQuery = {}, options: CallOptions = {}): PagePromise<OauthAppPage> {
    return this.#runtime.page(
      {
        operationId: "listOauthApps",
        method: "GET",
        path: ["/idp/apps"],
        query: { ...query },
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Create an OAuth app.
   *
   * The name is unique among all accounts, whatever its case (409). Privileged scopes in
   * `allowed_scopes` need a permission that ordinary accounts lack (403).
   */
  create(body: OauthAppArgs, options: CallOptions = {}): ResultPromise<OauthAppCreation> {
    return this.#runtime.perform(
      {
        operationId: "createOauthApp",
        method: "POST",
        path: ["/idp/apps"],
        body,
        result: "json",
        shape: "object",
        idempotent: false,
      },
      options,
    );
  }

  /**
   * Get an OAuth app.
   *
   * Yours, a public one or one shared with you. Here, and only here, the `client_id` does as well
   * as the `app_id`.
   * @param appId Id of the app.
   */
  get(appId: string, options: CallOptions = {}): ResultPromise<OauthApp> {
    return this.#runtime.perform(
      {
        operationId: "getOauthApp",
        method: "GET",
        path: ["/idp/apps/", { name: "app_id", value: appId }],
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Change an OAuth app.
   *
   * Null changes nothing, so a text is emptied with an empty text. The server checks
   * `allowed_scopes` (403) but does not store it: scopes are given at creation only. A name that
   * another of your apps has is a 409, one of another account a 500.
   * @param appId Id of the app.
   */
  update(appId: string, body: OauthAppUpdateArgs, options: CallOptions = {}): ResultPromise<OauthApp> {
    return this.#runtime.perform(
      {
        operationId: "updateOauthApp",
        method: "PATCH",
        path: ["/idp/apps/", { name: "app_id", value: appId }],
        body,
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Delete an OAuth app, and end all its authorizations.
   * @param appId Id of the app.
   */
  delete(appId: string, options: CallOptions = {}): ResultPromise<OauthAppDeletion> {
    return this.#runtime.perform(
      {
        operationId: "deleteOauthApp",
        method: "DELETE",
        path: ["/idp/apps/", { name: "app_id", value: appId }],
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Replace the secret of an OAuth app.
   * @param appId Id of the app.
   */
  regenerateSecret(appId: string, options: CallOptions = {}): ResultPromise<OauthSecret> {
    return this.#runtime.perform(
      {
        operationId: "regenerateOauthSecret",
        method: "POST",
        path: ["/idp/apps/", { name: "app_id", value: appId }, "/regenerate-secret"],
        result: "json",
        shape: "object",
        idempotent: false,
      },
      options,
    );
  }

  /**
   * Share an OAuth app with another user.
   *
   * The app of the path is shared; `app_id_or_name` of the body is demanded but not looked at.
   * Sharing with yourself is a 400, sharing again a 409.
   * @param appId Id of the app.
   */
  share(appId: string, body: OauthAppShareArgs, options: CallOptions = {}): ResultPromise<OauthAppShareResult> {
    return this.#runtime.perform(
      {
        operationId: "shareOauthApp",
        method: "POST",
        path: ["/idp/apps/", { name: "app_id", value: appId }, "/share"],
        body,
        result: "json",
        shape: "object",
        idempotent: false,
      },
      options,
    );
  }

  /**
   * Take the share of an OAuth app back.
   * @param appId Id of the app.
   * @param userId Id of the other account; its name does not do.
   */
  unshare(appId: string, userId: string, options: CallOptions = {}): ResultPromise<OauthAppUnshareResult> {
    return this.#runtime.perform(
      {
        operationId: "unshareOauthApp",
        method: "DELETE",
        path: ["/idp/apps/", { name: "app_id", value: appId }, "/share/", { name: "user_id", value: userId }],
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * List with whom an OAuth app is shared.
   * @param appId Id of the app.
   */
  shares(appId: string, options: CallOptions = {}): ResultPromise<OauthAppShares> {
    return this.#runtime.perform(
      {
        operationId: "listOauthAppShares",
        method: "GET",
        path: ["/idp/apps/", { name: "app_id", value: appId }, "/shares"],
        result: "json",
        shape: "object",
      },
      options,
    );
  }
}

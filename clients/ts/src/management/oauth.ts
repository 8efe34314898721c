// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { Runtime } from "../runtime.js";
import type {
  OauthDiscovery,
  OauthIntrospectArgs,
  OauthIntrospection,
  OauthRevocation,
  OauthRevokeArgs,
  OauthScopes,
  OauthToken,
  OauthTokenArgs,
  OauthUserinfo,
} from "../types/index.js";
import type { ResultPromise } from "../values.js";

/** Tokens and what they are worth. `client.oauth` */
export class OauthResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * List the scopes that apps can ask for.
   */
  scopes(options: CallOptions = {}): ResultPromise<OauthScopes> {
    return this.#runtime.perform(
      {
        operationId: "listOauthScopes",
        method: "GET",
        path: ["/idp/scopes"],
        public: true,
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Exchange a code or a refresh token for an access token.
   *
   * Every refusal is a 400 of the form `error` (`invalid_request`, `invalid_grant`,
   * `invalid_client`, `unsupported_grant_type`), with `error_description` only where a parameter is
   * missing. A code is used up even if the exchange is refused for its address, client or verifier.
   * Clients offer this as `exchange` and `refresh` of their OAuth part.
   */
  token(body: OauthTokenArgs, options: CallOptions = {}): ResultPromise<OauthToken> {
    return this.#runtime.perform(
      {
        operationId: "createOauthToken",
        method: "POST",
        path: ["/idp/token"],
        body,
        bodyKind: "form",
        public: true,
        result: "json",
        shape: "object",
        idempotent: false,
      },
      options,
    );
  }

  /**
   * Revoke a token.
   */
  revoke(body: OauthRevokeArgs, options: CallOptions = {}): ResultPromise<OauthRevocation> {
    return this.#runtime.perform(
      {
        operationId: "revokeOauthToken",
        method: "POST",
        path: ["/idp/token/revoke"],
        body,
        bodyKind: "form",
        public: true,
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Ask what a token is worth.
   *
   * The client need not say who it is; if it sends both its id and its secret, wrong ones are a 401
   * of the form `error`.
   */
  introspect(body: OauthIntrospectArgs, options: CallOptions = {}): ResultPromise<OauthIntrospection> {
    return this.#runtime.perform(
      {
        operationId: "introspectOauthToken",
        method: "POST",
        path: ["/idp/token/introspect"],
        body,
        bodyKind: "form",
        public: true,
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Ask whose token it is.
   *
   * Takes access tokens of OAuth only: API keys, logins and signatures are a 401. The token needs
   * one of the scopes openid, profile, account:read and admin (403).
   */
  userinfo(options: CallOptions = {}): ResultPromise<OauthUserinfo> {
    return this.#runtime.perform(
      {
        operationId: "getUserinfo",
        method: "GET",
        path: ["/idp/userinfo"],
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Get the addresses and abilities of the sign-in.
   *
   * The platform speaks OAuth 2; there are no ID tokens and no keys.
   */
  discovery(options: CallOptions = {}): ResultPromise<OauthDiscovery> {
    return this.#runtime.perform(
      {
        operationId: "getOauthDiscovery",
        method: "GET",
        path: ["/.well-known/openid-configuration"],
        public: true,
        result: "json",
        shape: "object",
      },
      options,
    );
  }
}

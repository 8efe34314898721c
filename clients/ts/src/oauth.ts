/** Sign in with Chutes: the authorize URL with PKCE, tokens for codes, and a signer that renews its token by itself. */
import type { Auth, SignableRequest } from "./auth.js";
import { Secrets, type CallOptions, type ClientOptions } from "./config.js";
import { ChutesError, ConfigError } from "./errors.js";
import { OauthResource } from "./management/oauth.js";
import { resolveClient } from "./parts.js";
import { Runtime } from "./runtime.js";
import type { OauthToken, OauthTokenArgs } from "./types/index.js";
import { encodeBase64, unexpected } from "./values.js";

/** A token with less than this left, in milliseconds, is renewed before it is used. */
export const REFRESH_LEEWAY = 60_000;
/** What a token lives where the server does not say, in seconds. */
const DEFAULT_LIFETIME = 3600;
/** Earlier tokens that are still kept out of errors. */
const KEPT_SECRETS = 16;

/** Options of a sign-in; those of a client without its key. */
export interface OAuthOptions extends Omit<ClientOptions, "apiKey" | "auth"> {
  /** `cid_…` */
  clientId: string;
  /** `csc_…`; every app of the platform has one. */
  clientSecret?: string | undefined;
  /** Where the platform sends the user back to, exactly as registered. */
  redirectUri?: string | undefined;
}

/** Where to send a user, and what to keep until they are back. */
export interface Authorization {
  url: string;
  /** Must come back unchanged. */
  state: string;
  /** For `exchange`; never shown to anybody. */
  codeVerifier: string;
}

/** What a token is made of. */
export interface TokenInit {
  accessToken: string;
  refreshToken?: string | undefined;
  /** A time, or milliseconds since 1970. */
  expiresAt: Date | number | string;
  /** Separated by spaces. */
  scope?: string | undefined;
  tokenType?: string | undefined;
}

/**
 * A token. `util.inspect` masks it; `JSON.stringify` does not, since that is how it is stored. Throws `config` without an access token
 * or the time when it expires.
 *
 * @example const stored = new Token(JSON.parse(JSON.stringify(token)));
 */
export class Token {
  readonly accessToken: string;
  /** Good once. */
  readonly refreshToken: string | undefined;
  readonly expiresAt: Date;
  /** Separated by spaces. */
  readonly scope: string | undefined;
  readonly tokenType: string;

  constructor(init: TokenInit) {
    this.accessToken = init.accessToken;
    this.refreshToken = init.refreshToken;
    this.expiresAt = new Date(init.expiresAt);
    this.scope = init.scope;
    this.tokenType = init.tokenType ?? "Bearer";
    if (typeof this.accessToken !== "string" || this.accessToken === "") throw new ConfigError("a token needs an access token");
    if (Number.isNaN(this.expiresAt.getTime())) throw new ConfigError("a token needs the time when it expires");
  }

  toString(): string {
    return `Token(expires ${this.expiresAt.toISOString()})`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `Token { expiresAt: ${this.expiresAt.toISOString()}, scope: ${this.scope ?? ""} }`;
  }
}

/** Options of `provider`. */
export interface ProviderOptions {
  /**
   * Told each new token before it is used: store it, since the refresh token before it is used up. Where this fails, the new token is
   * kept, the callers of that renewal get `config` with the failure as `cause`, and it is told again at the next call. It must not
   * wait for a call of the client that it serves: that call waits for it.
   */
  onToken?: ((token: Token) => void | Promise<void>) | undefined;
}

/**
 * The sign-in of one app.
 *
 * @example
 * import { Chutes, OAuth } from "chutes-client";
 * const oauth = new OAuth({ clientId: "cid_…", clientSecret: "csc_…", redirectUri: "http://localhost:3000/callback" });
 * const { url, state, codeVerifier } = await oauth.authorizeUrl(["profile", "chutes:invoke"]);
 * // … the user comes back with a code and the same state
 * const token = await oauth.exchange(code, codeVerifier);
 * const client = new Chutes({ auth: oauth.provider(token, { onToken: store }) });
 */
export class OAuth {
  readonly clientId: string;
  readonly redirectUri: string | undefined;
  readonly #secret: string | undefined;
  readonly #runtime: Runtime;

  constructor(options: OAuthOptions) {
    const { clientId, clientSecret, redirectUri, ...rest } = options;
    if (typeof clientId !== "string" || clientId.trim() === "") throw new ConfigError("a sign-in needs the clientId of its app");
    this.clientId = clientId;
    this.redirectUri = redirectUri;
    this.#secret = clientSecret;
    this.#runtime = new Runtime(resolveClient({ ...rest, auth: "none" }));
    this.#runtime.config.learned.add(clientSecret);
  }

  /** The requests of one call: what it holds that is secret is kept out of its errors, and forgotten after it. */
  #resource(...secrets: string[]): OauthResource {
    const { config } = this.#runtime;
    const learned = new Secrets();
    learned.add(...config.learned.all(), ...secrets);
    return new OauthResource(new Runtime({ ...config, learned }));
  }

  /**
   * Where to send a user. `state` and the verifier are new each time, from a cryptographic source, unless `state` is given; `extra`
   * are further parameters of the URL. Throws `config` without a `redirectUri`, and for an `extra` that this method sets itself.
   *
   * @example const { url, state, codeVerifier } = await oauth.authorizeUrl(["profile", "chutes:invoke"]);
   */
  async authorizeUrl(
    scopes: readonly string[],
    options: { state?: string | undefined; extra?: Readonly<Record<string, string>> | undefined } = {},
  ): Promise<Authorization> {
    if (!Array.isArray(scopes)) throw new ConfigError('scopes must be a list, such as ["profile", "chutes:invoke"]');
    if (this.redirectUri === undefined) throw new ConfigError("authorizeUrl needs a redirectUri");
    const codeVerifier = randomText(48);
    const state = options.state ?? randomText(24);
    const own = {
      response_type: "code",
      client_id: this.clientId,
      redirect_uri: this.redirectUri,
      scope: scopes.join(" "),
      state,
      code_challenge: await challengeOf(codeVerifier),
      code_challenge_method: "S256",
    };
    const taken = Object.keys(options.extra ?? {}).find((name) => name in own);
    if (taken !== undefined) throw new ConfigError(`extra may not hold ${taken}: authorizeUrl sets it`);
    const query = new URLSearchParams({ ...own, ...options.extra });
    return { url: `${this.#runtime.config.endpoints.api}/idp/authorize?${query.toString()}`, state, codeVerifier };
  }

  /**
   * The token for a code; sent once. Throws `bad_request` with `code: "invalid_grant"` for a code that is used up or too old.
   *
   * @example const token = await oauth.exchange(code, codeVerifier);
   */
  exchange(code: string, codeVerifier: string, options: CallOptions = {}): Promise<Token> {
    return this.#token(
      this.#resource(code, codeVerifier),
      { grant_type: "authorization_code", code, redirect_uri: this.redirectUri, code_verifier: codeVerifier },
      undefined,
      options,
    );
  }

  /**
   * A new token; sent once, since the refresh token is good once. Where no new refresh token comes, the old one stays. Throws
   * `bad_request` with `code: "invalid_grant"` for a refresh token that is used up, revoked or too old.
   *
   * @example const next = token.refreshToken === undefined ? token : await oauth.refresh(token.refreshToken);
   */
  refresh(refreshToken: string, options: CallOptions = {}): Promise<Token> {
    return this.#token(this.#resource(refreshToken), { grant_type: "refresh_token", refresh_token: refreshToken }, refreshToken, options);
  }

  /**
   * Makes a token worthless: of a `Token` the refresh token where there is one. An unknown one is no error.
   *
   * @example await oauth.revoke(token);
   */
  async revoke(token: Token | string, options: CallOptions = {}): Promise<void> {
    const text = typeof token === "string" ? token : (token.refreshToken ?? token.accessToken);
    const app = { client_id: this.clientId, client_secret: this.#secret };
    await this.#resource(text).revoke({ token: text, ...app }, options);
  }

  /**
   * A signer for a client: renews the token when it has less than a minute left, once for however many calls wait for it. A renewal
   * that fails reaches all of them, and is tried anew by the next call. A token without a refresh token is used as it is.
   *
   * @example
   * import { Chutes } from "chutes-client";
   * const client = new Chutes({ auth: oauth.provider(token, { onToken: store }) });
   */
  provider(token: Token | TokenInit, options: ProviderOptions = {}): Auth {
    const provider = new Provider(this, token instanceof Token ? token : new Token(token), options, () => this.#runtime.config.seam.now());
    return Object.freeze({
      apply: (request: SignableRequest) => provider.apply(request),
      secrets: () => [...this.#runtime.config.learned.all(), ...provider.secrets()],
    });
  }

  async #token(resource: OauthResource, args: OauthTokenArgs, before: string | undefined, options: CallOptions): Promise<Token> {
    const { seam } = this.#runtime.config;
    const now = seam.now();
    const body = { ...args, client_id: this.clientId, client_secret: this.#secret };
    const { data, response } = await resource.token(body, options).withResponse();
    const made: OauthToken = data;
    if (typeof made.access_token !== "string" || made.access_token === "")
      throw unexpected(response, new Uint8Array(0), [], "the answer holds no access token");
    const lifetime = typeof made.expires_in === "number" && made.expires_in >= 0 ? made.expires_in : DEFAULT_LIFETIME;
    return new Token({
      accessToken: made.access_token,
      refreshToken: made.refresh_token || before,
      expiresAt: now + lifetime * 1000,
      scope: made.scope ?? undefined,
      tokenType: made.token_type ?? undefined,
    });
  }

  toJSON(): Record<string, unknown> {
    return { clientId: this.clientId, redirectUri: this.redirectUri };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `OAuth ${JSON.stringify(this.toJSON())}`;
  }
}

/** One token for all callers. */
class Provider {
  #token: Token;
  #unstored: Token | undefined;
  #renewal: Promise<void> | undefined;
  readonly #seen: string[] = [];

  constructor(
    private readonly oauth: OAuth,
    token: Token,
    private readonly options: ProviderOptions,
    private readonly now: () => number,
  ) {
    this.#token = token;
    this.#learn(token);
  }

  secrets(): readonly string[] {
    return this.#seen;
  }

  async apply(request: SignableRequest): Promise<void> {
    if (request.public) return;
    if (this.#renewal === undefined && (this.#stale() || this.#unstored !== undefined)) {
      this.#renewal = this.#renew().finally(() => (this.#renewal = undefined));
    }
    if (this.#renewal !== undefined) await this.#renewal;
    request.headers["authorization"] = `Bearer ${this.#token.accessToken}`;
  }

  #stale(): boolean {
    return this.#token.refreshToken !== undefined && this.#token.expiresAt.getTime() - this.now() < REFRESH_LEEWAY;
  }

  /** Belongs to no caller: none of them can end it for the others. */
  async #renew(): Promise<void> {
    const { refreshToken } = this.#token;
    if (this.#stale() && refreshToken !== undefined) {
      this.#token = await this.oauth.refresh(refreshToken);
      this.#unstored = this.#token;
      this.#learn(this.#token);
    }
    if (this.#unstored === undefined) return;
    try {
      await this.options.onToken?.(this.#unstored);
    } catch (cause) {
      if (ChutesError.is(cause)) throw cause;
      const text = cause instanceof Error ? cause.message : String(cause);
      throw new ConfigError(`the new token could not be stored: ${text}`, { cause, secrets: this.#seen });
    }
    this.#unstored = undefined;
  }

  #learn({ accessToken, refreshToken }: Token): void {
    this.#seen.push(accessToken);
    if (refreshToken !== undefined) this.#seen.push(refreshToken);
    while (this.#seen.length > KEPT_SECRETS) this.#seen.shift();
  }
}

/** The S256 challenge of a verifier (RFC 7636, 4.2). */
export async function challengeOf(verifier: string): Promise<string> {
  return urlSafe(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
}

const urlSafe = (bytes: Uint8Array): string => encodeBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

/** Unreserved characters from a cryptographic source: four for three bytes. */
function randomText(bytes: number): string {
  return urlSafe(crypto.getRandomValues(new Uint8Array(bytes)));
}

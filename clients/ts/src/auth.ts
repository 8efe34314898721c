/** Signs requests: once per attempt, on the exact bytes that are sent. */
import { checkHeader, checkKey } from "./config.js";

/** What a signer may see and change. */
export interface SignableRequest {
  readonly method: string;
  readonly url: string;
  /** The exact bytes of the body; undefined where there is none and where it is streamed. */
  readonly body: Uint8Array | undefined;
  /** Header names in lower case. */
  readonly headers: Record<string, string>;
  /** Name of the operation, for messages. */
  readonly operationId: string;
  /** What a hotkey signs in place of the body. */
  readonly purpose: string | undefined;
  /** True where the platform asks for no credential. */
  readonly public: boolean;
  /** SHA-256 of the exact bytes of the body in hexadecimal, streamed bodies included; that of nothing where there is none. */
  bodyHash(): Promise<string>;
  /** Unix time in milliseconds, of the client's clock. */
  now(): number;
}

/** A way to authenticate. */
export interface Auth {
  /** Adds credentials to a request; called before each attempt. */
  apply(request: SignableRequest): void | Promise<void>;
  /** Texts that must never be seen in an error. */
  secrets(): readonly string[];
}

/**
 * `Authorization: Bearer …`, what the platform reads; the same as `apiKey`. Throws `config` for a key that no header can carry.
 *
 * @example
 * import { bearer, Chutes } from "chutes-client";
 * const client = new Chutes({ auth: bearer("cpk_test") });
 */
export function bearer(key: string): Auth {
  const clean = checkKey(key);
  return fixed("authorization", `Bearer ${clean}`, clean);
}

/**
 * `X-API-Key: …`, for gateways. The public server does not read it. Throws `config` for a key that no header can carry.
 *
 * @example
 * import { Chutes, xApiKey } from "chutes-client";
 * const client = new Chutes({ auth: xApiKey("cpk_test") });
 */
export function xApiKey(key: string): Auth {
  const clean = checkKey(key);
  return fixed("x-api-key", clean, clean);
}

/**
 * No credentials; the same as `auth: "none"`.
 *
 * @example
 * import { anonymous, Chutes } from "chutes-client";
 * const { items } = await new Chutes({ auth: anonymous() }).chutes.list({ include_public: true });
 */
export function anonymous(): Auth {
  return NOBODY;
}

/** One for all, so that a client that has no credentials can be told. */
const NOBODY: Auth = Object.freeze({ apply: () => undefined, secrets: () => [] });

/**
 * Asks for a key before each attempt, for keys that change. What the function throws reaches the caller as it is.
 *
 * @example
 * import { readFile } from "node:fs/promises";
 * import { Chutes, fromProvider } from "chutes-client";
 * const client = new Chutes({ auth: fromProvider(() => readFile("key.txt", "utf8")) });
 */
export function fromProvider(provider: () => string | Promise<string>): Auth {
  const seen: string[] = [];
  return Object.freeze({
    async apply(request: SignableRequest): Promise<void> {
      const key = checkKey(await provider());
      if (!seen.includes(key)) seen.push(key);
      if (seen.length > 8) seen.shift();
      checkHeader("authorization", key);
      request.headers["authorization"] = `Bearer ${key}`;
    },
    secrets: () => seen,
  });
}

/** Keeps the key in a closure, so that no dump of the object shows it. */
function fixed(header: string, value: string, secret: string): Auth {
  return Object.freeze({
    apply(request: SignableRequest): void {
      request.headers[header] = value;
    },
    secrets: () => [secret],
  });
}

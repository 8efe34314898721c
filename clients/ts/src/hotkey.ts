/**
 * Signing with a hotkey (sr25519) in place of an API key. Needs the package `@scure/sr25519` beside this one, and Node 20.19 or later.
 *
 * @example
 * import { Chutes } from "chutes-client";
 * import { hotkey, Hotkey } from "chutes-client/hotkey";
 * const client = new Chutes({ auth: hotkey(Hotkey.fromConfig()) });
 */
import type { Auth, SignableRequest } from "./auth.js";
import { ConfigError } from "./errors.js";
import { fromHex, toHex } from "./hex.js";
import { decodeAddress, encodeAddress } from "./ss58.js";
import { readConfig } from "#files";
import { found } from "#sr25519";

export { SS58_PREFIX } from "./ss58.js";

/** Names the configuration file of the official CDK. */
export const ENV_CONFIG_PATH = "CHUTES_CONFIG_PATH";
const SEED_BYTES = 32;
const SIGNATURE_BYTES = 64;

type Library = typeof import("@scure/sr25519");

/** The optional library; `config` where it is not installed, or cannot be loaded. */
function sr25519(): Library {
  if (!("missing" in found)) return found;
  const { missing: cause } = found;
  const text = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
  throw new ConfigError(`signing with a hotkey needs the package @scure/sr25519 (npm install @scure/sr25519): ${text}`, { cause });
}

/** The digits of a seed, for nobody but the masking of errors. */
let digitsOf: (key: Hotkey) => string;

/** A signing key. Neither its seed nor its secret key can be read or shown. */
export class Hotkey {
  readonly #seed: string;
  readonly #secret: Uint8Array;
  /** The public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** The SS58 address of the public key, prefix 42. */
  readonly address: string;

  static {
    digitsOf = (key) => key.#seed;
  }

  private constructor(seed: Uint8Array) {
    this.#seed = toHex(seed);
    const { secretFromSeed, getPublicKey } = sr25519();
    this.#secret = secretFromSeed(seed);
    this.publicKey = getPublicKey(this.#secret);
    this.address = encodeAddress(this.publicKey);
  }

  /**
   * A key from its seed: 32 bytes, or 64 hexadecimal digits with or without `0x`.
   *
   * Throws `config` for another seed, without showing it, and where the library is not installed.
   *
   * @example
   * import { Hotkey } from "chutes-client/hotkey";
   * const { address } = Hotkey.fromSeed(bytes);
   */
  static fromSeed(seed: Uint8Array | string): Hotkey {
    const bytes = typeof seed === "string" ? fromHex(seed) : seed;
    if (!(bytes instanceof Uint8Array) || bytes.length !== SEED_BYTES)
      throw new ConfigError("the seed of a hotkey must be 32 bytes, or 64 hexadecimal digits");
    return new Hotkey(Uint8Array.from(bytes));
  }

  /**
   * The key of the official CDK's configuration file (Node, Deno and Bun): `path`, else `CHUTES_CONFIG_PATH`, else
   * `~/.chutes/config.ini`; section `auth`, `hotkey_seed`, checked against `hotkey_ss58address` where that is given.
   *
   * Throws `config` with the name of the file, never with the seed.
   *
   * @example
   * import { Hotkey } from "chutes-client/hotkey";
   * const { address } = Hotkey.fromConfig("/etc/chutes/config.ini");
   */
  static fromConfig(path?: string): Hotkey {
    const env = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env;
    const named = path ?? (env?.[ENV_CONFIG_PATH]?.trim() || undefined);
    const file = readConfig(named, ".chutes", "config.ini");
    const { hotkey_seed: seed, hotkey_ss58address: address } = section(file.text, "auth") ?? {};
    if (seed === undefined) throw new ConfigError(`${file.path} has no hotkey_seed in its section [auth]`);
    const bytes = fromHex(seed);
    if (bytes?.length !== SEED_BYTES) throw new ConfigError(`the hotkey_seed of ${file.path} is not 64 hexadecimal digits`);
    const key = new Hotkey(bytes);
    if (address !== undefined && address !== key.address)
      throw new ConfigError(`hotkey_seed and hotkey_ss58address of ${file.path} do not belong together`);
    return key;
  }

  /**
   * Signs a text (as UTF-8) or bytes; 128 lower-case hexadecimal digits. Each signature of a message is another one.
   *
   * @example
   * import { Hotkey, verify } from "chutes-client/hotkey";
   * const key = Hotkey.fromSeed(bytes);
   * console.log(verify(key.address, "a message", key.sign("a message"))); // true
   */
  sign(message: string | Uint8Array): string {
    return toHex(sr25519().sign(this.#secret, utf8(message)));
  }

  toJSON(): Record<string, unknown> {
    return { address: this.address };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `Hotkey { address: ${this.address} }`;
  }
}

/**
 * Whether a signature (hexadecimal, with or without `0x`) of a message belongs to an address. What is no address or no signature is
 * false; throws `config` where the library is not installed.
 *
 * @example
 * import { verify } from "chutes-client/hotkey";
 * const known = verify("5FnoWRL4FYzd29q8zXoY3JWio9PtBPgrAFu2RcgQazRQsiCs", "a message", "00".repeat(64)); // false
 */
export function verify(address: string, message: string | Uint8Array, signature: string): boolean {
  const library = sr25519();
  const publicKey = decodeAddress(address);
  const bytes = fromHex(signature);
  if (publicKey === undefined || bytes?.length !== SIGNATURE_BYTES) return false;
  try {
    return library.verify(utf8(message), bytes, publicKey);
  } catch {
    return false;
  }
}

/**
 * Signs each request with a hotkey, anew for each attempt: the purpose of the operation, else the exact bytes of the body.
 *
 * A GET or DELETE without a purpose cannot be signed: `config`, before anything is sent. What needs no credential is sent without one.
 * The server allows 600 s between its clock and this machine's.
 *
 * @example
 * import { Chutes } from "chutes-client";
 * import { Hotkey, hotkey } from "chutes-client/hotkey";
 * const client = new Chutes({ auth: hotkey(Hotkey.fromConfig()) });
 */
export function hotkey(key: Hotkey): Auth {
  return Object.freeze({
    async apply(request: SignableRequest): Promise<void> {
      if (request.public) return;
      let subject = request.purpose;
      if (subject === undefined && !/^(?:POST|PUT|PATCH)$/.test(request.method)) {
        throw new ConfigError(`${request.operationId} (${request.method}) cannot be signed by a hotkey: use an API key for it`);
      }
      subject ??= await request.bodyHash();
      const nonce = String(Math.floor(request.now() / 1000));
      request.headers["x-chutes-hotkey"] = key.address;
      request.headers["x-chutes-nonce"] = nonce;
      request.headers["x-chutes-signature"] = key.sign(`${key.address}:${nonce}:${subject}`);
    },
    secrets: () => [digitsOf(key)],
  });
}

const utf8 = (message: string | Uint8Array): Uint8Array => (typeof message === "string" ? new TextEncoder().encode(message) : message);

/** One section of an INI file; undefined where there is none. */
function section(text: string, name: string): Record<string, string> | undefined {
  let inside = false;
  let found: Record<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const head = /^\s*\[([^\]]*)\]\s*$/.exec(line)?.[1];
    if (head !== undefined) {
      inside = head.trim() === name;
      if (inside) found ??= {};
      continue;
    }
    const pair = inside ? /^\s*([^#;=:\s][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line) : null;
    if (pair !== null && found !== undefined) found[(pair[1] ?? "").toLowerCase()] = pair[2] ?? "";
  }
  return found;
}

/** Options, their checks, and the order in which they win: explicit, `CHUTES_X_URL`, `CHUTES_BASE_URL`, default. */
import { anonymous, bearer, xApiKey, type Auth } from "./auth.js";
import type { Deadline, LimitOptions } from "./deadline.js";
import { ConfigError } from "./errors.js";
import type { Hooks, Logger, Telling } from "./hooks.js";
import type { Limiter } from "./limiter.js";
import type { Call, Request, Sending } from "./request.js";
import { MAX_RETRIES, type RetryBudget } from "./retry.js";
import { realSeam, type Seam } from "./testing.js";
import type { Transport, TransportResponse } from "./transport.js";

export const DEFAULT_API_URL = "https://api.chutes.ai";
export const DEFAULT_LLM_URL = "https://llm.chutes.ai/v1";
export const DEFAULT_IMAGE_URL = "https://image.chutes.ai";
export const DEFAULT_EMBED_URL = "https://embed.chutes.ai";
export const DEFAULT_CHUTE_URL = "https://{slug}.chutes.ai";
export const ENV_API_KEY = "CHUTES_API_KEY";
export const ENV_BASE_URL = "CHUTES_BASE_URL";
export const ENV_API_URL = "CHUTES_API_URL";
export const ENV_LLM_URL = "CHUTES_LLM_URL";
export const ENV_IMAGE_URL = "CHUTES_IMAGE_URL";
export const ENV_EMBED_URL = "CHUTES_EMBED_URL";
export const ENV_CHUTE_URL = "CHUTES_CHUTE_URL";
/** Ten years in milliseconds: what is longer is no limit. */
const FOREVER = 315_576_000_000;
/** Images that `generateMany` makes at the same time. */
export const MAX_CONCURRENCY = 8;

/** The five hosts. `llm` includes `/v1`; `chute` is a template with `{slug}`. */
export interface Endpoints {
  api: string;
  llm: string;
  image: string;
  embed: string;
  chute: string;
}

/** Options of one call; each wins over the client's. */
export interface CallOptions extends LimitOptions {
  /** Ends the call, its sleeps and its socket. */
  signal?: AbortSignal | undefined;
  /** Retries after the first attempt. */
  maxRetries?: number | undefined;
  /** Headers added last; an existing one is replaced. */
  extraHeaders?: Readonly<Record<string, string>> | undefined;
  /** Query parameters added last. */
  extraQuery?: Readonly<Record<string, unknown>> | undefined;
  /** Fields of the JSON body added last. */
  extraBody?: Readonly<Record<string, unknown>> | undefined;
  /** See `ClientOptions.ready`. */
  ready?: "retry" | "wait" | undefined;
}

/** Options of a client. Durations in milliseconds; null = no limit. */
export interface ClientOptions extends LimitOptions {
  /** Default: `CHUTES_API_KEY`, but only where this is left out: an empty key is `config`. */
  apiKey?: string | undefined;
  /**
   * Lets a key of this account into a web page, where everybody who opens the page can read it. Default false: `config`. Better is
   * `auth: fromProvider(fetchToken)`, which asks a server of yours for a short-lived token and needs no switch.
   */
  allowKeyInBrowser?: boolean | undefined;
  /** `"bearer"` (default), `"x-api-key"`, `"none"`, or a signer of your own. */
  auth?: "bearer" | "x-api-key" | "none" | Auth | undefined;
  /** Sets all five hosts, like `CHUTES_BASE_URL`: `B`, `B/llm/v1`, `B/image`, `B/embed`, `B/chute/{slug}`. One host alone: `endpoints`. */
  baseUrl?: string | undefined;
  /** Sets single hosts; wins over `baseUrl`. */
  endpoints?: Partial<Endpoints> | undefined;
  /** Retries after the first attempt; default 2. */
  maxRetries?: number | undefined;
  /** Headers of every request. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Replaces the transport by a `fetch` of yours; what then cannot hold is in the README. */
  fetch?: typeof globalThis.fetch | undefined;
  /** Replaces the transport altogether: `scripted(…)` of `chutes-client/testing` answers without a network. */
  transport?: Transport | undefined;
  /** PEM text of certificates to trust beside the well-known ones and those of `NODE_EXTRA_CA_CERTS` (Node only). */
  caPem?: string | undefined;
  /** Sleep, clock and random source; see `chutes-client/testing`. */
  seam?: Seam | undefined;
  /** Limits how many retries all calls of this client may make together. Default off. */
  retryBudget?: boolean | undefined;
  /** Requests per minute, retries included; `"auto"` takes the account's own limit from the platform's answers. Default off. */
  rateLimitPerMinute?: number | "auto" | undefined;
  /** Requests that may be open at once; a stream counts until it ends. Default: no limit. */
  maxConcurrency?: number | undefined;
  /** Told of attempts, retries, streams and calls. */
  hooks?: Hooks | undefined;
  /** Told one line per event; `console` is one. Without it, `CHUTES_LOG=debug|info|warn` writes to standard error. */
  logger?: Logger | undefined;
  /** What a chat stream does when the server starts its answer again: raise (default) or drop the partial one. */
  onRestart?: "error" | "discard" | undefined;
  /** How chutes are called: on their own host (default) or below the api host, which the public server refuses. */
  via?: "slug" | "api" | undefined;
  /** What a call to a cold chute does: ordinary retries (default), or follow its warm-up first, for at most 600 s. */
  ready?: "retry" | "wait" | undefined;
  /** Largest event of a stream in bytes; default 64 MiB. */
  maxEventBytes?: number | undefined;
}

/** Options of a client that another one makes by `withOptions`; what is left out is as there. */
export type OwnOptions = LimitOptions & Pick<ClientOptions, "maxRetries" | "headers" | "onRestart" | "via" | "ready" | "maxEventBytes">;

/** What a client is put together of: a part that is left out is not carried along, and does nothing. */
export interface Parts {
  /** Refuses calls of a closed client, and options that would be ignored. */
  check?: ((config: Config, options: CallOptions) => void) | undefined;
  /** What a refusal does not say by itself. */
  remark?: ((config: Config, request: Request, status: number) => string) | undefined;
  /** Makes the request of a call. */
  build(config: Config, call: Call, options: CallOptions, deadline: Deadline): Request | Promise<Request>;
  /** Follows redirects. */
  follow?: ((config: Config, request: Sending, attempts: number) => Promise<TransportResponse>) | undefined;
  budget?: RetryBudget | undefined;
  limiter?: Limiter | undefined;
  telling?: Telling | undefined;
}

/** A client's options, checked and complete. */
export interface Config extends LimitOptions, Parts {
  endpoints: Endpoints;
  auth: Auth;
  maxRetries: number;
  headers: Readonly<Record<string, string>>;
  transport: Transport;
  seam: Seam;
  onRestart: "error" | "discard";
  via: "slug" | "api";
  ready: "retry" | "wait";
  maxEventBytes: number | undefined;
  /** Credentials that were given with single calls. */
  learned: Secrets;
  /** Shared with the clients that `withOptions` makes: a closed one sends nothing more. */
  life: { closed: boolean };
}

/** Texts that must never be seen in an error, kept where no dump of an object shows them. */
export class Secrets {
  readonly #all = new Set<string>();

  add(...secrets: (string | undefined)[]): void {
    for (const secret of secrets) if (secret) this.#all.add(secret);
  }

  all(): readonly string[] {
    return [...this.#all];
  }
}

/** Everything that this client must keep out of its errors. */
export function secretsOf(config: Config): readonly string[] {
  return [...config.auth.secrets(), ...config.learned.all()];
}

const DURATIONS = ["timeoutMs", "connectTimeoutMs", "firstByteTimeoutMs", "idleTimeoutMs", "deadlineMs"] as const;

/** A variable of the environment, where there is one. */
export function env(name: string): string | undefined {
  const value = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env?.[name]?.trim();
  return value === "" ? undefined : value;
}

/** The five hosts below one base. */
function below(base: string): Endpoints {
  return { api: base, llm: `${base}/llm/v1`, image: `${base}/image`, embed: `${base}/embed`, chute: `${base}/chute/{slug}` };
}

/** Settles the five hosts. */
export function resolveEndpoints(explicit: Partial<Endpoints> = {}, baseUrl?: string): Endpoints {
  const byBase = baseUrl === undefined ? undefined : below(checkUrl("baseUrl", baseUrl));
  const envBase = env(ENV_BASE_URL);
  const byEnvBase = envBase === undefined ? undefined : below(checkUrl(ENV_BASE_URL, envBase));
  const one = (name: keyof Endpoints, variable: string, fallback: string): string => {
    const given = explicit[name];
    if (given !== undefined) return checkUrl(`endpoints.${name}`, given, name === "chute");
    if (byBase !== undefined) return byBase[name];
    const fromEnv = env(variable);
    if (fromEnv !== undefined) return checkUrl(variable, fromEnv, name === "chute");
    return byEnvBase?.[name] ?? fallback;
  };
  return {
    api: one("api", ENV_API_URL, DEFAULT_API_URL),
    llm: one("llm", ENV_LLM_URL, DEFAULT_LLM_URL),
    image: one("image", ENV_IMAGE_URL, DEFAULT_IMAGE_URL),
    embed: one("embed", ENV_EMBED_URL, DEFAULT_EMBED_URL),
    chute: one("chute", ENV_CHUTE_URL, DEFAULT_CHUTE_URL),
  };
}

/** Checks a client's options and fills in what is missing. */
export function resolve(options: ClientOptions, makeTransport: (options: ClientOptions) => Transport, parts: Parts): Config {
  checkLimits(options);
  checkDuration("maxEventBytes", options.maxEventBytes);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[checkHeader(name, value)] = value;
  const config: Config = {
    endpoints: resolveEndpoints(options.endpoints, options.baseUrl),
    auth: resolveAuth(options),
    maxRetries: checkRetries(options.maxRetries) ?? MAX_RETRIES,
    headers,
    transport: options.transport ?? makeTransport(options),
    seam: options.seam ?? realSeam,
    ...parts,
    onRestart: options.onRestart ?? "error",
    via: options.via ?? "slug",
    ready: options.ready ?? "retry",
    maxEventBytes: options.maxEventBytes,
    learned: new Secrets(),
    life: { closed: false },
  };
  for (const name of DURATIONS) if (options[name] !== undefined) config[name] = options[name];
  return config;
}

/** Whether this is a page of a browser, or a worker of one; workers of a server (Cloudflare, Deno) import no scripts. */
function inBrowser(): boolean {
  const scope = globalThis as { document?: unknown; importScripts?: unknown; process?: { versions?: { node?: string } } };
  return scope.process?.versions?.node === undefined && (scope.document !== undefined || scope.importScripts !== undefined);
}

function resolveAuth(options: ClientOptions): Auth {
  const { auth = "bearer" } = options;
  if (typeof auth === "object" && typeof auth?.apply === "function") return auth;
  if (auth === "none") return anonymous();
  if (auth !== "bearer" && auth !== "x-api-key") throw new ConfigError(`auth must be "bearer", "x-api-key", "none" or a signer`);
  const key = options.apiKey === undefined ? env(ENV_API_KEY) : checkKey(options.apiKey);
  if (key !== undefined && inBrowser() && options.allowKeyInBrowser !== true) {
    throw new ConfigError(
      "an API key in a web page can be read by everybody who opens it: pass auth: fromProvider(…) with a token of your own server, or allowKeyInBrowser: true",
    );
  }
  if (key === undefined) {
    throw new ConfigError(`no API key: set ${ENV_API_KEY}, pass apiKey, or pass auth: "none" to call without one`);
  }
  return auth === "bearer" ? bearer(key) : xApiKey(key);
}

/** Checks the options of one call. */
export function checkCall(options: CallOptions): void {
  checkLimits(options);
  checkRetries(options.maxRetries);
  for (const [name, value] of Object.entries(options.extraHeaders ?? {})) checkHeader(name, value);
}

function checkLimits(options: LimitOptions): void {
  for (const name of DURATIONS) checkDuration(name, options[name]);
}

/** Refuses zero, negative and NaN; null means no limit, and so does what is absurdly long. */
export function checkDuration(name: string, value: number | null | undefined): number | null | undefined {
  if (value === undefined || value === null) return value;
  if (typeof value !== "number" || !(value > 0))
    throw new ConfigError(`${name} must be above 0 (or null for no limit), not ${String(value)}`);
  return value > FOREVER ? null : value;
}

/** Refuses negative and fractional counts. */
export function checkRetries(value: number | undefined): number | undefined {
  if (value !== undefined && !(Number.isInteger(value) && value >= 0)) {
    throw new ConfigError(`maxRetries must be a whole number of at least 0, not ${String(value)}`);
  }
  return value;
}

/** Trims a text; refuses what is none, without showing it. */
function checkText(name: string, value: unknown): string {
  if (typeof value !== "string") throw new ConfigError(`${name} must be a string`);
  return value.trim();
}

/** Checks a base URL and trims its trailing slashes. */
export function checkUrl(name: string, value: string, template = false): string {
  const text = checkText(name, value);
  if (template && !text.includes("{slug}")) throw new ConfigError(`${name} must contain {slug}`);
  let url: URL;
  try {
    url = new URL(template ? text.replaceAll("{slug}", "slug") : text);
  } catch {
    throw new ConfigError(`${name} is no URL: give one such as https://api.chutes.ai`);
  }
  if (!/^https?:\/\/[^/]/i.test(text)) throw new ConfigError(`${name} must begin with http:// or https:// and name a host`);
  if (/[?#]/.test(text)) throw new ConfigError(`${name} may have neither query nor fragment`);
  if (url.username !== "" || url.password !== "") throw new ConfigError(`${name} may hold no user name or password`);
  return text.replace(/\/+$/, "");
}

/** Trims a key; refuses an empty one, and what can be none, without showing it. */
export function checkKey(key: string, what = "the API key"): string {
  const clean = checkText(what, key);
  if (clean === "")
    throw new ConfigError(what === "the API key" ? `${what} is empty: set ${ENV_API_KEY} or pass apiKey` : `${what} is empty`);
  if (/^(?:["']|Bearer\s)/i.test(clean)) throw new ConfigError(`${what} begins with a quotation mark or the word Bearer: leave that out`);
  if (!/^[\x21-\x7e]+$/.test(clean)) {
    throw new ConfigError(`${what} holds white space, a control character or a character outside ASCII; copy it again`);
  }
  return clean;
}

/** Checks a header and returns its name in lower case. */
export function checkHeader(name: string, value: string): string {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) throw new ConfigError(`the header name ${JSON.stringify(name)} is not allowed`);
  if (typeof value !== "string" || /[\x00-\x08\x0a-\x1f\x7f]/.test(value))
    throw new ConfigError(`the value of header ${name} must be a string without control characters such as CR or LF`);
  if (/[^\x00-\xff]/.test(value)) throw new ConfigError(`the value of header ${name} holds a character outside ISO 8859-1`);
  return name.toLowerCase();
}

/** Whether a URL is on one of a client's own hosts, a chute's host included. */
export function isOwn(url: string, endpoints: Endpoints): boolean {
  if (!URL.canParse(url)) return false;
  const { origin } = new URL(url);
  return Object.values(endpoints).some((base: string) => {
    // The slug may be any part of the template's host.
    const [start = "", end] = new URL(base.replaceAll("{slug}", "0slug0")).origin.split("0slug0");
    if (end === undefined) return origin === start;
    return origin.startsWith(start) && origin.endsWith(end) && /^[a-z0-9_-]+$/.test(origin.slice(start.length, origin.length - end.length));
  });
}

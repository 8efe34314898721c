/** What would be ignored in silence is refused: options by names that are none, above all. */
import { env, ENV_BASE_URL, type CallOptions, type ClientOptions, type Config, type Endpoints, type OwnOptions } from "./config.js";
import { ConfigError } from "./errors.js";
import type { Hooks, Logger } from "./hooks.js";
import { isObject } from "./json.js";
import { forManyCalls } from "#transport";

/** What `endpoints` may name. */
const ENDPOINTS: Readonly<Record<keyof Endpoints, 1>> = { api: 1, llm: 1, image: 1, embed: 1, chute: 1 };

/** Options that are one of two words. */
const WORDS = [
  ["ready", "retry", "wait"],
  ["onRestart", "error", "discard"],
  ["via", "slug", "api"],
] as const;

/** Methods that an object must have to be of use; a client's hooks need one of theirs. */
const LOGGER: readonly (keyof Logger)[] = ["debug", "info", "warn"];
const HOOKS: readonly (keyof Hooks)[] = ["beforeAttempt", "afterAttempt", "onRetry", "onStreamEnd", "onCallEnd"];

const LIMITS = { timeoutMs: 1, connectTimeoutMs: 1, firstByteTimeoutMs: 1, idleTimeoutMs: 1, deadlineMs: 1 } as const;

const OWN: Readonly<Record<keyof OwnOptions, 1>> = {
  ...LIMITS,
  maxRetries: 1,
  headers: 1,
  onRestart: 1,
  via: 1,
  ready: 1,
  maxEventBytes: 1,
};

/** Complete by its type: an option that is added there is missing here. */
const CLIENT: Readonly<Record<keyof ClientOptions, 1>> = {
  ...OWN,
  apiKey: 1,
  allowKeyInBrowser: 1,
  auth: 1,
  baseUrl: 1,
  endpoints: 1,
  fetch: 1,
  transport: 1,
  caPem: 1,
  seam: 1,
  retryBudget: 1,
  rateLimitPerMinute: 1,
  maxConcurrency: 1,
  hooks: 1,
  logger: 1,
};

/** Those of every call, and those of single methods that reach it. */
const CALL: Readonly<Record<keyof CallOptions | "method" | "validate" | "onRestart" | "everything", 1>> = {
  ...LIMITS,
  signal: 1,
  maxRetries: 1,
  extraHeaders: 1,
  extraQuery: 1,
  extraBody: 1,
  ready: 1,
  method: 1,
  validate: 1,
  everything: 1,
  onRestart: 1,
};

/** What other clients call these options. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  timeout: "timeoutMs",
  defaultheaders: "headers",
  dangerouslyallowbrowser: "allowKeyInBrowser",
  defaultquery: "extraQuery",
  httpagent: "fetch",
  fetchoptions: "fetch",
  headers: "extraHeaders",
  query: "extraQuery",
  body: "extraBody",
};

function checkNames(options: object, known: Readonly<Record<string, 1>>, what: string): void {
  if (typeof options !== "object" || options === null) throw new ConfigError(`the options of ${what} must be an object`);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || Object.hasOwn(known, name)) continue;
    const bare = name.replaceAll("_", "").toLowerCase();
    const meant = Object.keys(known).find((one) => one.toLowerCase() === bare || one.toLowerCase() === `${bare}ms`) ?? ELSEWHERE[bare];
    throw new ConfigError(
      `${what} has no option ${JSON.stringify(name)}${meant !== undefined && Object.hasOwn(known, meant) ? `: did you mean ${meant}?` : ""}`,
    );
  }
}

/** Refuses what is no plain object, whose fields would be none. */
function checkPlain(name: string, value: unknown): void {
  if (value !== undefined && value !== null && (typeof value !== "object" || Symbol.iterator in value))
    throw new ConfigError(`${name} must be a plain object (Object.fromEntries(…) makes one)`);
}

function checkWords(options: { readonly [Name in (typeof WORDS)[number][0]]?: unknown }): void {
  for (const [name, one, other] of WORDS) {
    const value = options[name];
    if (value !== undefined && value !== one && value !== other) throw new ConfigError(`${name} must be "${one}" or "${other}"`);
  }
}

/** Refuses headers that belong to the body, which the client itself writes: beside its own they would be a request of two lengths. */
function checkHeaders(name: string, headers: object | null | undefined): void {
  checkPlain(name, headers);
  for (const header of Object.keys(headers ?? {}))
    if (/^(?:content-length|transfer-encoding)$/i.test(header)) throw new ConfigError(`the header ${header} is the client's own`);
}

/** Whether a value has a method of this name. */
const has = (value: object, name: string): boolean => typeof (Object(value) as Record<string, unknown>)[name] === "function";

function checkSettings(options: OwnOptions): void {
  checkWords(options);
  checkHeaders("headers", options.headers);
}

/** Refuses options of a client that are none, and as base of all five hosts a default one, which is only one of them. */
export function checkClient(options: ClientOptions): void {
  checkNames(options, CLIENT, "a client");
  checkSettings(options);
  const { endpoints = {}, fetch, hooks, logger, transport } = options;
  checkNames(endpoints, ENDPOINTS, "endpoints");
  if (fetch !== undefined && typeof fetch !== "function") throw new ConfigError("fetch must be a function");
  if (transport !== undefined && !has(transport, "send")) throw new ConfigError("transport must be one, such as scripted(…)");
  if (hooks !== undefined && !(isObject(hooks) && (Object.keys(hooks).length === 0 || HOOKS.some((name) => name in hooks))))
    throw new ConfigError(`hooks has none of ${HOOKS.join(", ")}`);
  if (logger !== undefined && !LOGGER.every((name) => has(logger, name)))
    throw new ConfigError(`logger must have ${LOGGER.join(", ")}, as console does`);
  for (const [name, base] of Object.entries({ baseUrl: options.baseUrl, [ENV_BASE_URL]: env(ENV_BASE_URL) })) {
    const host = /^\s*https:\/\/(api|llm|image|embed)\.chutes\.ai(?:[:/\s]|$)/i.exec(base ?? "")?.[1];
    if (host !== undefined)
      throw new ConfigError(
        `${name} sets all five hosts: give ${host.toLowerCase()}.chutes.ai as endpoints.${host.toLowerCase()}, or leave it out`,
      );
  }
}

/** Refuses options that a client cannot have of its own. */
export function checkOwn(options: OwnOptions): void {
  checkNames(options, OWN, "withOptions()");
  checkSettings(options);
}

/** Refuses calls of a closed client, and options of a call that are none or would be ignored. */
export function checkOpen(config: Config, options: CallOptions): void {
  if (config.life.closed) throw new ConfigError("this client is closed");
  checkNames(options, CALL, "a call");
  checkWords(options);
  const { signal } = options;
  if (signal !== undefined && typeof (signal as Partial<AbortSignal> | null)?.addEventListener !== "function")
    throw new ConfigError("signal must be an AbortSignal, such as controller.signal");
  if (signal !== undefined) forManyCalls(signal);
  checkHeaders("extraHeaders", options.extraHeaders);
  checkPlain("extraQuery", options.extraQuery);
  checkPlain("extraBody", options.extraBody);
}

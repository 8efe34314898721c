/**
 * Chat alone, for bundles that must be small: `create` and `stream` with the same errors, retries, limits and streams as the whole
 * client, over `fetch`. Headers that are `fetch`'s own business (content-length, host, connection) are left out, not refused.
 */
import { Caller } from "./caller.js";
import { resolve, type ClientOptions, type Parts } from "./config.js";
import { ConfigError } from "./errors.js";
import { ChatCalls, type Send } from "./invoke/chat_calls.js";
import { buildJson } from "./request.js";
import { makeTransport } from "./transport_fetch.js";

export { fromProvider, type Auth } from "./auth.js";
export type { CallOptions } from "./config.js";
export type { ChatParams, StreamOptions } from "./invoke/chat_calls.js";
export { ChutesError, type Kind } from "./errors.js";
export type { ChatStream } from "./stream.js";

/** What belongs to the parts that this client lacks. */
type Lacking = "caPem" | "hooks" | "logger" | "maxConcurrency" | "rateLimitPerMinute" | "ready" | "retryBudget" | "via";

/** Options of a chat client: those of `Chutes`, but for what its missing parts would need. */
export type ChatClientOptions = Omit<ClientOptions, Lacking>;

const send: Send = (call, options, one) => {
  const { model, models } = call.body as { model?: string; models?: unknown };
  if (models !== undefined || options.extraQuery !== undefined)
    throw new ConfigError("models and extraQuery need the whole client: import { Chutes } from chutes-client");
  return one({ ...call, model });
};

/** One signal may end any number of calls: Node warns of a leak from the eleventh listener on. */
const check: Parts["check"] = (_config, { signal }) => {
  if (signal) globalThis.process?.getBuiltinModule?.("node:events").setMaxListeners(0, signal);
};

/**
 * A client with `chat.completions.create` and `.stream`, and nothing else: no fallback models, hooks or proxies, and no redirects
 * (`unexpected_response`).
 *
 * Throws `config` at once when there is no key (`CHUTES_API_KEY`) or an option is wrong.
 *
 * @example
 * import { ChatClient } from "chutes-client/chat";
 * const client = new ChatClient();
 * const stream = await client.chat.completions.stream({ model, messages: [{ role: "user", content: "Hi" }] });
 * for await (const text of stream.textStream) process.stdout.write(text);
 */
export class ChatClient {
  readonly chat: { readonly completions: ChatCalls };

  constructor(options: ChatClientOptions = {}) {
    const caller = new Caller(resolve(options, makeTransport, { build: buildJson, check }));
    this.chat = { completions: new ChatCalls(caller, send) };
  }
}

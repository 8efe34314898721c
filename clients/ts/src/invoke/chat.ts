/** Chat completions. */
import type { CallOptions } from "../config.js";
import { ConfigError } from "../errors.js";
import type { Call } from "../request.js";
import type { Runtime } from "../runtime.js";
import { ChatStream } from "../stream.js";
import type { ChatCompletion, ChatCompletionRequest } from "../types/index.js";
import type { ResultPromise } from "../values.js";
import { here, type Place } from "./place.js";

/** Parameters of a chat completion; every field the engine knows may be added. */
export type ChatParams = Omit<ChatCompletionRequest, "stream" | "stream_options"> & {
  stream_options?: ChatCompletionRequest["stream_options"];
  [name: string]: unknown;
};

/** Options of a streamed call. */
export interface StreamOptions extends CallOptions {
  /** See `ClientOptions.onRestart`. */
  onRestart?: "error" | "discard" | undefined;
}

/** Refuses `stream`, which belongs to the method and not to the parameters. */
export function checkNoStream(params: object, options: CallOptions, method: string): void {
  const given = (fields: object | undefined): boolean => (fields as { stream?: unknown } | undefined)?.stream !== undefined;
  if (given(params) || given(options.extraBody)) {
    throw new ConfigError(`stream is not a parameter of ${method}(): call .stream() for a streamed answer and .create() for a whole one`);
  }
}

/** Body of a streamed call. */
export function streamBody(params: object): Record<string, unknown> {
  const usage = "stream_options" in params ? {} : { stream_options: { include_usage: true } };
  return { ...params, stream: true, ...usage };
}

/** `client.chat.completions` */
export class ChatCompletions {
  readonly #runtime: Runtime;
  readonly #place: Place;

  constructor(runtime: Runtime, place: Place = here("llm")) {
    this.#runtime = runtime;
    this.#place = place;
  }

  /**
   * Answers a conversation at once. `stream` is refused: see `stream()`.
   *
   * Throws `not_found` for an unknown model, `capacity` or `cold_start` when nothing can answer now, and the other kinds of `ChutesError`.
   *
   * @example
   * const completion = await client.chat.completions.create({ model, messages: [{ role: "user", content: "Hi" }] });
   * console.log(completion.choices?.[0]?.message?.content);
   */
  create(params: ChatParams, options: CallOptions = {}): ResultPromise<ChatCompletion> {
    return this.#place.perform(
      this.#runtime,
      () => {
        checkNoStream(params, options, "create");
        return { ...CHAT, body: params, result: "json", shape: "object", list: "choices" };
      },
      options,
    );
  }

  /**
   * Answers a conversation word by word. Resolves when the headers are in, so that HTTP errors come from this call.
   *
   * @example
   * const stream = await client.chat.completions.stream({ model, messages });
   * for await (const text of stream.textStream) process.stdout.write(text);
   */
  async stream(params: ChatParams, options: StreamOptions = {}): Promise<ChatStream> {
    checkNoStream(params, options, "stream");
    const call: Call = { ...CHAT, body: streamBody(params), accept: "text/event-stream", result: "stream" };
    const { config } = this.#runtime;
    const open = await this.#place.open(this.#runtime, call, options);
    return new ChatStream(open, { maxEventBytes: config.maxEventBytes, onRestart: options.onRestart ?? config.onRestart, text: false });
  }
}

const CHAT = { operationId: "createChatCompletion", method: "POST", path: ["/chat/completions"], surface: "invocation" } as const;

/** `client.chat` */
export class Chat {
  readonly completions: ChatCompletions;

  constructor(runtime: Runtime, place?: Place) {
    this.completions = new ChatCompletions(runtime, place);
  }
}

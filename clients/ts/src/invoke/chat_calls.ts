/** The two calls of chat completions, for clients with and without the rest. */
import type { Caller } from "../caller.js";
import type { CallOptions } from "../config.js";
import { ConfigError } from "../errors.js";
import { checkParts } from "../content.js";
import { limitsFor } from "../deadline.js";
import { consume, type Call, type OpenResponse } from "../request.js";
import { ChatStream } from "../stream.js";
import type { Tool } from "../tools.js";
import type { ChatCompletion, ChatCompletionRequest, ChatMessage, ChatMessageParam, Tool as ToolDefinition } from "../types/index.js";
import { attachResponse, ResultPromise, streamPromise, type ResponseInfo, type StreamPromise } from "../values.js";

/** Parameters of a chat completion; further fields that an engine knows are given as `extraBody`. */
export type ChatParams = Omit<ChatCompletionRequest, "stream" | "messages" | "tools"> & {
  /** The conversation so far; a message of an answer may stand in it as it came. */
  messages: readonly (ChatMessageParam | ChatMessage)[];
  /** Functions the model may call: their definitions, or what `tool()` made (`runTools` runs those, too). */
  tools?: readonly (ToolDefinition | Tool)[] | undefined;
  /** Belongs to the method: `.stream()` streams. */
  stream?: false | undefined;
  /** In place of `model`: the next one where one has no capacity, is cold, disabled or unknown, before the first byte. */
  models?: readonly string[] | undefined;
};

/** Options of a streamed call. */
export interface StreamOptions extends CallOptions {
  /** See `ClientOptions.onRestart`. */
  onRestart?: "error" | "discard" | undefined;
}

/** Refuses `stream`, which belongs to the method and not to the parameters. */
export function checkNoStream(params: object, options: CallOptions, method: string): void {
  if (typeof params !== "object" || params === null) throw new ConfigError(`${method}() takes an object of parameters`);
  if ((params as { stream?: unknown }).stream !== undefined || options.extraBody?.["stream"] !== undefined) {
    throw new ConfigError(`stream is not a parameter of ${method}(): call .stream() for a streamed answer and .create() for a whole one`);
  }
}

/** Body of a streamed call. */
export function streamBody(params: object): Record<string, unknown> {
  const usage = "stream_options" in params ? {} : { stream_options: { include_usage: true } };
  return { ...params, stream: true, ...usage };
}

/** Sends a call by a way of its own, such as to one model after another. */
export type Send = <T>(call: Call, options: CallOptions, send: (call: Call) => Promise<T>) => Promise<T>;

/** Changes to a whole call, from the parameters on. */
export interface Shape {
  body(params: ChatParams): ChatParams;
  revise(value: unknown, open: OpenResponse): unknown;
}

/** `create` and `stream`. */
export class ChatCalls {
  readonly #caller: Caller;
  readonly #send: Send;

  constructor(caller: Caller, send: Send) {
    this.#caller = caller;
    this.#send = send;
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
    // What asks for no stream asks for what this does.
    return this.whole(params?.stream === false ? { ...params, stream: undefined } : params, options, "create");
  }

  /**
   * Answers a conversation word by word. Resolves when the headers are in, so that HTTP errors come from this call; it may also be
   * iterated at once.
   *
   * @example
   * const stream = await client.chat.completions.stream({ model, messages });
   * for await (const text of stream.textStream) process.stdout.write(text);
   */
  stream(params: ChatParams, options: StreamOptions = {}): StreamPromise<ChatStream> {
    return streamPromise(this.#stream(params, options));
  }

  async #stream(params: ChatParams, options: StreamOptions): Promise<ChatStream> {
    checkNoStream(params, options, "stream");
    checkParts(params.messages);
    const call: Call = { ...CHAT, body: streamBody(params), accept: "text/event-stream", result: "stream" };
    const { config } = this.#caller;
    const open = await this.#send(call, options, (one) => this.#caller.open(one, options));
    return new ChatStream(open, { maxEventBytes: config.maxEventBytes, onRestart: options.onRestart ?? config.onRestart, text: false });
  }

  /** A whole answer, shaped where a shape is given. */
  protected whole<T extends ChatCompletion>(params: ChatParams, options: CallOptions, method: string, shape?: Shape): ResultPromise<T> {
    return new ResultPromise<T>(
      (async () => {
        checkNoStream(params, options, method);
        checkParts(params.messages);
        const body = shape?.body(params) ?? params;
        const call: Call = {
          ...CHAT,
          body,
          result: "json",
          shape: "object",
          list: "choices",
          ...(shape && { revise: shape.revise }),
        };
        const limited = this.#hiddenLimit(options);
        return this.#send(call, options, (one) =>
          limited
            ? this.#reassembled<T>({ ...one, body: streamBody(one.body as object), accept: "text/event-stream" }, options)
            : this.#caller.fetch<T>(one, options),
        );
      })(),
    );
  }

  /** Whether the transport would give up waiting for headers by itself before our own limit. */
  #hiddenLimit(options: CallOptions): boolean {
    const { config } = this.#caller;
    const hidden = config.transport.headerLimitMs;
    if (hidden === undefined) return false;
    const { firstByte, total } = limitsFor("invocation", false, config, options);
    return Math.min(firstByte ?? Infinity, total ?? Infinity) > hidden;
  }

  /** Asks for a stream and puts the answer together: its headers come with the first word, not with the last. */
  async #reassembled<T>(call: Call, options: CallOptions): Promise<{ data: T; response: ResponseInfo }> {
    const open = await this.#caller.open(call, options);
    const { config } = this.#caller;
    const value = await consume(open, async () => {
      if (!/^\s*text\/event-stream/i.test(open.info.headers["content-type"] ?? "")) return this.#caller.read(call, open);
      const { watch: _told, ...rest } = open; // the hooks are told of a call without a stream
      const stream = new ChatStream(rest, { maxEventBytes: config.maxEventBytes, onRestart: config.onRestart, text: false });
      const completion = await stream.final();
      return call.revise === undefined ? completion : call.revise(completion, open);
    });
    return { data: attachResponse(value as T, open.info), response: open.info };
  }
}

const CHAT = {
  operationId: "createChatCompletion",
  method: "POST",
  host: "llm",
  path: ["/chat/completions"],
  surface: "invocation",
  takesModels: true,
} as const;

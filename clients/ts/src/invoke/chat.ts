/** Chat completions. */
import type { CallOptions } from "../config.js";
import { ConfigError } from "../errors.js";
import { checkParts } from "../content.js";
import { limitsFor } from "../deadline.js";
import { readOutput, responseFormat, type Output, type ParsedCompletion } from "../output.js";
import { consume, type Call, type OpenResponse } from "../request.js";
import type { Runtime } from "../runtime.js";
import { ChatStream } from "../stream.js";
import type { ChatCompletion, ChatCompletionRequest } from "../types/index.js";
import { runTools, type RunToolsOptions, type RunToolsParams, type ToolRun } from "../tools.js";
import { attachResponse, ResultPromise, type ResponseInfo } from "../values.js";
import { here, type Place } from "./place.js";

/** Parameters of a chat completion; every field the engine knows may be added. */
export type ChatParams = Omit<ChatCompletionRequest, "stream" | "stream_options"> & {
  stream_options?: ChatCompletionRequest["stream_options"];
  /** In place of `model`: the next one where one has no capacity, is cold, disabled or unknown, before the first byte. */
  models?: readonly string[] | undefined;
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
    return this.#whole(params, options, "create");
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
    checkParts(params.messages);
    const call: Call = { ...CHAT, body: streamBody(params), accept: "text/event-stream", result: "stream" };
    const { config } = this.#runtime;
    const open = await this.#place.open(this.#runtime, call, options);
    return new ChatStream(open, { maxEventBytes: config.maxEventBytes, onRestart: options.onRestart ?? config.onRestart, text: false });
  }

  /**
   * Answers in the shape of an output: its schema is sent as `response_format`, and `completion.parsed` is the value.
   *
   * Throws `invalid_output` where the answer cannot be read as one: `error.reason` is `length` (cut off), `refusal`, `content_filter`,
   * `empty`, `json` or `schema`, `error.text` what the model wrote, `error.partial` the completion. Nothing is sent again.
   *
   * @example
   * const city = { name: "city", jsonSchema: { type: "object", properties: { name: { type: "string" } }, required: ["name"] } };
   * const { parsed } = await client.chat.completions.parse(city, { model, messages });
   */
  parse<T>(output: Output<T>, params: Omit<ChatParams, "response_format">, options: CallOptions = {}): ResultPromise<ParsedCompletion<T>> {
    return this.#whole<ParsedCompletion<T>>(params as ChatParams, options, "parse", output);
  }

  /**
   * Lets the model call tools until it answers without: each turn is one `create`; the calls of a turn are run at once, and their
   * results and failures are given back. `run.steps` has every turn, `run.messages` the whole conversation.
   *
   * Throws `invalid_output` with reason `max_turns`, `error.steps` and `error.messages` where the last turn still asks for tools. A
   * signal ends the tools that are running, too.
   *
   * @example
   * const add = tool({ name: "add", description: "Adds", run: ({ a, b }: { a: number; b: number }) => a + b });
   * const run = await client.chat.completions.runTools({ model, messages, tools: [add] }, { maxTurns: 5 });
   * console.log(run.completion.choices?.[0]?.message?.content);
   */
  async runTools(params: RunToolsParams, options: RunToolsOptions = {}): Promise<ToolRun> {
    checkNoStream(params, options, "runTools");
    return runTools((body, call) => this.create(body, call), params, options);
  }

  /** A whole answer; read as an output, where one is given. */
  #whole<T extends ChatCompletion>(params: ChatParams, options: CallOptions, method: string, output?: Output<unknown>): ResultPromise<T> {
    return new ResultPromise<T>(
      (async () => {
        checkNoStream(params, options, method);
        checkParts(params.messages);
        if (output !== undefined && (params["response_format"] ?? options.extraBody?.["response_format"]) !== undefined)
          throw new ConfigError("response_format is what parse() makes of its output: call create() to give one of your own");
        const body = output === undefined ? params : { ...params, response_format: responseFormat(output) };
        const revise = async (value: unknown, { info, secrets }: OpenResponse): Promise<unknown> => {
          if (output === undefined) return value;
          const completion = value as ChatCompletion;
          return { ...completion, parsed: await readOutput(completion, output, info, secrets) };
        };
        const call: Call = { ...CHAT, body, result: "json", shape: "object", list: "choices", revise };
        const limited = this.#hiddenLimit(options);
        return this.#place.send(this.#runtime, call, options, (one) =>
          limited
            ? this.#reassembled<T>({ ...one, body: streamBody(one.body as object), accept: "text/event-stream" }, options)
            : this.#runtime.fetch<T>(one, options),
        );
      })(),
    );
  }

  /** Whether the transport would give up waiting for headers by itself before our own limit. */
  #hiddenLimit(options: CallOptions): boolean {
    const { config } = this.#runtime;
    const hidden = config.transport.headerLimitMs;
    if (hidden === undefined) return false;
    const { firstByte, total } = limitsFor("invocation", false, config, options);
    return Math.min(firstByte ?? Infinity, total ?? Infinity) > hidden;
  }

  /** Asks for a stream and puts the answer together: its headers come with the first word, not with the last. */
  async #reassembled<T>(call: Call, options: CallOptions): Promise<{ data: T; response: ResponseInfo }> {
    const open = await this.#runtime.open(call, options);
    const { config } = this.#runtime;
    const value = await consume(open, async () => {
      if (!/^\s*text\/event-stream/i.test(open.info.headers["content-type"] ?? "")) return this.#runtime.read(call, open);
      const { watch: _told, ...rest } = open; // the hooks are told of a call without a stream
      const stream = new ChatStream(rest, { maxEventBytes: config.maxEventBytes, onRestart: config.onRestart, text: false });
      return call.revise?.(await stream.final(), open);
    });
    return { data: attachResponse(value as T, open.info), response: open.info };
  }
}

const CHAT = {
  operationId: "createChatCompletion",
  method: "POST",
  path: ["/chat/completions"],
  surface: "invocation",
  takesModels: true,
} as const;

/** `client.chat` */
export class Chat {
  readonly completions: ChatCompletions;

  constructor(runtime: Runtime, place?: Place) {
    this.completions = new ChatCompletions(runtime, place);
  }
}

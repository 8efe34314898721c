/** Text completions. */
import type { CallOptions } from "../config.js";
import type { Runtime } from "../runtime.js";
import { CompletionStream } from "../stream.js";
import type { TextCompletion, TextCompletionRequest } from "../types/index.js";
import { streamPromise, type ResultPromise, type StreamPromise } from "../values.js";
import { checkNoStream, streamBody, type StreamOptions } from "./chat.js";
import { here, type Place } from "./place.js";

/** Parameters of a text completion; every field the engine knows may be added. */
export type CompletionParams = Omit<TextCompletionRequest, "stream"> & {
  /** See `ChatParams.models`. */
  models?: readonly string[] | undefined;
} & Record<string, unknown>;

const COMPLETION = {
  operationId: "createCompletion",
  method: "POST",
  path: ["/completions"],
  surface: "invocation",
  takesModels: true,
} as const;

/** `client.completions` */
export class Completions {
  readonly #runtime: Runtime;
  readonly #place: Place;

  constructor(runtime: Runtime, place: Place = here("llm")) {
    this.#runtime = runtime;
    this.#place = place;
  }

  /**
   * Continues a text.
   *
   * @example
   * const { choices } = await client.completions.create({ model, prompt: "2+2=" });
   */
  create(params: CompletionParams, options: CallOptions = {}): ResultPromise<TextCompletion> {
    const describe = () => {
      checkNoStream(params, options, "create");
      return { ...COMPLETION, body: params, result: "json", shape: "object", list: "choices" } as const;
    };
    return this.#place.perform(this.#runtime, describe, options);
  }

  /** Continues a text piece by piece; as `chat.completions.stream`. */
  stream(params: CompletionParams, options: StreamOptions = {}): StreamPromise<CompletionStream> {
    return streamPromise(this.#stream(params, options));
  }

  async #stream(params: CompletionParams, options: StreamOptions): Promise<CompletionStream> {
    checkNoStream(params, options, "stream");
    const open = await this.#place.open(
      this.#runtime,
      { ...COMPLETION, body: streamBody(params), accept: "text/event-stream", result: "stream" },
      options,
    );
    const { config } = this.#runtime;
    return new CompletionStream(open, {
      maxEventBytes: config.maxEventBytes,
      onRestart: options.onRestart ?? config.onRestart,
      text: true,
    });
  }
}

/** Chat completions. */
import type { CallOptions } from "../config.js";
import { ConfigError } from "../errors.js";
import { readOutput, responseFormat, type Output, type ParsedCompletion } from "../output.js";
import type { Runtime } from "../runtime.js";
import type { ChatCompletion } from "../types/index.js";
import { runTools, type RunToolsOptions, type RunToolsParams, type ToolRun } from "../tools.js";
import type { ResultPromise } from "../values.js";
import { ChatCalls, checkNoStream, type ChatParams } from "./chat_calls.js";
import { here, type Place } from "./place.js";

export { checkNoStream, streamBody, type ChatParams, type StreamOptions } from "./chat_calls.js";

/** `client.chat.completions` */
export class ChatCompletions extends ChatCalls {
  constructor(runtime: Runtime, place: Place = here("llm")) {
    super(runtime, (call, options, send) => place.send(runtime, call, options, send));
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
    return this.whole<ParsedCompletion<T>>(params as ChatParams, options, "parse", {
      body: (given) => {
        if ((given["response_format"] ?? options.extraBody?.["response_format"]) !== undefined)
          throw new ConfigError("response_format is what parse() makes of its output: call create() to give one of your own");
        return { ...given, response_format: responseFormat(output) };
      },
      revise: async (value, { info, secrets }) => {
        const completion = value as ChatCompletion;
        return { ...completion, parsed: await readOutput(completion, output, info, secrets) };
      },
    });
  }

  /**
   * Lets the model call tools until it answers without: each turn is one `create`; the calls of a turn are run at once, and their
   * results and failures are given back. `run.steps` has every turn, `run.messages` the whole conversation.
   *
   * Throws `invalid_output` with reason `max_turns` where the last turn still asks for tools. Whatever ends a run, `error.steps` has what
   * was done before, and `error.messages` the conversation to go on with. A signal ends the tools that are running, too.
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
}

/** `client.chat` */
export class Chat {
  readonly completions: ChatCompletions;

  constructor(runtime: Runtime, place?: Place) {
    this.completions = new ChatCompletions(runtime, place);
  }
}

/** Tools that a model may call, and the loop that calls them. */
import type { CallOptions } from "./config.js";
import { Deadline } from "./deadline.js";
import { ChutesError, ConfigError, InvalidOutputError } from "./errors.js";
import { isObject, tryJson } from "./json.js";
import { within } from "./request.js";
import { complaints, isStandard, jsonSchemaOf, standardCheck, type JsonSchema, type StandardSchema } from "./schema.js";
import { realSeam } from "./testing.js";
import type { ChatCompletion, ChatMessage, ChatMessageParam, Tool as ToolDefinition, ToolCall } from "./types/index.js";
import { responseOf, type ResultPromise } from "./values.js";
import type { ChatParams } from "./invoke/chat.js";

/** Turns of a run. */
export const MAX_TURNS = 10;
/** Milliseconds that one call of a tool may take. */
export const TOOL_TIMEOUT = 60_000;
/** Characters of a tool's own failure that the model is told. */
const MAX_FAILURE_CHARS = 2000;

/** What a running tool is given beside its arguments. */
export interface ToolContext {
  /** Fires when the time limit passes or the run is cancelled. */
  readonly signal: AbortSignal;
}

/** A function that a model may call. */
export interface Tool {
  readonly name: string;
  readonly description: string | undefined;
  /** JSON Schema of the arguments. */
  readonly parameters: JsonSchema;
  /** Milliseconds; null = no limit. */
  readonly timeoutMs: number | null;
  /** Checks the arguments: them as `run` wants them, or what is wrong with them. */
  check(args: Record<string, unknown>): Promise<{ value: unknown } | { complaints: string[] }>;
  run(args: never, context: ToolContext): unknown;
  /** What a model is told of it, so that it may stand in `tools` of `create`, too. */
  toJSON(): ToolDefinition;
}

/** What `tool` makes a tool of. */
export interface ToolInit<T> {
  /** Letters, digits, `_` and `-`, at most 64. */
  name: string;
  description?: string | undefined;
  /** A schema of a library that also gives JSON Schema, or JSON Schema. Default: no arguments are told. */
  parameters?: StandardSchema<T> | JsonSchema | undefined;
  /** A text, and the bytes of one, are told as they are, anything else as JSON; what it throws is told to the model. */
  run(args: T, context: ToolContext): unknown;
  /** Milliseconds that a call may take; default 60,000, null = no limit. */
  timeoutMs?: number | null | undefined;
}

/**
 * Makes a tool. Throws `config` for a name that no model takes.
 *
 * @example
 * const weather = tool({
 *   name: "weather",
 *   description: "The weather of a city",
 *   parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
 *   run: ({ city }: { city: string }) => ({ city, celsius: 21 }),
 * });
 * const { completion } = await client.chat.completions.runTools({ model, messages, tools: [weather] });
 */
export function tool<T = Record<string, unknown>>(init: ToolInit<T>): Tool {
  if (typeof init !== "object" || init === null) throw new ConfigError("tool() takes { name, description, parameters, run }");
  const { name, description, parameters = { type: "object", properties: {} }, timeoutMs = TOOL_TIMEOUT } = init;
  if (typeof name !== "string" || !/^[A-Za-z0-9_-]{1,64}$/.test(name))
    throw new ConfigError(`the tool name ${JSON.stringify(name)} is not 1 to 64 letters, digits, "_" or "-"`);
  if (typeof init.run !== "function") throw new ConfigError(`the tool ${name} has no function to run`);
  if (timeoutMs !== null && !(typeof timeoutMs === "number" && timeoutMs > 0))
    throw new ConfigError(`timeoutMs of the tool ${name} must be above 0 (or null for no limit)`);
  const schema = isStandard(parameters) ? jsonSchemaOf(parameters) : parameters;
  if (!isObject(schema)) throw new ConfigError(`the parameters of the tool ${name} cannot be told as JSON Schema: give JSON Schema`);
  if (![schema["type"] ?? "object"].flat().includes("object"))
    throw new ConfigError(`the parameters of the tool ${name} must be those of an object: models give arguments by name`);
  return {
    name,
    description,
    parameters: schema,
    timeoutMs,
    run: (args: never, context) => init.run(args as T, context),
    async check(args) {
      if (isStandard(parameters)) return standardCheck(parameters, args);
      const wrong = complaints(schema, args);
      return wrong.length > 0 ? { complaints: wrong } : { value: args };
    },
    toJSON() {
      return { type: "function", function: { name, ...(description === undefined ? {} : { description }), parameters: schema } };
    },
  };
}

/** One call of a tool and what came of it. */
export interface ToolResult {
  readonly id: string;
  readonly name: string;
  /** As the model wrote them. */
  readonly arguments: string;
  /** What the model was told. */
  readonly content: string;
  /** What went wrong; undefined where nothing did. */
  readonly error: string | undefined;
  /** Milliseconds. */
  readonly durationMs: number;
}

/** One turn: an answer, and the calls that it asked for. */
export interface Step {
  readonly turn: number;
  readonly completion: ChatCompletion;
  readonly calls: readonly ToolResult[];
}

/** A run that came to its end. */
export interface ToolRun {
  /** The last answer. */
  readonly completion: ChatCompletion;
  /** The whole conversation, ready to go on with. */
  readonly messages: readonly ChatMessageParam[];
  readonly steps: readonly Step[];
}

/** Parameters of a run: those of a completion, with tools that can be called. */
export type RunToolsParams = Omit<ChatParams, "tools"> & {
  messages: readonly (ChatMessageParam | ChatMessage)[];
  tools: readonly Tool[];
};

/** Options of a run; limits, retries and headers are those of each turn. */
export interface RunToolsOptions extends CallOptions {
  /** Default 10. */
  maxTurns?: number | undefined;
  /** Told each turn when its calls are done. */
  onStep?: ((step: Step) => void) | undefined;
}

type Create = (params: ChatParams, options: CallOptions) => ResultPromise<ChatCompletion>;

/** The loop behind `client.chat.completions.runTools`. */
export async function runTools(create: Create, params: RunToolsParams, options: RunToolsOptions): Promise<ToolRun> {
  const { maxTurns = MAX_TURNS, onStep, ...call } = options;
  const { messages: given, tools, ...rest } = params;
  if (!Array.isArray(given)) throw new ConfigError("messages must be a list of messages");
  if (!Array.isArray(tools)) throw new ConfigError("tools must be a list of what tool({ name, run, … }) made");
  if (onStep !== undefined && typeof onStep !== "function") throw new ConfigError("onStep must be a function");
  if (!Number.isInteger(maxTurns) || maxTurns < 1)
    throw new ConfigError(`maxTurns must be a whole number of at least 1, not ${String(maxTurns)}`);
  const byName = named(tools);
  const messages = [...given] as ChatMessageParam[];
  const steps: Step[] = [];
  try {
    for (let turn = 1; ; turn++) {
      const body = { ...(rest as ChatParams), messages, ...(tools.length === 0 ? {} : { tools: tools.map((one) => one.toJSON()) }) };
      const completion = await create(body, call);
      const message = completion.choices?.[0]?.message ?? undefined;
      const calls = callsOf(message);
      const last = calls.length === 0 || turn >= maxTurns;
      const results = last ? [] : await callAll(byName, calls, call.signal);
      if (message !== undefined) messages.push(putBack(message)); // calls without their results are nothing to go on with
      for (const { id, content } of results) messages.push({ role: "tool", tool_call_id: id, content });
      const step: Step = { turn, completion, calls: results };
      steps.push(step);
      onStep?.(step);
      if (calls.length === 0) return { completion, messages, steps };
      if (last) throw tooManyTurns(maxTurns, completion);
    }
  } catch (error) {
    // Two runs may have met the same failed look-up: the later one is told.
    const kept = (value: unknown): PropertyDescriptor => ({ value, configurable: true });
    if (ChutesError.is(error)) Object.defineProperties(error, { steps: kept(steps), messages: kept(messages) });
    throw error;
  }
}

function named(tools: readonly Tool[]): Map<string, Tool> {
  const byName = new Map<string, Tool>();
  for (const one of tools) {
    if (typeof one?.run !== "function" || typeof one.toJSON !== "function")
      throw new ConfigError("each of the tools of runTools must be one that tool({ name, run, … }) made: others cannot be run");
    if (byName.has(one.name)) throw new ConfigError(`two tools are named ${one.name}`);
    byName.set(one.name, one);
  }
  return byName;
}

function tooManyTurns(maxTurns: number, completion: ChatCompletion): Error {
  return new InvalidOutputError("invalid_output", `the model still asked for tools in turn ${maxTurns}, the last one`, {
    reason: "max_turns",
    text: completion.choices?.[0]?.message?.content ?? "",
    partial: completion,
    ...responseOf(completion),
  });
}

/** What a message asks for; whatever else an engine writes there is no call. */
function callsOf(message: ChatMessage | undefined): readonly ToolCall[] {
  const calls: unknown = message?.tool_calls;
  return Array.isArray(calls) ? (calls as unknown[]).filter((call): call is ToolCall => isObject(call)) : [];
}

/** The assistant's message as it came; arguments that are no JSON become `{}`, which the server would refuse otherwise. */
function putBack(message: ChatMessage): ChatMessageParam {
  const calls = callsOf(message);
  if (calls.length === 0) return message as ChatMessageParam;
  const repaired = calls.map((call): ToolCall => {
    const written = writtenArguments(call);
    return { ...call, function: { ...call.function, arguments: tryJson(written) === undefined ? "{}" : written } };
  });
  return { ...message, tool_calls: repaired } as ChatMessageParam;
}

/** Arguments as a text; some engines give the object itself. */
function writtenArguments(call: ToolCall): string {
  const written: unknown = call.function?.arguments ?? "";
  return typeof written === "string" ? written : JSON.stringify(written);
}

/** Runs all calls of a turn at once; the results are in the order of the calls. */
async function callAll(
  tools: ReadonlyMap<string, Tool>,
  calls: readonly ToolCall[],
  signal: AbortSignal | undefined,
): Promise<ToolResult[]> {
  const over = new AbortController();
  try {
    const all = Promise.all(calls.map((call) => callOne(tools, call, over.signal)));
    return await within(all, "", new Deadline(null, realSeam), signal);
  } finally {
    over.abort(signal?.reason);
  }
}

/** Runs one call; whatever goes wrong is told to the model. */
async function callOne(tools: ReadonlyMap<string, Tool>, call: ToolCall, over: AbortSignal): Promise<ToolResult> {
  const began = performance.now();
  const name = call.function?.name ?? "";
  const written = writtenArguments(call);
  let content: string;
  let error: string | undefined;
  try {
    const known = tools.get(name);
    if (known === undefined) throw new Error(`unknown tool: ${name}`);
    const args = await checkedArguments(known, written);
    const value = await limited(known, args, over);
    content = textOf(value);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message || cause.name : String(cause);
    error = [...text].slice(0, MAX_FAILURE_CHARS).join("");
    content = JSON.stringify({ error });
  }
  return { id: call.id ?? "", name, arguments: written, content, error, durationMs: performance.now() - began };
}

/** What a model is told of a result: a text and its bytes as they are, anything else as JSON. */
function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "null");
}

async function checkedArguments(known: Tool, written: string): Promise<unknown> {
  const args = tryJson(written.trim() || "{}");
  if (!isObject(args)) throw new Error(`invalid arguments: they are no JSON${args === undefined ? "" : " object"}`);
  const checked = await known.check(args);
  if ("complaints" in checked) throw new Error(`invalid arguments: ${checked.complaints.join("; ")}`);
  return checked.value;
}

/** Runs a tool within its time limit. */
async function limited(known: Tool, args: unknown, over: AbortSignal): Promise<unknown> {
  const { timeoutMs } = known;
  const own = new AbortController();
  const forward = (): void => own.abort(over.reason);
  if (over.aborted) forward();
  else over.addEventListener("abort", forward);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    if (timeoutMs === null) return;
    const end = (): void => {
      const failure = new Error(`timed out after ${timeoutMs / 1000} s`);
      reject(failure);
      own.abort(failure);
    };
    timer = setTimeout(end, Math.min(timeoutMs, 2 ** 31 - 1));
  });
  try {
    const work = (async () => known.run(args as never, { signal: own.signal }))();
    work.catch(() => undefined);
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    over.removeEventListener("abort", forward);
  }
}

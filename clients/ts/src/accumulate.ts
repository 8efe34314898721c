/** Adds up chunks to the completion that a call without streaming would have given. Fragments are joined once. */
import { isObject, type Json } from "./json.js";

const filled = (value: unknown): value is string => typeof value === "string" && value !== "";

/** Text that grows by fragments and is joined when asked for. */
class Text {
  #parts: string[] = [];
  /** Whether there was something to add. */
  add(value: unknown): boolean {
    if (!filled(value)) return false;
    this.#parts.push(value);
    return true;
  }
  get(): string | undefined {
    if (this.#parts.length > 1) this.#parts = [this.#parts.join("")];
    return this.#parts[0];
  }
}

interface ToolCall {
  index: number;
  id: string | undefined;
  type: string | undefined;
  name: string | undefined;
  arguments: Text;
  extra: Json;
}

interface Choice {
  role: string | undefined;
  content: Text;
  reasoning: Text;
  refusal: Text;
  text: Text;
  tools: ToolCall[];
  finishReason: string | null;
  logprobs: Json | undefined;
  /** Whether a delta with content came: after that, a new id with a role is a restart. */
  touched: boolean;
  extraChoice: Json;
  extraMessage: Json;
}

const CHUNK_FIELDS = new Set(["restarted", "id", "model", "choices", "usage", "object", "created"]);
const CHOICE_FIELDS = new Set(["index", "delta", "message", "text", "finish_reason", "logprobs"]);
const DELTA_FIELDS = new Set(["role", "content", "reasoning_content", "reasoning", "refusal", "tool_calls"]);

function keepUnknown(from: Json, known: ReadonlySet<string>, into: Json): void {
  for (const name in from) {
    const value = from[name];
    if (value === null || value === undefined || known.has(name)) continue;
    if (Object.hasOwn(from, name)) into[name] = value;
  }
}

/** Collects the chunks of one stream. */
export class Accumulator {
  #id: string | undefined;
  #currentId: string | undefined;
  #model: string | undefined;
  #created: unknown;
  #usage: unknown;
  #extra: Json = {};
  #choices = new Map<number, Choice>();

  constructor(private readonly text = false) {}

  /** Whether a chunk begins the answer anew: another id, with a role for a choice that already had content. */
  restarts(chunk: Json): boolean {
    const id = chunk["id"];
    if (!filled(id) || this.#currentId === undefined || id === this.#currentId) return false;
    return list(chunk["choices"]).some((choice) => {
      const delta = isObject(choice["delta"]) ? choice["delta"] : {};
      return filled(delta["role"]) && this.#choices.get(indexOf(choice))?.touched === true;
    });
  }

  /** Forgets everything. */
  reset(): void {
    this.#id = this.#currentId = this.#model = undefined;
    this.#created = this.#usage = undefined;
    this.#extra = {};
    this.#choices = new Map();
  }

  /** Adds a chunk. */
  add(chunk: Json): void {
    if (filled(chunk["id"])) {
      this.#id ??= chunk["id"];
      this.#currentId = chunk["id"];
    }
    if (filled(chunk["model"])) this.#model ??= chunk["model"];
    this.#created ??= chunk["created"] ?? undefined;
    if (chunk["usage"] !== null && chunk["usage"] !== undefined) this.#usage = chunk["usage"];
    keepUnknown(chunk, CHUNK_FIELDS, this.#extra);
    const choices = chunk["choices"];
    if (Array.isArray(choices)) for (const choice of choices as unknown[]) if (isObject(choice)) this.#addChoice(choice);
  }

  #addChoice(raw: Json): void {
    const index = indexOf(raw);
    let choice = this.#choices.get(index);
    if (choice === undefined) this.#choices.set(index, (choice = newChoice()));
    if (filled(raw["finish_reason"])) choice.finishReason = raw["finish_reason"];
    if (isObject(raw["logprobs"])) choice.logprobs = mergeLogprobs(choice.logprobs, raw["logprobs"]);
    choice.text.add(raw["text"]);
    keepUnknown(raw, CHOICE_FIELDS, choice.extraChoice);
    if (isObject(raw["delta"])) mergeDelta(choice, raw["delta"]);
  }

  /** Whether at least one choice was seen and every one has its finish_reason. */
  get complete(): boolean {
    return this.#choices.size > 0 && [...this.#choices.values()].every((choice) => choice.finishReason !== null);
  }

  /** The last usage that was told. */
  get usage(): unknown {
    return this.#usage;
  }

  /** Whether any chunk told anything. */
  get empty(): boolean {
    return this.#choices.size === 0;
  }

  /** The completion so far, as a new object. */
  snapshot(complete: boolean): Json {
    const choices = [...this.#choices.entries()].sort(([a], [b]) => a - b);
    const result: Json = { ...this.#extra };
    if (this.#id !== undefined) result["id"] = this.#id;
    result["object"] = this.text ? "text_completion" : "chat.completion";
    if (this.#created !== undefined) result["created"] = this.#created;
    if (this.#model !== undefined) result["model"] = this.#model;
    result["choices"] = choices.map(([index, choice]) => (this.text ? textChoice(index, choice) : chatChoice(index, choice)));
    if (this.#usage !== undefined) result["usage"] = this.#usage;
    if (!complete) result["complete"] = false;
    return result;
  }
}

const NONE: readonly Json[] = [];

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? (value as unknown[]).filter(isObject) : NONE;
}

function indexOf(choice: Json): number {
  return typeof choice["index"] === "number" ? choice["index"] : 0;
}

function newChoice(): Choice {
  return {
    role: undefined,
    content: new Text(),
    reasoning: new Text(),
    refusal: new Text(),
    text: new Text(),
    tools: [],
    finishReason: null,
    logprobs: undefined,
    touched: false,
    extraChoice: {},
    extraMessage: {},
  };
}

/** Adds one delta: texts grow, the role is the first non-empty one. */
export function mergeDelta(choice: Choice, delta: Json): void {
  if (filled(delta["role"])) choice.role ??= delta["role"];
  const reasoning = filled(delta["reasoning_content"]) ? delta["reasoning_content"] : delta["reasoning"];
  if (choice.content.add(delta["content"])) choice.touched = true;
  if (choice.reasoning.add(reasoning)) choice.touched = true;
  if (choice.refusal.add(delta["refusal"])) choice.touched = true;
  for (const call of list(delta["tool_calls"])) {
    mergeToolCalls(choice.tools, call);
    choice.touched = true;
  }
  keepUnknown(delta, DELTA_FIELDS, choice.extraMessage);
}

/** Adds one fragment of a tool call: by index, else by id, else to the last one. */
export function mergeToolCalls(calls: ToolCall[], raw: Json): void {
  const fn = isObject(raw["function"]) ? raw["function"] : {};
  const id = filled(raw["id"]) ? raw["id"] : undefined;
  let call: ToolCall | undefined;
  let index: number | undefined;
  if (typeof raw["index"] === "number") {
    index = raw["index"];
    call = calls.find((known) => known.index === index);
  } else if (id !== undefined) {
    call = calls.find((known) => known.id === id);
  } else {
    call = calls.at(-1);
  }
  if (call === undefined) {
    index ??= calls.reduce((highest, known) => Math.max(highest, known.index), -1) + 1;
    call = { index, id: undefined, type: undefined, name: undefined, arguments: new Text(), extra: {} };
    calls.push(call);
  }
  call.id ??= id;
  call.type ??= filled(raw["type"]) ? raw["type"] : undefined;
  call.name ??= filled(fn["name"]) ? fn["name"] : undefined;
  if (typeof fn["arguments"] === "string") call.arguments.add(fn["arguments"]);
  else if (isObject(fn["arguments"])) call.arguments.add(JSON.stringify(fn["arguments"]));
  keepUnknown(raw, new Set(["index", "id", "type", "function"]), call.extra);
}

function mergeLogprobs(before: Json | undefined, more: Json): Json {
  const merged: Json = { ...before };
  for (const [name, value] of Object.entries(more)) {
    const old = merged[name];
    if (Array.isArray(value)) {
      if (Array.isArray(old)) for (const item of value as unknown[]) old.push(item);
      else merged[name] = [...(value as unknown[])];
    } else if (value !== null) merged[name] = value;
  }
  return merged;
}

function chatChoice(index: number, choice: Choice): Json {
  const message: Json = { ...choice.extraMessage, role: choice.role ?? "assistant", content: choice.content.get() ?? null };
  const reasoning = choice.reasoning.get();
  if (reasoning !== undefined) message["reasoning_content"] = reasoning;
  const refusal = choice.refusal.get();
  if (refusal !== undefined) message["refusal"] = refusal;
  if (choice.tools.length > 0) {
    message["tool_calls"] = [...choice.tools]
      .sort((a, b) => a.index - b.index)
      .map(({ id, type, name, arguments: args, extra }) => ({
        ...extra,
        ...(id === undefined ? {} : { id }),
        type: type ?? "function",
        function: { ...(name === undefined ? {} : { name }), arguments: args.get() ?? "" },
      }));
  }
  return {
    ...choice.extraChoice,
    index,
    message,
    finish_reason: choice.finishReason,
    ...(choice.logprobs === undefined ? {} : { logprobs: choice.logprobs }),
  };
}

function textChoice(index: number, choice: Choice): Json {
  return {
    ...choice.extraChoice,
    index,
    text: choice.text.get() ?? "",
    finish_reason: choice.finishReason,
    ...(choice.logprobs === undefined ? {} : { logprobs: choice.logprobs }),
  };
}

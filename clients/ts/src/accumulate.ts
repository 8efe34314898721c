/** Adds up chunks to the completion that a call without streaming would have given. Fragments are joined once. */
import { isObject, type Json } from "./json.js";

const filled = (value: unknown): value is string => typeof value === "string" && value !== "";

/** Text that grows by fragments and is joined when asked for. */
class Text {
  private parts: string[] = [];
  /** Whether there was something to add. */
  add(value: unknown): boolean {
    if (typeof value !== "string" || value === "") return false;
    this.parts.push(value);
    return true;
  }
  get(): string | undefined {
    if (this.parts.length > 1) this.parts = [this.parts.join("")];
    return this.parts[0];
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

const TOOL_FIELDS = new Set(["index", "id", "type", "function"]);

/** Keeps a field that has no rule of its own. */
function keepUnknown(from: Json, name: string, into: Json): void {
  if (Object.hasOwn(from, name)) into[name] = from[name];
}

/**
 * Collects the chunks of one stream.
 *
 * Each object of a chunk is walked once, field by field: most fields that have a rule are absent or null, and at the pace of a model this
 * code runs cold, where each look-up and each call counts.
 */
export class Accumulator {
  private firstId: string | undefined;
  private currentId: string | undefined;
  private firstModel: string | undefined;
  private created: unknown;
  private lastUsage: unknown;
  private extra: Json = {};
  private choices = new Map<number, Choice>();

  constructor(private readonly text = false) {}

  /** Whether a chunk begins the answer anew: another id, with a role for a choice that already had content. */
  restarts(chunk: Json): boolean {
    const id = chunk["id"];
    if (id === this.currentId || this.currentId === undefined || !filled(id)) return false;
    return list(chunk["choices"]).some((choice) => {
      const delta = isObject(choice["delta"]) ? choice["delta"] : {};
      return filled(delta["role"]) && this.choices.get(indexOf(choice))?.touched === true;
    });
  }

  /** Forgets everything. */
  reset(): void {
    this.firstId = this.currentId = this.firstModel = undefined;
    this.created = this.lastUsage = undefined;
    this.extra = {};
    this.choices = new Map();
  }

  /** Adds a chunk. */
  add(chunk: Json): void {
    for (const name in chunk) {
      const value = chunk[name];
      if (value === null || value === undefined) continue;
      switch (name) {
        case "choices":
          if (!Array.isArray(value)) break;
          for (let at = 0; at < value.length; at++) if (isObject(value[at])) this.addChoice(value[at] as Json);
          break;
        case "id":
          if (!filled(value)) break;
          this.firstId ??= value;
          this.currentId = value;
          break;
        case "model":
          if (filled(value)) this.firstModel ??= value;
          break;
        case "created":
          this.created ??= value;
          break;
        case "usage":
          this.lastUsage = value;
          break;
        case "object":
        case "restarted":
          break;
        default:
          keepUnknown(chunk, name, this.extra);
      }
    }
  }

  private addChoice(raw: Json): void {
    const index = indexOf(raw);
    let choice = this.choices.get(index);
    if (choice === undefined) this.choices.set(index, (choice = newChoice()));
    for (const name in raw) {
      const value = raw[name];
      if (value === null || value === undefined) continue;
      switch (name) {
        case "delta":
          if (isObject(value)) mergeDelta(choice, value);
          break;
        case "finish_reason":
          if (filled(value)) choice.finishReason = value;
          break;
        case "logprobs":
          if (isObject(value)) choice.logprobs = mergeLogprobs(choice.logprobs, value);
          break;
        case "text":
          choice.text.add(value);
          break;
        case "index":
        case "message":
          break;
        default:
          keepUnknown(raw, name, choice.extraChoice);
      }
    }
  }

  /** Whether at least one choice was seen and every one has its finish_reason. */
  get complete(): boolean {
    return this.choices.size > 0 && [...this.choices.values()].every((choice) => choice.finishReason !== null);
  }

  /** The last usage that was told. */
  get usage(): unknown {
    return this.lastUsage;
  }

  /** Whether any chunk told anything. */
  get empty(): boolean {
    return this.choices.size === 0;
  }

  /** The completion so far, as a new object. */
  snapshot(complete: boolean): Json {
    const choices = [...this.choices.entries()].sort(([a], [b]) => a - b);
    const result: Json = { ...this.extra };
    if (this.firstId !== undefined) result["id"] = this.firstId;
    result["object"] = this.text ? "text_completion" : "chat.completion";
    if (this.created !== undefined) result["created"] = this.created;
    if (this.firstModel !== undefined) result["model"] = this.firstModel;
    result["choices"] = choices.map(([index, choice]) => (this.text ? textChoice(index, choice) : chatChoice(index, choice)));
    if (this.lastUsage !== undefined) result["usage"] = this.lastUsage;
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
  for (const name in delta) {
    const value = delta[name];
    if (value === null || value === undefined) continue;
    switch (name) {
      case "content":
        if (choice.content.add(value)) choice.touched = true;
        break;
      case "role":
        if (filled(value)) choice.role ??= value;
        break;
      case "reasoning_content":
        if (choice.reasoning.add(value)) choice.touched = true;
        break;
      case "reasoning": // the same under another name
        if (!filled(delta["reasoning_content"]) && choice.reasoning.add(value)) choice.touched = true;
        break;
      case "refusal":
        if (choice.refusal.add(value)) choice.touched = true;
        break;
      case "tool_calls":
        for (const call of list(value)) {
          mergeToolCalls(choice.tools, call);
          choice.touched = true;
        }
        break;
      default:
        keepUnknown(delta, name, choice.extraMessage);
    }
  }
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
  for (const name in raw) if (!TOOL_FIELDS.has(name) && raw[name] !== null) keepUnknown(raw, name, call.extra);
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

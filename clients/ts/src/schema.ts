/** JSON Schema as far as cords, tools and structured output need it: a value is held to it, and what does not fit is named. */
import { ConfigError } from "./errors.js";
import { isObject, type Json } from "./json.js";

/** A JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Complaints that are told at most. */
export const MAX_COMPLAINTS = 3;
/** References followed for one value: more lead in a circle. */
const MAX_REFS = 64;

const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
const text = (value: unknown): string => JSON.stringify(value) ?? "undefined";

/** `a`, `a.b`, `a[0]`; the root is "". */
export function placeOf(path: readonly (string | number)[]): string {
  return path.map((part, at) => (typeof part === "number" ? `[${part}]` : at === 0 ? part : `.${part}`)).join("");
}

/** The same text for equal JSON values, whatever the order of their fields. */
function canonical(value: unknown): string {
  const sorted = (_name: string, item: unknown): unknown => (isObject(item) ? Object.fromEntries(Object.entries(item).sort()) : item);
  return text(JSON.parse(JSON.stringify(value) ?? "null", sorted));
}

function isType(type: unknown, value: unknown): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "integer":
      return Number.isInteger(value);
    case "object":
      return isObject(value);
    case "array":
      return Array.isArray(value);
    case "string":
    case "number":
    case "boolean":
      return typeof value === type;
    default:
      return true; // no type that this knows
  }
}

/**
 * What is wrong with a value, at most three things, each as `place: expected what`; empty where nothing is. Keywords that are not
 * known are ignored, and `default` fills nothing in.
 *
 * @example complaints({ type: "object", required: ["city"] }, {}) // ["city: expected a value (required)"]
 */
export function complaints(schema: unknown, value: unknown): string[] {
  try {
    return new Check(schema).run(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return ["value: expected something less deeply nested"];
  }
}

class Check {
  readonly #found: string[] = [];

  constructor(private readonly root: unknown) {}

  run(value: unknown): string[] {
    this.#check(this.root, value, [], 0);
    return this.#found;
  }

  get #full(): boolean {
    return this.#found.length >= MAX_COMPLAINTS;
  }

  #complain(path: readonly (string | number)[], expected: string): void {
    if (!this.#full) this.#found.push(`${placeOf(path) || "value"}: expected ${expected}`);
  }

  /** Whether a value fits, without a word. */
  #fits(schema: unknown, value: unknown, refs: number): boolean {
    const quiet = new Check(this.root);
    quiet.#check(schema, value, [], refs);
    return quiet.#found.length === 0;
  }

  #check(schema: unknown, value: unknown, path: readonly (string | number)[], refs: number): void {
    if (this.#full || schema === true || (!isObject(schema) && schema !== false)) return;
    if (schema === false) {
      this.#complain(path, "no value");
      return;
    }
    if (value === null && schema["nullable"] === true) return; // OpenAPI's way, which schemas of chutes have kept
    const before = this.#found.length;
    const reference = schema["$ref"];
    if (typeof reference === "string" && refs < MAX_REFS) this.#check(this.#resolve(reference), value, path, refs + 1);
    const { type } = schema;
    const types = Array.isArray(type) ? (type as unknown[]) : [type];
    if (types.length > 0 && !types.some((one) => isType(one, value))) {
      this.#complain(path, types.join(" or "));
      return;
    }
    this.#values(schema, value, path);
    this.#unions(schema, value, path, refs);
    if (this.#found.length > before && !isObject(value) && !Array.isArray(value)) return;
    if (typeof value === "number") this.#number(schema, value, path);
    else if (typeof value === "string") this.#string(schema, value, path);
    else if (Array.isArray(value)) this.#array(schema, value as unknown[], path);
    else if (isObject(value)) this.#object(schema, value, path);
  }

  /** What a reference within the schema leads to; true (anything goes) for any other. */
  #resolve(reference: string): unknown {
    if (reference !== "#" && !reference.startsWith("#/")) return true;
    let found: unknown = this.root;
    for (const part of reference.slice(1).split("/").slice(1)) {
      let name: string;
      try {
        name = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
      } catch {
        return true;
      }
      if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return this.#nested(reference);
      found = (found as Json)[name];
    }
    return found;
  }

  /** A definition by its name, wherever it is kept: the platform's kit moves some deeper than their references say. */
  #nested(reference: string): unknown {
    const name = /^#\/(?:\$defs|definitions)\/([^/]+)$/.exec(reference)?.[1]?.replaceAll("~1", "/").replaceAll("~0", "~");
    const places: unknown[] = [this.root];
    for (let place = places.shift(); name !== undefined && place !== undefined; place = places.shift()) {
      for (const key of ["definitions", "$defs"]) {
        const kept = isObject(place) ? place[key] : undefined;
        if (!isObject(kept)) continue;
        if (Object.hasOwn(kept, name)) return kept[name];
        places.push(...Object.values(kept));
      }
    }
    return true;
  }

  #values(schema: Json, value: unknown, path: readonly (string | number)[]): void {
    if (Object.hasOwn(schema, "const") && canonical(schema["const"]) !== canonical(value)) this.#complain(path, text(schema["const"]));
    const allowed = schema["enum"];
    if (Array.isArray(allowed) && !allowed.map(canonical).includes(canonical(value)))
      this.#complain(path, `one of ${allowed.map(text).join(", ")}`);
  }

  #unions(schema: Json, value: unknown, path: readonly (string | number)[], refs: number): void {
    for (const part of list(schema["allOf"])) this.#check(part, value, path, refs);
    const any = list(schema["anyOf"]);
    if (any.length > 0 && !any.some((part) => this.#fits(part, value, refs))) this.#complain(path, this.#either(any, value));
    const one = list(schema["oneOf"]);
    const fitting = one.filter((part) => this.#fits(part, value, refs)).length;
    if (one.length > 0 && fitting !== 1)
      this.#complain(path, fitting === 0 ? this.#either(one, value) : "what only one of its alternatives allows");
    if ((isObject(schema["not"]) || typeof schema["not"] === "boolean") && this.#fits(schema["not"], value, refs))
      this.#complain(path, `nothing that fits ${text(schema["not"])}`);
  }

  /** The types of alternatives, where each has one and the value is of none. */
  #either(parts: unknown[], value: unknown): string {
    const types = parts.map((part) =>
      isObject(part) && typeof part["type"] === "string" && !isType(part["type"], value) ? part["type"] : undefined,
    );
    return types.includes(undefined) ? "one of its alternatives" : [...new Set(types)].join(" or ");
  }

  #number(schema: Json, value: number, path: readonly (string | number)[]): void {
    const limit = (name: string): number | undefined => (typeof schema[name] === "number" ? schema[name] : undefined);
    const [least, most, above, below] = [limit("minimum"), limit("maximum"), limit("exclusiveMinimum"), limit("exclusiveMaximum")];
    if (least !== undefined && value < least) this.#complain(path, `at least ${least}`);
    if (most !== undefined && value > most) this.#complain(path, `at most ${most}`);
    if (above !== undefined && value <= above) this.#complain(path, `more than ${above}`);
    if (below !== undefined && value >= below) this.#complain(path, `less than ${below}`);
    const step = limit("multipleOf");
    if (step === undefined || step <= 0) return;
    const times = value / step;
    if (Math.abs(times - Math.round(times)) > 1e-9 * Math.max(1, Math.abs(times))) this.#complain(path, `a multiple of ${step}`);
  }

  #string(schema: Json, value: string, path: readonly (string | number)[]): void {
    const { minLength, maxLength, pattern } = schema;
    const length = typeof minLength === "number" || typeof maxLength === "number" ? [...value].length : 0;
    if (typeof minLength === "number" && length < minLength) this.#complain(path, `at least ${minLength} characters`);
    if (typeof maxLength === "number" && length > maxLength) this.#complain(path, `at most ${maxLength} characters`);
    if (typeof pattern === "string" && expression(pattern)?.test(value) === false) this.#complain(path, `a text that matches ${pattern}`);
  }

  #array(schema: Json, value: unknown[], path: readonly (string | number)[]): void {
    const { minItems, maxItems, uniqueItems, items, prefixItems } = schema;
    if (typeof minItems === "number" && value.length < minItems) this.#complain(path, `at least ${minItems} items`);
    if (typeof maxItems === "number" && value.length > maxItems) this.#complain(path, `at most ${maxItems} items`);
    if (uniqueItems === true && new Set(value.map(canonical)).size < value.length) this.#complain(path, "unique items");
    const first = list(prefixItems ?? (Array.isArray(items) ? items : undefined));
    for (const [at, item] of value.entries()) {
      if (this.#full) return;
      if (at < first.length) this.#check(first[at], item, [...path, at], 0);
      else if (items !== undefined && !Array.isArray(items)) this.#check(items, item, [...path, at], 0);
    }
  }

  #object(schema: Json, value: Json, path: readonly (string | number)[]): void {
    for (const name of list(schema["required"])) {
      if (typeof name === "string" && !Object.hasOwn(value, name)) this.#complain([...path, name], "a value (required)");
    }
    const properties = isObject(schema["properties"]) ? schema["properties"] : {};
    const more = "patternProperties" in schema ? undefined : schema["additionalProperties"];
    for (const [name, item] of Object.entries(value)) {
      if (this.#full) return;
      if (Object.hasOwn(properties, name)) this.#check(properties[name], item, [...path, name], 0);
      else if (more === undefined) continue;
      else if (more === false) this.#complain([...path, name], "no such field");
      else this.#check(more, item, [...path, name], 0);
    }
  }
}

/** A pattern as this language reads it; undefined where it cannot. */
function expression(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, "u");
  } catch {
    return undefined;
  }
}

/** What a library's schema object offers: it checks values, and can tell itself as JSON Schema. */
export interface StandardSchema<T = unknown> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<T> | Promise<StandardResult<T>>;
    readonly jsonSchema?: { readonly input: (options: { target: "draft-2020-12" }) => Record<string, unknown> } | undefined;
    readonly types?: { readonly input: unknown; readonly output: T } | undefined;
  };
}

/** What such a check comes to. */
export type StandardResult<T> =
  | { readonly value: T; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string;
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
      }[];
    };

export function isStandard(value: unknown): value is StandardSchema {
  return (typeof value === "object" || typeof value === "function") && value !== null && "~standard" in value;
}

/** The JSON Schema of a library's schema; undefined where it cannot tell. */
export function jsonSchemaOf(schema: StandardSchema): JsonSchema | undefined {
  try {
    return schema["~standard"].jsonSchema?.input({ target: "draft-2020-12" });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`this schema cannot be told as JSON Schema: ${why}`, { cause });
  }
}

/** Checks by a library's schema: the value as the library gives it, or complaints. */
export async function standardCheck<T>(schema: StandardSchema<T>, value: unknown): Promise<{ value: T } | { complaints: string[] }> {
  const result = await schema["~standard"].validate(value);
  if (result.issues === undefined) return { value: result.value };
  const told = result.issues.slice(0, MAX_COMPLAINTS).map(({ message, path = [] }) => {
    const parts = path
      .map((part) => (typeof part === "object" ? part.key : part))
      .map((part) => (typeof part === "number" ? part : String(part)));
    return `${placeOf(parts) || "value"}: ${message}`;
  });
  return { complaints: told };
}

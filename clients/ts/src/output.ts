/** Structured output: a type becomes the format that is asked for, and the answer a value of it. */
import { ConfigError, makeError, type OutputReason } from "./errors.js";
import { isObject } from "./json.js";
import { complaints, isStandard, jsonSchemaOf, standardCheck, type JsonSchema, type StandardSchema } from "./schema.js";
import type { ChatCompletion } from "./types/index.js";
import { responseOf, type ResponseInfo } from "./values.js";

/** Characters of the name under which a schema is sent. */
export const MAX_NAME_CHARS = 64;

/**
 * What an answer should look like: a schema of a library (Standard Schema that also gives JSON Schema, such as zod from 4.2), bare or
 * with a name, or JSON Schema by hand, perhaps with a function that makes the value. `name` defaults to the schema's title.
 */
export type Output<T> =
  | StandardSchema<T>
  | { readonly name?: string | undefined; readonly schema: StandardSchema<T> }
  | {
      readonly name?: string | undefined;
      readonly jsonSchema: JsonSchema;
      /** Makes the value of the JSON; what it throws is told as reason `schema`. */
      readonly parse?: ((value: unknown) => T | Promise<T>) | undefined;
    };

/** A completion whose text was read. */
export type ParsedCompletion<T> = ChatCompletion & { parsed: T };

/** An output with its schema in a field. */
type Wrapped<T> = Exclude<Output<T>, StandardSchema<T>>;

const wrapped = <T>(output: Output<T>): Wrapped<T> => (isStandard(output) ? { schema: output } : output);

/** The JSON Schema of an output. Throws `config` where there is none, or its library cannot give one. */
function schemaOf(output: Wrapped<unknown>): JsonSchema {
  const given: Partial<Record<"schema" | "jsonSchema", unknown>> | undefined = output;
  if (typeof given !== "object" || given === null || !("schema" in given || "jsonSchema" in given))
    throw new ConfigError("what should come out is missing: give a schema, { schema } or { jsonSchema, parse } first, then the parameters");
  const found = isStandard(given.schema) ? jsonSchemaOf(given.schema) : given.jsonSchema;
  if (typeof found !== "object" || found === null || Array.isArray(found))
    throw new ConfigError("this schema cannot be told as JSON Schema: give { jsonSchema, parse } in place of { schema }");
  return found as JsonSchema;
}

/** The `response_format` of an output. */
export function responseFormat(given: Output<unknown>): object {
  const output = wrapped(given);
  const schema = schemaOf(output);
  const title = output.name ?? (typeof schema["title"] === "string" ? schema["title"] : "");
  const name = title.replace(/[^A-Za-z0-9_-]/gu, "_").slice(0, MAX_NAME_CHARS) || "output";
  return { type: "json_schema", json_schema: { name, schema, strict: true } };
}

/**
 * Reads the first choice of a completion as an output, for completions that came another way (`stream.final()`).
 *
 * Throws `invalid_output` with `error.text` and a reason: `length` (cut off), `refusal`, `content_filter`, `empty`, `json` or `schema`.
 *
 * @example
 * const output = { jsonSchema: { type: "object", required: ["city"] } };
 * const stream = await client.chat.completions.stream({ model, messages });
 * console.log(await parseOutput(await stream.final(), output));
 */
export async function parseOutput<T>(completion: ChatCompletion, output: Output<T>): Promise<T> {
  schemaOf(wrapped(output));
  if (!isObject(completion)) throw new ConfigError("parseOutput() takes a completion, then what should come out");
  return readOutput(completion, output, responseOf(completion), []);
}

/** The same, for an answer whose call is known. */
export async function readOutput<T>(
  completion: ChatCompletion,
  output: Output<T>,
  info: ResponseInfo | undefined,
  secrets: readonly string[],
): Promise<T> {
  const choice = completion.choices?.[0] ?? undefined;
  const written: unknown = choice?.message?.content;
  const content = typeof written === "string" ? written : "";
  const fail = (reason: OutputReason, message: string, cause?: unknown): Error =>
    makeError("invalid_output", message, {
      reason,
      text: content,
      partial: completion,
      ...info,
      retryable: false,
      secrets,
      cause,
    });
  if (choice === undefined) throw fail("empty", "the model gave no answer");
  if (choice.finish_reason === "length")
    throw fail("length", "the model's answer was cut off at its length limit: ask for more tokens (max_tokens) or for less text");
  const refusal = choice.message?.refusal;
  if (typeof refusal === "string" && refusal !== "") throw fail("refusal", `the model refused: ${refusal}`);
  if (choice.finish_reason === "content_filter") throw fail("content_filter", "the model's answer was held back by a content filter");
  if (content.trim() === "") throw fail("empty", "the model's answer holds no text");
  let value: unknown;
  try {
    value = JSON.parse(unfenced(content));
  } catch (cause) {
    throw fail("json", `the model's answer is no JSON: ${content.trim().slice(0, 200)}`, cause);
  }
  return convert(output, value, (told, cause) => fail("schema", `the model's answer does not fit: ${told}`, cause));
}

/** Takes off one fence around a whole text. */
function unfenced(text: string): string {
  return /^```[^\n`]*\n([^]*)\n```$/.exec(text.trim().replaceAll("\r\n", "\n"))?.[1] ?? text;
}

async function convert<T>(given: Output<T>, value: unknown, fail: (told: string, cause?: unknown) => Error): Promise<T> {
  const output = wrapped(given);
  if ("schema" in output) {
    const result = await standardCheck(output.schema, value);
    if ("complaints" in result) throw fail(result.complaints.join("; "));
    return result.value;
  }
  const wrong = complaints(output.jsonSchema, value);
  if (wrong.length > 0) throw fail(wrong.join("; "));
  if (output.parse === undefined) return value as T;
  try {
    return await output.parse(value);
  } catch (cause) {
    throw fail(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { z } from "zod";
import { Chutes, parseOutput, type ChutesError, type InvalidOutputError } from "../src/index.js";
import { complaints } from "../src/schema.js";
import { scripted, type Script } from "../src/testing.js";
import { failure } from "./helpers.js";

const messages = [{ role: "user", content: "hi" }];
const saying = (content: string | null, more: object = {}, message: object = {}) => ({
  json: { choices: [{ index: 0, message: { role: "assistant", content, ...message }, finish_reason: "stop", ...more }] },
});
const city = {
  name: "My City",
  jsonSchema: { type: "object", properties: { name: { type: "string" }, size: { type: "integer" } }, required: ["name"] },
};

function made(...answers: Script[]) {
  const transport = scripted(answers);
  return { chutes: new Chutes({ apiKey: "cpk_test", transport }), transport };
}

describe("parse", () => {
  test("sends the schema and reads the value, also out of a fence", async () => {
    const { chutes, transport } = made(saying('{"name":"Rome","size":3.0}'), saying('```json\n{"name":"Oslo"}\n```'));
    const { parsed, choices } = await chutes.chat.completions.parse<{ name: string }>(city, { model: "m", messages });
    assert.deepEqual([parsed, choices?.[0]?.message?.content], [{ name: "Rome", size: 3 }, '{"name":"Rome","size":3.0}']);
    assert.deepEqual((transport.requests[0]?.body as { response_format: unknown }).response_format, {
      type: "json_schema",
      json_schema: { name: "My_City", schema: city.jsonSchema, strict: true },
    });
    assert.deepEqual((await chutes.chat.completions.parse(city, { model: "m", messages })).parsed, { name: "Oslo" });
  });

  for (const [reason, answer, text] of [
    ["length", saying('{"na', { finish_reason: "length" }), '{"na'],
    ["refusal", saying(null, {}, { refusal: "I will not" }), ""],
    ["content_filter", saying("{}", { finish_reason: "content_filter" }), "{}"],
    ["empty", saying(" \n"), " \n"],
    ["empty", { json: { choices: [] } }, ""],
    ["json", saying("Rome"), "Rome"],
    ["json", saying("Here: ```json\n{}\n```"), "Here: ```json\n{}\n```"],
    ["json", saying('{"name":NaN}'), '{"name":NaN}'],
    ["schema", saying('{"size":"big"}'), '{"size":"big"}'],
  ] as const) {
    test(`reason ${reason} of ${JSON.stringify(text)}`, async () => {
      const { chutes, transport } = made(answer);
      const error = (await failure(chutes.chat.completions.parse(city, { model: "m", messages }))) as InvalidOutputError;
      assert.deepEqual(
        [error.kind, error.reason, error.text, error.status, error.attempts, error.retryable],
        ["invalid_output", reason, text, 200, 1, false],
      );
      assert.ok((error.partial as { choices: unknown }).choices);
      assert.equal(transport.requests.length, 1);
      if (reason === "schema") assert.match(error.message, /name: expected a value \(required\); size: expected integer$/);
    });
  }

  test("a library's schema: its JSON Schema is sent, its value comes back, its complaints are told", async () => {
    const schema = z.object({ points: z.array(z.object({ x: z.int() })), at: z.string().transform((text) => text.length) });
    const { chutes, transport } = made(saying('{"points":[{"x":1}],"at":"abc"}'), saying('{"points":[{"x":1},{"x":"1"}],"at":"abc"}'));
    const { parsed } = await chutes.chat.completions.parse({ name: "P", schema }, { model: "m", messages });
    const typed: { points: { x: number }[]; at: number } = parsed;
    assert.deepEqual(typed, { points: [{ x: 1 }], at: 3 });
    const sent = (transport.requests[0]?.body as { response_format: { json_schema: { schema: { properties: object } } } }).response_format;
    assert.deepEqual(Object.keys(sent.json_schema.schema.properties), ["points", "at"]);
    const error = await failure(chutes.chat.completions.parse({ schema }, { model: "m", messages }));
    assert.match(error.message, /points\[1\]\.x: /);
  });

  test("a function of one's own makes the value; a schema without JSON Schema is refused", async () => {
    const { chutes, transport } = made(saying('{"name":"Rome"}'), saying('{"name":"Rome"}'));
    const parse = (value: unknown): string => (value as { name: string }).name;
    assert.equal((await chutes.chat.completions.parse({ ...city, parse }, { model: "m", messages })).parsed, "Rome");
    const bad = { ...city, parse: (): never => assert.fail("not a capital") };
    assert.match((await failure(chutes.chat.completions.parse(bad, { model: "m", messages }))).message, /not a capital/);
    const plain = { "~standard": { version: 1 as const, vendor: "x", validate: (value: unknown) => ({ value }) } };
    for (const [output, params] of [
      [{ schema: plain }, {}],
      [city, { response_format: {} }],
      [city, { stream: true as never }],
    ] as const)
      assert.equal(
        (await failure(chutes.chat.completions.parse(output as typeof city, { model: "m", messages, ...params }))).kind,
        "config",
      );
    assert.equal(transport.requests.length, 2);
  });

  test("of a completion that came another way", async () => {
    const completion = saying('{"name":"Rome"}').json;
    assert.deepEqual(await parseOutput(completion, city), { name: "Rome" });
    await assert.rejects(parseOutput({ choices: [] }, city), (error: ChutesError) => error.kind === "invalid_output");
  });
});

test("a schema that leads in circles over a value beyond reason is a complaint, no crash", () => {
  let value: unknown = 1;
  for (let depth = 0; depth < 100_000; depth++) value = [value];
  assert.deepEqual(complaints({ type: "array", items: { $ref: "#" } }, value), ["value: expected something less deeply nested"]);
});

describe("schema", () => {
  const tree = {
    $defs: { "a/b": { type: "integer" } },
    properties: { n: { $ref: "#/$defs/a~1b" }, next: { $ref: "#" } },
    additionalProperties: false,
  };
  for (const [schema, value, wanted] of [
    [{ type: "string" }, 1, ["value: expected string"]],
    [{ type: ["string", "null"] }, 1, ["value: expected string or null"]],
    [{ type: "integer" }, 1.5, ["value: expected integer"]],
    [{ type: "number" }, true, ["value: expected number"]],
    [{ enum: ["a", null] }, "b", ['value: expected one of "a", null']],
    [{ const: { a: 1, b: 2 } }, { b: 2, a: 1 }, []],
    [{ minimum: 3, maximum: 5 }, 2, ["value: expected at least 3"]],
    [{ exclusiveMinimum: 3 }, 3, ["value: expected more than 3"]],
    [{ exclusiveMaximum: 3 }, 3, ["value: expected less than 3"]],
    [{ multipleOf: 0.1 }, 0.3, []],
    [{ multipleOf: 5 }, 7, ["value: expected a multiple of 5"]],
    [{ minLength: 2 }, "🙂", ["value: expected at least 2 characters"]],
    [{ maxLength: 1 }, "🙂", []],
    [{ pattern: "^a" }, "b", ["value: expected a text that matches ^a"]],
    [{ pattern: "(?<=" }, "b", []],
    [{ items: { type: "integer" }, minItems: 1 }, [1, "a"], ["[1]: expected integer"]],
    [{ prefixItems: [{ type: "string" }], items: false }, ["a", 1], ["[1]: expected no value"]],
    [{ uniqueItems: true }, [{ a: 1 }, { a: 1 }], ["value: expected unique items"]],
    [{ anyOf: [{ type: "string" }, { type: "null" }] }, 1, ["value: expected string or null"]],
    [{ oneOf: [{ type: "object", required: ["a"] }, { type: "null" }] }, {}, ["value: expected one of its alternatives"]],
    [{ oneOf: [{ type: "number" }, { type: "integer" }] }, 1, ["value: expected what only one of its alternatives allows"]],
    [{ allOf: [{ type: "number" }, { minimum: 2 }] }, 1, ["value: expected at least 2"]],
    [{ not: { type: "string" } }, "a", ['value: expected nothing that fits {"type":"string"}']],
    [tree, { n: "x", next: { n: 1, next: { y: 1 } } }, ["n: expected integer", "next.next.y: expected no such field"]],
    [{ $ref: "#" }, 1, []],
    [{ additionalProperties: { type: "string" }, properties: { a: {} } }, { a: 1, b: 2 }, ["b: expected string"]],
    [{ patternProperties: { "^x": {} }, additionalProperties: false }, { x1: 1, y: 1 }, []],
    [{ $ref: "#/definitions/Y", definitions: { X: { $defs: { Y: { type: "string" } } } } }, 1, ["value: expected string"]],
    [{ $ref: "#somewhere" }, 1, []],
    [{ type: "string", nullable: true }, null, []],
    [{ type: [], not: null, anyOf: [], items: "x", required: "a", properties: null }, 1, []],
    [{ required: ["a", "b", "c", "d"] }, {}, ["a", "b", "c"].map((name) => `${name}: expected a value (required)`)],
    [{ format: "date", type: "string" }, "no date", []],
    [true, 1, []],
    [false, 1, ["value: expected no value"]],
  ] as const) {
    test(`${JSON.stringify(schema)} on ${JSON.stringify(value)}`, () => assert.deepEqual(complaints(schema, value), wanted));
  }
});

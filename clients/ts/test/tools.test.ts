import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { z } from "zod";
import { Chutes, ChutesError, tool, type Step } from "../src/index.js";
import { scripted, type Script } from "../src/testing.js";
import { failure } from "./helpers.js";

const messages = [{ role: "user", content: "hi" }];
const call = (id: string, name: string, args: string | null) => ({ id, type: "function", function: { name, arguments: args } });
const asking = (...tool_calls: object[]) => ({
  json: { choices: [{ index: 0, message: { role: "assistant", content: null, tool_calls, kept: 1 }, finish_reason: "tool_calls" }] },
});
const done = { json: { choices: [{ index: 0, message: { role: "assistant", content: "done" }, finish_reason: "stop" }] } };

function made(...answers: Script[]) {
  const transport = scripted(answers);
  const chutes = new Chutes({ apiKey: "cpk_test", transport });
  return { run: chutes.chat.completions.runTools.bind(chutes.chat.completions), transport };
}
const sent = (transport: { requests: readonly { body: unknown }[] }, at: number) =>
  (transport.requests[at]?.body as { messages: unknown[] }).messages;

describe("runTools", () => {
  const add = tool({
    name: "add",
    description: "Adds",
    parameters: { type: "object", properties: { a: { type: "integer" }, b: { type: "integer" } }, required: ["a"] },
    run: ({ a, b = 0 }: { a: number; b?: number }) => ({ sum: a + b }),
  });

  test("results and failures go back in the order of the calls; the message as it came", async () => {
    const bad = tool({ name: "bad", run: () => Promise.reject(new Error("x".repeat(3000))) });
    const late = tool({
      name: "late",
      timeoutMs: 20,
      run: (_args, { signal }) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    });
    const { run, transport } = made(
      asking(
        call("1", "late", ""),
        call("2", "add", '{"a":1,"b":2}'),
        call("3", "add", "{no"),
        call("4", "add", '{"b":2}'),
        call("5", "bad", "{}"),
        call("6", "nope", "[1]"),
        call("7", "add", "[1]"),
      ),
      done,
    );
    const steps: Step[] = [];
    const result = await run({ model: "m", messages, tools: [add, bad, late] }, { onStep: (step) => steps.push(step) });
    assert.deepEqual(result.steps, steps);
    assert.deepEqual(
      steps[0]?.calls.map(({ content }) => content.slice(0, 70)),
      [
        '{"error":"timed out after 0.02 s"}',
        '{"sum":3}',
        '{"error":"invalid arguments: they are no JSON"}',
        '{"error":"invalid arguments: a: expected a value (required)"}',
        `{"error":"${"x".repeat(60)}`,
        '{"error":"unknown tool: nope"}',
        '{"error":"invalid arguments: they are no JSON object"}',
      ],
    );
    assert.equal(steps[0]?.calls[4]?.error?.length, 2000);
    const back = sent(transport, 1) as { tool_calls?: { function: { arguments: string } }[]; kept?: number; tool_call_id?: string }[];
    assert.deepEqual(
      back[1]?.tool_calls?.map((one) => one.function.arguments),
      ["{}", '{"a":1,"b":2}', "{}", '{"b":2}', "{}", "[1]", "[1]"],
    );
    assert.equal(back[1]?.kept, 1);
    assert.deepEqual(
      back.slice(2).map((one) => one.tool_call_id),
      ["1", "2", "3", "4", "5", "6", "7"],
    );
    assert.deepEqual([result.messages.length, result.messages.at(-1)?.content, steps[1]?.calls], [10, "done", []]);
  });

  test("the last turn still asks: invalid_output with all that was done", async () => {
    const { run, transport } = made(asking(call("1", "add", '{"a":1}')), asking(call("2", "add", '{"a":1}')));
    const error = await failure(run({ model: "m", messages, tools: [add] }, { maxTurns: 2 }));
    assert.deepEqual(
      [error.kind, error.reason, error.steps?.length, error.messages?.length, transport.requests.length],
      ["invalid_output", "max_turns", 2, 4, 2],
    );
    assert.deepEqual(error.steps?.[1]?.calls, []);
  });

  test("whatever ends a run, its error has what was done and said before, for no log to see", async () => {
    const { run } = made(asking(call("1", "add", '{"a":1}')), { status: 400, json: { detail: "too long" } });
    const error = await failure(run({ model: "m", messages, tools: [add] }));
    assert.deepEqual(
      [error.kind, error.steps?.map(({ turn }) => turn), error.messages?.map(({ role }) => role)],
      ["bad_request", [1], ["user", "assistant", "tool"]],
    );
    assert.doesNotMatch(inspect(error) + JSON.stringify({ ...error }), /messages|steps/);
    const again = made(done);
    const result = await again.run({ model: "m", messages: error.messages ?? [], tools: [add] });
    assert.equal(result.messages.length, 4);
  });

  test("one failure may end two runs", async () => {
    const shared = new ChutesError("not_found", "no such chute");
    const runs = ["a", "b"].map((content) => {
      const { run } = made(done);
      const onStep = (): void => {
        throw shared;
      };
      return failure(run({ model: "m", messages: [{ role: "user", content }], tools: [] }, { onStep }));
    });
    assert.deepEqual(
      (await Promise.all(runs)).map(({ kind }) => kind),
      ["not_found", "not_found"],
    );
  });

  test("bytes of a text are told as the text", async () => {
    const { run, transport } = made(asking(call("1", "read", "{}")), done);
    await run({ model: "m", messages, tools: [tool({ name: "read", run: () => Buffer.from("ärger") })] });
    assert.equal((sent(transport, 1)[2] as { content: string }).content, "ärger");
  });

  test("arguments of a library's schema are typed and checked", async () => {
    const got: number[] = [];
    const double = tool({ name: "double", parameters: z.object({ n: z.coerce.number() }), run: ({ n }) => void got.push(n) });
    const { run, transport } = made(asking(call("1", "double", '{"n":"4"}'), call("2", "double", '{"n":"x"}')), done);
    await run({ model: "m", messages, tools: [double] });
    assert.deepEqual(got, [4]);
    assert.deepEqual((sent(transport, 1)[2] as { content: string }).content, "null");
    assert.match((sent(transport, 1)[3] as { content: string }).content, /invalid arguments: n: /);
    assert.equal(double.parameters["type"], "object");
  });

  test("an abort ends the tools that run, and the run", async () => {
    const abort = new AbortController();
    let ended = false;
    const slow = tool({
      name: "slow",
      timeoutMs: null,
      run: (_args, { signal }) => new Promise(() => signal.addEventListener("abort", () => (ended = true))),
    });
    const { run } = made(asking(call("1", "slow", "{}")));
    setTimeout(() => abort.abort(), 20);
    const error = await failure(run({ model: "m", messages, tools: [slow] }, { signal: abort.signal }));
    assert.deepEqual([error.kind, error.steps, error.messages], ["cancelled", [], messages]);
    assert.equal(ended, true);
  });

  test("refused before anything is sent", async () => {
    const { run, transport } = made();
    for (const [params, options] of [
      [{ tools: [add, add] }, {}],
      [{ tools: [add], stream: true as never }, {}],
      [{ tools: [add] }, { maxTurns: 0 }],
      [{ tools: [add] }, { maxTurns: 1.5 }],
    ] as const)
      assert.equal((await failure(run({ model: "m", messages, ...params }, options))).kind, "config");
    for (const name of ["", "a b", "x".repeat(65)]) assert.throws(() => tool({ name, run: () => 1 }), /tool name/);
    assert.throws(() => tool({ name: "t", timeoutMs: 0, run: () => 1 }), /timeoutMs/);
    for (const parameters of [z.string(), { type: "array" }, { type: ["string", "null"] }])
      assert.throws(() => tool({ name: "t", parameters, run: () => 1 }), /must be those of an object/);
    tool({ name: "t", parameters: { type: ["object", "null"] }, run: () => 1 });
    assert.throws(() => tool({ name: "t", parameters: z.object({ on: z.date() }), run: () => 1 }), /cannot be told as JSON Schema: Date/);
    assert.throws(() => tool({ name: "t", timeoutMs: "5" as never, run: () => 1 }), /timeoutMs/);
    for (const params of [{}, { tools: null }, { tools: add }, { tools: [add], messages: "hi" }, { tools: [add], messages: undefined }])
      assert.equal((await failure(run({ model: "m", messages, ...params } as never))).kind, "config");
    assert.match((await failure(run({ model: "m", messages, tools: [add] }, { onStep: 5 as never }))).message, /onStep/);
    assert.equal(transport.requests.length, 0);
  });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { Accumulator } from "../src/accumulate.js";

type Json = Record<string, unknown>;
const collect = (...chunks: Json[]): Json => {
  const all = new Accumulator();
  for (const one of chunks) all.add(one);
  return all.snapshot(true);
};
const piece = (delta: unknown, more: Json = {}): Json => ({ id: "c1", choices: [{ index: 0, delta, ...more }] });
const message = (result: Json): Json => ((result["choices"] as Json[])[0]?.["message"] ?? {}) as Json;
const call = (fields: Json): Json => piece({ tool_calls: [fields] });

test("content, reasoning and refusal grow apart; null and empty change nothing", () => {
  const result = collect(
    piece({ role: "assistant", content: "" }),
    piece({ reasoning: "th" }),
    piece({ reasoning_content: "ink", role: "assistant" }),
    piece({ content: " a" }),
    piece(null),
    piece({}),
    piece({ content: null }),
    piece({ content: "b ", refusal: "no" }),
  );
  assert.deepEqual(message(result), { role: "assistant", content: " ab ", reasoning_content: "think", refusal: "no" });
});

test("a tool call that came without an index stands behind the others, and is found by that place", () => {
  const result = collect(
    call({ index: 0, id: "a", function: { name: "f", arguments: "{" } }),
    call({ id: "b", function: { name: "g", arguments: "[" } }),
    call({ index: 1, function: { arguments: "]" } }),
    call({ index: 0, function: { arguments: "}" } }),
  );
  const seen = (message(result)["tool_calls"] as Json[]).map(({ id, function: fn }) => [id, (fn as Json)["arguments"]]);
  assert.deepEqual(seen, [
    ["a", "{}"],
    ["b", "[]"],
  ]);
});

test("a missing role is assistant, and a later null does not erase finish_reason or usage", () => {
  const result = collect(
    piece({ content: "x" }, { finish_reason: "abort" }),
    { ...piece({}, { finish_reason: null }), usage: { total_tokens: 1 } },
    { choices: [], usage: { total_tokens: 3 } },
    { choices: null, usage: null },
  );
  assert.equal(message(result)["role"], "assistant");
  assert.equal((result["choices"] as Json[])[0]?.["finish_reason"], "abort");
  assert.deepEqual(result["usage"], { total_tokens: 3 });
});

const TOOLS: [name: string, chunks: Json[], calls: Json[]][] = [
  [
    "by index, interleaved and out of order",
    [
      call({ index: 1, id: "b", type: "function", function: { name: "g", arguments: '{"' } }),
      call({ index: 0, id: "a", function: { name: "f", arguments: "" } }),
      call({ index: 1, id: "b", function: { name: "g", arguments: 'x":1}' } }),
      call({ index: 0, function: { arguments: "{}" } }),
    ],
    [
      { id: "a", type: "function", function: { name: "f", arguments: "{}" } },
      { id: "b", type: "function", function: { name: "g", arguments: '{"x":1}' } },
    ],
  ],
  [
    "by id where there is no index, else into the last one",
    [
      call({ id: "a", function: { name: "f", arguments: "1" } }),
      call({ id: "b", function: { name: "g" } }),
      call({ id: "a", function: { arguments: "2" } }),
      call({ function: { arguments: "3" } }),
    ],
    [
      { id: "a", type: "function", function: { name: "f", arguments: "12" } },
      { id: "b", type: "function", function: { name: "g", arguments: "3" } },
    ],
  ],
  [
    "null arguments add nothing",
    [call({ index: 0, id: "a", function: { name: "f", arguments: null } }), call({ index: 0, id: "", function: null })],
    [{ id: "a", type: "function", function: { name: "f", arguments: "" } }],
  ],
];
for (const [name, chunks, calls] of TOOLS)
  test(`tool calls: ${name}`, () => assert.deepEqual(message(collect(...chunks))["tool_calls"], calls));

test("choices are kept apart and ordered; unknown fields and logprobs stay", () => {
  const result = collect(
    {
      id: "c1",
      model: "m",
      x_top: 1,
      choices: [{ index: 1, delta: { content: "B", x_delta: 2 }, x_choice: 3, logprobs: { content: [1] } }],
    },
    {
      id: "",
      choices: [
        { index: 0, delta: { content: "A" } },
        { index: 1, delta: {}, logprobs: { content: [2] } },
      ],
    },
  );
  assert.equal(result["x_top"], 1);
  const [a, b] = result["choices"] as [Json, Json];
  assert.deepEqual([a["index"], (a["message"] as Json)["content"]], [0, "A"]);
  assert.deepEqual([b["x_choice"], (b["message"] as Json)["x_delta"], b["logprobs"]], [3, 2, { content: [1, 2] }]);
});

test("a restart is a new id with a role after content, and nothing less", () => {
  const all = new Accumulator();
  all.add(piece({ role: "assistant" }));
  assert.equal(all.restarts({ id: "c2", choices: [{ index: 0, delta: { role: "assistant" } }] }), false);
  all.add(piece({ content: "x" }));
  assert.equal(all.restarts({ id: "c2", choices: [{ index: 0, delta: { content: "y" } }] }), false);
  assert.equal(all.restarts({ id: "c1", choices: [{ index: 0, delta: { role: "assistant" } }] }), false);
  assert.equal(all.restarts({ id: "c2", choices: [{ index: 0, delta: { role: "assistant", content: "" } }] }), true);
});

test("the snapshot of an unfinished answer is marked", () => {
  const all = new Accumulator();
  all.add(piece({ content: "x" }));
  assert.equal(all.complete, false);
  assert.equal(all.snapshot(false)["complete"], false);
  all.add(piece({}, { finish_reason: "stop" }));
  assert.equal(all.complete, true);
  assert.ok(!("complete" in all.snapshot(true)));
});

test("a hundred thousand deltas take a moment", () => {
  const all = new Accumulator();
  const began = performance.now();
  for (let i = 0; i < 100_000; i++) all.add(piece({ content: "word " }));
  assert.equal((message(all.snapshot(true))["content"] as string).length, 500_000);
  assert.ok(performance.now() - began < 2000);
});

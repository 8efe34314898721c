// Several models in one call, the history of its attempts, waiting on shared hosts, and what it cost.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Chutes, responseOf, type ClientOptions } from "../src/index.js";
import { scripted, VirtualClock, type Script } from "../src/testing.js";
import { failure } from "./helpers.js";

const messages = [{ role: "user", content: "hi" }];
const pong = { choices: [{ index: 0, message: { role: "assistant", content: "pong" }, finish_reason: "stop" }] };
const full = { status: 429, json: { detail: "Infrastructure is at maximum capacity, try again later" } };
const cold = { status: 503, json: { detail: "No instances available (yet) for chute_id='c'" } };
const busy = { status: 500, json: { detail: "no" } };

function made(answers: Script[], options: ClientOptions = {}): { chutes: Chutes; asked: () => unknown[]; clock: VirtualClock } {
  const transport = scripted(answers);
  const clock = new VirtualClock({ random: 0, nowMs: 0 });
  const chutes = new Chutes({ apiKey: "cpk_test", transport, seam: clock, ...options });
  return { chutes, clock, asked: () => transport.requests.map(({ body, url }) => (body as { model?: string })?.model ?? url) };
}

describe("models", () => {
  test("the next one is asked at once, and the result tells", async () => {
    const { chutes, asked, clock } = made([full, cold, { json: pong }]);
    const completion = await chutes.chat.completions.create({ models: ["a", "b", "c"], messages });
    assert.deepEqual(asked(), ["a", "b", "c"]);
    assert.deepEqual(clock.sleeps, []);
    const info = responseOf(completion);
    assert.deepEqual(
      [info?.model, info?.tried, info?.attempts],
      [
        "c",
        [
          ["a", "capacity"],
          ["b", "cold_start"],
        ],
        3,
      ],
    );
    assert.deepEqual(info?.history[0], { number: 1, status: 429, kind: "capacity", waitMs: 0 });
  });

  test("other failures are retried on their model; numbers run on", async () => {
    const { chutes, asked, clock } = made([busy, full, busy, { json: pong }]);
    const completion = await chutes.chat.completions.create({ models: ["a", "b"], messages });
    assert.deepEqual(asked(), ["a", "a", "b", "b"]);
    assert.deepEqual(clock.sleeps, [250, 250]);
    assert.deepEqual(
      responseOf(completion)?.history.map(({ number, kind, waitMs }) => [number, kind, waitMs]),
      [
        [1, "server", 250],
        [2, "capacity", 0],
        [3, "server", 250],
        [4, undefined, 0],
      ],
    );
  });

  test("when all failed, the last error tells of the others", async () => {
    const { chutes } = made([full, cold], { maxRetries: 0 });
    const error = await failure(chutes.chat.completions.create({ models: ["a", "b"], messages }));
    assert.deepEqual(
      [error.kind, error.tried, error.attempts],
      [
        "cold_start",
        [
          ["a", "capacity"],
          ["b", "cold_start"],
        ],
        2,
      ],
    );
    assert.deepEqual(
      error.history?.map(({ number, kind }) => [number, kind]),
      [
        [1, "capacity"],
        [2, "cold_start"],
      ],
    );
    const { chutes: other } = made([full], { maxRetries: 0 });
    assert.equal((await failure(other.chat.completions.create({ model: "a", messages }))).tried, undefined);
  });

  test("refused before anything is sent", async () => {
    const { chutes, asked } = made([]);
    for (const given of [{ models: [] }, { models: ["a"], model: "b" }, { models: [""] }, { models: "a" as never }])
      assert.equal((await failure(chutes.embeddings.create({ input: "x", ...given }))).kind, "config");
    assert.deepEqual(asked(), []);
  });

  test("a stream that has begun stays with its model", async () => {
    const { chutes, asked } = made([{ events: [{ choices: [{ index: 0, delta: { content: "po" } }] }], cut: "reset" }]);
    const stream = await chutes.chat.completions.stream({ models: ["a", "b"], messages });
    assert.equal((await failure(stream.final())).kind, "stream_interrupted");
    assert.deepEqual(asked(), ["a"]);
  });
});

test("ready: wait follows the chute of a cold model, for one call; a model that is no chute is retried as ever", async () => {
  const hot = {
    events: [
      { chute_id: "u", status: "cold" },
      { chute_id: "u", status: "hot" },
    ],
    cut: "end",
  } as const;
  const { chutes, asked, clock } = made([cold, { json: { chute_id: "u", name: "m" } }, hot, { json: pong }]);
  const completion = await chutes.chat.completions.create({ model: "a/m", messages }, { ready: "wait" });
  assert.deepEqual(
    asked().map((one) => String(one).replace(/^https:\/\/[^/]+/, "")),
    ["a/m", "/chutes/a/m", "/chutes/warmup/u", "a/m"],
  );
  assert.deepEqual([clock.sleeps, responseOf(completion)?.attempts], [[], 2]);

  const missing = { status: 404, json: { detail: "No matching chute found!" } };
  const unknown = made([cold, missing, { json: pong }], { ready: "wait" });
  await unknown.chutes.chat.completions.create({ model: "m", messages });
  assert.deepEqual(unknown.clock.sleeps, [250]);
});

describe("cost", () => {
  const list = {
    json: {
      data: [
        { id: "a", pricing: { prompt: 2, completion: 8, input_cache_read: 0.5 } },
        { id: "b", price: { input: { usd: 1 }, output: { usd: 4 } } },
        { id: "c" },
      ],
    },
  };
  const usage = { prompt_tokens: 1_000_000, completion_tokens: 500_000, total_tokens: 1_500_000 };

  test("tokens by the list, which is asked for once an hour", async () => {
    const { chutes, asked, clock } = made([list, list]);
    const costs = await Promise.all(["a", "b", "c", "d"].map((model) => chutes.models.cost({ model, usage })));
    assert.deepEqual(costs, [{ input: 2, output: 4, total: 6 }, { input: 1, output: 2, total: 3 }, undefined, undefined]);
    assert.deepEqual(
      await chutes.models.cost({ model: "a", usage: { ...usage, prompt_tokens_details: { cached_tokens: 500_000 } } as never }),
      { input: 1.25, output: 4, total: 5.25 },
    );
    assert.equal(await chutes.models.cost({ model: "a" }), undefined);
    assert.equal(asked().length, 1);
    clock.advance(3_600_000);
    await chutes.models.cost({ model: "a", usage });
    assert.equal(asked().length, 2);
  });

  test("a list that fails is an error, and asked for anew", async () => {
    const { chutes } = made([{ status: 401, json: { detail: "no" } }, list]);
    assert.equal((await failure(chutes.models.cost({ model: "a", usage }))).kind, "unauthenticated");
    assert.equal((await chutes.models.cost({ model: "a", usage }))?.total, 6);
  });
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Chutes, type ClientOptions } from "../src/index.js";
import { scripted, VirtualClock, type Script } from "../src/testing.js";
import { ASK, answer, chunk, client, delta, failure, LAST, PONG, serve, SSE_HEAD } from "./helpers.js";

function made(options: ClientOptions, script: Script = () => ({ json: JSON.parse(PONG) as unknown })) {
  const clock = new VirtualClock({ random: 0, nowMs: 0 });
  const transport = scripted([typeof script === "function" ? script : () => script]);
  const chutes = new Chutes({ apiKey: "cpk_test", transport, seam: clock, ...options });
  return { ask: (more = {}) => chutes.chat.completions.create(ASK, more), clock, transport };
}

describe("rate", () => {
  test("a full bucket, then one request per share of a minute; retries take one, too", async () => {
    const { ask, clock } = made({ rateLimitPerMinute: 2 });
    for (let at = 0; at < 4; at++) await ask();
    assert.deepEqual(clock.sleeps, [30_000, 30_000]);
    clock.advance(3_600_000);
    for (let at = 0; at < 3; at++) await ask();
    assert.deepEqual(clock.sleeps.slice(2), [30_000]);
    const broken = made({ rateLimitPerMinute: 1, maxRetries: 1 }, { status: 500, json: { detail: "no" } });
    assert.equal((await failure(broken.ask())).kind, "server");
    assert.deepEqual(broken.clock.sleeps, [250, 59_750]);
  });

  test("a wait beyond the deadline is not begun, and takes nothing", async () => {
    const { ask, clock, transport } = made({ rateLimitPerMinute: 1 });
    await ask();
    const error = await failure(ask({ deadlineMs: 1000 }));
    assert.deepEqual([error.kind, error.attempts, clock.sleeps], ["timeout", 0, []]);
    await ask();
    assert.deepEqual([clock.sleeps, transport.requests.length], [[60_000], 2]);
  });

  test("auto: none until it is told; inf is none again; anything else changes nothing", async () => {
    const told: (string | undefined)[] = [undefined, "2", "nonsense", undefined, "inf", undefined];
    let at = 0;
    const { ask, clock } = made({ rateLimitPerMinute: "auto" }, () => {
      const rate = told[at++];
      return { json: JSON.parse(PONG) as unknown, headers: rate === undefined ? {} : { "X-Chutes-RL-User": rate } };
    });
    for (let n = 0; n < 8; n++) await ask();
    assert.deepEqual(clock.sleeps, [30_000]);
  });

  test("refused", () => {
    for (const options of [{ rateLimitPerMinute: 0 }, { rateLimitPerMinute: NaN }, { maxConcurrency: 0 }, { maxConcurrency: 1.5 }])
      assert.throws(
        () => made(options),
        (error: { kind?: string }) => error.kind === "config",
      );
  });
});

describe("concurrency", () => {
  test("at most so many are open; a stream counts until it ends, a body until it is read", async () => {
    let open = 0;
    let most = 0;
    const wire = await serve((socket) => {
      most = Math.max(most, ++open);
      setTimeout(() => {
        open -= 1;
        socket.write(answer(200, PONG));
      }, 20);
    });
    const chutes = client(wire, { maxConcurrency: 2 });
    await Promise.all(Array.from({ length: 6 }, () => chutes.chat.completions.create(ASK)));
    assert.equal(most, 2);

    const streams = await serve((socket) => socket.write(SSE_HEAD + chunk(delta("a"))));
    const one = client(streams, { maxConcurrency: 1 });
    const stream = await one.chat.completions.stream(ASK);
    const second = one.chat.completions.stream(ASK);
    const abort = new AbortController();
    const third = failure(one.chat.completions.create(ASK, { signal: abort.signal }));
    assert.equal((await failure(one.chat.completions.create(ASK, { deadlineMs: 30 }))).kind, "timeout");
    assert.equal(streams.seen.length, 1);
    abort.abort();
    assert.equal((await third).kind, "cancelled");
    await stream.close();
    await (await second).close();
    assert.equal(streams.seen.length, 2);
  });

  test("a place is free again after a failure, an error body and the end of a stream", async () => {
    const done = delta("a", { finish_reason: "stop" }) + "data: [DONE]\n\n";
    const wire = await serve((socket, _seen, at) => {
      if (at === 0) socket.resetAndDestroy();
      else socket.write(at === 1 ? answer(400, '{"detail":"no"}') : at === 2 ? SSE_HEAD + chunk(done) + LAST : answer(200, PONG));
    });
    const chutes = client(wire, { maxConcurrency: 1, maxRetries: 0 });
    assert.equal((await failure(chutes.chat.completions.create(ASK))).kind, "connection");
    assert.equal((await failure(chutes.chat.completions.create(ASK))).kind, "bad_request");
    await (await chutes.chat.completions.stream(ASK)).final();
    await chutes.chat.completions.create(ASK);
  });
});

// Node's fetch gives up waiting for headers by itself; a long chat works over it all the same.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { responseOf, type ClientOptions } from "../src/index.js";
import { ASK, answer, chunk, client, delta, failure, LAST, PONG, serve, SSE_HEAD } from "./helpers.js";

const DISPATCHER = Symbol.for("undici.globalDispatcher.1");
const globals = globalThis as unknown as Record<symbol, object>;
/** Milliseconds in place of 300,000. */
const LIMIT = 150;
const overFetch: ClientOptions = { fetch: (...args) => globalThis.fetch(...args) };

let plain: object;
before(async () => {
  await fetch("data:,"); // Node makes its dispatcher when it is first needed
  plain = globals[DISPATCHER]!;
  const Agent = plain.constructor as new (options: object) => object;
  globals[DISPATCHER] = new Agent({ headersTimeout: LIMIT });
});
after(() => (globals[DISPATCHER] = plain));

const done = delta("ng", { finish_reason: "stop" }) + 'data: {"choices":[],"usage":{"total_tokens":3}}\n\ndata: [DONE]\n\n';

describe("over fetch on Node", () => {
  test("what is sent plain is cut off by the lowered limit", async () => {
    const wire = await serve((socket) => void sleep(8 * LIMIT).then(() => socket.write(answer(200, PONG))));
    // undici looks at its limits once a second: the limit that is set here is met a little later.
    const error = await failure(
      client(wire, { ...overFetch, maxRetries: 0, firstByteTimeoutMs: 60_000 }).completions.create({ model: "m", prompt: "x" }),
    );
    assert.equal(error.kind, "connection");
  });

  test("a chat is asked for as a stream, and comes out whole after the limit", async () => {
    const wire = await serve((socket) => {
      socket.write(SSE_HEAD + chunk(": working\n\n"));
      void sleep(12 * LIMIT).then(() => socket.write(chunk(delta("po")) + chunk(done) + LAST));
    });
    const completion = await client(wire, overFetch).chat.completions.create(ASK);
    assert.equal(completion.choices?.[0]?.message?.content, "pong");
    assert.deepEqual(completion.usage, { total_tokens: 3 });
    assert.equal(responseOf(completion)?.status, 200);
    assert.deepEqual(JSON.parse(wire.seen[0]!.body), { ...ASK, stream: true, stream_options: { include_usage: true } });
  });

  test("a JSON answer to it, a broken one, and structured output", async () => {
    const output = { jsonSchema: { type: "object" } };
    const wire = await serve((socket, _seen, at) => {
      if (at === 0) socket.write(answer(200, PONG));
      else if (at === 1) socket.write(SSE_HEAD + chunk(delta("po")) + LAST);
      else socket.write(SSE_HEAD + chunk(delta('{"a":')) + chunk(delta("1}", { finish_reason: "stop" })) + LAST);
    });
    const chutes = client(wire, overFetch);
    assert.equal((await chutes.chat.completions.create(ASK)).choices?.[0]?.message?.content, "pong");
    const error = await failure(chutes.chat.completions.create(ASK));
    assert.deepEqual([error.kind, error.reason], ["stream_interrupted", "truncated"]);
    assert.deepEqual((await chutes.chat.completions.parse(output, ASK)).parsed, { a: 1 });
  });

  test("a call with a shorter limit of its own is sent as it is", async () => {
    const wire = await serve((socket) => socket.write(answer(200, PONG)));
    const chutes = client(wire, overFetch);
    for (const limit of [{ firstByteTimeoutMs: 300_000 }, { timeoutMs: 1000 }, { deadlineMs: 1000 }])
      await chutes.chat.completions.create(ASK, limit);
    for (const { body } of wire.seen) assert.deepEqual(JSON.parse(body), ASK);
  });
});

test("the client's own transport has no such limit", async () => {
  const wire = await serve((socket) => void sleep(8 * LIMIT).then(() => socket.write(answer(200, PONG))));
  await client(wire).chat.completions.create(ASK);
  assert.deepEqual(JSON.parse(wire.seen[0]!.body), ASK);
});

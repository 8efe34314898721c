import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import * as zlib from "node:zlib";
import { responseOf, type ClientOptions } from "../src/index.js";
import { realSeam, VirtualClock } from "../src/testing.js";
import { answer, ASK, chunk, client, delta, failure, LAST, PONG, serve, SSE_HEAD } from "./helpers.js";

const OK = answer(200, PONG);
const TRANSPORTS: [name: string, options: ClientOptions][] = [
  ["node:http", {}],
  ["fetch", { fetch: globalThis.fetch }],
];

for (const [name, options] of TRANSPORTS) {
  describe(`transport ${name}`, () => {
    // Node's fetch sometimes opens a second connection before it has told the first one free, and takes a cut gzip body for a whole one.
    const own = options.fetch === undefined;
    const one = (connections: number): void => assert.ok(connections <= (own ? 1 : 2), `${connections} connections`);

    const create = (wire: Parameters<typeof client>[0], more: ClientOptions = {}, call = {}) =>
      client(wire, { ...options, ...more }).chat.completions.create(ASK, call);

    test("sequential calls use one connection", async () => {
      const wire = await serve((socket) => socket.write(OK));
      const chutes = client(wire, options);
      for (let i = 0; i < 4; i++) await chutes.chat.completions.create(ASK);
      one(wire.connections);
    });

    test("each attempt sends the same bytes, the credential, and its number", async () => {
      const wire = await serve((socket, _seen, index) => socket.write(index < 2 ? answer(503, '{"detail":"busy"}') : OK));
      const result = await create(wire);
      assert.equal(responseOf(result)?.attempts, 3);
      assert.deepEqual(new Set(wire.seen.map(({ body }) => body)).size, 1);
      assert.deepEqual(
        wire.seen.map(({ head }) => /x-chutes-retry-count: (\d)/i.exec(head)?.[1]),
        [undefined, "1", "2"],
      );
      for (const { head } of wire.seen) assert.match(head, /authorization: Bearer cpk_test_/i);
      one(wire.connections);
    });

    test("a reset before the first byte is tried again; the last failure is ours", async () => {
      const wire = await serve((socket, _seen, index) => (index === 0 ? socket.resetAndDestroy() : socket.write(OK)));
      assert.equal(responseOf(await create(wire))?.attempts, 2);
      const dead = await serve((socket) => socket.resetAndDestroy());
      const error = await failure(create(dead, { maxRetries: 1 }));
      assert.deepEqual([error.kind, error.attempts], ["connection", 2]);
    });

    test("silence before the first byte is a timeout, not repeated for a POST", async () => {
      const wire = await serve(() => undefined);
      const error = await failure(create(wire, { firstByteTimeoutMs: 60, connectTimeoutMs: 50 }));
      assert.deepEqual([error.kind, error.attempts], ["timeout", 1]);
      await wire.untilClosed(1);
    });

    test("silence inside a body is a timeout, not repeated", async () => {
      const wire = await serve((socket) => socket.write(answer(200, PONG).slice(0, -5)));
      const error = await failure(create(wire, { idleTimeoutMs: 60 }));
      assert.equal(error.kind, "timeout");
      assert.equal(wire.seen.length, 1);
      await wire.untilClosed(1);
    });

    test("a short body is a connection error; a short error body keeps its status", async () => {
      const wire = await serve((socket) => socket.end(answer(200, PONG, { "content-length": "9999" })));
      assert.equal((await failure(create(wire))).kind, "connection");
      const cut = await serve((socket) => socket.end(answer(401, '{"detail":"no"}', { "content-length": "9999" })));
      assert.equal((await failure(create(cut))).kind, "unauthenticated");
    });

    test("broken HTTP is an error of ours", async () => {
      const wire = await serve((socket) => socket.end("nonsense\r\n\r\n"));
      assert.equal((await failure(create(wire, { maxRetries: 0 }))).kind, "connection");
    });

    test("a refused connection is a connection error", async () => {
      const error = await failure(client({ url: "http://127.0.0.1:1" } as never, { ...options, maxRetries: 1 }).users.me());
      assert.deepEqual([error.kind, error.attempts, error.retryable], ["connection", 2, true]);
    });

    test("gzip is asked for and decoded as it comes; a cut one is an error", async () => {
      const wire = await serve((socket, seen) => {
        assert.match(seen.head, /accept-encoding: .*gzip/i);
        const packed = zlib.gzipSync(PONG);
        socket.write(
          `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: ${packed.length}\r\n\r\n`,
        );
        socket.write(packed);
      });
      assert.equal((await create(wire)).choices?.[0]?.message?.content, "pong");
      const cut = await serve((socket) => {
        const packed = zlib.gzipSync(PONG).subarray(0, 30);
        socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: 30\r\n\r\n`);
        socket.write(packed);
      });
      assert.equal((await failure(create(cut))).kind, own ? "connection" : "unexpected_response");
    });

    test("an abort before the headers ends the call and its socket", async () => {
      const wire = await serve(() => undefined);
      const abort = new AbortController();
      const work = failure(create(wire, {}, { signal: abort.signal }));
      setTimeout(() => abort.abort(), 30);
      assert.equal((await work).kind, "cancelled");
      await wire.untilClosed(1);
      assert.equal((await failure(create(wire, {}, { signal: AbortSignal.abort() }))).kind, "cancelled");
      assert.equal(wire.seen.length, 1);
    });

    test("a thousand calls on one signal leave no listener", async () => {
      const wire = await serve((socket) => socket.write(OK));
      const abort = new AbortController();
      const chutes = client(wire, options);
      for (let i = 0; i < 1000; i++) await chutes.chat.completions.create(ASK, { signal: abort.signal });
      assert.equal(getEventListeners(abort.signal, "abort").length, 0);
    });

    test("chunks are handed out as they arrive", async () => {
      const wire = await serve((socket) => socket.write(SSE_HEAD + chunk(delta("He"))));
      const stream = await client(wire, options).chat.completions.stream(ASK);
      const iterator = stream[Symbol.asyncIterator]();
      assert.equal((await iterator.next()).done, false);
      await stream.close();
      await wire.untilClosed(1);
    });

    test("after [DONE] with the end of the body the connection is used again, otherwise it is closed", async () => {
      const body = delta("a", { finish_reason: "stop" }) + "data: [DONE]\n\n";
      const ended = await serve((socket) => socket.write(SSE_HEAD + chunk(body) + LAST));
      const chutes = client(ended, options);
      for (let i = 0; i < 3; i++) await (await chutes.chat.completions.stream(ASK)).final();
      one(ended.connections);
      const open = await serve((socket) => socket.write(SSE_HEAD + chunk(body)));
      await (await client(open, options).chat.completions.stream(ASK)).final();
      await open.untilClosed(1);
    });

    test("redirects: same origin with everything, another origin only for reads and without credentials", async () => {
      const other = await serve((socket) => socket.write(answer(200, '{"user_id":"u"}')));
      const wire = await serve((socket, seen) => {
        if (seen.head.startsWith("POST /llm")) socket.write(answer(307, "", { location: "/moved?x=1" }));
        else if (seen.head.startsWith("POST /moved")) socket.write(OK);
        else if (seen.head.startsWith("GET /users")) socket.write(answer(302, "", { location: `${other.url}/me` }));
        else socket.write(answer(308, "", { location: `${other.url}/x` }));
      });
      const chutes = client(wire, options);
      await chutes.chat.completions.create(ASK);
      assert.equal(wire.seen[1]?.body, wire.seen[0]?.body);
      assert.match(wire.seen[1]?.head ?? "", /^POST \/moved\?x=1 [^]*authorization: Bearer/i);
      await chutes.users.me();
      assert.doesNotMatch(other.seen[0]?.head ?? "", /authorization|x-api-key|x-chutes/i);
      const refused = await failure(chutes.embeddings.create({ model: "m", input: "x" }));
      assert.equal(refused.kind, "unexpected_response");
      assert.ok(refused.message.includes(wire.url) && refused.message.includes(other.url));
      assert.equal(other.seen.length, 1);
    });
  });
}

test("a pooled connection that the server closed is replaced without a retry", async () => {
  const wire = await serve((socket) => socket.write(OK, () => setTimeout(() => socket.end(), 5)));
  const chutes = client(wire, { maxRetries: 0 });
  for (let i = 0; i < 3; i++) {
    assert.equal(responseOf(await chutes.chat.completions.create(ASK))?.attempts, 1);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.equal(wire.connections, 3);
});

test("a pooled connection that dies under a request is replaced without a retry, once", async () => {
  const wire = await serve((socket, _seen, index) => (index % 2 === 0 ? socket.write(OK) : socket.destroy()));
  const chutes = client(wire, { maxRetries: 0 });
  await chutes.chat.completions.create(ASK);
  assert.equal(responseOf(await chutes.chat.completions.create(ASK))?.attempts, 1);
  assert.equal(wire.seen.length, 3);
  const dead = await serve((socket, _seen, index) => (index === 0 ? socket.write(OK) : socket.destroy()));
  const again = client(dead, { maxRetries: 0 });
  await again.chat.completions.create(ASK);
  assert.equal((await failure(again.chat.completions.create(ASK))).kind, "connection");
  assert.equal(dead.seen.length, 3);
});

test("a write that must not be sent twice gets a connection of its own, and one attempt", async () => {
  const wire = await serve((socket, seen) => (seen.head.startsWith("POST") ? socket.resetAndDestroy() : socket.write(answer(200, "{}"))));
  const chutes = client(wire);
  await chutes.users.me();
  const error = await failure(chutes.chutes.create({} as never));
  assert.deepEqual([error.kind, error.attempts], ["connection", 1]);
  assert.equal(wire.seen.length, 2);
});

test("informational answers are transparent, surplus bytes are not taken for an answer", async () => {
  const wire = await serve((socket) => socket.write(`HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${OK}surplus`));
  const chutes = client(wire);
  for (let i = 0; i < 2; i++) assert.equal((await chutes.chat.completions.create(ASK)).id, "c");
});

test("the deadline spans attempts and sleeps, on the client's clock", async () => {
  const wire = await serve((socket) => socket.write(answer(503, "{}")));
  const clock = new VirtualClock({ random: 1 });
  const error = await failure(client(wire, { seam: clock, deadlineMs: 1400, maxRetries: 9 }).users.me());
  assert.deepEqual([error.kind, error.attempts, clock.sleeps], ["unavailable", 2, [500]]);
});

test("an abort ends the sleep before a retry", async () => {
  const wire = await serve((socket) => socket.write(answer(503, "{}", { "retry-after": "60" })));
  const abort = new AbortController();
  const chutes = client(wire, { seam: realSeam });
  setTimeout(() => abort.abort(), 40);
  const began = performance.now();
  const error = await failure(chutes.users.me({ signal: abort.signal }));
  assert.deepEqual([error.kind, error.attempts, wire.seen.length], ["cancelled", 1, 1]);
  assert.ok(performance.now() - began < 2000);
  assert.equal(getEventListeners(abort.signal, "abort").length, 0);
});

/** What a service meets that runs for months: closing under load, waits that nobody ends, servers that write rubbish. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { ChatClient } from "../src/chat.js";
import { Chutes, complaints, fromProvider, tool, type ClientOptions } from "../src/index.js";
import { scripted, VirtualClock } from "../src/testing.js";
import { answer, ASK, chunk, client, delta, failure, KEY, LAST, PONG, serve, SSE_HEAD } from "./helpers.js";

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test("closing a client leaves its calls and streams alone, and keeps no connection", async () => {
  const wire = await serve((socket, { head }) => {
    if (!head.includes("stream")) return setTimeout(() => socket.write(answer(200, PONG)), 60);
    socket.write(SSE_HEAD + chunk(delta("a")));
    return setTimeout(() => socket.write(chunk(delta("b", { finish_reason: "stop" })) + chunk("data: [DONE]\n\n") + LAST), 60);
  });
  const chutes = client(wire);
  await chutes.chat.completions.create(ASK); // an idle connection
  const call = chutes.chat.completions.create(ASK);
  const stream = await chutes.chat.completions.stream(ASK, { extraHeaders: { accept: "stream" } });
  chutes.close();
  assert.equal((await call).choices?.[0]?.message?.content, "pong");
  assert.equal((await stream.final()).choices?.[0]?.message?.content, "ab");
  assert.equal(wire.seen.length, 3, "nothing is sent again");
  await wire.untilClosed(wire.connections);
});

describe("a deadline ends", () => {
  test("the wait for a signer", async () => {
    const { signal } = new AbortController();
    const chutes = new Chutes({ auth: fromProvider(() => new Promise(() => undefined)), transport: scripted([]) });
    const error = await failure(chutes.users.me({ deadlineMs: 40, signal }));
    assert.deepEqual([error.kind, error.attempts], ["timeout", 0]);
    assert.match(error.message, /no credential before the deadline/);
  });

  for (const [name, options] of [
    ["node:http", {}],
    ["fetch", { fetch: globalThis.fetch }],
  ] as [string, ClientOptions][])
    test(`a stream whose reader is slower than its server, over ${name}`, async () => {
      const wire = await serve((socket) => {
        socket.write(SSE_HEAD);
        const flood = setInterval(() => socket.write(chunk(delta("x".repeat(20_000)))), 1);
        socket.on("close", () => clearInterval(flood));
      });
      const stream = await client(wire, options).chat.completions.stream(ASK, { deadlineMs: 500 });
      const began = performance.now();
      const read = async (): Promise<void> => {
        for await (const _chunk of stream) await sleep(10);
      };
      assert.equal((await failure(read())).kind, "timeout");
      assert.ok(performance.now() - began < 1500);
      await wire.untilClosed(1);
    });

  for (const [name, options] of [
    ["node:http", {}],
    ["fetch", { fetch: globalThis.fetch }],
  ] as [string, ClientOptions][]) {
    test(`what has arrived of a stream, unless that is known to be all of it, over ${name}`, async () => {
      const parts = Array.from({ length: 20 }, () => chunk(delta("x"))).join("");
      const read = async (end: string): Promise<[number, string | undefined]> => {
        const wire = await serve((socket) => socket.write(SSE_HEAD + parts + end));
        const stream = await client(wire, options).chat.completions.stream(ASK, { deadlineMs: 500 });
        let count = 0;
        const all = async (): Promise<void> => {
          for await (const _chunk of stream) if (count++ === 0) await sleep(700);
        };
        const kind = await all().then(
          () => undefined,
          (error: { kind: string }) => error.kind,
        );
        return [count, kind];
      };
      assert.deepEqual(await read(""), [1, "timeout"]);
      // fetch does not tell the end before it is read.
      assert.deepEqual(await read(chunk("data: [DONE]\n\n") + LAST), options.fetch ? [1, "timeout"] : [20, undefined]);
    });

    test(`the wait for files that are given by a function which hangs, over ${name}`, async () => {
      const wire = await serve(() => undefined);
      const hang = new Promise<never>(() => undefined);
      // Read to be counted, for its type, and to be sent.
      for (const hangsAt of [1, 2, 3]) {
        let opened = 0;
        const content = async function* (): AsyncGenerator<Uint8Array> {
          yield new Uint8Array(9);
          if (++opened === hangsAt) await hang;
        };
        const silent = async function* (): AsyncGenerator<Uint8Array> {
          if (++opened === hangsAt) await hang;
          yield new Uint8Array(9);
        };
        for (const one of [content, silent].slice(hangsAt === 2 ? 1 : 0)) {
          opened = 0;
          const error = await failure(client(wire, options).logos.create({ logo: one }, { deadlineMs: 60 }));
          assert.equal(error.kind, "timeout");
        }
      }
    });
  }

  test("nothing early when the clock of the day is set", async (context) => {
    const wire = await serve((socket) => setTimeout(() => socket.write(answer(200, "{}")), 40));
    const chutes = new Chutes({ apiKey: KEY, baseUrl: wire.url, deadlineMs: 5000, rateLimitPerMinute: 6000 });
    const now = Date.now();
    const call = chutes.users.me();
    context.mock.method(Date, "now", () => now + 3_600_000);
    await call;
    context.mock.method(Date, "now", () => now - 3_600_000);
    await chutes.users.me();
    chutes.close();
  });
});

describe("a stream that nobody reads any more", () => {
  const opened = async (options: ClientOptions = {}) => {
    const wire = await serve((socket) => socket.write(SSE_HEAD + chunk(delta("a"))));
    const told: string[] = [];
    const hooks = {
      onStreamEnd: ({ kind }: { kind: unknown }) => told.push(`stream ${kind}`),
      onCallEnd: ({ kind }: { kind: unknown }) => told.push(`call ${kind}`),
    };
    return { wire, told, chutes: client(wire, { hooks, maxConcurrency: 1, ...options } as ClientOptions) };
  };

  test("is told, and gives its place back, when its signal fires", async () => {
    const { chutes, told, wire } = await opened();
    const controller = new AbortController();
    const first = await chutes.chat.completions.stream(ASK, { signal: controller.signal });
    controller.abort();
    const second = await chutes.chat.completions.stream(ASK, { deadlineMs: 2000 });
    assert.deepEqual(told, ["stream cancelled", "call cancelled"]);
    assert.equal((await failure(first.final())).kind, "cancelled");
    await second.close();
    await wire.untilClosed(2);
    assert.deepEqual(told.slice(2), ["stream cancelled", "call undefined"]);
  });

  test("is told, and gives its place back, when it is collected, whatever signal it had", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const { chutes, told, wire } = await opened();
    const { signal } = new AbortController();
    await (async () => void (await chutes.chat.completions.stream(ASK, { signal })))();
    for (let round = 0; told.length === 0 && round < 100; round++) {
      collect();
      await sleep(10);
    }
    assert.deepEqual(told, ["stream cancelled", "call undefined"]);
    await wire.untilClosed(1);
  });
});

test("an answer that comes before the end of its upload leaves no connection behind", async () => {
  const wire = await serve((socket) => socket.write(answer(200, "{}")));
  const content = async function* (): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(10);
    await sleep(80); // the answer is over by then
    yield new Uint8Array(10);
  };
  const chutes = client(wire);
  await chutes.logos.create({ logo: { content, size: 20, filename: "a", contentType: "image/png" } });
  await wire.untilClosed(1);
});

test("a browser's fetch is called without a this of ours", async () => {
  const wire = await serve((socket) => socket.write(answer(200, PONG)));
  const fetch = function (this: unknown, ...args: Parameters<typeof globalThis.fetch>): Promise<Response> {
    if (this !== undefined && this !== globalThis) throw new TypeError("Illegal invocation");
    return globalThis.fetch(...args);
  };
  await client(wire, { fetch, maxRetries: 0 }).chat.completions.create(ASK);
});

describe("the escape hatch", () => {
  for (const [name, method, head] of [
    ["HEAD", "HEAD", "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n"],
    [
      "HEAD of a coded answer",
      "HEAD",
      "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 9\r\ncontent-encoding: gzip\r\n\r\n",
    ],
    ["204 with a type", "DELETE", "HTTP/1.1 204 No Content\r\ncontent-type: application/json\r\n\r\n"],
    ["205", "POST", "HTTP/1.1 205 Reset Content\r\ncontent-type: application/json\r\ncontent-length: 0\r\n\r\n"],
  ] as const)
    test(`${name} has no value`, async () => {
      const wire = await serve((socket) => socket.write(head));
      const chutes = client(wire);
      for (let i = 0; i < 2; i++) {
        const { data, response } = await chutes.request(method, "/x").withResponse();
        assert.deepEqual([data, response.attempts], [undefined, 1]);
      }
      assert.equal(wire.connections, 1);
    });

  for (const url of ["http://[bad", "https://", "http://a b/x"])
    test(`refuses ${url}, also where hooks are told of URLs`, async () => {
      const chutes = new Chutes({ apiKey: KEY, transport: scripted([{ json: {} }]), hooks: {}, maxConcurrency: 1 });
      assert.equal((await failure(chutes.request("GET", url))).kind, "config");
      await chutes.request("GET", "/x", { deadlineMs: 500 }); // the only place is free
    });
});

describe("rubbish of a server is no raw error", () => {
  const made = (json: unknown, events = false): Chutes =>
    new Chutes({ apiKey: KEY, maxRetries: 0, transport: scripted([() => (events ? { events: [json] } : { json })]) });
  const ways: Record<string, (chutes: Chutes) => Promise<unknown>> = {
    create: (chutes) => chutes.chat.completions.create(ASK),
    parse: (chutes) => chutes.chat.completions.parse({ jsonSchema: {} }, ASK),
    runTools: (chutes) => chutes.chat.completions.runTools({ ...ASK, tools: [tool({ name: "a", run: () => 1 })] }, { maxTurns: 2 }),
    embeddings: (chutes) => chutes.embeddings.create({ model: "m", input: "a" }),
    cost: (chutes) => chutes.models.cost({ model: "m", usage: { prompt_tokens: 1 } }),
    cords: (chutes) => chutes.chute("echo").cords(),
    resolve: (chutes) => chutes.chute("demo/echo").resolve(),
  };
  const text = async (chutes: Chutes): Promise<void> => {
    for await (const _text of (await chutes.chat.completions.stream(ASK)).textStream);
  };
  const message = (more: object): object => ({ choices: [{ index: 0, message: more }] });
  for (const json of [
    null,
    7,
    { choices: [null] },
    { choices: [7] },
    message({ content: 7 }),
    message({ tool_calls: {} }),
    message({ tool_calls: [null, 7, {}] }),
    { choices: [{ message: null }] },
    { data: null },
    { data: [null, 7] },
    { items: [null, 7] },
    { items: [{ name: null, user: { username: "demo" } }] },
  ])
    test(JSON.stringify(json), async () => {
      const told = (error: { kind?: unknown; stack?: string }): void => assert.ok(error.kind !== undefined, error.stack);
      for (const way of Object.values(ways)) await way(made(json)).catch(told);
      await text(made(json, true)).catch(told);
    });
});

test("asking for prices ends with the signal of the one who asks, and serves the others", async () => {
  const wire = await serve((socket) => setTimeout(() => socket.write(answer(200, '{"data":[]}')), 60));
  const chutes = client(wire);
  const of = { model: "m", usage: { prompt_tokens: 1 } };
  const controller = new AbortController();
  const [first, second] = [chutes.models.cost(of, { signal: controller.signal }), chutes.models.cost(of)];
  controller.abort();
  assert.equal((await failure(first)).kind, "cancelled");
  assert.equal(await second, undefined);
});

test("a chute that a list names without its cords is read by its id when one of them is called by name", async () => {
  const id = "7a1c0000-0000-0000-0000-000000000000";
  const listed = { chute_id: id, name: "echo", slug: "demo-echo", user: { username: "demo" } };
  const cords = [{ function: "echo", public_api_path: "/say", public_api_method: "POST" }];
  const transport = scripted([
    { status: 404, json: { detail: "no" } },
    { json: { items: [listed], total: 1, page: 0, limit: 25 } },
    { json: { ...listed, cords } },
    { json: { ok: true } },
  ]);
  const handle = new Chutes({ apiKey: KEY, transport }).chute("demo/echo");
  assert.deepEqual(await handle.call("echo", { text: "hi" }), { ok: true });
  assert.deepEqual(
    transport.requests.slice(2).map(({ url }) => new URL(url).pathname),
    [`/chutes/${id}`, "/say"],
  );
});

describe("a helper's deadline", () => {
  const ways: Record<string, (chutes: Chutes) => Promise<unknown>> = {
    "jobs.wait": (chutes) => chutes.jobs.wait("x", { deadlineMs: 50 }),
    "chutes.waitReady": (chutes) => chutes.chutes.waitReady("x", { deadlineMs: 50 }),
    "chutes.waitReady by asking": (chutes) => chutes.chutes.waitReady("x", { deadlineMs: 50, pollIntervalMs: 10 }),
    waitBuilt: (chutes) => chutes.containerImages.waitBuilt("x", { deadlineMs: 50 }),
    build: (chutes) => chutes.containerImages.build({ name: "a", tag: "b", dockerfile: "FROM x" }, { deadlineMs: 50 }),
    "build of a named user": (chutes) =>
      chutes.containerImages.build({ name: "a", tag: "b", dockerfile: "FROM x", username: "u" }, { deadlineMs: 50 }),
  };
  for (const [name, way] of Object.entries(ways))
    test(`ends ${name}, also while the server says nothing`, async () => {
      const wire = await serve(() => undefined);
      const began = performance.now();
      const error = await failure(way(client(wire)));
      assert.equal(error.kind, "timeout");
      assert.match(error.message, new RegExp(new URL(wire.url).host)); // who did not answer
      assert.ok(performance.now() - began < 1500);
    });
});

test("the headers of a body are the client's own", async () => {
  const options = { apiKey: KEY, transport: scripted([{ json: {} }]) };
  for (const headers of [{ "Transfer-Encoding": "chunked" }, { "content-length": "1" }]) {
    assert.throws(() => new Chutes({ ...options, headers }), { kind: "config", message: /header (?:content-length|Transfer-Encoding)/ });
    const chutes = new Chutes(options);
    assert.throws(() => chutes.withOptions({ headers }), { kind: "config" });
    await assert.rejects(chutes.request("POST", "/x", { headers, json: {} }), { kind: "config" });
    await assert.rejects(chutes.users.me({ extraHeaders: headers }), { kind: "config" });
  }
});

test("calls that wait for a place on one signal are no leak, and leave their places when it fires", async () => {
  const wire = await serve((socket) => setTimeout(() => socket.write(answer(200, PONG)), 30));
  const chutes = client(wire, { maxConcurrency: 1 });
  const warnings: string[] = [];
  const note = (warning: Error): void => void warnings.push(warning.name);
  process.on("warning", note);
  const controller = new AbortController();
  const calls = Array.from({ length: 30 }, () => chutes.chat.completions.create(ASK, { signal: controller.signal }));
  await calls[0];
  controller.abort();
  const kinds = await Promise.all(
    calls.slice(1).map((call) =>
      call.then(
        () => "ok",
        ({ kind }) => kind as string,
      ),
    ),
  );
  process.off("warning", note);
  assert.deepEqual([...new Set(kinds)], ["cancelled"]);
  assert.deepEqual(warnings, []);
  await chutes.chat.completions.create(ASK, { deadlineMs: 1000 });
});

test("what came of a stream is in no error that is logged by its fields", async () => {
  const transport = scripted([{ events: [{ choices: [{ index: 0, delta: { content: "private" } }] }], cut: "end" }]);
  const stream = await new Chutes({ apiKey: KEY, transport }).chat.completions.stream(ASK);
  const error = await failure(stream.final());
  assert.ok(JSON.stringify(error.partial).includes("private"));
  assert.ok(!JSON.stringify({ ...error }).includes("private"));
});

for (const [name, coded] of [
  ["deflate without its frame", ["deflate", deflateRawSync(PONG)]],
  ["deflate with it", ["deflate", deflateSync(PONG)]],
  ["gzip of several members", ["gzip", Buffer.concat([gzipSync(PONG.slice(0, 20)), gzipSync(PONG.slice(20))])]],
] as const)
  test(`an answer in ${name} is read, however it is sliced`, async () => {
    const [coding, bytes] = coded;
    const wire = await serve(async (socket) => {
      const type = "content-type: application/json";
      socket.write(`HTTP/1.1 200 OK\r\n${type}\r\ncontent-encoding: ${coding}\r\ncontent-length: ${bytes.length}\r\n\r\n`);
      for (const byte of bytes) {
        socket.write(Uint8Array.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    assert.equal((await client(wire).chat.completions.create(ASK)).choices?.[0]?.message?.content, "pong");
  });

test("eleven calls of the small client on one signal are no leak", async () => {
  const wire = await serve((socket) => setTimeout(() => socket.write(answer(200, PONG)), 20));
  const warnings: string[] = [];
  const note = (warning: Error): void => void warnings.push(warning.name);
  process.on("warning", note);
  const chutes = new ChatClient({ apiKey: KEY, baseUrl: wire.url, timeoutMs: 1000 });
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 15 }, () => chutes.chat.completions.create(ASK, { signal })));
  await sleep(0);
  process.off("warning", note);
  assert.deepEqual(warnings, []);
});

test("many items are told apart in no more than a moment, whatever the order of their fields", () => {
  const schema = { uniqueItems: true };
  const many = Array.from({ length: 20_000 }, (_, at) => ({ at, name: "x" }));
  const began = performance.now();
  assert.deepEqual(complaints(schema, many), []);
  assert.ok(performance.now() - began < 500);
  assert.deepEqual(complaints(schema, [{ a: 1, b: [2] }, 1, { b: [2], a: 1 }]), ["value: expected unique items"]);
  assert.deepEqual(complaints(schema, [undefined, () => 1, null]), ["value: expected unique items"]); // what JSON makes of them
});

test("a text is a list of letters to map, and none of prompts", async () => {
  const transport = scripted([]);
  const chutes = new Chutes({ apiKey: KEY, transport });
  const seen: string[] = [];
  for await (const { value } of chutes.map((letter: string) => letter.toUpperCase(), "ab", { ordered: true })) seen.push(value ?? "");
  assert.deepEqual(seen, ["A", "B"]);
  for (const params of ["cat", null, { model: "m", prompts: "cat" }])
    await assert.rejects(chutes.images.generateMany(params as never), { kind: "config" });
  await assert.rejects(chutes.images.generate(undefined as never), { kind: "config" });
  assert.equal(transport.requests.length, 0);
});

for (const ref of ["https://x.example", "x.example"])
  test(`a cold chute that only ${ref} names is asked again as any`, async () => {
    const cold = { status: 503, json: { detail: "No instances available" } };
    const transport = scripted([cold, { json: JSON.parse(PONG) as unknown }]);
    const handle = new Chutes({ apiKey: KEY, transport, seam: new VirtualClock() }).chute(ref);
    const completion = await handle.chat.completions.create(ASK, { ready: "wait" });
    assert.equal(completion.choices?.[0]?.message?.content, "pong");
    assert.match((await failure(handle.waitReady())).message, /give an id, user\/name or slug/);
    assert.equal(transport.requests.length, 2);
  });

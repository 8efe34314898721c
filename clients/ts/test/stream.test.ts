import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { ChatStream } from "../src/index.js";
import { answer, ASK, chunk, client, data, delta, failure, KEY, LAST, serve, SSE_HEAD } from "./helpers.js";

const STOP = data({ id: "c1", choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
const DONE = data("[DONE]");

async function open(body: string, options = {}, head = SSE_HEAD, end = LAST): Promise<ChatStream> {
  const wire = await serve((socket) => socket.write(head + (head === SSE_HEAD ? chunk(body) : body) + end));
  return client(wire, options).chat.completions.stream(ASK);
}

const COMPLETE: [name: string, body: string, content: string][] = [
  ["[DONE]", delta("He") + delta("llo") + STOP + DONE, "Hello"],
  ["every finish_reason without [DONE]", delta("Hello") + STOP, "Hello"],
  ["[DONE] without finish_reason", delta("Hello") + "data:  [DONE] \n\n" + "data: {broken\n\n", "Hello"],
  ["an unterminated [DONE]", delta("Hello") + "data: [DONE]", "Hello"],
  [
    "an unterminated last chunk",
    delta("Hel") + `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "lo" }, finish_reason: "stop" }] })}`,
    "Hello",
  ],
  ["pings of every kind", ": x\n\nevent: ping\n\ndata:\n\ndata: : keepalive\n\n" + delta("Hello") + STOP, "Hello"],
  ["error: null", data({ error: null, choices: [{ index: 0, delta: { content: "Hello" }, finish_reason: "stop" }] }), "Hello"],
];
for (const [name, body, content] of COMPLETE) {
  test(`a chat stream is complete by ${name}`, async () => {
    const stream = await open(body);
    let text = "";
    for await (const one of stream.textStream) text += one;
    assert.equal(text, content);
    assert.equal((await stream.final()).choices?.[0]?.message?.content, content);
    assert.ok(!("complete" in stream.partial));
  });
}

test("no form of a stream shows what it was asked with", async () => {
  const stream = await open(delta("Hello") + STOP + DONE);
  const shown = (): string => inspect(stream, { depth: 9 }) + JSON.stringify(stream) + JSON.stringify({ ...stream });
  assert.ok(!shown().includes(KEY), "open");
  await stream.final();
  assert.ok(!shown().includes(KEY), "read");
});

test("the code of an error in a stream is kept, wherever it stands, and no escape sequence is", async () => {
  const error = { error: { message: "boom \u001b[31m", code: "c-1" } };
  for (const body of [data(error), JSON.stringify(error), `event: error\n${data(error)}`, `${JSON.stringify(error)}\n\n${DONE}`]) {
    const told = await failure((await open(delta("He") + body)).final());
    assert.deepEqual([told.kind, told.code], ["stream_error", "c-1"], body);
    assert.match(told.message, /boom$/);
  }
});

const FAILING: [name: string, body: string, kind: string, message: RegExp, reason?: string][] = [
  ["no finish_reason", delta("He"), "stream_interrupted", /before the answer was complete/, "truncated"],
  ["nothing", "", "stream_interrupted", /without an answer/, "truncated"],
  ["half a chunk at the end", delta("He") + 'data: {"choices": [{"ind', "stream_interrupted", /middle of a chunk/, "truncated"],
  ["a bare error line", delta("He") + '{"error":"Unhandled exception"}', "stream_error", /Unhandled exception/],
  ["a bare error line with its end", delta("He") + '{"error":"Unhandled exception"}\n\n', "stream_error", /Unhandled exception/],
  ["a bare detail line", delta("He") + '{"detail":"gone"}\n', "stream_error", /gone/],
  ["an error object", delta("He") + data({ error: { message: "engine died" } }), "stream_error", /engine died/],
  ["an error string", delta("He") + data({ error: "engine died" }), "stream_error", /engine died/],
  ["object: error", delta("He") + data({ object: "error", message: "engine died" }), "stream_error", /engine died/],
  ["event: error", delta("He") + "event: error\ndata: overloaded\n\n", "stream_error", /overloaded/],
  ["broken JSON", delta("He") + "data: {broken\n\n", "stream_error", /broken JSON: \{broken/],
  ["JSON that is no object", delta("He") + "data: 7\n\n", "stream_error", /no object/],
  [
    "a restart",
    delta("He") + data({ id: "c2", choices: [{ index: 0, delta: { role: "assistant", content: "Hi" } }] }),
    "stream_interrupted",
    /again/,
    "restarted",
  ],
];
for (const [name, body, kind, message, reason] of FAILING) {
  test(`a chat stream fails by ${name}`, async () => {
    const stream = await open(body);
    const error = await failure(stream.final());
    assert.equal(error.kind, kind);
    assert.match(error.message, message);
    assert.equal(error.reason, reason);
    const partial = error.partial as { complete: boolean; choices: { message: { content: string } }[] };
    assert.equal(partial.complete, false);
    if (body !== "") assert.equal(partial.choices[0]?.message.content, "He");
    assert.deepEqual(stream.partial, partial);
  });
}

test("onRestart: discard keeps the second answer", async () => {
  const stream = await open(
    delta("He") + data({ id: "c2", choices: [{ index: 0, delta: { role: "assistant", content: "Hi" }, finish_reason: "stop" }] }),
    { onRestart: "discard" },
  );
  assert.equal((await stream.final()).choices?.[0]?.message?.content, "Hi");
});

test("a lost connection interrupts, silence is a timeout, both with what came", async () => {
  const lost = await serve((socket) => {
    socket.write(SSE_HEAD + chunk(delta("He")), () => setImmediate(() => socket.resetAndDestroy()));
  });
  const broken = await failure((await client(lost).chat.completions.stream(ASK)).final());
  assert.deepEqual([broken.kind, broken.reason], ["stream_interrupted", "connection"]);
  const silent = await serve((socket) => socket.write(SSE_HEAD + chunk(delta("He"))));
  const quiet = await failure((await client(silent, { idleTimeoutMs: 60 }).chat.completions.stream(ASK)).final());
  assert.equal(quiet.kind, "timeout");
  assert.equal((quiet.partial as { complete: boolean }).complete, false);
  await silent.untilClosed(1);
});

test("a JSON answer to a stream request is one chunk per choice; HTML and errors are not", async () => {
  const json = (body: string, type = "application/json") => open("", {}, answer(200, body, { "content-type": type }), "");
  const stream = await json(
    '{"id":"c","choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"},{"index":1,"message":{"content":"b"}}]}',
  );
  const chunks = [];
  for await (const one of stream) chunks.push(one);
  assert.equal(chunks.length, 2);
  assert.deepEqual(
    (await stream.final()).choices?.map((choice) => choice.message?.content),
    ["a", "b"],
  );
  const left = await json('{"choices":[{"index":0,"message":{"content":"a"}},{"index":1,"message":{"content":"b"}}]}');
  for await (const _ of left) break;
  assert.equal((left.partial as { complete?: boolean }).complete, false);
  assert.equal((await failure(left.final())).kind, "stream_interrupted");
  for (const body of ['{"error":"x"}', '{"detail":"x"}', "[]"])
    assert.equal((await failure((await json(body)).final())).kind, "unexpected_response");
  assert.equal((await failure((await json("<html></html>", "text/html")).final())).kind, "unexpected_response");
});

test("break, close and abort close the socket; the client stays usable", async () => {
  const wire = await serve((socket) => socket.write(SSE_HEAD + chunk(delta("He")) + chunk(delta("llo"))));
  const chutes = client(wire);
  const broken = await chutes.chat.completions.stream(ASK);
  for await (const _ of broken) break;
  await wire.untilClosed(1);
  assert.equal((broken.partial as { complete?: boolean }).complete, false);
  const closed = await chutes.chat.completions.stream(ASK);
  const rest = (async () => {
    let count = 0;
    for await (const _ of closed) count += 1;
    return count;
  })();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await closed.close();
  assert.equal(await rest, 2);
  await wire.untilClosed(2);
  const abort = new AbortController();
  const aborted = await chutes.chat.completions.stream(ASK, { signal: abort.signal });
  setTimeout(() => abort.abort(), 20);
  assert.equal((await failure(aborted.final())).kind, "cancelled");
  await wire.untilClosed(3);
});

test("a stream is read once", async () => {
  const stream = await open(delta("Hello") + STOP + DONE);
  await stream.final();
  assert.throws(() => stream[Symbol.asyncIterator](), /already been read/);
  assert.equal((await stream.final()).choices?.[0]?.message?.content, "Hello");
});

test("the body asks for a stream and for usage; create refuses stream", async () => {
  const wire = await serve((socket) => socket.write(SSE_HEAD + chunk(STOP + DONE) + LAST));
  const chutes = client(wire);
  await (await chutes.chat.completions.stream(ASK)).final();
  assert.deepEqual(JSON.parse(wire.seen[0]?.body ?? ""), { ...ASK, stream: true, stream_options: { include_usage: true } });
  assert.match(wire.seen[0]?.head ?? "", /accept: text\/event-stream/i);
  const error = await failure(chutes.chat.completions.create({ ...ASK, stream: true as never }));
  assert.equal(error.kind, "config");
  assert.match(error.message, /\.stream\(\)/);
  assert.equal(wire.seen.length, 1);
});

test("a cord stream ends at EOF, hands out an unfinished last event, and raises a bare error tail", async () => {
  const events = async (body: string) => {
    const wire = await serve((socket) => socket.write(SSE_HEAD + chunk(body) + LAST));
    const found = [];
    for await (const event of await client(wire).chute("me-echo").stream("/s", { n: 1 })) found.push(event.data);
    return found;
  };
  assert.deepEqual(await events("data: a\n\ndata: [DONE]\n\ndata: b"), ["a", "[DONE]", "b"]);
  assert.deepEqual(await events('data: {"error":"x"}\n\n{"error":"y"}\n\ndata: z\n\n'), ['{"error":"x"}', "z"]);
  assert.equal((await failure(events('data: a\n\n{"error":"late"}'))).kind, "stream_error");
});

test("events() hands out what came, up to an error, and adds up what the chunks tell", async () => {
  const first = data({ choices: [{ index: 0, delta: { content: "He" } }] });
  const stream = await open(`event: ping\ndata:\n\nid: 7\n${first}: comment\n\n${STOP}${DONE}`);
  const found: [string, string, string][] = [];
  for await (const { event, data, id } of stream.events()) found.push([event, data.slice(0, 11), id]);
  assert.deepEqual(found, [
    ["ping", "", ""],
    ["message", '{"choices":', "7"],
    ["message", '{"id":"c1",', "7"],
    ["message", "[DONE]", "7"],
  ]);
  assert.equal((await stream.final()).choices?.[0]?.message?.content, "He");
  assert.throws(() => stream.events()[Symbol.asyncIterator](), /already been read/);
  const broken = await open(`${first}event: error\ndata: full\n\n`);
  const seen: string[] = [];
  const error = await failure(
    (async () => {
      for await (const { event } of broken.events()) seen.push(event);
    })(),
  );
  assert.deepEqual([seen, error.kind, (error.partial as { complete: boolean }).complete], [["message", "error"], "stream_error", false]);
});

test("several calls of next() at once get their items in order", async () => {
  const iterator = (await open(delta("a") + delta("b") + STOP + DONE))[Symbol.asyncIterator]();
  const all = await Promise.all([1, 2, 3, 4, 5].map(() => iterator.next()));
  assert.deepEqual(
    all.map(({ value }) => value?.choices?.[0]?.delta?.content),
    ["a", "b", undefined, undefined, undefined],
  );
  assert.deepEqual(
    all.map(({ done }) => done),
    [false, false, false, true, true],
  );
  const other = (await open(delta("a") + delta("b") + delta("c") + STOP + DONE))[Symbol.asyncIterator]();
  const [first, second] = [other.next(), other.next()];
  const third = first.then(() => other.next()); // asked for before the second was answered
  const texts = (await Promise.all([first, second, third])).map(({ value }) => value?.choices?.[0]?.delta?.content);
  assert.deepEqual(texts, ["a", "b", "c"]);
});

test("await using closes the stream at the end of its block", async () => {
  const wire = await serve((socket) => socket.write(SSE_HEAD + chunk(delta("He"))));
  {
    await using stream = await client(wire).chat.completions.stream(ASK);
    assert.equal(stream.closed, false);
  }
  await wire.untilClosed(1);
});

test("a stream that broke is collected: no trace of its failure holds it", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const wire = await serve((socket) => socket.write(SSE_HEAD + chunk(delta("He"))));
  const chutes = client(wire);
  const read = async (): Promise<WeakRef<ChatStream>> => {
    const leave = new AbortController();
    const stream = await chutes.chat.completions.stream(ASK, { signal: leave.signal });
    await failure(
      (async () => {
        for await (const _chunk of stream) leave.abort();
      })(),
    );
    return new WeakRef(stream);
  };
  const streams: WeakRef<ChatStream>[] = [];
  for (let i = 0; i < 10; i++) streams.push(await read());
  for (let turn = 0; turn < 20 && streams.some((stream) => stream.deref() !== undefined); turn++) {
    await sleep(10);
    collect();
  }
  assert.equal(streams.filter((stream) => stream.deref() !== undefined).length, 0);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { LogStream, type ChutesError } from "../src/index.js";
import type { OpenResponse } from "../src/request.js";
import type { BuildLogEvent } from "../src/types/index.js";
import { answer, chunk, client, failure, LAST, line, path, serve, SSE_HEAD } from "./helpers.js";

const record = (log: string, offset: string, type = "stdout"): string =>
  `data: ${JSON.stringify({ log: { log_type: type, log }, offset })}\n`;
const EVENT = (log: string, offset: string): BuildLogEvent => ({ log_type: "stdout", log, offset });

/** A log of these pieces; `end` is what follows them. */
function log(pieces: (string | Uint8Array)[], type = "text/event-stream", maxBytes?: number): LogStream & { closes: () => number } {
  const bytes = pieces.map((piece) => (typeof piece === "string" ? new TextEncoder().encode(piece) : piece));
  let closed = 0;
  const open = {
    info: { status: 200, headers: { "content-type": type }, requestId: "r", attempts: 1 },
    body: { read: () => Promise.resolve(bytes.shift() ?? null), close: () => void (closed += 1), settle: () => Promise.resolve() },
    secrets: [],
  } as unknown as OpenResponse;
  return Object.assign(new LogStream(open, maxBytes), { closes: () => closed });
}

async function all(stream: LogStream): Promise<{ seen: BuildLogEvent[]; error?: ChutesError }> {
  const seen: BuildLogEvent[] = [];
  try {
    for await (const event of stream) seen.push(event);
  } catch (error) {
    return { seen, error: error as ChutesError };
  }
  return { seen };
}

const WHOLE = `.\n${record("Step é 1\n", "1-0")}.\n.\n\n${record("Step 2", "2-0", "stderr")}DONE\n`;
for (const end of ["\n", "\r\n"]) {
  test(`records do not depend on where the bytes are cut (${JSON.stringify(end)})`, async () => {
    const bytes = new TextEncoder().encode(WHOLE.replaceAll(/(?<!\\)\n/g, end));
    for (let cut = 1; cut < bytes.length; cut++) {
      const stream = log([bytes.subarray(0, cut), bytes.subarray(cut)]);
      const { seen, error } = await all(stream);
      assert.equal(error, undefined, `cut at ${cut}`);
      assert.deepEqual(seen, [EVENT("Step é 1\n", "1-0"), { log_type: "stderr", log: "Step 2", offset: "2-0" }]);
      assert.equal(stream.offset, "2-0");
    }
    const { seen } = await all(log(Array.from(bytes, (byte) => Uint8Array.of(byte))));
    assert.equal(seen.length, 2);
  });
}

test("what follows the end mark is not read, and the end mark needs no line break", async () => {
  assert.deepEqual((await all(log([`${record("a", "1")}DONE\n${record("b", "2")}`]))).seen, [EVENT("a", "1")]);
  assert.deepEqual(await all(log([record("a", "1"), "DONE"])), { seen: [EVENT("a", "1")] });
  const stream = log([record("a", "1"), "DONE\n", record("b", "2")]);
  await all(stream);
  assert.ok(stream.closes() > 0 && stream.closed);
});

for (const tail of ["", ".\n", 'data: {"log": {"log_type": "stdout", "lo', "data: "]) {
  test(`an end before the end mark is told with the last offset: ${JSON.stringify(tail)}`, async () => {
    const { seen, error } = await all(log([record("a", "1-0"), tail]));
    assert.deepEqual(seen, [EVENT("a", "1-0")]);
    assert.deepEqual([error?.kind, error?.reason, error?.offset], ["stream_interrupted", "truncated", "1-0"]);
  });
}

for (const text of ["data: ERROR: step 3 failed\n", "data: ERROR: step 3 failed"]) {
  test(`a failed build speaks after what came before: ${JSON.stringify(text)}`, async () => {
    const { seen, error } = await all(log([record("a", "1"), text]));
    assert.equal(seen.length, 1);
    assert.deepEqual([error?.kind, error?.message, error?.offset], ["stream_error", "the build failed: step 3 failed", "1"]);
  });
}

test("a broken record is told, an odd one loses nothing", async () => {
  const broken = await all(log([record("a", "1"), "data: {oops}\nDONE\n"]));
  assert.deepEqual([broken.error?.kind, broken.error?.offset], ["stream_error", "1"]);
  assert.match(broken.error?.message ?? "", /broken JSON: \{oops\}/);
  const odd = 'data: {"log":"bare","offset":7}\ndata:{"log":{"log_type":"x","log":"y","more":1},"stage":"push"}\nother: line\nDONE\n';
  assert.deepEqual((await all(log([odd]))).seen, [
    { log_type: null, log: "bare", offset: null },
    { stage: "push", log_type: "x", log: "y", more: 1, offset: null },
  ]);
});

test("a line without an end is refused before it fills the memory", async () => {
  const { error } = await all(log(["data: ", "x".repeat(60), "x".repeat(60)], "text/event-stream", 100));
  assert.equal(error?.kind, "too_large");
});

test("a log in plain text is handed out line by line as it stands, and ends at its end", async () => {
  const stream = log(["Step 1\nDONE\nda", "ta: x\r\n\nlast"], "text/plain; charset=utf-8");
  const { seen, error } = await all(stream);
  assert.equal(error, undefined);
  assert.deepEqual(
    seen,
    ["Step 1", "DONE", "data: x", "", "last"].map((text) => ({ log_type: null, log: text, offset: null })),
  );
  assert.equal(stream.offset, undefined);
});

test("the connection of a log that would go on for ever is closed at its end mark, and when it is left", async () => {
  const wire = await serve((socket) => socket.write(SSE_HEAD + chunk(record("a", "1") + "DONE\n")));
  const chutes = client(wire);
  for await (const event of await chutes.containerImages.logs("i", { offset: "0-1" })) assert.equal(event.log, "a");
  await wire.untilClosed(1);
  for await (const _ of await chutes.containerImages.logs("i")) break;
  await wire.untilClosed(2);
  assert.deepEqual(wire.seen.map(path), ["/images/i/logs?offset=0-1", "/images/i/logs"]);
});

test("a reset in the middle is an interruption of the connection", async () => {
  const wire = await serve((socket) => socket.write(SSE_HEAD + chunk(record("a", "1-0")), () => setTimeout(() => socket.destroy(), 10)));
  const { seen, error } = await all(await client(wire).containerImages.logs("i"));
  assert.equal(seen.length, 1);
  assert.deepEqual([error?.kind, error?.reason, error?.offset], ["stream_interrupted", "connection", "1-0"]);
});

const BUILT = JSON.stringify({ image_id: "i", status: "built and pushed" });
test("waitBuilt goes on after the last offset, and asks for the image at the end", async () => {
  const wire = await serve((socket, seen, index) => {
    if (!path(seen).includes("/logs")) socket.write(answer(200, BUILT));
    else if (index === 0) socket.end(SSE_HEAD + chunk(record("a", "1-0")) + LAST);
    else if (index === 1) socket.end(SSE_HEAD + chunk(".\n") + LAST);
    else socket.write(SSE_HEAD + chunk(record("b", "2-0") + "DONE\n"));
  });
  const logs: (string | undefined)[] = [];
  const image = await client(wire).containerImages.waitBuilt("i", { onLog: ({ log: text }) => logs.push(text ?? undefined) });
  assert.equal(image.status, "built and pushed");
  assert.deepEqual(logs, ["a", "b"]);
  assert.deepEqual(wire.seen.map(line), [
    "GET /images/i/logs",
    "GET /images/i/logs?offset=1-0",
    "GET /images/i/logs?offset=1-0",
    "GET /images/i",
  ]);
});

test("waitBuilt gives up after five breaks in a row; a new line starts the count anew", async () => {
  const wire = await serve((socket, _seen, index) => socket.write(SSE_HEAD + chunk(index === 3 ? record("a", "1-0") : ".\n") + LAST));
  const error = await failure(client(wire).containerImages.waitBuilt("i"));
  assert.deepEqual([error.kind, error.offset], ["stream_interrupted", undefined]);
  assert.equal(wire.seen.length, 4 + 5);
});

test("waitBuilt tells a failed build by its log or by the image, and its time limit ends a log of heart-beats", async () => {
  const failed = await serve((socket) => socket.write(SSE_HEAD + chunk("data: ERROR: no space\n")));
  assert.equal((await failure(client(failed).containerImages.waitBuilt("i"))).message, "the build failed: no space");
  const image = answer(200, '{"image_id":"i","status":"error: push refused"}');
  const late = await serve((socket, seen) =>
    socket.write(path(seen).includes("/logs") ? answer(200, "text", { "content-type": "text/plain" }) : image),
  );
  const error = await failure(client(late).containerImages.waitBuilt("i"));
  assert.deepEqual([error.kind, error.message], ["stream_error", "the build failed: push refused"]);
  const silent = await serve((socket) => {
    socket.write(SSE_HEAD);
    const beat = setInterval(() => socket.write(chunk(".\n")), 5);
    socket.on("close", () => clearInterval(beat));
  });
  const slow = await failure(client(silent).containerImages.waitBuilt("i", { deadlineMs: 60 }));
  assert.equal(slow.kind, "timeout");
  assert.match(slow.message, /did not end in time; it goes on/);
  await silent.untilClosed(1);
});

// The client of chat alone (`chutes-client/chat`): the same behaviour, and nothing of the rest in its bundle.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { build } from "esbuild";
import { ChatClient, ChutesError } from "../src/chat.js";
import { VirtualClock } from "../src/testing.js";
import { answer, ASK, chunk, data, delta, failure, KEY, LAST, line, PONG, serve, SSE_HEAD, type Wire } from "./helpers.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const STOP = data({ id: "c1", choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
const chat = (wire: Wire, options = {}) => new ChatClient({ apiKey: KEY, baseUrl: wire.url, ...options }).chat.completions;

describe("chat alone", () => {
  test("a whole answer and a streamed one, after a retry", async () => {
    let asked = 0;
    const body = SSE_HEAD + chunk(delta("po") + delta("ng") + STOP + data("[DONE]")) + LAST;
    const wire = await serve((socket) => socket.write([answer(503, '{"detail":"busy"}'), answer(200, PONG), body][asked++] ?? ""));
    const clock = new VirtualClock({ random: 0 });
    const completions = chat(wire, { seam: clock, firstByteTimeoutMs: 1000 });
    const { data: whole, response } = await completions.create(ASK).withResponse();
    assert.deepEqual(
      [whole.choices?.[0]?.message?.content, response.attempts, response.model, clock.sleeps],
      ["pong", 2, ASK.model, [250]],
    );
    const stream = await completions.stream(ASK);
    let text = "";
    for await (const piece of stream.textStream) text += piece;
    assert.deepEqual([text, (await stream.final()).choices?.[0]?.finish_reason], ["pong", "stop"]);
    assert.deepEqual([line(wire.seen[2]!), wire.seen[2]?.body.includes('"stream":true')], ["POST /llm/v1/chat/completions", true]);
    assert.match(wire.seen[1]?.head ?? "", /x-chutes-retry-count: 1/i);
  });

  test("typed errors, limits of time, cancelling", async () => {
    const missing = await serve((socket) => socket.write(answer(404, '{"detail":"model not found"}')));
    const error = await failure(chat(missing).create(ASK));
    assert.deepEqual([error.kind, error.status, error.name, ChutesError.is(error)], ["not_found", 404, "NotFoundError", true]);
    const silent = await serve(() => undefined);
    assert.equal((await failure(chat(silent).create(ASK, { firstByteTimeoutMs: 20 }))).kind, "timeout");
    assert.equal((await failure(chat(silent).stream(ASK, { signal: AbortSignal.timeout(20) }))).kind, "cancelled");
    const stalled = await serve((socket) => socket.write(SSE_HEAD + chunk(delta("po"))));
    const stream = await chat(stalled, { idleTimeoutMs: 20 }).stream(ASK);
    assert.deepEqual([(await failure(stream.final())).kind, stream.partial.choices?.[0]?.message?.content], ["timeout", "po"]);
  });

  test("what it lacks is refused, not passed over", async () => {
    const moved = await serve((socket) => socket.write("HTTP/1.1 307 x\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n"));
    assert.equal((await failure(chat(moved).create(ASK))).kind, "unexpected_response");
    assert.equal((await failure(chat(moved).create({ ...ASK, models: ["a", "b"] } as never))).kind, "config");
    assert.equal((await failure(chat(moved).create(ASK, { extraQuery: { a: 1 } }))).kind, "config");
    assert.equal(moved.seen.length, 1);
  });

  test("no dump of it shows the key", () => {
    const shown = inspect(new ChatClient({ apiKey: KEY, headers: { "x-mine": "mine" } }), { showHidden: true, depth: 9 });
    assert.doesNotMatch(shown, new RegExp(`${KEY}|mine`));
  });

  test("a minified bundle still names its errors", async () => {
    const { outputFiles } = await build({
      entryPoints: [join(root, "src/chat.ts")],
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
      tsconfigRaw: {},
      platform: "browser",
    });
    const small = (await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0]!.contents).toString("base64")}`)) as {
      ChatClient: typeof ChatClient;
    };
    const names = [];
    for (const status of [404, 405, 429, 503, 302]) {
      const client = new small.ChatClient({ apiKey: KEY, maxRetries: 0, fetch: async () => new Response("{}", { status }) });
      names.push((await failure(client.chat.completions.create(ASK))).name);
    }
    assert.deepEqual(names, ["NotFoundError", "APIStatusError", "RateLimitedError", "ServerError", "UnexpectedResponseError"]);
  });

  test("its bundle carries nothing of the rest, and nothing of Node", async () => {
    const { imports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { imports: Record<string, unknown> };
    assert.ok(Object.hasOwn(imports, "#transport"));
    const { metafile } = await build({
      entryPoints: [join(root, "src/chat.ts")],
      bundle: true,
      write: false,
      metafile: true,
      format: "esm",
      tsconfigRaw: {},
      platform: "browser",
    });
    const inputs = Object.entries(Object.values(metafile.outputs)[0]?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    const names = inputs.map(([name]) => name.replace(/^.*src\//, ""));
    assert.ok(names.includes("request.ts"), names.join());
    const rest = /management|helpers|tools|output|schema|hotkey|oauth|proxy|node|limiter|hooks|fallback|pagination|request_/;
    assert.deepEqual(
      names.filter((name) => rest.test(name)),
      [],
    );
  });
});

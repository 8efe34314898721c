// A chute is a function: its cords, media, files and traces.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Chutes, isBinary, type ClientOptions } from "../src/index.js";
import { scripted, type Script } from "../src/testing.js";
import { failure, folder } from "./helpers.js";

const PNG = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
const ID = "7a1c7a1c-7a1c-57a1-8a1c-7a1c7a1c7a1c";
const schema = { type: "object", properties: { text: { type: "string" } }, required: ["text"] };
const cord = (name: string, path: string | null, more: object = {}) => ({
  function: name,
  method: "POST",
  path,
  stream: false,
  public_api_path: path,
  public_api_method: "POST",
  ...more,
});
const chute = {
  json: {
    chute_id: ID,
    name: "echo",
    slug: "me-echo",
    cords: [
      cord("echo", "/echo", { input_schema: schema, output_content_type: "application/json" }),
      cord("say", "/say", { stream: true }),
      cord("say_all", "/say"),
      cord("health", "/health", { public_api_method: "GET" }),
      cord("hidden", null),
    ],
  },
};

function made(answers: Script[], options: ClientOptions = {}) {
  const transport = scripted(answers);
  const chutes = new Chutes({ apiKey: "cpk_test", transport, ...options });
  return {
    chutes,
    asked: () => transport.requests.map(({ method, url }) => `${method} ${url.replace(/^https:\/\//, "")}`),
    sent: (at: number) => transport.requests[at]?.body,
  };
}

describe("cords", () => {
  test("are read once, whatever the handle is made of", async () => {
    const { chutes, asked } = made([
      chute,
      {
        json: {
          items: [
            { slug: "me-echo-2", chute_id: "x" },
            { slug: "me-echo", chute_id: ID },
          ],
          total: 2,
        },
      },
      chute,
    ]);
    for (const ref of [ID, "me-echo"]) {
      const handle = chutes.chute(ref);
      const [first, ...rest] = await handle.cords();
      assert.deepEqual(first, {
        name: "echo",
        path: "/echo",
        method: "POST",
        stream: false,
        inputSchema: schema,
        contentType: "application/json",
      });
      assert.deepEqual(
        rest.map(({ name }) => name),
        ["say", "say_all", "health"],
      );
      await handle.cords();
    }
    assert.deepEqual(asked(), [
      `GET api.chutes.ai/chutes/${ID}`,
      "GET api.chutes.ai/chutes/?slug=me-echo&include_public=true",
      `GET api.chutes.ai/chutes/${ID}`,
    ]);
    assert.equal((await failure(chutes.chute("https://a.test").cords())).kind, "config");
  });

  test("a name takes path, method and schema of its cord; validate: false leaves the schema", async () => {
    const { chutes, asked, sent } = made([chute, { json: { ok: 1 } }, { json: { ok: 2 } }, { json: { ok: 3 } }, { json: { ok: 4 } }]);
    const handle = chutes.chute(ID);
    assert.deepEqual(await handle.call("echo", { text: "hi" }), { ok: 1 });
    await handle.call("health");
    await handle.call("echo", { n: 1 }, { validate: false });
    await handle.call("/other", { n: 1 });
    assert.deepEqual(asked().slice(1), [
      "POST me-echo.chutes.ai/echo",
      "GET me-echo.chutes.ai/health",
      "POST me-echo.chutes.ai/echo",
      "POST me-echo.chutes.ai/other",
    ]);
    assert.deepEqual([sent(1), sent(2)], [{ text: "hi" }, undefined]);
    for (const [name, args, message] of [
      ["echo", { text: 1 }, /text: expected string/],
      ["/echo", {}, /text: expected a value \(required\)/],
      ["ecko", {}, /no cord "ecko": it has echo, say, say_all, health/],
      ["health", { a: 1 }, /takes no arguments/],
    ] as const) {
      const error = await failure(handle.call(name, args));
      assert.deepEqual([error.kind, message.test(error.message)], ["config", true], error.message);
    }
    assert.equal(asked().length, 5);
  });

  test("schemas that the platform's kit makes of a function speak of the flat body; an empty one is none", async () => {
    const model = { type: "object", properties: { n: { type: "integer" } }, required: ["n"] };
    const definitions = { M: model };
    const one = { $ref: "#/definitions/M" };
    for (const [given, wanted] of [
      [
        { type: "object", properties: { args: one }, required: ["args"], definitions },
        { ...model, definitions },
      ],
      [
        { properties: { self: {}, params: one }, required: ["self", "params"], definitions },
        { ...model, definitions },
      ],
      [
        { properties: { self: {}, n: { type: "integer" } }, required: ["self", "n"], definitions: {} },
        { properties: { n: { type: "integer" } }, required: [], definitions: {} },
      ],
      [
        { properties: { args: one }, definitions },
        { properties: { args: one }, definitions },
      ],
      [{}, undefined],
    ] as const) {
      const { chutes } = made([{ json: { chute_id: ID, name: "e", slug: "e", cords: [cord("run", "/run", { input_schema: given })] } }]);
      assert.deepEqual((await chutes.chute(ID).cords())[0]?.inputSchema, wanted);
    }
  });

  test("of two cords at one path, call takes the plain one and stream the other; a name that streams is refused", async () => {
    const { chutes } = made([chute, { json: {} }, { events: ["a"], cut: "end" }, { events: ["b"], cut: "end" }]);
    const handle = chutes.chute(ID);
    await handle.call("/say");
    assert.match((await failure(handle.call("say"))).message, /use \.stream\("say"/);
    for (const name of ["/say", "say"]) assert.equal((await (await handle.stream(name))[Symbol.asyncIterator]().next()).done, false);
  });

  test("a slug is not looked up for a path, and is for a name", async () => {
    const { chutes, asked } = made([
      { json: {} },
      { json: { items: [{ slug: "me-echo", chute_id: ID }], total: 1 } },
      chute,
      { json: {} },
      { json: { items: [], total: 0 } },
    ]);
    const handle = chutes.chute("me-echo");
    await handle.call("/echo", {});
    assert.equal(asked().length, 1);
    await handle.call("echo", { text: "x" });
    assert.equal(asked().length, 4);
    assert.equal((await failure(chutes.chute("me-none").call("echo"))).kind, "not_found");
  });
});

describe("media", () => {
  const WAV = Buffer.from("RIFF\0\0\0\0WAVEfmt ", "latin1");

  test("speech, music and video are bytes by sniffing, or a file", async () => {
    const odd = { bytes: WAV, headers: { "content-type": "text/plain" } };
    const { chutes, asked, sent } = made([odd, odd, odd, odd]);
    const sound = await chutes.audio.speech("me-tts", "Hi", { voice: "v", extra: 1 });
    assert.deepEqual([sound.contentType, sound.bytes.length, sent(0)], ["audio/wav", WAV.length, { text: "Hi", voice: "v", extra: 1 }]);
    const to = join(await folder(), "out.wav");
    const progress: unknown[] = [];
    assert.equal(await chutes.audio.music("me-music", { prompt: "p", to, onProgress: (...told) => progress.push(told) }), to);
    assert.deepEqual([await readFile(to), progress], [WAV, [[WAV.length, undefined]]]);
    await chutes.video.generate(chutes.chute("me-video"), { prompt: "p", image: PNG, path: "/image2video" });
    assert.deepEqual(sent(2), { prompt: "p", image_b64: PNG.toString("base64") });
    assert.deepEqual(asked(), ["POST me-tts.chutes.ai/speak", "POST me-music.chutes.ai/generate", "POST me-video.chutes.ai/image2video"]);
  });

  test("a transcript is a list, or an object with one", async () => {
    const list = [{ start: 0, end: 1.5, text: "Hi" }];
    const { chutes, sent } = made([{ json: list }, { json: { segments: list, language: "en" } }, { json: { text: "Hi" } }]);
    assert.deepEqual(await chutes.audio.transcribe("me-stt", WAV, { language: "en" }), list);
    assert.deepEqual(sent(0), { audio_b64: WAV.toString("base64"), language: "en" });
    assert.deepEqual(await chutes.audio.transcribe("me-stt", `data:audio/wav;base64,${WAV.toString("base64")}`), list);
    assert.equal((await failure(chutes.audio.transcribe("me-stt", WAV))).kind, "unexpected_response");
    for (const source of ["https://a.test/x.wav", join(await folder(), "none"), "data:audio/wav,a"])
      assert.equal((await failure(chutes.audio.transcribe("me-stt", source))).kind, "config");
  });

  test("JSON, a page or nothing in place of bytes is told in the server's words, and leaves no file", async () => {
    const answers: Script[] = [
      { json: { detail: "too long" } },
      { text: "<html><title>Oops</title>", headers: { "content-type": "text/html" } },
      { bytes: new Uint8Array(0) },
    ];
    const { chutes } = made([...answers, ...answers.slice(0, 2)]);
    for (const words of [/too long/, /Oops/, /without sound/]) {
      const error = await failure(chutes.audio.speech("me-tts", "Hi"));
      assert.deepEqual([error.kind, words.test(error.message)], ["unexpected_response", true], error.message);
    }
    const into = await folder();
    for (const words of [/too long/, /Oops/])
      assert.match((await failure(chutes.chute("me-tts").download("/speak", into, { text: "Hi" }))).message, words);
    assert.deepEqual(await readdir(into), []);
  });

  test("pictures to work on; several at once with progress and failures as values", async () => {
    const { chutes, sent } = made([
      { bytes: PNG },
      ({ body }) => ((body as { seed?: number }).seed === 2 ? { status: 400, json: { detail: "no" } } : { bytes: PNG }),
    ]);
    await chutes.images.generate({ model: "m", prompt: "p", image: [PNG, `data:image/png;base64,${PNG.toString("base64")}`] });
    assert.deepEqual(sent(0), { model: "m", prompt: "p", image_b64: [PNG.toString("base64"), PNG.toString("base64")] });
    assert.equal(
      (await failure(chutes.images.generate({ model: "m", prompt: "p", mode: "openai", image: Uint8Array.of(1) }))).kind,
      "config",
    );
    const progress: unknown[] = [];
    const images = await chutes.images.generateMany(
      { model: "m", prompt: "p", n: 3, seed: 1 },
      { returnErrors: true, onProgress: (...told) => progress.push(told) },
    );
    assert.deepEqual(
      images.map((one) => ("kind" in one ? one.kind : one.contentType)),
      ["image/png", "bad_request", "image/png"],
    );
    assert.deepEqual(progress, [
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    for (const mode of ["native", "openai"] as const)
      assert.match((await failure(chutes.images.generate({ model: "m", prompt: "p", n: 2, mode }))).message, /generateMany/);
  });

  test("pictures that are made and paid are not lost where a signal ends the rest", async () => {
    const abort = new AbortController();
    const { chutes } = made([() => ({ bytes: PNG })]);
    const images = await chutes.images.generateMany(
      { model: "m", prompt: "p", n: 20 },
      { returnErrors: true, signal: abort.signal, onProgress: (done) => done === 3 && abort.abort() },
    );
    const kinds = images.map((one) => ("kind" in one ? one.kind : "made"));
    assert.equal(kinds.length, 20);
    assert.ok(kinds.includes("made") && kinds.includes("cancelled"));
    assert.equal(kinds.filter((kind) => kind !== "made" && kind !== "cancelled").length, 0);
  });
});

describe("trace", () => {
  const entry = (timestamp: string, message: string) => ({ trace: { timestamp, message, invocation_id: "i", more: 1 } });
  const events = (...list: unknown[]): Script => ({ events: list, cut: "end" });

  test("entries, a result by its wrapper, and a timeline", async () => {
    const { chutes, sent } = made([
      events(entry("2026-05-26T00:00:00.250000", "a"), entry("2026-05-26T00:00:01.5", "b"), {
        result: { content_type: "application/json", json: { ok: 1 } },
      }),
    ]);
    const trace = await chutes.chute("me-echo").trace("/echo", { text: "hi" });
    assert.deepEqual([trace.result, trace.error, trace.entries[0]?.["more"]], [{ ok: 1 }, undefined, 1]);
    assert.deepEqual(trace.timeline(), ["+0.000 s  a", "+1.250 s  b"]);
    assert.deepEqual(sent(0), { text: "hi" });
  });

  test("inner streams, texts and bytes", async () => {
    const { chutes } = made([
      events({ result: "data: 1\n\n" }, { result: "data: [DONE]\n\n" }),
      events({ result: { content_type: "text/plain", text: "t" } }),
      events({ result: { content_type: "audio/wav; x=1", bytes: "AQI=" } }),
    ]);
    const handle = chutes.chute("me-echo");
    assert.equal((await handle.trace("/s")).result, "data: 1\n\ndata: [DONE]\n\n");
    assert.equal((await handle.trace("/s")).result, "t");
    const { result } = await handle.trace("/s");
    assert.ok(isBinary(result));
    assert.deepEqual([result.contentType, result.bytes], ["audio/wav", Uint8Array.of(1, 2)]);
  });

  test("a failure of the platform is a value; what cannot be read or is cut off is an error", async () => {
    const { chutes } = made([
      events({ error: "infra_overload", detail: "full" }),
      events("{no"),
      events({ result: { bytes: "@" } }),
      events(entry("2026-05-26", "a")),
      { events: [entry("2026-05-26", "a")], cut: "reset" },
    ]);
    const handle = chutes.chute("me-echo");
    assert.deepEqual((await handle.trace("/s")).error, { error: "infra_overload", detail: "full" });
    for (const kind of ["stream_error", "stream_error", "stream_interrupted", "stream_interrupted"])
      assert.equal((await failure(handle.trace("/s"))).kind, kind);
  });
});

describe("answers by script", () => {
  test("what was sent has no credential; a script that ends is config; failures are retried", async () => {
    const { chutes, asked } = made([{ fail: "connect" }, { fail: "reset" }, { json: { user_id: "u" } }], {
      seam: { now: () => 0, random: () => 0, sleep: () => Promise.resolve() },
    });
    assert.equal((await chutes.users.me()).user_id, "u");
    assert.equal(asked().length, 3);
    assert.equal((await failure(chutes.users.me())).kind, "config");
    const transport = scripted([{ text: "hello" }]);
    const other = new Chutes({ apiKey: "cpk_test", transport });
    assert.equal(await other.request("GET", "/x"), "hello");
    assert.doesNotMatch(JSON.stringify(transport.requests), /cpk_/);
    assert.equal((await failure(other.users.me({ signal: AbortSignal.abort() }))).kind, "cancelled");
  });
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { InMemorySpanExporter, SimpleSpanProcessor, BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { Chutes, type ClientOptions, type Hooks } from "../src/index.js";
import { levelled, logLine } from "../src/hooks.js";
import { otel } from "../src/otel.js";
import { scripted, VirtualClock, type Script } from "../src/testing.js";
import { ASK, failure, KEY, PONG } from "./helpers.js";

const busy = { status: 503, json: { detail: "busy" }, headers: { "x-request-id": "r1" } };
const pong = {
  json: { ...(JSON.parse(PONG) as object), model: "m-tee", usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } },
};
const streamed = (cut?: "end") => ({
  events: [
    { model: "m-tee", choices: [{ index: 0, delta: { content: "a" } }] },
    { choices: [{ index: 0, delta: {}, finish_reason: cut === undefined ? "stop" : null }] },
    { choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } },
  ],
  cut,
});

function made(answers: Script[], options: ClientOptions = {}) {
  const told: [name: string, info: Record<string, unknown>][] = [];
  const names = ["beforeAttempt", "afterAttempt", "onRetry", "onStreamEnd", "onCallEnd"] as const;
  const hooks = Object.fromEntries(names.map((name) => [name, (info: object) => void told.push([name, { ...info }])])) as Hooks;
  const chutes = new Chutes({ apiKey: KEY, transport: scripted(answers), seam: new VirtualClock({ random: 0 }), hooks, ...options });
  return { chutes, told, pick: (...fields: string[]) => told.map(([name, info]) => [name, ...fields.map((field) => info[field])]) };
}

describe("hooks", () => {
  test("each attempt, wait and end is told in order, without secrets", async () => {
    const { chutes, told, pick } = made([busy, pong]);
    await chutes.chat.completions.create(ASK, { extraQuery: { q: "secret" } });
    assert.deepEqual(pick("number", "status", "kind", "requestId", "waitMs"), [
      ["beforeAttempt", 1, undefined, undefined, undefined, undefined],
      ["afterAttempt", 1, 503, "unavailable", "r1", undefined],
      ["onRetry", 1, undefined, "unavailable", undefined, 250],
      ["beforeAttempt", 2, undefined, undefined, undefined, undefined],
      ["afterAttempt", 2, 200, undefined, undefined, undefined],
      ["onCallEnd", undefined, 200, undefined, undefined, undefined],
    ]);
    const { call, operation, method, url, model } = told[0]![1];
    assert.deepEqual(
      [call, operation, method, url, model],
      [1, "createChatCompletion", "POST", "https://llm.chutes.ai/v1/chat/completions", "m"],
    );
    assert.equal(told.at(-1)![1]["responseModel"], "m-tee");
    assert.doesNotMatch(JSON.stringify(told), /cpk_|secret/);
  });

  for (const [name, answers, leave, kind, chunks] of [
    ["whole", [streamed()], false, undefined, 3],
    ["broken", [streamed("end")], false, "stream_interrupted", 3],
    ["left", [streamed()], true, "cancelled", 1],
  ] as const) {
    test(`a stream that is ${name} is told once`, async () => {
      const { chutes, told } = made([...answers]);
      const stream = await chutes.chat.completions.stream(ASK);
      try {
        for await (const _chunk of stream) if (leave) break;
      } catch {
        // Told by the hook.
      }
      await stream.close();
      const ends = told.filter(([hook]) => hook === "onStreamEnd").map(([, info]) => info);
      assert.deepEqual([ends.length, ends[0]?.["kind"], ends[0]?.["chunks"], ends[0]?.["model"]], [1, kind, chunks, "m"]);
      assert.deepEqual((ends[0]?.["usage"] as { prompt_tokens?: number } | undefined)?.prompt_tokens, leave ? undefined : 3);
      assert.deepEqual(told.filter(([hook]) => hook === "onCallEnd").length, 1);
    });
  }

  test("a hook that fails changes nothing, and is told on the log", async () => {
    const lines: string[] = [];
    const line = (text: string): void => void lines.push(text);
    const hooks: Hooks = { beforeAttempt: () => assert.fail("mine"), afterAttempt: (() => Promise.reject(new Error("late"))) as never };
    const { chutes } = made([pong], { hooks, logger: { debug: line, info: line, warn: line } });
    await chutes.chat.completions.create(ASK);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(
      lines.filter((text) => text.startsWith("hook.failed")),
      ["hook.failed hook=beforeAttempt error=mine", "hook.failed hook=afterAttempt error=late"],
    );
  });
});

describe("log", () => {
  test("one vocabulary, by level, without keys", async () => {
    const lines: string[] = [];
    const at = (level: string) => (text: string) => void lines.push(`${level} ${text.replace(/ ms=\d+/, " ms=…")}`);
    const { chutes } = made([busy, pong, { status: 401, json: { detail: `${KEY} is unknown` } }], {
      hooks: {},
      logger: { debug: at("D"), info: at("I"), warn: at("W") },
    });
    await chutes.chat.completions.create(ASK);
    await failure(chutes.users.me());
    assert.deepEqual(
      lines,
      [
        "D call.start call=1 operation=createChatCompletion",
        "D attempt.start call=1 operation=createChatCompletion method=POST url=https://llm.chutes.ai/v1/chat/completions number=1 model=m",
        "D attempt.end call=1 operation=createChatCompletion number=1 status=503 kind=unavailable ms=… request_id=r1",
        "D retry call=1 operation=createChatCompletion number=1 kind=unavailable wait_ms=250",
        "D attempt.start call=1 operation=createChatCompletion method=POST url=https://llm.chutes.ai/v1/chat/completions number=2 model=m",
        "D attempt.end call=1 operation=createChatCompletion number=2 status=200 ms=…",
        "I call.end call=1 operation=createChatCompletion model=m status=200 attempts=2 ms=… tokens=5",
        "D call.start call=2 operation=getMe",
        "D attempt.start call=2 operation=getMe method=GET url=https://api.chutes.ai/users/me number=1",
        "D attempt.end call=2 operation=getMe number=1 status=401 kind=unauthenticated ms=…",
        "W call.end call=2 operation=getMe status=401 kind=unauthenticated attempts=1 ms=…",
      ].map((line) => line.replaceAll("getMe", lines[7]?.split("operation=")[1] ?? "")),
    );
  });

  test("CHUTES_LOG writes to standard error from its level on", async () => {
    const before = console.error;
    const lines: string[] = [];
    console.error = (line: string) => void lines.push(line);
    try {
      for (const level of ["info", "warn", "nonsense"]) {
        process.env["CHUTES_LOG"] = level;
        await made([pong], { hooks: {} }).chutes.chat.completions.create(ASK);
      }
    } finally {
      delete process.env["CHUTES_LOG"];
      console.error = before;
    }
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, /^\d{4}-[^ ]+Z chutes call\.end call=1 /);
  });

  test("levels and quoting", () => {
    const lines: string[] = [];
    const line = (text: string): void => void lines.push(text);
    const logger = levelled({ debug: line, info: line, warn: line }, "info");
    logger.debug("d");
    logger.info("i");
    logger.warn("w");
    assert.deepEqual(lines, ["i", "w"]);
    assert.equal(logLine("e", { a: "x y", b: undefined, c: 1 }), 'e a="x y" c=1');
  });
});

describe("OpenTelemetry", () => {
  const spansOf = async (answers: Script[], work: (chutes: Chutes) => Promise<unknown>) => {
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    const { chutes } = made(answers, { hooks: otel(provider.getTracer("test")) });
    await work(chutes).catch(() => undefined);
    return exporter.getFinishedSpans();
  };

  test("a span per call, with an event per attempt and the tokens of the answer", async () => {
    const spans = await spansOf([busy, pong], (chutes) => chutes.chat.completions.create(ASK));
    assert.equal(spans.length, 1);
    const [{ name, kind, attributes, events, status }] = spans as [(typeof spans)[0]];
    assert.deepEqual([name, kind, status.code], ["chat m", 2, 0]);
    assert.deepEqual(attributes, {
      "gen_ai.operation.name": "chat",
      "gen_ai.system": "chutes",
      "gen_ai.provider.name": "chutes",
      "gen_ai.request.model": "m",
      "gen_ai.response.model": "m-tee",
      "gen_ai.usage.input_tokens": 3,
      "gen_ai.usage.output_tokens": 2,
      "server.address": "llm.chutes.ai",
      "server.port": 443,
      "http.response.status_code": 200,
      "chutes.attempts": 2,
    });
    assert.deepEqual(
      events.map((event) => event.name),
      ["attempt.start", "attempt.end", "retry", "attempt.start", "attempt.end"],
    );
  });

  test("a stream's span ends with it; a failure is its status", async () => {
    const [whole] = await spansOf([streamed()], async (chutes) => (await chutes.chat.completions.stream(ASK)).final());
    assert.deepEqual([whole?.attributes["gen_ai.usage.input_tokens"], whole?.attributes["chutes.chunks"], whole?.status.code], [3, 3, 0]);
    const [failed] = await spansOf([streamed("end")], async (chutes) => (await chutes.chat.completions.stream(ASK)).final());
    assert.deepEqual(
      [failed?.attributes["error.type"], failed?.status],
      ["stream_interrupted", { code: 2, message: "stream_interrupted" }],
    );
    const [other] = await spansOf([{ status: 401, json: { detail: "no" } }], (chutes) => chutes.users.me());
    assert.deepEqual([other?.attributes["error.type"], other?.attributes["http.response.status_code"]], ["unauthenticated", 401]);
  });
});

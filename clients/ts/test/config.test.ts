import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { inspect } from "node:util";
import { Chutes, ChutesError, type ClientOptions, type Hooks } from "../src/index.js";
import { checkDuration, isOwn, resolveEndpoints } from "../src/config.js";
import { limitsFor } from "../src/deadline.js";
import { realSeam, scripted, VirtualClock } from "../src/testing.js";
import type { Transport } from "../src/transport.js";

const saved = { ...process.env };
afterEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith("CHUTES_")) delete process.env[name];
  Object.assign(process.env, saved);
});

const BAD: [options: ClientOptions, mention: string][] = [
  [{ apiKey: "" }, "is empty"],
  [{ apiKey: "  " }, "is empty"],
  [{ apiKey: "cpk_a\nb" }, "API key"],
  [{ apiKey: '"cpk_ab"' }, "quotation mark"],
  [{ apiKey: "'cpk_ab'" }, "quotation mark"],
  [{ apiKey: "Bearer cpk_ab" }, "the word Bearer"],
  [{ apiKey: 5 as never }, "must be a string"],
  [{ apiKey: null as never }, "must be a string"],
  [{ apiKey: "k", auth: null as never }, "auth must be"],
  [{ apiKey: "k", auth: (() => "k") as never }, "auth must be"],
  [{ apiKey: "k", baseUrl: new URL("http://x") as never }, "baseUrl must be a string"],
  [{ apiKey: "k", baseUrl: "https://llm.chutes.ai/v1" }, "endpoints.llm"],
  [{ apiKey: "k", baseUrl: "https://api.chutes.ai/" }, "endpoints.api"],
  [{ apiKey: "k", baseURL: "http://x" } as never, "did you mean baseUrl?"],
  [{ apiKey: "k", timeout: 5 } as never, "did you mean timeoutMs?"],
  [{ api_key: "k" } as never, "did you mean apiKey?"],
  [{ apiKey: "k", defaultHeaders: {} } as never, "did you mean headers?"],
  [{ apiKey: "k", whatever: 1 } as never, 'no option "whatever"'],
  [{ apiKey: "k", caPem: "/etc/ca.pem" }, "caPem"],
  [{ apiKey: "k", headers: { a: 1 as never } }, "must be a string"],
  [null as never, "must be an object"],
  [{ apiKey: "k", baseUrl: "ftp://x" }, "baseUrl"],
  [{ apiKey: "k", baseUrl: "http://" }, "baseUrl"],
  [{ apiKey: "k", baseUrl: "https:example.com" }, "baseUrl"],
  [{ apiKey: "k", baseUrl: "http://x?y=1" }, "query"],
  [{ apiKey: "k", baseUrl: "http://u:p@x" }, "user name"],
  [{ apiKey: "k", endpoints: { chute: "http://x/y" } }, "{slug}"],
  [{ apiKey: "k", timeoutMs: 0 }, "timeoutMs"],
  [{ apiKey: "k", idleTimeoutMs: -1 }, "idleTimeoutMs"],
  [{ apiKey: "k", deadlineMs: NaN }, "deadlineMs"],
  [{ apiKey: "k", maxRetries: -1 }, "maxRetries"],
  [{ apiKey: "k", caPem: "x", fetch: globalThis.fetch }, "caPem"],
  [{ apiKey: "k", headers: { a: "b\r\nc: d" } }, "CR or LF"],
  [{ apiKey: "k", headers: new Headers({ a: "b" }) as never }, "headers must be a plain object"],
  [{ apiKey: "k", endpoints: { LLM: "http://x" } as never }, "did you mean llm?"],
  [{ apiKey: "k", endpoints: "http://x" as never }, "must be an object"],
  [{ apiKey: "k", ready: true as never }, 'ready must be "retry" or "wait"'],
  [{ apiKey: "k", onRestart: "drop" as never }, 'onRestart must be "error" or "discard"'],
  [{ apiKey: "k", via: "host" as never }, 'via must be "slug" or "api"'],
  [{ apiKey: "k", hooks: { on_retry() {} } as never }, "hooks has none of"],
  [{ apiKey: "k", logger: true as never }, "logger must have debug, info, warn"],
  [{ apiKey: "k", fetch: "x" as never }, "fetch must be"],
  [{ apiKey: "k", transport: {} as never }, "transport must be"],
];
for (const [options, mention] of BAD) {
  test(`config refuses ${JSON.stringify({ ...options, apiKey: undefined })}: ${mention}`, () => {
    process.env["CHUTES_API_KEY"] = "cpk_of_the_environment";
    assert.throws(
      () => new Chutes(options),
      (error: unknown) =>
        ChutesError.is(error) && error.kind === "config" && error.message.includes(mention) && !error.message.includes("cpk_a"),
    );
  });
}

test("explicit beats CHUTES_X_URL beats CHUTES_BASE_URL beats the default", () => {
  assert.equal(resolveEndpoints().llm, "https://llm.chutes.ai/v1");
  process.env["CHUTES_BASE_URL"] = "http://b/x/";
  assert.deepEqual(resolveEndpoints(), {
    api: "http://b/x",
    llm: "http://b/x/llm/v1",
    image: "http://b/x/image",
    embed: "http://b/x/embed",
    chute: "http://b/x/chute/{slug}",
  });
  process.env["CHUTES_LLM_URL"] = "http://l/v1";
  assert.equal(resolveEndpoints().llm, "http://l/v1");
  assert.equal(resolveEndpoints({}, "http://e").llm, "http://e/llm/v1");
  assert.equal(resolveEndpoints({ llm: "http://f" }, "http://e").llm, "http://f");
});

test("the key comes from the environment, trimmed, and is in no dump of the client", () => {
  process.env["CHUTES_API_KEY"] = "  cpk_test_environment  ";
  const client = new Chutes();
  for (const text of [inspect(client, { showHidden: true, depth: 10 }), JSON.stringify(client), String(client)])
    assert.ok(!text.includes("environment"));
});

test("a gateway may have a path that ends in /v1; what is absurdly long is no limit", () => {
  assert.equal(resolveEndpoints({}, "https://gw.example/v1").llm, "https://gw.example/v1/llm/v1");
  assert.equal(checkDuration("timeoutMs", 1e19), null);
  assert.equal(checkDuration("timeoutMs", 86_400_000), 86_400_000);
});

test("a slug may be any part of the template's host", () => {
  const own = (url: string, chute: string): boolean => isOwn(url, { ...resolveEndpoints(), chute });
  assert.equal(own("https://gw-me-echo.example/x", "https://gw-{slug}.example"), true);
  assert.equal(own("https://me-echo.chutes.ai/x", "https://{slug}.chutes.ai"), true);
  for (const url of [
    "https://a.b.chutes.ai/x",
    "https://.chutes.ai/",
    "https://chutes.ai/",
    "http://me-echo.chutes.ai/x",
    "https://me.chutes.ai.evil.com",
  ])
    assert.equal(own(url, "https://{slug}.chutes.ai"), false, url);
  assert.equal(own("https://gw-.example/x", "https://gw-{slug}.example"), false);
});

test("a sleep longer than a timer holds does not end at once", async () => {
  const abort = new AbortController();
  const slept = realSeam.sleep(2 ** 33, abort.signal).then(
    () => "slept",
    () => "aborted",
  );
  setTimeout(() => abort.abort(), 30);
  assert.equal(await slept, "aborted");
});

test("limits: call over client over surface; timeout sets first byte and idle together", () => {
  assert.deepEqual(limitsFor("management", true, {}), { connect: 10_000, firstByte: 60_000, idle: 60_000, total: 120_000 });
  assert.deepEqual(limitsFor("invocation", true, {}), { connect: 10_000, firstByte: 630_000, idle: 120_000, total: null });
  assert.deepEqual(limitsFor("management", true, { timeoutMs: 5, connectTimeoutMs: null }, { idleTimeoutMs: 7, deadlineMs: null }), {
    connect: null,
    firstByte: 5,
    idle: 7,
    total: null,
  });
  assert.equal(limitsFor("invocation", false, { firstByteTimeoutMs: 9 }, { timeoutMs: 5 }).firstByte, 5);
});

test("hooks may be none", () => {
  for (const hooks of [
    {},
    { onRetry: undefined },
    new (class {
      onRetry() {}
    })(),
  ])
    new Chutes({ apiKey: "cpk_test", hooks: hooks as Hooks });
});

test("an upload has no deadline unless one is given; other management calls have two minutes", async () => {
  const left: (number | null)[] = [];
  const answers = scripted([() => ({ json: {} })]);
  const send: Transport["send"] = (request) => {
    left.push(request.deadline.remaining());
    return answers.send(request);
  };
  const chutes = new Chutes({ apiKey: "cpk_test", transport: { ...answers, send }, seam: new VirtualClock() });
  await chutes.logos.create({ logo: Uint8Array.of(1) });
  await chutes.logos.create({ logo: Uint8Array.of(1) }, { deadlineMs: 5 });
  await chutes.users.me();
  assert.deepEqual(left, [null, 5, 120_000]);
});

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { inspect } from "node:util";
import { Chutes, ChutesError, type ClientOptions } from "../src/index.js";
import { resolveEndpoints } from "../src/config.js";
import { limitsFor } from "../src/deadline.js";

const saved = { ...process.env };
afterEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith("CHUTES_")) delete process.env[name];
  Object.assign(process.env, saved);
});

const BAD: [options: ClientOptions, mention: string][] = [
  [{ apiKey: "" }, "CHUTES_API_KEY"],
  [{ apiKey: "cpk_a\nb" }, "API key"],
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
];
for (const [options, mention] of BAD) {
  test(`config refuses ${JSON.stringify({ ...options, apiKey: undefined })}`, () => {
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

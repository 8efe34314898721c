/** A client that another one makes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Chutes, type OwnOptions } from "../src/index.js";
import { scripted } from "../src/testing.js";

const whole = (content: string) => ({ json: { choices: [{ index: 0, message: { content }, finish_reason: "stop" }] } });
const ask = { model: "m", messages: [{ role: "user" as const, content: "hi" }] };

test("it has its own options, and the hosts and the places of the other", async () => {
  const transport = scripted([
    { events: [{ choices: [{ index: 0, delta: { content: "a" } }] }] },
    whole("b"),
    { status: 503, json: { detail: "busy" } },
    { status: 503, json: { detail: "busy" } },
    whole("c"),
  ]);
  const client = new Chutes({ apiKey: "cpk_test", baseUrl: "http://h", transport, maxConcurrency: 1, headers: { "X-Team": "both" } });
  const other = client.withOptions({ deadlineMs: 50, maxRetries: 0, headers: { "x-team": "own", "X-New": "1" } });
  const stream = await client.chat.completions.stream(ask);
  await assert.rejects(other.chat.completions.create(ask), { kind: "timeout", attempts: 0 }); // the one place is the stream's
  await stream.close();
  assert.equal((await other.chat.completions.create(ask)).choices?.[0]?.message?.content, "b");
  await assert.rejects(other.chat.completions.create(ask), { kind: "unavailable", attempts: 1 });
  const patient = other.withOptions({ maxRetries: 1, deadlineMs: null });
  assert.equal((await patient.chat.completions.create(ask)).choices?.[0]?.message?.content, "c");
  const seen = transport.requests.map(({ headers }) => [headers["x-team"], headers["x-new"]]);
  const own = ["own", "1"];
  assert.deepEqual(seen, [["both", undefined], own, own, own, own]);
});

test("a time-out beats the finer limits of the other client", async () => {
  const limits: unknown[] = [];
  const transport = scripted([whole("a"), whole("b")]);
  const send = transport.send.bind(transport);
  transport.send = (request) => (limits.push(request.limits.firstByte), send(request));
  const client = new Chutes({ apiKey: "cpk_test", baseUrl: "http://h", transport, firstByteTimeoutMs: 7 });
  await client.chat.completions.create(ask);
  await client.withOptions({ timeoutMs: 9 }).chat.completions.create(ask);
  assert.deepEqual(limits, [7, 9]);
});

test("what cannot work, or is no client's own, is refused", () => {
  const client = new Chutes({ apiKey: "cpk_test" });
  for (const options of [{ maxRetries: -1 }, { timeoutMs: 0 }, { headers: { a: "b\nc" } }, { apiKey: "other" }, { retries: 3 }])
    assert.throws(() => client.withOptions(options as OwnOptions), { kind: "config" });
});

test("closing either closes both", async () => {
  for (const which of [0, 1]) {
    const client = new Chutes({ apiKey: "cpk_test", baseUrl: "http://h", transport: scripted([whole("a")]) });
    const both = [client, client.withOptions({ maxRetries: 1 })];
    both[which]!.close();
    for (const one of both) await assert.rejects(one.chat.completions.create(ask), { kind: "config", message: /closed/ });
  }
});

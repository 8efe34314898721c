import assert from "node:assert/strict";
import { test } from "node:test";
import { Chutes } from "../src/index.js";
import { scripted, type Script } from "../src/testing.js";
import { ASK, failure } from "./helpers.js";

const made = (...answers: Script[]): Chutes => new Chutes({ apiKey: "cpk_test", transport: scripted(answers), maxRetries: 0 });
const never = (): Promise<never> => new Promise(() => undefined);

test("an answer that does not come ends with its call, by its signal and by its limits", async () => {
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 10);
  for (const [options, kind, words] of [
    [{ signal: abort.signal }, "cancelled", /by its signal/],
    [{ deadlineMs: 20 }, "timeout", /no answer within/],
    [{ timeoutMs: 20 }, "timeout", /no answer within 20 ms/],
  ] as const) {
    const error = await failure(made(never).chat.completions.create(ASK, options));
    assert.deepEqual([error.kind, error.attempts], [kind, 1]);
    assert.match(error.message, words);
  }
});

test("what is no script is told", async () => {
  assert.throws(() => scripted({ json: {} } as never), /a list of answers/);
  const error = await failure(made({ body: {} } as never).chat.completions.create(ASK));
  assert.deepEqual([error.kind, /no "body": give status/.test(error.message)], ["config", true]);
  assert.match((await failure(made().chat.completions.create(ASK))).message, /no answer for request 1/);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { Deadline } from "../src/deadline.js";
import { makeError, type Kind } from "../src/errors.js";
import { backoff, decide, isRetryable, parseRetryAfter, RetryBudget, retryStatus, type Failure, type RetryCall } from "../src/retry.js";
import { VirtualClock } from "../src/testing.js";

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);
const AFTER: [headers: Record<string, string>, wait: number | undefined][] = [
  [{ "retry-after": "1" }, 1000],
  [{ "retry-after": " 1.5 " }, 1500],
  [{ "retry-after": "0" }, 0],
  [{ "retry-after": "1, 5" }, 1000],
  [{ "retry-after": "Sat, 21 Nov 2026 12:00:02 GMT" }, 2000],
  [{ "retry-after": "Saturday, 21-Nov-26 12:00:03 GMT" }, 3000],
  [{ "retry-after": "Sat Nov 21 12:00:04 2026" }, 4000],
  [{ "retry-after": "Sat, 21 Nov 2026 11:00:00 GMT" }, 0],
  [{ "retry-after": "-1" }, undefined],
  [{ "retry-after": "NaN" }, undefined],
  [{ "retry-after": "inf" }, undefined],
  [{ "retry-after": "9".repeat(35) }, undefined],
  [{ "retry-after": "soon" }, undefined],
  [{ "retry-after": "" }, undefined],
  [{ "retry-after": "86400" }, 86_400_000],
  [{ "retry-after-ms": "250", "retry-after": "9" }, 250],
  [{ "retry-after-ms": "bad", "retry-after": "9" }, 9000],
  [{}, undefined],
];
for (const [headers, wait] of AFTER) {
  test(`retry-after: ${JSON.stringify(headers).slice(0, 70)}`, () => assert.equal(parseRetryAfter(headers, NOW), wait));
}

test("backoff doubles from its base to 8 s and draws from [0.5, 1]", () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5].map((n) => backoff(n, "server", 1)),
    [500, 1000, 2000, 4000, 8000, 8000],
  );
  assert.equal(backoff(0, "capacity", 1), 1000);
  assert.equal(backoff(0, "server", 0), 250);
});

test("statuses that are retried", () => {
  const invocation = [408, 409, 429, 500, 502, 503, 520, 529];
  const never = [400, 401, 402, 403, 404, 405, 413, 415, 418, 422, 426, 501, 504, 505, 519, 530];
  for (const status of invocation) assert.equal(retryStatus(status, "invocation", "POST"), true, String(status));
  for (const status of never) assert.equal(retryStatus(status, "invocation", "POST"), false, String(status));
  assert.equal(retryStatus(409, "management", "POST"), false);
  assert.equal(retryStatus(504, "management", "GET"), true);
});

const CALL: RetryCall = { method: "POST", surface: "invocation", idempotent: true, maxRetries: 2 };
const answered = (status: number, kind: Kind, headers: Record<string, string> = {}, retryAfterMs?: number): Failure => ({
  stage: "response",
  error: makeError(kind, "x", { status, headers, retryAfterMs }),
});
const broken = (stage: Failure["stage"], sinceWrittenMs = 0): Failure => ({ stage, sinceWrittenMs, error: makeError("connection", "x") });

const DECISIONS: [name: string, failure: Failure, call: Partial<RetryCall>, retried: boolean][] = [
  ["refused", broken("connect"), {}, true],
  ["certificate", broken("certificate"), {}, false],
  ["reset within the window", broken("before_first_byte", 1999), {}, true],
  ["reset after the window: a lost job", broken("before_first_byte", 2001), {}, false],
  ["reset after the window, but a management write", broken("before_first_byte", 5000), { surface: "management" }, true],
  ["reset after the window, but a GET", broken("before_first_byte", 5000), { method: "GET" }, true],
  ["no first byte on POST", broken("first_byte_timeout"), {}, false],
  ["no first byte on GET", broken("first_byte_timeout"), { method: "GET" }, true],
  ["broken HTTP", broken("other"), {}, false],
  ["a write that must not be sent twice, refused", broken("connect"), { idempotent: false }, false],
  [
    "a write that must not be sent twice, told to retry",
    answered(503, "unavailable", { "x-should-retry": "true" }),
    { idempotent: false },
    false,
  ],
  ["should-retry false", answered(503, "unavailable", { "x-should-retry": "false" }), {}, false],
  ["should-retry true", answered(400, "bad_request", { "x-should-retry": "true" }), {}, true],
  ["quota with 429", answered(429, "quota_exhausted"), {}, false],
  ["disabled", answered(503, "disabled"), {}, false],
  ["HTML 429", { ...answered(429, "rate_limited"), html: true }, {}, false],
  ["HTML 429 with Retry-After", { ...answered(429, "rate_limited", {}, 1000), html: true }, {}, true],
];
for (const [name, failed, call, retried] of DECISIONS) {
  test(`retry: ${name}`, () => assert.equal(isRetryable(failed, { ...CALL, ...call }), retried));
}

test("decide: counts, Retry-After, deadline and budget", () => {
  const seam = new VirtualClock({ nowMs: NOW, random: 1 });
  const none = new Deadline(null, seam);
  const state = { retries: 0, deadline: none, seam };
  assert.equal(decide(answered(503, "unavailable"), CALL, state), 500);
  assert.equal(decide(answered(503, "unavailable"), CALL, { ...state, retries: 2 }), undefined);
  assert.equal(decide(answered(503, "unavailable", {}, 120_000), CALL, state), 120_000);
  assert.equal(decide(answered(503, "unavailable", {}, 120_001), CALL, state), undefined);
  assert.equal(decide(answered(503, "unavailable", {}, 900), CALL, { ...state, deadline: new Deadline(800, seam) }), undefined);
  const spent = new RetryBudget();
  while (spent.take());
  for (let i = 0; i < 10; i++) spent.firstAttempt();
  assert.deepEqual([spent.take(), spent.take()], [true, false], "ten calls earn one retry");
  const budget = new RetryBudget();
  for (let i = 0; i < 10; i++) assert.equal(decide(answered(503, "unavailable"), CALL, { ...state, budget }), 500);
  assert.equal(decide(answered(503, "unavailable"), CALL, { ...state, budget }), undefined);
});

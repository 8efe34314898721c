// The numbers that all clients share (clients/README.md, "Constants"): a limit that nobody waits for is only seen here.
import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_MEDIA_BYTES, MAX_MEDIA_PARTS } from "../src/content.js";
import * as deadline from "../src/deadline.js";
import * as errors from "../src/errors.js";
import { PRICES_TTL } from "../src/invoke/models.js";
import { MAP_CONCURRENCY } from "../src/mapping.js";
import { MAX_NAME_CHARS } from "../src/output.js";
import * as retry from "../src/retry.js";
import { MAX_EVENT_BYTES } from "../src/sse.js";
import { MAX_TURNS, TOOL_TIMEOUT } from "../src/tools.js";
import { NODE_HEADER_LIMIT } from "../src/transport_fetch.js";

test("constants", () => {
  assert.deepEqual(
    [deadline.CONNECT_TIMEOUT, deadline.MANAGEMENT_FIRST_BYTE_TIMEOUT, deadline.INVOCATION_FIRST_BYTE_TIMEOUT],
    [10_000, 60_000, 630_000],
  );
  assert.deepEqual(
    [deadline.MANAGEMENT_IDLE_TIMEOUT, deadline.INVOCATION_IDLE_TIMEOUT, deadline.MANAGEMENT_DEADLINE],
    [60_000, 120_000, 120_000],
  );
  assert.deepEqual([retry.MAX_RETRIES, retry.BACKOFF_BASE, retry.BACKOFF_CAPACITY_BASE, retry.BACKOFF_MAX], [2, 500, 1000, 8000]);
  assert.deepEqual([retry.JITTER_MIN, retry.JITTER_MAX, retry.BUDGET_MAX, retry.BUDGET_GAIN], [0.5, 1, 10, 0.1]);
  assert.deepEqual([retry.RETRY_AFTER_MAX, retry.RETRY_AFTER_ABSURD, retry.INVOCATION_RESET_WINDOW], [120_000, 1e12, 2000]);
  assert.deepEqual([MAX_TURNS, TOOL_TIMEOUT, MAX_NAME_CHARS, MAP_CONCURRENCY, PRICES_TTL], [10, 60_000, 64, 8, 3_600_000]);
  assert.deepEqual([MAX_MEDIA_BYTES, MAX_MEDIA_PARTS, NODE_HEADER_LIMIT], [100 * 1024 * 1024, 8, 300_000]);
  assert.deepEqual([errors.MAX_MESSAGE_CHARS, errors.MAX_BODY_BYTES, MAX_EVENT_BYTES], [2000, 64 * 1024, 64 * 1024 * 1024]);
});

test("limits of a surface and of options", () => {
  const of = (...args: Parameters<typeof deadline.limitsFor>): unknown[] => Object.values(deadline.limitsFor(...args));
  assert.deepEqual(of("management", true, {}), [10_000, 60_000, 60_000, 120_000]);
  assert.deepEqual(of("management", false, {}), [10_000, 60_000, 60_000, null]);
  assert.deepEqual(of("management", false, { idleTimeoutMs: 5, timeoutMs: 6 }, {}, true), [10_000, 6, 5, null]);
  assert.deepEqual(of("management", false, {}, {}, true), [10_000, 60_000, null, null]);
  assert.deepEqual(of("management", false, {}, { idleTimeoutMs: 5 }, true), [10_000, 60_000, 5, null]);
  assert.deepEqual(of("invocation", true, {}), [10_000, 630_000, 120_000, null]);
  assert.deepEqual(of("invocation", true, { timeoutMs: 5, connectTimeoutMs: 3, deadlineMs: 7, idleTimeoutMs: null }), [3, 5, null, 7]);
  assert.deepEqual(of("invocation", true, { firstByteTimeoutMs: 5, deadlineMs: 7 }, { timeoutMs: 6, deadlineMs: 8 }), [10_000, 6, 6, 8]);
});

test("a deadline clips, allows and expires", () => {
  let now = 100;
  const seam = { now: () => now } as unknown as ConstructorParameters<typeof deadline.Deadline>[1];
  const ten = new deadline.Deadline(10, seam);
  const none = new deadline.Deadline(null, seam);
  assert.deepEqual([ten.remaining(), ten.clip(20), ten.clip(3), ten.clip(null)], [10, 10, 3, 10]);
  assert.deepEqual([ten.allows(9), ten.allows(10), none.allows(1e9)], [true, false, true]);
  now = 109;
  assert.deepEqual([ten.remaining(), ten.clip(3)], [1, 1]);
  now = 111;
  assert.deepEqual([ten.remaining(), ten.clip(3)], [0, 0]);
  assert.deepEqual([none.remaining(), none.clip(3), none.clip(null)], [null, 3, null]);
});

test("an error of ours is kept as a cause, whole", () => {
  const inner = errors.makeError("timeout", "silence", { attempts: 2 });
  assert.equal(errors.makeError("connection", "broke", { cause: inner }).cause, inner);
  assert.equal("cause" in errors.makeError("connection", "broke"), false);
});

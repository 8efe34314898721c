import assert from "node:assert/strict";
import { inspect } from "node:util";
import { test } from "node:test";
import {
  ChutesError,
  classify,
  ConfigError,
  makeError,
  MAX_BODY_BYTES,
  parents,
  parseBody,
  RateLimitedError,
  ServerError,
  type Kind,
} from "../src/errors.js";
import { redact, redactHeaders } from "../src/redact.js";

const parse = (value: unknown, type?: string) =>
  parseBody(new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value)), type);

const MESSAGES: [body: unknown, message: string][] = [
  [{ detail: "slow down" }, "slow down"],
  [{ detail: { message: "over", quota_reset_timestamp: "2026-11-22T00:00:00" } }, "over"],
  [
    { detail: [{ type: "missing", loc: ["body", "node_selector", 0], msg: "Field required", input: "my-secret" }] },
    "node_selector.0: Field required",
  ],
  [{ detail: '{"message": "inner"}' }, "inner"],
  [{ detail: 'Invalid request: {"object":"error","message":"too long"}' }, "Invalid request: too long"],
  [{ detail: null, message: "m" }, "m"],
  [{ detail: [] }, ""],
  [{ error: { message: "bad", code: "x1" } }, "bad"],
  [{ error: "invalid_grant", error_description: "used" }, "invalid_grant: used"],
  [{ error: "just text" }, "just text"],
  [{ title: "Problem" }, "Problem"],
  ["plain words", "plain words"],
  ["", ""],
  ["<html><head><title>502 Bad Gateway</title></head><body>x</body></html>", "the server answered with an HTML page: 502 Bad Gateway"],
  ['{"detail": "cut', '{"detail": "cut'],
  [{ detail: "a\u001b[31mred\u0007\nb" }, "ared b"],
];
for (const [body, message] of MESSAGES)
  test(`message of ${JSON.stringify(body).slice(0, 60)}`, () => assert.equal(parse(body).message, message));

test("messages are cut at 2,000 characters", () => {
  assert.equal(parse({ detail: "x".repeat(5000) }).message.length, 2000);
  assert.doesNotMatch(parse({ detail: "😀".repeat(5000) }).message, /[\ud800-\udbff](?![\udc00-\udfff])/);
});

const KINDS: [status: number, body: unknown, kind: Kind, parents: Kind[]][] = [
  [400, { detail: "x" }, "bad_request", []],
  [401, {}, "unauthenticated", []],
  [402, { detail: "balance" }, "payment_required", []],
  [402, { detail: "Subscription usage cap exceeded." }, "quota_exhausted", ["payment_required"]],
  [402, { detail: { message: "x", quota_reset_timestamp: "t" } }, "quota_exhausted", ["payment_required"]],
  [403, {}, "permission_denied", []],
  [404, {}, "not_found", []],
  [405, {}, "api_status", []],
  [409, {}, "conflict", []],
  [422, {}, "unprocessable", []],
  [426, {}, "tee_required", ["api_status"]],
  [429, { detail: "Infrastructure is at maximum capacity, try again later" }, "capacity", ["rate_limited"]],
  [429, { detail: "Free models limit reached for today" }, "quota_exhausted", ["rate_limited"]],
  [429, {}, "rate_limited", []],
  [500, {}, "server", []],
  [501, {}, "server", []],
  [502, {}, "unavailable", ["server"]],
  [503, { detail: "No instances available (yet)" }, "cold_start", ["server"]],
  [503, { detail: "This chute is currently disabled." }, "disabled", ["server"]],
  [504, {}, "unavailable", ["server"]],
  [529, {}, "unavailable", ["server"]],
];
for (const [status, body, kind, wider] of KINDS) {
  test(`${status} ${JSON.stringify(body).slice(0, 40)} is ${kind}`, () => {
    const error = classify(status, { "x-request-id": "r1" }, new TextEncoder().encode(JSON.stringify(body)), { attempts: 2 });
    assert.deepEqual([error.kind, error.status, error.requestId, error.attempts], [kind, status, "r1", 2]);
    assert.deepEqual(parents(kind, status), wider);
    for (const parent of wider) assert.ok(error.is(parent));
    assert.equal(error.retryable, ["capacity", "rate_limited", "cold_start", "unavailable"].includes(kind) || status === 500);
  });
}

test("classes follow the tree", () => {
  const kinds = new Set<Kind>([...KINDS.map(([, , kind]) => kind), "stream_error", "too_large", "invalid_output", "timeout", "config"]);
  for (const kind of kinds)
    for (const status of [402, 429]) assert.equal(makeError(kind, "x", { status }).name, makeError(kind, "x", { status }).constructor.name);
  assert.ok(makeError("capacity", "x", { status: 429 }) instanceof RateLimitedError);
  assert.ok(makeError("cold_start", "x", { status: 503 }) instanceof ServerError);
  assert.ok(makeError("config", "x") instanceof ConfigError);
  assert.ok(ChutesError.is(makeError("server", "x")));
  assert.ok(!ChutesError.is(new Error("x")));
});

test("no text of an error shows a key, wherever it came from", () => {
  const key = "cpk_test_secret_1234";
  const cause = Object.assign(new Error(`bad header ${key}`), { config: { key } });
  const body = new TextEncoder().encode(JSON.stringify({ detail: `key ${key} and Bearer abcdef`, code: key }));
  const error = classify(401, { "x-request-id": key }, body, { secrets: [key] });
  const wrapped = makeError("connection", `failed with ${key}`, { cause, secrets: [key] });
  const texts = [error, wrapped].flatMap((e) => [
    String(e),
    e.stack ?? "",
    JSON.stringify(e),
    inspect(e),
    inspect(e.cause, { showHidden: true, depth: 5 }),
    e.code ?? "",
    e.requestId ?? "",
  ]);
  for (const text of texts) assert.ok(!text.includes(key), text);
  assert.ok(!error.message.includes("abcdef"));
});

test("the raw body is kept up to 64 KiB and never shown", () => {
  const error = classify(500, {}, new TextEncoder().encode("y".repeat(100_000)));
  assert.equal(error.rawBody?.length, MAX_BODY_BYTES);
  assert.ok(inspect(error).length < 10_000);
});

test("redact masks known keys, their encodings, and shapes of keys", () => {
  assert.equal(redact("a k3y+x b k3y%2Bx", ["k3y+x"]), "a [redacted] b [redacted]");
  assert.equal(redact("cpk_abc.def cak_1 Bearer zzz"), "[redacted] [redacted] [redacted]");
  assert.deepEqual(redactHeaders({ authorization: "x", "x-api-key": "y", accept: "z" }), {
    authorization: "[redacted]",
    "x-api-key": "[redacted]",
    accept: "z",
  });
});

test("a body tells type and parameter, its own before those of its error and its detail", () => {
  for (const body of [
    { type: "t", param: "p", error: { type: "other", param: "other" } },
    { error: { message: "boom", type: "t", param: "p" } },
    { detail: { error: { type: "t", param: "p" } } },
  ]) {
    const { type, param } = parse(body);
    assert.deepEqual([type, param], ["t", "p"]);
  }
});

test("an inspected error shows what is known, and nothing that is not", () => {
  const error = makeError("rate_limited", "slow", { status: 429, retryAfterMs: 2000, attempts: 3 });
  const shown = inspect(error).split(" { ").at(-1);
  assert.equal(shown, 'kind: "rate_limited", status: 429, retryAfterMs: 2000, retryable: true, attempts: 3 }');
});

test("a body is read as deep as it says, and no deeper", () => {
  const quoted = (levels: number, inner: unknown): unknown =>
    levels === 0 ? inner : { detail: levels === 1 ? inner : JSON.stringify(quoted(levels - 1, inner)) };
  assert.equal(parse(quoted(3, "x")).message, "x");
  assert.notEqual(parse(quoted(4, "x")).message, "x");
  const coded = (levels: number): unknown => (levels === 0 ? { code: "c" } : { detail: JSON.stringify(coded(levels - 1)) });
  assert.deepEqual([parse(coded(3)).code, parse(coded(4)).code], ["c", undefined]);
  const listed = (levels: number): unknown => (levels === 0 ? "x" : [listed(levels - 1)]);
  assert.deepEqual([parse(listed(6)).message, parse(listed(7)).message], ["x", '[[[[[[["x"]]]]]]]']);
});

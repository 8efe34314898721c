import assert from "node:assert/strict";
import { test } from "node:test";
import { Decoder } from "../src/sse.js";
import { ChutesError } from "../src/errors.js";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function decode(input: Uint8Array, size: number): unknown[] {
  const decoder = new Decoder();
  const events = [];
  for (let at = 0; at < input.length; at += size) events.push(...decoder.feed(input.subarray(at, at + size)));
  decoder.finish();
  return events.map(({ event, data, id }) => [event, data, id]);
}

const GRAMMAR: [name: string, input: string, events: [string, string, string][]][] = [
  [
    "LF",
    "data: a\n\ndata: b\n\n",
    [
      ["message", "a", ""],
      ["message", "b", ""],
    ],
  ],
  [
    "CRLF and CR mixed",
    "data: a\r\n\r\ndata: b\r\rdata: c\n\r\n",
    [
      ["message", "a", ""],
      ["message", "b", ""],
      ["message", "c", ""],
    ],
  ],
  ["one space only", "data:  a\ndata:\tb\n\n", [["message", " a\n\tb", ""]]],
  ["no colon", "data\ndata\n\n", [["message", "\n", ""]]],
  ["unknown names", "Data: a\n data: b\ndatas: c\ndata: d\n\n", [["message", "d", ""]]],
  ["event without data is dropped and forgotten", "event: x\n\ndata: a\n\n", [["message", "a", ""]]],
  [
    "the last event name wins and does not leak",
    "event: x\nevent: y\ndata: a\n\ndata: b\n\n",
    [
      ["y", "a", ""],
      ["message", "b", ""],
    ],
  ],
  [
    "ids persist, reset, and refuse NUL",
    "id: 1\ndata: a\n\nid: \0\ndata: b\n\nid\ndata: c\n\n",
    [
      ["message", "a", "1"],
      ["message", "b", "1"],
      ["message", "c", ""],
    ],
  ],
  ["an id-only block commits", "id: 7\n\ndata: a\n\n", [["message", "a", "7"]]],
  ["comments", ": x\n:\ndata: a\n: y\n\n", [["message", "a", ""]]],
  ["one BOM", "\ufeffdata: a\n\n", [["message", "a", ""]]],
  ["the second BOM is data", "\ufeff\ufeffdata: a\n\ndata: b\n\n", [["message", "b", ""]]],
  ["unfinished block", "data: a\n\ndata: b\n", [["message", "a", ""]]],
  ["other line ends are text", "data: a\u2028b\u2029c\u0085d\ve\f\n\n", [["message", "a\u2028b\u2029c\u0085d\ve\f", ""]]],
  ["characters of every length", "data: aé€😀\0\n\n", [["message", "aé€😀\0", ""]]],
];

for (const [name, input, events] of GRAMMAR) {
  test(`sse: ${name}`, () => {
    const raw = bytes(input);
    for (let size = 1; size <= raw.length; size++) assert.deepEqual(decode(raw, size), events, `in pieces of ${size}`);
  });
}

test("sse: invalid UTF-8 becomes U+FFFD and later events survive", () => {
  const raw = Uint8Array.from([...bytes("data: a"), 0xff, ...bytes("b\n\ndata: "), 0xe2, 0x82, ...bytes("\n\ndata: c\n\n")]);
  assert.deepEqual(decode(raw, 1), [
    ["message", "a\ufffdb", ""],
    ["message", "\ufffd", ""],
    ["message", "c", ""],
  ]);
});

test("sse: retry takes ASCII digits only", () => {
  const decoder = new Decoder();
  const events = decoder.feed(bytes("retry: 1_0\nretry: +5\nretry: 1.5\nretry: \u0661\nretry: 250\nretry: x\ndata: a\n\n"));
  assert.equal(events[0]?.retry, 250);
});

test("sse: unknown lines and the tail are reported, not raised", () => {
  const decoder = new Decoder();
  decoder.feed(bytes('{"error":"x"}\ndata: a\nevent: e\n{"err'));
  assert.deepEqual(decoder.takeIgnored(), ['{"error":"x"}']);
  assert.deepEqual(decoder.takeIgnored(), []);
  assert.deepEqual(decoder.finish(), { line: '{"err', data: "a", event: "e" });
});

test("sse: an event above the cap is too_large, wherever it is cut", () => {
  for (const size of [1, 7, 64, 4096]) {
    const decoder = new Decoder({ maxEventBytes: 100 });
    const raw = bytes(`data: ${"x".repeat(200)}`);
    assert.throws(
      () => {
        for (let at = 0; at < raw.length; at += size) decoder.feed(raw.subarray(at, at + size));
        decoder.feed(bytes("\n\n"));
      },
      (error: unknown) => ChutesError.is(error) && error.kind === "too_large",
    );
  }
});

test("sse: a stray line keeps its place among the events of a feed", () => {
  const decoder = new Decoder();
  assert.equal(decoder.feed(bytes("data: 1\n\nstray a\n\ndata: 2\n\nstray b\n")).length, 2);
  assert.deepEqual([decoder.takeIgnored(0), decoder.takeIgnored(1)], [[], ["stray a"]]);
  decoder.feed(bytes("data: 3\n\n"));
  assert.deepEqual(decoder.takeIgnored(0), ["stray b"], "what was left stands before the next feed");
});

test("sse: a comment of any length is let through", () => {
  const decoder = new Decoder({ maxEventBytes: 100 });
  decoder.feed(bytes(":"));
  for (let i = 0; i < 50; i++) decoder.feed(bytes("x".repeat(50)));
  assert.equal(decoder.feed(bytes("\ndata: a\n\n"))[0]?.data, "a");
});

test("sse: time is linear in the size of a line cut into small pieces", () => {
  const time = (length: number): number => {
    const decoder = new Decoder();
    const piece = bytes("x".repeat(64));
    decoder.feed(bytes("data: "));
    const began = performance.now();
    for (let at = 0; at < length; at += 64) decoder.feed(piece);
    assert.equal(decoder.feed(bytes("\n\n"))[0]?.data.length, length);
    return performance.now() - began;
  };
  time(1 << 20);
  const [small, large] = [time(1 << 20), time(1 << 23)];
  assert.ok(large < Math.max(small, 5) * 8 * 6, `${small} ms for 1 MiB, ${large} ms for 8 MiB`);
});

test("what came before an event that is too large is not lost with it", () => {
  const decoder = new Decoder({ maxEventBytes: 12 });
  const bytes = new TextEncoder().encode("data: a\n\ndata: much too large\n\n");
  assert.deepEqual(
    decoder.feed(bytes).map(({ data }) => data),
    ["a"],
  );
  assert.throws(() => decoder.raise(), { kind: "too_large" });
  assert.throws(() => decoder.feed(new Uint8Array(0)), { kind: "too_large" });
});

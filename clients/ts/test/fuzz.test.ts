/**
 * What must hold for any bytes: the decoder and the reader of error bodies, on the corpus that all clients share and on changes of
 * it. `FUZZ_SECONDS=60` looks further, each time elsewhere. A failure prints its input and the seed that repeats it.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { classify, MAX_MESSAGE_CHARS } from "../src/errors.js";
import { redact } from "../src/redact.js";
import { Decoder, type Event, type Tail } from "../src/sse.js";

const CORPUS = fileURLToPath(new URL("../../../../../conformance/corpus/", import.meta.url));
const SECRET = "known-secret-0123456789";
const MAX_BODY = 64 * 1024;
const seconds = Number(process.env["FUZZ_SECONDS"] ?? 0);
const limits =
  seconds > 0 ? { numRuns: Infinity, interruptAfterTimeLimit: seconds * 1000, markInterruptAsFailure: false } : { numRuns: 1000, seed: 1 };

const seeds = (...kinds: string[]): Uint8Array[] =>
  existsSync(CORPUS)
    ? readdirSync(CORPUS)
        .filter((name) => kinds.some((kind) => name.endsWith(`.${kind}`)))
        .sort()
        .map((name) => new Uint8Array(readFileSync(CORPUS + name)))
    : [];

const PIECES = [
  "\r",
  "\n",
  "\r\n",
  "\n\n",
  "data: ",
  "event: x",
  "id: 1",
  ":",
  "\ufeff",
  '"',
  "{",
  "}",
  "[",
  "]",
  "5",
  "null",
  '{"detail":',
  "\\ud83d",
  "\u001b[3",
  "\0",
];
const piece = fc.oneof(
  fc.constantFrom(...PIECES).map((text) => new TextEncoder().encode(text)),
  fc.uint8Array({ maxLength: 4 }),
);

/** A seed with some bytes replaced, removed or put in; or any bytes. */
function near(found: Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const changes = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(3), piece), { maxLength: 4 });
  const changed = fc.tuple(fc.constantFrom(new Uint8Array(), ...found), changes).map(([seed, list]) => {
    let bytes = Buffer.from(seed.subarray(0, 4096));
    for (const [share, gone, put] of list) {
      const at = Math.floor(share * bytes.length);
      bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + gone)]);
    }
    return new Uint8Array(bytes);
  });
  return fc.oneof(
    { weight: 4, arbitrary: changed },
    { weight: 1, arbitrary: fc.array(piece, { maxLength: 60 }).map((parts) => new Uint8Array(Buffer.concat(parts))) },
  );
}

/** All that a decoder tells of a stream, apart from where its reads were cut. */
function outcome(bytes: Uint8Array, cuts: number[], Kind: typeof Decoder = Decoder): { events: Event[]; ignored: string[]; tail: Tail } {
  const decoder = new Kind();
  const events = [0, ...cuts].flatMap((from, i) => decoder.feed(bytes.slice(from, cuts[i] ?? bytes.length)));
  const ignored = decoder.takeIgnored();
  return { events, ignored, tail: decoder.finish() };
}

/** Where the reads are cut makes no difference. */
function sameForAnyCut(bytes: Uint8Array, places: number[], Kind: typeof Decoder = Decoder): void {
  const whole = outcome(bytes, [], Kind);
  const cuts = places.map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b);
  const every = Array.from({ length: Math.max(0, bytes.length - 1) }, (_, at) => at + 1);
  for (const plan of bytes.length < 4096 ? [cuts, every] : [cuts])
    assert.deepEqual(outcome(bytes, plan, Kind), whole, `cut at ${plan.join()}`);
}

function shown(text: string | undefined, longest = MAX_MESSAGE_CHARS): void {
  if (text === undefined) return;
  assert.ok([...text].length <= longest, `${text.length} characters`);
  assert.doesNotMatch(text, /\p{Cc}/u);
  assert.doesNotMatch(text, /\p{Cs}/u, "half of a pair");
  assert.ok(!text.includes(SECRET) && redact(text) === text, "a secret");
}

/** An error shows a bounded message that a terminal and a log can take, with no secret in it, whatever the server wrote. */
function fitToBeShown(body: Uint8Array, share: number, html: boolean): void {
  const at = Math.floor(share * body.length);
  const echoed = new Uint8Array(Buffer.concat([body.subarray(0, at), Buffer.from(`${SECRET} `), body.subarray(at)]));
  for (const sent of [body, echoed]) {
    for (const status of [400, 402, 429, 503]) {
      const error = classify(status, html ? { "content-type": "text/html" } : {}, sent, { secrets: [SECRET] });
      shown(error.message, status === 402 ? MAX_BODY : undefined);
      for (const text of [error.code, error.param, error.quotaResetTimestamp]) shown(text);
    }
  }
}

const share = fc.double({ min: 0, max: 1, noNaN: true });

test("a decoder's events, ignored lines and tail are the same for any cut", () => {
  const found = seeds("lines", "chat");
  for (const seed of found) sameForAnyCut(seed, [0.3, 0.7]);
  fc.assert(
    fc.property(near(found), fc.array(share, { maxLength: 3 }), (bytes, places) => sameForAnyCut(bytes, places)),
    limits,
  );
});

test("the error of any body can be shown", () => {
  const found = seeds("body");
  for (const seed of found) for (const at of [0, 0.5, 1]) fitToBeShown(seed, at, at === 0.5);
  fc.assert(fc.property(near(found), share, fc.boolean(), fitToBeShown), limits);
});

test("a decoder that minds its cuts is found, and a text that cannot be shown", () => {
  class Forgetful extends Decoder {
    override feed(bytes: Uint8Array): Event[] {
      return super.feed(bytes[0] === 10 ? bytes.slice(1) : bytes);
    }
  }
  const bytes = new TextEncoder().encode("data: a\n\ndata: b\n\n");
  assert.throws(() => sameForAnyCut(bytes, [], Forgetful));
  for (const text of ["a\u001b[31m", "cpk_abc.def", SECRET, "\ud83d", "x".repeat(2001)]) assert.throws(() => shown(text));
});

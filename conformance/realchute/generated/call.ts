/** Calls every cord through the generated class: `node call.js REF` prints one line of JSON for each call of expect.json. */
import { createHash } from "node:crypto";
import { Chutes, ChutesError, isBinary, type EventStream } from "chutes-client";
import { LieChute } from "./lie_chute.js";
import { RealChute } from "./real_chute.js";

const events = async (open: Promise<EventStream>): Promise<object> => {
  const seen: object[] = [];
  for await (const { event, data } of await open) seen.push({ event, data });
  return { events: seen };
};

const CALLS: Record<string, (real: RealChute, lie: LieChute) => Promise<unknown>> = {
  json: (real) => real.generate({ prompt: "one two", max_tokens: 2, tags: ["a"] }),
  "json, minimal schema": (real) => real.minimal({ prompt: "héllo 🌍" }),
  "json, any object": (real) => real.echo({ a: [1, 2.5, null, true], b: { c: "x/y" } }),
  "json, sync function": (real) => real.sync({ b: 1, a: 2 }),
  "primitive parameters": (real) => real.simple({ text: "hi", number: 3 }),
  "dependency not resolved": (real) => real.protected({ token: "wrong" }),
  get: (real) => real.health(),
  "get, array": (real) => real.listing(),
  text: (real) => real.text({ prompt: "plain" }),
  png: (real) => real.picture({ prompt: "x" }),
  wav: (real) => real.speak({ prompt: "x" }),
  pdf: (real) => real.download(),
  passthrough: (real) => real.completions({ prompt: "x", n: 2 }),
  stream: (real) => events(real.stream({ prompt: "one twö" })),
  "stream, named events": (real) => events(real.syncStream({ prompt: "one two" })),
  "stream, passthrough": (real) => events(real.tokens({ prompt: "one two" })),
  "refused input": (real) => real.refuse({ prompt: " " }),
  "stream refused before it begins": (real) => events(real.failingStream({ prompt: "x" })),
  crash: (real) => real.crash({ a: 1 }),
  "documented stream form that the runtime refuses": (real) => events(real.returnedStream({ prompt: "x" })),
  "lie: health": (_, lie) => lie.health(),
  "lie: text": (_, lie) => lie.text({ prompt: "x" }),
  "lie: generate": (_, lie) => lie.generate({ prompt: "x" }),
  "lie: echo": (_, lie) => lie.echo({ a: 1 }),
};

function plain(value: unknown): object {
  if (isBinary(value)) {
    const { bytes, contentType } = value;
    return { bytes: { content_type: contentType, length: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") } };
  }
  if (typeof value === "string") return { text: value };
  return typeof value === "object" && value !== null && "events" in value ? value : { json: value };
}

const client = new Chutes({ maxRetries: 0 });
const real = new RealChute(client, process.argv[2] ?? "");
const lie = new LieChute(client, process.argv[2] ?? "");
for (const [name, call] of Object.entries(CALLS)) {
  let answer: object;
  try {
    answer = plain(await call(real, lie));
  } catch (error) {
    if (!ChutesError.is(error)) throw error;
    answer = { error: { kind: error.kind, status: error.status, message: error.message } };
  }
  console.log(JSON.stringify({ name, ...answer }));
}
const { data, response } = await real.generate({ prompt: "one two", max_tokens: 2, tags: ["a"] }).withResponse();
console.log(JSON.stringify({ name: "json", json: response.status === 200 ? data : null }));

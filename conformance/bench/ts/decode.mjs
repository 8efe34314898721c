// The client over a fetch that answers from memory, as a ratio to a bare JSON.parse of the same events: `decode.mjs INDEX_JS FILE`.
import { readFileSync } from "node:fs";

const [index, file] = process.argv.slice(2);
const { Chutes } = await import(index);
const body = readFileSync(file);
const events = body
  .toString()
  .split("\n\n")
  .filter((event) => event.startsWith("data: {"))
  .map((event) => event.slice(6));

const reads = [];
for (let at = 0; at < body.length; at += 16384) reads.push(body.subarray(at, at + 16384));
const fetch = async () => {
  let next = 0;
  const stream = new ReadableStream({ pull: (to) => (next < reads.length ? to.enqueue(new Uint8Array(reads[next++])) : to.close()) });
  return new Response(stream, { headers: { "content-type": "text/event-stream" } });
};
const client = new Chutes({ apiKey: "cpk_bench", baseUrl: "http://127.0.0.1:9", fetch });

async function ours() {
  let length = 0;
  for await (const chunk of await client.chat.completions.stream({ model: "m", messages: [] })) length += chunk.choices[0].delta.content.length;
  return length;
}
function bare() {
  let length = 0;
  for (const event of events) length += JSON.parse(event).choices[0].delta.content.length;
  return length;
}
const spent = async (work) => {
  const { user, system } = process.cpuUsage();
  for (let i = 0; i < 4; i++) await work();
  const now = process.cpuUsage();
  return now.user + now.system - user - system;
};
const ratios = [];
for (let round = 0; round < 24; round++) {
  const [a, b] = [await spent(ours), await spent(bare)];
  if (round >= 4) ratios.push(a / b);
}
console.log(JSON.stringify({ ratio: ratios.sort((a, b) => a - b)[ratios.length >> 1] }));

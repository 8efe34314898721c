// One work of one client: `run.mjs WHO WORK URL`; prints one JSON line (meter.mjs). WHO is ours, ours-fetch, peer (the OpenAI SDK) or limit.
import { make } from "./clients.mjs";
import { Delays, many, measure, start } from "./meter.mjs";

const PER_STREAM = 20_000;
const ROUNDS = 8;

async function stream(client, work) {
  let count = 0;
  await client.texts(work, (text) => {
    if (text !== undefined) count++;
  });
  return count;
}

async function paced(client) {
  await stream(client, "paced-50-2");
  const delays = new Delays();
  const report = start();
  await client.texts("paced-400-2", (text) => delays.add(text));
  report(delays.found.length, delays.quantiles());
}

const WORKS = {
  stream: (client) => measure(ROUNDS, () => stream(client, `stream-${PER_STREAM}`)),
  paced,
  first: (client) =>
    measure(6, async () => {
      for (let i = 0; i < 100; i++) await stream(client, "one");
      return 100;
    }),
  image: (client) => measure(8, async () => ((await client.image("image-4194304")).length > 0 ? 1 : 0)),
  embed: (client) => measure(8, async () => ((await client.embed("embed-1000-1024")).length > 0 ? 1 : 0)),
};

function play(client, work) {
  if (work in WORKS) return WORKS[work](client);
  const size = Number(work.slice(work.lastIndexOf("-") + 1));
  if (work.startsWith("at-once-")) return measure(3, () => many(size, 15 * size, () => client.answer("json")));
  if (work.startsWith("event-")) return measure(2, () => stream(client, `event-${size * 2 ** 20}`));
  throw new Error(`no work ${work}`);
}

const [who, work, url] = process.argv.slice(2);
const client = await make(who, url);
await play(client, work);
client.close?.();
process.exit(0); // connections are kept alive on purpose

// The newcomer's demo: everything once, against CHUTES_BASE_URL (the local platform: `chutes-mock`).
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Chutes, ChutesError, responseOf } from "chutes-client";

const client = new Chutes();
const folder = process.env.DEMO_OUT ?? "demo-output";
const messages = [{ role: "user", content: "Say hello to somebody who streams for the first time." }];

// 1. List the chutes that everybody can see.
console.log("Chutes:");
let chutes = 0;
for await (const chute of client.chutes.list({ include_public: true })) {
  chutes += 1;
  console.log(`  ${chute.hot ? "hot " : "cold"}  ${chute.user?.username}/${chute.name}`);
}

// 2. Stream a chat, token by token.
process.stdout.write("\nChat: ");
let tokens = 0;
const stream = await client.chat.completions.stream({ model: "mock/open-model", messages });
for await (const text of stream.textStream) {
  tokens += 1;
  process.stdout.write(text);
}
const { usage } = await stream.final();
console.log(`\n  ${tokens} pieces, ${usage?.total_tokens} tokens in all`);

// 3. Make an image and keep it.
await mkdir(folder, { recursive: true });
const image = await client.images.generate({ model: "FLUX.1-schnell", prompt: "a lighthouse at dusk", size: "512x512", seed: 7 });
const path = join(folder, `lighthouse.${image.contentType === "image/png" ? "png" : "jpg"}`);
await image.save(path);
console.log(`\nImage: ${path}, ${image.contentType}, ${image.bytes.length} bytes`);

// 4. Survive a server that fails once: the client tries again by itself.
const once = { extraHeaders: { "X-Mock-Scenario": "engine-503;count=1" } };
const answer = await client.chat.completions.create({ model: "mock/open-model", messages }, once);
const retries = (responseOf(answer)?.attempts ?? 1) - 1;
console.log(`\n503: the answer came after ${retries} retry`);

// 5. A stream that is cut off is told as such, and what came is kept.
let interrupted = "no";
try {
  const broken = await client.chat.completions.stream(
    { model: "mock/open-model", messages },
    { extraHeaders: { "X-Mock-Scenario": "stream-cut" } },
  );
  await broken.final();
} catch (error) {
  if (!ChutesError.is(error) || error.kind !== "stream_interrupted") throw error;
  interrupted = "yes";
  console.log(`\nCut off: ${error.message}`);
  console.log(`  received before: ${JSON.stringify(error.partial.choices[0]?.message.content)}`);
}

client.close();
console.log(
  `\nDEMO ts ok chutes=${chutes} tokens=${tokens} image=${path} bytes=${image.bytes.length} retries=${retries} interrupted=${interrupted}`,
);

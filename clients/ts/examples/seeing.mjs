import { Chutes } from "chutes-client";

const client = new Chutes({
  hooks: {
    onRetry: ({ kind, waitMs }) => console.log(`${kind}: again in ${waitMs} ms`),
    onStreamEnd: ({ chunks, firstChunkMs, usage }) => console.log(chunks > 0, firstChunkMs > 0, usage?.total_tokens > 0),
    onCallEnd: ({ operation, model, attempts, kind }) => console.log(operation, model, attempts, kind ?? "ok"),
  },
  logger: { debug() {}, info: console.log, warn: console.warn }, // or CHUTES_LOG=info in the environment
});
const model = process.env.MODEL ?? "deepseek-ai/DeepSeek-V3.2-TEE";
const stream = await client.chat.completions.stream({ model, messages: [{ role: "user", content: "Name a prime." }] });
await stream.final();

import { Chutes } from "chutes-client";

const client = new Chutes();
const stream = await client.chat.completions.stream({
  model: process.env.MODEL ?? "deepseek-ai/DeepSeek-V3.2-TEE",
  messages: [{ role: "user", content: "Name three primes." }],
});
for await (const text of stream.textStream) process.stdout.write(text);
const completion = await stream.final(); // throws if the answer was cut off
console.log("\n", completion.usage);

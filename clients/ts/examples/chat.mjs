import { Chutes } from "chutes-client";

const client = new Chutes(); // reads CHUTES_API_KEY
const completion = await client.chat.completions.create({
  model: process.env.MODEL ?? "deepseek-ai/DeepSeek-V3.2-TEE",
  messages: [{ role: "user", content: "Name three primes." }],
});
console.log(completion.choices?.[0]?.message?.content);

import { Chutes } from "chutes-client";

const client = new Chutes({ rateLimitPerMinute: "auto", maxConcurrency: 4 }); // never more than the account may, and four at once
const model = process.env.MODEL ?? "deepseek-ai/DeepSeek-V3.2-TEE";
const ask = (city, signal) =>
  client.chat.completions.create({ model, messages: [{ role: "user", content: `What is ${city} known for?` }] }, { signal });
for await (const { item, value, error } of client.map(ask, ["Rome", "Oslo", "Lima"], { ordered: true, progress: true })) {
  console.log(item, error ?? value.choices?.[0]?.message?.content); // a failure is a value, too
}

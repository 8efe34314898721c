import { ChatClient, ChutesError } from "chutes-client/chat";

const client = new ChatClient(); // the options of `Chutes`, as far as they are about chat
const model = process.env.MODEL ?? "deepseek-ai/DeepSeek-V3.2-TEE";
const messages = [{ role: "user", content: "Name three primes." }];
const stream = await client.chat.completions.stream({ model, messages }, { signal: AbortSignal.timeout(60_000) });
for await (const text of stream.textStream) process.stdout.write(text);
try {
  await client.chat.completions.create({ model: "no/such-model", messages });
} catch (error) {
  if (!ChutesError.is(error)) throw error;
  console.log("\n", error.kind);
}

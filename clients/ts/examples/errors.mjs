import { Chutes, ChutesError } from "chutes-client";

const client = new Chutes({ maxRetries: 0 });
try {
  await client.chat.completions.create({ model: "no/such-model", messages: [{ role: "user", content: "hi" }] });
} catch (error) {
  if (!ChutesError.is(error)) throw error;
  console.log(error.kind, error.status, error.message, error.retryable);
}

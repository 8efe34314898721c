import { Chutes, ChutesError } from "chutes-client";

const client = new Chutes();
const model = process.env.MODEL ?? "deepseek-ai/DeepSeek-V3.2-TEE";
const capital = {
  name: "capital", // with zod 4.2 or later: { schema: z.object({ city: z.string() }) }, and `parsed` has its type
  jsonSchema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
try {
  const messages = [{ role: "user", content: "What is the capital of Norway?" }];
  const { parsed } = await client.chat.completions.parse(capital, { model, messages });
  console.log(parsed.city);
} catch (error) {
  if (!ChutesError.is(error) || error.kind !== "invalid_output") throw error;
  console.log(error.reason, error.text); // length, refusal, content_filter, empty, json or schema, and what the model wrote
}

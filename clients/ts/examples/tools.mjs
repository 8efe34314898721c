import { Chutes, tool } from "chutes-client";

const client = new Chutes();
const weather = tool({
  name: "weather",
  description: "The weather of a city",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  run: async ({ city }) => ({ city, celsius: 21 }),
});
const run = await client.chat.completions.runTools(
  {
    model: process.env.MODEL ?? "deepseek-ai/DeepSeek-V3.2-TEE",
    messages: [{ role: "user", content: "How is the weather in Oslo?" }],
    tools: [weather],
  },
  {
    onStep: ({ turn, calls }) =>
      console.log(
        turn,
        calls.map(({ name, arguments: args, content }) => `${name}(${args}) = ${content}`),
      ),
  },
);
console.log(run.completion.choices?.[0]?.message?.content);

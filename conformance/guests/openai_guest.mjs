// What a user of OpenAI's Node SDK does with Chutes: only the base URL and the key change. Prints one line per step.
import { createRequire } from "node:module";

const require = createRequire(new URL("../drivers/reference/openai_node/package.json", import.meta.url));
const { default: OpenAI } = require("openai");
const { BASE_URL: base, API_KEY: apiKey, MODEL: model, EMBED_MODEL: embedModel } = process.env;
const client = new OpenAI({ baseURL: `${base}/llm/v1`, apiKey });
const messages = [{ role: "user", content: "Say hello" }];
const print = (...facts) => console.log(facts.join(" "));

const answer = await client.chat.completions.create({ model, messages });
print("create", Boolean(answer.choices[0].message.content));

const pieces = [];
let usage;
for await (const chunk of await client.chat.completions.create({ model, messages, stream: true })) {
  const text = chunk.choices[0]?.delta?.content;
  if (text) pieces.push(text);
  usage = chunk.usage ?? usage;
}
print("stream", pieces.length > 1, pieces.join("") === answer.choices[0].message.content, usage != null);

let sent = 0;
const counting = new OpenAI({ baseURL: `${base}/llm/v1`, apiKey, fetch: (...args) => ((sent += 1), fetch(...args)) });
await counting.chat.completions.create({ model, messages }, { headers: { "X-Mock-Scenario": "capacity-429;count=1" } });
print("retry", sent - 1);

const embeddings = new OpenAI({ baseURL: `${base}/embed/v1`, apiKey });
print("embeddings", (await embeddings.embeddings.create({ model: embedModel, input: ["a", "b"] })).data.length);

// The worker that test_workers.py asks: one path for each thing that is tried.
import { Chutes, ChutesError } from "chutes-client";
import { ChatClient } from "chutes-client/chat";

const scenarios = {
  ready: () => ({}),
  async chat(client, request) {
    const stream = await client.chat.completions.stream(request);
    let streamed = "";
    let chunks = 0;
    for await (const text of stream.textStream) {
      streamed += text;
      chunks += 1;
    }
    const whole = (await client.chat.completions.create(request)).choices[0].message.content;
    return { streamed, chunks, whole };
  },
  alone: (_client, request, env) => scenarios.chat(new ChatClient({ baseUrl: env.BASE_URL, apiKey: "cpk_worker" }), request),
  async leave(client, request) {
    let chunks = 0;
    for await (const chunk of await client.chat.completions.stream(request)) if (chunk && ++chunks === 2) break;
    return { chunks };
  },
  error: (client, request) => client.chat.completions.create({ ...request, model: "no/such-model" }),
  async image(client, request, env) {
    const image = await client.images.generate({ model: env.IMAGE, prompt: "a cat" });
    return { type: image.contentType, length: image.bytes.length };
  },
  async list(client) {
    const names = [];
    for await (const chute of client.chutes.list({ include_public: true })) names.push(chute.name);
    return { names };
  },
  file: (client) => client.logos.create({ logo: "/a/path.png" }),
};

export default {
  async fetch(incoming, env) {
    const client = new Chutes({ baseUrl: env.BASE_URL, apiKey: "cpk_worker" });
    const request = { model: env.MODEL, messages: [{ role: "user", content: "hi" }], seed: 1 };
    try {
      return Response.json(await scenarios[new URL(incoming.url).pathname.slice(1)](client, request, env));
    } catch (error) {
      if (!ChutesError.is(error)) return new Response(String(error.stack), { status: 500 });
      return Response.json({ kind: error.kind, message: error.message });
    }
  },
};

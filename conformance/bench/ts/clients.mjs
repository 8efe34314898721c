// The clients that are measured. Each is imported only when it is asked for.

const model = "m";
const messages = [{ role: "user", content: "Tell me something." }];

/** One client per work: the work is the first part of its base URL. */
function held(make) {
  const clients = new Map();
  return (work) => {
    if (!clients.has(work)) clients.set(work, make(work));
    return clients.get(work);
  };
}

/** This project's client as installed: over node:http, its default on Node, or over fetch. */
async function ours(url, fetch) {
  const { Chutes } = await import("chutes-client");
  const client = held((work) => new Chutes({ apiKey: "cpk_bench", baseUrl: `${url}/${work}`, ...(fetch ? { fetch } : {}) }));
  return {
    async texts(work, see) {
      for await (const chunk of await client(work).chat.completions.stream({ model, messages })) see(chunk.choices[0].delta.content);
    },
    answer: async (work) => (await client(work).chat.completions.create({ model, messages })).choices[0].message.content,
    image: async (work) => (await client(work).images.generate({ model, prompt: "a" })).bytes,
    embed: async (work) => (await client(work).embeddings.create({ model, input: ["a"], encoding_format: "base64" })).data[999].embedding,
  };
}

/** OpenAI's SDK with its own defaults. */
async function peer(url) {
  const { default: OpenAI } = await import("openai");
  const client = held((work) => new OpenAI({ apiKey: "cpk_bench", baseURL: `${url}/${work}/v1` }));
  return {
    async texts(work, see) {
      for await (const chunk of await client(work).chat.completions.create({ model, messages, stream: true })) see(chunk.choices[0].delta.content);
    },
    answer: async (work) => (await client(work).chat.completions.create({ model, messages })).choices[0].message.content,
    image: async (work) => Buffer.from((await client(work).images.generate({ model, prompt: "a" })).data[0].b64_json, "base64"),
    embed: async (work) => (await client(work).embeddings.create({ model, input: ["a"] })).data[999].embedding,
  };
}

/** The limit: a bare socket and one JSON.parse per event. */
async function limit(url) {
  const { connect } = await import("node:net");
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  return {
    texts: (work, see) =>
      new Promise((done, failed) => {
        let rest = "";
        // Each event of these streams is one HTTP chunk: the size line before `data:` is skipped with what precedes it.
        const read = (bytes) => {
          const text = rest + bytes.latin1Slice();
          let from = 0;
          for (let end; (end = text.indexOf("\n\n", from)) >= 0; from = end + 2) {
            const data = text.slice(text.indexOf("data: ", from) + 6, end);
            if (data !== "[DONE]") see(JSON.parse(data).choices[0].delta.content);
          }
          rest = text.slice(from);
          if (rest !== "\r\n0\r\n\r\n") return;
          socket.off("data", read);
          done();
        };
        socket.on("data", read);
        socket.once("error", failed);
        const body = JSON.stringify({ model, messages, stream: true });
        socket.write(`POST /${work}/v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      }),
    close: () => socket.destroy(),
  };
}

export const make = (who, url) => ({ ours, "ours-fetch": (u) => ours(u, globalThis.fetch), peer, limit })[who](url);

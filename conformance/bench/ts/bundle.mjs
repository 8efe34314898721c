// Bytes of a bundle that can chat and nothing else, minified and gzipped: `bundle.mjs ours|peer` prints one JSON line.
import { build } from "esbuild";
import { gzipSync } from "node:zlib";

const CHAT = {
  ours: `import { ChatClient } from "chutes-client/chat"; const c = new ChatClient({ apiKey: "k" });
    for await (const t of (await c.chat.completions.stream({ model: "m", messages: [] })).textStream) console.log(t);`,
  peer: `import OpenAI from "openai"; const c = new OpenAI({ apiKey: "k" });
    for await (const t of await c.chat.completions.create({ model: "m", messages: [], stream: true })) console.log(t);`,
};

const built = await build({
  stdin: { contents: CHAT[process.argv[2]], resolveDir: import.meta.dirname },
  bundle: true,
  minify: true,
  write: false,
  format: "esm",
  platform: "browser",
  target: "es2022",
  logLevel: "error",
});
const bytes = built.outputFiles[0].contents;
console.log(JSON.stringify({ bytes: gzipSync(bytes, { level: 9 }).length, minified: bytes.length }));

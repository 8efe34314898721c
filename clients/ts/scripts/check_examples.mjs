// Type-checks every `@example` of the sources under the strict options, as a reader would paste it beside a client and its own values.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = join(root, "dist/doc_examples");
const BEFORE = `import * as all from "chutes-client";
import type { ChatMessageParam, ChuteArgs } from "chutes-client/types/index";
declare global {
  const { Binary, ChutesError, Decoder, OAuth, Token, bearer, fromProvider, anonymous, xApiKey, isBinary, jobState, parseTimestamp }: typeof all;
  const { complaints, imagePart, parseOutput, tool, videoPart }: typeof all;
  const { predictChuteId, predictImageId, predictVersion, redact, redactHeaders, responseOf }: typeof all;
  const client: all.Chutes, oauth: all.OAuth, token: all.Token, image: all.Image, body: ChuteArgs, messages: ChatMessageParam[];
  const request: { model: string; messages: ChatMessageParam[] }, bytes: Uint8Array, store: (token: all.Token) => Promise<void>;
  const model: string, dockerfile: string, imageId: string, jobId: string, fileId: string, code: string, codeVerifier: string, audio_b64: string;
}
`;
const TSCONFIG = {
  extends: "../../tsconfig.json",
  compilerOptions: {
    noEmit: true,
    rootDir: "../..",
    noUnusedLocals: false,
    paths: {
      "chutes-client": ["../../src/index.ts"],
      "chutes-client/*": ["../../src/*.ts"],
      "#transport": ["../../src/transport_node.ts"],
      "#files": ["../../src/files_node.ts"],
      "#sr25519": ["../../src/sr25519_import.ts"],
    },
  },
  include: ["*.ts"],
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
writeFileSync(join(out, "tsconfig.json"), JSON.stringify(TSCONFIG));
writeFileSync(join(out, "before.ts"), BEFORE);
let count = 0;
for (const name of readdirSync(join(root, "src"), { recursive: true })) {
  if (!name.endsWith(".ts")) continue;
  for (const [, text] of readFileSync(join(root, "src", name), "utf8").matchAll(/^ *\* @example([^]*?)(?=^ *\*\/|^ *\* @)/gm)) {
    const lines = text.split("\n").map((line) => line.replace(/^ *\* ?/, ""));
    writeFileSync(join(out, `${name.replace(/\W/g, "_")}_${++count}.ts`), `${lines.join("\n").trim()}\nexport {};\n`);
  }
}
if (count === 0) throw new Error("no example was found");
execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", out], { stdio: "inherit" });

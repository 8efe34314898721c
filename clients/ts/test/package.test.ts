import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { VERSION } from "../src/version.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const read = (name: string): string => readFileSync(join(root, name), "utf8");
const manifest = JSON.parse(read("package.json")) as {
  version: string;
  dependencies?: object;
  exports: Record<string, unknown>;
  devDependencies: Record<string, string>;
};

test("the version is the one of the manifest, and nothing is needed at run time", () => {
  assert.equal(VERSION, manifest.version);
  assert.equal(manifest.dependencies, undefined);
  for (const [name, version] of Object.entries(manifest.devDependencies)) assert.match(version, /^\d/, `${name} is not pinned`);
});

test("the lock file holds no addresses to download from", () => assert.doesNotMatch(read("package-lock.json"), /"resolved"/));

test("each block of the README is its example", () => {
  const blocks = [...read("README.md").matchAll(/```js\n\/\/ examples\/(\S+)\n([^]*?)```/g)];
  assert.ok(blocks.length >= 6);
  for (const [, name, text] of blocks) assert.equal(text, read(`examples/${name}`), name);
});

test("only what stands behind the `node` condition names Node's modules", () => {
  const using = (readdirSync(join(root, "src"), { recursive: true }) as string[]).filter(
    (name) => name.endsWith(".ts") && /^(?:import|export) .*["']node:/m.test(read(`src/${name}`)),
  );
  assert.deepEqual(using.sort(), ["files_node.ts", "proxy_node.ts", "transport_node.ts"]);
});

const OPTIONS = "--port 0 --token-delay-ms 1 --build-seconds 0.2 --job-seconds 0.2 --cold-seconds 0.2";

test("the example of every resource leaves none out", () => {
  const text = read("examples/every_resource.ts");
  const names = [...read("src/management/index.ts").matchAll(/^ {4}(\w+): new /gm)].map(([, name]) => name ?? "");
  assert.ok(names.length >= 23);
  assert.deepEqual(
    names.filter((name) => !text.includes(`client.${name}.`)),
    [],
  );
});

// The examples run against the local platform, as a reader would run them.
let platform: ReturnType<typeof spawn> | undefined;
let env: NodeJS.ProcessEnv = {};
// The project's own Python can check the signatures of hotkeys.
const VENV = join(root, "../../.build/venv/bin/python");
const PYTHON = existsSync(VENV) ? VENV : "python3";
const harness = join(root, "../../conformance");

before(async () => {
  platform = spawn(PYTHON, ["-m", "chutes_conformance.platform", ...OPTIONS.split(" ")], {
    cwd: harness,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const line = await new Promise<string>((resolve, reject) => {
    platform?.once("error", reject);
    platform?.once("exit", (code) => reject(new Error(`the local platform ended with ${code}`)));
    platform?.stdout?.once("data", (bytes: Buffer) => resolve(String(bytes).trim()));
  });
  platform.removeAllListeners("exit");
  const folder = await mkdtemp(join(tmpdir(), "chutes-"));
  await writeFile(join(folder, "config.ini"), `[auth]\nhotkey_seed = ${"42".repeat(32)}\n`);
  await writeFile(join(folder, "context.zip"), Buffer.from("PK\x05\x06".padEnd(22, "\0")));
  env = {
    ...process.env,
    CHUTES_CONFIG_PATH: join(folder, "config.ini"),
    CONTEXT: join(folder, "context.zip"),
    CHUTES_API_KEY: "cpk_demo",
    CHUTES_BASE_URL: line.replace("CHUTES_BASE_URL=", ""),
    OUT: join(folder, "cat.jpg"),
    DEMO_OUT: folder,
  };
});
after(() => void platform?.kill());

const SHOWN: Record<string, RegExp> = {
  "chat.mjs": /\w{3}/,
  "stream.mjs": /total_tokens/,
  "chat_only.mjs": /\w{3}[^]*\n not_found\n$/,
  "image.mjs": /^image\/jpeg \d+/,
  "chute.mjs": /"i":0/,
  "management.mjs": /demo\n$/,
  "deploy.mjs": /^a first deployment costs \d[\d.]* USD\ncreated [0-9a-f-]{36}\nunchanged\n(?:cold\n)*hot\n$/,
  "build.mjs": /^STEP [^]*built and pushed\n$/,
  "jobs.mjs": /complete\n\S+report\.txt\n\S+weights\.bin\n$/,
  "usage.mjs": /^[\d.]+ USD\n\d+\.\d\d USD spent\n[^]*\* 5000\n\d+ of 5000 calls today\n$/,
  "hotkey.mjs": /^demo 5FnoWRL4FYzd29q8zXoY3JWio9PtBPgrAFu2RcgQazRQsiCs\nconfig getQuotas \(GET\) cannot be signed/,
  "oauth.mjs": /demo\n$/,
  "every_resource.ts": /^tee .*\n$/m,
  "parse.mjs": /^Norway\n$/,
  "tools.mjs": /^1 [^]*celsius[^]*\n2 \[\]\nThe tool answered: [^]*21/,
  "vision.mjs": /\w{3}/,
  "models.mjs":
    /^\S+ \[ \[ 'no\/such-model', 'not_found' \] \]\n\[ '1: not_found, then 0 ms', '2: 200, then 0 ms' \]\n\{ *\n? *input: [\d.e-]+,/,
  "map.mjs": /^Rome \w[^]*\nOslo \w[^]*\nLima \w/,
  "function.mjs": /^echo POST \/echo false\n[^]*\{ echo: \{ text: 'hi' \}[^]*\nconfig this chute has no cord "ecko"[^]*\+0\.000 s/,
  "audio.mjs": /^audio\/wav (\d+)\n\1 \1\n$/,
  "seeing.mjs": /^true true true\ncreateChatCompletion \S+ 1 ok\ncall\.end call=1 /,
  "testing.mjs": /^2\n$/,
  "errors.mjs": /^not_found 404 model not found: no\/such-model false/,
  "demo.mjs": /DEMO ts ok chutes=\d+ tokens=\d+ image=\S+ bytes=\d+ retries=1 interrupted=yes\n$/,
};
for (const name of readdirSync(join(root, "examples")).filter((file) => /\.(?:mjs|ts)$/.test(file))) {
  const skip = name === "hotkey.mjs" && PYTHON !== VENV ? "this Python cannot check signatures" : false;
  test(`example ${name} runs`, { skip }, async () => {
    assert.ok(existsSync(join(root, "dist/esm/index.js")), "npm run build comes first");
    const compiled = name.replace(/^(.*)\.ts$/, "../dist/test/examples/$1.js");
    const { stdout } = await promisify(execFile)(process.execPath, [join(root, "examples", compiled)], { env });
    assert.match(stdout, SHOWN[name] ?? /^$/);
  });
}

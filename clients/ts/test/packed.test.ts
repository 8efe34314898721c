/** The package as it is published: what each entry reaches, and that nobody pays for what is optional. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { folder } from "./helpers.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const run = promisify(execFile);
type Target = string | { [condition: string]: Target };
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<"imports" | "exports", Record<string, Target>>;

/** What a browser's bundler takes: never the `node` condition. */
function target(of: Target | undefined, conditions: readonly string[]): string {
  if (typeof of === "string") return of;
  for (const [condition, inner] of Object.entries(of ?? {})) if (conditions.includes(condition)) return target(inner, conditions);
  throw new Error("no condition matches");
}

/** Every module that an entry reaches, and every name that it takes from outside. */
function reached(entry: string, conditions: readonly string[]): { files: Set<string>; outside: Set<string> } {
  const files = new Set<string>();
  const outside = new Set<string>();
  const visit = (path: string): void => {
    if (files.has(path)) return;
    files.add(path);
    const code = readFileSync(path, "utf8").replace(/^ *\/?\*.*$/gm, "");
    for (const [, name = ""] of code.matchAll(/(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*"([^"]+)"/g)) {
      if (name.startsWith(".")) visit(join(dirname(path), name));
      else if (name.startsWith("#")) visit(join(root, target(manifest.imports[name], conditions)));
      else outside.add(name);
    }
  };
  visit(join(root, entry));
  return { files, outside };
}

for (const [entry, of] of Object.entries(manifest.exports).filter(([name]) => name !== "./package.json")) {
  for (const module of ["import", "require"]) {
    test(`in a browser, ${entry} (${module}) reaches no module of Node`, () => {
      const browser = reached(target(of, [module, "default"]), [module, "default"]);
      assert.deepEqual([...browser.outside], entry === "./hotkey" ? ["@scure/sr25519"] : []);
      const node = reached(target(of, [module, "default"]), ["node", module, "default"]);
      if (entry === ".")
        assert.ok(
          [...node.outside].some((name) => name.startsWith("node:")),
          "the walk finds what there is",
        );
      assert.ok(![...node.files].some((path) => /hotkey|sr25519/.test(path)) || entry === "./hotkey");
    });
  }
}

const installed = await folder();
before(async () => {
  assert.ok(existsSync(join(root, "dist/esm/index.js")), "npm run build comes first");
  await run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", installed], { cwd: root });
  const [tarball = ""] = await readdir(installed);
  await mkdir(join(installed, "node_modules/chutes-client"), { recursive: true });
  await run("tar", ["xzf", tarball, "-C", "node_modules/chutes-client", "--strip-components=1"], { cwd: installed });
  const all = (load: string): string => `${load}
    const seen = [new Chutes({ apiKey: "cpk_test" }), new VirtualClock(), new Decoder()].length;
    try { console.log(seen, Hotkey.fromSeed("42".repeat(32)).address); } catch (error) { console.log(seen, error.kind, error.message); }`;
  const names: [string, string][] = [
    ["Chutes", ""],
    ["VirtualClock", "/testing"],
    ["Decoder", "/sse"],
    ["Hotkey", "/hotkey"],
  ];
  await writeFile(join(installed, "a.mjs"), all(names.map(([name, path]) => `import { ${name} } from "chutes-client${path}";`).join("\n")));
  await writeFile(
    join(installed, "a.cjs"),
    all(names.map(([name, path]) => `const { ${name} } = require("chutes-client${path}");`).join("\n")),
  );
});

for (const script of ["a.mjs", "a.cjs"]) {
  test(`packed and alone, every entry loads, and a hotkey says what it needs (${script})`, async () => {
    const { stdout } = await run(process.execPath, [script], { cwd: installed });
    assert.match(stdout, /^3 config signing with a hotkey needs the package @scure\/sr25519 \(npm install @scure\/sr25519\)/);
  });
}

test("packed and with the library beside it, a hotkey signs", async () => {
  await symlink(join(root, "node_modules/@scure"), join(installed, "node_modules/@scure"));
  await symlink(join(root, "node_modules/@noble"), join(installed, "node_modules/@noble"));
  for (const script of ["a.mjs", "a.cjs"]) {
    const { stdout } = await run(process.execPath, [script], { cwd: installed });
    assert.equal(stdout, "3 5FnoWRL4FYzd29q8zXoY3JWio9PtBPgrAFu2RcgQazRQsiCs\n");
  }
});

// Compiles the package twice with plain tsc, then gives the CommonJS half its own endings (.cjs, .d.cts): with them no
// nested package.json is needed, and the one `imports` map of the package picks node:http or fetch for both halves.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const tsc = join(root, "node_modules/typescript/bin/tsc");

for (const folder of ["esm", "cjs"]) {
  rmSync(join(root, "dist", folder), { recursive: true, force: true });
  execFileSync(process.execPath, [tsc, "-p", join(root, `tsconfig.${folder}.json`)], { cwd: root, stdio: "inherit" });
}

const cjs = join(root, "dist/cjs");
for (const name of readdirSync(cjs, { recursive: true })) {
  if (!name.endsWith(".js") && !name.endsWith(".d.ts")) continue;
  const path = join(cjs, name);
  const text = readFileSync(path, "utf8").replace(/((?:from|require\(|import\()\s*"\.{1,2}\/[^"]+)\.js"/g, '$1.cjs"');
  rmSync(path);
  writeFileSync(path.replace(/\.d\.ts$/, ".d.cts").replace(/\.js$/, ".cjs"), text);
}

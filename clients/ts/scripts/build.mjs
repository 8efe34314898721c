// Compiles the package twice with plain tsc: dist/esm and dist/cjs, each with its own package.json, so that
// `#transport` picks node:http on Node and fetch elsewhere in both module systems.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
const imports = { "#transport": { node: "./transport_node.js", default: "./transport_fetch.js" } };

for (const [folder, type] of [
  ["esm", "module"],
  ["cjs", "commonjs"],
]) {
  rmSync(`${root}dist/${folder}`, { recursive: true, force: true });
  execFileSync(process.execPath, [tsc, "-p", `${root}tsconfig.${folder}.json`], { cwd: root, stdio: "inherit" });
  writeFileSync(`${root}dist/${folder}/package.json`, `${JSON.stringify({ type, sideEffects: false, imports })}\n`);
}
// The licence of the repository travels with the package.
if (!existsSync(`${root}LICENSE`) && existsSync(`${root}../../LICENSE`)) copyFileSync(`${root}../../LICENSE`, `${root}dist/LICENSE`);

// Compiles sources and tests together, then runs node's own test runner on the result.
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = `${root}dist/test`;
const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
rmSync(out, { recursive: true, force: true });
execFileSync(process.execPath, [tsc, "-p", `${root}tsconfig.json`], { cwd: root, stdio: "inherit" });
const { name, imports, exports } = JSON.parse(readFileSync(`${root}package.json`, "utf8").replaceAll("./dist/esm/", "./src/"));
writeFileSync(`${out}/package.json`, JSON.stringify({ name, type: "module", imports, exports }));
const wanted = process.argv.slice(2);
const files = readdirSync(`${out}/test`)
  .filter((name) => name.endsWith(".test.js") && (wanted.length === 0 || wanted.some((part) => name.includes(part))))
  .map((name) => `${out}/test/${name}`);
process.exit(spawnSync(process.execPath, ["--test", "--test-reporter=spec", ...files], { cwd: root, stdio: "inherit" }).status ?? 1);

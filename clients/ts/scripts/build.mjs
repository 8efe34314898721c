// Makes the package: types from tsc, code from esbuild, each as ES modules and as CommonJS. What the entries share is put together in a
// few files (a file costs more at start-up than what stands in it), and the comments stay with the types. The CommonJS half has endings
// of its own (.cjs, .d.cts): with them no nested package.json is needed, and the one `imports` map of the package picks node:http or
// fetch for both halves.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const tsc = join(root, "node_modules/typescript/bin/tsc");
const { exports, imports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
/** References from one of our files to another, with the ending of the half that they stand in. */
const common = (text) => text.replace(/((?:from|require\(|import\()\s*"\.{1,2}\/[^"]+)\.js"/g, '$1.cjs"');

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Types of a half. */
function types(half, dist) {
  const args = [tsc, "-p", join(root, `tsconfig.${half}.json`), "--emitDeclarationOnly"];
  execFileSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (half === "esm") return;
  for (const name of readdirSync(dist, { recursive: true }).filter((found) => found.endsWith(".d.ts"))) {
    const path = join(dist, name);
    write(path.replace(/\.ts$/, ".cts"), common(readFileSync(path, "utf8")));
    rmSync(path);
  }
}

/** Code of a half: every file that package.json names, and what they share, so that a class is the same whichever entry it comes from. */
async function code(half, dist) {
  const named = JSON.stringify([exports, imports]).matchAll(new RegExp(`"\\./dist/${half}/([^"]+)\\.c?js"`, "g"));
  const entryPoints = [...new Set([...named].map(([, name]) => join(root, `src/${name}.ts`)))];
  const { outputFiles } = await build({
    entryPoints: entryPoints.filter((path) => !path.endsWith("_require.ts")),
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "neutral",
    external: ["#*", "node:*", "@scure/*"],
    outbase: join(root, "src"),
    outdir: dist,
    write: false,
  });
  for (const { path, text } of outputFiles) {
    // Without comments, and without imports for their effects, which bundlers warn of: there are none (`sideEffects` in package.json).
    const bare = text.replace(/^ *\/\*\*[^]*?\*\/\n|^import "[^"]+";\n/gm, "");
    if (half === "esm") write(path, bare);
    else write(path.replace(/\.js$/, ".cjs"), common((await transform(bare, { format: "cjs", platform: "node" })).code));
  }
  // What only CommonJS can say is no ES module, and shares nothing.
  for (const path of entryPoints.filter((name) => name.endsWith("_require.ts"))) {
    const { code: text } = await transform(readFileSync(path, "utf8"), { loader: "ts", format: "cjs", platform: "node" });
    write(path.replace(join(root, "src"), dist).replace(/\.ts$/, ".cjs"), text);
  }
}

for (const half of ["esm", "cjs"]) {
  const dist = join(root, "dist", half);
  rmSync(dist, { recursive: true, force: true });
  types(half, dist);
  await code(half, dist);
}

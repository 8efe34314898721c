// Bundles each entry as a browser would get it, prints its sizes, and fails where one is larger than its bound.
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Bytes after gzip that an entry may have: a little above what it has. */
const BOUNDS = { index: 48_500, chat: 17_850, testing: 4_000, sse: 3_150, otel: 1_500 };
const kilo = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(9);

let tooLarge = false;
console.log("entry          raw  minified      gzip     bound");
for (const [name, bound] of Object.entries(BOUNDS)) {
  const bundle = async (minify) => {
    const options = { entryPoints: [`${root}dist/esm/${name}.js`], bundle: true, format: "esm", platform: "browser", tsconfigRaw: {} };
    const { outputFiles } = await build({ ...options, minify, write: false, logLevel: "error" });
    return outputFiles[0].contents;
  };
  const [raw, minified] = [await bundle(false), await bundle(true)];
  const packed = gzipSync(minified, { level: 9 }).length;
  console.log(`${name.padEnd(8)}${kilo(raw.length)} ${kilo(minified.length)} ${kilo(packed)} ${kilo(bound)}`);
  if (packed > bound) tooLarge = true;
}
if (tooLarge) throw new Error("a bundle is larger than its bound");

// What as_cjs.mjs registers: names of the package lead to what `require` finds.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

let require;

export function initialize(driver) {
  require = createRequire(driver);
}

export function resolve(specifier, context, next) {
  if (!/^chutes-client(\/|$)/.test(specifier)) return next(specifier, context);
  return { url: pathToFileURL(require.resolve(specifier)).href, format: "commonjs", shortCircuit: true };
}

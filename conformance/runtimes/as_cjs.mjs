// Lets the driver take the CommonJS half of the package: `node --import as_cjs.mjs driver.mjs`.
import { register } from "node:module";
import { pathToFileURL } from "node:url";

register("./cjs_hooks.mjs", import.meta.url, { data: pathToFileURL(process.argv[1]).href });

/** Whom the client trusts: the well-known, those of the environment, and its own, all together. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { folder } from "./helpers.js";

const run = promisify(execFile);

/** Asks a server with the certificate of each of these files; the second one alone is given as `caPem`. */
const PROGRAM = `
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { Chutes } from ${JSON.stringify(new URL("../src/index.js", import.meta.url).href)};

const kinds = [];
const read = (name, what) => readFileSync(name + "." + what, "utf8");
for (const name of process.argv.slice(1)) {
  const server = createServer({ cert: read(name, "pem"), key: read(name, "key") }, (_request, response) => {
    response.setHeader("content-type", "application/json");
    response.end("{}");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = "https://localhost:" + server.address().port;
  const client = new Chutes({ apiKey: "cpk_test", baseUrl, caPem: read(process.argv[2], "pem"), maxRetries: 0 });
  kinds.push(await client.users.me().then(() => "ok", (error) => error.kind));
  client.close();
  server.close();
}
console.log(kinds.join(" "));
`;

test("caPem is trusted beside NODE_EXTRA_CA_CERTS", async () => {
  const place = await folder();
  const files = ["extra", "own", "nobody"].map((name) => join(place, name));
  for (const file of files) {
    const made = ["-out", `${file}.pem`, "-keyout", `${file}.key`, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    await run("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", ...made]);
  }
  const asked = async (extra: string): Promise<string> => {
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: extra };
    return (await run(process.execPath, ["--input-type=module", "-e", PROGRAM, ...files], { env })).stdout.trim();
  };
  assert.equal(await asked(`${files[0]}.pem`), "ok ok connection");
  assert.equal(await asked(join(place, "missing.pem")), "connection ok connection");
});

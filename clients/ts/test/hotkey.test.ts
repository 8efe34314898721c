import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import type { SignableRequest } from "../src/auth.js";
import { readConfig as readNothing } from "../src/files_none.js";
import { Hotkey, hotkey, verify } from "../src/hotkey.js";
import { ConfigError } from "../src/index.js";
import { blake2b, decodeAddress, encodeAddress } from "../src/ss58.js";
import { VirtualClock } from "../src/testing.js";
import { answer, client, failure, folder, serve, type Seen } from "./helpers.js";

interface Vectors {
  seed: string;
  address: string;
  public_key: string;
  nonce: number;
  vectors: { name: string; body: string | null; purpose: string | null; message: string; signature: string }[];
}
const file = fileURLToPath(new URL("../../../test/data/hotkey_vectors.json", import.meta.url));
const VECTORS = JSON.parse(await readFile(file, "utf8")) as Vectors;
const { seed: SEED, address: ADDRESS } = VECTORS;
const OTHER = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
const KEY = Hotkey.fromSeed(SEED);
const sha256 = (text: string | Buffer): string => createHash("sha256").update(text).digest("hex");
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));

/** The headers that a request gets at the time of the vectors. */
async function signed(request: Partial<SignableRequest> & { text?: string }): Promise<Record<string, string>> {
  const headers: Record<string, string> = {};
  await hotkey(KEY).apply({
    method: "GET",
    url: "http://127.0.0.1:9/x",
    body: undefined,
    headers,
    operationId: "getThing",
    purpose: undefined,
    public: false,
    bodyHash: () => Promise.resolve(sha256(request.text ?? "")),
    now: () => VECTORS.nonce * 1000 + 900,
    ...request,
  });
  return headers;
}

for (const seed of [SEED, `0x${SEED}`, SEED.toUpperCase(), bytesOf(SEED)]) {
  test(`a seed gives its address: ${typeof seed === "string" ? seed.slice(0, 4) : "bytes"}`, () => {
    const key = Hotkey.fromSeed(seed);
    assert.deepEqual([key.address, Buffer.from(key.publicKey).toString("hex")], [ADDRESS, VECTORS.public_key]);
  });
}

for (const vector of VECTORS.vectors) {
  test(`vector ${vector.name}: its signature verifies, and ours is of the same message`, async () => {
    assert.ok(verify(ADDRESS, vector.message, vector.signature));
    assert.ok(verify(ADDRESS, Buffer.from(vector.message), `0x${vector.signature.toUpperCase()}`));
    const headers = await signed({
      method: vector.body === null ? "GET" : "POST",
      purpose: vector.purpose ?? undefined,
      text: vector.body ?? "",
    });
    const { "x-chutes-signature": signature = "", ...others } = headers;
    assert.deepEqual(others, { "x-chutes-hotkey": ADDRESS, "x-chutes-nonce": String(VECTORS.nonce) });
    assert.match(signature, /^[0-9a-f]{128}$/);
    assert.ok(verify(ADDRESS, vector.message, signature));
  });
}

test("what was changed does not verify, and what is no signature or address is no error", () => {
  const { message, signature } = VECTORS.vectors[0] as Vectors["vectors"][0];
  const changed = `${signature.slice(0, -4)}${signature.endsWith("0000") ? "1111" : "0000"}`;
  assert.ok(!verify(ADDRESS, `${message} `, signature));
  assert.ok(!verify(ADDRESS, message, changed));
  assert.ok(!verify(OTHER, message, signature));
  for (const bad of ["", "x", signature.slice(2), `${signature}00`, "0x", "0".repeat(128), "f".repeat(128)])
    assert.ok(!verify(ADDRESS, message, bad));
  for (const bad of [
    "",
    ADDRESS.slice(1),
    `${ADDRESS}1`,
    `1${ADDRESS}`,
    `${ADDRESS.slice(0, -1)}0`,
    `${ADDRESS.slice(0, -1)}t`,
    "z".repeat(48),
  ])
    assert.ok(!verify(bad, message, signature), bad);
});

test("a purpose wins over a body, an empty body is hashed, and what cannot be verified is refused", async () => {
  const of = async (request: Parameters<typeof signed>[0], subject: string) =>
    verify(ADDRESS, `${ADDRESS}:${VECTORS.nonce}:${subject}`, (await signed(request))["x-chutes-signature"] ?? "");
  assert.ok(await of({ method: "POST", purpose: "chutes", text: "{}" }, "chutes"));
  for (const method of ["POST", "PUT", "PATCH"]) assert.ok(await of({ method }, sha256("")));
  for (const method of ["GET", "DELETE", "HEAD"]) {
    const error = await failure(signed({ method }));
    assert.equal(error.kind, "config");
    assert.match(error.message, /getThing \(\w+\) cannot be signed .*API key/);
    assert.deepEqual(await signed({ method, public: true }), {});
  }
});

test("a bad seed is refused without being shown", () => {
  for (const seed of ["", SEED.slice(2), `${SEED}42`, `${SEED.slice(2)}zz`, new Uint8Array(31), 5 as never, undefined as never]) {
    assert.throws(
      () => Hotkey.fromSeed(seed),
      (error) => error instanceof ConfigError && !inspect(error).includes("4242"),
    );
  }
});

const nonces = ({ head }: Seen): string | undefined => /x-chutes-nonce: (\d+)/i.exec(head)?.[1];
test("each attempt is signed with its own time and the exact bytes, and no key goes with it", async () => {
  const clock = new VirtualClock({ nowMs: VECTORS.nonce * 1000, random: 0.5 });
  const wire = await serve((socket, _seen, index) =>
    socket.write(index === 0 ? answer(503, "{}", { "retry-after": "3" }) : answer(200, '{"name":"n","logo_id":"l","path":"p"}')),
  );
  const chutes = client(wire, { auth: hotkey(KEY), seam: clock });
  await chutes.chutes.update("x", { tagline: "é" });
  await chutes.logos.create({ logo: new Uint8Array(100_000) });
  assert.deepEqual(wire.seen.map(nonces), ["1764000000", "1764000003", "1764000003"]);
  for (const { head, bytes } of wire.seen) {
    assert.doesNotMatch(head, /authorization|api-key/i);
    const [nonce, signature] = ["nonce", "signature"].map((name) => new RegExp(`x-chutes-${name}: (\\S+)`, "i").exec(head)?.[1] ?? "");
    assert.ok(verify(ADDRESS, `${ADDRESS}:${nonce}:${sha256(bytes)}`, signature ?? ""));
  }
});

test("a request by hand takes a purpose, and another origin gets no signature", async () => {
  const elsewhere = await serve((socket) => socket.write(answer(200, "{}")));
  const wire = await serve((socket) => socket.write(answer(302, "", { location: `${elsewhere.url}/there` })));
  const chutes = client(wire, { auth: hotkey(KEY) });
  await chutes.request("GET", "/chutes/x", { purpose: "chutes" });
  assert.match(wire.seen[0]?.head ?? "", /x-chutes-signature/i);
  assert.doesNotMatch(elsewhere.seen[0]?.head ?? "x-chutes", /x-chutes/i);
  assert.equal((await failure(chutes.request("GET", "/jobs/x"))).kind, "config");
  assert.equal((await failure(chutes.openaiOptions())).kind, "config");
  assert.equal(wire.seen.length, 1);
});

test("the configuration file of the official CDK is read", async () => {
  const home = await folder();
  const write = async (name: string, ...lines: string[]) => {
    await writeFile(join(home, name), lines.join("\n"));
    return join(home, name);
  };
  const given = await write(
    "a.ini",
    "[api]",
    "base_url = x",
    "[auth]",
    "; note",
    `hotkey_seed = ${SEED}`,
    `hotkey_ss58address = ${ADDRESS}`,
  );
  assert.equal(Hotkey.fromConfig(given).address, ADDRESS);
  const before = { CHUTES_CONFIG_PATH: process.env["CHUTES_CONFIG_PATH"], HOME: process.env["HOME"] };
  try {
    process.env["CHUTES_CONFIG_PATH"] = await write("b.ini", "[auth]\r", `HOTKEY_SEED=0x${SEED}\r`, "hotkey_name: x");
    assert.equal(Hotkey.fromConfig().address, ADDRESS);
    delete process.env["CHUTES_CONFIG_PATH"];
    process.env["HOME"] = home;
    assert.throws(() => Hotkey.fromConfig(), /\.chutes\/config\.ini cannot be read/);
    await mkdir(join(home, ".chutes"));
    await write(".chutes/config.ini", "[auth]", `hotkey_seed=${SEED}`);
    assert.equal(Hotkey.fromConfig().address, ADDRESS);
  } finally {
    for (const [name, value] of Object.entries(before))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  }
  const BAD: string[][] = [
    [`hotkey_seed = ${SEED}`],
    ["[auth]", "username = me"],
    ["[auth]", "hotkey_seed ="],
    ["[auth]", "hotkey_seed = 4242424242"],
    ["[auth]", `hotkey_seed = ${SEED.slice(2)}zz`],
    ["[auth]", `hotkey_seed = ${SEED}`, `hotkey_ss58address = ${OTHER}`],
  ];
  for (const lines of BAD) {
    const path = await write("bad.ini", ...lines);
    assert.throws(
      () => Hotkey.fromConfig(path),
      (error) => error instanceof ConfigError && error.message.includes(path) && !inspect(error).includes("42424242"),
      lines.join("|"),
    );
  }
  assert.throws(() => readNothing(undefined, ".chutes"), /no files/);
});

test("the secret is in no text, and no signature is the same twice", () => {
  for (const text of [inspect(KEY, { depth: 9, showHidden: true }), JSON.stringify(KEY), String(KEY), inspect(hotkey(KEY))])
    assert.doesNotMatch(text, /4242|66, 66/);
  assert.match(inspect(KEY), new RegExp(ADDRESS));
  assert.notEqual(KEY.sign("x"), KEY.sign("x"));
});

test("a server that knows the seed does not bring it into an error", async () => {
  const wire = await serve((socket) => socket.write(answer(401, JSON.stringify({ detail: `seed ${SEED}, 0x${SEED}` }))));
  const error = await failure(client(wire, { auth: hotkey(KEY) }).users.me());
  assert.equal(error.message, "seed [redacted], 0x[redacted]");
  assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /4242/);
});

test("addresses and their hash", () => {
  // RFC 7693, appendix A.
  assert.match(Buffer.from(blake2b(new TextEncoder().encode("abc"))).toString("hex"), /^ba80a53f981c4d0d6a2797b69f12f6e94c21.*d4009923$/);
  assert.equal(
    createHash("blake2b512").update("x".repeat(128)).digest("hex"),
    Buffer.from(blake2b(Buffer.from("x".repeat(128)))).toString("hex"),
  );
  assert.throws(() => blake2b(new Uint8Array(129)), RangeError);
  for (let at = 0; at < 50; at++) {
    const key = Uint8Array.from({ length: 32 }, (_, n) => (n * 31 + at * 7) % 256);
    assert.deepEqual(decodeAddress(encodeAddress(key)), key);
  }
});

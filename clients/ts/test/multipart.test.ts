import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { hashSource } from "../src/files_node.js";
import { hashSource as hashWithoutNode, openFile as openNowhere } from "../src/files_none.js";
import type { FileInput } from "../src/index.js";
import { encodeMultipart, type BodySource } from "../src/multipart.js";
import { answer, client, failure, folder, line, serve } from "./helpers.js";

const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const LOGO = answer(200, '{"logo_id":"l","path":"/logos/l.webp"}');

async function read(source: BodySource): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source.chunks()) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The body of one file, planned by itself. */
const plan = (file: FileInput) => encodeMultipart(["file"], ["file"], { file }, () => 0);
const shown = async (file: FileInput) => (await read(await plan(file))).toString("utf8");

test("the bytes of a form: the document's order, then the rest; absent and null fields left out", async () => {
  const body = await encodeMultipart(
    ["wait", "logo", "name", "none", "absent"],
    ["logo"],
    { more: { a: [1] }, name: "é\r\n", none: null, absent: undefined, logo: PNG, wait: false, n: 5, empty: "" },
    () => 0.7,
  );
  const b = `chutes-client-${"b".repeat(32)}`;
  const part = (name: string, text: string) => `--${b}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`;
  assert.equal(body.contentType, `multipart/form-data; boundary=${b}`);
  assert.deepEqual(
    await read(body),
    Buffer.concat([
      Buffer.from(`${part("wait", "false")}--${b}\r\nContent-Disposition: form-data; name="logo"; filename="logo"\r\n`),
      Buffer.from("Content-Type: image/png\r\n\r\n"),
      PNG,
      Buffer.from(`\r\n${part("name", "é\r\n")}${part("more", '{"a":[1]}')}${part("n", "5")}${part("empty", "")}--${b}--\r\n`),
    ]),
  );
});

test("a boundary is drawn anew for each body", async () => {
  const [one, two] = [await encodeMultipart([], [], {}), await encodeMultipart([], [], {})];
  assert.match(one.contentType, /^multipart\/form-data; boundary=chutes-client-[0-9a-f]{32}$/);
  assert.notEqual(one.contentType, two.contentType);
});

for (const size of [0, 1, 65_535, 65_536, 65_537, 300_000]) {
  test(`every source of ${size} bytes is read again, and is as long as was told`, async () => {
    const data = Uint8Array.from({ length: size }, (_, at) => at % 251);
    const path = join(await folder(), "x.bin");
    await writeFile(path, data);
    const opened = async function* () {
      for (let at = 0; at < size; at += 1000) yield data.subarray(at, at + 1000);
    };
    const sources: FileInput[] = [data, path, new Blob([data]), new File([data], "x"), opened, { content: opened, size }];
    for (const source of sources) {
      const body = await plan(source);
      const first = await read(body);
      assert.equal(first.length, body.length);
      assert.ok(first.includes(Buffer.from(data)));
      assert.deepEqual(await read(body), first);
      const hash = createHash("sha256").update(first).digest("hex");
      assert.deepEqual([await hashSource(body), await hashWithoutNode(body)], [hash, hash]);
    }
  });
}

test("names come from the path, the File or the caller, and cannot break out of their header", async () => {
  const path = join(await folder(), 'a"b\r\nX-Evil: 1.zip');
  await writeFile(path, "x");
  assert.match(await shown(path), /filename="a%22b%0D%0AX-Evil: 1\.zip"\r\nContent-Type: application\/octet-stream\r\n/);
  assert.match(await shown(new File(["x"], "näme.txt", { type: "text/plain" })), /filename="näme\.txt"\r\nContent-Type: text\/plain\r\n/);
  assert.match(await shown(new Blob(["x"])), /filename="file"\r\nContent-Type: application\/octet-stream\r\n/);
  assert.match(
    await shown({ content: PNG, filename: "é/y.png", contentType: "image/x" }),
    /filename="é\/y\.png"\r\nContent-Type: image\/x/,
  );
  const odd = await encodeMultipart([], [], { 'a"\r\nb': 1 }, () => 0);
  assert.match((await read(odd)).toString(), /name="a%22%0D%0Ab"\r\n\r\n1\r\n/);
});

const UNREADABLE: [name: string, file: unknown, message: RegExp][] = [
  ["a path to nothing", "/nowhere/at/all.zip", /\/nowhere\/at\/all\.zip cannot be read/],
  ["a folder", "/", /no regular file/],
  ["a number", 5, /logo must be a path/],
  ["a plain object", {}, /logo must be a path/],
  ["a type that breaks out", { content: PNG, contentType: "a/b\r\nX-Evil: 1" }, /content type of logo/],
];
for (const [name, logo, message] of UNREADABLE) {
  test(`${name} is refused before anything is sent`, async () => {
    const wire = await serve((socket) => socket.write(LOGO));
    const error = await failure(client(wire).logos.create({ logo: logo as FileInput }));
    assert.equal(error.kind, "config");
    assert.match(error.message, message);
    assert.equal(wire.seen.length, 0);
  });
}

test("without files, a path is refused with a sentence", async () => {
  assert.match((await failure(openNowhere("a.zip"))).message, /no files.*Blob/);
});

for (const transport of ["node", "fetch"] as const) {
  const options = transport === "fetch" ? { fetch: globalThis.fetch } : {};

  test(`${transport}: an upload that is sent on has the same bytes and their exact length`, async () => {
    const wire = await serve((socket, _seen, index) => socket.write(index === 0 ? answer(307, "", { location: "/logos/again" }) : LOGO));
    const path = join(await folder(), "big.png");
    await writeFile(path, Buffer.concat([PNG, Buffer.alloc(200_000, 7)]));
    assert.equal((await client(wire, options).logos.create({ logo: path })).logo_id, "l");
    assert.deepEqual(wire.seen.map(line), ["POST /logos/", "POST /logos/again"]);
    const [first, second] = wire.seen;
    assert.ok(first !== undefined && second !== undefined && first.bytes.length > 200_000);
    assert.deepEqual(first.bytes, second.bytes);
    assert.match(first.head, /\r\ncontent-type: multipart\/form-data; boundary=chutes-client-[0-9a-f]{32}\r\n/i);
    if (transport === "node") assert.doesNotMatch(first.head, /transfer-encoding/i);
  });

  test(`${transport}: a file that changes under way is told, and its upload is broken off`, async () => {
    const wire = await serve((socket) => socket.write(LOGO));
    const twenty = async function* () {
      yield Buffer.alloc(10);
      yield Buffer.alloc(10);
    };
    const short = await failure(client(wire, options).logos.create({ logo: { content: twenty, size: 500_000 } }));
    assert.deepEqual([short.kind, short.message], ["config", "a file changed its length while it was being sent"]);
    const long = await failure(client(wire, options).logos.create({ logo: { content: twenty, size: 15 } }));
    assert.equal(long.kind, "config");
    assert.equal(wire.seen.length, 0);
  });
}

test("an upload is never repeated, whatever the answer", async () => {
  for (const status of [408, 429, 500, 503]) {
    const wire = await serve((socket) => socket.write(answer(status, "{}", { "x-should-retry": "true" })));
    assert.equal((await failure(client(wire).logos.create({ logo: PNG }))).status, status);
    assert.equal(wire.seen.length, 1);
  }
});

import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { checkTarget as noTarget } from "../src/files_none.js";
import { filenameOf } from "../src/values.js";
import { answer, client, failure, folder, line, serve } from "./helpers.js";

const DATA = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, at) => at % 253));
const NAMED = { "content-type": "application/octet-stream", "content-disposition": 'attachment; filename="/out/weights.bin"' };

const file = (headers: Record<string, string> = NAMED, body: Buffer = DATA) =>
  serve((socket: Socket) => {
    socket.write(answer(200, "", { ...headers, "content-length": String(body.length) }));
    socket.write(body);
  });

test("a file comes whole under its name, with its progress told", async () => {
  const wire = await file();
  const to = join(await folder(), "w.bin");
  await writeFile(to, "before");
  const told: [number, number | undefined][] = [];
  const path = await client(wire).jobs.download("j", "f", to, { onProgress: (...now) => told.push(now) });
  assert.equal(path, to);
  assert.deepEqual(await readFile(to), DATA);
  assert.deepEqual(wire.seen.map(line), ["GET /jobs/j/download/f"]);
  let before = 0;
  for (const [received, total] of told) {
    assert.ok(received > before && received - before <= 65_536 && total === DATA.length);
    before = received;
  }
  assert.equal(before, DATA.length);
});

const NAMES: [name: string, disposition: string | undefined, expected: string][] = [
  ["the server's name, never its path", 'attachment; filename="../../etc/x.bin"', "x.bin"],
  ["a name of another system", 'attachment; filename="C:\\\\out\\\\y.bin"', "y.bin"],
  ["a name in UTF-8", "attachment; filename=\"z\"; filename*=UTF-8''n%C3%A4me.bin", "näme.bin"],
  ["a name that is no name", 'attachment; filename=".."', "f"],
  ["no name", undefined, "f"],
];
for (const [name, disposition, expected] of NAMES) {
  test(`into a folder: ${name}`, async () => {
    const headers = {
      "content-type": "application/octet-stream",
      ...(disposition === undefined ? {} : { "content-disposition": disposition }),
    };
    const to = await folder();
    assert.equal(await client(await file(headers)).jobs.download("j", "f", to), join(to, expected));
    assert.deepEqual(await readdir(to), [expected]);
  });
}

test("an id that holds a path cannot leave the folder", async () => {
  const to = await folder();
  const path = await client(await file({ "content-type": "text/plain" }))
    .jobs.download("j", "a/../..//evil", to)
    .catch((error: { kind: string }) => error.kind);
  assert.equal(path, "config");
  assert.deepEqual(await readdir(to), []);
});

test("a folder that does not exist is refused before anything is sent", async () => {
  const wire = await file();
  const error = await failure(client(wire).jobs.download("j", "f", join(await folder(), "none", "w.bin")));
  assert.equal(error.kind, "config");
  assert.match(error.message, /there is no folder .*none to write w\.bin into/);
  assert.equal((await failure(client(wire).jobs.download("j", "f", ""))).kind, "config");
  assert.equal(wire.seen.length, 0);
});

test("whatever fails later leaves nothing behind, and what was there stays", async () => {
  const to = join(await folder(), "w.bin");
  await writeFile(to, "before");
  const left = async () => [await readFile(to, "utf8"), await readdir(join(to, ".."))];
  const cut = await serve((socket) => {
    socket.write(answer(200, "", { ...NAMED, "content-length": "1000" }));
    socket.end(DATA.subarray(0, 500));
  });
  assert.equal((await failure(client(cut).jobs.download("j", "f", to))).kind, "connection");
  assert.equal(cut.seen.length, 1);
  const gone = await serve((socket) => socket.write(answer(404, '{"detail":"Job file not found"}')));
  assert.equal((await failure(client(gone).jobs.download("j", "f", to))).kind, "not_found");
  const stop = new AbortController();
  const aborted = client(await file()).jobs.download("j", "f", to, { signal: stop.signal, onProgress: () => stop.abort() });
  assert.equal((await failure(aborted)).kind, "cancelled");
  const thrown = new Error("the callback's own");
  const raised = client(await file()).jobs.download("j", "f", to, {
    onProgress: () => {
      throw thrown;
    },
  });
  assert.equal(await failure(raised), thrown);
  assert.deepEqual(await left(), ["before", ["w.bin"]]);
});

test("an empty file is a file, and a coded one has no total", async () => {
  const to = await folder();
  const told: unknown[] = [];
  const onProgress = (...now: unknown[]): void => void told.push(now);
  await client(await file(NAMED, Buffer.alloc(0))).jobs.download("j", "f", join(to, "empty"), { onProgress });
  assert.equal((await readFile(join(to, "empty"))).length, 0);
  assert.deepEqual(told, [[0, 0]]);
  const gzip = await file({ ...NAMED, "content-encoding": "gzip" }, gzipSync("hello"));
  await client(gzip).jobs.download("j", "f", join(to, "text"), { onProgress });
  assert.equal(await readFile(join(to, "text"), "utf8"), "hello");
  assert.deepEqual(told.at(-1), [5, undefined]);
});

test("a target that cannot be replaced is a config error without a rest", async () => {
  const to = await folder();
  await mkdir(join(to, "weights.bin"));
  assert.equal((await failure(client(await file()).jobs.download("j", "f", to))).kind, "config");
  assert.deepEqual(await readdir(to), ["weights.bin"]);
});

test("names of files, and runtimes without any", async () => {
  assert.equal(filenameOf({ "content-disposition": "attachment; filename=plain.txt; size=3" }), "plain.txt");
  assert.equal(filenameOf({ "content-disposition": "attachment; filename*=UTF-8''%ZZ" }), undefined);
  assert.match((await failure(noTarget("x"))).message, /no files.*\.bytes/);
});

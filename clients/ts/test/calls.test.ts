import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isBinary, parseTimestamp, responseOf } from "../src/index.js";
import { Deadline } from "../src/deadline.js";
import { writeWhole } from "../src/files_none.js";
import { realSeam } from "../src/testing.js";
import { makeTransport } from "../src/transport_fetch.js";
import { decodeBase64, encodeBase64, parseDataUrl, sniffContentType } from "../src/values.js";
import { answer, ASK, client, failure, KEY, PONG, serve, type Seen } from "./helpers.js";

const JPEG = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4]);
const path = ({ head }: Seen): string => head.split(" ")[1] ?? "";
const UUID = "7a1c0000-0000-4000-8000-000000000001";

const CALLS: [name: string, call: (chutes: ReturnType<typeof client>) => Promise<unknown>, line: string, body: unknown][] = [
  [
    "list with filters",
    (c) => c.chutes.list({ name: "a b", include_public: true, limit: 2, page: undefined }),
    "GET /chutes/?name=a%20b&include_public=true&limit=2",
    "",
  ],
  ["get by a name with slashes", (c) => c.chutes.get("user/näme x"), "GET /chutes/user/n%C3%A4me%20x", ""],
  ["delete escapes the whole", (c) => c.chutes.delete("a/b?c"), "DELETE /chutes/a%2Fb%3Fc", ""],
  [
    "update sends what is given",
    (c) => c.chutes.update("x", { tagline: "t", readme: undefined, logo_id: null }),
    "PUT /chutes/x",
    { tagline: "t", logo_id: null },
  ],
  [
    "create with its query",
    (c) => c.chutes.create({ name: "n" } as never, { accept_fee: true }),
    "POST /chutes/?accept_fee=true",
    { name: "n" },
  ],
  ["a file of another ending", (c) => c.chutes.minerMeansFile("x", "csv"), "GET /chutes/miner_means/x.csv", ""],
  ["a fixed query", (c) => c.chutes.warmupStatus("x"), "GET /chutes/warmup/x?quick=true", ""],
  ["models", (c) => c.models.list(), "GET /llm/v1/models", ""],
  ["embeddings", (c) => c.embeddings.create({ model: "m", input: ["a"] }), "POST /embed/v1/embeddings", { model: "m", input: ["a"] }],
  [
    "extra things last",
    (c) => c.chat.completions.create(ASK, { extraBody: { seed: 1, model: "z" }, extraQuery: { a: "b" }, extraHeaders: { "X-A": "1" } }),
    "POST /llm/v1/chat/completions?a=b",
    { ...ASK, model: "z", seed: 1 },
  ],
  ["the escape hatch", (c) => c.request("post", "/x/y/", { query: { a: [1, 2] }, json: { b: null } }), "POST /x/y/?a=1&a=2", { b: null }],
  [
    "native images",
    (c) => c.images.generate({ model: "m", prompt: "p", size: "64x32" }),
    "POST /image/generate",
    { model: "m", prompt: "p", width: 64, height: 32 },
  ],
  [
    "images in OpenAI's form",
    (c) => c.images.generate({ mode: "openai", model: "m", prompt: "p", size: "64x32" }),
    "POST /image/v1/images/generations",
    { response_format: "b64_json", model: "m", prompt: "p", size: "64x32" },
  ],
  ["a chute by slug", (c) => c.chute("me-echo").call("/speak", { a: 1 }), "POST /chute/me-echo/speak", { a: 1 }],
  ["a GET cord", (c) => c.chute("me-echo").call("/health", undefined, { method: "GET" }), "GET /chute/me-echo/health", ""],
  [
    "the chat of a chute",
    (c) => c.chute("me-echo").chat.completions.create({ messages: [] }),
    "POST /chute/me-echo/v1/chat/completions",
    { messages: [] },
  ],
];
for (const [name, call, line, body] of CALLS) {
  test(`call: ${name}`, async () => {
    const wire = await serve((socket) => socket.write(answer(200, '{"items":[],"data":[]}')));
    await call(client(wire)).catch((error: { kind: string }) => assert.equal(error.kind, "unexpected_response"));
    const seen = wire.seen[0] as Seen;
    assert.ok(seen.head.startsWith(`${line} HTTP/1.1`), seen.head.split("\r\n")[0]);
    assert.deepEqual(seen.body === "" ? "" : JSON.parse(seen.body), body);
    assert.equal(/content-type: application\/json/i.test(seen.head), body !== "");
    assert.match(seen.head, /user-agent: chutes-client-ts\/\d/i);
  });
}

test("what is refused before anything is sent", async () => {
  const wire = await serve((socket) => socket.write(answer(200, "{}")));
  const chutes = client(wire);
  const refused: Promise<unknown>[] = [
    ...["", ".", "..", "a/../b", "a//b"].map((name) => chutes.chutes.get(name)),
    chutes.images.generate({ prompt: "p", n: 2 }),
    chutes.images.generate({ prompt: "p", response_format: "b64_json" }),
    chutes.images.generate({ prompt: "p", size: "big" }),
    chutes.chute("me-echo").call("/x", { a: 1 }, { method: "GET" }),
    chutes.chute("no slug!").call("/x"),
    chutes.chat.completions.create(ASK, { extraHeaders: { a: "b\r\nc: d" } }),
    chutes.chat.completions.create(ASK, { timeoutMs: -1 }),
    chutes.chat.completions.create(ASK, { maxRetries: -1 }),
  ];
  for (const work of refused) assert.equal((await failure(work)).kind, "config");
  assert.equal(wire.seen.length, 0);
});

test("pages: all items, filters on every page, stuck pages, errors behind items", async () => {
  const pages = (list: (page: number) => string) =>
    serve((socket, seen) => socket.write(list(Number(/page=(\d+)/.exec(path(seen))?.[1] ?? 0))));
  const item = (id: number) => ({ chute_id: String(id), name: "n" });
  const wire = await pages((page) =>
    answer(200, JSON.stringify({ total: 5, page, limit: 2, items: [item(2 * page), item(2 * page + 1)].slice(0, page === 2 ? 1 : 2) })),
  );
  const ids: string[] = [];
  for await (const chute of client(wire).chutes.list({ name: "x", limit: 2 })) ids.push(chute.chute_id);
  assert.deepEqual(ids, ["0", "1", "2", "3", "4"]);
  assert.deepEqual(wire.seen.map(path), ["/chutes/?name=x&limit=2", "/chutes/?name=x&limit=2&page=1", "/chutes/?name=x&limit=2&page=2"]);
  assert.equal((await client(wire).chutes.list()).total, 5);
  const all = async (from: Awaited<ReturnType<typeof pages>>) => {
    for await (const _ of client(from, { maxRetries: 0 }).chutes.list());
  };
  const stuck = await pages(() => answer(200, JSON.stringify({ total: 9, page: 0, limit: 1, items: [item(1)] })));
  assert.equal((await failure(all(stuck))).kind, "pagination_stuck");
  assert.equal(stuck.seen.length, 2);
  const late = await pages((page) =>
    page === 0 ? answer(200, JSON.stringify({ total: 9, limit: 1, items: [item(1)] })) : answer(500, "{}"),
  );
  assert.equal((await failure(all(late))).kind, "server");
  const denied = await pages(() => answer(401, "{}"));
  assert.equal((await failure(all(denied))).kind, "unauthenticated");
});

test("a chute by id or user/name: looked up once, searched after a 404, named when absent", async () => {
  const record = { chute_id: UUID, name: "echo", slug: "alice-echo-x1y2z", user: { user_id: "u", username: "Alice" } };
  const wire = await serve((socket, seen) => {
    if (path(seen) === `/chutes/${UUID}`) socket.write(answer(200, JSON.stringify(record)));
    else if (path(seen).startsWith("/chutes/?")) socket.write(answer(200, JSON.stringify({ total: 1, items: [record] })));
    else if (path(seen).startsWith("/chutes/")) socket.write(answer(404, '{"detail":"No matching chute found!"}'));
    else socket.write(answer(200, '{"ok":true}'));
  });
  const chutes = client(wire);
  const byId = chutes.chute(UUID);
  await byId.call("/a");
  assert.deepEqual(await byId.call("/b"), { ok: true });
  assert.deepEqual(wire.seen.map(path), [`/chutes/${UUID}`, "/chute/alice-echo-x1y2z/a", "/chute/alice-echo-x1y2z/b"]);
  assert.equal((await chutes.chute("alice/echo").resolve()).slug, "alice-echo-x1y2z");
  const error = await failure(chutes.chute("alice/other").call("/a"));
  assert.equal(error.kind, "not_found");
  assert.match(error.message, /alice\/other/);
  assert.equal((await chutes.chute(`${wire.url}/x/`).resolve()).url, `${wire.url}/x`);
  assert.equal((await chutes.chute("me-echo.chutes.ai").resolve()).url, "https://me-echo.chutes.ai");
  assert.equal((await chutes.chute(UUID, { via: "api" }).resolve()).url, `${wire.url}/chutes/${UUID}`);
});

test("a chute's answer is read by its type; an event stream names .stream", async () => {
  const by = async (type: string, body = "x") =>
    client(await serve((socket) => socket.write(answer(200, body, { "content-type": type }))))
      .chute("s")
      .call("/p");
  assert.deepEqual(await by("application/json", "[1]"), [1]);
  assert.equal(await by("text/plain; charset=utf-8"), "x");
  const binary = await by("audio/wav");
  assert.ok(isBinary(binary) && binary.contentType === "audio/wav" && binary.bytes.length === 1);
  assert.match((await failure(by("text/event-stream"))).message, /\.stream/);
});

test("images: bytes, base64, and what is none; save writes whole files only", async () => {
  const image = async (body: Uint8Array | string, type: string) => {
    const head = answer(200, "", { "content-type": type, "content-length": String(body.length) });
    const wire = await serve((socket) => void (socket.write(head), socket.write(body)));
    return client(wire).images.generate({ model: "m", prompt: "p" });
  };
  const native = await image(JPEG, "image/png");
  assert.deepEqual([native.contentType, [...native.bytes]], ["image/jpeg", [...JPEG]]);
  assert.ok(native.dataUrl().startsWith("data:image/jpeg;base64,/9j/"));
  const json = JSON.stringify({ data: [{ b64_json: encodeBase64(JPEG), revised_prompt: "better" }] });
  const decoded = await image(json, "application/json");
  assert.deepEqual([decoded.contentType, decoded.revisedPrompt], ["image/jpeg", "better"]);
  for (const [body, type] of [
    ["", "image/jpeg"],
    ["<html></html>", "text/html"],
    ['{"error":"x"}', "application/json"],
    ['{"data":[{"b64_json":"!!"}]}', "application/json"],
    ['{"data":[]}', "application/json"],
  ] as const) {
    assert.equal((await failure(image(body, type))).kind, "unexpected_response", body);
  }
  const folder = await mkdtemp(join(tmpdir(), "chutes-"));
  await native.save(join(folder, "a.jpg"));
  assert.deepEqual([...(await readFile(join(folder, "a.jpg")))], [...JPEG]);
  assert.equal((await failure(native.save(join(folder, "none", "a.jpg")))).kind, "config");
  assert.deepEqual(await readdir(folder), ["a.jpg"]);
});

test("generateMany keeps order, adds to the seed, and runs at most eight at once", async () => {
  let open = 0;
  let most = 0;
  const wire = await serve((socket, seen) => {
    most = Math.max(most, ++open);
    const { seed } = JSON.parse(seen.body) as { seed: number };
    setTimeout(
      () => {
        open -= 1;
        socket.write(answer(200, "", { "content-type": "image/x", "content-length": "1" }) + String.fromCharCode(seed));
      },
      12 - (seed % 10),
    );
  });
  const images = await client(wire).images.generateMany({ model: "m", prompt: "p", n: 20, seed: 40 });
  assert.deepEqual(
    images.map(({ bytes }) => bytes[0]),
    Array.from({ length: 20 }, (_, at) => 40 + at),
  );
  assert.ok(most <= 8 && most > 1, String(most));
});

test("a success that is none", async () => {
  for (const [status, body] of [
    [204, ""],
    [200, ""],
    [200, "{broken"],
    [200, "[]"],
    [200, "<html>"],
    [200, '{"error":{"message":"x"}}'],
  ] as const) {
    const wire = await serve((socket) => socket.write(status === 204 ? "HTTP/1.1 204 No\r\n\r\n" : answer(status, body)));
    const error = await failure(client(wire).chat.completions.create(ASK));
    assert.deepEqual([error.kind, error.status, wire.seen.length], ["unexpected_response", status, 1], body);
  }
});

test("an answer without its list is none, an empty list is one", async () => {
  for (const body of ['{"id":"c"}', '{"choices":null,"data":null}', '{"detail":"the model is loading"}']) {
    const wire = await serve((socket) => socket.write(answer(200, body)));
    const { chat, completions, embeddings } = client(wire);
    const calls = [
      chat.completions.create(ASK),
      completions.create({ model: "m", prompt: "p" }),
      embeddings.create({ model: "m", input: "a" }),
    ];
    for (const call of calls) assert.equal((await failure(call)).kind, "unexpected_response", body);
  }
  const wire = await serve((socket) => socket.write(answer(200, '{"choices":[],"data":[]}')));
  assert.deepEqual((await client(wire).chat.completions.create(ASK)).choices, []);
});

test("metadata, unknown fields, and x-api-key", async () => {
  const wire = await serve((socket) => socket.write(answer(200, PONG, { "x-chutes-invocationid": "i1", "x-chutes-quota-used": "3" })));
  const { data, response } = await client(wire, { auth: "x-api-key" }).chat.completions.create(ASK).withResponse();
  assert.equal(responseOf(data), response);
  assert.deepEqual([response.requestId, response.quota?.used, response.attempts], ["i1", 3, 1]);
  assert.match(wire.seen[0]?.head ?? "", new RegExp(`x-api-key: ${KEY}`, "i"));
  assert.doesNotMatch(wire.seen[0]?.head ?? "", /authorization/i);
  const options = await client(wire).openaiOptions();
  assert.deepEqual([options.apiKey, options.baseURL], [KEY, `${wire.url}/llm/v1`]);
});

test("warm-up: waits for hot, and says when it never came", async () => {
  const events = (...states: string[]) => states.map((status) => `data: ${JSON.stringify({ status, log: "l" })}\n\n`).join("");
  const wire = (body: string) => serve((socket) => socket.write(answer(200, body, { "content-type": "text/event-stream" })));
  const ready = await client(await wire(events("cold", "hot")))
    .chute(UUID, { via: "slug" })
    .waitReady();
  assert.equal(ready.status, "hot");
  const never = await failure(
    client(await wire(events("cold", "cold")))
      .chute(UUID)
      .waitReady(),
  );
  assert.equal(never.kind, "timeout");
  assert.match(never.message, /cold/);
});

test("ready: wait follows the warm-up instead of retrying, a slug is found by the list", async () => {
  let hot = false;
  const wire = await serve((socket, seen) => {
    if (path(seen).startsWith("/chute/me-echo/"))
      socket.write(hot ? answer(200, "{}") : answer(503, '{"detail":"No instances available (yet)"}'));
    else if (path(seen) === "/chutes/warmup/me-echo") socket.write(answer(404, '{"detail":"No matching chute found!"}'));
    else if (path(seen).startsWith("/chutes/?"))
      socket.write(answer(200, JSON.stringify({ total: 1, items: [{ chute_id: UUID, name: "echo", slug: "me-echo" }] })));
    else {
      hot = true;
      socket.write(answer(200, 'data: {"status":"cold"}\n\ndata: {"status":"hot"}\n\n', { "content-type": "text/event-stream" }));
    }
  });
  assert.deepEqual(await client(wire, { ready: "wait" }).chute("me-echo").call("/x"), {});
  assert.deepEqual(wire.seen.map(path), [
    "/chute/me-echo/x",
    "/chutes/warmup/me-echo",
    "/chutes/?slug=me-echo&include_public=true",
    `/chutes/warmup/${UUID}`,
    "/chute/me-echo/x",
  ]);
});

test("small values", () => {
  assert.equal(parseTimestamp("2026-05-26T12:00:00.123456").toISOString(), "2026-05-26T12:00:00.123Z");
  assert.equal(parseTimestamp("2026-05-26T12:00:00+02:00").toISOString(), "2026-05-26T10:00:00.000Z");
  assert.deepEqual(parseDataUrl("data:image/png;base64,AAE=")?.bytes, Uint8Array.of(0, 1));
  assert.equal(parseDataUrl("http://x"), undefined);
  assert.equal(sniffContentType(new TextEncoder().encode("RIFF1234WEBP")), "image/webp");
});

for (const way of ["Buffer", "atob"]) {
  test(`base64 by ${way}: strict, but for white space, missing padding and the letters of URLs`, () => {
    const { Buffer: before } = globalThis;
    if (way === "atob") Reflect.deleteProperty(globalThis, "Buffer");
    try {
      const texts = [
        "",
        "AAE=",
        "AA E",
        "AAE",
        "AA\n==",
        "-_-_",
        "+/+/",
        "AAEC",
        "a",
        "AAECa",
        "AAE=A",
        "AA=",
        "AA===",
        "A*E=",
        "AA-=",
        "é",
        "AAE\u0000",
      ];
      const read = texts.map((text) => decodeBase64(text));
      const [zeroOne, high] = [Uint8Array.of(0, 1), Uint8Array.of(251, 255, 191)];
      const good = [new Uint8Array(0), zeroOne, zeroOne, zeroOne, Uint8Array.of(0), high, high, Uint8Array.of(0, 1, 2)];
      assert.deepEqual(read, [
        ...good,
        undefined,
        undefined,
        undefined,
        undefined,
        undefined,
        undefined,
        Uint8Array.of(0, 15),
        undefined,
        undefined,
      ]);
    } finally {
      globalThis.Buffer = before;
    }
  });
}

test("outside Node: files and further certificates are refused with a sentence, fetch is the transport", async () => {
  assert.match((await failure(writeWhole("a.jpg", JPEG))).message, /no files/);
  assert.throws(() => makeTransport({ caPem: "x" }), /caPem/);
  const wire = await serve((socket) => socket.write(answer(200, PONG)));
  const transport = makeTransport({});
  const limits = { connect: null, firstByte: null, idle: null, total: null };
  const sent = {
    method: "GET",
    url: wire.url,
    headers: {},
    body: undefined,
    limits,
    deadline: new Deadline(null, realSeam),
    signal: undefined,
    fresh: false,
  };
  const response = await transport.send(sent);
  assert.equal(response.status, 200);
  assert.equal(new TextDecoder().decode((await response.body.read()) ?? undefined), PONG);
});

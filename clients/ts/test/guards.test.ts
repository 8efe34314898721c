// What a caller, a server or a provider may do wrong, and what must not follow from it.
import assert from "node:assert/strict";
import { chmod, lstat, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import * as net from "node:net";
import { join } from "node:path";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { Chutes, ChutesError, fromProvider, imagePart, OAuth, parseOutput, tool, type ChatParams } from "../src/index.js";
import { checkPath } from "../src/request_build.js";
import { makeError } from "../src/errors.js";
import { scripted, type Script } from "../src/testing.js";
import type { ChatMessage } from "../src/types/index.js";
import { Binary, filenameOf } from "../src/values.js";
import { answer, ASK, client, failure, folder, KEY, line, PONG, serve, type Seen } from "./helpers.js";

const credential = ({ head }: Seen): string | undefined => /^authorization: (.*)$/im.exec(head)?.[1];
const made = (answers: Script[], options = {}) => {
  const transport = scripted(answers);
  return { transport, chutes: new Chutes({ apiKey: KEY, transport, ...options }) };
};

describe("the key", () => {
  test("goes to no host that is not the client's own, and a refusal there says so", async () => {
    const other = await serve((socket) => socket.write(answer(401, '{"detail":"who are you"}')));
    const home = await serve((socket) => socket.write(answer(200, "{}")));
    const chutes = client(home);
    const error = await failure(Promise.resolve(chutes.chute(other.url).call("/x", {})));
    assert.match(error.message, /^who are you \(the API key was not sent: 127\.0\.0\.1:\d+ is none of this client's hosts\)$/);
    assert.match((await failure(chutes.request("GET", `${other.url}/x`))).message, /the API key was not sent/);
    await failure(Promise.resolve(chutes.chute(other.url).call("/x", {}, { extraHeaders: { Authorization: "Bearer mine" } })));
    assert.deepEqual(other.seen.map(credential), [undefined, undefined, "Bearer mine"]);
    await chutes.chute(`${home.url}/below`).call("/x", {});
    assert.deepEqual(home.seen.map(credential), [`Bearer ${KEY}`]);
  });

  test("a client without a key does not speak of one", async () => {
    const other = await serve((socket) => socket.write(answer(401, '{"detail":"no"}')));
    const chutes = new Chutes({ auth: "none" });
    assert.equal((await failure(Promise.resolve(chutes.chute(other.url).call("/x", {})))).message, "no");
  });

  test("of one call is kept out of its own error, however many others asked meanwhile", async () => {
    const waiting: (() => void)[] = [];
    const wire = await serve((socket, seen) => {
      waiting.push(() => socket.write(answer(403, JSON.stringify({ detail: `token ${credential(seen)?.slice(7)} has expired` }))));
      if (waiting.length === 12) for (const go of waiting) go();
    });
    let tenant = 0;
    const chutes = new Chutes({ baseUrl: wire.url, auth: fromProvider(() => `tenant${tenant++}-eyJhbGciOi.secret`), maxRetries: 0 });
    const errors = await Promise.all(Array.from({ length: 12 }, () => failure(chutes.users.me())));
    for (const error of errors) {
      assert.equal(error.message, "token [redacted] has expired");
      assert.doesNotMatch(Buffer.from(error.rawBody ?? []).toString() + inspect(error.body) + inspect(error), /tenant\d/);
    }
  });

  test("that the caller gave for one call is kept out of its error, too", async () => {
    const wire = await serve((socket) => socket.write(answer(403, '{"detail":"weird-token-1 is unknown"}')));
    const extraHeaders = { authorization: "Bearer weird-token-1" };
    assert.equal((await failure(client(wire).users.me({ extraHeaders }))).message, "[redacted] is unknown");
  });
});

test("an OAuth app keeps nothing of its users", async () => {
  const wire = await serve((socket) => socket.write(answer(200, '{"access_token":"access-of-ann","refresh_token":"refresh-of-ann"}')));
  const oauth = new OAuth({ clientId: "cid_x", clientSecret: "csc-of-the-app", redirectUri: "http://x/cb", baseUrl: wire.url });
  await oauth.exchange("code-of-ann", "verifier-of-ann");
  await oauth.refresh("refresh-of-ann");
  await oauth.revoke("access-of-ann");
  const bob = oauth.provider({ accessToken: "access-of-bob", expiresAt: Date.now() + 1e6 });
  assert.deepEqual([...bob.secrets()].sort(), ["access-of-bob", "csc-of-the-app"]);
});

test("what an OAuth call sends is kept out of its error", async () => {
  const wire = await serve((socket, seen) => socket.write(answer(400, JSON.stringify({ detail: `bad: ${seen.body}` }))));
  const oauth = new OAuth({ clientId: "cid_x", clientSecret: "csc-of-the-app", redirectUri: "http://x/cb", baseUrl: wire.url });
  const { message, rawBody } = await failure(oauth.exchange("code-of-ann", "verifier-of-ann"));
  assert.doesNotMatch(message + Buffer.from(rawBody ?? []).toString(), /of-ann|of-the-app/);
});

describe("errors", () => {
  test("keep their kind whatever their cause is made of", () => {
    const bigint = Object.assign(new Error("cpk_secret1"), { id: 10n });
    const circle = new Error("circle") as Error & { self?: unknown };
    circle.self = circle;
    const a = new Error("a");
    const b = new Error("b", { cause: a });
    a.cause = b;
    const rude = Object.defineProperty(new Error("rude"), "code", {
      get: (): never => assert.fail("no"),
      enumerable: true,
    });
    for (const cause of [bigint, circle, a, rude, Object.create(null) as unknown]) {
      const error = makeError("cancelled", "m", { cause });
      assert.ok(ChutesError.is(error) && error.kind === "cancelled");
      assert.ok(!inspect(error.cause, { depth: 9 }).includes("cpk_secret1"));
    }
  });

  test("mask their raw body as they mask the rest, and leave other bytes alone", () => {
    const text = (body: string | Uint8Array) =>
      makeError("bad_request", "m", { rawBody: typeof body === "string" ? Buffer.from(body) : body, secrets: ["weirdtoken12345"] }).rawBody;
    assert.equal(Buffer.from(text('{"detail":"bad weirdtoken12345"}') ?? []).toString(), '{"detail":"bad [redacted]"}');
    const bytes = Uint8Array.of(0xff, 0xfe, 0x00, 0x80);
    assert.deepEqual(text(bytes), bytes);
  });

  test("of a provider reach the caller as they are; what is no key is config", async () => {
    const mine = new RangeError("my own bug");
    const fail = new Chutes({ auth: fromProvider(() => Promise.reject(mine)), transport: scripted([{}]) });
    await assert.rejects(fail.users.me(), (error) => error === mine);
    for (const value of [null, undefined, 5, "", "  "]) {
      const { chutes, transport } = made([{}], { apiKey: undefined, auth: fromProvider(() => value as string) });
      assert.equal((await failure(chutes.users.me())).kind, "config", String(value));
      assert.equal(transport.requests.length, 0);
    }
  });
});

describe("refused before anything is sent", () => {
  const calls: [name: string, call: (chutes: Chutes) => PromiseLike<unknown>, word: RegExp][] = [
    ["a signal that is none", (c) => c.users.me({ signal: new AbortController() as never }), /AbortSignal/],
    ["a method that is none", (c) => c.request("GE T", "/x"), /no method/],
    ["headers that would be dropped", (c) => c.users.me({ extraHeaders: new Headers({ a: "b" }) as never }), /plain object/],
    ["a header that is no text", (c) => c.users.me({ extraHeaders: { a: 1 as never } }), /header a must be a string/],
    ["an unknown option", (c) => c.users.me({ timeout: 5 } as never), /did you mean timeoutMs\?/],
    ["an unknown option of a chat", (c) => c.chat.completions.create(ASK, { headers: {} } as never), /did you mean extraHeaders\?/],
    ["no parameters", (c) => c.chat.completions.create(undefined as never), /parameters/],
    ["no parameters of a stream", (c) => c.chat.completions.stream(null as never), /parameters/],
    ["an output without parameters", (c) => c.chat.completions.parse({ jsonSchema: {} }, undefined as never), /parameters/],
    ["parameters in place of an output", (c) => c.chat.completions.parse(ASK as never, { schema: {} } as never), /first/],
    ["not a number", (c) => c.chat.completions.create({ ...ASK, temperature: NaN }), /temperature: number NaN/],
    ["infinity within", (c) => c.chute("me-echo").call("/x", { points: [{ x: 1 }, { x: -Infinity }] }), /points\.1\.x: number -Infinity/],
    ["a bigint", (c) => c.chute("me-echo").call("/x", { a: { b: 10n } }), /a\.b: bigint 10/],
    ["arguments that are a list", (c) => c.chute("me-echo").call("/x", [1]), /JSON object/],
    ["arguments that are bytes", (c) => c.chute("me-echo").call("/x", new Uint8Array(2)), /JSON object/],
    ["arguments that are a text", (c) => c.chute("me-echo").call("/x", "hello" as never), /JSON object/],
    ["no model", (c) => c.chat.completions.create({ messages: [] }), /model is missing/],
    ["an empty model", (c) => c.embeddings.create({ model: "", input: "a" }), /model is missing/],
    ["a list as model", (c) => c.chat.completions.create({ ...ASK, model: ["a"] as never }), /models/],
    ["a schema as format", (c) => c.chat.completions.create({ ...ASK, response_format: { "~standard": {} } }), /parse\(schema/],
    [
      "a definition to run",
      (c) => c.chat.completions.runTools({ ...ASK, tools: [{ type: "function", function: { name: "f" } } as never] }),
      /tool\(/,
    ],
  ];
  for (const [name, call, word] of calls)
    test(name, async () => {
      const { chutes, transport } = made([{}]);
      const error = await failure((async () => call(chutes))());
      assert.equal(error.kind, "config", String(error));
      assert.match(error.message, word);
      assert.equal(transport.requests.length, 0);
    });

  for (const path of ["/../x", "/%2e%2E/x", "/a%2f..%5Cx", "/a\\b", "/.\t./x", "/x#y", "/.. "])
    test(`the path ${JSON.stringify(path)}`, () => assert.throws(() => checkPath(path), /path/));
  for (const path of ["//x", "/a..b/...", "/a%20b%zz", "/x?next=/../y", "/ü"])
    test(`but not the path ${JSON.stringify(path)}`, () => checkPath(path));
});

test("one signal for many calls is no leak", async () => {
  const wire = await serve((socket) => socket.write(answer(200, "{}")));
  const warnings: string[] = [];
  const note = (warning: Error): void => void warnings.push(warning.name);
  process.on("warning", note);
  const { signal } = new AbortController();
  const chutes = client(wire);
  await Promise.all(Array.from({ length: 30 }, () => chutes.users.me({ signal })));
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", note);
  assert.deepEqual(warnings, []);
});

test("a closed client sends nothing more", async () => {
  const { chutes, transport } = made([{}]);
  chutes.close();
  assert.match((await failure(chutes.users.me())).message, /this client is closed/);
  assert.equal(transport.requests.length, 0);
});

test("a stream may be iterated without being awaited, and left", async () => {
  const events = ["a", "b"].map((content) => ({ choices: [{ index: 0, delta: { content } }] }));
  const { chutes } = made([{ events }, { events }, { status: 404, json: { detail: "no" } }]);
  const seen: unknown[] = [];
  for await (const chunk of chutes.chat.completions.stream(ASK)) seen.push(chunk.choices?.[0]?.delta?.content);
  assert.deepEqual(seen, ["a", "b"]);
  for await (const _chunk of chutes.chat.completions.stream(ASK)) break;
  const fail = async (): Promise<void> => {
    for await (const _event of chutes.chute("me-echo").stream("/x", {})) assert.fail();
  };
  assert.equal((await failure(fail())).kind, "not_found");
});

test("a page that was awaited can be iterated on", async () => {
  const page = (page: number) => ({ json: { items: [{ chute_id: String(page) }], total: 3, page, limit: 1 } });
  const { chutes, transport } = made([page(0), page(1), page(2)]);
  const first = await chutes.chutes.list({ limit: 1 });
  assert.deepEqual(JSON.parse(JSON.stringify(first)), page(0).json);
  const ids: string[] = [];
  for await (const chute of first) ids.push(chute.chute_id);
  assert.deepEqual(ids, ["0", "1", "2"]);
  assert.equal(transport.requests.length, 3);
});

test("lines of any length are read in one go, up to the limit of an event", async () => {
  const bytes = (text: string) => ({ bytes: Buffer.from(text) });
  const lines = async (text: string, maxEventBytes: number): Promise<string[]> => {
    const stream = await made([bytes(text)], { maxEventBytes })
      .chutes.chute("me-echo")
      .stream("/x", {});
    const found: string[] = [];
    for await (const line of stream.lines()) found.push(line);
    return found;
  };
  assert.deepEqual(await lines("a\r\n\nb\rc\nd", 10), ["a", "", "b\rc", "d"]);
  assert.equal((await failure(lines("x".repeat(11), 10))).kind, "too_large");
});

test("a body that takes longer to send than an answer may take to come is sent", async () => {
  const body = "x".repeat(24 * 1024 * 1024);
  let seen = 0;
  const server = net.createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (piece) => {
      seen += piece.length;
      socket.pause();
      setTimeout(() => socket.resume(), piece.length / 30_000); // 30 MB a second
      if (seen > body.length) socket.write(answer(200, "{}"));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
  const chutes = new Chutes({ apiKey: KEY, baseUrl: url, firstByteTimeoutMs: 400, maxRetries: 0 });
  const began = performance.now();
  await chutes.chute("me-echo").call("/x", { body });
  assert.ok(performance.now() - began > 450, "the upload was too fast to prove anything");
  chutes.close();
  server.close();
});

test("a key that was made is whole in its field and in JSON, and masked where it is looked at", async () => {
  const json = { api_key_id: "i", name: "n", secret_key: "cpk-of-a-tenant" };
  const made1 = await made([{ json }]).chutes.apiKeys.create({ name: "n", admin: false });
  assert.equal(made1.secret_key, json.secret_key);
  assert.deepEqual(JSON.parse(JSON.stringify(made1)), json);
  for (const text of [inspect(made1), inspect({ inner: [made1] }, { depth: 5 })]) {
    assert.ok(!text.includes("of-a-tenant"), text);
    assert.match(text, /secret_key: '\[redacted\]'/);
  }
});

test("a circle in a body is told by its place", async () => {
  const args: Record<string, unknown> = {};
  args["me"] = args;
  const { message } = await failure(Promise.resolve(made([]).chutes.chute("me-echo").call("/x", args)));
  assert.match(message, /cannot be written as JSON/);
});

test("null in a body is sent as it is", async () => {
  const { chutes, transport } = made([{}]);
  await chutes.chute("me-echo").call("/x", { a: null, b: "null", c: [null, 1.5] });
  assert.deepEqual(transport.requests[0]?.body, { a: null, b: "null", c: [null, 1.5] });
});

test("stream: false in create asks for what create does", async () => {
  const wire = await serve((socket) => socket.write(answer(200, PONG)));
  const message: ChatMessage | undefined = (await client(wire).chat.completions.create({ ...ASK, stream: false })).choices?.[0]?.message;
  assert.deepEqual(JSON.parse(wire.seen[0]?.body ?? ""), ASK);
  // An answer's message goes back as it came; this must compile.
  const params: ChatParams = { ...ASK, messages: [...ASK.messages, ...(message === undefined ? [] : [message])] };
  await client(wire).chat.completions.create(params);
  assert.equal((JSON.parse(wire.seen[1]?.body ?? "") as ChatParams).messages.length, 2);
});

test("a tool in the tools of create is sent as its definition", async () => {
  const parameters = { type: "object", properties: { city: { type: "string" } } };
  const weather = tool({ name: "weather", description: "d", parameters, run: () => 1 });
  const wire = await serve((socket) => socket.write(answer(200, PONG)));
  await client(wire).chat.completions.create({ ...ASK, tools: [weather] });
  const { tools } = JSON.parse(wire.seen[0]?.body ?? "") as { tools: unknown };
  assert.deepEqual(tools, [{ type: "function", function: { name: "weather", description: "d", parameters } }]);
  for (const init of [{ run: () => 1 }, { type: "function", function: { name: "x" } }, { name: "x" }, null])
    assert.throws(
      () => tool(init as never),
      (error: unknown) => ChutesError.is(error) && error.kind === "config",
    );
});

describe("a look-up", () => {
  const echo = { json: { chute_id: "c", name: "echo", slug: "me-echo" } };

  test("of one caller does not hold up another beyond its limits", async () => {
    const wire = await serve((socket, seen) => {
      if (line(seen).startsWith("POST")) socket.write(answer(200, "{}"));
      // The look-up itself is never answered.
    });
    const chute = client(wire).chute("me/echo");
    const first = failure(Promise.resolve(chute.call("/x", {}, { deadlineMs: 600 })));
    const began = performance.now();
    assert.equal((await failure(Promise.resolve(chute.call("/x", {}, { deadlineMs: 100 })))).kind, "timeout");
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 50);
    assert.equal((await failure(Promise.resolve(chute.call("/x", {}, { signal: abort.signal })))).kind, "cancelled");
    assert.ok(performance.now() - began < 500);
    assert.equal((await first).kind, "timeout");
    assert.equal(wire.seen.length, 1);
  });

  test("that its caller cancelled is made again by those who wait for it", async () => {
    const wire = await serve((socket, seen, index) => {
      if (line(seen).startsWith("POST")) socket.write(answer(200, '{"ok":1}'));
      else if (index > 0) socket.write(answer(200, JSON.stringify(echo.json)));
    });
    const chute = client(wire).chute("me/echo");
    const abort = new AbortController();
    const first = failure(Promise.resolve(chute.call("/x", {}, { signal: abort.signal })));
    const others = Promise.all([chute.call("/x", {}), chute.call("/x", {})]);
    setTimeout(() => abort.abort(), 50);
    assert.equal((await first).kind, "cancelled");
    assert.deepEqual(await others, [{ ok: 1 }, { ok: 1 }]);
    assert.deepEqual(wire.seen.map(line), ["GET /chutes/me/echo", "GET /chutes/me/echo", "POST /chute/me-echo/x", "POST /chute/me-echo/x"]);
  });
});

describe("files", () => {
  const named = (header: string) => filenameOf({ "content-disposition": header });

  test("a server's name is never hidden, and holds nothing that a terminal obeys", () => {
    assert.equal(named('attachment; filename=".bashrc"'), "bashrc");
    assert.equal(named('attachment; filename="../.ssh/. .keys"'), "keys");
    assert.equal(named('attachment; filename="\x1b[31mred"'), "[31mred");
    assert.equal(named('attachment; filename="..."'), undefined);
  });

  test("what is saved keeps the mode of what was there, and follows a link", async () => {
    const dir = await folder();
    const [secret, link] = [join(dir, "secret"), join(dir, "link")];
    await writeFile(secret, "before");
    await chmod(secret, 0o600);
    await symlink(secret, link);
    await new Binary(Buffer.from("after"), "text/plain").save(link);
    assert.equal(await readFile(secret, "utf8"), "after");
    assert.equal((await stat(secret)).mode & 0o777, 0o600);
    assert.ok((await lstat(link)).isSymbolicLink());
    const long = join(dir, "x".repeat(250));
    await new Binary(Buffer.from("long"), "text/plain").save(long);
    assert.deepEqual((await readdir(dir)).sort(), ["link", "secret", "x".repeat(250)]);
  });

  test("in a folder nothing is replaced, not even what appeared meanwhile", async () => {
    const dir = await folder();
    const wire = await serve((socket) => {
      const head = { "content-disposition": 'attachment; filename="a"', "content-type": "application/octet-stream" };
      socket.write(answer(200, "theirs", head));
    });
    const onProgress = (): void => void writeFileOnce();
    let wrote: Promise<void> | undefined;
    const writeFileOnce = () => (wrote ??= writeFile(join(dir, "a"), "mine"));
    const error = await failure(
      client(wire)
        .jobs.download("j", "f", dir, { onProgress })
        .then(async (path) => (await wrote, path)),
    );
    assert.equal(error.kind, "config");
    assert.match(error.message, /a exists already; give its whole path to replace it/);
    assert.equal(await readFile(join(dir, "a"), "utf8"), "mine");
    assert.deepEqual(await readdir(dir), ["a"]);
  });
});

test("what would be sent without its meaning is refused before anything is sent", async () => {
  const transport = scripted([]);
  const chutes = new Chutes({ apiKey: KEY, transport });
  const picture = imagePart(Buffer.from("\x89PNG\r\n\x1a\n", "latin1")); // not awaited
  const messages = [{ role: "user", content: [{ type: "text", text: "What is this?" }, picture as never] }];
  const { create } = chutes.chat.completions;
  const ask = create.bind(chutes.chat.completions, { model: "m", messages: [] });
  for (const [call, words] of [
    [chutes.chat.completions.create({ model: "m", messages }), /await it/],
    [ask({ ready: true as never }), /ready must be/],
    [ask({ extraBody: "x" as never }), /extraBody must be a plain object/],
    [ask({ extraQuery: new URLSearchParams("a=1") as never }), /extraQuery must be a plain object/],
    [ask({ extraHeaders: "x" as never }), /extraHeaders must be a plain object/],
    [chutes.chute("me-echo").call(undefined as never), /name the cord/],
    [chutes.audio.speech({ model: "kokoro", input: "Hi" } as never, undefined as never), /the text to speak/],
    [chutes.request(undefined as never, undefined as never), /path must begin/],
    [parseOutput(undefined as never, { jsonSchema: {} }), /takes a completion/],
    [parseOutput({ choices: [] } as never, undefined as never), /what should come out is missing/],
  ] as const) {
    const error = await failure(call as Promise<unknown>);
    assert.equal(error.kind, "config");
    assert.match(error.message, words);
  }
  assert.equal(transport.requests.length, 0);
});

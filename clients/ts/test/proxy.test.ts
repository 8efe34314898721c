import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { Chutes } from "../src/index.js";
import { proxyFor } from "../src/proxy_node.js";
import { answer, ASK, client, failure, KEY, PONG, serve } from "./helpers.js";

const NAMES = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"];
afterEach(() => NAMES.forEach((name) => delete process.env[name]));

const through = (url: string, environment: Record<string, string>): string | undefined => {
  const proxy = proxyFor(new URL(url), environment);
  return proxy && `${proxy.secure ? "https" : "http"}://${proxy.host}:${proxy.port}`;
};

describe("which proxy", () => {
  test("by scheme, lower case first, with a default port and scheme", () => {
    const both = { http_proxy: "http://a:1", HTTP_PROXY: "http://b:2", HTTPS_PROXY: "https://c" };
    assert.equal(through("http://x.test/", both), "http://a:1");
    assert.equal(through("https://x.test/", both), "https://c:443");
    assert.equal(through("http://x.test/", { HTTP_PROXY: "gateway.test" }), "http://gateway.test:80");
    assert.equal(through("http://x.test/", { https_proxy: "http://a:1", http_proxy: " " }), undefined);
    assert.equal(through("http://x.test/", { HTTP_PROXY: "http://a:1", REQUEST_METHOD: "GET" }), undefined);
  });

  const exempt = (url: string, no_proxy: string): boolean =>
    through(url, { http_proxy: "http://p:1", https_proxy: "http://p:1", no_proxy }) === undefined;

  for (const [url, list, wanted] of [
    ["http://localhost:8000/", "", true],
    ["http://127.4.5.6/", "", true],
    ["http://[::1]/", "", true],
    ["http://local.test/", "", false],
    ["http://a.test/", "b.test, a.test", true],
    ["http://x.a.test/", "a.test", true],
    ["http://xa.test/", "a.test", false],
    ["http://x.a.test/", ".a.test", true],
    ["http://x.a.test/", "*.A.test", true],
    ["http://a.test:81/", "a.test:81", true],
    ["http://a.test/", "a.test:81", false],
    ["https://a.test/", "a.test:443", true],
    ["http://a.test/", "*", true],
    ["http://10.1.2.3/", "10.0.0.0/8", true],
    ["http://11.1.2.3/", "10.0.0.0/8", false],
    ["http://[fd00::1]/", "fd00::/8", true],
    ["http://10.1.2.3/", "fd00::/8", false],
    ["http://10.1.2.3/", "10.1.2.3", true],
  ] as const) {
    test(`${url} with no_proxy=${list}`, () => assert.equal(exempt(url, list), wanted));
  }

  test("what is no proxy is a config error that does not show it", () => {
    for (const http_proxy of ["http://[::1", "socks9://u:secret@h:1", "not a proxy at all"]) {
      assert.throws(
        () => proxyFor(new URL("http://x.test"), { http_proxy }),
        (error: Error & { kind?: string }) => error.kind === "config" && !error.message.includes(http_proxy),
      );
    }
  });
});

describe("through a proxy", () => {
  const host = "http://chutes.test:8080";

  test("http: the whole URL, the host of the server, the proxy's credentials, one connection", async () => {
    const wire = await serve((socket) => socket.write(answer(200, PONG)));
    process.env["http_proxy"] = wire.url.replace("//", "//me:p%40ss@");
    const chutes = client({ url: host } as never);
    for (let at = 0; at < 3; at++) await chutes.chat.completions.create(ASK);
    assert.equal(wire.connections, 1);
    const { head } = wire.seen[0]!;
    assert.match(head, /^POST http:\/\/chutes\.test:8080\/llm\/v1\/chat\/completions HTTP/);
    assert.match(head, /\r\nhost: chutes\.test:8080\r\n/i);
    assert.match(head, new RegExp(`proxy-authorization: Basic ${Buffer.from("me:p@ss").toString("base64")}\r\n`, "i"));
    assert.match(head, /authorization: Bearer cpk_/i);
  });

  test("https: a tunnel that is refused is told once, and shows no key", async () => {
    const wire = await serve((socket) => socket.write("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n"));
    process.env["HTTPS_PROXY"] = wire.url;
    const error = await failure(new Chutes({ apiKey: KEY, baseUrl: "https://chutes.test" }).users.me());
    assert.deepEqual([error.kind, error.attempts], ["connection", 1]);
    assert.match(error.message, /refused the tunnel with status 407/);
    assert.match(wire.seen[0]!.head, /^CONNECT chutes\.test:443 HTTP/);
    assert.doesNotMatch(wire.seen[0]!.head, /cpk_/);
  });

  test("an abort while a tunnel is asked for closes its connection", async () => {
    const wire = await serve(() => undefined);
    process.env["HTTPS_PROXY"] = wire.url;
    const abort = new AbortController();
    const work = failure(new Chutes({ apiKey: KEY, baseUrl: "https://chutes.test" }).users.me({ signal: abort.signal }));
    setTimeout(() => abort.abort(), 50);
    assert.equal((await work).kind, "cancelled");
    await wire.untilClosed(1);
  });

  test("a proxy that is not there is a connection error that names it", async () => {
    process.env["http_proxy"] = "http://127.0.0.1:1";
    const error = await failure(client({ url: host } as never, { maxRetries: 0 }).users.me());
    assert.equal(error.kind, "connection");
    assert.match(error.message, /chutes\.test:8080 through the proxy 127\.0\.0\.1:1/);
  });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { Chutes, OAuth, Token, type OAuthOptions, type ProviderOptions } from "../src/index.js";
import { challengeOf } from "../src/oauth.js";
import { VirtualClock } from "../src/testing.js";
import { answer, failure, line, serve, type Seen, type Wire } from "./helpers.js";

const NOW = 1_764_000_000_000;
const SECRET = "csc-of-the-app";
const form = ({ body }: Seen): Record<string, string> => Object.fromEntries(new URLSearchParams(body));
const issued = (number: number, more: object = {}): string =>
  answer(200, JSON.stringify({ access_token: `access-${number}`, refresh_token: `refresh-${number}`, expires_in: 3600, ...more }));
const bearerOf = ({ head }: Seen): string | undefined => /authorization: (.*)/i.exec(head)?.[1];

function app(wire: Pick<Wire, "url">, options: Partial<OAuthOptions> = {}): OAuth {
  const seam = new VirtualClock({ nowMs: NOW, random: 0.5 });
  return new OAuth({
    clientId: "cid_x",
    clientSecret: SECRET,
    redirectUri: "http://localhost/cb?a=1",
    baseUrl: wire.url,
    seam,
    ...options,
  });
}

/** Answers the n-th token request with `token(n)`, once it resolves; every other with the Authorization that came. */
async function platform(token: (number: number) => string | Promise<string>): Promise<Wire & { asked: string[] }> {
  const asked: string[] = [];
  const wire = await serve((socket, seen) => {
    if (line(seen) !== "POST /idp/token") {
      socket.write(answer(200, JSON.stringify({ user_id: "u", username: bearerOf(seen) })));
      return;
    }
    asked.push(form(seen)["refresh_token"] ?? "");
    void Promise.resolve(token(asked.length)).then((text) => socket.write(text));
  });
  return Object.assign(wire, { asked });
}

/** A client whose token has `left` ms to live, on a clock of its own. */
function signedIn(wire: Wire, options: ProviderOptions = {}, left = 10_000) {
  const clock = new VirtualClock({ nowMs: NOW, random: 0.5 });
  const oauth = new OAuth({ clientId: "cid_x", clientSecret: SECRET, baseUrl: wire.url, seam: clock });
  const token = { accessToken: "access-0", refreshToken: "refresh-0", expiresAt: NOW + left };
  const chutes = new Chutes({ baseUrl: wire.url, auth: oauth.provider(token, options), seam: clock, maxRetries: 0 });
  return { clock, chutes, who: async (signal?: AbortSignal) => (await chutes.users.me({ signal })).username };
}

test("the challenge is that of RFC 7636, appendix B", async () => {
  assert.equal(await challengeOf("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
});

test("the authorize URL carries a challenge that fits, and draws its secrets anew", async () => {
  const oauth = app({ url: "http://127.0.0.1:9" });
  const made = await oauth.authorizeUrl(["profile", "chutes:invoke"], { extra: { prompt: "login" } });
  const url = new URL(made.url);
  assert.equal(url.origin + url.pathname, "http://127.0.0.1:9/idp/authorize");
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    response_type: "code",
    client_id: "cid_x",
    redirect_uri: "http://localhost/cb?a=1",
    scope: "profile chutes:invoke",
    state: made.state,
    code_challenge: await challengeOf(made.codeVerifier),
    code_challenge_method: "S256",
    prompt: "login",
  });
  assert.match(made.codeVerifier, /^[\w-]{64}$/);
  assert.match(made.state, /^[\w-]{32}$/);
  const again = await oauth.authorizeUrl(["profile"], { state: "mine" });
  assert.notEqual(again.codeVerifier, made.codeVerifier);
  assert.equal(again.state, "mine");
});

test("what cannot work is refused before anything is sent", async () => {
  const bare = app({ url: "http://127.0.0.1:9" }, { redirectUri: undefined });
  assert.match((await failure(bare.authorizeUrl(["profile"]))).message, /redirectUri/);
  const taken = app({ url: "http://127.0.0.1:9" }).authorizeUrl(["profile"], { extra: { code_challenge: "mine" } });
  assert.match((await failure(taken)).message, /code_challenge/);
  assert.throws(() => app({ url: "http://127.0.0.1:9" }, { clientId: " " }), /clientId/);
  assert.throws(() => new Token({ accessToken: "", expiresAt: NOW }), /access token/);
  assert.throws(() => new Token({ accessToken: "a", expiresAt: "soon" }), /when it expires/);
});

test("a code is exchanged once, by a form without a credential", async () => {
  const wire = await serve((socket) => socket.write(issued(1, { scope: "profile", token_type: "Bearer", later: [1] })));
  const token = await app(wire).exchange("c0de", "ver1fier");
  const expected = { accessToken: "access-1", refreshToken: "refresh-1", expiresAt: NOW + 3_600_000, scope: "profile" };
  assert.deepEqual(token, new Token(expected));
  const [sent] = wire.seen as [Seen];
  assert.equal(line(sent), "POST /idp/token");
  assert.match(sent.head, /content-type: application\/x-www-form-urlencoded/i);
  assert.equal(bearerOf(sent), undefined);
  assert.deepEqual(form(sent), {
    grant_type: "authorization_code",
    code: "c0de",
    redirect_uri: "http://localhost/cb?a=1",
    code_verifier: "ver1fier",
    client_id: "cid_x",
    client_secret: SECRET,
  });
});

test("a refusal is not repeated and shows no secret; nor is any other answer", async () => {
  for (const status of [400, 429, 503]) {
    const wire = await serve((socket, seen) =>
      socket.write(answer(status, JSON.stringify({ error: "invalid_grant", error_description: `no: ${seen.body}` }))),
    );
    const error = await failure(app(wire).refresh("refresh-0"));
    assert.equal(wire.seen.length, 1);
    if (status === 400) assert.deepEqual([error.kind, error.code], ["bad_request", "invalid_grant"]);
    assert.doesNotMatch(inspect(error, { depth: 9 }) + JSON.stringify(error) + String(error.stack), /refresh-0|csc-of-the-app/);
  }
});

test("a token is stored as it is and shown as none; an odd lifetime is an hour; no token is no success", async () => {
  const token = new Token({ accessToken: "cak_test", refreshToken: "crt_test", expiresAt: NOW });
  assert.deepEqual(new Token(JSON.parse(JSON.stringify(token)) as never), token);
  assert.doesNotMatch(inspect({ token }) + String(token), /cak_|crt_/);
  for (const lifetime of [null, "x", -1]) {
    const wire = await serve((socket) => socket.write(issued(1, { expires_in: lifetime, refresh_token: null })));
    const made = await app(wire).refresh("refresh-0");
    assert.deepEqual([made.expiresAt.getTime() - NOW, made.refreshToken], [3_600_000, "refresh-0"]);
  }
  const none = await serve((socket) => socket.write(answer(200, "{}")));
  assert.equal((await failure(app(none).refresh("r"))).kind, "unexpected_response");
});

test("revoking sends the refresh token of a token, else the access token", async () => {
  const wire = await serve((socket) => socket.write(answer(200, '{"revoked":true}')));
  await app(wire).revoke(new Token({ accessToken: "a", refreshToken: "r", expiresAt: NOW }));
  await app(wire).revoke("bare");
  assert.deepEqual(wire.seen.map(line), ["POST /idp/token/revoke", "POST /idp/token/revoke"]);
  assert.deepEqual(wire.seen.map(form), [
    { token: "r", client_id: "cid_x", client_secret: SECRET },
    { token: "bare", client_id: "cid_x", client_secret: SECRET },
  ]);
});

test("a token is used as it is until a minute before its end, and renewed by the one before", async () => {
  const wire = await platform((number) => issued(number));
  const stored: string[] = [];
  const { clock, who } = signedIn(wire, { onToken: (token) => void stored.push(token.accessToken) }, 60_000);
  assert.equal(await who(), "Bearer access-0");
  clock.advance(1);
  assert.equal(await who(), "Bearer access-1");
  clock.advance(3_540_000);
  assert.equal(await who(), "Bearer access-1");
  clock.advance(1);
  assert.equal(await who(), "Bearer access-2");
  assert.deepEqual(
    [wire.asked, stored],
    [
      ["refresh-0", "refresh-1"],
      ["access-1", "access-2"],
    ],
  );
});

test("one renewal serves all callers, and one that leaves stops nobody", async () => {
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const wire = await platform((number) => gate.then(() => issued(number)));
  const { who } = signedIn(wire);
  const stop = new AbortController();
  const leaving = failure(who(stop.signal));
  const others = Promise.all(Array.from({ length: 20 }, () => who()));
  while (wire.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  stop.abort();
  assert.equal((await leaving).kind, "cancelled");
  open();
  assert.deepEqual(new Set(await others), new Set(["Bearer access-1"]));
  assert.deepEqual(wire.asked, ["refresh-0"]);
});

test("a new token is stored before it is used", async () => {
  const wire = await platform((number) => issued(number));
  const order: string[] = [];
  const onToken = async (token: Token): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 10));
    order.push(`stored ${token.accessToken}, ${wire.seen.length} request`);
  };
  const { who } = signedIn(wire, { onToken });
  assert.deepEqual(await Promise.all([who(), who()]), ["Bearer access-1", "Bearer access-1"]);
  assert.deepEqual(order, ["stored access-1, 1 request"]);
});

test("a refused renewal reaches every caller and is tried anew with the old token", async () => {
  const wire = await platform((number) => (number === 1 ? answer(400, '{"error":"invalid_grant"}') : issued(number)));
  const { who } = signedIn(wire);
  const both = await Promise.all([failure(who()), failure(who())]);
  assert.deepEqual(
    both.map(({ kind }) => kind),
    ["bad_request", "bad_request"],
  );
  assert.equal(await who(), "Bearer access-2");
  assert.deepEqual(wire.asked, ["refresh-0", "refresh-0"]);
});

test("a token that was not stored is kept, told as config, and stored at the next call", async () => {
  const wire = await platform((number) => issued(number));
  const seen: string[] = [];
  const onToken = (token: Token): void => {
    seen.push(token.accessToken);
    if (seen.length === 1) throw new Error(`the disk is full: ${String(token.refreshToken)}`);
  };
  const { who } = signedIn(wire, { onToken });
  const error = await failure(who());
  assert.equal(error.kind, "config");
  assert.match(error.message, /could not be stored: the disk is full/);
  assert.doesNotMatch(error.message, /refresh-1/);
  assert.equal(await who(), "Bearer access-1");
  assert.equal(await who(), "Bearer access-1");
  assert.deepEqual([wire.asked, seen], [["refresh-0"], ["access-1", "access-1"]]);
});

test("what needs no credential, or has one of its own, renews nothing; a token without a refresh token is used as it is", async () => {
  const wire = await platform((number) => issued(number));
  const { chutes } = signedIn(wire);
  await chutes.users.growth().catch(() => undefined);
  await chutes.users.me({ extraHeaders: { Authorization: "Bearer other" } });
  assert.deepEqual(wire.seen.map(bearerOf), [undefined, "Bearer other"]);
  const auth = app(wire).provider({ accessToken: "last", expiresAt: 0 });
  assert.equal((await new Chutes({ baseUrl: wire.url, auth }).users.me()).username, "Bearer last");
  assert.deepEqual(wire.asked, []);
});

test("tokens of now and before stand in no error", async () => {
  const wire = await serve((socket, seen) =>
    socket.write(
      line(seen) === "POST /idp/token" ? issued(1) : answer(403, JSON.stringify({ detail: `no: ${String(bearerOf(seen))} access-0` })),
    ),
  );
  const error = await failure(signedIn(wire).who());
  assert.equal(error.kind, "permission_denied");
  assert.doesNotMatch(inspect(error, { depth: 9 }), /access-\d/);
});

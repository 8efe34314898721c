import assert from "node:assert/strict";
import { test } from "node:test";
import { predictChuteId, predictImageId, predictVersion } from "../src/index.js";
import { VirtualClock } from "../src/testing.js";
import type { ChuteArgs } from "../src/types/index.js";
import { answer, chunk, client, failure, LAST, line, path, serve, SSE_HEAD, type Wire } from "./helpers.js";

const ARGS: ChuteArgs = {
  name: "echo",
  image: "alice/tools:1.0",
  public: false,
  code: "print('hi')\n",
  filename: "app.py",
  ref_str: "app:chute",
  cords: [],
  node_selector: {},
};
const IMAGE = { image_id: "11111111-2222-4333-8444-555555555555", patch_version: "initial" };
const CHUTE_ID = predictChuteId("Alice", "echo");
const VERSION = predictVersion(IMAGE.image_id, IMAGE.patch_version, ARGS.code);
const json = (value: unknown, status = 200): string => answer(status, JSON.stringify(value));
const MISSING = json({ detail: "Chute not found, or does not belong to you" }, 404);

/** A platform with one account and one image; `chute` is the answer for the chute that is there, `post` that of the deployment. */
function platform(chute: string, post = json({ chute_id: CHUTE_ID, name: "echo", version: "new" })): Promise<Wire> {
  return serve((socket, seen) => {
    const to = line(seen);
    if (to === "GET /users/me") socket.write(json({ user_id: "u", username: "Alice" }));
    else if (to.startsWith("GET /images/")) socket.write(json(IMAGE));
    else if (to.startsWith("GET /chutes/")) socket.write(chute);
    else socket.write(post);
  });
}
const LOOKS = ["GET /users/me", "GET /images/alice/tools%3A1.0", `GET /chutes/${CHUTE_ID}`];
const there = (more: object = {}): string => json({ chute_id: CHUTE_ID, name: "echo", version: VERSION, public: false, ...more });

test("ids and versions are those of the platform", () => {
  // Python: uuid.uuid5(uuid.NAMESPACE_OID, …)
  assert.equal(predictChuteId("demo", "echo"), "b97d6f5b-8a23-5735-b8bf-2bd6f22d9165");
  assert.equal(predictChuteId("dämo", "x".repeat(200)), "8feeb622-ea9e-500f-bfcf-395255a84917");
  assert.equal(predictVersion("i", "initial", "é\n"), "a61955c2-dc72-5101-bddc-c786ee1994e5");
  assert.equal(predictImageId("Demo", "Tools", "1.0"), predictImageId("demo", "tools", "1.0"));
  assert.notEqual(predictChuteId("Demo", "echo"), predictChuteId("demo", "echo"));
});

test("the same version with the same visibility is not sent again, unless by force", async () => {
  const wire = await platform(there());
  const same = await client(wire).chutes.deploy(ARGS);
  assert.deepEqual([same.status, same.chute.version], ["unchanged", VERSION]);
  assert.deepEqual(wire.seen.map(line), LOOKS);
  const forced = await client(wire).chutes.deploy(ARGS, { force: true });
  assert.deepEqual([forced.status, forced.chute.version], ["updated", "new"]);
  assert.deepEqual(wire.seen.slice(3).map(line), [...LOOKS, "POST /chutes/"]);
});

const CHANGED: [name: string, chute: string, args: Partial<ChuteArgs>, status: string][] = [
  ["nothing there", MISSING, {}, "created"],
  ["other code", there({ version: "old" }), {}, "updated"],
  ["other visibility", there(), { public: true }, "updated"],
];
for (const [name, chute, args, status] of CHANGED) {
  test(`deploy: ${name} is ${status}`, async () => {
    const wire = await platform(chute);
    const made = await client(wire).chutes.deploy({ ...ARGS, ...args });
    assert.deepEqual([made.status, made.chute.version], [status, "new"]);
    assert.deepEqual(wire.seen.map(line), [...LOOKS, "POST /chutes/"]);
    assert.deepEqual(JSON.parse(wire.seen[3]?.body ?? ""), { ...ARGS, ...args });
  });
}

test("a fee is told in full and with its amount, and agreed to by acceptFee alone", async () => {
  const text = `There is a deployment fee of $1,234.50 for this. ${"Terms. ".repeat(400)}The end.`;
  const wire = await platform(MISSING, json({ detail: text }, 402));
  const error = await failure(client(wire).chutes.deploy(ARGS));
  assert.deepEqual([error.kind, error.fee], ["payment_required", 1234.5]);
  assert.ok(error.message.endsWith("The end."), "the text of a fee is not cut");
  await failure(client(wire).chutes.deploy(ARGS, { acceptFee: true }));
  const posts = wire.seen.map(line).filter((to) => to.startsWith("POST"));
  assert.deepEqual(posts, ["POST /chutes/", "POST /chutes/?accept_fee=true"]);
});

test("an image that is not there, a platform that fails: told as they are, and a deployment is sent once", async () => {
  const none = await serve((socket, seen) =>
    socket.write(path(seen) === "/users/me" ? json({ user_id: "u", username: "Alice" }) : json({ detail: "Image not found" }, 404)),
  );
  const error = await failure(client(none).chutes.deploy(ARGS));
  assert.deepEqual([error.kind, error.message, none.seen.length], ["not_found", "Image not found", 2]);
  const down = await platform(MISSING, json({ detail: "busy" }, 503));
  assert.equal((await failure(client(down).chutes.deploy(ARGS))).status, 503);
  assert.equal(down.seen.length, 4);
  const broken = await platform(json({ detail: "x" }, 403));
  assert.equal((await failure(client(broken).chutes.deploy(ARGS))).kind, "permission_denied");
  assert.equal(broken.seen.length, 3);
});

test("body, query and headers of the caller go with the deployment alone", async () => {
  const wire = await platform(MISSING);
  await client(wire).chutes.deploy(ARGS, { extraBody: { x: 1 }, extraQuery: { y: 2 }, extraHeaders: { "x-z": "3" } });
  assert.deepEqual(wire.seen.map(line), [...LOOKS, "POST /chutes/?y=2"]);
  assert.deepEqual(
    wire.seen.map(({ head }) => /x-z: 3/i.test(head)),
    [false, false, false, true],
  );
  assert.equal((JSON.parse(wire.seen[3]?.body ?? "") as { x: number }).x, 1);
});

const state = (status: string): string => `data: ${JSON.stringify({ status, log: `it is ${status}` })}\n\n`;
const events = (...states: string[]): string => `${SSE_HEAD}${states.map((one) => chunk(state(one))).join("")}${LAST}`;

test("waitReady follows the events, opens a broken stream again, and reports each", async () => {
  const wire = await serve((socket, _seen, index) => {
    if (index === 0) socket.write(SSE_HEAD + chunk(state("cold")), () => setTimeout(() => socket.destroy(), 10));
    else socket.write(events("cold", "hot"));
  });
  const told: (string | undefined)[] = [];
  const ready = await client(wire).chutes.waitReady(CHUTE_ID, { onProgress: ({ status }) => told.push(status) });
  assert.deepEqual(ready, { chute_id: CHUTE_ID, status: "hot" });
  assert.deepEqual(told, ["cold", "cold", "hot"]);
  assert.deepEqual(wire.seen.map(path), [`/chutes/warmup/${CHUTE_ID}`, `/chutes/warmup/${CHUTE_ID}`]);
});

test("waitReady by asking: as often as told, until hot", async () => {
  const clock = new VirtualClock({ random: 0.5 });
  const wire = await serve((socket, _seen, index) =>
    socket.write(json({ chute_id: CHUTE_ID, status: index < 2 ? "cold" : "hot", instance_count: index })),
  );
  const ready = await client(wire, { seam: clock }).chutes.waitReady("alice/echo", { pollIntervalMs: 2500 });
  assert.deepEqual([ready.status, ready.instance_count], ["hot", 2]);
  assert.deepEqual(clock.sleeps, [2500, 2500]);
  assert.equal(path(wire.seen[0] as never), "/chutes/warmup/alice/echo?quick=true");
});

test("waitReady ends by its time in both ways, and where the events end before hot", async () => {
  const cold = await serve((socket) => socket.write(json({ chute_id: CHUTE_ID, status: "cold" })));
  const clock = new VirtualClock({ random: 0.5 });
  const asked = await failure(client(cold, { seam: clock }).chutes.waitReady("x", { pollIntervalMs: 4000, deadlineMs: 10_000 }));
  assert.deepEqual([asked.kind, clock.sleeps], ["timeout", [4000, 4000, 2000]]);
  assert.match(asked.message, /last state: cold/);
  const ended = await serve((socket) => socket.write(events("cold")));
  assert.equal((await failure(client(ended).chutes.waitReady("x"))).kind, "timeout");
  assert.equal(ended.seen.length, 1);
  const silent = await serve((socket) => socket.write(SSE_HEAD + chunk(state("cold"))));
  const late = await failure(client(silent).chutes.waitReady("x", { deadlineMs: 50 }));
  assert.equal(late.kind, "timeout");
  assert.match(late.message, /did not become hot \(last state: cold\)/);
  await silent.untilClosed(1);
});

test("waitReady raises at once what no waiting will change", async () => {
  for (const [status, detail, kind] of [
    [503, "This chute is currently disabled.", "disabled"],
    [402, "balance too low", "payment_required"],
    [404, "No matching chute found!", "not_found"],
  ] as const) {
    for (const options of [{}, { pollIntervalMs: 10 }]) {
      const wire = await serve((socket) => socket.write(json({ detail }, status)));
      assert.equal((await failure(client(wire).chutes.waitReady("x", options))).kind, kind);
      assert.equal(wire.seen.length, 1);
    }
  }
});

test("build: one upload in the document's order, with what the server needs and the caller leaves out", async () => {
  const wire = await serve((socket, seen) => {
    if (path(seen) === "/users/me") socket.write(json({ user_id: "u", username: "Alice" }));
    else if (seen.head.startsWith("POST")) socket.write(json({ image_id: "i", status: "pending build" }, 202));
    else if (path(seen).endsWith("/logs")) socket.write(answer(200, "one\ntwo\n", { "content-type": "text/plain" }));
    else socket.write(json({ image_id: "i", status: "built and pushed" }));
  });
  const seen: (string | undefined)[] = [];
  const image = await client(wire).containerImages.build(
    { name: "tools", tag: "1.0", dockerfile: "FROM x\n", readme: "" },
    { onLog: ({ log }) => seen.push(log ?? undefined) },
  );
  assert.deepEqual([image.status, seen], ["built and pushed", ["one", "two"]]);
  assert.deepEqual(wire.seen.map(line), ["GET /users/me", "POST /images/", "GET /images/i/logs", "GET /images/i"]);
  const form = wire.seen[1]?.bytes.toString("latin1") ?? "";
  const parts = [...form.matchAll(/name="(\w+)"(; filename="chutes.zip"\r\nContent-Type: application\/zip)?\r\n\r\n([^]*?)\r\n--/g)];
  assert.deepEqual(
    parts.map(([, name, file, text]) => [name, file === undefined ? text : text?.length]),
    [
      ["wait", "false"],
      ["build_context", 22],
      ["username", "Alice"],
      ["name", "tools"],
      ["readme", "tools:1.0"],
      ["logo_id", "__none__"],
      ["tag", "1.0"],
      ["dockerfile", "FROM x\n"],
      ["image", "gAROLg=="],
      ["public", "false"],
    ],
  );
});

test("build without waiting, with a name of one's own, and of a context that is not there", async () => {
  const wire = await serve((socket) => socket.write(json({ image_id: "i", status: "pending build" }, 202)));
  const args = { name: "tools", tag: "1.0", dockerfile: "FROM x\n", username: "bob" };
  assert.equal((await client(wire).containerImages.build(args, { wait: false })).status, "pending build");
  assert.equal(wire.seen.length, 1);
  const error = await failure(client(wire).containerImages.build({ ...args, context: "/nowhere.zip" }));
  assert.equal(error.kind, "config");
  assert.equal(wire.seen.length, 1);
});

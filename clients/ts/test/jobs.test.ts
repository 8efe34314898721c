import assert from "node:assert/strict";
import { test } from "node:test";
import { jobState } from "../src/index.js";
import { VirtualClock } from "../src/testing.js";
import type { JobRun } from "../src/types/index.js";
import { answer, client, failure, line, serve } from "./helpers.js";

const ID = "7a1c0000-0000-4000-8000-000000000001";
const json = (value: unknown, status = 200): string => answer(status, JSON.stringify(value));
const run = (more: Partial<JobRun> = {}): JobRun => ({ job_id: "j", ...more });

const STATES: [state: string, run: JobRun][] = [
  ["queued", run()],
  ["queued", run({ finished_at: null, status: "pending" })],
  ["running", run({ active: true })],
  ["running", run({ instance_id: "i" })],
  ["error", run({ finished_at: "2026-05-26T12:00:00", result: { status: "error" }, status: "complete" })],
  ["partial_failure", run({ finished_at: "2026-05-26T12:00:00", status: "partial_failure" })],
  ["complete_pending_uploads", run({ finished_at: "2026-05-26T12:00:00", status: "complete_pending_uploads", result: {} })],
  ["complete", run({ finished_at: "2026-05-26T12:00:00" })],
  ["something new", run({ finished_at: "2026-05-26T12:00:00", status: "something new" })],
];
for (const [state, of] of STATES) test(`the state of ${JSON.stringify(of)} is ${state}`, () => assert.equal(jobState(of), state));

test("a job is started once: by id at once, by name after a look-up, with its disk space", async () => {
  const wire = await serve((socket, seen) =>
    socket.write(line(seen).startsWith("GET") ? json({ chute_id: ID, name: "trainer" }) : json({ job_id: "j" })),
  );
  const { jobs } = client(wire);
  assert.equal((await jobs.create(ID, "train", { epochs: 3 })).job_id, "j");
  await jobs.create("alice/trainer", "train", { epochs: 3 }, { diskGb: 50.5 });
  await jobs.create(ID, "train");
  assert.deepEqual(wire.seen.map(line), [
    `POST /jobs/${ID}/train`,
    "GET /chutes/alice/trainer",
    `POST /jobs/${ID}/train`,
    `POST /jobs/${ID}/train`,
  ]);
  assert.deepEqual(
    wire.seen.filter(({ body }) => body !== "").map(({ body }) => JSON.parse(body) as unknown),
    [{ epochs: 3 }, { epochs: 3, _disk_gb: 50.5 }, {}],
  );
  const down = await serve((socket) => socket.write(json({ detail: "busy" }, 503)));
  assert.equal((await failure(client(down).jobs.create(ID, "train"))).status, 503);
  assert.equal(down.seen.length, 1);
});

test("disk space out of range is refused before anything is sent", async () => {
  const wire = await serve((socket) => socket.write(json({})));
  for (const diskGb of [10, 1000, 0, -1, NaN]) {
    assert.equal((await failure(client(wire).jobs.create("alice/trainer", "train", {}, { diskGb }))).kind, "config");
  }
  assert.equal(wire.seen.length, 0);
});

test("wait asks every five seconds until the run has ended, whatever its state, and reports each answer", async () => {
  const clock = new VirtualClock({ random: 0.5 });
  const wire = await serve((socket, _seen, index) =>
    socket.write(json(index < 2 ? run({ active: index === 1 }) : run({ finished_at: "2026-05-26T12:00:00", status: "error" }))),
  );
  const told: string[] = [];
  const ended = await client(wire, { seam: clock }).jobs.wait("j", { onProgress: (now) => told.push(jobState(now)) });
  assert.equal(jobState(ended), "error");
  assert.deepEqual(
    [told, clock.sleeps],
    [
      ["queued", "running", "error"],
      [5000, 5000],
    ],
  );
});

test("wait ends by its time, by its signal, and by an error of the platform", async () => {
  const clock = new VirtualClock({ random: 0.5 });
  const wire = await serve((socket) => socket.write(json(run())));
  const late = await failure(client(wire, { seam: clock }).jobs.wait("j", { deadlineMs: 2500, pollIntervalMs: 1000 }));
  assert.deepEqual([late.kind, clock.sleeps], ["timeout", [1000, 1000, 500]]);
  assert.match(late.message, /last state: queued/);
  const stop = new AbortController();
  const left = client(wire, { seam: clock }).jobs.wait("j", { signal: stop.signal, onProgress: () => stop.abort() });
  assert.equal((await failure(left)).kind, "cancelled");
  const gone = await serve((socket) => socket.write(json({ detail: "Job not found" }, 404)));
  assert.equal((await failure(client(gone).jobs.wait("j"))).kind, "not_found");
  assert.equal((await failure(client(gone).jobs.wait("j", { pollIntervalMs: 0 }))).kind, "config");
});

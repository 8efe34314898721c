import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Chutes } from "../src/index.js";
import { scripted } from "../src/testing.js";

const { map } = new Chutes({ apiKey: "cpk_test", transport: scripted([]) });

async function all<T>(results: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of results) found.push(one);
  return found;
}

test("results come as they end, or in order; failures are values", async () => {
  const wait = async (ms: number): Promise<number> => {
    await sleep(ms);
    if (ms === 20) throw new Error("no");
    return ms * 2;
  };
  const ended = await all(map(wait, [60, 20, 1]));
  assert.deepEqual(
    ended.map(({ index, item, value }) => [index, item, value]),
    [
      [2, 1, 2],
      [1, 20, undefined],
      [0, 60, 120],
    ],
  );
  assert.equal((ended[1]?.error as Error).message, "no");
  assert.deepEqual(
    (await all(map(wait, [30, 20, 1], { ordered: true }))).map(({ index }) => index),
    [0, 1, 2],
  );
  assert.deepEqual(await all(map(wait, [])), []);
});

test("no more than so many at once, and none taken ahead of an endless list; leaving cancels what is open", async () => {
  let taken = 0;
  let open = 0;
  let most = 0;
  let cancelled = 0;
  let returned = false;
  async function* endless(): AsyncGenerator<number> {
    try {
      for (;;) yield taken++;
    } finally {
      returned = true;
    }
  }
  const work = async (item: number, signal: AbortSignal): Promise<number> => {
    most = Math.max(most, ++open);
    signal.addEventListener("abort", () => cancelled++);
    await sleep(item === 0 ? 5 : 50);
    open -= 1;
    return item;
  };
  for await (const { index } of map(work, endless(), { concurrency: 3 })) {
    assert.equal(index, 0);
    break;
  }
  assert.deepEqual([taken, most, returned, cancelled >= 2], [3, 3, true, true]);
});

test("a signal ends the map after what is open, and says so", async () => {
  const abort = new AbortController();
  const seen: number[] = [];
  const work = async (item: number, signal: AbortSignal): Promise<void> => (item === 2 ? abort.abort() : signal.throwIfAborted());
  await assert.rejects(
    async () => {
      for await (const { item } of map(work, [1, 2, 3, 4], { concurrency: 1, signal: abort.signal })) seen.push(item);
    },
    (error: { kind?: string }) => error.kind === "cancelled",
  );
  assert.deepEqual(seen, [1, 2]);
  async function* silent(): AsyncGenerator<number> {
    await new Promise(() => undefined);
  }
  const late = new AbortController();
  setTimeout(() => late.abort(), 20); // keeps the process alive, which the timer of AbortSignal.timeout does not
  await assert.rejects(all(map(String, silent(), { signal: late.signal })), /cancelled/);
});

test("a slow source holds back no results, and its failure comes after them", async () => {
  let last = 0;
  async function* slow(): AsyncGenerator<number> {
    yield 1;
    await sleep(60);
    throw new Error("dry");
  }
  const began = performance.now();
  await assert.rejects(async () => {
    for await (const _result of map(String, slow())) last = performance.now() - began;
  }, /dry/);
  assert.ok(last > 0 && last < 50, String(last));
});

test("refused", () => {
  for (const fn of [undefined, [1]])
    assert.throws(
      () => map(fn as never, [1]),
      (error: { kind?: string; message: string }) => error.kind === "config" && /a function first/.test(error.message),
    );
  for (const concurrency of [0, -1, 1.5])
    assert.throws(
      () => map(String, [1], { concurrency }),
      (error: { kind?: string }) => error.kind === "config",
    );
});

test("the bar is drawn on a terminal only", async () => {
  const { stderr } = process;
  const { isTTY, write } = stderr;
  const drawn: string[] = [];
  try {
    stderr.write = ((text: string) => drawn.push(text) > 0) as typeof stderr.write;
    stderr.isTTY = false;
    await all(map(String, [1, 2], { progress: true }));
    assert.deepEqual(drawn, []);
    stderr.isTTY = true;
    await all(map(String, [1, 2], { progress: true }));
  } finally {
    stderr.write = write;
    stderr.isTTY = isTTY;
  }
  assert.deepEqual(drawn, [
    "\r0/2 [------------------------]",
    "\r1/2 [############------------]",
    "\r2/2 [########################]",
    "\n",
  ]);
});

// Invocation in depth: structured output, tools, content, media, cords, traces, maps, costs.
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ChutesError, imagePart, isBinary, responseOf, tool, videoPart } from "chutes-client";
import { result } from "./mgmt.mjs";
import { defined, image, reported, sha256, Skip } from "./shared.mjs";

/** Longest data URL that is reported as it is. */
const SHOWN_CHARS = 200;

/** Runs `work` in a folder that lives as long. */
async function inFolder(work) {
  const folder = await mkdtemp(join(tmpdir(), "chutes-driver-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A source of a picture, sound or video as a call gives it. */
async function source(folder, given) {
  if (given.url !== undefined) return given.url;
  if (given.b64 !== undefined) return Buffer.from(given.b64, "base64");
  if (given.missing !== undefined) return join(folder, given.missing);
  if (given.fill !== undefined) {
    const head = Buffer.from(given.head_b64 ?? "", "base64");
    return Buffer.concat([head, Buffer.alloc(given.fill[1], given.fill[0])]);
  }
  if (given.path_b64 === undefined) throw new Skip(`no such source: ${Object.keys(given).join(", ")}`);
  const path = join(folder, given.filename ?? "file");
  await writeFile(path, Buffer.from(given.path_b64, "base64"));
  return path;
}

const bytesOf = (value) => ({ kind: "bytes", content_type: value.contentType, length: value.bytes.length, sha256: sha256(value.bytes) });

/** A result by its type. */
export function shaped(value) {
  if (typeof value === "string") return { kind: "text", text: value };
  return isBinary(value) ? bytesOf(value) : { kind: "json", json: value };
}

/** A tool that behaves as the call says. */
function behaving({ name, description, parameters, behave = {} }, timeoutMs) {
  const run = async (args, { signal }) => {
    if (behave.fail !== undefined) throw new Error(behave.fail);
    if (behave.sleep_ms !== undefined) await sleep(behave.sleep_ms, undefined, { signal });
    return behave.echo ? args : behave.return;
  };
  return tool(defined({ name, description, parameters, run, timeoutMs }));
}

export const step = ({ turn, calls }) => ({ turn, calls: calls.map(({ id, name, content, error }) => ({ id, name, content, error })) });

async function part({ args }) {
  return inFolder(async (folder) => {
    const from = await source(folder, args.source);
    const made = args.what === "video" ? await videoPart(from) : await imagePart(from, defined({ detail: args.detail }));
    const at = made[made.type];
    if (at.url.length <= SHOWN_CHARS) return { part: made };
    return { part: { ...made, [made.type]: { ...at, url: at.url.slice(0, 60) } }, length: at.url.length };
  });
}

/** Input of a media op: the helper's own fields, files as bytes, and where the answer goes. */
async function media({ args, options, call: { report }, run }, call) {
  const { chute, to, audio_b64: audio, image_b64: picture, ...rest } = args;
  const given = { audio: audio === undefined ? undefined : Buffer.from(audio, "base64"), image: picture === undefined ? undefined : Buffer.from(picture, "base64") };
  if (!to) {
    const value = await call(chute, rest, given, options);
    if (report) run.response = reported(responseOf(value));
    return isBinary(value) ? bytesOf(value) : { segments: value };
  }
  return inFolder(async (folder) => {
    let progress = [];
    const path = await call(chute, { ...rest, to: join(folder, "out.bin"), onProgress: (received, total) => (progress = [received, total ?? null]) }, given, options);
    const bytes = await readFile(path);
    return { kind: "bytes", length: bytes.length, sha256: sha256(bytes), progress };
  });
}

/** The handle of a chute: one per reference and session, so that a look-up and its cords are kept. */
export function handle({ client, args: { ref }, held }) {
  const handles = (held.handles ??= new Map());
  if (!handles.has(ref)) handles.set(ref, client.chute(ref));
  return handles.get(ref);
}

/** What an op of a cord is given: name or path, arguments, options. */
export async function cordCall(context) {
  const { args, options } = context;
  const chute = handle(context);
  if (args.resolve) await chute.cords(options);
  return [chute, [args.cord ?? args.path, args.json, defined({ ...options, method: args.method, validate: args.validate })]];
}

async function download(context) {
  const { args, options, run } = context;
  return inFolder(async (folder) => {
    let progress = [];
    const onProgress = (received, total) => (progress = [received, total ?? null]);
    try {
      const path = await handle(context).download(args.path, join(folder, "out.bin"), args.json, { ...options, onProgress });
      const bytes = await readFile(path);
      return { length: bytes.length, sha256: sha256(bytes), progress };
    } catch (error) {
      run.second = error;
      return { kept: (await readdir(folder)).sort() };
    }
  });
}

async function trace(context) {
  const { args, options } = context;
  const traced = await result(context, handle(context).trace(args.cord ?? args.path, args.json, options));
  const value = isBinary(traced.result) ? bytesOf(traced.result) : traced.result;
  return { entries: traced.entries, result: value, error: traced.error ?? null, timeline: traced.timeline() };
}

async function mapped({ client, args, options }) {
  const { calls, concurrency, ordered, take } = args;
  const results = [];
  if (take === 0) return { results };
  const ask = (one, signal) => client.chat.completions.create(one, { ...options, signal });
  const signal = options.signal;
  for await (const { index, value, error } of client.map(ask, calls, defined({ concurrency, ordered, signal }))) {
    if (error === undefined) results.push({ index, content: value.choices?.[0]?.message?.content });
    else results.push({ index, kind: ChutesError.is(error) ? error.kind : String(error) });
    if (results.length === take) break;
  }
  return { results };
}

/** Images, with pictures to work on and progress where the call asks for them. */
export async function pictures({ args }, work) {
  const { image: given, ...rest } = args;
  if (given === undefined) return work(rest);
  return inFolder(async (folder) => {
    const image = Array.isArray(given) ? await Promise.all(given.map((one) => source(folder, one))) : await source(folder, given);
    return work({ ...rest, image });
  });
}

export async function manyImages(context) {
  const { client, options } = context;
  return pictures(context, async ({ progress: wanted, return_errors: returnErrors, ...params }) => {
    const progress = [];
    const onProgress = wanted ? (done, total) => progress.push([done, total]) : undefined;
    const images = await client.images.generateMany(params, defined({ ...options, onProgress, returnErrors }));
    return { images: images.map((one) => (ChutesError.is(one) ? { kind: one.kind } : image(one))), ...(wanted ? { progress } : {}) };
  });
}

/** A JSON Schema as this client takes it. */
export const outputOf = ({ name, schema }) => defined({ name, jsonSchema: schema });

export const DEPTH = {
  "chat.parse": (context) => {
    const { output, ...args } = context.args;
    return result(context, context.client.chat.completions.parse(outputOf(output), args, context.options));
  },
  "chat.run_tools": async ({ client, args, options }) => {
    const { tools, max_turns: maxTurns, tool_timeout_ms: timeout, on_step: tell, ...params } = args;
    const made = tools.map((one) => behaving(one, timeout));
    const told = [];
    const onStep = tell ? (one) => void told.push(step(one)) : undefined;
    const { completion, messages, steps } = await client.chat.completions.runTools({ ...params, tools: made }, defined({ ...options, maxTurns, onStep }));
    return { completion, messages, steps: steps.map(step), ...(tell ? { told } : {}) };
  },
  "content.part": part,
  "audio.speech": (context) =>
    media(context, (chute, { text, ...params }, _given, options) => context.client.audio.speech(chute, text, params, options)),
  "audio.transcribe": (context) =>
    media(context, (chute, params, { audio }, options) => context.client.audio.transcribe(chute, audio, params, options)),
  "audio.music": (context) => media(context, (chute, params, _given, options) => context.client.audio.music(chute, params, options)),
  "video.generate": (context) =>
    media(context, (chute, params, { image: first }, options) => context.client.video.generate(chute, defined({ ...params, image: first }), options)),
  "chute.download": download,
  "chute.cords": async (context) => {
    const cords = await handle(context).cords(context.options);
    return { cords: cords.map(({ name, path, method, stream, contentType }) => ({ name, path, method, stream, content_type: contentType })) };
  },
  "chute.trace": trace,
  map: mapped,
  "models.cost": async ({ client, args, options }) => ({
    costs: await Promise.all(args.completions.map(async (one) => (await client.models.cost(one, options)) ?? null)),
  }),
};

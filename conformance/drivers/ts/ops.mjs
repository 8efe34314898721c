// One public method per op of the protocol.
import { randomUUID } from "node:crypto";
import { getEventListeners } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { inspect } from "node:util";
import { Decoder, parseOutput } from "chutes-client";
import { DEEP } from "./deep.mjs";
import { cordCall, DEPTH, handle, manyImages, outputOf, pictures, shaped } from "./depth.mjs";
import { MANAGEMENT, result } from "./mgmt.mjs";
import { image, model, reported, sha256, walk } from "./shared.mjs";

async function generate(context, images, args) {
  const { save, ...params } = args;
  const made = await result(context, images.generate(params, context.options));
  const final = image(made);
  if (save) {
    const path = join(tmpdir(), `chutes-${randomUUID()}`);
    await made.save(path);
    final.saved_sha256 = sha256(await readFile(path));
    await rm(path);
  }
  return final;
}

const chat = ({ client, args }) => {
  if (args.ref === undefined) return [client.chat, args];
  const { ref, ...rest } = args;
  return [client.chute(ref).chat, rest];
};

export const OPS = {
  "chat.create": (context) => result(context, context.client.chat.completions.create(context.args, context.options)),
  "chat.stream": async (context) => {
    const { output, ...args } = context.args;
    const final = await model(context, await context.client.chat.completions.stream(args, context.options));
    return output === undefined ? final : { ...final, parsed: await parseOutput(final, outputOf(output)) };
  },
  "completions.create": (context) => result(context, context.client.completions.create(context.args, context.options)),
  "completions.stream": async (context) => model(context, await context.client.completions.stream(context.args, context.options)),
  "embeddings.create": (context) => result(context, context.client.embeddings.create(context.args, context.options)),
  "models.list": async (context) => ({ items: (await result(context, context.client.models.list(context.options))).data }),
  "images.generate": (context) => pictures(context, (args) => generate(context, context.client.images, args)),
  "images.generate_many": manyImages,
  "chute.call": async (context) => {
    const [chute, call] = await cordCall(context);
    return shaped(await result(context, chute.call(...call)));
  },
  "chute.stream": async (context) => {
    const [chute, call] = await cordCall(context);
    const stream = await chute.stream(...call);
    const before = context.run.obs.length;
    return (await walk(context, stream, "event")) ? { count: context.run.obs.length - before - 2 } : null;
  },
  "chute.chat": async (context) => {
    const [where, args] = chat(context);
    if (context.call.consume === undefined) return result(context, where.completions.create(args, context.options));
    return model(context, await where.completions.stream(args, context.options));
  },
  "chute.image": (context) => {
    const { ref, ...args } = context.args;
    return generate(context, context.client.chute(ref).images, args);
  },
  "chute.embedding": ({ client, args: { ref, ...args }, options }) => client.chute(ref).embeddings.create(args, options),
  "chute.resolve": async (context) => {
    const { url, chuteId, slug, name } = await handle(context).resolve(context.options);
    return { url, chute_id: chuteId, slug, name };
  },
  "chute.warmup": async (context) => {
    const { client, args, options } = context;
    const chute = client.chute(args.ref);
    if (args.wait) return chute.waitReady(args.timeout_ms === undefined ? options : { ...options, deadlineMs: args.timeout_ms });
    let last = null;
    for await (const item of await chute.warmup(options)) last = item;
    return last === null ? null : { status: last.status };
  },
  ...MANAGEMENT,
  ...DEEP,
  ...DEPTH,
  request: async ({ client, args, options, call, run }) => {
    const { data, response } = await client.request(args.method, args.path, { ...options, query: args.query, json: args.json }).withResponse();
    if (call.report) run.response = reported(response);
    return { status: response.status, ...(typeof data === "string" ? { text: data } : { json: data }) };
  },
  "sse.decode": ({ args }) => {
    const decoder = new Decoder({ maxEventBytes: args.max_event_bytes });
    const events = args.slices.flatMap((slice) => decoder.feed(Buffer.from(slice, "base64")));
    decoder.finish();
    return { events: events.map(({ event, data, id }) => ({ event, data, id })), retry_ms: decoder.retry };
  },
  "signal.listeners": async ({ client, args: { calls, stream, ...args }, options, aborter: { signal } }) => {
    let warnings = 0;
    const warned = ({ name }) => void (warnings += name === "MaxListenersExceededWarning" ? 1 : 0);
    process.on("warning", warned);
    for (let n = 0; n < calls; n++) {
      if (!stream) {
        await client.chat.completions.create(args, { ...options, signal });
        continue;
      }
      const opened = await client.chat.completions.stream(args, { ...options, signal });
      if (n % 2 === 0) await opened.final();
      else for await (const _chunk of opened) break;
    }
    await setImmediate(); // warnings are told a turn later
    process.off("warning", warned);
    return { left: getEventListeners(signal, "abort").length, warnings, calls };
  },
  "stream.second_iteration": async (context) => {
    const stream = await context.client.chat.completions.stream(context.args, context.options);
    await walk(context, stream, "chunk");
    const final = await stream.final();
    try {
      for await (const _chunk of stream);
    } catch (error) {
      context.run.second = error;
    }
    return final;
  },
  "error.repr": async (context) => {
    const { client, args, options, run } = context;
    try {
      if (args.then === undefined) await client.chat.completions.create(args, options);
      else await OPS[args.then.op]({ ...context, args: args.then.args });
    } catch (error) {
      run.second = error;
      return { strings: [error, client].flatMap((value) => [String(value), inspect(value, { depth: 6, showHidden: true }), JSON.stringify(value) ?? "", value.stack ?? ""]) };
    }
    throw new Error("the call was expected to fail");
  },
};

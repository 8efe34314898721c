// Management methods by resource and method of the document: arguments in their order, results in wire shape.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isBinary } from "chutes-client";
import { HEADERS, OPERATIONS } from "./operations.mjs";
import { camel, reported, sha256, Skip, walk } from "./shared.mjs";

/** The inputs of a call, and what of the call holds them. */
const INPUTS = { path: "path", query: "query", body: "body", headers: "headers", args: "args", data: "data", fingerprint: "fingerprint", flag: "flags" };

/** A file as the call gives it; paths are written to a folder first. */
async function file(folder, given) {
  const named = { ...(given.filename === undefined ? {} : { filename: given.filename }), ...(given.content_type === undefined ? {} : { contentType: given.content_type }) };
  const path = join(folder, "f", given.filename ?? "file");
  if (given.missing) return path;
  const bytes = given.fill ? Buffer.alloc(given.fill[1], given.fill[0]) : Buffer.from(given.b64, "base64");
  if (given.as !== "path") return Object.keys(named).length === 0 ? bytes : { content: bytes, ...named };
  await writeFile(join(folder, given.filename ?? "file"), bytes);
  return { content: join(folder, given.filename ?? "file"), ...(given.content_type === undefined ? {} : { contentType: given.content_type }) };
}

/** Runs `work` with the files of a call, in a folder that lives as long. */
export async function withFiles(files, work) {
  if (files === undefined) return work(undefined);
  const folder = await mkdtemp(join(tmpdir(), "chutes-driver-"));
  try {
    const made = {};
    for (const [name, given] of Object.entries(files)) made[name] = await file(folder, given);
    return await work(made);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Calls a generated method with what the call gives, and nothing else. */
export function managed({ client, args, options }, files) {
  const name = `${args.resource}.${args.method}`;
  const inputs = OPERATIONS[name];
  const method = client[camel(args.resource)]?.[camel(args.method)];
  if (inputs === undefined || typeof method !== "function") throw new Skip(`no method ${name}`);
  const taken = new Set(inputs.map((input) => INPUTS[input.split(".")[0]]));
  for (const field of Object.values(INPUTS)) {
    if (args[field] !== undefined && args[field] !== null && !taken.has(field) && field !== "path") throw new Skip(`${name} takes no ${field}`);
  }
  const given = [];
  let last = options;
  for (const input of inputs) {
    const [kind, of] = input.split(".");
    if (kind === "path") given.push(args.path?.[of]);
    else if (kind === "body") given.push(files === undefined ? args.body : { ...args.body, ...files });
    else if (kind === "data") given.push(Buffer.from(args.data, "base64"));
    else if (kind === "headers") given.push(Object.fromEntries(Object.entries(args.headers ?? {}).map(([wire, value]) => [HEADERS[wire] ?? wire, value])));
    else if (kind === "flag") last = { ...options, ...(args.flags?.[of] === undefined ? {} : { [camel(of)]: args.flags[of] }) };
    else given.push(args[kind]);
  }
  return client[camel(args.resource)][camel(args.method)](...given, last);
}

export function wire(value) {
  if (typeof value === "string") return { text: value };
  if (Array.isArray(value)) return { items: value };
  if (isBinary(value)) return { content_type: value.contentType, length: value.bytes.length, sha256: sha256(value.bytes), filename: value.filename };
  return value;
}

/** A result, with its answer where the call asks for it. */
export async function result({ call, run }, promise) {
  if (call.report !== true) return promise;
  const { data, response } = await promise.withResponse();
  run.response = reported(response);
  return data;
}

export const MANAGEMENT = {
  mgmt: (context) =>
    withFiles(context.args.files, async (files) => {
      const { client, args, options } = context;
      const value = await result(context, managed(context, files));
      if (args.send_back === undefined) return wire(value);
      const { fields, body } = args.send_back;
      return client.chutes.create({ ...body, ...Object.fromEntries(fields.map((name) => [name, value[name]])) }, {}, options);
    }),
  "mgmt.list_all": async (context) => {
    const { see, args } = context;
    const { max_items: most, ...rest } = args;
    let count = 0;
    for await (const item of managed({ ...context, args: rest })) {
      see("item", { item });
      count += 1;
      if (most !== undefined && count >= most) {
        see("stopped");
        return { count };
      }
    }
    see("end");
    return { count };
  },
  "mgmt.stream": async (context) => {
    const stream = await managed(context);
    if (!(await walk(context, stream, "item"))) return null;
    const count = context.run.obs.filter(({ k }) => k === "item").length;
    return "offset" in stream ? { count, offset: stream.offset } : { count };
  },
};

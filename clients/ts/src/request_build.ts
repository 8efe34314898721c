/** Builds the requests of all calls: paths with parameters, queries, and the bodies that are no JSON. */
import type { CallOptions, Config } from "./config.js";
import { checkKey } from "./config.js";
import type { Deadline } from "./deadline.js";
import { ConfigError } from "./errors.js";
import { encodeMultipart, isSource } from "./multipart.js";
import { encodeBody, seal, within, type Call, type Guard, type Param, type Request } from "./request.js";
import { realSeam } from "./testing.js";
import { hashSource } from "#files";

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Joins literals and escaped parameters. */
export function joinPath(parts: readonly (string | Param)[]): string {
  return parts
    .map((part) => (typeof part === "string" ? part : escapeSegment(checkPathParam(part.name, part.value), part.keepSlash ?? false)))
    .join("");
}

/** Percent-escapes all but unreserved characters. */
export function escapeSegment(text: string, keepSlash = false): string {
  const whole = (piece: string): string =>
    encodeURIComponent(piece.replace(LONE_SURROGATE, "\ufffd")).replace(
      /[!'()*]/g,
      (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  return keepSlash ? text.split("/").map(whole).join("/") : whole(text);
}

/** Refuses what would change the path: `""`, `"."`, `".."`, also as a segment of a value that keeps its slashes. */
export function checkPathParam(name: string, value: string | number): string {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || text === "") throw new ConfigError(`the path parameter ${name} is empty`);
  const segments = text.split("/");
  if (segments.some((segment) => segment === "." || segment === "..")) {
    throw new ConfigError(`the path parameter ${name} may not be or hold "." or ".." as a segment`);
  }
  if (segments.length > 1 && segments.some((segment) => segment === ""))
    throw new ConfigError(`the path parameter ${name} has an empty segment`);
  return text;
}

/**
 * Refuses a path that a parser of URLs or a server would read as another: `.` and `..` as a segment (percent-encoded or behind a
 * backslash, too), a raw backslash, a control character, and `#`. Everything else is sent as it reads; what follows a `?` is free.
 */
export function checkPath(path: string): void {
  const odd = /[\\#\x00-\x1f\x7f]/.exec(path)?.[0];
  if (odd !== undefined) throw new ConfigError(`the path may not hold ${JSON.stringify(odd)}`);
  const plain = (path.split("?")[0] ?? "").replace(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  if (plain.split(/[\\/]/).some((segment) => /^\.\.?$/.test(segment.trim())))
    throw new ConfigError(`the path may have neither "." nor ".." as a segment`);
}

/** Encodes query parameters: undefined and null are left out, lists repeat the name. */
export function encodeQuery(query: Readonly<Record<string, unknown>>): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (item === undefined || item === null) continue;
      const text = typeof item === "object" ? JSON.stringify(item) : String(item as string | number | boolean);
      pairs.push(`${escapeSegment(name)}=${escapeSegment(text)}`);
    }
  }
  return pairs.join("&");
}

/** Encodes a form; absent and null fields are left out. */
export function encodeForm(body: Readonly<Record<string, unknown>>): Uint8Array {
  const pairs = Object.entries(body).filter(([, value]) => value !== undefined && value !== null);
  const text = new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, String(value as string | number | boolean)]));
  return new TextEncoder().encode(text.toString());
}

function checkGuard({ field, said, message }: Guard, body: Readonly<Record<string, unknown>>): void {
  const given = body[field] !== undefined && body[field] !== null;
  if (given === (said === true)) throw new ConfigError(message);
}

/** Encodes a body as its call wants it, and names its content type. */
async function encode(
  config: Config,
  call: Call,
  { extraBody: extra, signal }: CallOptions,
  deadline: Deadline,
): Promise<{ body?: Request["body"]; type?: string }> {
  const { body, bodyKind = "json", guard } = call;
  const fields = { ...(body as Record<string, unknown> | undefined), ...extra };
  if (guard !== undefined) checkGuard(guard, fields);
  switch (bodyKind) {
    case "form":
      return { body: encodeForm(fields), type: "application/x-www-form-urlencoded" };
    case "multipart": {
      const random = config.seam === realSeam ? undefined : () => config.seam.random();
      const reading = encodeMultipart(call.fields ?? [], call.files ?? [], fields, random);
      const plan = await within(reading, "the files to upload were not read", deadline, signal);
      return { body: plan, type: plan.contentType };
    }
    case "bytes":
      if (!(body instanceof Uint8Array)) throw new ConfigError(`the body of ${call.operationId} must be a Uint8Array`);
      if (extra !== undefined) throw new ConfigError("extraBody needs a JSON object as body");
      return { body, type: "application/octet-stream" };
    default: {
      const bytes = encodeBody(body, extra);
      return bytes === undefined ? {} : { body: bytes, type: "application/json" };
    }
  }
}

/** Builds a request: URL, headers and the body, encoded once. */
export async function build(config: Config, call: Call, options: CallOptions, deadline: Deadline): Promise<Request> {
  const base = call.base ?? config.endpoints[call.host ?? "api"];
  const query = encodeQuery({ ...call.query, ...options.extraQuery });
  const path = joinPath(call.path);
  const url = `${base}${path}${query === "" ? "" : `${path.includes("?") ? "&" : "?"}${query}`}`;
  const { body, type } = await encode(config, call, options, deadline);
  const credential = call.credential === undefined ? undefined : checkKey(call.credential, "the fingerprint");
  config.learned.add(credential);
  const bare = credential === undefined ? call : { ...call, headers: { ...call.headers, authorization: credential } };
  const request = seal(config, bare, options, url, body, type);
  let hash: Promise<string> | undefined;
  const once = isSource(body) ? () => hashSource(body) : request.bodyHash;
  return { ...request, unsigned: call.unsigned, bodyHash: () => (hash ??= once()) };
}

/** Lenient reading of answers. Unknown fields simply stay on the parsed object and are sent back with it. */
import { makeError, parseBody, requestIdOf, type ChutesError, type Kind } from "./errors.js";
import { isObject } from "./json.js";
import type { OpenResponse } from "./request.js";
import { writeWhole } from "#files";

/** Bytes of a JSON or image answer. */
export const MAX_JSON_BYTES = 256 * 1024 * 1024;

/** A known word, or any other: enums of the platform are open. */
export type OpenEnum<T extends string> = T | (string & {});

/** What is known of the answer behind a result. */
export interface ResponseInfo {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly requestId: string | undefined;
  /** Requests sent for this result, 1-based. */
  readonly attempts: number;
  /** Those requests, in order. */
  readonly history: readonly Attempt[];
  /** The model that was asked for this answer, where the call names one. */
  readonly model: string | undefined;
  /** The models of `models` that failed before it, and their kinds. */
  readonly tried: readonly (readonly [model: string, kind: Kind])[];
  /** Calls of the day; undefined where the platform does not tell (free and invoiced accounts, errors). */
  readonly quota: Quota | undefined;
  /** Requests per minute; undefined where the platform does not tell. */
  readonly rateLimit: RateLimit | undefined;
  /** Whether the account pays by invoice. */
  readonly invoiceBilling: boolean;
}

/** One request that was sent. */
export interface Attempt {
  /** From 1. */
  readonly number: number;
  /** Undefined where no answer came. */
  readonly status: number | undefined;
  /** What went wrong; undefined where nothing did. */
  readonly kind: Kind | undefined;
  /** Milliseconds until the next; 0 for the last. */
  waitMs: number;
}

/** Calls of the day, from the `X-Chutes-Quota-*` headers. `used` is before this call. */
export interface Quota {
  readonly total: number | undefined;
  readonly used: number | undefined;
  readonly remaining: number | undefined;
}

/** Requests per minute, from the `X-Chutes-RL-*` headers; undefined = unlimited or not told. */
export interface RateLimit {
  readonly user: number | undefined;
  readonly chute: number | undefined;
}

/** An answer that is neither JSON nor text. */
export class Binary {
  /** The bytes as they came. Not enumerable, so that no log shows them. */
  declare readonly bytes: Uint8Array;

  constructor(
    bytes: Uint8Array,
    /** Without parameters, such as `application/octet-stream`. */
    readonly contentType: string,
    /** The last path segment of the server's file name, where it gave one. */
    readonly filename?: string | undefined,
  ) {
    Object.defineProperty(this, "bytes", { value: bytes, enumerable: false });
  }

  /**
   * Writes the bytes to a file: whole or not at all, by way of a file beside it (Node, Deno and Bun).
   *
   * @example await (await client.jobs.file(jobId, fileId)).save("weights.bin");
   */
  async save(path: string): Promise<void> {
    await writeWhole(path, this.bytes);
  }
}

/** Makes a `Binary` of an answer. */
export function binary(bytes: Uint8Array, headers: Readonly<Record<string, string>>): Binary {
  const type = (headers["content-type"] ?? "").split(";")[0]?.trim() ?? "";
  return new Binary(bytes, type === "" ? "application/octet-stream" : type, filenameOf(headers));
}

/** The last path segment of the name in Content-Disposition: never a path, and no hidden file. */
export function filenameOf(headers: Readonly<Record<string, string>>): string | undefined {
  const value = headers["content-disposition"] ?? "";
  const extended = /;\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(value)?.[1];
  const plain = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(value);
  const given = extended === undefined ? (plain?.[1] ?? plain?.[2]) : unescaped(extended);
  const name = given
    ?.split(/[\\/]/)
    .at(-1)
    ?.replace(/[\x00-\x1f\x7f-\x9f]/g, "")
    .replace(/^[.\s]+/, "")
    .trimEnd();
  return name === "" ? undefined : name;
}

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * True for a `Binary`, to tell it from a JSON value.
 *
 * @example
 * const answer = await client.chute("me-kokoro").call("/speak", { text: "Hi" });
 * if (isBinary(answer)) await answer.save("hi.wav");
 */
export function isBinary(value: unknown): value is Binary {
  return typeof value === "object" && value !== null && (value as Binary).bytes instanceof Uint8Array && "contentType" in value;
}

const INFOS = new WeakMap<object, ResponseInfo>();

/** Remembers the answer behind a result, without touching the result. */
export function attachResponse<T>(result: T, info: ResponseInfo): T {
  if (typeof result === "object" && result !== null) INFOS.set(result, info);
  return result;
}

/**
 * The answer behind a result: status, headers, request id, attempts, quota. Undefined for strings and for
 * objects that no call returned; `.withResponse()` of a call gives both, also for strings.
 *
 * @example
 * const completion = await client.chat.completions.create(request);
 * console.log(responseOf(completion)?.attempts);
 */
export function responseOf(result: unknown): ResponseInfo | undefined {
  return typeof result === "object" && result !== null ? INFOS.get(result) : undefined;
}

/** Sums up an answer, but for what came before it. */
export function responseInfo(status: number, headers: Record<string, string>, attempts: number): ResponseInfo {
  const count = (name: string): number | undefined => {
    const value = headers[`x-chutes-${name}`]?.trim();
    return value === undefined || !/^\d+(?:\.\d+)?$/.test(value) ? undefined : Number(value);
  };
  const quota = { total: count("quota-total"), used: count("quota-used"), remaining: count("quota-remaining") };
  const limited = headers["x-chutes-rl-user"] !== undefined || headers["x-chutes-rl-chute"] !== undefined;
  return {
    status,
    headers,
    requestId: requestIdOf(headers),
    attempts,
    history: [],
    model: undefined,
    tried: [],
    quota: Object.values(quota).some((value) => value !== undefined) ? quota : undefined,
    rateLimit: limited ? { user: count("rl-user"), chute: count("rl-chute") } : undefined,
    invoiceBilling: /^true$/i.test(headers["x-chutes-invoice-billing"]?.trim() ?? ""),
  };
}

/** A promise of a result that can also give the answer behind it. */
export class ResultPromise<T> extends Promise<T> {
  readonly #full: Promise<{ data: T; response: ResponseInfo }>;

  constructor(full: Promise<{ data: T; response: ResponseInfo }>) {
    super((resolve, reject) => {
      full.then(({ data }) => resolve(data), reject);
    });
    this.#full = full;
  }

  /** Promises made by `then` are ordinary ones. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** The result together with status, headers, request id and attempts. */
  withResponse(): Promise<{ data: T; response: ResponseInfo }> {
    this.handled();
    return this.#full;
  }

  /** The failure is told by another way than this promise: it must not count as unhandled. */
  protected handled(): void {
    this.then(undefined, () => undefined);
  }
}

/** A promise of a stream, which may be iterated without being awaited first. */
export type StreamPromise<S extends AsyncIterable<unknown>> = Promise<S> & AsyncIterable<S extends AsyncIterable<infer T> ? T : never>;

/** Lets a stream that is under way be iterated at once. */
export function streamPromise<S extends AsyncIterable<unknown>>(work: Promise<S>): StreamPromise<S> {
  const iterate = async function* (): AsyncGenerator<unknown, void, undefined> {
    yield* await work;
  };
  return Object.assign(work, { [Symbol.asyncIterator]: iterate }) as StreamPromise<S>;
}

const ZONE = /(?:Z|[+-]\d{2}:?\d{2})$/i;

/**
 * Reads a timestamp of the platform, which is UTC where it names no zone.
 *
 * @example parseTimestamp("2026-05-26T12:00:00.123456").toISOString() // "2026-05-26T12:00:00.123Z"
 */
export function parseTimestamp(text: string): Date {
  const clean = text.trim().replace(" ", "T");
  return new Date(ZONE.test(clean) || !clean.includes("T") ? clean : `${clean}Z`);
}

const utf8 = new TextDecoder("utf-8");

/** Reads a 200 that must be JSON. Empty, HTML, broken JSON and a top-level `error` are `unexpected_response`. */
export function decodeJson(
  bytes: Uint8Array,
  info: ResponseInfo,
  secrets: readonly string[],
  wanted: "object" | "list" | "any" = "any",
): unknown {
  const text = utf8.decode(bytes).trim();
  if (text === "") throw unexpected(info, bytes, secrets, `the server answered ${info.status} without a body where JSON was due`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const html = text.startsWith("<") ? " (an HTML page)" : "";
    throw unexpected(
      info,
      bytes,
      secrets,
      `the server answered ${info.status} with something that is no JSON${html}: ${text.slice(0, 200)}`,
    );
  }
  const error = isObject(value) ? value["error"] : undefined;
  if (error !== undefined && error !== null)
    throw unexpected(info, bytes, secrets, `the server answered ${info.status} with an error inside: ${parseBody(bytes).message}`);
  const type = Array.isArray(value) ? "list" : value === null ? "null" : typeof value;
  if (wanted !== "any" && type !== wanted)
    throw unexpected(info, bytes, secrets, `the server answered with a JSON ${type} where an ${wanted} was due`);
  return value;
}

/** An answer that is not what was asked for. */
export function unexpected(info: ResponseInfo, raw: Uint8Array, secrets: readonly string[], message: string): ChutesError {
  return makeError("unexpected_response", message, { ...info, rawBody: raw, secrets });
}

/** An answer without what was asked for, and what it says instead. */
export function lacking(what: string, raw: Uint8Array, { info, secrets }: Pick<OpenResponse, "info" | "secrets">): ChutesError {
  const { message } = parseBody(raw, info.headers["content-type"]);
  return unexpected(info, raw, secrets, `the server answered ${info.status} without ${what}${message === "" ? "" : `: ${message}`}`);
}

/** Reads `data:image/png;base64,…`; undefined if it is none. */
export function parseDataUrl(text: string): Binary | undefined {
  const found = /^data:([^;,]*)((?:;[^;,]*)*),/i.exec(text);
  if (found === null) return undefined;
  const rest = text.slice(found[0].length);
  const contentType = found[1] === "" || found[1] === undefined ? "text/plain" : found[1];
  if (!/;base64$/i.test(found[2] ?? "")) return new Binary(new TextEncoder().encode(decodeURIComponent(rest)), contentType);
  const bytes = decodeBase64(rest);
  return bytes === undefined ? undefined : new Binary(bytes, contentType);
}

/** Decodes base64 strictly (white space, missing padding and the letters of URLs are allowed); undefined if it is none. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const bytes = decodePlain(text);
  if (bytes !== undefined) return bytes;
  const plain = text.replace(/\s+/g, "").replaceAll("-", "+").replaceAll("_", "/");
  return plain === text ? undefined : decodePlain(plain);
}

/** What a runtime may have that undoes base64 without a step per byte. */
const native = globalThis as {
  Buffer?: { from(memory: ArrayBuffer): { write(text: string, encoding: "base64"): number } };
  Uint8Array: { fromBase64?(text: string): Uint8Array };
};

/** Decodes base64 that holds nothing else; undefined for all other text. */
function decodePlain(text: string): Uint8Array | undefined {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const letters = text.length - padding;
  if (letters % 4 === 1 || (padding > 0 && text.length % 4 !== 0)) return undefined;
  try {
    if (native.Uint8Array.fromBase64 !== undefined) return native.Uint8Array.fromBase64(text);
    const bytes = new Uint8Array(Math.floor((letters * 3) / 4));
    // Buffer skips what is no letter: each one that it skips leaves the memory less than full.
    if (native.Buffer !== undefined) return native.Buffer.from(bytes.buffer).write(text, "base64") === bytes.length ? bytes : undefined;
    const decoded = atob(text);
    for (let at = 0; at < bytes.length; at++) bytes[at] = decoded.charCodeAt(at);
    return decoded.length === bytes.length ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** Encodes bytes as base64. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

/** The media type that the first bytes show (JPEG, PNG, WebP, GIF, MP4, WebM, WAV, MP3, FLAC, OGG), else undefined. */
export function sniffContentType(bytes: Uint8Array): string | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 12));
  if (head.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (head.startsWith("RIFF") && head.slice(8, 12) === "WEBP") return "image/webp";
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "image/gif";
  // The same container holds still pictures (AVIF, HEIC), which are no videos.
  if (head.slice(4, 8) === "ftyp") return /^(?:avi|hei|mif|msf|M4A)/.test(head.slice(8)) ? undefined : "video/mp4";
  if (head.startsWith("\x1a\x45\xdf\xa3")) return "video/webm";
  if (head.startsWith("RIFF") && head.slice(8, 12) === "WAVE") return "audio/wav";
  if (head.startsWith("ID3") || /^\xff[\xe2\xe3\xf2\xf3\xfa\xfb]/.test(head)) return "audio/mpeg";
  if (head.startsWith("fLaC")) return "audio/flac";
  return head.startsWith("OggS") ? "audio/ogg" : undefined;
}

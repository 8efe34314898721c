/** Multipart bodies: planned once with an exact length, streamed, and read again from the start wherever they must be sent again. */
import { ConfigError } from "./errors.js";
import { sniffContentType } from "./values.js";
import { openFile } from "#files";

/** A body that is not in memory as a whole. */
export interface BodySource {
  /** Exact length in bytes. */
  readonly length: number;
  /** The bytes from the start; may be called again. */
  chunks(): AsyncIterable<Uint8Array>;
}

/**
 * Where the bytes of a file come from: a path (Node, Deno and Bun), bytes, a `Blob` or `File`, or a function that opens them anew
 * each time it is called.
 */
export type FileContent = string | Uint8Array | Blob | (() => AsyncIterable<Uint8Array>);

/** A file with a name and a type of its own. */
export interface NamedFile {
  content: FileContent;
  /** Default: the name of the path or `File`, else that of the field. */
  filename?: string | undefined;
  /** Default: the type of the `Blob`, else by the first bytes, else `application/octet-stream`. */
  contentType?: string | undefined;
  /** Bytes of a function's content, where they are known; otherwise it is read once to count them. */
  size?: number | undefined;
}

/**
 * A file to upload. One that is missing or cannot be read is `config` before anything is sent; one that changes its length while it is
 * being sent is `config`, too.
 *
 * @example const { logo_id } = await client.logos.create({ logo: { content: "logo.png", contentType: "image/png" } });
 */
export type FileInput = FileContent | NamedFile;

/** A file that was found, with its length. */
export interface OpenedFile extends BodySource {
  readonly name?: string | undefined;
  readonly type?: string | undefined;
}

/** True for a body that has to be streamed. */
export function isSource(body: Uint8Array | MultipartBody | undefined): body is MultipartBody {
  return body !== undefined && !(body instanceof Uint8Array);
}

/** A planned multipart body. */
export interface MultipartBody extends BodySource {
  readonly contentType: string;
  /** All of it, for a transport that cannot stream. Rejects with the signal's reason when that fires. */
  blob(signal: AbortSignal): Promise<Blob>;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
/** What would end a quoted name or its header. */
const UNSAFE: Readonly<Record<string, string>> = { '"': "%22", "\r": "%0D", "\n": "%0A" };
const quoted = (name: string): string => `"${name.replace(/["\r\n]/g, (char) => UNSAFE[char] ?? char)}"`;

/** `chutes-client-` and 32 hexadecimal digits, from a cryptographic source unless `random` is given. */
function boundaryOf(random: (() => number) | undefined): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const digits = Array.from(bytes, (byte) => (random === undefined ? byte % 16 : Math.floor(random() * 16)).toString(16));
  return `chutes-client-${digits.join("")}`;
}

/**
 * Plans a multipart body: the named fields in their order, then whatever else is given; absent and null ones are left out.
 *
 * Throws `config` for a file that is missing or cannot be read.
 */
export async function encodeMultipart(
  fields: readonly string[],
  files: readonly string[],
  values: Readonly<Record<string, unknown>>,
  random?: () => number,
): Promise<MultipartBody> {
  const boundary = boundaryOf(random);
  const parts: (Uint8Array | BodySource)[] = [];
  for (const name of new Set([...fields, ...Object.keys(values)])) {
    const value = values[name];
    if (value === undefined || value === null) continue;
    const lead = `--${boundary}\r\nContent-Disposition: form-data; name=${quoted(name)}`;
    if (files.includes(name)) {
      const { file, filename, contentType } = await openInput(name, value as FileInput);
      parts.push(utf8(`${lead}; filename=${quoted(filename)}\r\nContent-Type: ${contentType}\r\n\r\n`), file, utf8("\r\n"));
    } else {
      const text = typeof value === "object" ? JSON.stringify(value) : String(value as string | number | boolean);
      parts.push(utf8(`${lead}\r\n\r\n${text}\r\n`));
    }
  }
  parts.push(utf8(`--${boundary}--\r\n`));
  const plan: MultipartBody = {
    contentType: `multipart/form-data; boundary=${boundary}`,
    length: parts.reduce((sum, part) => sum + part.length, 0),
    async *chunks() {
      for (const part of parts) {
        if (part instanceof Uint8Array) yield part;
        else yield* exactly(part);
      }
    },
    blob(signal) {
      return new Promise((resolve, reject) => {
        signal.throwIfAborted();
        signal.addEventListener("abort", () => reject(signal.reason as Error));
        whole(plan).then(resolve, reject);
      });
    },
  };
  return plan;
}

async function whole(body: BodySource): Promise<Blob> {
  const pieces: BlobPart[] = [];
  for await (const piece of body.chunks()) pieces.push(piece as BlobPart);
  return new Blob(pieces);
}

/** Refuses a file that has grown or shrunk since its length was told. */
async function* exactly(file: BodySource): AsyncGenerator<Uint8Array, void, undefined> {
  let sent = 0;
  for await (const piece of file.chunks()) {
    sent += piece.length;
    if (sent > file.length) break;
    yield piece;
  }
  if (sent !== file.length) throw new ConfigError("a file changed its length while it was being sent");
}

async function openInput(name: string, input: FileInput): Promise<{ file: BodySource; filename: string; contentType: string }> {
  const named: NamedFile = typeof input === "object" && "content" in input ? input : { content: input };
  const file = await open(name, named);
  const filename = named.filename ?? file.name ?? name;
  const given = named.contentType ?? (file.type === "" ? undefined : file.type);
  if (given !== undefined && /[^\x20-\x7e]/.test(given)) throw new ConfigError(`the content type of ${name} holds a control character`);
  return { file, filename, contentType: given ?? (await sniff(file)) };
}

async function open(name: string, { content, size }: NamedFile): Promise<OpenedFile> {
  if (typeof content === "string") return openFile(content);
  if (content instanceof Uint8Array) return { length: content.length, chunks: () => once(content) };
  if (typeof content === "function") return { length: size ?? (await count(content)), chunks: content };
  if (typeof Blob !== "undefined" && content instanceof Blob) {
    const filename: unknown = (content as { name?: unknown }).name;
    return {
      length: content.size,
      chunks: () => pieces(content),
      type: content.type,
      name: typeof filename === "string" ? filename : undefined,
    };
  }
  throw new ConfigError(`${name} must be a path, a Uint8Array, a Blob, a function that opens it, or { content, filename }`);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

/** The bytes of a Blob; not every runtime can iterate over a web stream. */
async function* pieces(blob: Blob): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = blob.stream().getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function count(content: () => AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const piece of content()) size += piece.length;
  return size;
}

async function sniff(file: BodySource): Promise<string> {
  for await (const piece of file.chunks()) return sniffContentType(piece) ?? "application/octet-stream";
  return "application/octet-stream";
}

/** Images and videos as parts of a message, and the limits that the platform sets them. */
import { ConfigError } from "./errors.js";
import { concat } from "./sse.js";
import { decodeBase64, encodeBase64, sniffContentType } from "./values.js";
import { openFile } from "#files";

/** Bytes of one image or video. */
export const MAX_MEDIA_BYTES = 100 * 1024 * 1024;
/** Images and videos in the messages of one call. */
export const MAX_MEDIA_PARTS = 8;

/** A picture or video: bytes, a `Blob`, a path (Node, Deno and Bun), an http(s) URL or a data URL. */
export type MediaSource = Uint8Array | Blob | string | URL;

/** A part of a message that shows an image. */
export interface ImagePart {
  type: "image_url";
  image_url: { url: string; detail?: string };
}

/** A part of a message that shows a video. */
export interface VideoPart {
  type: "video_url";
  video_url: { url: string };
}

type What = "image" | "video";

const KNOWN: Readonly<Record<What, string>> = { image: "PNG, JPEG, WebP or GIF", video: "MP4 or WebM" };

/**
 * Makes an image a part of a message. Bytes and files become data URLs; a URL is fetched by the server.
 *
 * Throws `config` for what is no image, a file that is missing or larger than 100 MiB, and a URL that the server would not fetch.
 *
 * @example
 * const content = [{ type: "text", text: "What is this?" }, await imagePart("cat.png", { detail: "low" })];
 * await client.chat.completions.create({ model, messages: [{ role: "user", content }] });
 */
export async function imagePart(source: MediaSource, { detail }: { detail?: string | undefined } = {}): Promise<ImagePart> {
  return { type: "image_url", image_url: { url: await urlOf("image", source), ...(detail === undefined ? {} : { detail }) } };
}

/**
 * Makes a video a part of a message; as `imagePart`.
 *
 * @example const part = await videoPart("https://example.com/clip.mp4");
 */
export async function videoPart(source: MediaSource): Promise<VideoPart> {
  return { type: "video_url", video_url: { url: await urlOf("video", source) } };
}

async function urlOf(what: What, source: MediaSource): Promise<string> {
  const text = source instanceof URL ? source.href : source;
  if (typeof text === "string") {
    if (/^data:/i.test(text)) return checkedData(what, text);
    if (/^https?:/i.test(text)) return checkedUrl(what, text);
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) throw new ConfigError(`the ${what} must be bytes, a path, an http(s) URL or a data URL`);
  }
  return dataUrl(what, await bytesOf(what, text));
}

function tooLarge(what: string): ConfigError {
  return new ConfigError(`the ${what} is larger than ${MAX_MEDIA_BYTES} bytes, the most that the platform takes`);
}

/** Bytes of a source that is no URL; a file's size is looked at before it is read. */
export async function bytesOf(what: string, source: MediaSource): Promise<Uint8Array> {
  if (source instanceof Uint8Array) {
    if (source.length > MAX_MEDIA_BYTES) throw tooLarge(what);
    return source;
  }
  if (typeof Blob !== "undefined" && source instanceof Blob) {
    if (source.size > MAX_MEDIA_BYTES) throw tooLarge(what);
    return new Uint8Array(await source.arrayBuffer());
  }
  if (typeof source !== "string" || source === "") throw new ConfigError(`the ${what} must be bytes, a path, an http(s) URL or a data URL`);
  const file = await openFile(source);
  if (file.length > MAX_MEDIA_BYTES) throw tooLarge(what);
  const pieces: Uint8Array[] = [];
  for await (const piece of file.chunks()) pieces.push(piece);
  return concat(pieces);
}

function dataUrl(what: What, bytes: Uint8Array): string {
  const type = sniffContentType(bytes);
  if (type?.startsWith(`${what}/`) !== true) throw new ConfigError(`this is no ${what} that a model can read: give ${KNOWN[what]}`);
  return `data:${type};base64,${encodeBase64(bytes)}`;
}

function checkedData(what: What, url: string): string {
  const found = /^data:([^;,]*)((?:;[^;,]*)*),/i.exec(url);
  if (found?.[1]?.toLowerCase().startsWith(`${what}/`) !== true) throw new ConfigError(`the data URL holds no ${what}`);
  const rest = url.length - (found?.[0].length ?? 0);
  const base64 = /;base64$/i.test(found?.[2] ?? "");
  if ((base64 ? Math.floor((rest * 3) / 4) - 2 : rest) > MAX_MEDIA_BYTES) throw tooLarge(what);
  if (base64 && decodeBase64(url.slice(url.length - rest)) === undefined) throw new ConfigError(`the data URL of the ${what} is no base64`);
  return url;
}

/** The server fetches a URL by itself, from port 80 or 443 and without credentials. */
function checkedUrl(what: What, text: string): string {
  let url: URL;
  try {
    if (!/^https?:\/\/[^/]/i.test(text)) throw new Error("no host");
    url = new URL(text);
  } catch {
    throw new ConfigError(`the URL of the ${what} is no URL`);
  }
  if (url.username !== "" || url.password !== "") throw new ConfigError(`the URL of the ${what} may hold no user name or password`);
  if (!["", "80", "443"].includes(url.port))
    throw new ConfigError(`the URL of the ${what} must be on port 80 or 443: the server takes no other`);
  return text;
}

/** An input of an endpoint that takes base64 in its JSON: bytes, a path or a data URL. A picture must be one. */
export async function base64Of(what: "image" | "sound", source: MediaSource): Promise<string> {
  const text = source instanceof URL ? source.href : source;
  const bytes = typeof text === "string" && /^[a-z][a-z0-9+.-]+:/i.test(text) ? bytesOfUrl(what, text) : await bytesOf(what, text);
  if (what === "image" && sniffContentType(bytes)?.startsWith("image/") !== true)
    throw new ConfigError(`this is no image that a chute can read: give ${KNOWN.image}`);
  return encodeBase64(bytes);
}

function bytesOfUrl(what: string, url: string): Uint8Array {
  const found = /^data:[^,]*;base64,/i.exec(url);
  if (found === null) throw new ConfigError(`this endpoint takes the ${what} itself: give bytes, a path or a data URL`);
  const bytes = decodeBase64(url.slice(found[0].length));
  if (bytes === undefined) throw new ConfigError(`the data URL of the ${what} is no base64`);
  return bytes;
}

/** Refuses more images and videos than the platform takes in one call. */
export function checkParts(messages: unknown): void {
  if (!Array.isArray(messages)) return;
  let count = 0;
  for (const message of messages as { content?: unknown }[]) {
    for (const part of Array.isArray(message?.content) ? (message.content as { type?: unknown }[]) : [])
      if (part?.type === "image_url" || part?.type === "video_url") count += 1;
  }
  if (count > MAX_MEDIA_PARTS)
    throw new ConfigError(`there are ${count} images and videos in these messages: the platform takes ${MAX_MEDIA_PARTS}`);
}

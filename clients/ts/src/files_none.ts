/** Where there are no files: browsers and edge runtimes. */
import { ConfigError } from "./errors.js";
import type { PartFile } from "./files_node.js";
import { toHex } from "./hex.js";
import type { BodySource, OpenedFile } from "./multipart.js";
import { concat } from "./sse.js";

const none = (path: string, what: string): ConfigError => new ConfigError(`this runtime has no files, so ${path} cannot be ${what}`);

export function beginFile(path: string, _fresh?: boolean): Promise<PartFile> {
  return Promise.reject(none(path, "written: use .bytes"));
}

export function writeWhole(path: string, _bytes: Uint8Array): Promise<void> {
  return Promise.reject(none(path, "written: use .bytes or .dataUrl()"));
}

export function checkTarget(path: string): Promise<"file" | "folder"> {
  return Promise.reject(none(path, "written: use .bytes"));
}

export function within(folder: string, name: string): string {
  return `${folder}/${name}`;
}

export function openFile(path: string): Promise<OpenedFile> {
  return Promise.reject(none(path, "read: give a Blob or a Uint8Array"));
}

/** There is no digest by pieces here: the body is put together first. */
export async function hashSource(source: BodySource): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source.chunks()) pieces.push(piece);
  const digest = await crypto.subtle.digest("SHA-256", concat(pieces) as BufferSource);
  return toHex(new Uint8Array(digest));
}

export function readConfig(path: string | undefined, ..._below: string[]): { path: string; text: string } {
  throw none(path ?? "the configuration file", "read: give the seed itself");
}

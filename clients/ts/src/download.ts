/** Answers that are written to a file as they come: whole under their name, or not at all. */
import { ConfigError } from "./errors.js";
import { bodyError, consume, type OpenResponse } from "./request.js";
import { cancelled } from "./testing.js";
import { filenameOf } from "./values.js";
import { beginFile, checkTarget, within } from "#files";

/** Most bytes between two reports of progress. */
export const CHUNK_BYTES = 64 * 1024;

/** Told at least once per 64 KiB and at the end; `total` is undefined where the server does not tell the length. */
export type DownloadProgress = (received: number, total: number | undefined) => void;

/**
 * Writes an answer to a file (Node, Deno and Bun): under a temporary name beside it, made lasting, then renamed.
 *
 * `to` may be a folder: the file then has the server's name, else `fallback`, and replaces none that is there (`config`). Throws `config` where its folder does not exist, before
 * anything is sent; whatever fails later leaves nothing behind.
 */
export async function download(
  send: () => Promise<OpenResponse>,
  to: string,
  fallback: string,
  { onProgress, signal }: { onProgress?: DownloadProgress | undefined; signal?: AbortSignal | undefined } = {},
): Promise<string> {
  if (typeof to !== "string" || to === "") throw new ConfigError("the path to download to is empty");
  const kind = await checkTarget(to);
  const open = await send();
  return consume(open, () => write(open, kind, to, fallback, onProgress, signal));
}

/** Writes an open answer. */
async function write(
  open: OpenResponse,
  kind: "file" | "folder",
  to: string,
  fallback: string,
  onProgress: DownloadProgress | undefined,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { headers } = open.info;
  const name = filenameOf(headers) ?? (fallback.split(/[\\/]/).at(-1) || "download");
  const path = kind === "folder" ? within(to, name) : to;
  const coded = /^(?!\s*(?:identity)?\s*$)/.test(headers["content-encoding"] ?? "");
  const length = headers["content-length"];
  const total = length === undefined || coded || !/^\d+$/.test(length) ? undefined : Number(length);
  let received = 0;
  try {
    const file = await beginFile(path, kind === "folder");
    try {
      for (let bytes = await open.body.read(); bytes !== null; bytes = await open.body.read()) {
        await file.write(bytes);
        for (let at = 0; at < bytes.length; at += CHUNK_BYTES) onProgress?.((received += Math.min(CHUNK_BYTES, bytes.length - at)), total);
      }
      if (received === 0) onProgress?.(0, total);
      // An answer that has arrived as a whole no longer hears its signal, but its file has no name yet.
      if (signal?.aborted === true) throw cancelled(signal, open.info.attempts);
      await file.commit();
    } finally {
      await file.discard();
    }
  } catch (error) {
    open.body.close();
    throw bodyError(error, open);
  }
  return path;
}

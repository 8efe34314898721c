/** Files, where there are any: Node, Deno and Bun. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { lstat, open, realpath, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { ChutesError, ConfigError } from "./errors.js";
import type { BodySource, OpenedFile } from "./multipart.js";

/** Bytes read from a file at a time. */
const READ_BYTES = 64 * 1024;
const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** A file that is being written under a temporary name. */
export interface PartFile {
  write(bytes: Uint8Array): Promise<void>;
  /** Makes it last and gives it its name. */
  commit(): Promise<void>;
  /** Leaves nothing behind. Safe to call again. */
  discard(): Promise<void>;
}

/**
 * Begins a file beside the one it will become; that one stays as it is until the new one is whole, and its mode is kept. With `fresh`
 * there may be none: `config`.
 */
export async function beginFile(path: string, fresh = false): Promise<PartFile> {
  const refused = (cause: unknown): ConfigError =>
    ChutesError.is(cause) ? cause : new ConfigError(`the file ${path} cannot be written: ${reason(cause)}`, { cause });
  if (fresh && (await lstat(path).catch(() => undefined)) !== undefined) throw taken(path);
  // What a link leads to is replaced, not the link.
  const target = await realpath(path).catch(() => path);
  const before = await stat(target).catch(() => undefined);
  const beside = join(dirname(target), `.chutes-${Math.random().toString(36).slice(2, 12)}.tmp`);
  const file = await open(beside, "wx", before === undefined ? 0o666 : before.mode & 0o777).catch((cause: unknown) => {
    throw refused(cause);
  });
  let closed = false;
  const discard = async (): Promise<void> => {
    if (!closed) await file.close().catch(() => undefined);
    closed = true;
    await rm(beside, { force: true }).catch(() => undefined);
  };
  return {
    async write(bytes) {
      try {
        for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
      } catch (cause) {
        throw refused(cause);
      }
    },
    async commit() {
      try {
        await file.sync();
        await file.close();
        closed = true;
        if (fresh) await claim(path);
        await rename(beside, target);
      } catch (cause) {
        await discard();
        throw refused(cause);
      }
    },
    discard,
  };
}

const taken = (path: string): ConfigError => new ConfigError(`${path} exists already; give its whole path to replace it`);

/** Takes a name that must be free. */
async function claim(path: string): Promise<void> {
  const file = await open(path, "wx").catch((cause: unknown) => {
    throw (cause as { code?: unknown }).code === "EEXIST" ? taken(path) : cause;
  });
  await file.close();
}

/** Writes a file whole or not at all: into a file beside it, which then takes its name. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const file = await beginFile(path);
  try {
    await file.write(bytes);
    await file.commit();
  } finally {
    await file.discard();
  }
}

/** Whether a target is a folder; refuses one whose folder does not exist. */
export async function checkTarget(path: string): Promise<"file" | "folder"> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) return "folder";
  const parent = await stat(dirname(path)).catch(() => undefined);
  if (parent?.isDirectory() !== true) throw new ConfigError(`there is no folder ${dirname(path)} to write ${basename(path)} into`);
  return "file";
}

/** The path of a name in a folder. */
export function within(folder: string, name: string): string {
  return join(folder, name);
}

/** Finds a file to upload; each reading begins at its start. */
export async function openFile(path: string): Promise<OpenedFile> {
  const refused = (cause: unknown): ConfigError => new ConfigError(`the file ${path} cannot be read: ${reason(cause)}`, { cause });
  let length: number;
  try {
    const file = await open(path, "r");
    try {
      const found = await file.stat();
      if (!found.isFile()) throw new Error("it is no regular file");
      length = found.size;
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw refused(cause);
  }
  return { length, name: basename(path), chunks: () => readFrom(path, refused) };
}

async function* readFrom(path: string, refused: (cause: unknown) => ConfigError): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await open(path, "r").catch((cause: unknown) => {
    throw refused(cause);
  });
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read({ buffer: new Uint8Array(READ_BYTES), position: null }).catch((cause: unknown) => {
        throw refused(cause);
      });
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** SHA-256 of a streamed body in hexadecimal. */
export async function hashSource(source: BodySource): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of source.chunks()) hash.update(piece);
  return hash.digest("hex");
}

/** Text of a file below the home folder, or of a path. */
export function readConfig(path: string | undefined, ...below: string[]): { path: string; text: string } {
  const found = path ?? join(homedir(), ...below);
  try {
    return { path: found, text: readFileSync(found, "utf8") };
  } catch (cause) {
    throw new ConfigError(`the file ${found} cannot be read: ${reason(cause)}`, { cause });
  }
}

/** Writing files where there are any: Node, Deno and Bun. */
import { open, rename, rm } from "node:fs/promises";
import { ConfigError } from "./errors.js";

/** Writes a file whole or not at all: into a file beside it, which then takes its name. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const beside = `${path}.${Math.random().toString(36).slice(2, 10)}.tmp`;
  try {
    const file = await open(beside, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw new ConfigError(`the file ${path} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Where there are no files to write: browsers and edge runtimes. */
import { ConfigError } from "./errors.js";

export function writeWhole(path: string, _bytes: Uint8Array): Promise<void> {
  return Promise.reject(new ConfigError(`this runtime has no files, so ${path} cannot be written: use .bytes or .dataUrl()`));
}

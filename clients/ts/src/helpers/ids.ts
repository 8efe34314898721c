/** Ids and versions as the platform makes them: UUIDs of version 5 over the OID namespace. */
import { fromHex, toHex } from "../hex.js";

/** The namespace of every id, from RFC 9562. */
export const NAMESPACE_OID = "6ba7b812-9dad-11d1-80b4-00c04fd430c8";

/**
 * The `chute_id` that a name has in an account, before it is deployed. Case counts.
 *
 * @example predictChuteId("demo", "echo") // "b97d6f5b-8a23-5735-b8bf-2bd6f22d9165"
 */
export function predictChuteId(username: string, name: string): string {
  return uuid5(`${username}::chute::${name}`);
}

/**
 * The `version` of a chute: it changes with its image, the image's patch version (`"None"` where it has none), and its code.
 *
 * @example predictVersion(imageId, "initial", code)
 */
export function predictVersion(imageId: string, patchVersion: string, code: string): string {
  return uuid5(`${imageId}:${patchVersion}:${code}`);
}

/**
 * The `image_id` that a name and tag have in an account, without regard to case.
 *
 * @example predictImageId("demo", "tools", "1.0") === predictImageId("Demo", "Tools", "1.0")
 */
export function predictImageId(username: string, name: string, tag: string): string {
  return uuid5(`${username}/${name}:${tag}`.toLowerCase());
}

/** Whether a reference to a chute is its id, and needs no look-up. */
export function isUuid(ref: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(ref);
}

function uuid5(text: string): string {
  const namespace = fromHex(NAMESPACE_OID.replaceAll("-", "")) ?? new Uint8Array(0);
  const name = new TextEncoder().encode(text);
  const bytes = new Uint8Array(namespace.length + name.length);
  bytes.set(namespace);
  bytes.set(name, namespace.length);
  const id = sha1(bytes).slice(0, 16);
  id[6] = ((id[6] ?? 0) & 0x0f) | 0x50;
  id[8] = ((id[8] ?? 0) & 0x3f) | 0x80;
  return toHex(id).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const rotate = (word: number, by: number): number => ((word << by) | (word >>> (32 - by))) >>> 0;

/** SHA-1, which names are made with and nothing is secured by; the runtime's own is not to be had without a promise. */
function sha1(message: Uint8Array): Uint8Array {
  const length = message.length;
  const padded = new Uint8Array(((length + 8) >> 6) * 64 + 64);
  padded.set(message);
  padded[length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(length / 2 ** 29));
  view.setUint32(padded.length - 4, (length << 3) >>> 0);
  const state = new Uint32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]);
  const words = new Uint32Array(80);
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; i++) words[i] = view.getUint32(at + i * 4);
    for (let i = 16; i < 80; i++) {
      words[i] = rotate((words[i - 3] ?? 0) ^ (words[i - 8] ?? 0) ^ (words[i - 14] ?? 0) ^ (words[i - 16] ?? 0), 1);
    }
    round(state, words);
  }
  const digest = new DataView(new ArrayBuffer(20));
  state.forEach((word, i) => digest.setUint32(i * 4, word));
  return new Uint8Array(digest.buffer);
}

function round(state: Uint32Array, words: Uint32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
  for (let i = 0; i < 80; i++) {
    const mixed = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
    const constant = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6][Math.floor(i / 20)] ?? 0;
    const next = (rotate(a, 5) + (mixed >>> 0) + e + constant + (words[i] ?? 0)) >>> 0;
    [e, d, c, b, a] = [d, c, rotate(b, 30), a, next];
  }
  [a, b, c, d, e].forEach((word, i) => (state[i] = (state[i] ?? 0) + word));
}

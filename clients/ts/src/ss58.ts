/** SS58 addresses: base58 of a prefix, a public key and two bytes of BLAKE2b. */

/** The prefix of every address on the platform: generic Substrate. */
export const SS58_PREFIX = 42;
const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const KEY_BYTES = 32;
const CHECK_BYTES = 2;

/** The address of a public key. */
export function encodeAddress(publicKey: Uint8Array): string {
  const body = Uint8Array.from([SS58_PREFIX, ...publicKey]);
  let number = [...body, ...checksum(body)].reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  let text = "";
  for (; number > 0n; number /= 58n) text = (ALPHABET[Number(number % 58n)] ?? "") + text;
  return text;
}

/** The public key of an address; undefined if it is none, or one of another network. */
export function decodeAddress(address: string): Uint8Array | undefined {
  let number = 0n;
  for (const char of address) {
    const digit = ALPHABET.indexOf(char);
    if (digit === -1) return undefined;
    number = number * 58n + BigInt(digit);
  }
  const size = 1 + KEY_BYTES + CHECK_BYTES;
  if (number >= 256n ** BigInt(size)) return undefined;
  const publicKey = Uint8Array.from({ length: KEY_BYTES }, (_, at) => Number((number >> BigInt(8 * (size - 2 - at))) & 255n));
  // A prefix, a checksum or a spelling of another kind would not come out again.
  return encodeAddress(publicKey) === address ? publicKey : undefined;
}

function checksum(body: Uint8Array): Uint8Array {
  return blake2b(Uint8Array.from([...new TextEncoder().encode("SS58PRE"), ...body])).subarray(0, CHECK_BYTES);
}

const MASK = (1n << 64n) - 1n;
const IV = [
  0x6a09e667f3bcc908n,
  0xbb67ae8584caa73bn,
  0x3c6ef372fe94f82bn,
  0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n,
  0x9b05688c2b3e6c1fn,
  0x1f83d9abfb41bd6bn,
  0x5be0cd19137e2179n,
] as const;
/** Order of the message words in each of the ten rounds (RFC 7693, 2.7). */
const SIGMA = [
  "0123456789abcdef",
  "ea489fd61c02b753",
  "b8c052fdae367194",
  "7931dcbe265a40f8",
  "905724afe1bc683d",
  "2c6a0b834d75fe19",
  "c51fed4a0763928b",
  "db7ec13950f4862a",
  "6fe9b308c2d714a5",
  "a2847615fb9e3cd0",
] as const;

/** BLAKE2b-512 of at most one block (128 bytes), which is all that an address needs. */
export function blake2b(message: Uint8Array): Uint8Array {
  if (message.length > 128) throw new RangeError("more than one block");
  const block = new Uint8Array(128);
  block.set(message);
  const view = new DataView(block.buffer);
  const words = Array.from({ length: 16 }, (_, at) => view.getBigUint64(at * 8, true));
  const state: bigint[] = [...IV];
  state[0] = (state[0] ?? 0n) ^ 0x01010040n;
  const v: bigint[] = [...state, ...IV];
  v[12] = (v[12] ?? 0n) ^ BigInt(message.length);
  v[14] = (v[14] ?? 0n) ^ MASK;
  for (let round = 0; round < 12; round++) {
    const order = Array.from(SIGMA[round % 10] ?? "", (digit) => words[parseInt(digit, 16)] ?? 0n);
    for (let i = 0; i < 4; i++) mix(v, i, i + 4, i + 8, i + 12, order[2 * i], order[2 * i + 1]);
    for (let i = 0; i < 4; i++) mix(v, i, 4 + ((i + 1) % 4), 8 + ((i + 2) % 4), 12 + ((i + 3) % 4), order[8 + 2 * i], order[9 + 2 * i]);
  }
  const digest = new DataView(new ArrayBuffer(64));
  state.forEach((word, at) => digest.setBigUint64(at * 8, word ^ (v[at] ?? 0n) ^ (v[at + 8] ?? 0n), true));
  return new Uint8Array(digest.buffer);
}

function mix(v: bigint[], a: number, b: number, c: number, d: number, x = 0n, y = 0n): void {
  const at = (index: number): bigint => v[index] ?? 0n;
  const turned = (word: bigint, by: bigint): bigint => ((word >> by) | (word << (64n - by))) & MASK;
  v[a] = (at(a) + at(b) + x) & MASK;
  v[d] = turned(at(d) ^ at(a), 32n);
  v[c] = (at(c) + at(d)) & MASK;
  v[b] = turned(at(b) ^ at(c), 24n);
  v[a] = (at(a) + at(b) + y) & MASK;
  v[d] = turned(at(d) ^ at(a), 16n);
  v[c] = (at(c) + at(d)) & MASK;
  v[b] = turned(at(b) ^ at(c), 63n);
}

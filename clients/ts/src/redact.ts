/** Keeps keys out of every text a person or a log may see. */

/** What stands where a secret stood. */
export const MASK = "[redacted]";

/** Shapes of credentials, so that a key of somebody else that a server echoes is masked too. */
const SHAPES = /\b(?:cpk|cak|crt|csc)_[A-Za-z0-9._~+/=-]+|\bBearer\s+[A-Za-z0-9._~+/=-]+/gi;

const SECRET_HEADERS = /^(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key|x-chutes-(?:hotkey|nonce|signature))$/i;

/**
 * Masks known secrets, then everything that has the shape of one.
 *
 * @example redact("Bearer cpk_test_1 is unknown", ["cpk_test_1"]) // "[redacted] is unknown"
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < 4) continue; // masking shorter texts would eat ordinary words
    for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) clean = clean.replaceAll(form, MASK);
  }
  return clean.replace(SHAPES, MASK);
}

/**
 * Copies headers with the values of credentials masked.
 *
 * @example redactHeaders({ Authorization: "Bearer cpk_test_1" }) // { Authorization: "[redacted]" }
 */
export function redactHeaders(headers: Readonly<Record<string, string>>, secrets: readonly string[] = []): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) clean[name] = SECRET_HEADERS.test(name) ? MASK : redact(value, secrets);
  return clean;
}

/** Masks secrets in bytes that may be a text; those without one stay as they came. */
export function redactBytes(bytes: Uint8Array, secrets: readonly string[]): Uint8Array {
  const text = new TextDecoder().decode(bytes);
  const clean = redact(text, secrets);
  return clean === text ? bytes : new TextEncoder().encode(clean);
}

/** How deep a body is looked through; one that is nested deeper is no answer of a server that means well. */
const MAX_NESTING = 200;

/** Masks secrets in every string of a JSON value, and what is nested beyond all reason; used for what an error exposes. */
export function redactValue<T>(value: T, secrets: readonly string[], depth = 0): T {
  if (typeof value === "string") return redact(value, secrets) as T;
  if (value === null || typeof value !== "object") return value;
  if (depth > MAX_NESTING) return MASK as T;
  if (Array.isArray(value)) return value.map((item: unknown) => redactValue(item, secrets, depth + 1)) as T;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, redactValue(item, secrets, depth + 1)])) as T;
}

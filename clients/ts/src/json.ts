/** What every reader of JSON needs. */

/** A JSON object. */
export type Json = Record<string, unknown>;

/** Whether a value is a JSON object, and no list. */
export const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/** Parsed JSON; undefined for anything else. */
export function tryJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

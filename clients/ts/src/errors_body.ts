/** The one reader of error bodies: every shape that the platform, its engines and its edge are known to write. */

import { isObject, tryJson } from "./json.js";
import { redact } from "./redact.js";

/** Characters of a message. */
export const MAX_MESSAGE_CHARS = 2000;
const MAX_DEPTH = 6;

/** What could be read of an error body. */
export interface ErrorBody {
  message: string;
  code?: string | undefined;
  param?: string | undefined;
  type?: string | undefined;
  quotaResetTimestamp?: string | undefined;
  /** The whole body, where it is JSON. */
  json?: unknown;
}

/**
 * Removes control characters, escape sequences and secrets, joins white space, and cuts at 2,000 characters (or `limit`): after
 * the secrets are gone, so that none is cut in half and shown.
 */
export function cleanMessage(text: string, limit = MAX_MESSAGE_CHARS, secrets: readonly string[] = []): string {
  const plain = text
    .replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "")
    .replace(/[\t\n\r]+/g, " ")
    .replace(/[\p{Cc}\u2028\u2029]/gu, "")
    .replace(/\p{Cs}/gu, "\ufffd"); // half of a pair
  const clean = redact(plain, secrets).trim();
  if (clean.length <= limit) return clean;
  const cut = clean.slice(0, limit - 1);
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

const asText = (value: unknown): string | undefined =>
  typeof value === "string" && value.trim() !== "" ? value : typeof value === "number" ? String(value) : undefined;

/** Reads an error body; never fails, whatever it is given. */
export function parseBody(raw: Uint8Array, contentType = "", limit = MAX_MESSAGE_CHARS, secrets: readonly string[] = []): ErrorBody {
  const clean = (part: string): string => cleanMessage(part, limit, secrets);
  const text = new TextDecoder("utf-8").decode(raw);
  const trimmed = text.trim();
  if (trimmed === "") return { message: "" };
  if (/^[[{"]/.test(trimmed)) {
    try {
      return readJson(JSON.parse(trimmed) as unknown, clean);
    } catch {
      // Not JSON after all, or cut off: the text is what there is.
    }
  }
  if (/html/i.test(contentType) || /^<(?:!doctype|html|head|body)\b/i.test(trimmed)) return { message: htmlMessage(trimmed, clean) };
  return { message: clean(text) };
}

/** The title of a page, else its first heading, never the page. */
function htmlMessage(page: string, clean: (text: string) => string): string {
  const head = page.slice(0, 16_384);
  const found = /<title[^>]*>([^<]*)<\/title/i.exec(head) ?? /<h1[^>]*>([^<]*)<\/h1/i.exec(head);
  const title = clean(found?.[1] ?? "").slice(0, 200);
  return title === "" ? "the server answered with an HTML page" : `the server answered with an HTML page: ${title}`;
}

function readJson(json: unknown, clean: (text: string) => string): ErrorBody {
  const body: ErrorBody = { message: "", json };
  note(json, body, 0);
  body.message = clean(textOf(json, body, 0) ?? "");
  const empty = (part: unknown): boolean => part === null || (Array.isArray(part) && part.length === 0);
  if (body.message === "" && !empty(json) && !Object.values(json as object).every(empty)) body.message = clean(JSON.stringify(json));
  return body;
}

/** Reads a message out of any JSON value. */
function textOf(value: unknown, body: ErrorBody, depth: number): string | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (typeof value === "string") return stringText(value, body, depth);
  if (Array.isArray(value)) return listText(value, body, depth);
  if (!isObject(value)) return typeof value === "number" ? String(value) : undefined;
  const error = value["error"];
  const detail = textOf(value["detail"], body, depth + 1);
  if (isObject(error)) {
    const text = textOf(error, body, depth + 1);
    if (detail === undefined && text !== undefined) return text;
  }
  const rest = detail ?? asText(value["error_description"]) ?? textOf(value["message"], body, depth + 1);
  if (typeof error === "string" && error.trim() !== "") {
    if (rest === undefined) return textOf(error, body, depth + 1);
    return rest === error ? rest : `${error}: ${rest}`;
  }
  return rest ?? asText(value["msg"]) ?? asText(value["title"]);
}

/** A text may itself hold JSON, or end in it (`Invalid request: {"object":"error",…}`): its facts and its message. */
function stringText(value: string, body: ErrorBody, depth: number): string | undefined {
  const text = value.trim();
  const at = /^[[{]/.test(text) ? 0 : text.endsWith("}") ? text.indexOf(": {") : -1;
  const json = at < 0 ? undefined : tryJson(text.slice(at && at + 2));
  note(json, body, depth + 1);
  const told = textOf(json, body, depth + 1);
  if (told !== undefined) return text.slice(0, at && at + 2) + told;
  return text === "" ? undefined : text;
}

/** A list of validation issues: field and reason, never the caller's input. */
function listText(list: unknown[], body: ErrorBody, depth: number): string | undefined {
  const parts: string[] = [];
  for (const item of list.slice(0, 20)) {
    if (isObject(item) && typeof item["msg"] === "string") {
      const loc = Array.isArray(item["loc"]) ? item["loc"].map(String) : [];
      const where = (loc[0] === "body" && loc.length > 1 ? loc.slice(1) : loc).join(".");
      parts.push(where === "" ? item["msg"] : `${where}: ${item["msg"]}`);
    } else {
      const text = textOf(item, body, depth + 1);
      if (text !== undefined) parts.push(text);
    }
  }
  return parts.length === 0 ? undefined : parts.join("; ");
}

/** Collects code, param, type and the time of the quota's reset: an object's own, then those of its error, then those of its detail. */
function note(value: unknown, body: ErrorBody, depth: number): void {
  if (!isObject(value) || depth > MAX_DEPTH) return;
  const fact = (name: string): string | undefined => {
    const text = asText(value[name]);
    return text === undefined ? undefined : cleanMessage(text);
  };
  body.code ??= fact("code");
  if (typeof value["error"] === "string" && ["detail", "error_description", "message"].some((name) => (value[name] ?? "") !== ""))
    body.code ??= fact("error");
  body.param ??= fact("param");
  body.type ??= fact("type");
  body.quotaResetTimestamp ??= fact("quota_reset_timestamp");
  note(value["error"], body, depth + 1);
  note(value["detail"], body, depth + 1);
}

/** Trace mode: what the platform did with a call, step by step. For looking into problems, not for programs to build on. */
import { ChutesError, makeError } from "./errors.js";
import { isObject, tryJson, type Json } from "./json.js";
import type { OpenResponse } from "./request.js";
import { EventStream } from "./stream.js";
import { Binary, decodeBase64, parseTimestamp } from "./values.js";

/** One step. Further fields of the server stay. */
export interface TraceEntry {
  /** As the server wrote it; UTC. */
  timestamp: string;
  invocation_id?: string | null | undefined;
  child_id?: string | null | undefined;
  chute_id?: string | null | undefined;
  function?: string | null | undefined;
  message: string;
  [name: string]: unknown;
}

/** How a traced call failed: the platform's own word, and its reason. */
export interface TraceError {
  error: string;
  detail?: unknown;
}

/** What a traced call came to. */
export class Trace {
  constructor(
    readonly entries: readonly TraceEntry[],
    /** JSON as a value, text as a string (the events of a stream as they came), else a `Binary`; undefined where there is none. */
    readonly result: unknown,
    /** Undefined where the call went well. */
    readonly error: TraceError | undefined,
  ) {}

  /** One line per step: `+1.250 s  message`, with the seconds since the first. */
  timeline(): string[] {
    const times = this.entries.map(({ timestamp }) => parseTimestamp(String(timestamp)).getTime());
    const first = times.find((time) => !Number.isNaN(time)) ?? 0;
    return this.entries.map(({ message }, at) => {
      const since = ((times[at] ?? first) - first) / 1000;
      return `+${(Number.isNaN(since) ? 0 : since).toFixed(3)} s  ${message}`;
    });
  }
}

/** Reads a traced answer to its end. */
export async function readTrace(open: OpenResponse, maxEventBytes: number | undefined): Promise<Trace> {
  const { watch: _told, ...rest } = open;
  const events = new EventStream(rest, maxEventBytes);
  const entries: TraceEntry[] = [];
  const texts: string[] = [];
  let wrapped: { value: unknown } | undefined;
  let error: TraceError | undefined;
  for await (const { data } of events) {
    if (/^\s*(?::|$)/.test(data)) continue; // a ping
    const json = objectOf(data, open);
    if (isObject(json["trace"])) entries.push(json["trace"] as TraceEntry);
    else if (json["error"] !== undefined && json["error"] !== null) error = json as unknown as TraceError;
    else if (typeof json["result"] === "string") texts.push(json["result"]);
    else if ("result" in json) wrapped = { value: unwrapped(json["result"], open) };
  }
  if (texts.length === 0 && wrapped === undefined && error === undefined)
    throw failure("the trace ended before the result of its call", open, "stream_interrupted");
  return new Trace(entries, texts.length > 0 ? texts.join("") : wrapped?.value, error);
}

function failure(
  message: string,
  { info, secrets }: OpenResponse,
  kind: "stream_error" | "stream_interrupted" = "stream_error",
): ChutesError {
  const reason = kind === "stream_interrupted" ? { reason: "truncated" as const } : {};
  return makeError(kind, message, { ...info, secrets, ...reason });
}

function objectOf(data: string, open: OpenResponse): Json {
  const json = tryJson(data);
  if (isObject(json)) return json;
  throw failure(`an event of the trace cannot be read: ${data.slice(0, 200)}`, open);
}

/** The result out of its wrapper. */
function unwrapped(result: unknown, open: OpenResponse): unknown {
  if (!isObject(result)) return result;
  if ("json" in result) return result["json"];
  if (typeof result["text"] === "string") return result["text"];
  if (typeof result["bytes"] !== "string") return result;
  const bytes = decodeBase64(result["bytes"]);
  if (bytes === undefined) throw failure("the bytes of the trace's result are no base64", open);
  const type = result["content_type"];
  return new Binary(bytes, typeof type === "string" ? (type.split(";")[0]?.trim() ?? type) : "application/octet-stream");
}

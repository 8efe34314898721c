/** A transport without a network, for tests of programs that use this client. */
import { ConfigError } from "./errors.js";
import { isSource, type MultipartBody } from "./multipart.js";
import { concat } from "./sse.js";
import {
  aborted,
  MAX_TIMER,
  TransportFailure,
  type BodyReader,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from "./transport.js";

/**
 * One answer. `json`, `text` and `bytes` are bodies; `events` is a stream, each one `data: …` and a blank line: texts as they are,
 * anything else as JSON. A stream ends with `[DONE]` unless `cut` breaks it off there.
 */
export interface ScriptedAnswer {
  /** Default 200. */
  status?: number | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  json?: unknown;
  text?: string | undefined;
  bytes?: Uint8Array | undefined;
  events?: readonly unknown[] | undefined;
  /** After the events: `end` without `[DONE]`, or `reset` the connection. */
  cut?: "end" | "reset" | undefined;
  /** No answer at all: the connection cannot be made, or breaks before the first byte. */
  fail?: "connect" | "reset" | undefined;
}

const FIELDS: ReadonlySet<string> = new Set<keyof ScriptedAnswer>(["status", "headers", "json", "text", "bytes", "events", "cut", "fail"]);

/** A request as it was sent, without its credential. */
export interface ScriptedRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case; `authorization` and `x-api-key` are left out. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON as a value, anything else as text; undefined where there is no body. */
  readonly body: unknown;
}

/** An answer, or a function that makes one of the request. */
export type Script = ScriptedAnswer | ((request: ScriptedRequest) => ScriptedAnswer | Promise<ScriptedAnswer>);

/** A transport that answers by script; `requests` has what was sent. */
export interface ScriptedTransport extends Transport {
  readonly requests: readonly ScriptedRequest[];
}

/**
 * Answers requests by a list, one after another; the last one answers all that follow if it is a function. The whole client works as
 * it does over a network: retries, streams, errors.
 *
 * Throws `config` at the request for which no answer is left.
 *
 * @example
 * import { Chutes } from "chutes-client";
 * import { scripted, VirtualClock } from "chutes-client/testing";
 * const transport = scripted([{ status: 503, json: { detail: "busy" } }, { events: [{ choices: [{ index: 0, delta: { content: "Hi" } }] }] }]);
 * const client = new Chutes({ apiKey: "cpk_test", transport, seam: new VirtualClock() });
 * const stream = await client.chat.completions.stream({ model: "any", messages: [{ role: "user", content: "Hello" }] });
 * console.log((await stream.final()).choices?.[0]?.message?.content, transport.requests.length); // Hi 2
 */
export function scripted(answers: readonly Script[]): ScriptedTransport {
  if (!Array.isArray(answers)) throw new ConfigError("scripted() takes a list of answers");
  const requests: ScriptedRequest[] = [];
  return {
    requests,
    close: () => undefined,
    async send(request) {
      if (request.signal?.aborted === true) throw aborted(request.signal);
      const seen = await toldOf(request);
      const at = requests.push(seen) - 1;
      const last = answers.at(-1);
      const script = answers[at] ?? (typeof last === "function" ? last : undefined);
      if (script === undefined) throw new ConfigError(`the script has no answer for request ${at + 1}: ${seen.method} ${seen.url}`);
      return respond(typeof script === "function" ? await inTime((async () => script(seen))(), request) : script);
    },
  };
}

/** An answer that is long in coming ends with its call, as it would over a network. */
async function inTime<T>(work: Promise<T>, { signal, deadline, limits }: TransportRequest): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop = (): void => undefined;
  const over = new Promise<never>((_resolve, reject) => {
    const wait = deadline.clip(limits.firstByte);
    const type = wait === limits.firstByte ? "first_byte_timeout" : "deadline";
    const late = (): void => reject(new TransportFailure(type, `no answer within ${wait ?? 0} ms: so the script says`));
    if (wait !== null) timer = setTimeout(late, Math.min(wait, MAX_TIMER));
    stop = () => reject(aborted(signal));
    signal?.addEventListener("abort", stop);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

async function toldOf({ method, url, headers, body }: TransportRequest): Promise<ScriptedRequest> {
  const { authorization: _key, "x-api-key": _other, ...rest } = headers;
  return { method, url, headers: rest, body: await bodyOf(body) };
}

async function bodyOf(body: Uint8Array | MultipartBody | undefined): Promise<unknown> {
  if (body === undefined) return undefined;
  const pieces: Uint8Array[] = [];
  if (isSource(body)) for await (const piece of body.chunks()) pieces.push(piece);
  else pieces.push(body);
  const text = new TextDecoder().decode(concat(pieces));
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function respond(answer: ScriptedAnswer): TransportResponse {
  const odd = Object.keys(answer).find((name) => !FIELDS.has(name));
  if (odd !== undefined) throw new ConfigError(`an answer of a script has no ${JSON.stringify(odd)}: give ${[...FIELDS].join(", ")}`);
  if (answer.fail === "connect") throw new TransportFailure("connect", "cannot connect: so the script says");
  if (answer.fail === "reset")
    throw new TransportFailure("reset", "the connection was closed: so the script says", { beforeFirstByte: true });
  const { type, pieces } = contentOf(answer);
  const headers: Record<string, string> = { "content-type": type };
  for (const [name, value] of Object.entries(answer.headers ?? {})) headers[name.toLowerCase()] = value;
  return { status: answer.status ?? 200, headers, body: reader(pieces, answer.cut === "reset") };
}

function contentOf({ json, text, bytes, events, cut }: ScriptedAnswer): { type: string; pieces: Uint8Array[] } {
  const utf8 = (value: string): Uint8Array => new TextEncoder().encode(value);
  if (events !== undefined) {
    const all = cut === undefined ? [...events, "[DONE]"] : events;
    const pieces = all.map((event) => utf8(`data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`));
    return { type: "text/event-stream", pieces };
  }
  if (bytes !== undefined) return { type: "application/octet-stream", pieces: [bytes] };
  if (text !== undefined) return { type: "text/plain; charset=utf-8", pieces: [utf8(text)] };
  return { type: "application/json", pieces: [utf8(JSON.stringify(json ?? {}))] };
}

/** Hands out one piece per read, then ends or breaks. */
function reader(pieces: Uint8Array[], broken: boolean): BodyReader {
  const rest = [...pieces];
  let closed = false;
  return {
    async read() {
      await Promise.resolve();
      const piece = closed ? undefined : rest.shift();
      if (piece !== undefined) return piece;
      if (broken && !closed) throw new TransportFailure("reset", "the connection was lost in the middle of the answer: so the script says");
      return null;
    },
    close: () => void (closed = true),
    settle: async () => void (closed = true),
  };
}

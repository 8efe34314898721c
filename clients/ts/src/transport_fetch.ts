/** The transport over `fetch`: browsers, edge runtimes, and whoever injects a `fetch`. What it cannot know is in the README. */
import { ChutesError, ConfigError } from "./errors.js";
import type { ClientOptions } from "./config.js";
import { isSource } from "./multipart.js";
import {
  aborted,
  addHeader,
  hostOf,
  MAX_TIMER,
  Silence,
  TransportFailure,
  type BodyReader,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from "./transport.js";

type Fetch = typeof globalThis.fetch;
/** Headers that a browser sets itself and forbids to scripts. */
const FORBIDDEN = new Set(["accept-encoding", "content-length", "connection", "host"]);

/** The transport for a client's options where there is no Node. */
export function makeTransport(options: ClientOptions): Transport {
  if (options.caPem !== undefined) throw new ConfigError("caPem needs Node's own transport; with fetch, set it up in your runtime");
  return new FetchTransport(options.fetch ?? ((...args) => globalThis.fetch(...args)));
}

/** Only Node counts who listens to a signal. */
export function forManyCalls(_signal: AbortSignal): void {}

/** Node's `fetch` waits for headers no longer than this, and cannot be told otherwise without a package. */
export const NODE_HEADER_LIMIT = 300_000;

/** Whether this is Node itself, and not a runtime that can do what it can. */
function isNode(): boolean {
  const { Deno, process } = globalThis as { Deno?: unknown; process?: { versions?: Record<string, string | undefined> } };
  return Deno === undefined && process?.versions?.["node"] !== undefined && process.versions["bun"] === undefined;
}

export class FetchTransport implements Transport {
  readonly headerLimitMs: number | undefined;

  constructor(
    private readonly fetch: Fetch,
    headerLimitMs: number | undefined = isNode() ? NODE_HEADER_LIMIT : undefined,
  ) {
    this.headerLimitMs = headerLimitMs;
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    const abort = new AbortController();
    const { signal } = request;
    const onAbort = (): void => abort.abort(aborted(signal));
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener("abort", onAbort);
    const release = (): void => signal?.removeEventListener("abort", onAbort);
    // fetch does not tell when it is connected: connecting counts into the wait for the first byte.
    const timer = startTimer(abort, request);
    const started = performance.now();
    try {
      const { method, url } = request;
      const { fetch } = this; // a browser's own takes no other `this` than its window
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(request.headers)) if (!FORBIDDEN.has(name)) headers[name] = value;
      // A stream would be sent without its length, which the platform's edge may refuse: it is put together first.
      const body = isSource(request.body) ? await request.body.blob(abort.signal) : (request.body as BodyInit | undefined);
      const init = { method, headers, redirect: "manual", signal: abort.signal } as const;
      const response = await fetch(url, body === undefined ? init : { ...init, body });
      const found: Record<string, string> = {};
      response.headers.forEach((value, name) => addHeader(found, name, value));
      return { status: response.status, headers: found, body: new FetchBody(response.body, abort, request, release) };
    } catch (cause) {
      release();
      if (ChutesError.is(cause)) throw cause;
      throw failureOf(cause, abort, hostOf(request), performance.now() - started);
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    // The runtime owns its connections.
  }
}

/** Ends the wait for headers by the shorter of its limit and the call's deadline. */
function startTimer(abort: AbortController, request: TransportRequest): ReturnType<typeof setTimeout> | undefined {
  const limit = request.limits.firstByte;
  const wait = request.deadline.clip(limit);
  if (wait === null) return undefined;
  const what = `no first byte of the answer of ${hostOf(request)}`;
  const late = (): TransportFailure =>
    limit === null || wait < limit
      ? new TransportFailure("deadline", `${what} before the deadline of the call`)
      : new TransportFailure("first_byte_timeout", `${what} within ${wait} ms`);
  return setTimeout(() => abort.abort(late()), Math.min(wait, MAX_TIMER));
}

/** Reads the cause that runtimes hide in `TypeError: fetch failed`. */
function failureOf(cause: unknown, abort: AbortController, host: string, elapsed: number): TransportFailure {
  if (abort.signal.aborted && abort.signal.reason instanceof TransportFailure) return abort.signal.reason;
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const code = String((inner as { code?: unknown } | null | undefined)?.code);
  const text = inner instanceof Error ? inner.message : String(inner);
  if (/^(?:CERT_|ERR_TLS|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_SSL)/.test(code) || /certificate/i.test(text))
    return new TransportFailure("certificate", `the connection to ${host} is not safe: ${text}`, { cause });
  if (/^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/.test(code)) {
    return new TransportFailure("connect", `cannot connect to ${host}: ${text}`, { cause });
  }
  if (code.startsWith("HPE_")) return new TransportFailure("protocol", `${host} does not speak HTTP properly: ${text}`, { cause });
  // When the last byte was written is unknown here; the time since the start is the safe guess.
  return new TransportFailure("reset", `the request to ${host} failed: ${text}`, { cause, beforeFirstByte: true, sinceWrittenMs: elapsed });
}

class FetchBody implements BodyReader {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  private readonly silence: Silence;
  private done = false;

  constructor(
    stream: ReadableStream<Uint8Array> | null,
    private readonly abort: AbortController,
    private readonly request: TransportRequest,
    private readonly release: () => void,
  ) {
    this.reader = stream?.getReader();
    this.silence = new Silence(request, (failure) => abort.abort(failure));
    // For injected `fetch` functions whose bodies do not listen to the signal: it ends the read that is waiting.
    abort.signal.addEventListener("abort", () => void this.reader?.cancel().catch(() => undefined));
    if (this.reader === undefined) this.#end();
  }

  #end(): void {
    this.done = true;
    this.silence.stop();
    this.release();
  }

  read(): Promise<Uint8Array | null> {
    if (this.done || this.reader === undefined) return Promise.resolve(null);
    this.silence.begin();
    return this.reader.read().then(this.came, this.broke);
  }

  // Made once: a read happens for each token.
  private readonly came = ({ value }: ReadableStreamReadResult<Uint8Array>): Uint8Array | null => {
    this.silence.end();
    if (value !== undefined) return value;
    if (this.abort.signal.aborted) return this.broke(this.abort.signal.reason);
    this.#end();
    return null;
  };

  private readonly broke = (cause: unknown): never => {
    this.#end();
    throw this.#lost(cause);
  };

  #lost(cause: unknown): TransportFailure {
    if (this.abort.signal.reason instanceof TransportFailure) return this.abort.signal.reason;
    const why = cause instanceof Error ? cause.message : String(cause);
    return new TransportFailure("reset", `the connection to ${hostOf(this.request)} was lost in the middle of the answer: ${why}`, {
      cause,
    });
  }

  close(): void {
    if (this.done) return;
    this.#end();
    this.abort.abort(new TransportFailure("cancelled", "the answer was closed by its reader"));
  }

  async settle(): Promise<void> {
    const reader = this.reader;
    if (this.done || reader === undefined) return;
    // fetch cannot say what has arrived: one short look for the end, then the stream is closed.
    const ended = await new Promise<boolean>((resolve) => {
      setTimeout(resolve, 0, false);
      reader.read().then(
        ({ done }) => resolve(done),
        () => resolve(false),
      );
    });
    if (ended) this.#end();
    else this.close();
  }
}

/** What a client tells of its calls while they run: hooks, log lines, and the end of each call. */
import { ChutesError, type Kind } from "./errors.js";
import { redact } from "./redact.js";

/** An attempt that is about to be sent. Plain values without secrets. */
export interface AttemptInfo {
  /** The same for all attempts of one call of this client, and for no other. */
  readonly call: number;
  /** Id of the operation, such as `createChatCompletion`. */
  readonly operation: string;
  readonly method: string;
  /** Without query and user info. */
  readonly url: string;
  /** From 1, over all models of the call. */
  readonly number: number;
  /** The model that is asked, where there is one. */
  readonly model: string | undefined;
}

/** An attempt whose answer has begun, or that failed. */
export interface AttemptResult extends AttemptInfo {
  /** Undefined where no answer came. */
  readonly status: number | undefined;
  /** What went wrong; undefined where nothing did. */
  readonly kind: Kind | undefined;
  /** Milliseconds until the headers or the failure. */
  readonly durationMs: number;
  readonly requestId: string | undefined;
}

/** A wait before another attempt. */
export interface RetryInfo {
  readonly call: number;
  readonly operation: string;
  /** Of the attempt that failed. */
  readonly number: number;
  readonly kind: Kind;
  /** Milliseconds. */
  readonly waitMs: number;
}

/** A call whose answer was read, or that failed. */
export interface CallInfo {
  readonly call: number;
  readonly operation: string;
  /** The model that was asked last. */
  readonly model: string | undefined;
  /** The model that the answer names. */
  readonly responseModel: string | undefined;
  readonly attempts: number;
  readonly status: number | undefined;
  readonly kind: Kind | undefined;
  /** Milliseconds in all. */
  readonly durationMs: number;
  /** As the server counted it. */
  readonly usage: Readonly<Record<string, unknown>> | undefined;
}

/** A stream that has ended, broken or been left. */
export interface StreamInfo {
  readonly call: number;
  readonly operation: string;
  /** Milliseconds since the call began. */
  readonly durationMs: number;
  /** Milliseconds until the first chunk; undefined where none came. */
  readonly firstChunkMs: number | undefined;
  readonly chunks: number;
  readonly usage: Readonly<Record<string, unknown>> | undefined;
  /** Undefined at a complete end; `cancelled` where it was left early, ended by its signal, or dropped and collected. */
  readonly kind: Kind | undefined;
  readonly model: string | undefined;
}

/**
 * Functions that are told what a client does. They cannot change it: what they throw is ignored, and told on the log.
 *
 * @example
 * import { Chutes } from "chutes-client";
 * const client = new Chutes({ hooks: { onRetry: ({ kind, waitMs }) => console.error(`${kind}: again in ${waitMs} ms`) } });
 */
export interface Hooks {
  beforeAttempt?(info: AttemptInfo): void;
  afterAttempt?(info: AttemptResult): void;
  onRetry?(info: RetryInfo): void;
  onStreamEnd?(info: StreamInfo): void;
  /** After the answer of a call was read as a whole, or the call failed; a stream's call ends with its stream. */
  onCallEnd?(info: CallInfo): void;
}

/** Where log lines go; `console` is one. */
export interface Logger {
  debug(line: string): void;
  info(line: string): void;
  warn(line: string): void;
}

/** How much is told: `info` one line per call, `debug` one per attempt and wait, too; `warn` only what failed. */
export type LogLevel = "debug" | "info" | "warn";

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn"];

/** Names the level in the environment; anything else than the three is off. */
export const ENV_LOG = "CHUTES_LOG";

/** A logger with the levels below `level` cut off. */
export function levelled(logger: Logger, level: LogLevel): Logger {
  const from = LEVELS.indexOf(level);
  const pass = (name: LogLevel) => (LEVELS.indexOf(name) >= from ? (line: string) => logger[name](line) : () => undefined);
  return { debug: pass("debug"), info: pass("info"), warn: pass("warn") };
}

/** The logger of a client: its own, that of the environment, or none. */
export function resolveLogger(given: Logger | undefined, level: string | undefined): Logger | undefined {
  const wanted = LEVELS.find((name) => name === level?.toLowerCase());
  if (given !== undefined) return wanted === undefined ? given : levelled(given, wanted);
  if (wanted === undefined) return undefined;
  const write = (line: string): void => console.error(`${new Date().toISOString()} chutes ${line}`);
  return levelled({ debug: write, info: write, warn: write }, wanted);
}

type Fields = Readonly<Record<string, string | number | undefined>>;

/** One line: the event and its fields; a text with white space or control characters is quoted. */
export function logLine(event: string, fields: Fields): string {
  const pairs = Object.entries(fields).filter(([, value]) => value !== undefined);
  return [
    event,
    ...pairs.map(([name, value]) => `${name}=${typeof value === "string" && /[\s"=\p{Cc}]/u.test(value) ? JSON.stringify(value) : value}`),
  ].join(" ");
}

/** Tells hooks and log; one per client. */
export class Telling {
  #calls = 0;

  constructor(
    private readonly hooks: Hooks,
    private readonly logger: Logger | undefined,
  ) {}

  /** Begins a call. */
  begin(operation: string): CallWatch {
    const watch = new CallWatch(this, operation, ++this.#calls);
    this.log("debug", "call.start", { call: watch.id, operation });
    return watch;
  }

  log(level: LogLevel, event: string, fields: Fields): void {
    try {
      this.logger?.[level](redact(logLine(event, fields)));
    } catch {
      // A log that cannot be written is nobody's failure.
    }
  }

  /** Calls a hook; its failure is only told. */
  hook<Name extends keyof Hooks>(name: Name, info: Parameters<NonNullable<Hooks[Name]>>[0]): void {
    try {
      const result: unknown = (this.hooks[name] as ((info: unknown) => unknown) | undefined)?.(info);
      if (result instanceof Promise) result.catch((error: unknown) => this.#failed(name, error));
    } catch (error) {
      this.#failed(name, error);
    }
  }

  #failed(name: string, error: unknown): void {
    this.log("warn", "hook.failed", { hook: name, error: error instanceof Error ? error.message : String(error) });
  }
}

const kindOf = (error: unknown): Kind | undefined => (error === undefined ? undefined : ChutesError.is(error) ? error.kind : "connection");

/** Follows one call from its first attempt to the end of its answer. */
export class CallWatch {
  readonly #began = performance.now();
  #ended = false;
  #chunks = 0;
  #firstChunkMs: number | undefined;
  #usage: Readonly<Record<string, unknown>> | undefined;
  #model: string | undefined;
  #responseModel: string | undefined;
  #status: number | undefined;
  #attempts = 0;

  constructor(
    private readonly telling: Telling,
    private readonly operation: string,
    readonly id: number,
  ) {}

  /** Before an attempt; gives what tells its outcome. */
  attempt(
    method: string,
    url: string,
    number: number,
    model: string | undefined,
  ): (status?: number, kind?: Kind, requestId?: string) => void {
    const bare = new URL(url);
    const info: AttemptInfo = { call: this.id, operation: this.operation, method, url: `${bare.origin}${bare.pathname}`, number, model };
    this.#model = model;
    this.#attempts = number;
    this.telling.hook("beforeAttempt", info);
    this.telling.log("debug", "attempt.start", { ...info });
    const began = performance.now();
    return (status, kind, requestId) => {
      const durationMs = performance.now() - began;
      this.#status = status;
      this.telling.hook("afterAttempt", { ...info, status, kind, requestId, durationMs });
      this.telling.log("debug", "attempt.end", {
        call: this.id,
        operation: this.operation,
        number,
        status,
        kind,
        ms: Math.round(durationMs),
        request_id: requestId,
      });
    };
  }

  retry(number: number, kind: Kind, waitMs: number): void {
    this.telling.hook("onRetry", { call: this.id, operation: this.operation, number, kind, waitMs });
    this.telling.log("debug", "retry", { call: this.id, operation: this.operation, number, kind, wait_ms: Math.round(waitMs) });
  }

  /** Counts a chunk, and notes what it tells of usage and model. */
  chunk(value: unknown): void {
    this.#chunks += 1;
    this.#firstChunkMs ??= performance.now() - this.#began;
    this.note(value);
  }

  /** Notes usage and model of an answer. */
  note(value: unknown): void {
    if (typeof value !== "object" || value === null) return;
    const { usage, model } = value as { usage?: unknown; model?: unknown };
    if (typeof usage === "object" && usage !== null) this.#usage = usage as Record<string, unknown>;
    if (typeof model === "string") this.#responseModel = model;
  }

  /** The call is over; only the first time counts. */
  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    const kind = kindOf(error);
    const durationMs = performance.now() - this.#began;
    const { id: call, operation } = this;
    this.telling.hook("onCallEnd", {
      call,
      operation,
      model: this.#model,
      responseModel: this.#responseModel,
      attempts: this.#attempts,
      status: this.#status,
      kind,
      durationMs,
      usage: this.#usage,
    });
    this.telling.log(kind === undefined ? "info" : "warn", "call.end", {
      call,
      operation,
      model: this.#model,
      status: this.#status,
      kind,
      attempts: this.#attempts,
      ms: Math.round(durationMs),
      tokens: tokensOf(this.#usage),
    });
  }

  /** The stream of the call is over, and with it the call. */
  endStream(kind: Kind | undefined, error?: unknown): void {
    if (this.#ended) return;
    const durationMs = performance.now() - this.#began;
    const { id: call, operation } = this;
    this.telling.hook("onStreamEnd", {
      call,
      operation,
      durationMs,
      firstChunkMs: this.#firstChunkMs,
      chunks: this.#chunks,
      usage: this.#usage,
      kind,
      model: this.#model,
    });
    this.telling.log("debug", "stream.end", { call, operation, kind, chunks: this.#chunks, ms: Math.round(durationMs) });
    this.end(error);
  }
}

function tokensOf(usage: Readonly<Record<string, unknown>> | undefined): number | undefined {
  const total = usage?.["total_tokens"];
  return typeof total === "number" ? total : undefined;
}

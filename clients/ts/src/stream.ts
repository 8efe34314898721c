/// <reference lib="esnext.disposable" preserve="true" />
/** Streams: bytes → events → chunks, the rules of how an answer ends, and leaving early. */
import { Accumulator } from "./accumulate.js";
import { ChutesError, cleanMessage, ConfigError, makeError, parseBody, type InterruptReason, type Kind } from "./errors.js";
import { readAll, type OpenResponse } from "./request.js";
import { Decoder, type Event } from "./sse.js";
import { TransportFailure } from "./transport.js";
import { decodeJson, unexpected, type ResponseInfo } from "./values.js";
import type { ChatCompletion, ChatCompletionChunk, TextCompletion, ToolCall, Usage } from "./types/index.js";

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const SNIPPET = 200;

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Text and code of an error event, or undefined: one function decides for named, keyed and bare errors. */
export function streamError(json: unknown, bare: boolean, named = false): { text: string; code: string | undefined } | undefined {
  if (!isObject(json)) return undefined;
  const error = json["error"];
  const keyed = error !== undefined && error !== null;
  const typed = json["object"] === "error";
  const detail = bare && json["detail"] !== undefined && json["detail"] !== null;
  if (!keyed && !typed && !detail && !named) return undefined;
  const { message, code } = parseBody(new TextEncoder().encode(JSON.stringify(json)));
  return { text: message || JSON.stringify(json), code };
}

/**
 * A stream that was dropped unread gives its connection back, at the latest when it is collected. One that is over is taken out:
 * the trace of its body's failure may name the stream itself, which would then be held for ever.
 */
const dropped = new FinalizationRegistry<OpenResponse["body"]>((body) => body.close());

/** What all streams share: reading events, errors below them, closing. */
export abstract class BaseStream<T> implements AsyncIterable<T> {
  protected readonly decoder: Decoder;
  #started = false;
  #closed = false;
  #iterator: AsyncGenerator<T, void, undefined> | undefined;

  constructor(
    protected readonly open: OpenResponse,
    maxEventBytes?: number,
  ) {
    this.decoder = new Decoder({ maxEventBytes });
    dropped.register(this, open.body, this);
  }

  /** Status, headers, request id and attempts of the answer. */
  get response(): ResponseInfo {
    return this.open.info;
  }

  /** Whether the stream was left or has ended. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Leaves the stream and closes its connection at once. Safe to call again. */
  async close(): Promise<void> {
    this.#end();
    this.open.watch?.endStream("cancelled");
    await Promise.resolve();
  }

  /** `await using stream = await …` closes the stream at the end of its block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Iterates once; a second time is a `config` error, never a new request. `break` closes the connection. */
  [Symbol.asyncIterator](): AsyncIterator<T, void, undefined> {
    if (this.#started) throw new ConfigError("the stream has already been read; make a new call to read it again");
    this.#started = true;
    this.#iterator = this.guarded();
    return this.#iterator;
  }

  get started(): boolean {
    return this.#started;
  }

  /** The rest of the stream, wherever it stands. */
  protected rest(): AsyncIterator<T, void, undefined> {
    return this.#iterator ?? this[Symbol.asyncIterator]();
  }

  private async *guarded(): AsyncGenerator<T, void, undefined> {
    const { watch } = this.open;
    try {
      for await (const item of this.items()) {
        watch?.chunk(item);
        yield item;
      }
      watch?.endStream(this.#closed ? "cancelled" : undefined);
    } catch (error) {
      watch?.endStream(ChutesError.is(error) ? error.kind : "connection", error);
      throw error;
    } finally {
      this.#end();
      watch?.endStream("cancelled"); // left early: only the first end counts
    }
  }

  #end(): void {
    this.#closed = true;
    this.open.body.close();
    dropped.unregister(this);
  }

  protected abstract items(): AsyncGenerator<T, void, undefined>;

  /** The next bytes; null at the end, and after `close()`. */
  protected async read(): Promise<Uint8Array | null> {
    if (this.#closed) return null;
    try {
      return await this.open.body.read();
    } catch (error) {
      if (this.#closed) return null;
      throw error;
    }
  }

  protected error(
    kind: Kind,
    message: string,
    extra: {
      reason?: ChutesError["reason"];
      code?: string | undefined;
      partial?: unknown;
      offset?: string | undefined;
      cause?: unknown;
    } = {},
  ): ChutesError {
    const { status, headers, requestId, attempts } = this.open.info;
    return makeError(kind, cleanMessage(message), { status, headers, requestId, attempts, secrets: this.open.secrets, ...extra });
  }
}

/** How a lost connection is told: silence is `timeout`, everything else `stream_interrupted`. */
export function lost(failure: TransportFailure): { kind: Kind; reason: InterruptReason } {
  if (failure.type === "idle_timeout" || failure.type === "deadline") return { kind: "timeout", reason: "idle_timeout" };
  return failure.type === "cancelled" ? { kind: "cancelled", reason: "connection" } : { kind: "stream_interrupted", reason: "connection" };
}

/** Rules shared by chat and text completions. */
abstract class ModelStream<Chunk, Final> extends BaseStream<Chunk> {
  readonly #accumulator: Accumulator;
  #complete = false;
  #failure: unknown;

  constructor(
    open: OpenResponse,
    private readonly options: { maxEventBytes?: number | undefined; onRestart: "error" | "discard"; text: boolean },
  ) {
    super(open, options.maxEventBytes);
    this.#accumulator = new Accumulator(options.text);
  }

  /** What has been received so far; `complete: false` until the answer is complete. Never throws. */
  get partial(): Final {
    return this.#accumulator.snapshot(this.#complete) as Final;
  }

  /** The tokens as the server last counted them; undefined before it did. */
  get usage(): Usage | undefined {
    return this.#accumulator.usage as Usage | undefined;
  }

  /**
   * Reads to the end and gives the whole completion.
   *
   * Throws what went wrong: `stream_interrupted`, `stream_error`, `timeout` or `cancelled`, each with `error.partial`.
   */
  async final(): Promise<Final> {
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.#complete) {
      const rest = this.rest();
      while ((await rest.next()).done !== true);
      if (this.#failure !== undefined) throw this.#failure;
      if (!this.#complete)
        throw this.error("stream_interrupted", "the stream was left before its answer was complete", {
          reason: "truncated",
          partial: this.partial,
        });
    }
    return this.#accumulator.snapshot(true) as Final;
  }

  protected async *items(): AsyncGenerator<Chunk, void, undefined> {
    try {
      if (await this.isPlain()) yield* this.plain();
      else yield* this.streamed();
    } catch (error) {
      this.#failure = this.withPartial(error);
      throw this.#failure;
    }
  }

  private withPartial(error: unknown): unknown {
    if (error instanceof TransportFailure) {
      const { kind, reason } = lost(error);
      return this.error(kind, error.message, {
        ...(kind === "stream_interrupted" ? { reason } : {}),
        partial: this.partial,
        cause: error.details.cause,
      });
    }
    if (ChutesError.is(error) && error.partial === undefined && error.kind !== "unexpected_response") {
      return this.error(error.kind, error.message, {
        ...(error.reason === undefined ? {} : { reason: error.reason }),
        partial: this.partial,
        cause: error.cause,
      });
    }
    return error;
  }

  private async isPlain(): Promise<boolean> {
    return /^\s*(?:application\/json|text\/html)/i.test(this.open.info.headers["content-type"] ?? "");
  }

  /** A JSON answer to a stream request: one chunk per choice. */
  private async *plain(): AsyncGenerator<Chunk, void, undefined> {
    const { info, secrets } = this.open;
    const raw = await readAll(this.open);
    if (/html/i.test(info.headers["content-type"] ?? ""))
      throw unexpected(info, raw, secrets, "the server answered a stream request with an HTML page");
    const json = decodeJson(raw, info, secrets, "object") as Json;
    if (!Array.isArray(json["choices"]))
      throw unexpected(info, raw, secrets, "the server answered a stream request with JSON that has no choices");
    const choices = json["choices"] as unknown[];
    for (const choice of choices.length === 0 ? [undefined] : choices) {
      const { message, ...rest } = isObject(choice) ? choice : ({} as Json);
      const chunk: Json = {
        ...json,
        choices: choice === undefined ? [] : [this.options.text ? choice : { ...rest, delta: message ?? {} }],
      };
      this.#accumulator.add(withToolIndexes(chunk));
      yield chunk as Chunk;
    }
    this.#complete = true;
  }

  private async *streamed(): AsyncGenerator<Chunk, void, undefined> {
    for (;;) {
      const bytes = await this.read();
      if (bytes === null) break;
      const events = this.decoder.feed(bytes);
      for (const [at, event] of events.entries()) {
        this.checkIgnored(at);
        if (event.data.trim() === "[DONE]") {
          await this.finish();
          return;
        }
        const chunk = this.decode(event);
        if (chunk !== undefined) yield chunk;
      }
      this.checkIgnored();
    }
    if (this.closed) return;
    yield* this.tail();
    if (!this.#accumulator.complete && !this.#complete) {
      const what = this.#accumulator.empty ? "the stream ended without an answer" : "the stream ended before the answer was complete";
      throw this.error("stream_interrupted", what, { reason: "truncated", partial: this.partial });
    }
    this.#complete = true;
  }

  private async finish(): Promise<void> {
    this.#complete = true;
    await this.open.body.settle();
  }

  /** What stood behind the last blank line. */
  private *tail(): Generator<Chunk, void, undefined> {
    const tail = this.decoder.finish();
    this.checkIgnored();
    const found = /^data:? ?([^]*)$/.exec(tail.line);
    const line = tail.line.trim();
    if (found === null && line !== "" && !line.startsWith(":")) this.checkBare(line);
    const parts = [tail.data, found?.[1]].filter((part) => part !== undefined);
    const data = parts.join("\n");
    if (data.trim() === "[DONE]" || found?.[1]?.trim() === "[DONE]") {
      if (tail.data !== undefined && tail.data.trim() !== "" && found !== null && tail.data.trim() !== "[DONE]")
        yield* this.tailChunk(tail.data, tail.event);
      this.#complete = true;
      return;
    }
    if (data.trim() !== "") yield* this.tailChunk(data, tail.event);
  }

  private *tailChunk(data: string, event: string): Generator<Chunk, void, undefined> {
    if (event !== "error" && data.trim().startsWith(":")) return; // a ping
    if (tryJson(data) === undefined && event !== "error") {
      throw this.error("stream_interrupted", "the stream ended in the middle of a chunk", { reason: "truncated", partial: this.partial });
    }
    const chunk = this.decode({ event: event === "" ? "message" : event, data, id: "", retry: undefined });
    if (chunk !== undefined) yield chunk;
  }

  /** What stood outside any event, before so many events of the last feed. */
  private checkIgnored(upTo?: number): void {
    for (const line of this.decoder.takeIgnored(upTo)) this.checkBare(line);
  }

  /** Chutes writes some errors as a bare JSON line, outside any event. */
  private checkBare(line: string): void {
    const found = line.trim().startsWith("{") ? streamError(tryJson(line.trim()), true) : undefined;
    if (found !== undefined)
      throw this.error("stream_error", `the server broke off the stream: ${found.text}`, { code: found.code, partial: this.partial });
  }

  /** One event to one chunk; undefined for pings. */
  private decode(event: Event): Chunk | undefined {
    const data = event.data.trim();
    if (event.event === "error") {
      const { text, code } = streamError(tryJson(data), true, true) ?? { text: data || "no reason given", code: undefined };
      throw this.error("stream_error", `the server reported an error in the stream: ${text}`, { code, partial: this.partial });
    }
    if (data === "" || data.startsWith(":")) return undefined;
    const json = tryJson(data);
    if (!isObject(json)) {
      const what = json === undefined ? "broken JSON" : "JSON that is no object";
      throw this.error("stream_error", `an event of the stream holds ${what}: ${data.slice(0, SNIPPET)}`, { partial: this.partial });
    }
    const found = streamError(json, false);
    if (found !== undefined)
      throw this.error("stream_error", `the server reported an error in the stream: ${found.text}`, {
        code: found.code,
        partial: this.partial,
      });
    if (this.#accumulator.restarts(json)) {
      if (this.options.onRestart === "error") {
        throw this.error("stream_interrupted", "the server began its answer again on another instance", {
          reason: "restarted",
          partial: this.partial,
        });
      }
      this.#accumulator.reset();
      json["restarted"] = true;
    }
    const { restarted: _mark, ...plain } = json;
    this.#accumulator.add(plain);
    return json as Chunk;
  }
}

/** A whole message has no indexes on its tool calls; as a delta it needs them. */
function withToolIndexes(chunk: Json): Json {
  for (const choice of (chunk["choices"] as unknown[]).filter(isObject)) {
    const delta = choice["delta"];
    if (isObject(delta) && Array.isArray(delta["tool_calls"])) {
      choice["delta"] = {
        ...delta,
        tool_calls: (delta["tool_calls"] as unknown[]).map((call, index) => (isObject(call) ? { index, ...call } : call)),
      };
    }
  }
  return chunk;
}

/**
 * A chat answer as it is written.
 *
 * @example
 * const stream = await client.chat.completions.stream({ model, messages });
 * for await (const text of stream.textStream) process.stdout.write(text);
 * const completion = await stream.final();
 */
export class ChatStream extends ModelStream<ChatCompletionChunk, ChatCompletion> {
  /** What the chunks tell, one thing at a time: text, reasoning, refusal, tool call pieces, finish, usage. Reads the stream. */
  async *events(): AsyncGenerator<ChatEvent, void, undefined> {
    for await (const chunk of this) yield* eventsOf(chunk);
  }

  /** The text of the first choice, piece by piece. Reads the stream: use this or the chunks. */
  get textStream(): AsyncIterable<string> {
    const chunks = this;
    return {
      async *[Symbol.asyncIterator]() {
        for await (const chunk of chunks) {
          for (const choice of chunk.choices ?? []) {
            const text = (choice.index ?? 0) === 0 ? choice.delta?.content : undefined;
            if (typeof text === "string" && text !== "") yield text;
          }
        }
      },
    };
  }
}

/** One thing that a chunk tells; see `ChatStream.events()`. */
export type ChatEvent =
  | { type: "content" | "reasoning" | "refusal"; index: number; text: string }
  | { type: "tool_call"; index: number; call: ToolCall }
  | { type: "finish"; index: number; reason: string }
  | { type: "usage"; usage: Usage };

function* eventsOf(chunk: ChatCompletionChunk): Generator<ChatEvent, void, undefined> {
  for (const choice of chunk.choices ?? []) {
    const index = choice.index ?? 0;
    const delta = choice.delta ?? {};
    const reasoning = delta.reasoning_content || delta.reasoning;
    if (reasoning) yield { type: "reasoning", index, text: reasoning };
    if (delta.content) yield { type: "content", index, text: delta.content };
    if (delta.refusal) yield { type: "refusal", index, text: delta.refusal };
    for (const call of delta.tool_calls ?? []) yield { type: "tool_call", index, call };
    if (choice.finish_reason) yield { type: "finish", index, reason: choice.finish_reason };
  }
  if (chunk.usage) yield { type: "usage", usage: chunk.usage };
}

/** A text completion as it is written. */
export class CompletionStream extends ModelStream<TextCompletion, TextCompletion> {
  /** The text of the first choice, piece by piece. */
  get textStream(): AsyncIterable<string> {
    const chunks = this;
    return {
      async *[Symbol.asyncIterator]() {
        for await (const chunk of chunks) {
          for (const choice of chunk.choices ?? []) if ((choice.index ?? 0) === 0 && choice.text) yield choice.text;
        }
      },
    };
  }
}

/** Events of a chute's own endpoint. Ends where the body ends; needs no `[DONE]` and no content type. */
export class EventStream extends BaseStream<Event> {
  protected async *items(): AsyncGenerator<Event, void, undefined> {
    try {
      for (;;) {
        const bytes = await this.read();
        if (bytes === null) break;
        const events = this.decoder.feed(bytes);
        this.decoder.takeIgnored();
        yield* events;
      }
      if (this.closed) return;
      const tail = this.decoder.finish();
      this.checkTail(tail.line);
      const found = /^data:? ?([^]*)$/.exec(tail.line);
      const parts = [tail.data, found?.[1]].filter((part) => part !== undefined);
      if (parts.length > 0)
        yield { event: tail.event === "" ? "message" : tail.event, data: parts.join("\n"), id: this.decoder.lastEventId, retry: undefined };
    } catch (error) {
      throw this.ours(error);
    }
  }

  private checkTail(line: string): void {
    const json = tryJson(line.trim());
    if (isObject(json) && json["error"] !== undefined && json["error"] !== null) {
      const found = streamError(json, true);
      throw this.error("stream_error", `the server broke off the stream: ${found?.text ?? ""}`, { code: found?.code });
    }
  }

  private ours(error: unknown): unknown {
    if (!(error instanceof TransportFailure)) return error;
    const { kind, reason } = lost(error);
    return this.error(
      kind,
      error.message,
      kind === "stream_interrupted" ? { reason, cause: error.details.cause } : { cause: error.details.cause },
    );
  }

  /** The raw bytes, undecoded, for endpoints that stream something else than events. Use this or the events. */
  async *bytes(): AsyncGenerator<Uint8Array, void, undefined> {
    this[Symbol.asyncIterator](); // marks the stream as read
    const { watch } = this.open;
    try {
      for (let bytes = await this.read(); bytes !== null; bytes = await this.read()) {
        watch?.chunk(bytes);
        yield bytes;
      }
      watch?.endStream(this.closed ? "cancelled" : undefined);
    } catch (error) {
      const ours = this.ours(error);
      watch?.endStream(ChutesError.is(ours) ? ours.kind : "connection", ours);
      throw ours;
    } finally {
      await this.close();
    }
  }

  /** The raw text, line by line, without line ends. Use this or the events. */
  async *lines(): AsyncGenerator<string, void, undefined> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const bytes of this.bytes()) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split(/\r\n|\n/);
      rest = lines.pop() ?? "";
      yield* lines;
    }
    rest += decoder.decode();
    if (rest !== "") yield rest;
  }
}

/** Decoded JSON objects of a management stream. */
export class JsonStream<T> extends BaseStream<T> {
  readonly #events: EventStream;

  constructor(open: OpenResponse, maxEventBytes?: number) {
    super(open, maxEventBytes);
    const { watch: _told, ...events } = open; // by this stream
    this.#events = new EventStream(events, maxEventBytes);
  }

  override async close(): Promise<void> {
    await super.close();
    await this.#events.close();
  }

  protected async *items(): AsyncGenerator<T, void, undefined> {
    for await (const event of this.#events) {
      if (event.data.trim() === "" || event.data.trim().startsWith(":")) continue;
      const json = tryJson(event.data);
      const found = event.event === "error" ? { text: event.data, code: undefined } : streamError(json, true);
      if (found !== undefined)
        throw this.error("stream_error", `the server reported an error in the stream: ${found.text}`, { code: found.code });
      if (json === undefined) throw this.error("stream_error", `an event of the stream holds broken JSON: ${event.data.slice(0, SNIPPET)}`);
      yield json as T;
    }
  }
}

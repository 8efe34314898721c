/** Streams of a model's answer, of events and of JSON objects: the rules of how each is read and how it ends. */
import { Accumulator } from "./accumulate.js";
import { ChutesError, TooLargeError } from "./errors.js";
import { isObject, tryJson, type Json } from "./json.js";
import { readAll, type OpenResponse } from "./request.js";
import { MAX_EVENT_BYTES, type Event } from "./sse.js";
import { BaseStream, eventOf, lost, SNIPPET, streamError } from "./stream_base.js";
import { TransportFailure } from "./transport.js";
import { decodeJson, lacking, unexpected } from "./values.js";
import type { ChatCompletion, ChatCompletionChunk, TextCompletion, Usage } from "./types/index.js";

/** The data that ends a model's stream. */
const END = "[DONE]";

/** Refuses a page of HTML, which is nobody's stream. */
export async function refusePage(open: OpenResponse): Promise<void> {
  if (/html/i.test(open.info.headers["content-type"] ?? ""))
    throw unexpected(open.info, await readAll(open), open.secrets, "the server answered a stream request with an HTML page");
}

/** Rules shared by chat and text completions. */
abstract class ModelStream<Chunk, Final> extends BaseStream<Chunk> {
  private readonly accumulator: Accumulator;
  #complete = false;
  #eof = false;
  /** Whether the answer was no stream: it needs no sign of its end. */
  #whole = false;
  #failure: unknown;
  /** What `events()` throws after the event that it is about. */
  private late: unknown;

  constructor(
    open: OpenResponse,
    private readonly options: { maxEventBytes?: number | undefined; onRestart: "error" | "discard"; text: boolean },
  ) {
    super(open, options.maxEventBytes);
    this.accumulator = new Accumulator(options.text);
  }

  /** What has been received so far; `complete: false` until the answer is complete. Never throws. */
  get partial(): Final {
    return this.accumulator.snapshot(this.#complete) as Final;
  }

  /** The tokens as the server last counted them; undefined before it did. */
  get usage(): Usage | undefined {
    return this.accumulator.usage as Usage | undefined;
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
    return this.accumulator.snapshot(true) as Final;
  }

  protected translate(error: unknown): unknown {
    return (this.#failure = this.withPartial(error));
  }

  private withPartial(error: unknown): unknown {
    if (error instanceof TransportFailure) {
      const { kind, ...why } = lost(error);
      const bare = kind === "cancelled" ? undefined : this.bareError(this.decoder.finish().line);
      if (bare !== undefined) return bare; // the server's reason beats that of the connection
      return this.error(kind, error.message, { ...why, partial: this.partial, cause: error.details.cause });
    }
    if (ChutesError.is(error) && error.partial === undefined && error.kind !== "unexpected_response") {
      return this.error(error.kind, error.message, {
        reason: error.reason,
        partial: this.partial,
        cause: error.cause,
      });
    }
    return error;
  }

  protected override begin(): Promise<void> | undefined {
    return /^\s*(?:application\/json|text\/html)/i.test(this.open.info.headers["content-type"] ?? "") ? this.plain() : undefined;
  }

  /** A JSON answer to a stream request: one chunk per choice. */
  private async plain(): Promise<void> {
    const { info, secrets } = this.open;
    await refusePage(this.open);
    const raw = await readAll(this.open);
    const json = decodeJson(raw, info, secrets, "object") as Json;
    if (!Array.isArray(json["choices"])) throw lacking("the list choices", raw, this.open);
    const choices = json["choices"] as unknown[];
    const chunks = (choices.length === 0 ? [undefined] : choices).map((choice, at) => {
      const { message, ...rest } = isObject(choice) ? choice : ({} as Json);
      const delta = this.options.text ? choice : { ...rest, delta: message ?? {} };
      const object = json["object"] === "chat.completion" ? "chat.completion.chunk" : json["object"];
      const usage = at < choices.length - 1 ? undefined : json["usage"]; // once, with the last
      return eventOf(JSON.stringify(withToolIndexes({ ...json, object, usage, choices: choice === undefined ? [] : [delta] })));
    });
    this.hand(chunks);
    this.#eof = this.#whole = true;
  }

  /** The next event; undefined where more is needed, and an error where no more comes. */
  private next(): Event | undefined {
    if (this.late !== undefined) throw this.late;
    if (!this.clean) this.checkIgnored(this.position);
    const event = this.nextEvent();
    if (event === undefined) {
      if (this.#eof && !this.#whole && !this.accumulator.complete) {
        const what = this.accumulator.empty ? "the stream ended without an answer" : "the stream ended before the answer was complete";
        throw this.error("stream_interrupted", what, { reason: "truncated", partial: this.partial });
      }
      this.over = this.#eof;
      this.#complete ||= this.#eof;
    } else if (!event.data.startsWith("{") && event.data.trim() === END) {
      this.over = true;
      this.#complete = true;
    }
    return event;
  }

  protected take(): Chunk | undefined {
    for (let event = this.next(); event !== undefined && !this.over; event = this.next()) {
      const chunk = this.decode(event);
      if (chunk !== undefined) return chunk;
    }
    return undefined;
  }

  /**
   * The server-sent events as they came, pings and `[DONE]` included. Reads the stream: use this, the chunks or the text. An event
   * that reports an error is the last, and the error is thrown after it.
   *
   * @example
   * const stream = await client.chat.completions.stream({ model, messages });
   * for await (const { event, data } of stream.events()) console.log(event, data);
   */
  events(): AsyncIterable<Event> {
    return this.through(() => {
      const event = this.next();
      if (event === undefined || this.over) return event;
      try {
        const chunk = this.decode(event);
        if (chunk !== undefined) this.open.watch?.chunk(chunk);
      } catch (error) {
        this.late = error;
        this.clean = false;
      }
      return event;
    });
  }

  /** The text of the first choice, piece by piece. Reads the stream: use this, the chunks or the events. */
  get textStream(): AsyncIterable<string> {
    return this.through(() => {
      for (let chunk = this.taken(); chunk !== undefined; chunk = this.taken()) {
        const text = this.textOf(chunk);
        if (text !== "") return text;
      }
      return undefined;
    });
  }

  /** The text of the first choice in a chunk. */
  protected abstract textOf(chunk: Chunk): string;

  /** What stood behind the last blank line. */
  protected ended(): void {
    this.#eof = true;
    const tail = this.decoder.finish();
    this.checkIgnored();
    const found = /^data:? ?([^]*)$/.exec(tail.line);
    this.checkBare(tail.line);
    const parts = [tail.data, found?.[1]].filter((part) => part !== undefined);
    const data = parts.join("\n");
    if (data.trim() === END) this.hand([eventOf(END)]);
    else if (found?.[1]?.trim() === END) this.hand([...this.tailEvents(tail.data ?? "", tail.event), eventOf(END)]);
    else this.hand(this.tailEvents(data, tail.event));
  }

  private tailEvents(data: string, event: string): Event[] {
    const text = data.trim();
    if (text === "" || (event !== "error" && text.startsWith(":"))) return []; // a ping
    if (text !== END && tryJson(data) === undefined && event !== "error") {
      throw this.error("stream_interrupted", "the stream ended in the middle of a chunk", { reason: "truncated", partial: this.partial });
    }
    return [eventOf(data, event)];
  }

  /** What stood outside any event, before so many events of the last feed. */
  private checkIgnored(upTo?: number): void {
    for (const line of this.decoder.takeIgnored(upTo)) this.checkBare(line);
  }

  /** Chutes writes some errors as a bare JSON line, outside any event. */
  private checkBare(line: string): void {
    const bare = this.bareError(line);
    if (bare !== undefined) throw bare;
  }

  private bareError(line: string): ChutesError | undefined {
    const found = streamError(tryJson(line), true); // what is no object is none
    if (found === undefined) return undefined;
    return this.error("stream_error", `the server broke off the stream: ${found.text}`, { code: found.code, partial: this.partial });
  }

  /** One event to one chunk; undefined for pings. */
  private decode(event: Event): Chunk | undefined {
    if (event.event === "error") {
      const data = event.data.trim();
      const { text, code } = streamError(tryJson(data), true, true) ?? { text: data || "no reason given", code: undefined };
      throw this.error("stream_error", `the server reported an error in the stream: ${text}`, { code, partial: this.partial });
    }
    const json = tryJson(event.data);
    if (!isObject(json)) {
      const data = event.data.trim();
      if (data === "" || data.startsWith(":")) return undefined;
      const what = json === undefined ? "broken JSON" : "JSON that is no object";
      throw this.error("stream_error", `an event of the stream holds ${what}: ${data.slice(0, SNIPPET)}`, { partial: this.partial });
    }
    const found = json["error"] === undefined && json["object"] !== "error" ? undefined : streamError(json, false);
    if (found !== undefined)
      throw this.error("stream_error", `the server reported an error in the stream: ${found.text}`, {
        code: found.code,
        partial: this.partial,
      });
    if (this.accumulator.restarts(json)) {
      if (this.options.onRestart === "error") {
        throw this.error("stream_interrupted", "the server began its answer again on another instance", {
          reason: "restarted",
          partial: this.partial,
        });
      }
      this.accumulator.reset();
      json["restarted"] = true;
    }
    this.accumulator.add(json);
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
  protected textOf({ choices }: ChatCompletionChunk): string {
    return joined(choices, (choice) => choice.delta?.content);
  }
}

/** A text completion as it is written. */
export class CompletionStream extends ModelStream<TextCompletion, TextCompletion> {
  protected textOf({ choices }: TextCompletion): string {
    return joined(choices, (choice) => choice.text);
  }
}

/** The text that the first choice has in a chunk. */
function joined<C extends { index?: number | null | undefined }>(
  choices: readonly (C | null)[] | null | undefined,
  textOf: (choice: C) => unknown,
): string {
  let text = "";
  for (const choice of choices ?? []) {
    const more = choice && (choice.index ?? 0) === 0 ? textOf(choice) : undefined;
    if (typeof more === "string") text += more;
  }
  return text;
}

/** Streams of events by other rules than a model's. */
abstract class CordStream<T> extends BaseStream<T> {
  protected override arrived(bytes: Uint8Array): void {
    super.arrived(bytes);
    this.decoder.takeIgnored();
  }

  protected ended(): void {
    const tail = this.decoder.finish();
    this.checkTail(tail.line);
    const found = /^data:? ?([^]*)$/.exec(tail.line);
    const parts = [tail.data, found?.[1]].filter((part) => part !== undefined);
    if (parts.length > 0) this.hand([{ ...eventOf(parts.join("\n"), tail.event), id: this.decoder.lastEventId }]);
  }

  private checkTail(line: string): void {
    const json = tryJson(line.trim());
    if (isObject(json) && json["error"] !== undefined && json["error"] !== null) {
      const found = streamError(json, true);
      throw this.error("stream_error", `the server broke off the stream: ${found?.text ?? ""}`, { code: found?.code });
    }
  }

  protected translate(error: unknown): unknown {
    if (!(error instanceof TransportFailure)) return error;
    const { kind, ...why } = lost(error);
    return this.error(kind, error.message, { ...why, cause: error.details.cause });
  }
}

/** Events of a chute's own endpoint. Ends where the body ends; needs no `[DONE]` and no content type. */
export class EventStream extends CordStream<Event> {
  readonly #maxBytes: number;

  constructor(open: OpenResponse, maxEventBytes: number = MAX_EVENT_BYTES) {
    super(open, maxEventBytes);
    this.#maxBytes = maxEventBytes;
  }

  protected take(): Event | undefined {
    return this.nextEvent();
  }

  /** The next bytes; null at the end, and after `close()`. */
  private async read(): Promise<Uint8Array | null> {
    try {
      return this.closed ? null : await this.open.body.read();
    } catch (error) {
      if (this.closed) return null;
      throw error;
    }
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
      const ours = this.translate(error);
      watch?.endStream(ChutesError.is(ours) ? ours.kind : "connection", ours);
      throw ours;
    } finally {
      await this.close();
    }
  }

  /** The raw text, line by line, without line ends. Use this or the events. */
  async *lines(): AsyncGenerator<string, void, undefined> {
    const decoder = new TextDecoder();
    let parts: string[] = [];
    let size = 0;
    for await (const bytes of this.bytes()) {
      const pieces = decoder.decode(bytes, { stream: true }).split("\n");
      const rest = pieces.pop() ?? "";
      for (const piece of pieces) {
        yield [...parts, piece].join("").replace(/\r$/, "");
        parts = [];
        size = 0;
      }
      if (rest !== "") parts.push(rest);
      size += rest.length;
      if (size > this.#maxBytes) {
        throw new TooLargeError("too_large", `a line of the stream is larger than ${this.#maxBytes} bytes`);
      }
    }
    const last = parts.join("") + decoder.decode();
    if (last !== "") yield last;
  }
}

/** Decoded JSON objects of a management stream. */
export class JsonStream<T> extends CordStream<T> {
  protected take(): T | undefined {
    for (let event = this.nextEvent(); event !== undefined; event = this.nextEvent()) {
      if (event.data.trim() === "" || event.data.trim().startsWith(":")) continue;
      const json = tryJson(event.data);
      const found = event.event === "error" ? { text: event.data, code: undefined } : streamError(json, false);
      if (found !== undefined)
        throw this.error("stream_error", `the server reported an error in the stream: ${found.text}`, { code: found.code });
      if (json === undefined) throw this.error("stream_error", `an event of the stream holds broken JSON: ${event.data.slice(0, SNIPPET)}`);
      return json as T;
    }
    return undefined;
  }
}

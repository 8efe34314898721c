/// <reference lib="esnext.disposable" preserve="true" />
/** What all streams share: bytes → events → items, errors that stand in them, and leaving early. */
import { ChutesError, cleanMessage, ConfigError, makeError, parseBody, type InterruptReason, type Kind } from "./errors.js";
import { isObject } from "./json.js";
import type { OpenResponse } from "./request.js";
import { Decoder, type Event } from "./sse.js";
import { cancelled } from "./testing.js";
import { aborted, type TransportFailure } from "./transport.js";
import type { ResponseInfo } from "./values.js";

/** Characters of an event that an error shows. */
export const SNIPPET = 200;
/** An event that was no whole one, or none at all, on the wire. */
export const eventOf = (data: string, event = ""): Event => ({ event: event === "" ? "message" : event, data, id: "", retry: undefined });

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
const dropped = new FinalizationRegistry<() => void>((leave) => leave());

const OVER: IteratorReturnResult<void> = { done: true, value: undefined };

/**
 * What all streams share: reading what arrives, handing out its items, errors below them, closing.
 *
 * What is touched for each token is private by type and not by `#`: at the pace of a model this code runs cold, and there a `#` costs
 * several times a plain field.
 */
export abstract class BaseStream<T> implements AsyncIterable<T> {
  protected readonly decoder: Decoder;
  /** Set by `take` where the answer is over, though its body may not be. */
  protected over = false;
  #started = false;
  private shut = false;
  private begun = false;
  private atEnd = false;
  /** Calls of `next` that are not answered yet, and the last of them. */
  private waiting = 0;
  private last: Promise<unknown> = Promise.resolve();
  private pieces: readonly Event[] = [];
  private at = 0;
  /** Whether the last piece holds nothing but its events: `take` has nothing to give when these are gone. */
  protected clean = false;

  /** Ends what was opened, where nobody reads it any more. Does not know the stream, which could not be collected otherwise. */
  declare private readonly leave: () => void;
  /** Not enumerable: no dump of a stream shows what it was asked with. */
  declare protected readonly open: OpenResponse;

  constructor(open: OpenResponse, maxEventBytes?: number) {
    const { body, watch, signal } = open;
    const leave = (): void => {
      signal?.removeEventListener("abort", leave);
      body.close();
      watch?.endStream("cancelled", signal?.aborted === true ? cancelled(signal) : undefined);
    };
    Object.defineProperties(this, { open: { value: open }, leave: { value: leave } });
    this.decoder = new Decoder({ maxEventBytes });
    signal?.addEventListener("abort", leave);
    dropped.register(this, leave, this);
  }

  /** Status, headers, request id and attempts of the answer. */
  get response(): ResponseInfo {
    return this.open.info;
  }

  /** Whether the stream was left or has ended. */
  get closed(): boolean {
    return this.shut;
  }

  /** Leaves the stream and closes its connection at once. Safe to call again. */
  async close(): Promise<void> {
    this.#end("cancelled");
    await Promise.resolve();
  }

  /** `await using stream = await …` closes the stream at the end of its block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Iterates once; a second time is a `config` error, never a new request. `break` closes the connection. */
  [Symbol.asyncIterator](): AsyncIterator<T, void, undefined> {
    this.#once();
    return this.rest();
  }

  #once(): void {
    if (this.#started) throw new ConfigError("the stream has already been read; make a new call to read it again");
  }

  /** The rest of the stream, wherever it stands. */
  protected rest(): AsyncIterator<T, void, undefined> {
    return this.iterate(() => this.taken());
  }

  /** Iterates over what `take` gives of what has arrived: at once, since a generator would cost several turns for each item. */
  protected iterate<I>(take: () => I | undefined): AsyncIterator<I, void, undefined> {
    this.#started = true;
    const pull = (): Promise<IteratorResult<I, void>> => this.pull(take);
    return {
      next: () => {
        if (this.waiting === 0 && this.at < this.pieces.length) {
          try {
            const value = this.ready(take);
            if (value !== undefined) return Promise.resolve({ done: false, value });
          } catch (error) {
            return Promise.reject(this.#failed(error));
          }
        }
        this.waiting += 1;
        const found = this.waiting === 1 ? this.pull(take) : this.last.then(pull, pull); // in the order of the calls
        this.last = found;
        return found;
      },
      return: async () => {
        await this.close();
        return OVER;
      },
    };
  }

  /** The one iteration of this stream, over something else than its items. */
  protected through<I>(take: () => I | undefined): AsyncIterable<I> {
    return {
      [Symbol.asyncIterator]: () => {
        this.#once();
        return this.iterate(take);
      },
    };
  }

  private async pull<I>(take: () => I | undefined): Promise<IteratorResult<I, void>> {
    try {
      const first = this.begun ? undefined : this.begin();
      this.begun = true;
      if (first !== undefined) await first;
      for (;;) {
        const value = this.ready(take);
        if (value !== undefined) return { done: false, value };
        if (this.over) await this.open.body.settle();
        if (this.over || this.atEnd || this.shut) break;
        const bytes = await this.open.body.read();
        if (bytes !== null) this.arrived(bytes);
        else if (!this.shut) {
          this.atEnd = true;
          this.ended();
        }
      }
      this.#end();
    } catch (error) {
      if (!this.shut) throw this.#failed(error);
    } finally {
      this.waiting -= 1;
    }
    return OVER;
  }

  /** What `take` gives of what has arrived, unless the stream has come to its end. */
  private ready<I>(take: () => I | undefined): I | undefined {
    if (this.over || this.shut) return undefined;
    const { signal, deadline } = this.open;
    if (signal?.aborted === true) throw aborted(signal);
    if (deadline?.over) throw deadline.over;
    return this.clean && this.at >= this.pieces.length ? undefined : take();
  }

  #failed(error: unknown): unknown {
    const ours = this.translate(error);
    this.#end(ChutesError.is(ours) ? ours.kind : "connection", ours);
    return ours;
  }

  #end(kind?: Kind, error?: unknown): void {
    this.shut = true;
    this.open.watch?.endStream(kind, error);
    this.leave();
    dropped.unregister(this);
  }

  /** Before anything is read. */
  protected begin(): Promise<void> | undefined {
    return undefined;
  }

  /** The next item of what has arrived; undefined where more is needed. */
  protected abstract take(): T | undefined;

  /** The input has ended: what stood behind the last whole event is handed on, or is an error. */
  protected abstract ended(): void;

  /** What a failure is told as. */
  protected abstract translate(error: unknown): unknown;

  /** Takes the next bytes of the body. */
  protected arrived(bytes: Uint8Array): void {
    this.hand(this.decoder.feed(bytes));
    this.clean = this.decoder.clean;
  }

  /** Events to be taken. */
  protected hand(events: readonly Event[]): void {
    this.pieces = events;
    this.at = 0;
    this.clean = false;
  }

  /** The next of these events. */
  protected nextEvent(): Event | undefined {
    const event = this.pieces[this.at++];
    if (event === undefined) this.decoder.raise();
    return event;
  }

  /** How many of these events were taken. */
  protected get position(): number {
    return this.at;
  }

  /** The next item, counted. */
  protected taken(): T | undefined {
    const value = this.take();
    if (value !== undefined) this.open.watch?.chunk(value);
    return value;
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
    const { info, secrets } = this.open;
    return makeError(kind, cleanMessage(message), { ...info, secrets, ...extra });
  }
}

/** How a lost connection is told: silence is `timeout`, everything else `stream_interrupted`. */
export function lost(failure: TransportFailure): { kind: Kind; reason?: InterruptReason } {
  if (failure.type === "idle_timeout") return { kind: "timeout", reason: "idle_timeout" };
  if (failure.type === "deadline") return { kind: "timeout" };
  return failure.type === "cancelled" ? { kind: "cancelled" } : { kind: "stream_interrupted", reason: "connection" };
}

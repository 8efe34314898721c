/**
 * Server-sent events over bytes, by the WHATWG grammar (HTML, 9.2). Linear in size however the bytes are sliced.
 *
 * @example
 * const decoder = new Decoder();
 * for (const event of decoder.feed(bytes)) console.log(event.event, event.data);
 */
import { TooLargeError } from "./errors.js";

/** Largest event in bytes. */
export const MAX_EVENT_BYTES = 64 * 1024 * 1024;

/** One dispatched event. */
export interface Event {
  /** Name; `message` where the block gave none. */
  event: string;
  /** Data lines joined by LF. */
  data: string;
  /** The last event id in force. */
  id: string;
  /** Reconnection time in milliseconds, where one was ever set. */
  retry: number | undefined;
}

/** What was left when the input ended: an unterminated line, and the fields of an unfinished block. */
export interface Tail {
  line: string;
  data: string | undefined;
  event: string;
}

const LF = 10;
const CR = 13;
const COLON = 58;
const SPACE = 32;
const BOM = [0xef, 0xbb, 0xbf] as const;

/** Turns bytes into events. Never fails for a line it does not know: those stand in `ignored`. */
export class Decoder {
  /** Lines since the last `takeIgnored` that are no field and no comment, each with the number of events of its feed before it. */
  private ignored: { line: string; after: number }[] = [];
  private fed = 0;
  private readonly maxEventBytes: number;
  private readonly text = new TextDecoder("utf-8", { ignoreBOM: true });
  private parts: Uint8Array[] = [];
  #partBytes = 0;
  private eventBytes = 0;
  private skipLf = false;
  private bomAt = 0;
  #data: string[] = [];
  private name = "";
  private lastId = "";
  #pendingId: string | undefined;
  private wait: number | undefined;
  private failure: unknown;

  constructor(options: { maxEventBytes?: number | undefined } = {}) {
    this.maxEventBytes = options.maxEventBytes ?? MAX_EVENT_BYTES;
  }

  /**
   * Takes the next bytes; returns the events that they complete. Throws `too_large` above the cap: where other events came before it,
   * they are returned, and the next call throws.
   */
  feed(bytes: Uint8Array): Event[] {
    const events: Event[] = [];
    if (this.failure !== undefined) this.raise();
    if (this.ignored.length > 0) for (const old of this.ignored) old.after = 0;
    this.fed = 0;
    try {
      if (!this.whole(bytes, events)) this.#feed(bytes, events);
    } catch (error) {
      if (events.length === 0) throw error;
      this.failure = error;
    }
    return events;
  }

  /** Throws what the last `feed` could not, since it had events to return. */
  raise(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  /** Takes a piece of whole blocks with LF as line end, which is what most are, where nothing is left of those before. */
  private whole(bytes: Uint8Array, events: Event[]): boolean {
    const last = bytes.length - 1;
    if (bytes[last] !== LF || bytes[last - 1] !== LF || last >= this.maxEventBytes) return false;
    if (this.eventBytes > 0 || this.parts.length > 0 || this.skipLf || this.bomAt < 3) return false;
    const text = this.text.decode(bytes);
    if (text.includes("\r")) return false;
    this.blocks(text, events);
    return true;
  }

  #feed(bytes: Uint8Array, events: Event[]): void {
    let chunk = this.bomAt < 3 ? this.#stripBom(bytes) : bytes;
    if (this.skipLf && chunk.length > 0) {
      this.skipLf = false;
      if (chunk[0] === LF) chunk = chunk.subarray(1);
    }
    let start = 0;
    let nextCr = chunk.indexOf(CR);
    let nextLf = chunk.indexOf(LF);
    const blocksEnd = nextCr === -1 && chunk.length <= this.maxEventBytes ? endOfBlocks(chunk) : 0;
    while (nextCr !== -1 || nextLf !== -1) {
      if (start < blocksEnd && this.parts.length === 0 && this.eventBytes === 0) {
        this.blocks(this.text.decode(chunk.subarray(start, blocksEnd)), events);
        start = blocksEnd;
        nextLf = chunk.indexOf(LF, start);
        continue;
      }
      const end = nextCr !== -1 && (nextLf === -1 || nextCr < nextLf) ? nextCr : nextLf;
      this.#line(chunk.subarray(start, end), events);
      start = end + 1;
      if (end === nextCr) {
        if (start === chunk.length) this.skipLf = true;
        else if (chunk[start] === LF) start += 1;
      }
      if (nextCr !== -1 && nextCr < start) nextCr = chunk.indexOf(CR, start);
      if (nextLf !== -1 && nextLf < start) nextLf = chunk.indexOf(LF, start);
    }
    if (start < chunk.length) this.#keep(chunk.slice(start));
  }

  /** Takes whole blocks with LF as line end: decoded at once, which is where the time goes when each line is decoded by itself. */
  private blocks(text: string, events: Event[]): void {
    for (let start = 0; start < text.length;) {
      const end = text.indexOf("\n", start);
      if (this.eventBytes === 0 && text.charCodeAt(end + 1) === LF && text.startsWith("data: ", start)) {
        this.emit(text.slice(start + 6, end), events);
        start = end + 2;
        continue;
      }
      if (end === start) this.#dispatch(events);
      else this.#textLine(text.slice(start, end));
      start = end + 1;
    }
  }

  /** Tells that the input has ended. An unfinished block is no event; the layer above may look at it. */
  finish(): Tail {
    this.raise();
    this.#flushBom();
    const line = this.text.decode(this.#join(new Uint8Array(0)));
    return { line, data: this.#data.length > 0 ? this.#data.join("\n") : undefined, event: this.name };
  }

  /** Whether the last `feed` left nothing but its events: no line that was no field and no comment, and no failure. */
  get clean(): boolean {
    return this.ignored.length === 0 && this.failure === undefined;
  }

  /** Hands out, and forgets, the lines that were no field and no comment; `upTo`: only those before so many events of the last feed. */
  takeIgnored(upTo = Infinity): string[] {
    const taken = this.ignored.filter(({ after }) => after <= upTo);
    if (taken.length > 0) this.ignored = this.ignored.slice(taken.length);
    return taken.map(({ line }) => line);
  }

  /** The last event id in force. */
  get lastEventId(): string {
    return this.lastId;
  }

  /** The reconnection time in force, in milliseconds; undefined where none was set. */
  get retry(): number | undefined {
    return this.wait;
  }

  #stripBom(bytes: Uint8Array): Uint8Array {
    let used = 0;
    while (used < bytes.length && this.bomAt < 3 && bytes[used] === BOM[this.bomAt]) {
      used += 1;
      this.bomAt += 1;
    }
    if (this.bomAt === 3 || used === bytes.length) return bytes.subarray(used);
    const matched = this.bomAt;
    this.bomAt = BOM.length;
    if (matched === 0) return bytes;
    return concat([Uint8Array.from(BOM.slice(0, matched)), bytes.subarray(used)]);
  }

  #flushBom(): void {
    if (this.bomAt > 0 && this.bomAt < 3) this.#keep(Uint8Array.from(BOM.slice(0, this.bomAt)));
    this.bomAt = BOM.length;
  }

  #keep(part: Uint8Array): void {
    this.parts.push(part);
    this.#partBytes += part.length;
    // A comment may be of any length: only its beginning is kept.
    if (this.parts[0]?.[0] === COLON) {
      this.parts = [this.parts[0].subarray(0, 1)];
      this.#partBytes = 1;
    }
    this.#check(this.#partBytes);
  }

  #check(more: number): void {
    if (this.eventBytes + more > this.maxEventBytes) {
      throw new TooLargeError("too_large", `an event of the stream is larger than ${this.maxEventBytes} bytes`);
    }
  }

  #join(rest: Uint8Array): Uint8Array {
    if (this.parts.length === 0) return rest;
    this.parts.push(rest);
    const line = concat(this.parts);
    this.parts = [];
    this.#partBytes = 0;
    return line;
  }

  #line(rest: Uint8Array, events: Event[]): void {
    const line = this.#join(rest);
    if (line.length === 0) {
      this.#dispatch(events);
      return;
    }
    if (line[0] === COLON) return;
    this.#check(line.length);
    this.#textLine(this.text.decode(line), line.length);
  }

  /** A line that is not empty. */
  #textLine(line: string, bytes = line.length): void {
    if (line.charCodeAt(0) === COLON) return;
    this.eventBytes += bytes + 1;
    const colon = line.indexOf(":");
    if (colon === -1) this.#field(line, "", line);
    else this.#field(line.slice(0, colon), line.slice(line.charCodeAt(colon + 1) === SPACE ? colon + 2 : colon + 1), line);
  }

  #field(name: string, value: string, line: string): void {
    switch (name) {
      case "data":
        this.#data.push(value);
        break;
      case "event":
        this.name = value;
        break;
      case "id":
        if (!value.includes("\0")) this.#pendingId = value;
        break;
      case "retry":
        if (/^[0-9]+$/.test(value)) this.wait = Number(value);
        break;
      default:
        this.ignored.push({ line, after: this.fed });
    }
  }

  #dispatch(events: Event[]): void {
    if (this.#pendingId !== undefined) this.lastId = this.#pendingId;
    this.#pendingId = undefined;
    if (this.#data.length > 0) {
      this.emit(this.#data.join("\n"), events);
      this.#data = [];
    }
    this.name = "";
    this.eventBytes = 0;
  }

  private emit(data: string, events: Event[]): void {
    events.push({ event: this.name === "" ? "message" : this.name, data, id: this.lastId, retry: this.wait });
    this.fed += 1;
  }
}

/** Where the last whole block of a piece without CR ends; 0 where there is none. */
function endOfBlocks(bytes: Uint8Array): number {
  let end = bytes.lastIndexOf(LF);
  while (end > 0 && bytes[end - 1] !== LF) end = bytes.lastIndexOf(LF, end - 1);
  return end > 0 ? end + 1 : 0;
}

/** Joins byte pieces once. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1 && parts[0] !== undefined) return parts[0];
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

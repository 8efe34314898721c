/** Build logs: records by single newlines, which a parser of events would never hand out, or the plain text of a finished build. */
import { TooLargeError } from "./errors.js";
import type { OpenResponse } from "./request.js";
import { concat, MAX_EVENT_BYTES } from "./sse.js";
import { BaseStream, lost } from "./stream_base.js";
import { TransportFailure } from "./transport.js";
import type { BuildLogEvent } from "./types/index.js";

const LF = 10;
const SNIPPET = 200;
const DONE = "DONE";

/**
 * The log of a build, record by record. Ends at the server's end mark, and closes the connection there: the server would go on for ever.
 *
 * Throws `stream_error` with the build's own failure, `stream_interrupted` where the log ends before its end mark, `timeout` after
 * silence. A log in plain text has one record per line, without offsets.
 *
 * @example
 * const log = await client.containerImages.logs(imageId);
 * for await (const { log: line } of log) console.log(line);
 */
export class LogStream extends BaseStream<BuildLogEvent> {
  readonly #plain: boolean;
  readonly #maxBytes: number;
  #offset: string | undefined;
  #rest: Uint8Array[] = [];
  #restBytes = 0;
  #lines: string[] = [];
  #eof = false;

  constructor(open: OpenResponse, maxEventBytes: number = MAX_EVENT_BYTES) {
    super(open, maxEventBytes);
    this.#plain = !/^\s*text\/event-stream/i.test(open.info.headers["content-type"] ?? "");
    this.#maxBytes = maxEventBytes;
  }

  /** The last offset seen: `logs(imageId, { offset })` goes on after it. Undefined before the first. */
  get offset(): string | undefined {
    return this.#offset;
  }

  protected take(): BuildLogEvent | undefined {
    for (let line = this.#lines.shift(); line !== undefined; line = this.#lines.shift()) {
      if (line === DONE && !this.#plain) {
        this.over = true;
        this.open.body.close();
        return undefined;
      }
      const record = this.#record(line);
      if (record !== undefined) return record;
    }
    if (this.#eof && !this.#plain)
      throw this.error("stream_interrupted", "the log ended before the build did", { reason: "truncated", offset: this.#offset });
    return undefined;
  }

  /** Splits off the complete lines. */
  protected override arrived(bytes: Uint8Array): void {
    let from = 0;
    for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, from)) {
      const line = concat([...this.#rest, bytes.subarray(from, end)]);
      this.#rest = [];
      this.#restBytes = 0;
      from = end + 1;
      this.#lines.push(new TextDecoder().decode(line).replace(/\r$/, ""));
    }
    if (from < bytes.length) this.#rest.push(bytes.subarray(from));
    this.#restBytes += bytes.length - from;
    if (this.#restBytes > this.#maxBytes) throw new TooLargeError("too_large", `a line of the log is larger than ${this.#maxBytes} bytes`);
  }

  protected ended(): void {
    this.#eof = true;
    const last = new TextDecoder().decode(concat(this.#rest));
    if (last !== "") this.#lines.push(last);
  }

  #record(line: string): BuildLogEvent | undefined {
    if (this.#plain) return { log_type: null, log: line, offset: null };
    const text = /^data: ?([^]*)$/.exec(line)?.[1];
    if (text === undefined) return undefined; // heart-beats
    if (text.startsWith("ERROR:"))
      throw this.error("stream_error", `the build failed: ${text.slice(6).trim() || "no reason given"}`, { offset: this.#offset });
    let value: { log?: unknown; offset?: unknown };
    try {
      value = JSON.parse(text) as typeof value;
      if (typeof value !== "object" || value === null) throw new Error("no object");
    } catch (cause) {
      // A last line without its end is a log that was cut off.
      if (line === "" || !text.endsWith("}")) return undefined;
      throw this.error("stream_error", `a line of the log holds broken JSON: ${text.slice(0, SNIPPET)}`, { offset: this.#offset, cause });
    }
    if (typeof value.offset === "string") this.#offset = value.offset;
    const { log, offset, ...more } = value;
    const inner: object = typeof log === "object" && log !== null ? log : { log_type: null, log };
    return { ...more, ...inner, offset: typeof offset === "string" ? offset : null };
  }

  protected translate(error: unknown): unknown {
    if (!(error instanceof TransportFailure)) return error;
    const { kind, ...why } = lost(error);
    return this.error(kind, error.message, { ...why, offset: this.#offset, cause: error.details.cause });
  }
}

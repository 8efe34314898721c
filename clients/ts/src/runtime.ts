/** The one way of a call, for generated and hand-written methods alike. */
import { Caller } from "./caller.js";
import type { CallOptions } from "./config.js";
import { LogStream } from "./lines.js";
import { PagePromise, withCords } from "./pagination.js";
import { MASK } from "./redact.js";
import type { Call, OpenResponse } from "./request.js";
import { JsonStream, refusePage } from "./stream.js";
import { binary, decodeJson, ResultPromise } from "./values.js";

export type { Call, Param } from "./request.js";

/** Sends calls for one client. */
export class Runtime extends Caller {
  /** Sends a call and reads its whole answer. */
  perform<T>(call: Call, options: CallOptions = {}): ResultPromise<T> {
    return new ResultPromise<T>(this.fetch<T>(call, options));
  }

  /** Sends a call whose answer is a page. */
  page<P extends { items?: unknown }>(call: Call, options: CallOptions = {}): PagePromise<P> {
    const paged: Call = { ...call, revise: withCords };
    return new PagePromise<P>((page) => {
      if (page === undefined) return this.fetch<P>(paged, options);
      const { offset: _offset, ...query } = call.query ?? {};
      return this.fetch<P>({ ...paged, query: { ...query, page } }, options);
    });
  }

  /** Sends a call whose answer is a stream of JSON objects; resolves when the headers are in. */
  async stream<T>(call: Call, options: CallOptions = {}): Promise<JsonStream<T>> {
    const open = await this.open(call, options);
    await refusePage(open);
    return new JsonStream<T>(open, this.config.maxEventBytes);
  }

  /** Sends a call whose answer is a build log; resolves when the headers are in. */
  async lines(call: Call, options: CallOptions = {}): Promise<LogStream> {
    const open = await this.open(call, options);
    await refusePage(open);
    return new LogStream(open, this.config.maxEventBytes);
  }

  protected override decode(call: Call, bytes: Uint8Array, open: OpenResponse): unknown {
    switch (call.result) {
      case "none":
        return undefined;
      case "text":
        return new TextDecoder("utf-8").decode(bytes);
      case "bytes":
        return binary(bytes, open.info.headers);
      case "json":
        return shy(super.decode(call, bytes, open));
      default:
        return decodeByType(bytes, open);
    }
  }
}

const SECRETS = ["secret_key", "client_secret", "access_token", "refresh_token"];

/** Masks a credential that was just made where its object is looked at (`util.inspect`, `console.log`); fields and JSON stay as they are. */
function shy(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !SECRETS.some((name) => typeof (value as Record<string, unknown>)[name] === "string"))
    return value;
  const masked = (_depth: number, options: object, inspect: (value: unknown, options: object) => string): string =>
    inspect(Object.fromEntries(Object.entries(value).map(([name, item]) => [name, SECRETS.includes(name) && item ? MASK : item])), options);
  return Object.defineProperty(value, Symbol.for("nodejs.util.inspect.custom"), { value: masked, enumerable: false });
}

/** Reads an answer by its content type: JSON as a value, text as a string, everything else as bytes, and no content as undefined. */
export function decodeByType(bytes: Uint8Array, { info, secrets }: OpenResponse): unknown {
  if (info.status === 204 || info.status === 205) return undefined;
  const type = info.headers["content-type"] ?? "";
  if (/^[^;]*[/+]json\b/i.test(type)) return decodeJson(bytes, info, secrets);
  if (/^\s*text\//i.test(type)) return new TextDecoder("utf-8").decode(bytes);
  if (type === "" && bytes.length === 0) return undefined;
  return binary(bytes, info.headers);
}

/** The one way of a call, for generated and hand-written methods alike. */
import type { CallOptions, Config } from "./config.js";
import { LogStream } from "./lines.js";
import { PagePromise, withCords } from "./pagination.js";
import { consume, execute, readAll, type Call, type OpenResponse } from "./request.js";
import { JsonStream } from "./stream.js";
import { attachResponse, binary, decodeJson, ResultPromise, unexpected, type ResponseInfo } from "./values.js";

export type { Call, Param } from "./request.js";

/** Sends calls for one client. */
export class Runtime {
  /** Not enumerable: no dump of a client or a resource shows its options. */
  declare readonly config: Config;

  constructor(config: Config) {
    Object.defineProperty(this, "config", { value: config, enumerable: false });
  }

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
    return new JsonStream<T>(open, this.config.maxEventBytes);
  }

  /** Sends a call whose answer is a build log; resolves when the headers are in. */
  async lines(call: Call, options: CallOptions = {}): Promise<LogStream> {
    const open = await this.open(call, options);
    return new LogStream(open, this.config.maxEventBytes);
  }

  /** Sends a call and hands out its open answer. */
  open(call: Call, options: CallOptions): Promise<OpenResponse> {
    return execute(this.config, call, options);
  }

  async fetch<T>(call: Call, options: CallOptions): Promise<{ data: T; response: ResponseInfo }> {
    const open = await this.open(call, options);
    const value = await consume(open, () => this.read(call, open));
    return { data: attachResponse(value as T, open.info), response: open.info };
  }

  /** Reads an open answer as its call wants it. */
  async read(call: Call, open: OpenResponse): Promise<unknown> {
    const decoded = decode(call, await readAll(open), open);
    return call.revise === undefined ? decoded : call.revise(decoded, open);
  }
}

/** Reads an answer as the call wants it. */
function decode(call: Call, bytes: Uint8Array, open: OpenResponse): unknown {
  const { info, secrets } = open;
  switch (call.result) {
    case "none":
      return undefined;
    case "text":
      return new TextDecoder("utf-8").decode(bytes);
    case "bytes":
      return binary(bytes, info.headers);
    case "json":
      if (info.status === 204) throw unexpected(info, bytes, secrets, "the server answered 204 where JSON was due");
      return withList(call, decodeJson(bytes, info, secrets, call.shape ?? "any"), bytes, open);
    default:
      return decodeByType(bytes, open);
  }
}

function withList({ list }: Call, value: unknown, bytes: Uint8Array, { info, secrets }: OpenResponse): unknown {
  if (list === undefined || Array.isArray((value as Record<string, unknown>)[list])) return value;
  throw unexpected(info, bytes, secrets, `the server answered ${info.status} without the list ${list}`);
}

/** Reads an answer by its content type: JSON as a value, text as a string, everything else as bytes. */
export function decodeByType(bytes: Uint8Array, { info, secrets }: OpenResponse): unknown {
  const type = info.headers["content-type"] ?? "";
  if (/^[^;]*[/+]json\b/i.test(type)) return decodeJson(bytes, info, secrets);
  if (/^\s*text\//i.test(type)) return new TextDecoder("utf-8").decode(bytes);
  if (type === "" && bytes.length === 0) return undefined;
  return binary(bytes, info.headers);
}

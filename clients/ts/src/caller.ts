/** Sends calls whose answer is JSON, for one client; `Runtime` reads all others, too. */
import type { CallOptions, Config } from "./config.js";
import { consume, execute, readAll, type Call, type OpenResponse } from "./request.js";
import { attachResponse, decodeJson, lacking, unexpected, type ResponseInfo } from "./values.js";

export class Caller {
  /** Not enumerable: no dump of a client or a resource shows its options. */
  declare readonly config: Config;

  constructor(config: Config) {
    Object.defineProperty(this, "config", { value: config, enumerable: false });
  }

  /** Sends a call and hands out its open answer. */
  open(call: Call, options: CallOptions): Promise<OpenResponse> {
    return execute(this.config, call, options);
  }

  /** Sends a call and reads its whole answer. */
  async fetch<T>(call: Call, options: CallOptions): Promise<{ data: T; response: ResponseInfo }> {
    const open = await this.open(call, options);
    const value = await consume(open, () => this.read(call, open));
    return { data: attachResponse(value as T, open.info), response: open.info };
  }

  /** Reads an open answer as its call wants it. */
  async read(call: Call, open: OpenResponse): Promise<unknown> {
    const decoded = this.decode(call, await readAll(open), open);
    return call.revise === undefined ? decoded : call.revise(decoded, open);
  }

  protected decode({ shape, list }: Call, bytes: Uint8Array, { info, secrets }: OpenResponse): unknown {
    if (info.status === 204) throw unexpected(info, bytes, secrets, "the server answered 204 where JSON was due");
    const value = decodeJson(bytes, info, secrets, shape ?? "any");
    if (list === undefined || Array.isArray((value as Record<string, unknown>)[list])) return value;
    throw lacking(`the list ${list}`, bytes, { info, secrets });
  }
}

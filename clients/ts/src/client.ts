/** The client: one object, one pool of connections, one set of options. */
import { isOwn, type CallOptions, type ClientOptions, type Config, type OwnOptions } from "./config.js";
import { ConfigError } from "./errors.js";
import { Chat } from "./invoke/chat.js";
import { ChuteHandle, type ChuteOptions } from "./invoke/chute.js";
import { Completions } from "./invoke/completions.js";
import { Embeddings } from "./invoke/embeddings.js";
import { Images } from "./invoke/images.js";
import { Audio, Video } from "./invoke/media.js";
import { Models } from "./invoke/models.js";
import { resources, type Resources } from "./management/index.js";
import { map, type MapOptions, type MapResult } from "./mapping.js";
import { resolveClient, resolveOwn } from "./parts.js";
import { consume, readAll, type Call } from "./request.js";
import { checkPath } from "./request_build.js";
import { decodeByType, Runtime } from "./runtime.js";
import { attachResponse, ResultPromise } from "./values.js";

/** Settings that are complete already: those of `withOptions`. */
class Settled {
  constructor(readonly config: Config) {}
}

/** Options of the escape hatch. */
export interface RequestOptions extends CallOptions {
  query?: Readonly<Record<string, unknown>> | undefined;
  /** JSON body. */
  json?: unknown;
  headers?: Readonly<Record<string, string>> | undefined;
  /** False for a write that must not be sent twice. */
  idempotent?: boolean | undefined;
  /** What a hotkey signs for a GET or DELETE, such as `chutes`; not needed with a key. */
  purpose?: string | undefined;
}

/** What `client.openai()` passes to the OpenAI SDK. */
export interface OpenAIOptions {
  apiKey: string;
  baseURL: string;
  maxRetries: number;
  defaultHeaders: Record<string, string>;
}

/**
 * A client of the Chutes platform. Make one and share it: it keeps its connections.
 *
 * Throws `config` at once when there is no key (`CHUTES_API_KEY`) or an option is wrong.
 *
 * @example
 * import { Chutes } from "chutes-client";
 * const client = new Chutes();
 * const completion = await client.chat.completions.create({ model, messages: [{ role: "user", content: "Hi" }] });
 */
export class Chutes {
  readonly chat: Chat;
  readonly completions: Completions;
  readonly images: Images;
  readonly embeddings: Embeddings;
  /** Speech, transcripts and music. */
  readonly audio: Audio;
  readonly video: Video;
  /** The models behind the router, and what their answers cost. */
  readonly models: Models;
  readonly #runtime: Runtime;

  constructor(options?: ClientOptions);
  constructor(options: ClientOptions | Settled = {}) {
    const runtime = new Runtime(options instanceof Settled ? options.config : resolveClient(options));
    this.#runtime = runtime;
    this.chat = new Chat(runtime);
    this.completions = new Completions(runtime);
    this.images = new Images(runtime);
    this.embeddings = new Embeddings(runtime);
    this.audio = new Audio(runtime);
    this.video = new Video(runtime);
    Object.assign(this, resources(runtime));
    this.models = new Models(runtime);
  }

  /**
   * A client with other options that shares connections, key, rate, places and retry budget with this one, which keeps its own. What is
   * left out is as here; headers come beside this client's. Closing either of the two closes both.
   *
   * Throws `config` for an option that cannot work, or that is no client's own.
   *
   * @example const patient = client.withOptions({ timeoutMs: 300_000, maxRetries: 5 });
   */
  withOptions(options: OwnOptions): Chutes {
    return new Chutes(new Settled(resolveOwn(this.#runtime.config, options)) as object);
  }

  /**
   * One chute by id, `user/name`, slug, host or URL. Nothing is sent before the first call on it.
   *
   * @example const answer = await client.chute("me-echo").call("/echo", { text: "hi" });
   */
  chute(ref: string, options: ChuteOptions = {}): ChuteHandle {
    return new ChuteHandle(this.#runtime, ref, options);
  }

  /**
   * Any other request, with the same authentication, retries and errors. `path` is below the api host, or a URL; the key goes
   * with a URL only to this client's own hosts. JSON is a value, text a string, no content (HEAD, 204, 205) undefined, the rest a `Binary`.
   *
   * @example const pricing = await client.request("GET", "/pricing");
   */
  request<T = unknown>(method: string, path: string, options: RequestOptions = {}): ResultPromise<T> {
    return new ResultPromise<T>(
      (async () => {
        const { query, json, headers, idempotent, purpose, ...rest } = options;
        const absolute = /^https?:\/\//i.test(path);
        if (!absolute && !/^\//.test(path)) throw new ConfigError(`the path must begin with "/" or be a URL`);
        if (!/^[\w!#$%&'*+.^`|~-]+$/.test(method)) throw new ConfigError(`${JSON.stringify(method)} is no method of HTTP`);
        if (absolute && !URL.canParse(path)) throw new ConfigError(`${JSON.stringify(path)} is no URL`);
        checkPath(absolute ? path.replace(/^[^/]+\/\/[^/\\?#]*/, "") : path);
        const { config } = this.#runtime;
        const call: Call = {
          operationId: "request",
          method: method.toUpperCase(),
          path: [path],
          query,
          body: json,
          result: "json",
          accept: "*/*",
          purpose,
          idempotent: idempotent ?? true,
          ...(absolute ? { base: "", unsigned: !isOwn(path, config.endpoints) } : {}),
        };
        const open = await this.#runtime.open(call, { ...rest, extraHeaders: { ...headers, ...rest.extraHeaders } });
        const value = await consume(open, async () => {
          const bytes = await readAll(open);
          return (call.method === "HEAD" ? undefined : decodeByType(bytes, open)) as T;
        });
        return { data: attachResponse(value, open.info), response: open.info };
      })(),
    );
  }

  /**
   * Runs a function over items, eight at a time, and yields what comes of each as it ends (`ordered`: in their order). A failure is a
   * value. Items may be endless and asynchronous; leaving the loop cancels what is open by the signal that the function is given.
   *
   * @example
   * const ask = (city: string, signal: AbortSignal) =>
   *   client.chat.completions.create({ model, messages: [{ role: "user", content: `What is ${city} known for?` }] }, { signal });
   * for await (const { item, value, error } of client.map(ask, ["Rome", "Oslo"], { progress: true })) {
   *   console.log(item, error ?? value?.choices?.[0]?.message?.content);
   * }
   */
  map<T, R>(
    fn: (item: T, signal: AbortSignal) => Promise<R> | R,
    items: Iterable<T> | AsyncIterable<T>,
    options: MapOptions = {},
  ): AsyncGenerator<MapResult<T, R>, void, undefined> {
    return map(fn, items, options);
  }

  /** Options for the OpenAI SDK: this key, and the router's URL. */
  async openaiOptions(): Promise<OpenAIOptions> {
    const { config } = this.#runtime;
    const headers: Record<string, string> = {};
    await config.auth.apply({
      method: "POST",
      url: config.endpoints.llm,
      body: undefined,
      headers,
      operationId: "openaiOptions",
      purpose: undefined,
      public: false,
      bodyHash: () => Promise.reject(new ConfigError("the OpenAI SDK cannot sign its requests with a hotkey: give an API key")),
      now: () => config.seam.now(),
    });
    const { authorization, ...others } = headers;
    const apiKey = authorization?.replace(/^Bearer /, "") ?? headers["x-api-key"] ?? "none";
    return { apiKey, baseURL: config.endpoints.llm, maxRetries: config.maxRetries, defaultHeaders: { ...config.headers, ...others } };
  }

  /**
   * The OpenAI SDK, set up with this key and host. Needs the package `openai` beside this one, and has no type here because of that.
   *
   * @example const openai = await client.openai();
   */
  async openai(): Promise<any> {
    const name = "openai";
    let module: { default: new (options: OpenAIOptions) => unknown };
    try {
      module = (await import(/* webpackIgnore: true */ /* @vite-ignore */ name)) as typeof module;
    } catch (cause) {
      throw new ConfigError("client.openai() needs the package openai: npm install openai", { cause });
    }
    return new module.default(await this.openaiOptions());
  }

  /** Closes idle connections; whatever is asked for after that is `config`. Calls under way are not disturbed. */
  close(): void {
    this.#runtime.config.life.closed = true;
    this.#runtime.config.transport.close();
  }

  toJSON(): Record<string, unknown> {
    return { endpoints: this.#runtime.config.endpoints, maxRetries: this.#runtime.config.maxRetries };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `Chutes ${JSON.stringify(this.toJSON())}`;
  }
}

/** The generated management resources: `client.chutes`, `client.bounties`, `client.users`, `client.models`, … */
export interface Chutes extends Omit<Resources, "models"> {}

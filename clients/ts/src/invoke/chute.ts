/** One chute: its own endpoints, and chat, images and embeddings on its host. */
import { isOwn, type CallOptions } from "../config.js";
import type { Deadline } from "../deadline.js";
import { download, type DownloadProgress } from "../download.js";
import { ChutesError, ConfigError, makeError, MAX_BODY_BYTES } from "../errors.js";
import { consume, readAll, type Call, type OpenResponse } from "../request.js";
import { checkPath } from "../request_build.js";
import { decodeByType, type Runtime } from "../runtime.js";
import { EventStream, type JsonStream } from "../stream.js";
import { readTrace, type Trace } from "../trace.js";
import type { Chute, WarmupEvent, WarmupStatus } from "../types/index.js";
import { attachResponse, Binary, binary, ResultPromise, sniffContentType, streamPromise, lacking, type StreamPromise } from "../values.js";
import { waitReady, type WaitReadyOptions } from "../helpers/chutes.js";
import { isUuid } from "../helpers/ids.js";
import { limitsOnly } from "../helpers/wait.js";
import { ChutesResource } from "../management/chutes.js";
import { Chat } from "./chat.js";
import { Completions } from "./completions.js";
import { checkArguments, cordsOf, findCord, unknownCord, type Cord } from "./cords.js";
import { Embeddings } from "./embeddings.js";
import { Images } from "./images.js";
import { deadlineOf, Place } from "./place.js";
import { Shared } from "./shared.js";

/** A reference that is a URL or a host, and no name that the API knows. */
const HOST = /^(?:https?:\/\/|[^/]*\.[^/]*$)/i;

/** What a reference turned out to be. */
export interface ResolvedChute {
  /** Base URL of its host, without a trailing slash. */
  url: string;
  chuteId?: string | undefined;
  slug?: string | undefined;
  name?: string | undefined;
  /** The record of the API, where it was asked. */
  chute?: Chute | undefined;
}

/** Options of a chute handle. */
export interface ChuteOptions {
  /** See `ClientOptions.via`. */
  via?: "slug" | "api" | undefined;
}

/** Options of `call` and `stream`. */
export interface CordOptions extends CallOptions {
  /** `POST` (default) or `GET`; a GET has no arguments. */
  method?: "GET" | "POST" | undefined;
  /** False sends arguments that do not fit the schema of a known cord. */
  validate?: boolean | undefined;
}

/** Options of `download`. */
export interface DownloadOptions extends CordOptions {
  onProgress?: DownloadProgress | undefined;
}

/**
 * One chute, named by id, `user/name`, slug, host or URL. Nothing is sent before the first call. The key goes to the client's own
 * hosts only: a host or URL elsewhere is called without it, unless `extraHeaders` holds an `Authorization`, or the client was made
 * for that host (`endpoints.chute`, `baseUrl`).
 *
 * @example
 * const sound = await client.chute("alice/kokoro").call("/speak", { text: "Hi" });
 */
export class ChuteHandle {
  /** What it was made from. */
  readonly ref: string;
  readonly chat: Chat;
  readonly completions: Completions;
  readonly images: Images;
  readonly embeddings: Embeddings;
  readonly #runtime: Runtime;
  readonly #via: "slug" | "api";
  readonly #resolved = new Shared<ResolvedChute>("the chute was");
  readonly #cords = new Shared<Cord[]>("the chute was");

  constructor(runtime: Runtime, ref: string, options: ChuteOptions = {}) {
    if (typeof ref !== "string" || ref.trim() === "")
      throw new ConfigError("the reference of a chute is empty: give an id, user/name, slug, host or URL");
    this.ref = ref.trim();
    this.#runtime = runtime;
    this.#via = options.via ?? runtime.config.via;
    const warm = async (call: CallOptions): Promise<boolean> => !HOST.test(this.ref) && (await this.waitReady(limitsOnly(call)), true);
    const below =
      (path: string) =>
      async (call: CallOptions, deadline: Deadline): Promise<Partial<Call>> => {
        const { url } = await this.#find(call, deadline);
        return { base: `${url}${path}`, unsigned: !isOwn(url, runtime.config.endpoints) };
      };
    const root = below("");
    const v1 = below("/v1");
    this.chat = new Chat(runtime, new Place(v1, warm));
    this.completions = new Completions(runtime, new Place(v1, warm));
    this.images = new Images(runtime, new Place(root, warm));
    this.embeddings = new Embeddings(runtime, new Place(root, warm));
    this.#place = new Place(root, warm);
  }

  readonly #place: Place;

  /** Finds the chute's host; made once per handle, and again only after a failure. Throws `not_found`. */
  resolve(options: CallOptions = {}): Promise<ResolvedChute> {
    return this.#find(options, deadlineOf(this.#runtime.config, options));
  }

  #find(options: CallOptions, deadline: Deadline): Promise<ResolvedChute> {
    return this.#resolved.get(() => this.#lookUp(() => remaining(options, deadline)), deadline, options.signal);
  }

  async #lookUp(options: () => CallOptions): Promise<ResolvedChute> {
    const { ref } = this;
    const { endpoints } = this.#runtime.config;
    if (HOST.test(ref)) return { url: checkedUrl(/^https?:\/\//i.test(ref) ? ref : `https://${ref}`) };
    const byId = isUuid(ref);
    if (this.#via === "api" && byId) return { url: `${endpoints.api}/chutes/${ref}`, chuteId: ref };
    if (this.#via === "api" && !ref.includes("/"))
      throw new ConfigError(`via: "api" needs the id of the chute: give the UUID or user/name in place of "${ref}"`);
    if (!byId && !ref.includes("/") && this.#via === "slug")
      return { url: endpoints.chute.replaceAll("{slug}", checkSlug(ref)), slug: ref };
    const chute = await this.#fetch(options);
    const { chute_id: chuteId, name, slug } = chute;
    if (this.#via === "api") return { url: `${endpoints.api}/chutes/${chuteId}`, chuteId, slug: slug ?? undefined, name, chute };
    if (typeof slug !== "string" || slug === "")
      throw makeError("unexpected_response", `the chute ${ref} has no slug, so that its host is unknown`);
    return { url: endpoints.chute.replaceAll("{slug}", checkSlug(slug)), chuteId, slug, name, chute };
  }

  async #fetch(options: () => CallOptions): Promise<Chute> {
    try {
      return await this.#chutes.get(this.ref, options());
    } catch (error) {
      if (!ChutesError.is(error) || error.kind !== "not_found") throw error;
      const found = await this.#search(options);
      if (found !== undefined) return found;
      throw makeError(
        "not_found",
        `there is no chute "${this.ref}" that you can see: check its id or user/name (client.chutes.list() shows yours)`,
        {
          status: error.status,
          requestId: error.requestId,
          attempts: error.attempts,
          headers: error.headers,
          rawBody: error.rawBody,
          cause: error,
        },
      );
    }
  }

  /** The exact name within that user's chutes. */
  async #search(options: () => CallOptions): Promise<Chute | undefined> {
    const slash = this.ref.indexOf("/");
    if (slash <= 0) return undefined;
    const user = this.ref.slice(0, slash).toLowerCase();
    const name = this.ref.slice(slash + 1);
    for await (const chute of this.#chutes.list({ name, include_public: true }, options())) {
      if (chute?.user?.username?.toLowerCase() === user && chute.name?.toLowerCase() === name.toLowerCase()) {
        return typeof chute.slug === "string" ? chute : this.#chutes.get(chute.chute_id, options());
      }
    }
    return undefined;
  }

  /**
   * The endpoints of the chute that can be called, read once per handle. Throws `config` for a handle made of a host or URL.
   *
   * @example for (const { name, method, path } of await client.chute("alice/kokoro").cords()) console.log(name, method, path);
   */
  cords(options: CallOptions = {}): Promise<Cord[]> {
    return this.#known(options, deadlineOf(this.#runtime.config, options));
  }

  #known(options: CallOptions, deadline: Deadline): Promise<Cord[]> {
    return this.#cords.get(async () => cordsOf(await this.#record(options, deadline)), deadline, options.signal);
  }

  /** The error of what only the API can tell, which does not know hosts. */
  #nameless(): ConfigError {
    return new ConfigError(`a host does not tell its chute: give an id, user/name or slug in place of ${this.ref}`);
  }

  /** The chute as the API knows it. */
  async #record(call: CallOptions, deadline: Deadline): Promise<Chute> {
    const options = (): CallOptions => remaining(call, deadline);
    const { chute, chuteId, slug } = await this.#find(call, deadline);
    if (chute?.cords !== undefined) return chute; // a list may name a chute without them
    if (chuteId !== undefined) return this.#chutes.get(chuteId, options());
    if (slug === undefined) throw this.#nameless();
    for await (const found of this.#chutes.list({ slug, include_public: true }, options())) {
      if (found?.slug === slug) return this.#chutes.get(found.chute_id, options());
    }
    throw makeError("not_found", `there is no chute with the slug "${slug}" that you can see`, { status: 404, attempts: 1 });
  }

  /** The endpoint that is meant, where endpoints are known: after a look-up, after `cords()`, and whenever one is named. */
  async #meant(nameOrPath: string, stream: boolean, options: CallOptions, deadline: Deadline): Promise<Cord | undefined> {
    if (typeof nameOrPath !== "string") throw new ConfigError("name the cord of the chute, or its path");
    const isPath = nameOrPath.startsWith("/") || HOST.test(this.ref);
    const known = this.#cords.begun || !isPath || (await this.#find(options, deadline)).chute?.cords !== undefined;
    if (!known) return undefined;
    const cords = await this.#known(options, deadline);
    const cord = findCord(cords, nameOrPath, stream);
    if (cord === undefined && !nameOrPath.includes("/")) throw unknownCord(cords, nameOrPath);
    return cord;
  }

  /** Describes a call of an endpoint, after the checks of what is known of it. */
  async #describe(nameOrPath: string, args: object | undefined, options: CordOptions, stream: boolean, deadline: Deadline): Promise<Call> {
    const cord = await this.#meant(nameOrPath, stream, options, deadline);
    if (cord === undefined) return { ...describe(nameOrPath, args, options.method ?? "POST", options), deadline };
    if (cord.stream && !stream)
      throw new ConfigError(`${cord.name} answers with an event stream: use .stream(${JSON.stringify(nameOrPath)}, …) in place of .call`);
    const method = options.method ?? (cord.method === "GET" ? "GET" : "POST");
    const call = describe(cord.path, args, method, options);
    if (method !== "GET" && options.validate !== false) checkArguments(cord, { ...args, ...options.extraBody });
    return { ...call, deadline };
  }

  /** Calls an endpoint and hands out its open answer. */
  async #open(
    nameOrPath: string,
    args: object | undefined,
    options: CordOptions,
    accept: string,
    more: Partial<Call> = {},
  ): Promise<OpenResponse> {
    const stream = accept === "text/event-stream" && more.result === "stream";
    const call = await this.#describe(nameOrPath, args, options, stream, deadlineOf(this.#runtime.config, options));
    return this.#place.open(this.#runtime, { ...call, accept, ...more }, options);
  }

  /**
   * Calls an endpoint, by the name of its cord or by its path, and reads its answer by content type: JSON as a value, text as a string,
   * the rest as `Binary`. Where the cords are known (a handle of an id or `user/name`, or after `cords()`), its method is the cord's
   * and the arguments are held to its schema: `config` names the field that does not fit. A cord that streams is `config`, too.
   *
   * @example
   * const answer = await client.chute("me-whisper").call("/transcribe", { audio_b64 }); // unknown: narrow it
   */
  call(nameOrPath: string, args?: object, options: CordOptions = {}): ResultPromise<unknown> {
    return new ResultPromise<unknown>(
      (async () => {
        const open = await this.#open(nameOrPath, args, options, "*/*");
        const value = await consume(open, async () => {
          if (/^\s*text\/event-stream/i.test(open.info.headers["content-type"] ?? "")) {
            open.body.close();
            throw new ConfigError(
              `${nameOrPath} answers with an event stream: use .stream(${JSON.stringify(nameOrPath)}, …) in place of .call`,
              { ...open.info },
            );
          }
          return decodeByType(await readAll(open), open) as Binary | string | object;
        });
        return { data: attachResponse(value, open.info), response: open.info };
      })(),
    );
  }

  /**
   * Calls an endpoint that streams, by the name of its cord or by its path. Ends where the body ends. `stream: true` is not added to
   * the arguments.
   *
   * @example
   * for await (const event of client.chute("me-echo").stream("/stream", { n: 2 })) console.log(event.data);
   */
  stream(nameOrPath: string, args?: object, options: CordOptions = {}): StreamPromise<EventStream> {
    const begin = async (): Promise<EventStream> => {
      const open = await this.#open(nameOrPath, args, options, "text/event-stream", { result: "stream" });
      return new EventStream(open, this.#runtime.config.maxEventBytes);
    };
    return streamPromise(begin());
  }

  /**
   * Calls an endpoint that answers with a file, and writes it as it comes (Node, Deno and Bun): whole under its name or not at all.
   * Gives the path; `to` may be a folder: a file of the server's name that is there already is `config`. Throws `unexpected_response` for JSON or a page in place of bytes.
   *
   * @example await client.chute("alice/wan").download("/generate", "waves.mp4", { prompt: "waves" });
   */
  download(nameOrPath: string, to: string, args?: object, options: DownloadOptions = {}): Promise<string> {
    const { onProgress, ...call } = options;
    const send = async (): Promise<OpenResponse> => {
      const open = await this.#open(nameOrPath, args, call, "*/*");
      if (!/^\s*(?:[^;]*[/+]json\b|text\/html|text\/event-stream)/i.test(open.info.headers["content-type"] ?? "")) return open;
      return consume(open, async () => {
        const raw = await readAll(open, MAX_BODY_BYTES);
        throw lacking("a file", raw, open);
      });
    };
    return download(send, to, "download", { onProgress, signal: call.signal });
  }

  /** An answer that must be bytes; its type is by sniffing. */
  bytes(what: string, nameOrPath: string, args: object | undefined, options: CordOptions): ResultPromise<Binary> {
    return new ResultPromise<Binary>(
      (async () => {
        const open = await this.#open(nameOrPath, args, options, "*/*");
        const value = await consume(open, async () => {
          const raw = await readAll(open);
          const type = sniffContentType(raw);
          if (type !== undefined) return new Binary(raw, type);
          if (raw.length === 0 || /^\s*(?:[^;]*[/+]json\b|text\/html|text\/event-stream)/i.test(open.info.headers["content-type"] ?? ""))
            throw lacking(what, raw, open);
          return binary(raw, open.info.headers);
        });
        return { data: attachResponse(value, open.info), response: open.info };
      })(),
    );
  }

  /**
   * Calls an endpoint in trace mode: what the platform did with the call, and its result. A failure of the platform is a value,
   * `trace.error`. The entries name miners: for looking into problems only.
   *
   * @example
   * const trace = await client.chute("me-echo").trace("/echo", { text: "hi" });
   * console.log(trace.timeline().join("\n"));
   */
  trace(nameOrPath: string, args?: object, options: CordOptions = {}): ResultPromise<Trace> {
    return new ResultPromise<Trace>(
      (async () => {
        const deadline = deadlineOf(this.#runtime.config, options);
        const stream = (await this.#meant(nameOrPath, false, options, deadline))?.stream === true;
        const call = await this.#describe(nameOrPath, args, options, stream, deadline);
        const traced: Call = { ...call, accept: "text/event-stream", result: "stream", headers: { "x-chutes-trace": "true" } };
        const open = await this.#place.open(this.#runtime, traced, options);
        const value = await consume(open, () => readTrace(open, this.#runtime.config.maxEventBytes));
        return { data: attachResponse(value, open.info), response: open.info };
      })(),
    );
  }

  /** Starts the chute if it is cold and follows it until it is hot. */
  warmup(options: CallOptions = {}): Promise<JsonStream<WarmupEvent>> {
    return this.#asId((id) => this.#chutes.warmup(id, options), options);
  }

  /**
   * Waits until the chute is hot: by its warm-up events, or by asking every `pollIntervalMs`. Not in time, or events that end before
   * it is hot, are `timeout`. The longest wait is `deadlineMs`, else 600 s.
   */
  waitReady(options: WaitReadyOptions = {}): Promise<WarmupStatus> {
    const source = {
      events: (call: CallOptions) => this.warmup(call),
      state: (call: CallOptions) => this.#asId((id) => this.#chutes.warmupStatus(id, call), call),
    };
    return waitReady(this.#runtime, this.ref, source, options);
  }

  get #chutes(): ChutesResource {
    return new ChutesResource(this.#runtime);
  }

  /** Asks by what is known; the API knows ids and names, and the id behind a slug is in its list. */
  async #asId<T>(ask: (ref: string) => Promise<T>, options: CallOptions): Promise<T> {
    if (HOST.test(this.ref)) throw this.#nameless();
    const { chuteId, slug } = isUuid(this.ref) ? { chuteId: this.ref } : await this.resolve(options);
    try {
      return await ask(chuteId ?? slug ?? this.ref);
    } catch (error) {
      if (chuteId !== undefined || slug === undefined || !ChutesError.is(error) || error.kind !== "not_found") throw error;
      for await (const chute of this.#chutes.list({ slug, include_public: true }, options)) {
        if (chute?.slug === slug) return ask(chute.chute_id);
      }
      throw error;
    }
  }
}

/** The limits of a call for one request before it: what is left of its time, and nothing of its headers, query and body. */
function remaining(options: CallOptions, deadline: Deadline): CallOptions {
  const left = deadline.remaining();
  return { ...limitsOnly(options), ...(left === null ? {} : { deadlineMs: Math.max(left, 1) }) };
}

function describe(path: string, args: object | undefined, method: "GET" | "POST", options: CordOptions): Call {
  if (method === "GET" && ((args !== undefined && Object.keys(args).length > 0) || options.extraBody !== undefined)) {
    throw new ConfigError("a GET endpoint takes no arguments: the server would drop them");
  }
  if (args !== undefined && args !== null && !isPlain(args)) throw new ConfigError("the arguments of a call must be a JSON object");
  if (path.includes("?")) throw new ConfigError(`the path of an endpoint may hold no "?": arguments travel in the body, or as extraQuery`);
  checkPath(path);
  const literal = path.startsWith("/") ? path : `/${path}`;
  return {
    operationId: "callCord",
    method,
    path: [literal],
    surface: "invocation",
    result: "auto",
    ...(method === "GET" ? {} : { body: args ?? {} }),
  };
}

/** Whether a value is written as a JSON object. */
function isPlain(value: unknown): boolean {
  return typeof value === "object" && !Array.isArray(value) && !ArrayBuffer.isView(value) && !(value instanceof ArrayBuffer);
}

function checkSlug(slug: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(slug)) {
    throw new ConfigError(`"${slug}" is no slug: give an id, user/name, slug (letters, digits, "-", "_"), host or URL`);
  }
  return slug;
}

function checkedUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new ConfigError(`the reference ${JSON.stringify(text)} is no URL`);
  }
  if (url.search !== "" || url.hash !== "" || url.username !== "")
    throw new ConfigError("the URL of a chute may have neither query, fragment nor user name");
  return text.replace(/\/+$/, "");
}

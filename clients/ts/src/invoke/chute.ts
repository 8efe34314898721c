/** One chute: its own endpoints, and chat, images and embeddings on its host. */
import type { CallOptions } from "../config.js";
import { ChutesError, ConfigError, makeError } from "../errors.js";
import { consume, readAll, type Call } from "../request.js";
import { decodeByType, type Runtime } from "../runtime.js";
import { EventStream, type JsonStream } from "../stream.js";
import type { Chute, Cord, WarmupEvent, WarmupStatus } from "../types/index.js";
import { attachResponse, ResultPromise, type Binary } from "../values.js";
import { waitReady, type WaitReadyOptions } from "../helpers/chutes.js";
import { isUuid } from "../helpers/ids.js";
import { limitsOnly } from "../helpers/wait.js";
import { ChutesResource } from "../management/chutes.js";
import { Chat } from "./chat.js";
import { Completions } from "./completions.js";
import { Embeddings } from "./embeddings.js";
import { Images } from "./images.js";
import { Place } from "./place.js";

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
}

/**
 * One chute, named by id, `user/name`, slug, host or URL. Nothing is sent before the first call.
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
  #resolved: Promise<ResolvedChute> | undefined;

  constructor(runtime: Runtime, ref: string, options: ChuteOptions = {}) {
    if (typeof ref !== "string" || ref.trim() === "")
      throw new ConfigError("the reference of a chute is empty: give an id, user/name, slug, host or URL");
    this.ref = ref.trim();
    this.#runtime = runtime;
    this.#via = options.via ?? runtime.config.via;
    const warm = (call: CallOptions): Promise<boolean> => this.waitReady(limitsOnly(call)).then(() => true);
    const root = async (call: CallOptions): Promise<Partial<Call>> => ({ base: (await this.resolve(call)).url });
    const v1 = async (call: CallOptions): Promise<Partial<Call>> => ({ base: `${(await this.resolve(call)).url}/v1` });
    this.chat = new Chat(runtime, new Place(v1, warm));
    this.completions = new Completions(runtime, new Place(v1, warm));
    this.images = new Images(runtime, new Place(root, warm));
    this.embeddings = new Embeddings(runtime, new Place(root, warm));
    this.#place = new Place(root, warm);
  }

  readonly #place: Place;

  /** Finds the chute's host; made once per handle, and again only after a failure. Throws `not_found`. */
  resolve(options: CallOptions = {}): Promise<ResolvedChute> {
    if (this.#resolved === undefined) {
      const work = this.#lookUp(options);
      this.#resolved = work;
      work.catch(() => {
        if (this.#resolved === work) this.#resolved = undefined;
      });
    }
    return this.#resolved;
  }

  async #lookUp(options: CallOptions): Promise<ResolvedChute> {
    const { ref } = this;
    const { endpoints } = this.#runtime.config;
    if (/^https?:\/\//i.test(ref)) return { url: checkedUrl(ref) };
    if (ref.includes(".") && !ref.includes("/")) return { url: checkedUrl(`https://${ref}`) };
    const byId = isUuid(ref);
    if (this.#via === "api" && byId) return { url: `${endpoints.api}/chutes/${ref}`, chuteId: ref };
    if (this.#via === "api" && !ref.includes("/"))
      throw new ConfigError(`via: "api" needs the id of the chute: give the UUID or user/name in place of "${ref}"`);
    if (!byId && !ref.includes("/") && this.#via === "slug")
      return { url: endpoints.chute.replaceAll("{slug}", checkSlug(ref)), slug: ref };
    const chute = await this.#fetch(limitsOnly(options));
    const { chute_id: chuteId, name, slug } = chute;
    if (this.#via === "api") return { url: `${endpoints.api}/chutes/${chuteId}`, chuteId, slug: slug ?? undefined, name, chute };
    if (typeof slug !== "string" || slug === "")
      throw makeError("unexpected_response", `the chute ${ref} has no slug, so that its host is unknown`);
    return { url: endpoints.chute.replaceAll("{slug}", checkSlug(slug)), chuteId, slug, name, chute };
  }

  async #fetch(options: CallOptions): Promise<Chute> {
    const chutes = new ChutesResource(this.#runtime);
    try {
      return await chutes.get(this.ref, options);
    } catch (error) {
      if (!ChutesError.is(error) || error.kind !== "not_found") throw error;
      const found = await this.#search(chutes, options);
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
  async #search(chutes: ChutesResource, options: CallOptions): Promise<Chute | undefined> {
    const slash = this.ref.indexOf("/");
    if (slash <= 0) return undefined;
    const user = this.ref.slice(0, slash).toLowerCase();
    const name = this.ref.slice(slash + 1);
    for await (const chute of chutes.list({ name, include_public: true }, options)) {
      if (chute.user?.username?.toLowerCase() === user && chute.name.toLowerCase() === name.toLowerCase()) {
        return typeof chute.slug === "string" ? chute : chutes.get(chute.chute_id, options);
      }
    }
    return undefined;
  }

  /** The endpoints of the chute, from the API. */
  async cords(options: CallOptions = {}): Promise<Cord[]> {
    const { chute, chuteId, slug } = await this.resolve(options);
    const record = chute ?? (await new ChutesResource(this.#runtime).get(chuteId ?? slug ?? this.ref, options));
    return record.cords ?? [];
  }

  /**
   * Calls an endpoint and reads its answer by content type: JSON as a value, text as a string, the rest as `Binary`.
   *
   * An event stream is a `config` error that names `.stream`.
   *
   * @example
   * const answer = await client.chute("me-whisper").call("/transcribe", { audio_b64 }); // unknown: narrow it
   */
  call(path: string, args?: object, options: CordOptions = {}): ResultPromise<unknown> {
    return new ResultPromise<unknown>(
      (async () => {
        const open = await this.#place.open(this.#runtime, describe(path, args, options, "*/*"), options);
        if (/^\s*text\/event-stream/i.test(open.info.headers["content-type"] ?? "")) {
          open.body.close();
          throw new ConfigError(`${path} answers with an event stream: use .stream(${JSON.stringify(path)}, …) in place of .call`, {
            status: open.info.status,
            attempts: open.info.attempts,
          });
        }
        const value = await consume(open, async () => decodeByType(await readAll(open), open) as Binary | string | object);
        return { data: attachResponse(value, open.info), response: open.info };
      })(),
    );
  }

  /**
   * Calls an endpoint that streams. Ends where the body ends. `stream: true` is not added to the arguments.
   *
   * @example
   * for await (const event of await client.chute("me-echo").stream("/stream", { n: 2 })) console.log(event.data);
   */
  async stream(path: string, args?: object, options: CordOptions = {}): Promise<EventStream> {
    const open = await this.#place.open(
      this.#runtime,
      { ...describe(path, args, options, "text/event-stream"), result: "stream" },
      options,
    );
    return new EventStream(open, this.#runtime.config.maxEventBytes);
  }

  /** Starts the chute if it is cold and follows it until it is hot. */
  warmup(options: CallOptions = {}): Promise<JsonStream<WarmupEvent>> {
    return this.#asId((id) => this.#chutes.warmup(id, options), options);
  }

  /**
   * Waits until the chute is hot: by its warm-up events, or by asking every `pollIntervalMs`. Not in time, or events that end before
   * it is hot, are `timeout`. The longest wait is `deadlineMs`, else the client's `readyTimeoutMs` (600 s).
   */
  waitReady(options: WaitReadyOptions = {}): Promise<WarmupStatus> {
    const source = {
      events: (call: CallOptions) => this.warmup(call),
      state: (call: CallOptions) => this.#asId((id) => this.#chutes.warmupStatus(id, call), call),
    };
    return waitReady(this.#runtime, this.ref, source, options, this.#runtime.config.readyTimeoutMs);
  }

  get #chutes(): ChutesResource {
    return new ChutesResource(this.#runtime);
  }

  /** Asks by what is known; the API knows ids and names, and the id behind a slug is in its list. */
  async #asId<T>(ask: (ref: string) => Promise<T>, options: CallOptions): Promise<T> {
    const { chuteId, slug } = isUuid(this.ref) ? { chuteId: this.ref } : await this.resolve(options);
    try {
      return await ask(chuteId ?? slug ?? this.ref);
    } catch (error) {
      if (chuteId !== undefined || slug === undefined || !ChutesError.is(error) || error.kind !== "not_found") throw error;
      for await (const chute of this.#chutes.list({ slug, include_public: true }, options)) {
        if (chute.slug === slug) return ask(chute.chute_id);
      }
      throw error;
    }
  }
}

function describe(path: string, args: object | undefined, options: CordOptions, accept: string): Call {
  const method = options.method ?? "POST";
  if (method === "GET" && ((args !== undefined && Object.keys(args).length > 0) || options.extraBody !== undefined)) {
    throw new ConfigError("a GET endpoint takes no arguments: the server would drop them");
  }
  if (/[?#]/.test(path) || path.split("/").some((part) => part === "." || part === "..")) {
    throw new ConfigError(`the path of an endpoint may hold neither "?", "#", "." nor ".." segments`);
  }
  const literal = path.startsWith("/") ? path : `/${path}`;
  return {
    operationId: "callCord",
    method,
    path: [literal],
    surface: "invocation",
    result: "auto",
    accept,
    ...(method === "GET" ? {} : { body: args ?? {} }),
  };
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

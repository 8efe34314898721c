/** Images: native bytes and OpenAI's base64 are one type. */
import { MAX_CONCURRENCY, type CallOptions } from "../config.js";
import { base64Of, type MediaSource } from "../content.js";
import { ChutesError, ConfigError } from "../errors.js";
import { consume, readAll, type Call, type OpenResponse } from "../request.js";
import type { Runtime } from "../runtime.js";
import type { GenerateRequest } from "../types/index.js";
import {
  attachResponse,
  decodeBase64,
  decodeJson,
  encodeBase64,
  parseDataUrl,
  ResultPromise,
  sniffContentType,
  unexpected,
  type ResponseInfo,
} from "../values.js";
import { here, type Place } from "./place.js";
import { writeWhole } from "#files";

/** Parameters of an image. */
export type ImageParams = GenerateRequest & {
  /** `native` (default) posts to `/generate`; `openai` to `/v1/images/generations`, which the public host does not serve. */
  mode?: "native" | "openai" | undefined;
  /** `1024x768`; in native mode it becomes `width` and `height`. */
  size?: string | undefined;
  /** Pictures to work on, for chutes that edit: bytes, paths or data URLs. Native mode only. */
  image?: MediaSource | readonly MediaSource[] | undefined;
} & Record<string, unknown>;

/** Parameters of several images. */
export type ManyImagesParams = Omit<ImageParams, "prompt"> & { prompt?: string; prompts?: readonly string[]; n?: number };

/** Options of several images. */
export interface ManyImagesOptions extends CallOptions {
  /** Told after each, made or failed. */
  onProgress?: ((done: number, total: number) => void) | undefined;
  /** Places of failed images hold their error, in place of throwing the first; so do those that a signal has ended. */
  returnErrors?: boolean | undefined;
}

/** One image. */
export class Image {
  /** The image as it came. */
  declare readonly bytes: Uint8Array;

  constructor(
    bytes: Uint8Array,
    /** From the bytes where they are known, else from the header. */
    readonly contentType: string,
    /** The prompt that was really used, where the server tells. */
    readonly revisedPrompt?: string,
  ) {
    Object.defineProperty(this, "bytes", { value: bytes, enumerable: false });
  }

  /** `data:image/jpeg;base64,…` */
  dataUrl(): string {
    return `data:${this.contentType};base64,${encodeBase64(this.bytes)}`;
  }

  /**
   * Writes the image to a file: whole or not at all, by way of a file beside it (Node, Deno and Bun).
   *
   * @example await image.save("cat.jpg");
   */
  async save(path: string): Promise<void> {
    await writeWhole(path, this.bytes);
  }
}

/** `client.images` */
export class Images {
  readonly #runtime: Runtime;
  readonly #place: Place;

  constructor(runtime: Runtime, place: Place = here("image")) {
    this.#runtime = runtime;
    this.#place = place;
  }

  /**
   * Makes one image.
   *
   * @example
   * const image = await client.images.generate({ model, prompt: "a cat", size: "1024x768" });
   * await image.save("cat.jpg");
   */
  generate(params: ImageParams, options: CallOptions = {}): ResultPromise<Image> {
    return new ResultPromise<Image>(
      (async () => {
        const open = await this.#place.open(this.#runtime, await describe(params), options);
        const image = await consume(open, async () => readImage(await readAll(open), open));
        return { data: attachResponse(image, open.info), response: open.info };
      })(),
    );
  }

  /**
   * Makes several images, at most eight at the same time, in order: one per prompt, or `n` of one prompt.
   *
   * With `seed`, image i of `n` gets seed + i. The first failure ends what has not begun and is thrown, unless `returnErrors`.
   *
   * @example
   * const images = await client.images.generateMany({ model, prompt: "a cat", n: 4 }, { onProgress: console.log });
   */
  generateMany(params: ManyImagesParams, options: ManyImagesOptions & { returnErrors: true }): Promise<(Image | ChutesError)[]>;
  generateMany(params: ManyImagesParams, options?: ManyImagesOptions): Promise<Image[]>;
  async generateMany(params: ManyImagesParams, options: ManyImagesOptions = {}): Promise<(Image | ChutesError)[]> {
    const { onProgress, returnErrors = false, ...call } = options;
    const jobs = jobsOf(params);
    const images: (Image | ChutesError)[] = [];
    let next = 0;
    let done = 0;
    let failed = false;
    const worker = async (): Promise<void> => {
      for (let at = next++; at < jobs.length && !failed; at = next++) {
        try {
          images[at] = await this.generate(jobs[at] as ImageParams, call);
        } catch (error) {
          if (!returnErrors || !ChutesError.is(error)) {
            failed = true;
            throw error;
          }
          images[at] = error;
        }
        onProgress?.(++done, jobs.length);
      }
    };
    await Promise.all(Array.from({ length: Math.min(MAX_CONCURRENCY, jobs.length) }, worker));
    return images;
  }
}

function checked<T>(params: T): T {
  if (typeof params !== "object" || params === null) throw new ConfigError("images are made of an object of parameters");
  return params;
}

/** The single images of a call for several. */
function jobsOf(params: ManyImagesParams): ImageParams[] {
  const { n, prompts, prompt, ...rest } = checked(params);
  const count = prompts?.length ?? n ?? 1;
  if (!Number.isInteger(count) || count < 1 || (prompts !== undefined && (n !== undefined || !Array.isArray(prompts))))
    throw new ConfigError("give generateMany either prompts, a list, or n, at least 1");
  const seed = rest["seed"];
  return Array.from({ length: count }, (_, at): ImageParams => {
    const text = prompts?.[at] ?? prompt ?? "";
    return { ...rest, prompt: text, ...(typeof seed === "number" && prompts === undefined ? { seed: seed + at } : {}) };
  });
}

/** The call of one image, after the checks of its mode. */
async function describe(params: ImageParams): Promise<Call> {
  const { mode = "native", size, image, ...rest } = checked(params);
  if (mode !== "native" && mode !== "openai") throw new ConfigError(`mode must be "native" or "openai"`);
  if (rest["n"] !== undefined) throw new ConfigError("n is not a parameter of generate(), which makes one image: call generateMany");
  const shared = { method: "POST", surface: "invocation", result: "bytes" } as const;
  if (mode === "openai") {
    if (image !== undefined) throw new ConfigError("image does not exist in OpenAI mode: edit chutes have the native one");
    const body = { response_format: "b64_json", ...rest, ...(size === undefined ? {} : { size }) };
    return { ...shared, operationId: "createImage", path: ["/v1/images/generations"], body };
  }
  if (rest["response_format"] !== undefined)
    throw new ConfigError("response_format does not exist in native mode: the answer is always bytes");
  const body: Record<string, unknown> = { ...rest };
  if (size !== undefined) {
    const found = /^(\d+)x(\d+)$/.exec(size);
    if (found === null) throw new ConfigError(`size must look like "1024x768"`);
    body["width"] = Number(found[1]);
    body["height"] = Number(found[2]);
  }
  if (image !== undefined) {
    const sources = (Array.isArray(image) ? image : [image]) as readonly MediaSource[];
    body["image_b64"] = await Promise.all(sources.map((source) => base64Of("image", source)));
  }
  return { ...shared, operationId: "generateImage", path: ["/generate"], body, accept: "image/*" };
}

/** Reads the image out of bytes or out of JSON, in either mode. */
function readImage(bytes: Uint8Array, open: OpenResponse): Image {
  const { info, secrets } = open;
  const type = (info.headers["content-type"] ?? "").split(";")[0]?.trim() ?? "";
  if (bytes.length === 0) throw unexpected(info, bytes, secrets, "the server answered without image data");
  const sniffed = sniffContentType(bytes);
  if (sniffed !== undefined) return new Image(bytes, sniffed);
  if (/json$/i.test(type) || bytes[0] === 0x7b) return imageOfJson(decodeJson(bytes, info, secrets, "object"), bytes, info, secrets);
  if (/^text\/html/i.test(type) || /^\s*<(?:!doctype|html)/i.test(new TextDecoder().decode(bytes.subarray(0, 64)))) {
    throw unexpected(info, bytes, secrets, "the server answered with an HTML page where an image was due");
  }
  if (/^text\//i.test(type)) throw unexpected(info, bytes, secrets, `the server answered with ${type} where an image was due`);
  return new Image(bytes, type === "" ? "application/octet-stream" : type);
}

function imageOfJson(json: unknown, raw: Uint8Array, info: ResponseInfo, secrets: readonly string[]): Image {
  const first = (json as { data?: ({ b64_json?: unknown; revised_prompt?: unknown } | null)[] | null }).data?.[0];
  const text = first?.b64_json;
  const bytes = typeof text !== "string" ? undefined : text.startsWith("data:") ? parseDataUrl(text)?.bytes : decodeBase64(text);
  if (bytes === undefined || bytes.length === 0)
    throw unexpected(info, raw, secrets, "the server answered with JSON that holds no image data");
  const prompt = typeof first?.revised_prompt === "string" ? first.revised_prompt : undefined;
  const type = sniffContentType(bytes) ?? "application/octet-stream";
  return prompt === undefined ? new Image(bytes, type) : new Image(bytes, type, prompt);
}

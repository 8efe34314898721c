/** Speech, transcripts, music and video: endpoints that most chutes of their kind share. */
import { base64Of, type MediaSource } from "../content.js";
import type { DownloadProgress } from "../download.js";
import { ConfigError } from "../errors.js";
import type { Runtime } from "../runtime.js";
import { attachResponse, ResultPromise, unexpected, type Binary } from "../values.js";
import { ChuteHandle, type CordOptions } from "./chute.js";

/** A piece of a transcript, in seconds. Further fields of the chute stay. */
export interface Segment {
  start: number;
  end: number;
  text: string;
  [name: string]: unknown;
}

/** What all of them take, beside the chute's own arguments. */
export interface MediaParams {
  /** The path of the endpoint, where the chute names it otherwise. */
  path?: string | undefined;
  /** Writes the answer to this file as it comes, in place of handing it out (Node, Deno and Bun). */
  to?: string | undefined;
  /** Told the bytes received, with `to`. */
  onProgress?: DownloadProgress | undefined;
  /** The chute's own arguments. */
  [name: string]: unknown;
}

/** Arguments of speech. */
export interface SpeechParams extends MediaParams {
  /** A voice of the chute, such as `af_heart`. */
  voice?: string | undefined;
  /** 1 is the voice's own. */
  speed?: number | undefined;
}

/** Arguments of a transcript. */
export interface TranscribeParams {
  /** A code such as `en`; default: the chute finds out. */
  language?: string | undefined;
  path?: string | undefined;
  [name: string]: unknown;
}

/** Arguments of a video. */
export interface VideoParams extends MediaParams {
  /** The picture to begin with: bytes, a path or a data URL. */
  image?: MediaSource | undefined;
}

type Ref = string | ChuteHandle;

const defined = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** What the helpers share: one way to a file or to bytes. */
class Media {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  protected handle(chute: Ref): ChuteHandle {
    return chute instanceof ChuteHandle ? chute : new ChuteHandle(this.#runtime, chute);
  }

  protected async make(what: string, chute: Ref, path: string, params: MediaParams, options: CordOptions): Promise<Binary | string> {
    const { path: given, to, onProgress, ...args } = params;
    const handle = this.handle(chute);
    const body = defined(args);
    if (to !== undefined) return handle.download(given ?? path, to, body, { ...options, onProgress });
    return handle.bytes(what, given ?? path, body, options);
  }
}

/** `client.audio` */
export class Audio extends Media {
  /**
   * Speaks a text: `POST /speak`. Gives the sound, or the path that it was written to with `to`.
   *
   * Throws `unexpected_response` where the answer is no sound, and the other kinds of a call.
   *
   * @example
   * const sound = await client.audio.speech("alice/kokoro", "Hello!", { voice: "af_heart" });
   * await sound.save("hello.wav");
   */
  speech(chute: Ref, text: string, params: SpeechParams & { to: string }, options?: CordOptions): Promise<string>;
  speech(chute: Ref, text: string, params?: SpeechParams & { to?: undefined }, options?: CordOptions): Promise<Binary>;
  async speech(chute: Ref, text: string, params: SpeechParams = {}, options: CordOptions = {}): Promise<Binary | string> {
    if (typeof text !== "string") throw new ConfigError("speech() takes a chute, then the text to speak");
    return this.make("sound", chute, "/speak", { text, ...params }, options);
  }

  /**
   * Writes down what is said: `POST /transcribe`. The sound is bytes, a path or a data URL.
   *
   * @example
   * for (const { start, text } of await client.audio.transcribe("alice/whisper", "hello.wav")) console.log(start, text);
   */
  transcribe(chute: Ref, audio: MediaSource, params: TranscribeParams = {}, options: CordOptions = {}): ResultPromise<Segment[]> {
    return new ResultPromise<Segment[]>(
      (async () => {
        const { path = "/transcribe", ...args } = params;
        const body = defined({ audio_b64: await base64Of("sound", audio), ...args });
        const { data, response } = await this.handle(chute).call(path, body, options).withResponse();
        const list: unknown = Array.isArray(data) ? data : (data as { segments?: unknown } | null | undefined)?.segments;
        if (!Array.isArray(list)) {
          const raw = new TextEncoder().encode(JSON.stringify(data) ?? "");
          throw unexpected(response, raw, [], "the server answered with something that is no list of segments");
        }
        return { data: attachResponse(list as Segment[], response), response };
      })(),
    );
  }

  /**
   * Makes music: `POST /generate` with the chute's own arguments.
   *
   * @example await client.audio.music("alice/music", { prompt: "a slow waltz", to: "waltz.wav" });
   */
  music(chute: Ref, params: MediaParams & { to: string }, options?: CordOptions): Promise<string>;
  music(chute: Ref, params?: MediaParams & { to?: undefined }, options?: CordOptions): Promise<Binary>;
  music(chute: Ref, params: MediaParams = {}, options: CordOptions = {}): Promise<Binary | string> {
    return this.make("sound", chute, "/generate", params, options);
  }
}

/** `client.video` */
export class Video extends Media {
  /**
   * Makes a video: `POST /generate` with the chute's own arguments, of a picture where `image` is given.
   *
   * @example await client.video.generate("alice/wan", { prompt: "waves", image: "sea.png", to: "waves.mp4" });
   */
  generate(chute: Ref, params: VideoParams & { to: string }, options?: CordOptions): Promise<string>;
  generate(chute: Ref, params?: VideoParams & { to?: undefined }, options?: CordOptions): Promise<Binary>;
  async generate(chute: Ref, params: VideoParams = {}, options: CordOptions = {}): Promise<Binary | string> {
    const { image, ...rest } = params;
    const first = image === undefined ? {} : { image_b64: await base64Of("image", image) };
    return this.make("video", chute, "/generate", { ...rest, ...first }, options);
  }
}
